//! Calls that we place to a far side that says what it likes.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::peer::{ANSWER, Heard, Peer};
use common::{Side, limits, settings, start, trunk};
use edge::signal::{Callee, Cause, Command, Dial};
use edge::{LegId, TrunkId};
use sip::Admit;

/// An endpoint with one trunk that leads to the scripted far side.
async fn with_peer() -> (Side, Peer) {
    with_patience(limits().silence).await
}

/// The same, which gives a trunk up that says nothing for so long.
async fn with_patience(silence: Duration) -> (Side, Peer) {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.limits.silence = silence;
    let mut gateway = trunk(&format!("sip:{}", peer.address));
    gateway.username = Some("us".into());
    gateway.password = Some("secret".into());
    ours.trunks = vec![gateway];
    ours.admit = Admit::Trunks;
    (start(ours).await, peer)
}

fn challenge(realm: &str, nonce: &str) -> String {
    format!("WWW-Authenticate: Digest realm=\"{realm}\", nonce=\"{nonce}\", qop=\"auth\", algorithm=MD5\r\n")
}

/// One parameter of an Authorization header.
fn param<'a>(request: &'a Heard, name: &str) -> &'a str {
    let value = request.header("Authorization").expect("credentials").strip_prefix("Digest ").unwrap();
    let found = value.split(", ").find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
    found.expect(name).trim_matches('"')
}

#[tokio::test]
async fn an_invite_says_who_calls_whom() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "*5#");
    let invite = peer.expect("INVITE").await;
    assert!(
        invite.text.starts_with(&format!("INVITE sip:*5%23@{} SIP/2.0\r\n", peer.address)),
        "{}",
        invite.text
    );
    assert!(invite.header("From").unwrap().starts_with(&format!("<sip:5550001@{}>;tag=", peer.address)));
    assert_eq!(invite.header("To").unwrap(), format!("<sip:*5%23@{}>", peer.address));
    assert_eq!(invite.header("P-Asserted-Identity").unwrap(), format!("<sip:5550001@{}>", peer.address));
    assert_eq!(invite.header("Content-Type"), Some("application/sdp"));
    assert!(invite.body().contains("m=audio ") && invite.body().contains(" RTP/AVP 0 8 101\r\n"));
    peer.reply(&invite, "302 Moved", "Contact: <sip:elsewhere@192.0.2.1>\r\n", "").await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("1 ACK"));
    ours.told(&["out-1 ended by Network: NoRoute 302"]).await;
    ours.quiet();
}

#[tokio::test]
async fn b129_an_invite_says_who_has_sent_the_call_on_also_when_it_is_asked_who_we_are() {
    let (ours, peer) = with_peer().await;
    let to = Callee::Number { trunk: TrunkId(0), number: "1".into() };
    let (leg, redirecting) = (LegId::placed(1), Some("3015550199".into()));
    ours.endpoint.send(Command::Dial(Dial { leg, to, caller: None, redirecting }));
    let first = peer.expect("INVITE").await;
    peer.reply(&first, "401 Unauthorized", &challenge("realm", "n1"), "").await;
    let second = peer.expect("INVITE").await;
    for invite in [first, second] {
        let diversion = invite.header("Diversion").unwrap();
        assert!(
            diversion.starts_with("<sip:3015550199@127.0.0.1") && diversion.ends_with(">;reason=unknown"),
            "{diversion}"
        );
    }
    ours.hang_up(leg, Cause::Normal);
}

