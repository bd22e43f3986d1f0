//! The kinds of values that a configuration holds: addresses, networks, ranges, secrets.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

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

/// A range of addresses in CIDR form, such as `127.0.0.0/8`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `ADDRESS/LENGTH`, or an address alone, which admits itself. Bits behind the length must be 0.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) if digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok()?
            }
            Some(_) => return None,
            None => longest,
        };
        let network = Self { address, prefix };
        (prefix <= longest && bits(address) == network.mask(bits(address))).then_some(network)
    }

    /// The network of exactly this address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        Self { address, prefix: if address.is_ipv4() { 32 } else { 128 } }
    }

    /// Whether an address lies within. An IPv4 address mapped into IPv6 counts as the IPv4 address it is.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && self.mask(bits(address)) == bits(self.address)
    }

    /// These bits with those behind the length cleared; addresses stand left-aligned in 128 bits.
    fn mask(&self, bits: u128) -> u128 {
        let dropped = 128 - u32::from(self.prefix);
        if dropped == 128 { 0 } else { bits >> dropped << dropped }
    }
}

/// An address's bits, left-aligned, so that a prefix counts alike for both families.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// How SIP travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A stream.
    Tcp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        })
    }
}

/// A place where SIP is listened for, written `udp://127.0.0.1:5060`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SipListener {
    /// How it travels.
    pub transport: Transport,
    /// The local address; the port may be 0, then the system chooses.
    pub address: SocketAddr,
}

impl SipListener {
    /// Reads `udp://ADDRESS:PORT` or `tcp://ADDRESS:PORT`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (scheme, address) = text.split_once("://")?;
        let transport = match scheme {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            _ => return None,
        };
        Some(Self { transport, address: address.parse().ok()? })
    }
}

impl fmt::Display for SipListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.transport, self.address)
    }
}

/// Where a trunk's gateway is, written `sip:HOST[:PORT][;transport=udp|tcp]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SipAddress {
    /// An address, or a name that is resolved by RFC 3263.
    pub host: Host,
    /// The port; where none is written, RFC 3263 decides it.
    pub port: Option<u16>,
    /// The transport; where none is written, RFC 3263 decides it.
    pub transport: Option<Transport>,
}

/// The host part of a SIP address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Host {
    /// A numeric address.
    Address(IpAddr),
    /// A host name, in lower case.
    Name(String),
}

impl SipAddress {
    /// Reads the host, port and transport; a user part and other parameters have no meaning here.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        if !scheme.eq_ignore_ascii_case("sip") {
            return None;
        }
        let (place, transport) = match rest.split_once(';') {
            None => (rest, None),
            Some((place, parameter)) => {
                let (name, value) = parameter.split_once('=')?;
                let transport = match value.to_ascii_lowercase().as_str() {
                    "udp" => Transport::Udp,
                    "tcp" => Transport::Tcp,
                    _ => return None,
                };
                (place, Some(name.eq_ignore_ascii_case("transport").then_some(transport)?))
            }
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(v6) => {
                let (v6, port) = v6.split_once(']')?;
                (Host::Address(IpAddr::V6(v6.parse().ok()?)), port)
            }
            None => {
                let end = place.find(':').unwrap_or(place.len());
                let (host, port) = place.split_at(end);
                (host.parse().map(Host::Address).ok().or_else(|| Host::name(host))?, port)
            }
        };
        let port = match port.strip_prefix(':') {
            Some(port) => Some(port.parse().ok().filter(|&port| port > 0)?),
            None if port.is_empty() => None,
            None => return None,
        };
        Some(Self { host, port, transport })
    }
}

impl Host {
    /// A host name of RFC 1123 §2.1. One whose last label is all digits is a misspelt address.
    fn name(text: &str) -> Option<Self> {
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let last = text.rsplit('.').next().unwrap_or(text);
        let valid =
            text.len() <= 253 && text.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit());
        valid.then(|| Self::Name(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for SipAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address(IpAddr::V4(v4)) => write!(f, "sip:{v4}")?,
            Host::Address(IpAddr::V6(v6)) => write!(f, "sip:[{v6}]")?,
            Host::Name(name) => write!(f, "sip:{name}")?,
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        match self.transport {
            Some(transport) => write!(f, ";transport={transport}"),
            None => Ok(()),
        }
    }
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
