//! A name server of the test's own.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part, and fails where it must")]

use std::net::SocketAddr;
use std::str::FromStr;

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

/// A name server on 127.0.0.1 that knows these servers of a service of `gw.test`, the first ones before the others;
/// they are on 127.0.0.1 or ::1.
pub async fn name_server(service: &str, servers: &[SocketAddr]) -> SocketAddr {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let servers = servers.to_vec();
    let service = format!("{service}.gw.test.");
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            let query = Message::from_vec(&buffer[..length]).unwrap();
            let question = query.queries[0].clone();
            let found = match (question.name().to_utf8().as_str(), question.query_type()) {
                (name, RecordType::SRV) if name == service => {
                    let target = |is_four| if is_four { "one.gw.test." } else { "six.gw.test." };
                    let record = |(n, server): (u16, &SocketAddr)| {
                        let target = Name::from_str(target(server.is_ipv4())).unwrap();
                        RData::SRV(SRV::new(n, 0, server.port(), target))
                    };
                    (0..).zip(&servers).map(record).collect()
                }
                ("one.gw.test.", RecordType::A) => vec![RData::A(A::new(127, 0, 0, 1))],
                ("six.gw.test.", RecordType::AAAA) => vec![RData::AAAA(AAAA::new(0, 0, 0, 0, 0, 0, 0, 1))],
                _ => Vec::new(),
            };
            let mut response = Message::response(query.metadata.id, OpCode::Query);
            if found.is_empty() {
                response.metadata.response_code = ResponseCode::NXDomain;
            }
            response.add_query(question.clone());
            let name = question.name().clone();
            response.add_answers(found.into_iter().map(|data| Record::from_rdata(name.clone(), 60, data)));
            socket.send_to(&response.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}
