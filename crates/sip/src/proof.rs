//! Who a station is: our digest challenges, and the answers that prove it (RFC 7616, RFC 8760).

use std::net::IpAddr;
use std::time::Instant;

use edge::StationId;
use md5::Md5;
use rsipstack::sip::{Header, Request};
use sha2::{Digest as Hash, Sha256};

use crate::core::Core;
use crate::digest::Params;
use crate::fields;
use crate::flow::Flow;
use crate::nonces::same;
use crate::settings::{Digest, Place};

/// The realm of our challenges.
const REALM: &str = "trunkline";

/// What is asked of those whose station we do not know, so that they do not learn which there are.
const ANY: [Digest; 2] = [Digest::Sha256, Digest::Md5];

/// Why a request is not a station's: the status and headers of the answer to it.
type Unproven = (u16, Vec<Header>);

/// An answer to one of our challenges.
struct Credentials<'a> {
    user: &'a str,
    nonce: &'a str,
    uri: &'a str,
    response: &'a str,
    client_nonce: &'a str,
    /// As it was written, which is what was hashed.
    count_text: &'a str,
    count: u32,
    digest: Digest,
}

impl Core {
    /// The station that a request proves to be from; the challenge or refusal, if it does not.
    pub(crate) fn prove(&self, request: &Request, flow: &Flow) -> Result<StationId, Unproven> {
        let (address, now) = (flow.peer.ip(), Instant::now());
        let mut answers = fields::values(request, "Authorization").filter_map(Credentials::read);
        let Some(answer) = answers.next() else {
            let claimed = fields::first(request, "From").map(fields::uri).unwrap_or_default();
            return Err(self.challenge(&fields::user(claimed), address, now, false));
        };
        let claimed = self.claimed(answer.user);
        if !self.attempts.allowed(address, claimed.map(|(station, ..)| station), now) {
            self.security(flow.server(), "credentials that are not looked at: too many were wrong");
            return Err((403, Vec::new()));
        }
        let stale = |_| self.challenge(answer.user, address, now, true);
        // RFC 7616 §3.3: an answer to a nonce that is no good says nothing, right or wrong.
        let nonce = self.nonces.read(answer.nonce, address, now).map_err(stale)?;
        // For a station that there is not, in the same time as for one that there is.
        let (password, digests) =
            claimed.map_or(("", &ANY[..]), |(_, password, digests)| (password, digests));
        let right = answer.is_right(password, request) && digests.contains(&answer.digest);
        let Some((station, ..)) = claimed.filter(|_| right) else {
            self.attempts.failed(address, claimed.map(|(station, ..)| station), now);
            let whose = claimed.map_or("no station".to_owned(), |(station, ..)| station.to_string());
            self.security(flow.server(), &format!("wrong credentials for {whose}"));
            return Err(self.challenge(answer.user, address, now, false));
        };
        self.nonces.take(nonce, answer.count).map_err(stale)?;
        Ok(station)
    }

    /// The station of a user name, its password and what it may be hashed with.
    fn claimed(&self, user: &str) -> Option<(StationId, &str, &[Digest])> {
        // In decimal, in one way only.
        let number = user.parse::<u16>().ok().filter(|number| number.to_string() == user)?;
        let station = self.stations.setting(StationId(number))?;
        match &station.place {
            Place::Registered { password, digests } => Some((station.id, password, digests)),
            Place::Fixed(_) => None,
        }
    }

    /// A 401 with a challenge for each algorithm, the best first (RFC 8760 §2.3).
    fn challenge(&self, user: &str, address: IpAddr, now: Instant, stale: bool) -> Unproven {
        let digests = self.claimed(user).map_or(&ANY[..], |(_, _, digests)| digests);
        let nonce = self.nonces.make(address, now);
        let stale = if stale { ", stale=true" } else { "" };
        let header = |digest: &Digest| {
            let algorithm = digest.name();
            let value = format!(
                "Digest realm=\"{REALM}\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"auth\"{stale}"
            );
            Header::WwwAuthenticate(value.into())
        };
        (401, digests.iter().map(header).collect())
    }
}