#[tokio::test]
async fn a_challenge_is_answered_once_with_the_digest_of_rfc_7616() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let first = peer.expect("INVITE").await;
    assert_eq!(first.header("Authorization"), None);
    peer.reply(&first, "401 Unauthorized", &challenge("realm", "n1"), "").await;
    let second = peer.expect("INVITE").await;
    assert_eq!(second.header("CSeq"), Some("2 INVITE"));
    assert_eq!(second.header("Call-ID"), first.header("Call-ID"));
    assert_eq!(
        (param(&second, "username"), param(&second, "realm"), param(&second, "nc")),
        ("us", "realm", "00000001")
    );
    assert_eq!(param(&second, "uri"), format!("sip:1@{}", peer.address));
    // The digest, computed once more by other means.
    let md5 = |text: String| md5_of(&text);
    let ha1 = md5("us:realm:secret".into());
    let ha2 = md5(format!("INVITE:{}", param(&second, "uri")));
    let expected = md5(format!("{ha1}:n1:00000001:{}:auth:{ha2}", param(&second, "cnonce")));
    assert_eq!(param(&second, "response"), expected);
    peer.answer(&second, ANSWER).await;
    let ack = peer.expect("ACK").await;
    assert_eq!(ack.header("Authorization"), second.header("Authorization"), "RFC 3261 §13.2.2.4");
    ours.told(&["out-1 answered Pcma 8"]).await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    let bye = peer.expect("BYE").await;
    peer.reply(&bye, "200 OK", "", "").await;
    ours.told(&["out-1 ended by Us: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_prack_and_a_bye_that_are_challenged_are_sent_again_with_credentials() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    let reliable = format!("Require: 100rel\r\nRSeq: 1\r\nContact: <sip:{}>\r\n", peer.address);
    peer.reply(&invite, "183 Session Progress", &reliable, "").await;
    let mut sent = Vec::new();
    for method in ["PRACK", "BYE"] {
        if method == "BYE" {
            peer.answer(&invite, ANSWER).await;
            assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("1 ACK"));
            ours.told(&["out-1 ringing", "out-1 answered Pcma 8"]).await;
            ours.hang_up(LegId::placed(1), Cause::Normal);
        }
        let first = peer.expect(method).await;
        peer.reply(&first, "401 Unauthorized", &challenge("realm", "n1"), "").await;
        let second = peer.expect(method).await;
        assert_eq!(first.header("Authorization"), None);
        assert_eq!(
            (param(&second, "nonce"), param(&second, "uri")),
            ("n1", &*format!("sip:{}", peer.address))
        );
        assert_eq!(second.header("RAck"), first.header("RAck"));
        assert_ne!(second.header("Via"), first.header("Via"));
        sent.extend([first, second.clone()]);
        // Wrong is wrong: nobody tries for ever.
        peer.reply(&second, "401 Unauthorized", &challenge("realm", "n2"), "").await;
    }
    let numbers: Vec<&str> = sent.iter().map(|request| request.header("CSeq").unwrap()).collect();
    assert_eq!(numbers, ["2 PRACK", "3 PRACK", "4 BYE", "5 BYE"]);
    ours.told(&["out-1 ended by Us: Normal"]).await;
    ours.dial(2, "2");
    let next = peer.hear().await;
    assert_eq!(next.method(), "INVITE", "and not a third BYE: {}", next.text);
}

/// Whoever asks us for a password has to be the trunk that the call is on.
#[tokio::test]
async fn a_bye_of_a_call_that_came_in_is_proved_to_its_trunk_too() {
    let (mut ours, peer) = with_peer().await;
    let leg = LegId::arrived(0);
    let lines = "From: <sip:c@h>;tag=them\r\nTo: <sip:1@h>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n";
    peer.say(&peer.request("INVITE", "sip:1@h", "in1", lines, ANSWER), ours.address).await;
    ours.told(&["in-0 arrived on trunk-0 for 1 from c"]).await;
    ours.endpoint.send(Command::Answer { leg });
    ours.told(&["in-0 answered Pcma 8"]).await;
    let ok = loop {
        let heard = peer.expect("SIP/2.0").await;
        if heard.status() == 200 {
            break heard;
        }
    };
    let to = ok.header("To").unwrap();
    let lines = format!("From: <sip:c@h>;tag=them\r\nTo: {to}\r\nCall-ID: c\r\nCSeq: 1 ACK\r\n");
    peer.say(&peer.request("ACK", "sip:1@h", "in2", &lines, ""), ours.address).await;
    ours.hang_up(leg, Cause::Normal);
    let bye = peer.expect("BYE").await;
    peer.reply(
        &bye,
        "407 Proxy Authentication Required",
        &challenge("realm", "n1").replace("WWW", "Proxy"),
        "",
    )
    .await;
    let bye = peer.expect("BYE").await;
    assert!(bye.header("Proxy-Authorization").unwrap().contains("nonce=\"n1\""), "{}", bye.text);
    peer.reply(&bye, "200 OK", "", "").await;
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_401_for_ever_ends_with_unauthorized_after_two_invites() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let first = peer.expect("INVITE").await;
    peer.reply(&first, "401 Unauthorized", &challenge("realm", "n1"), "").await;
    let second = peer.expect("INVITE").await;
    assert_eq!(second.header("CSeq"), Some("2 INVITE"));
    peer.reply(&second, "401 Unauthorized", &challenge("realm", "n2"), "").await;
    ours.told(&["out-1 ended by Network: Unauthorized 401"]).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq").map(|c| c.ends_with("ACK")), Some(true));
    ours.quiet();
}

