//! SIP over TLS: who is let in, who is believed, and what goes over which connection.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use common::dns::name_server;
use common::line::{Line, Office};
use common::peer::{ANSWER, Heard, Peer};
use common::phone::Phone;
use common::{Side, settings, start, trunk};
use edge::signal::{Callee, Cause, Command, Dial};
use edge::{LegId, StationId};
use sip::{Admit, Digest, Limits, Place, Settings, Station, Tls, TrunkAddress};
use tokio::net::TcpListener;

const TLS: &str = "tls://127.0.0.1:0";

/// A server that listens for TLS, and over UDP besides.
fn server(tls: Tls) -> Settings {
    let mut ours = settings(&[TLS, "udp://127.0.0.1:0"]);
    ours.admit = Admit::Trunks;
    ours.tls = Some(tls);
    ours
}

/// A server whose only trunk is this, and which trusts an office.
fn with_trunk(office: &Office, address: &str) -> Settings {
    let mut ours = server(office.tls("127.0.0.1", false));
    ours.trunks = vec![trunk(address)];
    ours
}

/// A request to a server out of nothing.
fn request(method: &str, transport: &str, n: u32) -> String {
    format!(
        "{method} sip:100@b SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bKs{n}\r\n\
         From: <sip:c@d>;tag=s{n}\r\nTo: <sip:100@b>\r\nCall-ID: s{n}\r\nCSeq: 1 {method}\r\n\
         Contact: <sip:c@127.0.0.1:9>\r\nContent-Length: 0\r\n\r\n"
    )
}

#[tokio::test]
async fn calls_go_both_ways_over_one_connection_under_tls() {
    both_ways("127.0.0.1", "127.0.0.1").await;
}

#[tokio::test]
async fn ipv6_is_no_different() {
    both_ways("::1", "[::1]").await;
}

async fn both_ways(name: &str, host: &str) {
    let office = Office::new();
    let place = format!("tls://{host}:0");
    let mut far = settings(&[&place]);
    // It asks who we are, and is told.
    far.tls = Some(office.tls(name, true));
    let mut network = start(far).await;
    let mut ours = settings(&[&place]);
    ours.admit = Admit::Trunks;
    ours.tls = Some(office.tls(name, false));
    ours.trunks = vec![trunk(&format!("sip:{};transport=tls", network.address))];
    let mut ours = start(ours).await;
    for n in 1..=2 {
        ours.dial(n, "100");
        network.told(&[&format!("in-{} arrived for 100 from 5550001", n - 1)]).await;
        network.endpoint.send(Command::Answer { leg: LegId::arrived(n - 1) });
        network.told(&[&format!("in-{} answered Pcmu 0 keys 101", n - 1)]).await;
        ours.told(&[&format!("out-{n} answered Pcmu 0 keys 101")]).await;
    }
    // Either side may end a call, whoever has made the connection.
    network.hang_up(LegId::arrived(0), Cause::Normal);
    ours.told(&["out-1 ended by Network: Normal"]).await;
    ours.hang_up(LegId::placed(2), Cause::Normal);
    ours.told(&["out-2 ended by Us: Normal"]).await;
    network.told(&["in-0 ended by Us: Normal", "in-1 ended by Network: Normal"]).await;
    assert_eq!((ours.endpoint.counters().connections, network.endpoint.counters().connections), (1, 1));
    ours.quiet();
    network.quiet();
}

