//! One call between an endpoint and a scripted far side that placed it.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part, and fails where it must")]

use edge::LegId;
use edge::signal::Command;
use sip::{Admit, Settings};

use super::peer::{ANSWER, Heard, Peer};
use super::{Side, settings, start, trunk};

/// The leg of the call.
pub const LEG: LegId = LegId::arrived(0);

/// An endpoint and a far side that it takes calls from.
pub async fn with_peer() -> (Side, Peer) {
    with_settings(|_| {}).await
}

/// The same, with other settings.
pub async fn with_settings(change: impl FnOnce(&mut Settings)) -> (Side, Peer) {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    ours.admit = Admit::Trunks;
    change(&mut ours);
    (start(ours).await, peer)
}

pub fn uri(ours: &Side) -> String {
    format!("sip:7000@{}", ours.address)
}

/// An INVITE with these header lines beside the usual, and what came back first.
pub async fn invite(ours: &Side, peer: &Peer, more: &str, body: &str) -> Heard {
    let lines = format!(
        "From: <sip:5550001@h>;tag=theirs\r\nTo: <sip:7000@h>\r\nCall-ID: call\r\nCSeq: 1 INVITE\r\n{more}"
    );
    peer.say(&peer.request("INVITE", &uri(ours), "inv", &lines, body), ours.address).await;
    peer.hear().await
}

/// A call that is rung for, its INVITE with these header lines.
pub async fn arrived(ours: &mut Side, peer: &Peer, more: &str, body: &str) {
    assert_eq!(invite(ours, peer, more, body).await.status(), 100);
    ours.told(&["in-0 arrived on trunk-0 for 7000 from 5550001"]).await;
}

/// A call that is up, and its 200; the ACK has gone out.
pub async fn up_with(ours: &mut Side, peer: &Peer, more: &str) -> Heard {
    arrived(ours, peer, more, ANSWER).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    ours.told(&["in-0 answered Pcma 8"]).await;
    let ok = peer.hear().await;
    assert_eq!(ok.status(), 200, "{}", ok.text);
    say(ours, peer, &ok, "ACK", 1, "", "").await;
    ok
}

pub async fn up(ours: &mut Side, peer: &Peer) -> Heard {
    up_with(ours, peer, "").await
}

/// A request in the dialog that this response made, with these header lines.
pub fn within(ours: &Side, peer: &Peer, of: &Heard, method: &str, n: u32, more: &str, body: &str) -> String {
    let (to, from) = (of.header("To").unwrap(), of.header("From").unwrap());
    let lines = format!("From: {from}\r\nTo: {to}\r\nCall-ID: call\r\nCSeq: {n} {method}\r\n{more}");
    peer.request(method, &uri(ours), &format!("in{n}{method}"), &lines, body)
}

/// Sends one.
pub async fn say(ours: &Side, peer: &Peer, of: &Heard, method: &str, n: u32, more: &str, body: &str) {
    peer.say(&within(ours, peer, of, method, n, more, body), ours.address).await;
}

/// Sends one; its final response.
pub async fn ask(
    ours: &Side,
    peer: &Peer,
    of: &Heard,
    method: &str,
    n: u32,
    more: &str,
    body: &str,
) -> Heard {
    say(ours, peer, of, method, n, more, body).await;
    let sequence = format!("{n} {method}");
    loop {
        let heard = peer.expect("SIP/2.0").await;
        if heard.header("CSeq") == Some(&sequence) && heard.status() >= 200 {
            return heard;
        }
    }
}
