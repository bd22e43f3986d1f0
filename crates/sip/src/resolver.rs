//! Where the servers of a trunk are (RFC 3263 §4). Only names of the configuration come here.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::rdata::{NAPTR, SRV};
use hickory_resolver::proto::rr::{RData, RecordType};

use crate::core::random;
use crate::limits;
use crate::settings::{Transport, Trunk, TrunkAddress};

/// A far end: a server of a trunk, or whoever else there is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Server {
    /// UDP, TCP or TLS.
    pub(crate) transport: Transport,
    /// Where it is.
    pub(crate) address: SocketAddr,
}

/// Asks the DNS, if any trunk has a name.
pub(crate) struct Resolver(Option<TokioResolver>);

impl Resolver {
    /// A trunk with an address literal causes no query, and without names there is nobody to ask.
    pub(crate) fn new(trunks: &[Trunk], name_servers: &[SocketAddr]) -> Self {
        if trunks.iter().all(|trunk| trunk.address.literal().is_some()) {
            return Self(None);
        }
        let builder = if name_servers.is_empty() {
            TokioResolver::builder_tokio()
        } else {
            Ok(TokioResolver::builder_with_config(asking(name_servers), TokioRuntimeProvider::default()))
        };
        let dns = builder.and_then(|mut builder| {
            builder.options_mut().ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
            builder.build()
        });
        if let Err(error) = &dns {
            tracing::warn!(%error, "the system's DNS configuration cannot be read; trunks are found without SRV records");
        }
        Self(dns.ok())
    }

    /// The servers of a trunk, in the order in which they are to be tried; none when it has no address
    /// or the DNS does not answer in time.
    pub(crate) async fn servers(&self, address: &TrunkAddress) -> Vec<Server> {
        if let Some(literal) = address.literal() {
            return vec![Server { transport: address.transport(), address: literal }];
        }
        let found = tokio::time::timeout(limits::RESOLVE_TIME, self.look_up(address)).await;
        let mut servers = found.unwrap_or_default();
        servers.truncate(limits::SERVERS);
        servers
    }

    async fn look_up(&self, address: &TrunkAddress) -> Vec<Server> {
        let transport = address.transport();
        let Some(dns) = &self.0 else {
            let found = tokio::net::lookup_host((address.host.as_str(), address.port())).await;
            let found = found.into_iter().flatten();
            return found.map(|address| Server { transport, address }).collect();
        };
        // RFC 3263 §4.2: with a port, addresses only; without one, SRV first.
        if address.port.is_none() {
            let mut servers = None;
            for (transport, name) in services(dns, address).await {
                let records = records(dns, &name, RecordType::SRV, srv).await;
                if records.is_empty() {
                    continue;
                }
                let servers = servers.get_or_insert_with(Vec::new);
                for record in ordered(records, random).into_iter().take(limits::SERVERS) {
                    let ips = addresses(dns, &record.target.to_utf8()).await;
                    let address = |ip| SocketAddr::new(ip, record.port);
                    servers.extend(ips.into_iter().map(|ip| Server { transport, address: address(ip) }));
                }
            }
            if let Some(servers) = servers {
                return servers;
            }
        }
        let ips = addresses(dns, &address.host).await;
        let at = |ip| Server { transport, address: SocketAddr::new(ip, address.port()) };
        ips.into_iter().map(at).collect()
    }
}

/// The services to ask for, the best first (RFC 3263 §4.1): over the transport of the configuration, or over
/// those that NAPTR names, or over each that we speak.
async fn services(dns: &TokioResolver, address: &TrunkAddress) -> Vec<(Transport, String)> {
    let service = |transport| {
        let prefix = match transport {
            Transport::Udp => "_sip._udp",
            Transport::Tcp => "_sip._tcp",
            Transport::Tls => "_sips._tcp",
        };
        (transport, format!("{prefix}.{}", address.host))
    };
    if let Some(transport) = address.transport {
        return vec![service(transport)];
    }
    let wanted = |transport: &Transport| !address.sips || *transport == Transport::Tls;
    // A name server that knows no NAPTR may say nothing at all: it has less time than all the rest.
    let pointers = records(dns, &address.host, RecordType::NAPTR, naptr);
    let mut pointers = tokio::time::timeout(limits::POINTER_TIME, pointers).await.unwrap_or_default();
    if pointers.is_empty() {
        return Transport::ALL.into_iter().filter(wanted).map(service).collect();
    }
    // RFC 3403 §4.1.
    pointers.sort_by_key(|pointer| (pointer.order, pointer.preference));
    let usable = pointers.into_iter().filter_map(|pointer| {
        let service = pointer.services.to_ascii_uppercase();
        let transport = match service.as_slice() {
            b"SIP+D2U" => Transport::Udp,
            b"SIP+D2T" => Transport::Tcp,
            b"SIPS+D2T" => Transport::Tls,
            // Transports that we do not speak.
            _ => return None,
        };
        let usable = pointer.flags.eq_ignore_ascii_case(b"s") && wanted(&transport);
        usable.then(|| (transport, pointer.replacement.to_utf8()))
    });
    usable.take(limits::SERVERS).collect()
}

