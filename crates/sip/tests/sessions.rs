//! Session timers (RFC 4028), under a clock that the tests move.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::call::{LEG, ask, invite, up_with, with_settings};
use common::peer::{ANSWER, Heard, Peer};
use common::{Side, settings, start, trunk};
use edge::LegId;
use edge::signal::Cause;
use sip::Session;
use tokio::time::Instant;

/// Short, so that a test's patience is longer.
const SESSION: Session = Session { expires: Duration::from_secs(12), least: Duration::from_secs(3) };

async fn with_peer() -> (Side, Peer) {
    with_settings(|ours| ours.session = SESSION).await
}

/// A call that we placed and that was answered with these header lines; its 200 as the far side sent it.
async fn placed(more: &str) -> (Side, Peer, Heard) {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    ours.session = SESSION;
    let mut ours = start(ours).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    let contact = format!("Contact: <sip:{}>\r\n{more}", peer.address);
    peer.reply(&invite, "200 OK", &contact, ANSWER).await;
    peer.expect("ACK").await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    (ours, peer, invite)
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_does_not_refresh_is_lost() {
    let (mut ours, peer) = with_peer().await;
    let ok = up_with(&mut ours, &peer, "Supported: timer\r\nSession-Expires: 9\r\n").await;
    assert_eq!(ok.header("Session-Expires"), Some("9;refresher=uac"));
    assert_eq!(ok.header("Require"), Some("timer"));
    let start = Instant::now();
    ours.told(&["in-0 ended by Network: Lost"]).await;
    assert_eq!(start.elapsed().as_secs(), 6, "RFC 4028 §10: a third before it runs out");
    peer.expect("BYE").await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_refreshes_keeps_the_call() {
    let (mut ours, peer) = with_peer().await;
    let timer = "Supported: timer\r\nSession-Expires: 9;refresher=uac\r\n";
    let ok = up_with(&mut ours, &peer, timer).await;
    let start = Instant::now();
    for (n, method, body) in [(2, "UPDATE", ""), (3, "INVITE", ANSWER), (4, "UPDATE", "")] {
        tokio::time::sleep(Duration::from_millis(4_500)).await;
        let refreshed = ask(&ours, &peer, &ok, method, n, timer, body).await;
        assert_eq!((refreshed.status(), refreshed.header("Session-Expires")), (200, Some("9;refresher=uac")));
        if method == "INVITE" {
            common::call::say(&ours, &peer, &ok, "ACK", n, "", "").await;
        }
    }
    ours.told(&["in-0 ended by Network: Lost"]).await;
    assert_eq!(start.elapsed().as_secs(), 13 + 6);
}

#[tokio::test(start_paused = true)]
async fn an_interval_below_ours_is_refused_with_422() {
    let (mut ours, peer) = with_peer().await;
    let refused = invite(&ours, &peer, "Supported: timer\r\nSession-Expires: 2\r\n", ANSWER).await;
    // The 100 comes first.
    assert_eq!(refused.status(), 100);
    let refused = peer.hear().await;
    assert_eq!((refused.status(), refused.header("Min-SE")), (422, Some("3")));
    ours.quiet();
}

#[tokio::test(start_paused = true)]
async fn who_knows_no_session_timers_gets_none() {
    let (mut ours, peer) = with_peer().await;
    let ok = up_with(&mut ours, &peer, "").await;
    assert_eq!(ok.header("Session-Expires"), None);
    tokio::time::sleep(Duration::from_secs(100)).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test(start_paused = true)]
async fn we_refresh_with_an_update_where_the_far_side_takes_one() {
    let (mut ours, peer, invite) =
        placed("Session-Expires: 9;refresher=uac\r\nAllow: INVITE, UPDATE\r\nRequire: timer\r\n").await;
    assert_eq!(invite.header("Session-Expires"), Some("12"));
    assert_eq!(invite.header("Min-SE"), Some("3"));
    assert!(invite.header("Supported").unwrap().contains("timer"));
    let start = Instant::now();
    for n in [2, 3] {
        let update = peer.expect("UPDATE").await;
        assert_eq!(update.header("CSeq"), Some(&*format!("{n} UPDATE")));
        assert_eq!(update.header("Session-Expires"), Some("9;refresher=uac"));
        assert_eq!(update.body(), "");
        peer.answer_with(&update, "Session-Expires: 9;refresher=uac\r\n", "").await;
    }
    assert_eq!(start.elapsed().as_secs(), 9);
    // RFC 4028 §10: who does not know the call any more has lost it.
    let update = peer.expect("UPDATE").await;
    peer.reply(&update, "481 Call/Transaction Does Not Exist", "", "").await;
    ours.told(&["out-1 ended by Network: Lost"]).await;
    peer.expect("BYE").await;
}

#[tokio::test(start_paused = true)]
async fn we_refresh_with_a_reinvite_that_changes_nothing_where_it_does_not() {
    let (mut ours, peer, invite) = placed("Session-Expires: 9\r\n").await;
    let again = peer.expect("INVITE").await;
    assert_eq!((again.header("CSeq"), again.body()), (Some("2 INVITE"), invite.body()));
    peer.answer_with(&again, "Session-Expires: 9;refresher=uac\r\n", ANSWER).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("2 ACK"));
    // A 2xx that is repeated is acknowledged again.
    peer.answer_with(&again, "Session-Expires: 9;refresher=uac\r\n", ANSWER).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("2 ACK"));
    // An answer that says something else changes the call.
    let again = peer.expect("INVITE").await;
    peer.answer_with(&again, "Session-Expires: 9;refresher=uac\r\n", &ANSWER.replace("AVP 8", "AVP 0")).await;
    peer.expect("ACK").await;
    ours.told(&["out-1 renegotiated Pcmu 0"]).await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    peer.expect("BYE").await;
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_refused_becomes_a_reinvite() {
    let (_ours, peer, _) = placed("Session-Expires: 9;refresher=uac\r\nAllow: INVITE, UPDATE\r\n").await;
    let update = peer.expect("UPDATE").await;
    peer.reply(&update, "405 Method Not Allowed", "", "").await;
    let again = peer.expect("INVITE").await;
    assert_eq!(again.header("CSeq"), Some("3 INVITE"));
    peer.answer_with(&again, "Session-Expires: 9;refresher=uac\r\n", ANSWER).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("3 ACK"));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_meets_a_491_waits_as_long_as_the_owner_of_the_call_id_must() {
    let (_ours, peer, _) = placed("Session-Expires: 30;refresher=uac\r\nAllow: INVITE, UPDATE\r\n").await;
    let update = peer.expect("UPDATE").await;
    peer.reply(&update, "491 Request Pending", "", "").await;
    let start = Instant::now();
    let update = peer.expect("UPDATE").await;
    let waited = start.elapsed().as_millis();
    // RFC 3261 §14.1, and the time that the test itself takes.
    assert!((2_080..=4_100).contains(&waited), "{waited}");
    peer.answer_with(&update, "Session-Expires: 30;refresher=uac\r\n", "").await;
}

#[tokio::test(start_paused = true)]
async fn a_422_is_asked_again_with_what_it_wants_and_a_second_ends_the_call() {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    ours.session = SESSION;
    let mut ours = start(ours).await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "422 Session Interval Too Small", "Min-SE: 60\r\n", "").await;
    let again = peer.expect("INVITE").await;
    assert_eq!((again.header("Session-Expires"), again.header("Min-SE")), (Some("60"), Some("60")));
    assert_eq!(again.header("CSeq"), Some("2 INVITE"));
    peer.reply(&again, "422 Session Interval Too Small", "Min-SE: 90\r\n", "").await;
    ours.told(&["out-1 ended by Network: Rejected 422"]).await;
    ours.quiet();
}

#[tokio::test(start_paused = true)]
async fn where_they_are_switched_off_there_are_none() {
    let (mut ours, peer) = with_settings(|ours| ours.session.expires = Duration::ZERO).await;
    let ok = up_with(&mut ours, &peer, "Supported: timer\r\nSession-Expires: 9;refresher=uac\r\n").await;
    assert_eq!(ok.header("Session-Expires"), None);
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    assert_eq!((invite.header("Session-Expires"), invite.header("Min-SE")), (None, None));
    peer.answer_with(&invite, "Session-Expires: 9;refresher=uac\r\n", ANSWER).await;
    peer.expect("ACK").await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}