#[tokio::test]
async fn a_challenge_in_the_name_of_another_realm_gets_nothing() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "401 Unauthorized", &challenge("realm", "n1"), "").await;
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "486 Busy Here", "", "").await;
    ours.told(&["out-1 ended by Network: Busy 486"]).await;
    // The trunk is known by its realm now; a called party that asks for another gets no digest.
    ours.dial(2, "2");
    let invite = loop {
        let invite = peer.expect("INVITE").await;
        if invite.text.starts_with("INVITE sip:2@") {
            break invite;
        }
    };
    peer.reply(&invite, "401 Unauthorized", &challenge("another", "n2"), "").await;
    ours.told(&["out-2 ended by Network: Unauthorized 401"]).await;
    ours.quiet();
}

#[tokio::test]
async fn an_answer_that_we_cannot_use_is_acknowledged_and_ended() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.answer(&invite, &ANSWER.replace("RTP/AVP 8", "RTP/AVP 18")).await;
    peer.expect("ACK").await;
    let bye = peer.expect("BYE").await;
    peer.reply(&bye, "200 OK", "", "").await;
    ours.told(&["out-1 ended by Us: Incompatible"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_200_that_crosses_the_cancel_is_acknowledged_and_ended() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    ours.hang_up(LegId::placed(1), Cause::NoAnswer);
    let cancel = peer.expect("CANCEL").await;
    assert_eq!(cancel.header("CSeq"), Some("1 CANCEL"));
    assert_eq!(cancel.header("Via"), invite.header("Via"));
    peer.answer(&invite, ANSWER).await;
    peer.expect("ACK").await;
    peer.expect("BYE").await;
    ours.told(&["out-1 ended by Us: NoAnswer"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_call_given_up_before_anything_came_back_is_cancelled_when_something_does() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    ours.told(&["out-1 ended by Us: Normal"]).await;
    peer.reply(&invite, "100 Trying", "", "").await;
    peer.expect("CANCEL").await;
    peer.reply(&invite, "487 Request Terminated", "", "").await;
    peer.expect("ACK").await;
    ours.quiet();
}

/// Long enough for a message and its answer on one machine, short enough to wait for.
const SILENCE: Duration = Duration::from_millis(400);

#[tokio::test]
async fn a_trunk_that_says_nothing_is_given_up_and_a_100_that_comes_late_is_cancelled() {
    let (mut ours, peer) = with_patience(SILENCE).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    peer.reply(&invite, "100 Trying", "", "").await;
    let cancel = peer.expect("CANCEL").await;
    assert_eq!(cancel.header("Via"), invite.header("Via"));
    peer.reply(&cancel, "200 OK", "", "").await;
    peer.reply(&invite, "487 Request Terminated", "", "").await;
    peer.expect("ACK").await;
    ours.quiet();
}

#[tokio::test]
async fn a_200_that_comes_after_the_trunk_was_given_up_is_acknowledged_and_ended() {
    let (mut ours, peer) = with_patience(SILENCE).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    peer.answer(&invite, ANSWER).await;
    peer.expect("ACK").await;
    let bye = peer.expect("BYE").await;
    peer.reply(&bye, "200 OK", "", "").await;
    ours.quiet();
}

#[tokio::test]
async fn a_200_that_crosses_the_cancel_of_a_trunk_given_up_is_acknowledged_and_ended() {
    let (mut ours, peer) = with_patience(SILENCE).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    peer.reply(&invite, "183 Session Progress", "", ANSWER).await;
    peer.expect("CANCEL").await;
    peer.answer(&invite, ANSWER).await;
    peer.expect("ACK").await;
    peer.expect("BYE").await;
    ours.quiet();
}

#[tokio::test]
async fn a_100_is_not_silence() {
    let (mut ours, peer) = with_patience(SILENCE).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "100 Trying", "", "").await;
    // A call that begins later and is met with silence tells when the time of the first was over.
    ours.dial(2, "2");
    ours.told(&["out-2 ended by Us: NoRoute"]).await;
    peer.answer(&invite, ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
}

#[tokio::test]
async fn a_200_after_the_487_is_acknowledged_and_ended() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    ours.hang_up(LegId::placed(1), Cause::NoAnswer);
    let cancel = peer.expect("CANCEL").await;
    peer.reply(&cancel, "200 OK", "", "").await;
    peer.reply(&invite, "487 Request Terminated", "", "").await;
    ours.told(&["out-1 ended by Us: NoAnswer 487"]).await;
    peer.expect("ACK").await;
    // A fork that the CANCEL did not reach.
    let contact = format!("Contact: <sip:{}>\r\n", peer.address);
    peer.say(&invite.response("200 OK", "fork", &contact, ANSWER), invite.from).await;
    assert!(peer.expect("ACK").await.header("To").unwrap().ends_with(";tag=fork"));
    let bye = peer.expect("BYE").await;
    assert!(bye.header("To").unwrap().ends_with(";tag=fork"));
    peer.reply(&bye, "200 OK", "", "").await;
    // The next call goes its way.
    ours.dial(2, "2");
    let next = peer.expect("INVITE").await;
    peer.reply(&next, "486 Busy Here", "", "").await;
    ours.told(&["out-2 ended by Network: Busy 486"]).await;
    ours.quiet();
}

#[tokio::test]
async fn two_183s_with_different_sdp_are_told_each_and_the_answer_decides() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "183 Session Progress", "", ANSWER).await;
    let other = ANSWER.replace("4000 RTP/AVP 8", "4002 RTP/AVP 0");
    peer.say(&invite.response("183 Session Progress", "fork", "", &other), invite.from).await;
    // The same again is nothing new.
    peer.say(&invite.response("183 Session Progress", "fork", "", &other), invite.from).await;
    ours.told(&["out-1 early media Pcma 8", "out-1 early media Pcmu 0"]).await;
    peer.answer(&invite, ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    peer.expect("ACK").await;
}

#[tokio::test]
async fn a_2xx_that_is_repeated_is_acknowledged_again_and_a_fork_is_ended() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.answer(&invite, ANSWER).await;
    let ack = peer.expect("ACK").await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    peer.answer(&invite, ANSWER).await;
    assert_eq!(peer.expect("ACK").await.text, ack.text);
    let contact = format!("Contact: <sip:{}>\r\n", peer.address);
    peer.say(&invite.response("200 OK", "fork", &contact, ANSWER), invite.from).await;
    assert!(peer.expect("ACK").await.header("To").unwrap().ends_with(";tag=fork"));
    let bye = peer.expect("BYE").await;
    assert!(bye.header("To").unwrap().ends_with(";tag=fork"));
    peer.reply(&bye, "200 OK", "", "").await;
    // The call itself goes on until it is hung up.
    let tag = ack.header("To").unwrap().to_owned();
    let from = ack.header("From").unwrap().to_owned();
    let call = ack.header("Call-ID").unwrap().to_owned();
    let more = format!("From: {tag}\r\nTo: {from}\r\nCall-ID: {call}\r\nCSeq: 7 BYE\r\n");
    peer.say(&peer.request("BYE", &format!("sip:{}", ours.address), "b1", &more, ""), ours.address).await;
    ours.told(&["out-1 ended by Network: Normal"]).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 200);
    ours.quiet();
}