/// The records of one kind under a name; none where there are none, or no answer.
async fn records<T>(
    dns: &TokioResolver,
    name: &str,
    kind: RecordType,
    read: impl Fn(&RData) -> Option<T>,
) -> Vec<T> {
    let found = dns.lookup(name, kind).await;
    found.iter().flat_map(|found| found.answers()).filter_map(|record| read(&record.data)).collect()
}

/// A resolver that asks these, over UDP.
fn asking(name_servers: &[SocketAddr]) -> ResolverConfig {
    let server = |address: &SocketAddr| {
        let mut connection = ConnectionConfig::udp();
        connection.port = address.port();
        NameServerConfig::new(address.ip(), true, vec![connection])
    };
    ResolverConfig::from_parts(None, Vec::new(), name_servers.iter().map(server).collect())
}

fn srv(found: &RData) -> Option<SRV> {
    match found {
        RData::SRV(srv) => Some(srv.clone()),
        _ => None,
    }
}

fn naptr(found: &RData) -> Option<NAPTR> {
    match found {
        RData::NAPTR(naptr) => Some(naptr.clone()),
        _ => None,
    }
}

async fn addresses(dns: &TokioResolver, name: &str) -> Vec<IpAddr> {
    // RFC 2782: the root as target says that there is no such service.
    if name == "." {
        return Vec::new();
    }
    let found = dns.lookup_ip(name).await;
    found.map(|found| found.iter().collect()).unwrap_or_default()
}

