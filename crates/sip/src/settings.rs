//! What an endpoint is told at its start: where it listens, whom it trusts, which codecs it speaks.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use edge::StationId;
use edge::sound::Codec;
use ipnet::IpNet;

use crate::fields;
use crate::limits::Limits;
use crate::tls::{Accepting, Tls};

/// What an endpoint is told at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one, which [`crate::Endpoint::listening`] tells.
    pub listen: Vec<Listen>,
    /// The address to show in Via and Contact instead of the one listened on (behind a NAT).
    pub advertise: Option<IpAddr>,
    /// The address to show in SDP instead of the socket's own.
    pub media_advertise: Option<IpAddr>,
    /// The gateways of the carrier. A `TrunkId` is an index into this list.
    pub trunks: Vec<Trunk>,
    /// The telephones of the house.
    pub stations: Vec<Station>,
    /// Codecs in the order of preference.
    pub codecs: Vec<Codec>,
    /// Whether packets of sound are secured.
    pub srtp: Srtp,
    /// User-Agent and Server of our messages.
    pub user_agent: String,
    /// Who may call in.
    pub admit: Admit,
    /// How long a call lasts whose far side is not heard of (RFC 4028).
    pub session: Session,
    /// What TLS is spoken with; none where nobody listens for it and no trunk or station is reached over it.
    pub tls: Option<Tls>,
    /// Name servers to ask instead of those of the system; empty: those of the system.
    pub name_servers: Vec<SocketAddr>,
    /// What is taken on at most.
    pub limits: Limits,
}

impl Settings {
    /// What TLS is spoken with towards those who connect to us.
    pub(crate) fn accepting(&self) -> Option<&Accepting> {
        self.tls.as_ref()?.accepting.as_ref()
    }
}

/// Session timers (RFC 4028).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Session {
    /// The interval that we ask for and agree to at most; zero: no session timers.
    pub expires: Duration,
    /// The shortest that we agree to (Min-SE); the RFC has no less than 90 s.
    pub least: Duration,
}

impl Default for Session {
    fn default() -> Self {
        Self { expires: Duration::from_secs(1_800), least: Duration::from_secs(90) }
    }
}

/// Who may call in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admit {
    /// Only transport sources that belong to a trunk, and stations.
    Trunks,
    /// Anyone: for the simulated phone network, never for a server. Stations are none of these then.
    Anyone,
}

/// Whether packets of sound are secured (RFC 3711), with secrets told in the SDP (RFC 4568). Those are secrets
/// only where the signalling goes over TLS.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Srtp {
    /// Never: a far side that insists is refused.
    #[default]
    Off,
    /// Where the far side does it too.
    Preferred,
    /// Always: a far side that does not is refused.
    Required,
}

/// A transport of SIP.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transport {
    /// RFC 3261 over UDP.
    Udp,
    /// RFC 3261 over TCP.
    Tcp,
    /// RFC 3261 over TLS over TCP.
    Tls,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Udp, Self::Tcp, Self::Tls];

    /// The port where none is named (RFC 3261 §19.1.2).
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }

    /// Its name, as URIs have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }

    /// The transport of this name, in either case.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transport| transport.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place to listen: written `udp://127.0.0.1:5060`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listen {
    /// UDP, TCP or TLS.
    pub transport: Transport,
    /// The address and port; port 0 takes a free one.
    pub address: SocketAddr,
}

/// The addresses that are listened on, each once: sound is received where signalling is.
#[must_use]
pub fn addresses(listen: &[Listen]) -> Vec<IpAddr> {
    let mut addresses = Vec::new();
    for place in listen {
        if !addresses.contains(&place.address.ip()) {
            addresses.push(place.address.ip());
        }
    }
    addresses
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.transport, self.address)
    }
}

impl FromStr for Listen {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let wrong = || SettingError::Listen(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let transport = Transport::of_name(scheme).ok_or_else(wrong)?;
        let address = rest.parse().map_err(|_| wrong())?;
        Ok(Self { transport, address })
    }
}

/// A telephone of the house.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Station {
    /// The port that it is reached on: its user name, in decimal, where it registers.
    pub id: StationId,
    /// Where it is.
    pub place: Place,
    /// Codecs with it instead of the general ones.
    pub codecs: Option<Vec<Codec>>,
    /// Whether packets are secured, instead of the general rule.
    pub srtp: Option<Srtp>,
}

/// Where a station is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// Where it registers from (RFC 3261 §10).
    Registered {
        /// What it proves itself with.
        password: String,
        /// How, in the order of preference (RFC 8760 §2.3).
        digests: Vec<Digest>,
    },
    /// Always at this address, which alone says who it is.
    Fixed(StationAddress),
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The password is a secret: never in a log.
            Self::Registered { digests, .. } => write!(f, "Registered({digests:?})"),
            Self::Fixed(address) => write!(f, "Fixed({address})"),
        }
    }
}