#[tokio::test]
async fn early_media_stands_for_an_answer_without_sdp() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "183 Session Progress", "", ANSWER).await;
    peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 early media Pcma 8", "out-1 ringing"]).await;
    peer.answer(&invite, "").await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    peer.expect("ACK").await;
}

/// MD5 (RFC 1321), so that the test does not trust what it tests.
fn md5_of(text: &str) -> String {
    let shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut message = text.as_bytes().to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend_from_slice(&(text.len() as u64 * 8).to_le_bytes());
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in message.chunks_exact(64) {
        let word = |n: usize| u32::from_le_bytes(block[n * 4..n * 4 + 4].try_into().unwrap());
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64_usize {
            let (f, g) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), (7 * i) % 16),
            };
            let k = ((i as f64 + 1.0).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(f).wrapping_add(k).wrapping_add(word(g));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(shifts[i / 16][i % 4]));
        }
        for (value, add) in state.iter_mut().zip([a, b, c, d]) {
            *value = value.wrapping_add(add);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn an_endpoint_on_any_address_shows_the_one_that_faces_the_trunk() {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://0.0.0.0:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    let sockets: sip::Sockets = Arc::new(|_, _| Ok("0.0.0.0:4000".parse().unwrap()));
    let endpoint = sip::Endpoint::start(ours, sockets, Arc::new(|_| Ok(()))).await.unwrap();
    let to = Callee::Number { trunk: TrunkId(0), number: "5551234".into() };
    endpoint.send(Command::Dial(Dial { leg: LegId::placed(1), to, caller: None, redirecting: None }));
    let invite = peer.expect("INVITE").await;
    // 0.0.0.0 would mean hold (RFC 3264 §8.4), and nothing would ever be heard.
    assert!(invite.body().contains("c=IN IP4 127.0.0.1\r\n"), "{}", invite.body());
    assert!(invite.header("Contact").unwrap().contains("sip:127.0.0.1:"));
}
