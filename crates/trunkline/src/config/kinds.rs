//! The kinds of values that a configuration holds and no other crate reads: networks, ranges, secrets.

use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use ipnet::IpNet;

/// A text that is never shown: not by Debug, not in an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    in_the_open: bool,
}

impl Secret {
    /// Takes a secret in that came from a variable or a file of its own.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), in_the_open: false }
    }

    /// Takes a secret in that the configuration itself states.
    pub(super) fn written(text: impl Into<String>) -> Self {
        Self { text: text.into(), in_the_open: true }
    }

    /// The secret itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Whether whoever reads the configuration file reads it.
    pub(super) const fn is_in_the_open(&self) -> bool {
        self.in_the_open
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Reads `ADDRESS/LENGTH`, or an address alone, which admits itself. Bits behind the length must be 0:
/// who writes them meant another network.
#[must_use]
pub fn network(text: &str) -> Option<IpNet> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.into());
    }
    text.parse::<IpNet>().ok().filter(|network| network.trunc() == *network)
}

/// Whether an address lies within one of these networks. An IPv4 address mapped into IPv6 counts as the
/// IPv4 address it is.
#[must_use]
pub fn admits(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address.to_canonical()))
}

/// Reads a range of port numbers, `FIRST-LAST` or one number, from 1 up.
#[must_use]
pub fn port_range(text: &str) -> Option<RangeInclusive<u16>> {
    let number = |digits: &str| {
        let digits = digits.trim();
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|&port| plain && port > 0)
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some(first..=last)
}