/// An algorithm of digest authentication.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digest {
    /// RFC 2617: what every telephone knows.
    Md5,
    /// RFC 8760.
    Sha256,
}

impl Digest {
    /// Its name, as challenges have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The algorithm of this name, in either case.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Md5, Self::Sha256].into_iter().find(|digest| digest.name().eq_ignore_ascii_case(name))
    }
}

/// The fixed place of a station: written `sip:25@127.0.0.1:5080;transport=tcp`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StationAddress {
    /// The user part; empty when there is none.
    pub user: String,
    /// The address; a name would have to be believed.
    pub address: SocketAddr,
    /// UDP, TCP or TLS; under TLS it shows a certificate for its address.
    pub transport: Transport,
}

impl fmt::Display for StationAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.user.is_empty() { "" } else { "@" };
        let transport = match self.transport {
            Transport::Udp => "",
            Transport::Tcp => ";transport=tcp",
            Transport::Tls => ";transport=tls",
        };
        write!(f, "sip:{}{at}{}{transport}", fields::encode(&self.user), self.address)
    }
}

impl FromStr for StationAddress {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let wrong = || SettingError::Station(text.to_owned());
        let (scheme, rest) = text.split_once(':').ok_or_else(wrong)?;
        let (user, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*'()+".contains(&b);
        if !user.bytes().all(plain) {
            return Err(wrong());
        }
        let trunk: TrunkAddress = format!("{scheme}:{place}").parse().map_err(|_| wrong())?;
        let address = trunk.literal().filter(|_| !trunk.sips).ok_or_else(wrong)?;
        Ok(Self { user: user.to_owned(), address, transport: trunk.transport() })
    }
}

/// A gateway of the carrier.
#[derive(Clone, PartialEq, Eq)]
pub struct Trunk {
    /// Its name, for logs.
    pub name: String,
    /// Where it is.
    pub address: TrunkAddress,
    /// The user we are at the carrier; also the identity of a call without a caller.
    pub username: Option<String>,
    /// The password of that user, for digest challenges of this trunk only.
    pub password: Option<String>,
    /// Whether to register there as `username`.
    pub register: bool,
    /// Whose calls come in through this trunk; empty: the address itself.
    pub allow: Vec<IpNet>,
    /// Codecs on this trunk instead of the general ones.
    pub codecs: Option<Vec<Codec>>,
    /// Whether packets are secured, instead of the general rule.
    pub srtp: Option<Srtp>,
}

impl fmt::Debug for Trunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password is a secret: never in a log.
        write!(f, "Trunk({} at {})", self.name, self.address)
    }
}

/// Where a trunk is: written `sip:gw.example.com;transport=tls`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrunkAddress {
    /// Whether it is a `sips:` URI: TLS on every way that a message takes, not on ours alone (RFC 3261 §26.2.2).
    pub sips: bool,
    /// An address literal (IPv6 without brackets) or a host name.
    pub host: String,
    /// The port, where one is given.
    pub port: Option<u16>,
    /// The transport; none leaves it to the DNS (RFC 3263 §4.1), which for a literal or with a port is UDP, or
    /// TLS where the URI is `sips:`.
    pub transport: Option<Transport>,
}

impl TrunkAddress {
    /// The address, where the host is a literal: such a trunk never causes a DNS query.
    #[must_use]
    pub fn literal(&self) -> Option<SocketAddr> {
        let ip: IpAddr = self.host.parse().ok()?;
        Some(SocketAddr::new(ip, self.port()))
    }

    /// The port, that of the transport where none is given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.transport().port())
    }

    /// The transport where the DNS does not decide it.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.transport.unwrap_or(if self.sips { Transport::Tls } else { Transport::Udp })
    }

    /// The host and port as they stand in a SIP URI.
    #[must_use]
    pub fn host_port(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// The scheme of its URIs.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.sips { "sips" } else { "sip" }
    }
}

impl fmt::Display for TrunkAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme(), self.host_port())?;
        match self.transport {
            None => Ok(()),
            // RFC 3261 §26.2.2: what `sips` says already.
            Some(_) if self.sips => f.write_str(";transport=tcp"),
            Some(transport) => write!(f, ";transport={transport}"),
        }
    }
}

