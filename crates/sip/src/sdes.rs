//! Secrets for SRTP in a description (RFC 4568): `a=crypto` lines, read and written.
//!
//! What stands here is as secret as the password of a call: whoever reads the description can listen.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edge::sound::{Secret, Suite};
use sdp_types::Attribute;

/// What we offer, in the order of preference.
const SUITES: [Suite; 2] = [Suite::Sha1With80, Suite::Sha1With32];
/// Octets of a master key and of a master salt.
const KEY: usize = 16;
const SALT: usize = 14;

/// One `a=crypto` line that we can use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// By which an answer names the line of the offer that it takes.
    pub(crate) tag: u32,
    pub(crate) secret: Secret,
}

/// Our secrets for one leg, one for each suite; the same in every description of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ours([Secret; SUITES.len()]);

impl fmt::Debug for Ours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ours(secret)")
    }
}

impl Ours {
    /// New ones, from the system's source of secrets.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut secrets = SUITES.map(|suite| Secret { suite, key: [0; KEY], salt: [0; SALT] });
        for secret in &mut secrets {
            getrandom::fill(&mut secret.key)?;
            getrandom::fill(&mut secret.salt)?;
        }
        Ok(Self(secrets))
    }

    /// The lines of an offer.
    pub(crate) fn offer(&self) -> impl Iterator<Item = Line> {
        self.0.iter().zip(1..).map(|(&secret, tag)| Line { tag, secret })
    }

    /// What we answer to the lines of an offer: the first that we can use, and our line for it (RFC 4568 §5.1.2).
    pub(crate) fn answer(&self, theirs: &[Line]) -> Option<(Line, Line)> {
        let taken = theirs.first()?;
        let secret = *self.0.iter().find(|secret| secret.suite == taken.secret.suite)?;
        Some((*taken, Line { tag: taken.tag, secret }))
    }

    /// Our line that an answer to our offer takes: its tag and its suite are those of one line of ours, and it is
    /// the only one (RFC 4568 §5.1.3).
    pub(crate) fn taken(&self, answer: &[Line]) -> Option<(Line, Line)> {
        let [theirs] = answer else { return None };
        let ours = self.offer().find(|line| line.tag == theirs.tag)?;
        (ours.secret.suite == theirs.secret.suite).then_some((*theirs, ours))
    }
}

/// The `a=crypto` lines that we can use.
pub(crate) fn lines(attributes: &[Attribute]) -> Vec<Line> {
    let lines = attributes.iter().filter(|attribute| attribute.attribute == "crypto");
    lines.filter_map(|attribute| read(attribute.value.as_deref()?)).collect()
}

/// `1 AES_CM_128_HMAC_SHA1_80 inline:BASE64|2^31`. A line with several keys, with a key identifier (MKI) or with
/// session parameters asks for more than we do: it is passed over (RFC 4568 §6.3.7: an unknown one must be).
fn read(value: &str) -> Option<Line> {
    let mut words = value.split_ascii_whitespace();
    let (tag, suite, keys) = (words.next()?, words.next()?, words.next()?);
    let tag = tag.parse().ok().filter(|_| tag.len() <= 9 && tag.bytes().all(|b| b.is_ascii_digit()))?;
    let suite = *SUITES.iter().find(|known| name(**known).eq_ignore_ascii_case(suite))?;
    if words.next().is_some() || keys.contains(';') {
        return None;
    }
    let (method, key) = keys.split_at_checked("inline:".len())?;
    let mut parts = key.split('|');
    let octets = STANDARD.decode(parts.next()?).ok()?;
    // RFC 4568 §6.1: then a lifetime and an MKI, each optional; the latter has a colon.
    let lifetime = parts.next();
    if !method.eq_ignore_ascii_case("inline:") || lifetime.is_some_and(|l| l.contains(':')) {
        return None;
    }
    let (key, salt) = octets.split_first_chunk::<KEY>()?;
    let secret = Secret { suite, key: *key, salt: salt.try_into().ok()? };
    parts.next().is_none().then_some(Line { tag, secret })
}

impl fmt::Display for Line {
    /// The whole attribute with its end of line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Secret { suite, key, salt } = &self.secret;
        let key = STANDARD.encode([&key[..], &salt[..]].concat());
        write!(f, "a=crypto:{} {} inline:{key}\r\n", self.tag, name(*suite))
    }
}

const fn name(suite: Suite) -> &'static str {
    match suite {
        Suite::Sha1With80 => "AES_CM_128_HMAC_SHA1_80",
        Suite::Sha1With32 => "AES_CM_128_HMAC_SHA1_32",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(value: &str) -> Vec<Attribute> {
        vec![Attribute { attribute: "crypto".into(), value: Some(value.into()) }]
    }

    #[test]
    fn lines_are_read_as_they_are_written() {
        let ours = Ours::new().unwrap();
        for line in ours.offer() {
            let text = line.to_string();
            let value = text.strip_prefix("a=crypto:").unwrap().trim_end();
            assert_eq!(lines(&attribute(value)), [line]);
            assert_eq!(lines(&attribute(&format!("{value}|2^31"))), [line], "with a lifetime");
            assert!(!format!("{line:?}").contains(value.split_once("inline:").unwrap().1));
        }
        assert_ne!(ours, Ours::new().unwrap(), "secrets are new each time");
    }

    // The examples of RFC 4568 §4.1 and §6.1 in parts.
    #[test]
    fn what_asks_for_more_than_we_do_is_passed_over() {
        let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
        let suite = "AES_CM_128_HMAC_SHA1_80";
        assert_eq!(lines(&attribute(&format!("1 {suite} inline:{key}"))).len(), 1);
        for wrong in [
            format!("1 {suite} inline:{key}|2^20|1:4"),
            format!("1 {suite} inline:{key}|1:4"),
            format!("1 {suite} inline:{key};inline:{key}"),
            format!("1 {suite} inline:{key} UNENCRYPTED_SRTP"),
            format!("1 F8_128_HMAC_SHA1_80 inline:{key}"),
            format!("1 {suite} inline:{}", &key[..36]),
            format!("1 {suite} uri:{key}"),
            format!("x {suite} inline:{key}"),
            format!("+1 {suite} inline:{key}"),
            format!("99999999999 {suite} inline:{key}"),
            format!("1 {suite}"),
            String::new(),
        ] {
            assert_eq!(lines(&attribute(&wrong)), [], "{wrong}");
        }
    }

    #[test]
    fn an_answer_takes_one_line_of_the_offer() {
        let (ours, theirs) = (Ours::new().unwrap(), Ours::new().unwrap());
        let offered: Vec<Line> = theirs.offer().collect();
        let (taken, answer) = ours.answer(&offered).unwrap();
        assert_eq!(taken, offered[0]);
        assert_eq!(theirs.taken(&[answer]).unwrap(), (answer, offered[0]));
        let other = Line { tag: 2, ..answer };
        assert_eq!(theirs.taken(&[other]), None, "the suite of another line");
        assert_eq!(theirs.taken(&[Line { tag: 3, ..answer }]), None, "no line of ours");
        assert_eq!(theirs.taken(&[answer, other]), None, "two");
        assert_eq!(ours.answer(&[]), None);
    }
}