/// The order of RFC 2782: the lowest priority first, and among equals by lot, as the weights say.
fn ordered(mut records: Vec<SRV>, random: impl Fn() -> u64) -> Vec<SRV> {
    records.sort_by_key(|record| (record.priority, record.weight));
    let mut order = Vec::with_capacity(records.len());
    while let Some(priority) = records.first().map(|record| record.priority) {
        let equals = records.iter().take_while(|record| record.priority == priority);
        let total: u64 = equals.clone().map(|record| u64::from(record.weight)).sum();
        let lot = random() % (total + 1);
        let mut sum = 0;
        let drawn = equals.take_while(|record| {
            sum += u64::from(record.weight);
            sum < lot
        });
        let at = drawn.count();
        order.push(records.remove(at));
    }
    order
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
    use hickory_resolver::proto::rr::rdata::{A, AAAA};
    use hickory_resolver::proto::rr::{Name, Record};

    use super::*;

    /// What the DNS of the test knows.
    fn answers(name: &str, kind: RecordType) -> Vec<RData> {
        let srv =
            |priority, port, target| RData::SRV(SRV::new(priority, 0, port, Name::from_str(target).unwrap()));
        let naptr = |preference, services: &[u8], target| {
            let target = Name::from_str(target).unwrap();
            RData::NAPTR(NAPTR::new(
                10,
                preference,
                b"S".as_slice().into(),
                services.into(),
                Box::default(),
                target,
            ))
        };
        match (name, kind) {
            ("_sip._udp.gw.test.", RecordType::SRV) => {
                vec![srv(20, 5090, "b.gw.test."), srv(10, 5080, "a.gw.test.")]
            }
            ("_sip._udp.off.test.", RecordType::SRV) => vec![srv(0, 0, ".")],
            // All are equal in order; what we do not speak comes first, then TCP, then UDP.
            ("both.test.", RecordType::NAPTR) => vec![
                naptr(20, b"SIP+D2U", "_sip._udp.gw.test."),
                naptr(5, b"SIP+D2S", "_sip._sctp.gw.test."),
                naptr(30, b"SIPS+D2T", "_sips._tcp.in.test."),
                naptr(10, b"sip+d2t", "_sip._tcp.in.test."),
            ],
            ("_sips._tcp.in.test." | "_sips._tcp.tls.test.", RecordType::SRV) => {
                vec![srv(10, 5071, "a.gw.test.")]
            }
            ("_sip._tcp.in.test." | "_sip._tcp.only.test.", RecordType::SRV) => {
                vec![srv(10, 5070, "six.test.")]
            }
            ("six.test.", RecordType::AAAA) => vec![RData::AAAA("2001:db8::1".parse::<AAAA>().unwrap())],
            ("a.gw.test.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 1))],
            ("b.gw.test.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 2))],
            ("gw.test." | "plain.test." | "off.test.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 9))],
            _ => Vec::new(),
        }
    }

    /// A name server of our own on 127.0.0.1, and a resolver that asks it.
    async fn resolver() -> Resolver {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let server = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let query = Message::from_vec(&buffer[..length]).unwrap();
                let question = query.queries[0].clone();
                let found = answers(&question.name().to_utf8(), question.query_type());
                let mut response = Message::response(query.metadata.id, OpCode::Query);
                if found.is_empty() {
                    response.metadata.response_code = ResponseCode::NXDomain;
                }
                response.add_query(question.clone());
                let name = question.name().clone();
                response
                    .add_answers(found.into_iter().map(|data| Record::from_rdata(name.clone(), 60, data)));
                socket.send_to(&response.to_vec().unwrap(), from).await.unwrap();
            }
        });
        let trunk = Trunk {
            name: "t".into(),
            address: "sip:gw.test".parse().unwrap(),
            username: None,
            password: None,
            register: false,
            allow: Vec::new(),
            codecs: None,
            srtp: None,
        };
        Resolver::new(&[trunk], &[server])
    }

    #[tokio::test]
    async fn a_name_leads_to_its_servers_in_their_order() {
        let resolver = resolver().await;
        for (address, expected) in [
            ("sip:gw.test", "udp://192.0.2.1:5080 udp://192.0.2.2:5090"),
            ("sip:gw.test;transport=udp", "udp://192.0.2.1:5080 udp://192.0.2.2:5090"),
            (
                "sip:both.test",
                "tcp://[2001:db8::1]:5070 udp://192.0.2.1:5080 udp://192.0.2.2:5090 tls://192.0.2.1:5071",
            ),
            ("sips:both.test", "tls://192.0.2.1:5071"),
            ("sip:tls.test", "tls://192.0.2.1:5071"),
            ("sips:tls.test", "tls://192.0.2.1:5071"),
            ("sip:tls.test;transport=tls", "tls://192.0.2.1:5071"),
            ("sips:plain.test", "tls://192.0.2.9:5061"),
            ("sip:gw.test:5070;transport=tls", "tls://192.0.2.9:5070"),
            ("sip:only.test", "tcp://[2001:db8::1]:5070"),
            ("sip:six.test:5080", "udp://[2001:db8::1]:5080"),
            ("sip:gw.test:5070", "udp://192.0.2.9:5070"),
            ("sip:gw.test;transport=tcp", "tcp://192.0.2.9:5060"),
            ("sip:plain.test", "udp://192.0.2.9:5060"),
            ("sip:off.test", ""),
            ("sip:nowhere.test", ""),
            ("sip:127.0.0.1", "udp://127.0.0.1:5060"),
        ] {
            let servers = resolver.servers(&address.parse().unwrap()).await;
            let shown: Vec<String> =
                servers.iter().map(|s| format!("{}://{}", s.transport, s.address)).collect();
            assert_eq!(shown.join(" "), expected, "{address}");
        }
    }

    #[test]
    fn among_equals_the_lot_decides_by_weight() {
        let name = Name::root();
        let record = |priority, weight, port| SRV::new(priority, weight, port, name.clone());
        let ports = |lot: u64| -> Vec<u16> {
            let records = vec![record(1, 10, 1), record(0, 30, 2), record(0, 0, 3), record(0, 60, 4)];
            ordered(records, || lot).iter().map(|r| r.port).collect()
        };
        assert_eq!(ports(0), [3, 2, 4, 1]);
        assert_eq!(ports(30), [2, 4, 3, 1]);
        assert_eq!(ports(90), [4, 2, 3, 1]);
    }
}