impl FromStr for TrunkAddress {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let wrong = || SettingError::Trunk(text.to_owned());
        let (scheme, rest) = text.split_once(':').ok_or_else(wrong)?;
        let sips = match scheme.to_ascii_lowercase().as_str() {
            "sip" => false,
            "sips" => true,
            _ => return Err(wrong()),
        };
        let mut parts = rest.split(';');
        let place = parts.next().unwrap_or_default();
        let mut transport = None;
        for param in parts {
            let (name, value) = param.split_once('=').ok_or_else(wrong)?;
            let named = Transport::of_name(value).filter(|_| name.eq_ignore_ascii_case("transport"));
            transport = Some(match (sips, named) {
                (false, Some(named)) => named,
                (true, Some(Transport::Tcp | Transport::Tls)) => Transport::Tls,
                _ => return Err(wrong()),
            });
        }
        let (host, port) = split_port(place).ok_or_else(wrong)?;
        let known = host.parse::<IpAddr>().is_ok() || is_host_name(host);
        if !known {
            return Err(wrong());
        }
        Ok(Self { sips, host: host.to_owned(), port, transport })
    }
}

/// A host and its port; IPv6 in brackets.
fn split_port(place: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        (host, after.strip_prefix(':').or(if after.is_empty() { None } else { Some("x") }))
    } else {
        match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        }
    };
    let port = match port {
        Some(text) => Some(text.parse::<u16>().ok().filter(|p| *p != 0)?),
        None => None,
    };
    Some((host, port))
}

/// Whether this may be a host name (RFC 1123 §2.1). One whose last label is all digits is a misspelt
/// address.
fn is_host_name(host: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let name = host.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or(name);
    host.len() <= 253 && name.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

/// A setting that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SettingError {
    /// Not a place to listen.
    #[error("`{0}` is no place to listen; write udp://, tcp:// or tls://ADDRESS:PORT")]
    Listen(String),
    /// Not the address of a trunk.
    #[error(
        "`{0}` is no trunk address; write sip:HOST:PORT, with ;transport=tcp or ;transport=tls where that is meant"
    )]
    Trunk(String),
    /// Not the address of a station.
    #[error(
        "`{0}` is no place of a telephone; write sip:USER@ADDRESS:PORT, with ;transport=tcp or ;transport=tls where that \
         is meant"
    )]
    Station(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_to_listen_are_read_and_written() {
        for text in ["udp://127.0.0.1:5060", "tcp://[::1]:0", "tls://127.0.0.1:5061"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["127.0.0.1:5060", "ws://127.0.0.1:5061", "udp://localhost:5060", "udp://"] {
            assert_eq!(text.parse::<Listen>(), Err(SettingError::Listen(text.into())));
        }
    }

    #[test]
    fn trunk_addresses_are_read_and_written() {
        for text in [
            "sip:127.0.0.1:5070;transport=tcp",
            "sip:h;transport=udp",
            "sip:[::1]:5070",
            "sip:gw.example.com",
            "sip:127.0.0.1",
            "sip:gw.example.com;transport=tls",
            "sips:gw.example.com:5061",
            "sips:gw.example.com;transport=tcp",
        ] {
            assert_eq!(text.parse::<TrunkAddress>().unwrap().to_string(), text);
        }
        let literal = "SIP:127.0.0.1".parse::<TrunkAddress>().unwrap().literal();
        assert_eq!(literal, Some("127.0.0.1:5060".parse().unwrap()));
        for (text, port, transport) in [
            ("sip:h", 5060, Transport::Udp),
            ("sip:h;transport=TLS", 5061, Transport::Tls),
            ("sips:h", 5061, Transport::Tls),
            ("sips:h:5070;transport=tls", 5070, Transport::Tls),
        ] {
            let address = text.parse::<TrunkAddress>().unwrap();
            assert_eq!((address.port(), address.transport()), (port, transport), "{text}");
        }
        let wrong = [
            "",
            "127.0.0.1",
            "sip:",
            "sip:a b",
            "sip:h:0",
            "sip:h:99999",
            "sip:[::1]x",
            "sip:[::1",
            "sip:::1",
            "sip:h;x=1",
            "sip:h;transport=sctp",
            "sips:h;transport=udp",
            "sip:u@h",
            "sip:1.2.3",
            "sip:-h",
            "sip:a..b",
            "tel:1",
        ];
        for text in wrong {
            assert_eq!(text.parse::<TrunkAddress>(), Err(SettingError::Trunk(text.into())));
        }
    }

    #[test]
    fn a_station_has_an_address_and_never_a_name() {
        for text in
            ["sip:25@127.0.0.1:5080", "sip:[::1]:5060;transport=tcp", "sip:25@127.0.0.1:5061;transport=tls"]
        {
            assert_eq!(text.parse::<StationAddress>().unwrap().to_string(), text);
        }
        for text in ["sip:25@phone", "sip:2 5@127.0.0.1", "25@127.0.0.1", "sips:25@127.0.0.1", "sip:"] {
            assert_eq!(text.parse::<StationAddress>(), Err(SettingError::Station(text.into())));
        }
    }
}