/// What a trunk hears when it is called.
async fn called(address: &str) -> (Heard, SocketAddr) {
    let office = Office::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let mut ours = start(with_trunk(&office, &address.replace("THERE", &there.to_string()))).await;
    ours.dial(1, "100");
    let mut line = Line::accept(&listener, office.server("127.0.0.1", false)).await.unwrap();
    let invite = line.expect("INVITE").await;
    line.reply(&invite, "200 OK", ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    line.expect("ACK").await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    let bye = line.expect("BYE").await;
    assert!(bye.header("Via").unwrap().starts_with("SIP/2.0/TLS 127.0.0.1:"), "{}", bye.text);
    ours.told(&["out-1 ended by Us: Normal"]).await;
    (invite, ours.address)
}

/// RFC 3261 §26.2.2: `sips` is for the whole way, `transport=tls` for ours.
#[tokio::test]
async fn messages_say_that_they_go_over_tls() {
    let (invite, own) = called("sip:THERE;transport=tls").await;
    assert!(invite.text.starts_with("INVITE sip:100@127.0.0.1:"), "{}", invite.text);
    assert!(invite.header("Via").unwrap().starts_with(&format!("SIP/2.0/TLS {own};")), "{}", invite.text);
    assert_eq!(invite.header("Contact"), Some(format!("<sip:{own};transport=tls>").as_str()));
    let (invite, own) = called("sips:THERE").await;
    assert!(invite.text.starts_with("INVITE sips:100@127.0.0.1:"), "{}", invite.text);
    assert_eq!(invite.header("Contact"), Some(format!("<sips:{own}>").as_str()));
}

/// RFC 5922 §7.3: the name is that of the configuration.
#[tokio::test]
async fn a_trunk_that_is_not_who_it_should_be_is_not_talked_to() {
    let office = Office::new();
    for (signer, name, why) in [
        (&office, "gw.test", "certificate not valid for name \"127.0.0.1\""),
        (&Office::new(), "127.0.0.1", "invalid peer certificate"),
    ] {
        let mut far = settings(&[TLS]);
        far.tls = Some(signer.tls(name, false));
        let mut network = start(far).await;
        let mut ours = with_trunk(&office, &format!("sip:{};transport=tls", network.address));
        ours.limits.health_interval = Duration::from_millis(20);
        let mut ours = start(ours).await;
        ours.dial(1, "100");
        ours.told(&["out-1 ended by Us: NoRoute"]).await;
        let down = ours.next().await;
        let begin = format!("trunk-0 down: {} cannot be reached: TLS: ", network.address);
        assert!(down.starts_with(&begin) && down.contains(why), "{down}");
        assert!(network.endpoint.counters().handshakes > 0);
        network.quiet();
    }
}

/// RFC 3263 §4.3: whoever cannot prove that it is the trunk's server is passed over as one that is not there.
#[tokio::test]
async fn a_call_goes_on_at_the_next_server_where_one_cannot_be_trusted_or_reached() {
    let office = Office::new();
    let mut listeners = Vec::new();
    for _ in 0..3 {
        listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
    }
    let places: Vec<SocketAddr> = listeners.iter().map(|l| l.local_addr().unwrap()).collect();
    let right = listeners.pop().unwrap();
    let wrong = listeners.pop().unwrap();
    drop(listeners);
    let mut ours = with_trunk(&office, "sips:gw.test");
    ours.name_servers = vec![name_server("_sips._tcp", &places).await];
    let ours = start(ours).await;
    ours.dial(1, "100");
    // The name of the server is not that of the trunk.
    let config = office.server("one.gw.test", false);
    assert!(Line::accept(&wrong, config).await.is_err());
    let mut line = Line::accept(&right, office.server("gw.test", false)).await.unwrap();
    let invite = line.expect("INVITE").await;
    assert!(invite.text.starts_with("INVITE sips:100@gw.test SIP/2.0\r\n"), "{}", invite.text);
}

/// Nobody waits for a server that takes a connection and says nothing more.
#[tokio::test]
async fn a_call_is_given_up_while_its_trunk_is_being_reached() {
    let office = Office::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let mut ours = start(with_trunk(&office, &format!("sip:{there};transport=tls"))).await;
    ours.dial(1, "100");
    let _held = listener.accept().await.unwrap();
    ours.hang_up(LegId::placed(1), Cause::Normal);
    ours.told(&["out-1 ended by Us: Normal"]).await;
    ours.quiet();
}

/// One name's connection is no other name's, though they lead to the same place.
#[tokio::test]
async fn a_connection_is_used_again_for_the_name_that_it_was_made_for_alone() {
    let office = Office::new();
    let mut far = settings(&[TLS]);
    far.tls = Some(office.tls("127.0.0.1", false));
    let mut network = start(far).await;
    let mut ours = with_trunk(&office, &format!("sip:{};transport=tls", network.address));
    ours.trunks.push(trunk(&format!("sip:one.gw.test:{};transport=tls", network.address.port())));
    ours.name_servers = vec![name_server("", &[]).await];
    let mut ours = start(ours).await;
    for (leg, number, told) in [
        (LegId::placed(1), 0, "out-1 answered Pcmu 0 keys 101"),
        (LegId::placed(2), 1, "out-2 ended by Us: NoRoute"),
    ] {
        let to = Callee::Number { trunk: edge::TrunkId(number), number: "100".into() };
        ours.endpoint.send(Command::Dial(Dial { leg, to, caller: None, redirecting: None }));
        if number == 0 {
            network.told(&["in-0 arrived for 100 from "]).await;
            network.endpoint.send(Command::Answer { leg: LegId::arrived(0) });
        }
        ours.told(&[told]).await;
    }
    network.told(&["in-0 answered Pcmu 0 keys 101"]).await;
    assert_eq!(network.endpoint.counters().connections, 1);
}

#[tokio::test]
async fn a_connection_that_broke_is_opened_again() {
    let office = Office::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let mut ours = start(with_trunk(&office, &format!("sip:{there};transport=tls"))).await;
    ours.dial(1, "100");
    let mut line = Line::accept(&listener, office.server("127.0.0.1", false)).await.unwrap();
    let invite = line.expect("INVITE").await;
    line.reply(&invite, "200 OK", ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    line.expect("ACK").await;
    drop(line);
    // The call outlives its connection, and is ended over another.
    while ours.endpoint.counters().connections > 0 {
        tokio::task::yield_now().await;
    }
    ours.hang_up(LegId::placed(1), Cause::Normal);
    let mut line = Line::accept(&listener, office.server("127.0.0.1", false)).await.unwrap();
    let bye = line.expect("BYE").await;
    assert_eq!(bye.header("Call-ID"), invite.header("Call-ID"));
}

#[tokio::test]
async fn a_call_that_came_over_a_connection_that_broke_is_ended_over_one_to_its_contact() {
    let office = Office::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let mut ours = start(with_trunk(&office, "sip:127.0.0.1:5061;transport=tls")).await;
    let mut line = Line::secured(ours.address, office.client(None)).await.unwrap();
    let invite = request("INVITE", "TLS", 1).replace("127.0.0.1:9>", &format!("{there};transport=tls>"));
    line.say(&invite).await;
    ours.told(&["in-0 arrived on trunk-0 for 100 from c"]).await;
    ours.endpoint.send(Command::Answer { leg: LegId::arrived(0) });
    let ok = loop {
        let heard = line.expect("SIP/2.0").await;
        if heard.status() == 200 {
            break heard;
        }
    };
    let ack =
        request("ACK", "TLS", 2).replace("To: <sip:100@b>", &format!("To: {}", ok.header("To").unwrap()));
    let ack = ack.replace("tag=s2", "tag=s1").replace("Call-ID: s2", "Call-ID: s1");
    let answer = format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{ANSWER}", ANSWER.len());
    line.say(&ack.replace("Content-Length: 0\r\n\r\n", &answer)).await;
    ours.told(&["in-0 answered Pcma 8"]).await;
    drop(line);
    while ours.endpoint.counters().connections > 0 {
        tokio::task::yield_now().await;
    }
    ours.hang_up(LegId::arrived(0), Cause::Normal);
    let mut line = Line::accept(&listener, office.server("127.0.0.1", false)).await.unwrap();
    assert!(line.expect("BYE").await.text.starts_with(&format!("BYE sip:c@{there};transport=")));
}

/// Whether an INVITE that comes this way is a call of the trunk.
async fn is_taken(ours: &mut Side, line: &mut Line) -> bool {
    line.say(&request("INVITE", "TLS", 1)).await;
    let answer = line.expect("SIP/2.0").await;
    match answer.status() {
        100 => {
            ours.told(&["in-0 arrived on trunk-0 for 100 from c"]).await;
            true
        }
        403 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_trunk_over_tls_calls_over_nothing_else() {
    let office = Office::new();
    let mut ours = with_trunk(&office, "sip:127.0.0.1:5061;transport=tls");
    ours.listen.push("tcp://127.0.0.1:0".parse().unwrap());
    let mut ours = start(ours).await;
    let (udp, tcp) = (ours.endpoint.listening()[1].address, ours.endpoint.listening()[2].address);
    let peer = Peer::new().await;
    peer.say(&request("INVITE", "UDP", 7), udp).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 403);
    assert!(!is_taken(&mut ours, &mut Line::plain(tcp).await).await);
    let mut line = Line::secured(ours.address, office.client(None)).await.unwrap();
    assert!(is_taken(&mut ours, &mut line).await);
}

/// RFC 5922 §7.4: where certificates are asked for, the address alone makes no trunk.
#[tokio::test]
async fn a_trunk_that_is_asked_shows_a_certificate_for_its_name() {
    let office = Office::new();
    for (name, taken) in [(None, false), (Some("gw.test"), false), (Some("127.0.0.1"), true)] {
        let mut ours = with_trunk(&office, "sip:127.0.0.1:5061;transport=tls");
        ours.tls = Some(office.tls("127.0.0.1", true));
        let mut ours = start(ours).await;
        let mut line = Line::secured(ours.address, office.client(name)).await.unwrap();
        assert_eq!(is_taken(&mut ours, &mut line).await, taken, "{name:?}");
    }
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_refused() {
    let office = Office::new();
    let ours = start(server(office.tls("127.0.0.1", true))).await;
    // It trusts us, and we do not trust whom it was signed by.
    let strange = Office::new();
    let mut params = (*office.client(None)).clone();
    params.client_auth_cert_resolver = strange.client(Some("127.0.0.1")).client_auth_cert_resolver.clone();
    // TLS 1.3 tells the refusal after the client has finished.
    if let Ok(mut line) = Line::secured(ours.address, Arc::new(params)).await {
        assert!(line.heard().await.is_none());
    }
    assert_eq!(ours.endpoint.counters().handshakes, 1);
}

fn stations(mut ours: Settings) -> Settings {
    let place = Place::Registered { password: "secret".into(), digests: vec![Digest::Md5] };
    ours.stations = vec![Station { id: StationId(25), place, codecs: None, srtp: None }];
    ours
}

/// Registers a telephone over a connection.
async fn register(phone: &mut Phone, ours: &Side, line: &mut Line, contact: &str) -> Heard {
    let more = format!("Contact: <{contact}>\r\n");
    let user = phone.user.clone();
    let over_tls = |text: String| text.replace("SIP/2.0/UDP", "SIP/2.0/TLS");
    let text = over_tls(phone.request(ours, "REGISTER", &user, &more, ""));
    line.say(&text).await;
    phone.take_challenge(&line.expect("SIP/2.0").await);
    let proof = phone.authorization("REGISTER", &format!("sip:{}", ours.address));
    let text = over_tls(phone.request(ours, "REGISTER", &user, &format!("{more}{proof}"), ""));
    line.say(&text).await;
    line.expect("SIP/2.0").await
}

fn ring(ours: &Side) {
    let to = Callee::Station(StationId(25));
    let dial = Dial { leg: LegId::placed(1), to, caller: Some("5550001".into()), redirecting: None };
    ours.endpoint.send(Command::Dial(dial));
}

#[tokio::test]
async fn a_telephone_is_rung_over_the_connection_that_it_came_by() {
    let office = Office::new();
    // Trunks are asked for certificates; a telephone has none.
    let mut ours = start(stations(server(office.tls("127.0.0.1", true)))).await;
    let mut phone = Phone::new("25").await;
    // Where it says that it is, nobody is.
    for contact in ["sip:25@192.0.2.1:5061;transport=tls", "sips:25@192.0.2.1"] {
        let mut line = Line::secured(ours.address, office.client(None)).await.unwrap();
        assert_eq!(register(&mut phone, &ours, &mut line, contact).await.status(), 200);
        ours.told(&["station-25 up"]).await;
        let view = ours.endpoint.stations();
        assert_eq!(
            (view[0].contacts[0].address, view[0].contacts[0].transport),
            (line.own, sip::Transport::Tls)
        );
        ring(&ours);
        let invite = line.expect("INVITE").await;
        let line_one = invite.text.lines().next().unwrap().to_lowercase();
        assert_eq!(line_one, format!("INVITE {contact} SIP/2.0").to_lowercase());
        let own = ours.address;
        let contact = if contact.starts_with("sips") {
            format!("<sips:{own}>")
        } else {
            format!("<sip:{own};transport=tls>")
        };
        assert_eq!(invite.header("Contact"), Some(contact.as_str()));
        line.reply(&invite, "486 Busy Here", "").await;
        ours.told(&["out-1 ended by Network: Busy 486"]).await;
        drop(line);
        ours.told(&["station-25 down: its connection is gone"]).await;
    }
    // A contact that is to be reached over TLS has to come over it.
    let more = "Contact: <sips:25@192.0.2.1>\r\n";
    let mut other = stations(settings(&["udp://127.0.0.1:0"]));
    other.admit = Admit::Trunks;
    let other = start(other).await;
    assert_eq!(phone_over_udp(&other, more).await, 400);
}

async fn phone_over_udp(side: &Side, more: &str) -> u16 {
    Phone::new("25").await.register_with(side, more).await.status()
}

#[tokio::test]
async fn what_comes_from_a_telephones_place_in_the_clear_is_a_strangers() {
    let office = Office::new();
    let mut ours = stations(server(office.tls("127.0.0.1", false)));
    ours.listen.push("tcp://127.0.0.1:0".parse().unwrap());
    let mut ours = start(ours).await;
    let tcp = ours.endpoint.listening()[2].address;
    let place = "127.0.0.1:0".parse().unwrap();
    let mut line =
        Line::over(common::line::from(place, ours.address).await, office.client(None)).await.unwrap();
    let mut phone = Phone::new("25").await;
    assert_eq!(register(&mut phone, &ours, &mut line, "sip:25@h").await.status(), 200);
    ours.told(&["station-25 up"]).await;
    let mut plain = Line::bare(common::line::from(line.own, tcp).await);
    // What we understand is told to those alone whom we serve.
    for (line, transport, told) in [(&mut line, "TLS", true), (&mut plain, "TCP", false)] {
        line.say(&request("OPTIONS", transport, u32::from(told))).await;
        let heard = line.expect("SIP/2.0").await;
        assert_eq!((heard.status(), heard.header("Allow").is_some()), (200, told), "{}", heard.text);
    }
}

#[tokio::test]
async fn a_telephone_at_a_fixed_place_shows_a_certificate_for_it() {
    let office = Office::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("sip:25@{};transport=tls", listener.local_addr().unwrap());
    let mut ours = server(office.tls("127.0.0.1", false));
    let place = Place::Fixed(place.parse().unwrap());
    ours.stations = vec![Station { id: StationId(25), place, codecs: None, srtp: None }];
    let mut ours = start(ours).await;
    ours.told(&["station-25 up"]).await;
    ring(&ours);
    assert!(Line::accept(&listener, office.server("192.0.2.1", false)).await.is_err());
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    ring(&ours);
    let mut line = Line::accept(&listener, office.server("127.0.0.1", false)).await.unwrap();
    line.expect("INVITE").await;
}

#[tokio::test]
async fn what_is_no_tls_is_refused() {
    let office = Office::new();
    let ours = start(server(office.tls("127.0.0.1", false))).await;
    let mut line = Line::plain(ours.address).await;
    line.say(&request("OPTIONS", "TCP", 1)).await;
    let heard = line.heard().await;
    assert!(heard.is_none(), "{heard:?}");
    assert_eq!(ours.endpoint.counters().handshakes, 1);
    let mut line = Line::secured(ours.address, office.client(None)).await.unwrap();
    line.say(&request("OPTIONS", "TLS", 1)).await;
    assert_eq!(line.expect("SIP/2.0").await.status(), 200);
}

#[tokio::test]
async fn handshakes_that_do_not_go_on_cost_nobody_else() {
    let office = Office::new();
    let mut ours = stations(server(office.tls("127.0.0.1", false)));
    ours.limits = Limits { connections: 32, message_time: Duration::from_millis(300), ..common::limits() };
    let ours = start(ours).await;
    // Strangers have eight places, an address four of them.
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(Line::plain(ours.address).await);
    }
    for line in &mut held[4..] {
        assert!(line.heard().await.is_none());
    }
    let stream = common::line::from("127.0.0.2:0".parse().unwrap(), ours.address).await;
    let mut line = Line::over(stream, office.client(None)).await.unwrap();
    line.say(&request("OPTIONS", "TLS", 1)).await;
    assert_eq!(line.expect("SIP/2.0").await.status(), 200, "there is room for others");
    for line in &mut held[..4] {
        assert!(line.heard().await.is_none(), "they have had their time");
    }
    assert_eq!(ours.endpoint.counters().handshakes, 4);
}

#[tokio::test]
async fn handshakes_count_as_messages_of_their_source() {
    let office = Office::new();
    let mut ours = server(office.tls("127.0.0.1", false));
    // A stranger may say nothing: so he shakes no hands.
    ours.limits = Limits { strangers_per_second: 0, ..common::limits() };
    let ours = start(ours).await;
    assert!(Line::secured(ours.address, office.client(None)).await.is_err());
    let counters = ours.endpoint.counters();
    assert_eq!((counters.limited, counters.handshakes), (1, 0));
}

#[tokio::test]
async fn a_registration_at_a_trunk_goes_over_tls() {
    let office = Office::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let mut ours = with_trunk(&office, &format!("sips:{there}"));
    let address: TrunkAddress = ours.trunks[0].address.clone();
    ours.trunks[0].register = true;
    ours.trunks[0].username = Some("u".into());
    ours.trunks[0].password = Some("p".into());
    let mut ours = start(ours).await;
    let mut line = Line::accept(&listener, office.server("127.0.0.1", false)).await.unwrap();
    let register = line.expect("REGISTER").await;
    assert!(register.text.starts_with(&format!("REGISTER {address} SIP/2.0\r\n")), "{}", register.text);
    assert!(register.header("To").unwrap().starts_with("<sips:u@"), "{}", register.text);
    line.say(&register.response("200 OK", "there", "Expires: 300\r\n", "")).await;
    ours.told(&["trunk-0 up"]).await;
}
