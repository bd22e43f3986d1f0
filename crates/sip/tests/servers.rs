//! A trunk that is a name with several servers (RFC 3263), found through a name server of the test's own.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::dns::name_server;
use common::peer::{ANSWER, Peer};
use common::{Side, settings, start, trunk};
use edge::LegId;
use edge::signal::Cause;

/// An endpoint whose trunk has three servers.
async fn with_servers() -> (Side, [Peer; 3]) {
    let servers = [Peer::new().await, Peer::new().await, Peer::new().await];
    let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    let credentials = (Some("us".into()), Some("secret".into()));
    ours.trunks = vec![trunk("sip:gw.test")];
    (ours.trunks[0].username, ours.trunks[0].password) = credentials;
    ours.name_servers = vec![name_server("_sip._udp", &addresses).await];
    // Long enough for a message and its answer on one machine, short enough to wait for.
    ours.limits.silence = Duration::from_millis(400);
    (start(ours).await, servers)
}

#[tokio::test]
async fn a_call_goes_on_at_the_next_server_where_one_is_silent_or_overloaded() {
    let (mut ours, [first, second, third]) = with_servers().await;
    ours.dial(1, "1");
    let silent = first.expect("INVITE").await;
    let overloaded = second.expect("INVITE").await;
    assert_eq!(overloaded.header("Call-ID"), silent.header("Call-ID"));
    assert_eq!(overloaded.header("CSeq"), Some("2 INVITE"));
    second.reply(&overloaded, "503 Service Unavailable", "", "").await;
    second.expect("ACK").await;
    let taken = third.expect("INVITE").await;
    // The first one wakes up: its call is cancelled, and the other one goes on.
    first.reply(&silent, "180 Ringing", "", "").await;
    let cancel = first.expect("CANCEL").await;
    assert_eq!((cancel.header("CSeq"), cancel.header("Via")), (Some("1 CANCEL"), silent.header("Via")));
    // It was answered there meanwhile: acknowledged and ended.
    first.answer(&silent, ANSWER).await;
    assert_eq!(first.expect("ACK").await.header("CSeq"), Some("1 ACK"));
    first.expect("BYE").await;
    third.answer(&taken, ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    assert_eq!(third.expect("ACK").await.header("CSeq"), Some("3 ACK"));
    ours.hang_up(LegId::placed(1), Cause::Normal);
    third.expect("BYE").await;
    ours.told(&["out-1 ended by Us: Normal"]).await;
    // The next call does not try those that rest.
    ours.dial(2, "2");
    third.reply(&third.expect("INVITE").await, "486 Busy Here", "", "").await;
    ours.told(&["out-2 ended by Network: Busy 486"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_call_that_no_server_takes_ends_when_all_were_tried() {
    let (mut ours, servers) = with_servers().await;
    ours.dial(1, "1");
    for server in &servers {
        let invite = server.expect("INVITE").await;
        server.reply(&invite, "503 Service Unavailable", "", "").await;
    }
    ours.told(&["out-1 ended by Network: NoCircuit 503"]).await;
    ours.quiet();
}

/// Where the next server is of the other family, sound is asked for where that one can send it.
#[tokio::test]
async fn a_call_that_goes_on_by_ipv4_takes_its_sound_along() {
    let (six, four) = (Peer::at("[::1]:0").await, Peer::new().await);
    let mut ours = settings(&["udp://[::1]:0", "udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk("sip:gw.test")];
    ours.name_servers = vec![name_server("_sip._udp", &[six.address, four.address]).await];
    let mut ours = start(ours).await;
    ours.dial(1, "1");
    let invite = six.expect("INVITE").await;
    assert!(invite.body().contains("c=IN IP6 ::1\r\n"), "{}", invite.body());
    six.reply(&invite, "503 Service Unavailable", "", "").await;
    six.expect("ACK").await;
    let invite = four.expect("INVITE").await;
    assert!(invite.body().contains("c=IN IP4 127.0.0.1\r\n"), "{}", invite.body());
    four.answer(&invite, ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    four.expect("ACK").await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    four.expect("BYE").await;
    ours.told(&["out-1 ended by Us: Normal"]).await;
    ours.quiet();
}

/// Each server of a trunk may ask who we are, and is answered once.
#[tokio::test]
async fn a_server_that_is_gone_on_to_is_answered_its_own_challenge() {
    let (mut ours, [first, second, _]) = with_servers().await;
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5\r\n";
    ours.dial(1, "1");
    first.reply(&first.expect("INVITE").await, "401 Unauthorized", challenge, "").await;
    let proven = first.expect("INVITE").await;
    assert!(proven.header("Authorization").is_some());
    first.reply(&proven, "503 Service Unavailable", "", "").await;
    let bare = second.expect("INVITE").await;
    assert_eq!(bare.header("Authorization"), None, "what proves us to one server is not for the next");
    second.reply(&bare, "401 Unauthorized", challenge, "").await;
    let proven = second.expect("INVITE").await;
    assert!(proven.header("Authorization").is_some());
    second.reply(&proven, "401 Unauthorized", challenge, "").await;
    ours.told(&["out-1 ended by Network: Unauthorized 401"]).await;
}
