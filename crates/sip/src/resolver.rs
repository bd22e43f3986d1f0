//! Where the servers of a trunk are (RFC 3263 §4). Only names of the configuration come here.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::rdata::SRV;
use hickory_resolver::proto::rr::{RData, RecordType};

use crate::core::random;
use crate::limits;
use crate::settings::{Transport, Trunk, TrunkAddress};

/// Asks the DNS, if any trunk has a name.
pub(crate) struct Resolver(Option<TokioResolver>);

impl Resolver {
    /// A trunk with an address literal causes no query, and without names there is nobody to ask.
    pub(crate) fn new(trunks: &[Trunk]) -> Self {
        if trunks.iter().all(|trunk| trunk.address.literal().is_some()) {
            return Self(None);
        }
        let dns = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        if let Err(error) = &dns {
            tracing::warn!(%error, "the system's DNS configuration cannot be read; trunks are found without SRV records");
        }
        Self(dns.ok())
    }

    /// The servers of a trunk, in the order in which they are to be tried; none when it has no address
    /// or the DNS does not answer in time.
    pub(crate) async fn servers(&self, address: &TrunkAddress) -> Vec<SocketAddr> {
        if let Some(literal) = address.literal() {
            return vec![literal];
        }
        let found = tokio::time::timeout(limits::RESOLVE_TIME, self.look_up(address)).await;
        let mut servers = found.unwrap_or_default();
        servers.truncate(limits::SERVERS);
        servers
    }

    async fn look_up(&self, address: &TrunkAddress) -> Vec<SocketAddr> {
        let Some(dns) = &self.0 else {
            let found = tokio::net::lookup_host((address.host.as_str(), address.port())).await;
            return found.map(Iterator::collect).unwrap_or_default();
        };
        // RFC 3263 §4.2: with a port, addresses only; without one, SRV first. The transport is always
        // the configuration's, so there is no question for NAPTR (§4.1).
        if address.port.is_none() {
            let service = match address.transport {
                Transport::Udp => "_sip._udp",
                Transport::Tcp => "_sip._tcp",
            };
            let records = dns.lookup(format!("{service}.{}", address.host), RecordType::SRV).await;
            let records: Vec<SRV> =
                records.iter().flat_map(|found| found.answers()).filter_map(srv).collect();
            if !records.is_empty() {
                let mut servers = Vec::new();
                for record in ordered(records, random).into_iter().take(limits::SERVERS) {
                    let ips = addresses(dns, &record.target.to_utf8()).await;
                    servers.extend(ips.into_iter().map(|ip| SocketAddr::new(ip, record.port)));
                }
                return servers;
            }
        }
        let ips = addresses(dns, &address.host).await;
        ips.into_iter().map(|ip| SocketAddr::new(ip, address.port())).collect()
    }
}

fn srv(record: &hickory_resolver::proto::rr::Record) -> Option<SRV> {
    match &record.data {
        // RFC 2782: the root as target says that there is no such service.
        RData::SRV(srv) => Some(srv.clone()),
        _ => None,
    }
}

async fn addresses(dns: &TokioResolver, name: &str) -> Vec<IpAddr> {
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

    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
    use hickory_resolver::proto::rr::rdata::A;
    use hickory_resolver::proto::rr::{Name, Record};

    use super::*;

    /// What the DNS of the test knows.
    fn answers(name: &str, kind: RecordType) -> Vec<RData> {
        let srv =
            |priority, port, target| RData::SRV(SRV::new(priority, 0, port, Name::from_str(target).unwrap()));
        match (name, kind) {
            ("_sip._udp.gw.test.", RecordType::SRV) => {
                vec![srv(20, 5090, "b.gw.test."), srv(10, 5080, "a.gw.test.")]
            }
            ("_sip._udp.off.test.", RecordType::SRV) => vec![srv(0, 0, ".")],
            ("a.gw.test.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 1))],
            ("b.gw.test.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 2))],
            ("gw.test." | "plain.test." | "off.test.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 9))],
            _ => Vec::new(),
        }
    }

    /// A name server of our own on 127.0.0.1, and a resolver that asks it.
    async fn resolver() -> Resolver {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut connection = ConnectionConfig::udp();
        connection.port = socket.local_addr().unwrap().port();
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
        let server = NameServerConfig::new("127.0.0.1".parse().unwrap(), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        Resolver(Some(builder.build().unwrap()))
    }

    #[tokio::test]
    async fn a_name_leads_to_its_servers_in_their_order() {
        let resolver = resolver().await;
        for (address, expected) in [
            ("sip:gw.test", "192.0.2.1:5080 192.0.2.2:5090"),
            ("sip:gw.test:5070", "192.0.2.9:5070"),
            ("sip:gw.test;transport=tcp", "192.0.2.9:5060"),
            ("sip:plain.test", "192.0.2.9:5060"),
            ("sip:off.test", ""),
            ("sip:nowhere.test", ""),
            ("sip:127.0.0.1", "127.0.0.1:5060"),
        ] {
            let servers = resolver.servers(&address.parse().unwrap()).await;
            let shown: Vec<String> = servers.iter().map(ToString::to_string).collect();
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
