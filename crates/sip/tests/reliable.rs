//! Provisional responses that are acknowledged (RFC 3262), from both ends.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::call::{LEG, arrived, ask, say, with_peer, with_settings};
use common::peer::{ANSWER, Heard, Peer};
use common::{Side, settings, start, trunk};
use edge::LegId;
use edge::signal::{Cause, Command};

const SUPPORTED: &str = "Supported: 100rel\r\n";
const REQUIRED: &str = "Require: 100rel\r\n";

/// The RAck that acknowledges this response.
fn rack(response: &Heard) -> String {
    format!("RAck: {} {}\r\n", response.header("RSeq").unwrap(), response.header("CSeq").unwrap())
}

/// A PRACK of this response, and what is answered.
async fn prack(ours: &Side, peer: &Peer, response: &Heard, n: u32, body: &str) -> Heard {
    ask(ours, peer, response, "PRACK", n, &rack(response), body).await
}

#[tokio::test]
async fn a_caller_that_requires_it_acknowledges_each_response() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, REQUIRED, ANSWER).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    // These wait for their turn.
    ours.endpoint.send(Command::Progress { leg: LEG });
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ringing = peer.hear().await;
    assert_eq!((ringing.status(), ringing.header("Require"), ringing.body()), (180, Some("100rel"), ""));
    // Another number, another INVITE: nothing that waits.
    let foreign = rack(&ringing).replace("1 INVITE", "2 INVITE");
    assert_eq!(ask(&ours, &peer, &ringing, "PRACK", 2, &foreign, "").await.status(), 481);
    assert_eq!(prack(&ours, &peer, &ringing, 3, "").await.status(), 200);
    let progress = peer.expect("SIP/2.0").await;
    assert!(progress.status() == 183 && progress.body().contains("RTP/AVP 8"), "{}", progress.text);
    let number = |heard: &Heard| heard.header("RSeq").unwrap().parse::<u32>().unwrap();
    assert_eq!(number(&progress), number(&ringing) + 1);
    ours.told(&["in-0 early media Pcma 8"]).await;
    // Its own is acknowledged, so the 200 need not say it again.
    assert_eq!(prack(&ours, &peer, &progress, 4, "").await.status(), 200);
    let ok = peer.expect("SIP/2.0").await;
    assert_eq!((ok.status(), ok.body()), (200, ""));
    ours.told(&["in-0 answered Pcma 8"]).await;
    say(&ours, &peer, &ok, "ACK", 1, "", "").await;
    ours.hang_up(LEG, Cause::Normal);
    peer.expect("BYE").await;
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_caller_that_supports_it_acknowledges_what_describes_the_session() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, SUPPORTED, ANSWER).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    let ringing = peer.hear().await;
    assert_eq!((ringing.status(), ringing.header("RSeq")), (180, None));
    ours.endpoint.send(Command::Progress { leg: LEG });
    let progress = peer.hear().await;
    assert_eq!((progress.status(), progress.header("Require")), (183, Some("100rel")));
    ours.told(&["in-0 early media Pcma 8"]).await;
    // RFC 3311 §5.2: not before the answer is known to be there.
    assert_eq!(ask(&ours, &peer, &progress, "UPDATE", 2, "", ANSWER).await.status(), 500);
    // A PRACK may bring the next offer.
    let pcmu = ANSWER.replace("AVP 8", "AVP 0");
    let taken = prack(&ours, &peer, &progress, 3, &pcmu).await;
    assert!(taken.status() == 200 && taken.body().contains("RTP/AVP 0"), "{}", taken.text);
    ours.told(&["in-0 early media Pcmu 0"]).await;
    // And so may an UPDATE, from now on.
    let taken = ask(&ours, &peer, &progress, "UPDATE", 4, "", ANSWER).await;
    assert!(taken.status() == 200 && taken.body().contains("RTP/AVP 8"), "{}", taken.text);
    ours.told(&["in-0 early media Pcma 8"]).await;
    // RFC 3261 §14.2: but no second INVITE.
    assert_eq!(ask(&ours, &peer, &progress, "INVITE", 5, "", ANSWER).await.status(), 500);
    ours.hang_up(LEG, Cause::Busy);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
}

