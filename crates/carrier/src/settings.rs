//! What the simulated network is told at its start, and why it may not come up.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::ops::RangeInclusive;
use std::time::Duration;

use edge::sound::Codec;

use crate::limits;
use crate::load::PlanError;
use crate::subscriber::Directory;

/// What the simulated network is told at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to take calls; port 0 takes a free one. Sound is sent from the first one's address.
    pub listen: Vec<sip::Listen>,
    /// The ports of RTP and RTCP.
    pub rtp_ports: RangeInclusive<u16>,
    /// Threads of the media engine; 0 is one a core.
    pub workers: usize,
    /// How the media engine talks to the kernel.
    pub io: rtp::Io,
    /// Codecs in the order of preference.
    pub codecs: Vec<Codec>,
    /// Who answers which number.
    pub directory: Directory,
    /// Frequencies in Hz that every party listens for, at most [`limits::FREQUENCIES`].
    pub listen_hz: Vec<u16>,
    /// The server that calls are placed into; none where nobody calls.
    pub server: Option<sip::TrunkAddress>,
    /// What TLS is spoken with, where it is listened for.
    pub tls: Option<sip::Tls>,
}

/// How long a phone rings that is answered: the tone of one US ringing cycle.
const RING: Duration = Duration::from_secs(2);

impl Default for Settings {
    /// The network of the demo: UDP port 5070 of this machine alone.
    fn default() -> Self {
        Self {
            listen: vec![sip::Listen {
                transport: sip::Transport::Udp,
                address: SocketAddr::from((Ipv4Addr::LOCALHOST, 5070)),
            }],
            rtp_ports: 10_000..=14_999,
            workers: 1,
            io: rtp::Io::Auto,
            codecs: vec![Codec::Pcmu, Codec::Pcma],
            directory: Directory::new(RING),
            listen_hz: Vec::new(),
            server: None,
            tls: None,
        }
    }
}

impl Settings {
    /// A network that calls this server, from a free port of the address that reaches it. A host name is
    /// looked up for that, which may wait.
    #[must_use]
    pub fn calling(server: sip::TrunkAddress) -> Self {
        let address = SocketAddr::new(address_towards(&server), 0);
        // Under TLS all goes over the one connection: nobody needs to connect, and we need no certificate.
        let transport = match server.transport() {
            sip::Transport::Tls => sip::Transport::Tcp,
            open => open,
        };
        Self {
            listen: vec![sip::Listen { transport, address }],
            rtp_ports: 15_000..=19_999,
            server: Some(server),
            ..Self::default()
        }
    }

    pub(crate) fn signalling(&self) -> sip::Settings {
        let trunks = self.server.iter().map(|server| sip::Trunk {
            name: "server".to_owned(),
            address: server.clone(),
            username: None,
            password: None,
            register: false,
            allow: Vec::new(),
            codecs: None,
            srtp: Some(sip::Srtp::Off),
        });
        sip::Settings {
            listen: self.listen.clone(),
            advertise: None,
            media_advertise: None,
            trunks: trunks.collect(),
            stations: Vec::new(),
            codecs: self.codecs.clone(),
            // Who rings its parties decides.
            srtp: sip::Srtp::Preferred,
            user_agent: "Trunkline carrier".to_owned(),
            admit: sip::Admit::Anyone,
            session: sip::Session::default(),
            tls: self.tls.clone(),
            name_servers: Vec::new(),
            limits: sip::Limits {
                calls: limits::PARTIES,
                arrivals_per_second: limits::ARRIVALS_PER_SECOND,
                messages_per_second: limits::MESSAGES_PER_SECOND,
                // A number that rings and never answers is ended by its script.
                unanswered: limits::RINGING + limits::SETTLE,
                // A server that is down is told call by call: it may be up for the next one.
                health_interval: Duration::ZERO,
                ..sip::Limits::default()
            },
        }
    }

    pub(crate) fn media(&self) -> rtp::Settings {
        rtp::Settings {
            addresses: sip::addresses(&self.listen),
            ports: self.rtp_ports.clone(),
            workers: self.workers,
            io: self.io,
            silence_limit: limits::SILENCE,
            listening: rtp::Listening::default(),
        }
    }
}

/// The address of ours from which this server is reached: the system knows, and no packet leaves. Where
/// it is not reached at all, the calls will tell.
fn address_towards(server: &sip::TrunkAddress) -> IpAddr {
    let reached = || {
        let place = (server.host.as_str(), server.port()).to_socket_addrs()?.next();
        let place = place.ok_or(io::ErrorKind::NotFound)?;
        let any: IpAddr =
            if place.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(place)?;
        socket.local_addr()
    };
    reached().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address: SocketAddr| address.ip())
}

/// Why the simulated network cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    /// The signalling side did not start.
    #[error("the simulated network's signalling did not start: {0}")]
    Signalling(#[from] sip::StartError),
    /// The media engine did not start.
    #[error("the simulated network's media engine did not start: {0}")]
    Media(#[from] rtp::StartError),
    /// A plan that cannot be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// More was asked at once than it takes, or it has stopped.
    #[error("the simulated network takes no more orders now: it is behind, or it has stopped")]
    NoOrders,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_called_from_the_address_that_reaches_it() {
        for (server, ours) in [
            ("sip:127.0.0.1:5060", "udp://127.0.0.1:0"),
            ("sip:127.0.0.1;transport=tcp", "tcp://127.0.0.1:0"),
            ("sips:127.0.0.1", "tcp://127.0.0.1:0"),
        ] {
            let settings = Settings::calling(server.parse().unwrap());
            assert_eq!(settings.listen, [ours.parse().unwrap()]);
        }
    }
}
