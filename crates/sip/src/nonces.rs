//! The nonces of our challenges: signed for whom they are given to, so that strangers cost no memory and forged
//! addresses get no say, and each count of each taken once (RFC 7616 §3.4, §5.5).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::limits;

/// Octets of a nonce before its signature: which one it is, and the second it was made in.
const STATED: usize = 16;
/// Octets of its signature.
const SIGNATURE: usize = 12;

/// Makes nonces and knows them again.
pub(crate) struct Nonces {
    /// Ours alone, and made anew with each start: what an earlier process gave out is stale.
    key: Hmac<Sha256>,
    began: Instant,
    made: AtomicU64,
    used: Mutex<Used>,
}

/// The nonces that were answered rightly.
#[derive(Default)]
struct Used {
    /// The last count of each, by its number.
    counts: BTreeMap<u64, u32>,
    /// Nonces up to this number are forgotten, and stale.
    forgotten: Option<u64>,
}

/// A nonce of ours that is still good, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Nonce(u64);

/// A nonce that is no good any more, or a count of it that was used before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stale;

impl Nonces {
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn new(now: Instant) -> Result<Self, getrandom::Error> {
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key)?;
        let key = Hmac::new_from_slice(&key).expect("HMAC takes a key of any length");
        Ok(Self { key, began: now, made: AtomicU64::new(0), used: Mutex::default() })
    }

    /// A nonce for whoever asks from this address, never given out before.
    pub(crate) fn make(&self, asker: IpAddr, now: Instant) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let second = now.saturating_duration_since(self.began).as_secs();
        let stated = stated(number, second);
        let signature = self.sign(&stated, asker);
        stated.iter().chain(&signature).map(|octet| format!("{octet:02x}")).collect()
    }

    /// Knows a nonce again that was given to this address and is still good.
    pub(crate) fn read(&self, nonce: &str, asker: IpAddr, now: Instant) -> Result<Nonce, Stale> {
        let octets = octets(nonce).ok_or(Stale)?;
        let (said, signature) = octets.split_at(STATED);
        if !same(&self.sign(said, asker), signature) {
            return Err(Stale);
        }
        let number = |octets: &[u8]| octets.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
        let (number, second) = (number(&said[..8]), number(&said[8..]));
        let age = now.saturating_duration_since(self.began).as_secs().saturating_sub(second);
        if age > limits::NONCE_LIFE.as_secs() { Err(Stale) } else { Ok(Nonce(number)) }
    }

    /// Takes a count of a nonce, once; whoever shows it has answered rightly.
    pub(crate) fn take(&self, Nonce(number): Nonce, count: u32) -> Result<(), Stale> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.forgotten.is_some_and(|forgotten| number <= forgotten) {
            return Err(Stale);
        }
        let last = used.counts.entry(number).or_default();
        if count <= *last {
            return Err(Stale);
        }
        *last = count;
        if used.counts.len() > limits::NONCES {
            used.forgotten = used.counts.pop_first().map(|(oldest, _)| oldest);
        }
        Ok(())
    }

    fn sign(&self, stated: &[u8], asker: IpAddr) -> [u8; SIGNATURE] {
        let asker = match asker {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        let whole = self.key.clone().chain_update(stated).chain_update(asker.octets()).finalize();
        let mut signature = [0; SIGNATURE];
        signature.copy_from_slice(&whole.into_bytes()[..SIGNATURE]);
        signature
    }
}

/// What the hexadecimal digits of a nonce say.
fn octets(nonce: &str) -> Option<[u8; STATED + SIGNATURE]> {
    let digits = nonce.as_bytes();
    if digits.len() != 2 * (STATED + SIGNATURE) {
        return None;
    }
    let mut octets = [0; STATED + SIGNATURE];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *octet = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(octets)
}

fn stated(number: u64, second: u64) -> [u8; STATED] {
    let mut octets = [0; STATED];
    octets[..8].copy_from_slice(&number.to_be_bytes());
    octets[8..].copy_from_slice(&second.to_be_bytes());
    octets
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ASKER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn nonces(now: Instant) -> Nonces {
        Nonces::new(now).unwrap()
    }

    #[test]
    fn each_count_of_a_nonce_is_taken_once() {
        let now = Instant::now();
        let nonces = nonces(now);
        let text = nonces.make(ASKER, now);
        let nonce = nonces.read(&text, ASKER, now).unwrap();
        assert_eq!(nonces.take(nonce, 1), Ok(()));
        assert_eq!(nonces.take(nonce, 1), Err(Stale), "replayed");
        assert_eq!(nonces.take(nonce, 0x1_0000), Ok(()), "counts may leave gaps");
        assert_eq!(nonces.take(nonce, 2), Err(Stale), "and never fall");
        assert_ne!(nonces.make(ASKER, now), text);
    }

    #[test]
    fn what_is_old_or_not_given_there_is_stale() {
        let now = Instant::now();
        let nonces = nonces(now);
        let nonce = nonces.make(ASKER, now);
        let last = now + limits::NONCE_LIFE;
        assert!(nonces.read(&nonce, ASKER, last).is_ok());
        assert_eq!(nonces.read(&nonce, ASKER, last + Duration::from_secs(1)), Err(Stale));
        assert_eq!(nonces.read(&nonce, "192.0.2.1".parse().unwrap(), now), Err(Stale));
        let mut forged = nonce.clone();
        forged.replace_range(14..16, "ff");
        let others = super::tests::nonces(now).make(ASKER, now);
        for nonce in [forged.as_str(), "", "zz", &nonce[1..], &"é".repeat(28), &others] {
            assert_eq!(nonces.read(nonce, ASKER, now), Err(Stale), "{nonce}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_what_is_forgotten_is_stale() {
        let nonces = nonces(Instant::now());
        for number in 0..=limits::NONCES as u64 {
            nonces.take(Nonce(number), 1).unwrap();
        }
        assert_eq!(nonces.used.lock().unwrap().counts.len(), limits::NONCES);
        assert_eq!(nonces.take(Nonce(0), 2), Err(Stale));
        assert_eq!(nonces.take(Nonce(1), 2), Ok(()), "the others are known still");
    }

    #[test]
    fn a_nonce_is_as_old_as_the_time_since_it_was_given() {
        let began = Instant::now();
        let nonces = nonces(began);
        let given = began + Duration::from_secs(1_000);
        let nonce = nonces.make(ASKER, given);
        assert!(nonces.read(&nonce, ASKER, given + limits::NONCE_LIFE).is_ok());
        assert_eq!(
            nonces.read(&nonce, ASKER, given + limits::NONCE_LIFE + Duration::from_secs(1)),
            Err(Stale)
        );
    }
}