#[tokio::test]
async fn an_invite_without_an_offer_is_offered_to_in_the_183_and_answered_in_the_prack() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, SUPPORTED, "").await;
    ours.endpoint.send(Command::Progress { leg: LEG });
    let progress = peer.hear().await;
    assert!(progress.status() == 183 && progress.body().contains("RTP/AVP 0 8 101"), "{}", progress.text);
    assert_eq!(prack(&ours, &peer, &progress, 2, ANSWER).await.status(), 200);
    ours.told(&["in-0 early media Pcma 8"]).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = peer.expect("SIP/2.0").await;
    assert_eq!((ok.status(), ok.body()), (200, ""));
    ours.told(&["in-0 answered Pcma 8"]).await;
    say(&ours, &peer, &ok, "ACK", 1, "", "").await;
    assert_eq!(ask(&ours, &peer, &ok, "BYE", 3, "", "").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_reliable_response_is_repeated_and_at_last_given_up() {
    let (mut ours, peer) = with_settings(|ours| ours.limits.t1 = Duration::from_millis(100)).await;
    arrived(&mut ours, &peer, REQUIRED, ANSWER).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    let start = tokio::time::Instant::now();
    let mut sent = Vec::new();
    loop {
        let heard = peer.hear().await;
        if heard.status() == 504 {
            break;
        }
        assert_eq!(heard.status(), 180);
        sent.push(start.elapsed().as_millis());
    }
    // RFC 3262 §3: T1, and each time twice as long, for 64*T1.
    let steps: Vec<u128> = sent.windows(2).map(|pair| (pair[1] - pair[0] + 50) / 100).collect();
    assert_eq!(steps, [1, 2, 4, 8, 16, 32]);
    assert_eq!(start.elapsed().as_millis() / 100, 64);
    ours.told(&["in-0 ended by Network: Lost 504"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_hang_up_does_not_wait_for_a_prack() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, REQUIRED, ANSWER).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    ours.endpoint.send(Command::Answer { leg: LEG });
    peer.expect("SIP/2.0").await;
    ours.hang_up(LEG, Cause::Busy);
    assert_eq!(peer.expect("SIP/2.0").await.status(), 486);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
    ours.quiet();
}

/// A call that we place; its INVITE.
async fn placed() -> (Side, Peer, Heard) {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    let ours = start(ours).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    (ours, peer, invite)
}

/// A request of the far side in the early dialog that its tag `there` names.
fn theirs(ours: &Side, peer: &Peer, invite: &Heard, method: &str, n: u32, body: &str) -> String {
    let (us, call) = (invite.header("From").unwrap(), invite.header("Call-ID").unwrap());
    let them = format!("{};tag=there", invite.header("To").unwrap());
    let lines = format!("From: {them}\r\nTo: {us}\r\nCall-ID: {call}\r\nCSeq: {n} {method}\r\n");
    peer.request(method, &format!("sip:{}", ours.address), &format!("t{n}{method}"), &lines, body)
}

#[tokio::test]
async fn a_reliable_response_to_our_invite_is_acknowledged_once() {
    let (mut ours, peer, invite) = placed().await;
    assert!(invite.header("Supported").unwrap().contains("100rel"));
    // Before anything settles the session it cannot be changed.
    let contact = format!("Contact: <sip:{}>\r\n", peer.address);
    peer.reply(&invite, "180 Ringing", &contact, "").await;
    ours.told(&["out-1 ringing"]).await;
    peer.say(&theirs(&ours, &peer, &invite, "UPDATE", 1, ANSWER), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 491);

    let reliable = |number: u32| format!("{contact}Require: 100rel\r\nRSeq: {number}\r\n");
    peer.reply(&invite, "183 Session Progress", &reliable(5), ANSWER).await;
    let prack = peer.expect("PRACK").await;
    assert_eq!((prack.header("RAck"), prack.header("CSeq")), (Some("5 1 INVITE"), Some("2 PRACK")));
    assert!(prack.header("To").unwrap().ends_with(";tag=there"));
    peer.reply(&prack, "200 OK", "", "").await;
    ours.told(&["out-1 early media Pcma 8"]).await;
    // Repeated, and out of order: passed over.
    peer.reply(&invite, "183 Session Progress", &reliable(5), ANSWER).await;
    peer.reply(&invite, "183 Session Progress", &reliable(7), &ANSWER.replace("AVP 8", "AVP 0")).await;
    peer.reply(&invite, "180 Ringing", &reliable(6), "").await;
    let prack = peer.expect("PRACK").await;
    assert_eq!((prack.header("RAck"), prack.header("CSeq")), (Some("6 1 INVITE"), Some("3 PRACK")));
    peer.reply(&prack, "200 OK", "", "").await;
    // The session is settled, so the far side may change it.
    peer.say(&theirs(&ours, &peer, &invite, "UPDATE", 2, &ANSWER.replace("AVP 8", "AVP 0")), ours.address)
        .await;
    let taken = peer.expect("SIP/2.0").await;
    assert!(taken.status() == 200 && taken.body().contains("RTP/AVP 0"), "{}", taken.text);
    ours.told(&["out-1 early media Pcmu 0"]).await;
    peer.say(&theirs(&ours, &peer, &invite, "INVITE", 3, ANSWER), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 491);
    // What the 200 says again is no answer any more (RFC 6337 §3.1.1).
    peer.answer(&invite, ANSWER).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("1 ACK"));
    ours.told(&["out-1 answered Pcmu 0"]).await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    assert_eq!(peer.expect("BYE").await.header("CSeq"), Some("4 BYE"));
    ours.told(&["out-1 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn forks_are_acknowledged_each_in_its_early_dialog() {
    let (mut ours, peer, invite) = placed().await;
    let reliable =
        |number: u32| format!("Contact: <sip:{}>\r\nRequire: 100rel\r\nRSeq: {number}\r\n", peer.address);
    for (tag, number) in [("one", 1), ("two", 900)] {
        let text = invite.response("183 Session Progress", tag, &reliable(number), ANSWER);
        peer.say(&text, invite.from).await;
        let prack = peer.expect("PRACK").await;
        assert_eq!(prack.header("RAck"), Some(&*format!("{number} 1 INVITE")));
        assert!(prack.header("To").unwrap().ends_with(&format!(";tag={tag}")));
        peer.reply(&prack, "200 OK", "", "").await;
    }
    ours.told(&["out-1 early media Pcma 8"]).await;
    // The second one answers; its own description counts.
    let contact = format!("Contact: <sip:{}>\r\n", peer.address);
    let pcmu = ANSWER.replace("AVP 8", "AVP 0");
    peer.say(&invite.response("200 OK", "two", &contact, &pcmu), invite.from).await;
    ours.told(&["out-1 answered Pcmu 0"]).await;
    peer.expect("ACK").await;
}
