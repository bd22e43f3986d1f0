//! Registration, health, and trunks over TCP.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::peer::{Heard, Peer};
use common::{Side, settings, start, trunk};
use edge::LegId;
use edge::signal::{Cause, Command};
use sip::{Admit, Settings};

fn registering(peer: &Peer) -> Settings {
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    let mut gateway = trunk(&format!("sip:{}", peer.address));
    gateway.username = Some("us".into());
    gateway.password = Some("secret".into());
    gateway.register = true;
    ours.trunks = vec![gateway];
    ours.admit = Admit::Trunks;
    ours.limits.registration_pause = Duration::from_millis(20);
    ours
}

async fn grant(peer: &Peer, request: &Heard, seconds: u32) {
    let contact = format!("Contact: {};expires={seconds}\r\n", request.header("Contact").unwrap());
    peer.reply(request, "200 OK", &contact, "").await;
}

#[tokio::test]
async fn a_trunk_is_registered_at_with_credentials_and_left_at_the_end() {
    let peer = Peer::new().await;
    let mut ours = start(registering(&peer)).await;
    let first = peer.expect("REGISTER").await;
    assert_eq!(first.header("To"), Some(&*format!("<sip:us@{}>", peer.address)));
    assert_eq!(first.header("Expires"), Some("3600"));
    let challenge =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth,auth-int\"\r\n";
    peer.reply(&first, "401 Unauthorized", challenge, "").await;
    let second = peer.expect("REGISTER").await;
    assert_eq!(
        (second.header("Call-ID"), second.header("CSeq")),
        (first.header("Call-ID"), Some("2 REGISTER"))
    );
    let credentials = second.header("Authorization").expect("credentials");
    assert!(credentials.contains("algorithm=SHA-256") && credentials.contains("qop=auth, nc=00000001"));
    grant(&peer, &second, 3600).await;
    ours.told(&["trunk-0 up"]).await;
    let stopping = tokio::spawn(ours.endpoint.stop());
    let last = peer.expect("REGISTER").await;
    assert_eq!((last.header("Expires"), last.header("CSeq")), (Some("0"), Some("3 REGISTER")));
    peer.reply(&last, "200 OK", "", "").await;
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_registration_that_is_refused_takes_the_trunk_down_and_is_tried_again() {
    let peer = Peer::new().await;
    let mut ours = start(registering(&peer)).await;
    let first = peer.expect("REGISTER").await;
    peer.reply(&first, "403 Forbidden", "", "").await;
    ours.told(&["trunk-0 down: not registered: refused (403)"]).await;
    ours.dial(1, "1");
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    let second = peer.expect("REGISTER").await;
    assert_ne!(second.header("Call-ID"), first.header("Call-ID"));
    peer.reply(&second, "423 Interval Too Brief", "Min-Expires: 7200\r\n", "").await;
    let third = peer.expect("REGISTER").await;
    assert_eq!(third.header("Expires"), Some("7200"));
    grant(&peer, &third, 7200).await;
    ours.told(&["trunk-0 up"]).await;
}

#[tokio::test]
async fn two_options_without_an_answer_take_a_trunk_down_and_one_answer_brings_it_up() {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    ours.admit = Admit::Trunks;
    ours.limits.health_interval = Duration::from_millis(20);
    ours.limits.health_patience = Duration::from_millis(40);
    let mut ours = start(ours).await;
    // Even a 404 shows that somebody is there; a 503 does not.
    peer.reply(&peer.expect("OPTIONS").await, "404 Not Found", "", "").await;
    ours.told(&["trunk-0 up"]).await;
    for _ in 0..2 {
        peer.reply(&peer.expect("OPTIONS").await, "503 Service Unavailable", "", "").await;
    }
    ours.told(&["trunk-0 down: no answer to 2 OPTIONS in a row"]).await;
    ours.dial(1, "1");
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    peer.reply(&peer.expect("OPTIONS").await, "200 OK", "", "").await;
    ours.told(&["trunk-0 up"]).await;
}

/// A caller and a network that it reaches over TCP.
async fn over_tcp() -> (Side, Side) {
    let network = start(settings(&["tcp://127.0.0.1:0"])).await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{};transport=tcp", network.address))];
    ours.admit = Admit::Trunks;
    (start(ours).await, network)
}

#[tokio::test]
async fn calls_over_tcp_share_one_connection_and_end_from_both_sides() {
    let (mut ours, mut network) = over_tcp().await;
    for n in 0..4 {
        ours.dial(n, "1");
        network.told(&[&format!("in-{n} arrived for 1 from 5550001")]).await;
        let leg = LegId::arrived(n);
        network.endpoint.send(Command::Ring { leg });
        ours.told(&[&format!("out-{n} ringing")]).await;
        network.endpoint.send(Command::Answer { leg });
        network.told(&[&format!("in-{n} answered Pcmu 0 keys 101")]).await;
        ours.told(&[&format!("out-{n} answered Pcmu 0 keys 101")]).await;
        let (one, other) = if n % 2 == 0 { (&mut ours, &mut network) } else { (&mut network, &mut ours) };
        one.hang_up(if n % 2 == 0 { LegId::placed(n) } else { leg }, Cause::Normal);
        let (left, right) = if n % 2 == 0 { ("out", "in") } else { ("in", "out") };
        one.told(&[&format!("{left}-{n} ended by Us: Normal")]).await;
        other.told(&[&format!("{right}-{n} ended by Network: Normal")]).await;
    }
    assert_eq!((ours.endpoint.counters().connections, network.endpoint.counters().connections), (1, 1));
    ours.quiet();
    network.quiet();
}

#[tokio::test]
async fn a_connection_that_is_lost_is_opened_again() {
    let (mut ours, network) = over_tcp().await;
    let address = network.address;
    let mut network = network;
    ours.dial(1, "1");
    network.next().await;
    network.endpoint.stop().await;
    // Its own end of the call, or the end of the connection: whichever comes first.
    assert!(ours.next().await.starts_with("out-1 ended by Network: No"));
    let mut network = start(settings(&[&format!("tcp://{address}")])).await;
    ours.dial(2, "1");
    network.told(&["in-0 arrived for 1 from 5550001"]).await;
    network.hang_up(LegId::arrived(0), Cause::Busy);
    ours.told(&["out-2 ended by Network: Busy 486 Q.850 17"]).await;
}

#[tokio::test]
async fn nobody_listening_is_no_route_at_once() {
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk("sip:127.0.0.1:9;transport=tcp")];
    let mut ours = start(ours).await;
    ours.dial(1, "1");
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    ours.quiet();
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = format!("udp://{}", taken.local_addr().unwrap());
    let sink: sip::Sink = std::sync::Arc::new(Err);
    let failed =
        sip::Endpoint::start(settings(&[&place]), common::sockets(), std::sync::Arc::clone(&sink)).await;
    assert!(failed.err().unwrap().to_string().starts_with(&format!("cannot listen on {place}: ")));
    let mut ours = settings(&["tcp://127.0.0.1:0"]);
    ours.trunks = vec![trunk("sip:127.0.0.1:5070")];
    let failed = sip::Endpoint::start(ours, common::sockets(), sink).await;
    assert!(failed.err().unwrap().to_string().contains("trunk t is reached over UDP"));
}