impl<'a> Credentials<'a> {
    /// Reads an answer to a challenge of ours; none when it is to somebody else's, or lacks something.
    fn read(value: &'a str) -> Option<Self> {
        let params = Params::read(value)?;
        // Each of our challenges asks for it, so that counts are told.
        let counted = params.get("qop")?.eq_ignore_ascii_case("auth");
        let count_text = params.get("nc").filter(|text| text.len() == 8)?;
        if params.get("realm")? != REALM || !counted {
            return None;
        }
        Some(Self {
            user: params.get("username")?,
            nonce: params.get("nonce")?,
            uri: params.get("uri")?,
            response: params.get("response")?,
            client_nonce: params.get("cnonce")?,
            count: u32::from_str_radix(count_text, 16).ok()?,
            count_text,
            digest: params.get("algorithm").map_or(Some(Digest::Md5), Digest::of_name)?,
        })
    }

    /// Whether it is what somebody answers who knows the password (RFC 7616 §3.4.1), to this request.
    fn is_right(&self, password: &str, request: &Request) -> bool {
        let hash = match self.digest {
            Digest::Md5 => hashed::<Md5>,
            Digest::Sha256 => hashed::<Sha256>,
        };
        let who = hash(&[self.user, REALM, password]);
        let what = hash(&[&request.method.to_string(), self.uri]);
        let right = hash(&[&who, self.nonce, self.count_text, self.client_nonce, "auth", &what]);
        // §3.4.6: for this very target. A proxy may have written the host anew, never the user.
        let target = request.uri.auth.as_ref().map(|auth| auth.user.as_str()).unwrap_or_default();
        same(right.as_bytes(), self.response.to_ascii_lowercase().as_bytes())
            && fields::user(self.uri) == fields::user(&format!("sip:{target}@"))
    }
}

/// The hash of these, with colons between them, in hexadecimal digits.
fn hashed<H: Hash>(parts: &[&str]) -> String {
    H::digest(parts.join(":")).iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(algorithm: &str, response: &str, password: &str, right: bool) {
        let value = format!(
            "Digest username=\"25\", realm=\"trunkline\", nonce=\"abc\", uri=\"sip:127.0.0.1:15060;transport=udp\", \
             response=\"{response}\", cnonce=\"da0df4648f432c45\", qop=auth, nc=00000001{algorithm}"
        );
        let request = "REGISTER sip:127.0.0.1:15060 SIP/2.0\r\n\r\n";
        let request = Request::try_from(request.as_bytes()).unwrap();
        let credentials = Credentials::read(&value).expect("they can be read");
        assert_eq!(credentials.is_right(password, &request), right, "{value}");
    }

    #[test]
    fn what_a_telephone_answers_is_right() {
        // As baresip 1.0 answered.
        let md5 = "08a853a7dc542d1b502cd817db938c35";
        check("", md5, "secret", true);
        check(", algorithm=MD5", &md5.to_uppercase(), "secret", true);
        check("", md5, "secrets", false);
        check(", algorithm=SHA-256", md5, "secret", false);
        check("", "", "secret", false);
    }

    #[test]
    fn what_is_not_an_answer_to_our_challenge_is_passed_over() {
        let whole = "Digest username=\"25\", realm=\"trunkline\", nonce=\"n\", uri=\"sip:h\", response=\"r\", \
                     cnonce=\"c\", qop=auth, nc=000000ff";
        assert_eq!(Credentials::read(whole).map(|c| (c.count, c.digest)), Some((255, Digest::Md5)));
        for (from, to) in [
            ("realm=\"trunkline\"", "realm=\"other\""),
            ("qop=auth", "qop=auth-int"),
            (", qop=auth", ""),
            ("nc=000000ff", "nc=ff"),
            ("nc=000000ff", "nc=00000xff"),
            ("nonce=\"n\", ", ""),
            ("Digest ", "Basic "),
            ("qop=auth", "algorithm=SHA-512-256, qop=auth"),
        ] {
            assert!(Credentials::read(&whole.replace(from, to)).is_none(), "{to}");
        }
    }
}
