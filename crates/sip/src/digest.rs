//! Answers to digest challenges (RFC 7616, RFC 8760), for a trunk's own challenges only.

use rsipstack::dialog::authenticate::compute_digest;
use rsipstack::sip::headers::auth::{Algorithm, AuthQop};
use rsipstack::sip::{Header, Request, Response};
use rsipstack::transaction::random_text;

use crate::core::Core;
use crate::fields;
use crate::limits;

/// One challenge that we can answer.
struct Challenge<'a> {
    realm: &'a str,
    nonce: &'a str,
    opaque: Option<&'a str>,
    algorithm: Algorithm,
    /// As the challenge spelled it, to be repeated; none when it named none.
    spelled: Option<&'a str>,
    /// Whether `qop=auth` is asked for.
    qop: bool,
}

impl Core {
    /// The header that answers a 401 or 407 of this trunk to this request; none when we have no
    /// credentials, know no such algorithm, or the realm is not this trunk's (security row 1).
    pub(crate) fn answer_challenge(
        &self,
        trunk: usize,
        request: &Request,
        response: &Response,
    ) -> Option<Header> {
        let trunk = self.trunks.get(trunk)?;
        let (user, password) = (trunk.setting.username.as_deref()?, trunk.setting.password.as_deref()?);
        // RFC 3261 §22.2, §22.3: the status says which header challenges and which answers.
        let proxy = response.status_code.code() == 407;
        let name = if proxy { "Proxy-Authenticate" } else { "WWW-Authenticate" };
        // RFC 8760 §2.4: the topmost that we can compute.
        let challenge = fields::values(response, name).find_map(Challenge::read)?;
        if !self.is_own_realm(trunk.id, challenge.realm) {
            tracing::warn!(
                target: "security",
                trunk = %trunk.setting.name,
                "a challenge named a realm that is not the trunk's; it was not answered"
            );
            return None;
        }
        trunk.pin_realm(challenge.realm);
        let value = challenge.answer(user, password, request);
        Some(if proxy {
            Header::ProxyAuthorization(value.into())
        } else {
            Header::Authorization(value.into())
        })
    }

    /// Whether a realm may be this trunk's: the one it named before, or one that is not another trunk's.
    fn is_own_realm(&self, id: edge::TrunkId, realm: &str) -> bool {
        let mut others = self.trunks.iter().filter(|t| t.id != id);
        match self.trunks.iter().find(|t| t.id == id).and_then(|t| t.realm()) {
            Some(pinned) => pinned == realm,
            None => !others.any(|t| {
                t.realm().as_deref() == Some(realm) || t.setting.address.host.eq_ignore_ascii_case(realm)
            }),
        }
    }
}

/// The parameters of a challenge, or of what answers one (RFC 7616 §3.3, §3.4).
pub(crate) struct Params<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Params<'a> {
    /// Reads the value of a header; none when its scheme is not Digest.
    pub(crate) fn read(value: &'a str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once(char::is_whitespace)?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let params = fields::list(rest)
            .into_iter()
            .filter_map(|p| p.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim()));
        Some(Self(params.collect()))
    }

    /// A value without its quotes; none when what is repeated of it would break out of them.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        let text = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        Some(text).filter(|t| !t.contains(['"', '\\']) && t.len() <= limits::CREDENTIAL)
    }
}

impl<'a> Challenge<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let params = Params::read(value)?;
        let param = |name| params.get(name);
        let spelled = param("algorithm");
        let algorithm = match spelled {
            None => Algorithm::Md5,
            Some(name) if name.eq_ignore_ascii_case("MD5") => Algorithm::Md5,
            Some(name) if name.eq_ignore_ascii_case("SHA-256") => Algorithm::Sha256,
            Some(_) => return None,
        };
        let offered = param("qop");
        let qop = match offered {
            None => false,
            Some(list) if list.split(',').any(|q| q.trim().eq_ignore_ascii_case("auth")) => true,
            // Only auth-int, which no trunk asks for.
            Some(_) => return None,
        };
        Some(Self {
            realm: param("realm")?,
            nonce: param("nonce")?,
            opaque: param("opaque"),
            algorithm,
            spelled,
            qop,
        })
    }

    /// RFC 7616 §3.4. Every answer has a client nonce of its own, so its count is always one.
    fn answer(&self, user: &str, password: &str, request: &Request) -> String {
        let uri = request.uri.to_string();
        let cnonce = random_text(16);
        let qop = self.qop.then(|| AuthQop::Auth { cnonce: cnonce.clone(), nc: 1 });
        let (realm, nonce) = (self.realm, self.nonce);
        let digest =
            compute_digest(user, password, realm, nonce, &request.method, &uri, self.algorithm, qop.as_ref());
        let user = user.replace(['"', '\\'], "");
        let mut value = format!(
            "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{digest}\""
        );
        if let Some(algorithm) = self.spelled {
            value.push_str(&format!(", algorithm={algorithm}"));
        }
        if let Some(opaque) = self.opaque {
            value.push_str(&format!(", opaque=\"{opaque}\""));
        }
        if self.qop {
            value.push_str(&format!(", qop=auth, nc=00000001, cnonce=\"{cnonce}\""));
        }
        value
    }
}
