//! What may come of a refresh of ours (RFC 4028 §7.4, §10), under a clock that the tests move.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::Side;
use common::call::{LEG, ask, say, up_with, with_settings};
use common::peer::{ANSWER, Heard, Peer};
use edge::signal::Cause;
use sip::Session;
use tokio::time::Instant;

/// Ours to refresh at half of it; short, so that a test's patience is longer.
const SESSION: Session = Session { expires: Duration::from_secs(12), least: Duration::from_secs(3) };

const TIMER: &str = "Supported: timer\r\nSession-Expires: 12;refresher=uas\r\n";

/// A call of the trunk that we are to refresh, whose caller allows these methods; its 200.
async fn refreshed_by_us(allow: &str) -> (Side, Peer, Heard) {
    let (mut ours, peer) = with_settings(|ours| {
        ours.session = SESSION;
        ours.trunks[0].username = Some("us".into());
        ours.trunks[0].password = Some("secret".into());
    })
    .await;
    let ok = up_with(&mut ours, &peer, &format!("{TIMER}Allow: {allow}\r\n")).await;
    assert_eq!(ok.header("Session-Expires"), Some("12;refresher=uas"));
    (ours, peer, ok)
}

/// RFC 4028 §10: where nobody knows of the call any more, it ends there and then.
#[tokio::test(start_paused = true)]
async fn a_refresh_of_a_call_that_is_not_known_ends_it_at_once() {
    for status in ["481 Call/Transaction Does Not Exist", "408 Request Timeout"] {
        let (mut ours, peer, _) = refreshed_by_us("INVITE, UPDATE").await;
        let start = Instant::now();
        let update = peer.expect("UPDATE").await;
        peer.reply(&update, status, "", "").await;
        assert_eq!(peer.hear().await.method(), "BYE");
        ours.told(&["in-0 ended by Network: Lost"]).await;
        assert_eq!(start.elapsed().as_secs(), 6);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_says_what_an_invite_says() {
    for (allow, method) in [("INVITE, UPDATE", "UPDATE"), ("INVITE", "INVITE")] {
        let (ours, peer, _) = refreshed_by_us(allow).await;
        let refresh = peer.expect(method).await;
        assert!(refresh.header("Contact").unwrap().contains(&ours.address.to_string()), "{}", refresh.text);
        assert!(refresh.header("Allow").unwrap().contains("UPDATE"), "{}", refresh.text);
        assert!(refresh.header("Supported").unwrap().contains("timer"), "{}", refresh.text);
        assert_eq!(refresh.header("Content-Type"), (method == "INVITE").then_some("application/sdp"));
    }
}

/// RFC 4028 §7.4: a 422 to a refresh is one to ask again after, with what it wants.
#[tokio::test(start_paused = true)]
async fn a_422_to_a_refresh_is_asked_again_with_what_it_wants() {
    let (mut ours, peer, _) = refreshed_by_us("INVITE, UPDATE").await;
    let update = peer.expect("UPDATE").await;
    let start = Instant::now();
    peer.reply(&update, "422 Session Interval Too Small", "Min-SE: 60\r\n", "").await;
    let again = peer.expect("UPDATE").await;
    assert_eq!(again.header("Session-Expires"), Some("60;refresher=uac"));
    // A second one is not answered at once: it could go on for ever.
    peer.reply(&again, "422 Session Interval Too Small", "Min-SE: 90\r\n", "").await;
    assert_eq!(peer.expect("UPDATE").await.header("Session-Expires"), Some("12;refresher=uac"));
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_challenged_is_proved_once() {
    let (mut ours, peer, _) = refreshed_by_us("INVITE, UPDATE").await;
    let start = Instant::now();
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5\r\n";
    let update = peer.expect("UPDATE").await;
    assert_eq!(update.header("Authorization"), None);
    peer.reply(&update, "401 Unauthorized", challenge, "").await;
    let again = peer.expect("UPDATE").await;
    assert!(again.header("Authorization").unwrap().contains("username=\"us\""), "{}", again.text);
    assert_eq!(start.elapsed().as_secs(), 6, "at once");
    peer.answer_with(&again, "Session-Expires: 12;refresher=uac\r\n", "").await;
    // A challenge in another realm is nobody's to answer: the call runs out.
    let update = peer.expect("UPDATE").await;
    peer.reply(&update, "401 Unauthorized", &challenge.replace("\"r\"", "\"other\""), "").await;
    ours.told(&["in-0 ended by Network: Lost"]).await;
    assert_eq!(start.elapsed().as_secs(), 6 + 8);
}

/// RFC 3261 §14.1: whose the Call-ID is not waits two seconds at most.
#[tokio::test(start_paused = true)]
async fn a_refresh_that_meets_a_491_waits_briefly_where_the_call_id_is_theirs() {
    let (_ours, peer, _) = refreshed_by_us("INVITE, UPDATE").await;
    let update = peer.expect("UPDATE").await;
    peer.reply(&update, "491 Request Pending", "", "").await;
    let start = Instant::now();
    peer.expect("UPDATE").await;
    assert!(start.elapsed() <= Duration::from_millis(2_060), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_is_tried_again_and_the_call_goes_on() {
    let (mut ours, peer, _) = refreshed_by_us("INVITE").await;
    let start = Instant::now();
    let refresh = peer.expect("INVITE").await;
    peer.reply(&refresh, "500 Server Internal Error", "", "").await;
    // Of the two seconds that are left, half.
    let again = peer.expect("INVITE").await;
    assert_eq!((again.header("CSeq"), start.elapsed().as_secs()), (Some("2 INVITE"), 7));
    peer.answer_with(&again, "Session-Expires: 12;refresher=uac\r\n", ANSWER).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("2 ACK"));
    peer.expect("INVITE").await;
    assert_eq!(start.elapsed().as_secs(), 13);
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

/// RFC 3311 §4: each request says anew what its sender takes.
#[tokio::test(start_paused = true)]
async fn how_we_refresh_follows_what_the_far_side_says_of_itself() {
    for (first, then, method) in [
        ("INVITE", "Allow: INVITE, UPDATE\r\n", "UPDATE"),
        ("INVITE, UPDATE", "Allow: INVITE\r\n", "INVITE"),
        ("INVITE, UPDATE", "", "UPDATE"),
    ] {
        let (mut ours, peer, ok) = refreshed_by_us(first).await;
        let (more, held) = (format!("{TIMER}{then}"), format!("{ANSWER}a=sendonly\r\n"));
        let ok_again = ask(&ours, &peer, &ok, "INVITE", 2, &more, &held).await;
        assert_eq!(ok_again.header("Session-Expires"), Some("12;refresher=uas"));
        say(&ours, &peer, &ok, "ACK", 2, "", "").await;
        ours.told(&["in-0 renegotiated Pcma 8 recvonly"]).await;
        loop {
            let heard = peer.hear().await;
            if heard.method() != "SIP/2.0" {
                assert_eq!(heard.method(), method, "{first} {then}");
                break;
            }
        }
    }
}

/// RFC 3261 §12.2.1.2: a 2xx to a refresh may move the target, as a request may.
#[tokio::test(start_paused = true)]
async fn who_moves_with_the_answer_to_a_refresh_is_followed() {
    for (allow, method) in [("INVITE, UPDATE", "UPDATE"), ("INVITE", "INVITE")] {
        let (ours, peer, _) = refreshed_by_us(allow).await;
        let refresh = peer.expect(method).await;
        let contact =
            format!("Contact: <sip:moved@{}>\r\nSession-Expires: 12;refresher=uac\r\n", peer.address);
        peer.reply(&refresh, "200 OK", &contact, if method == "INVITE" { ANSWER } else { "" }).await;
        if method == "INVITE" {
            assert!(peer.expect("ACK").await.text.starts_with("ACK sip:moved@"));
        }
        let next = peer.expect(method).await;
        assert!(next.text.starts_with(&format!("{method} sip:moved@")), "{}", next.text);
        drop(ours);
    }
}

/// RFC 3311 §5.2: while the answer to an offer of ours is out, a refresh waits for it.
#[tokio::test(start_paused = true)]
async fn a_refresh_does_not_cross_an_offer_of_ours() {
    let (mut ours, peer) = with_settings(|ours| {
        ours.session = SESSION;
        ours.limits.t1 = Duration::from_millis(500);
    })
    .await;
    let ok = up_with(&mut ours, &peer, &format!("{TIMER}Allow: INVITE, UPDATE\r\n")).await;
    let start = Instant::now();
    assert!(ask(&ours, &peer, &ok, "INVITE", 2, TIMER, "").await.body().contains("RTP/AVP 0 8"));
    // The refresh is due after 6 s; until the ACK nothing comes but our 200 again.
    while start.elapsed() < Duration::from_millis(6_200) {
        tokio::select! {
            heard = peer.hear() => assert_eq!(heard.status(), 200, "{}", heard.text),
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
    }
    say(&ours, &peer, &ok, "ACK", 2, "", ANSWER).await;
    peer.expect("UPDATE").await;
    assert!(start.elapsed() < Duration::from_millis(7_200), "{:?}", start.elapsed());
}

/// RFC 4028 §9: a caller that no longer speaks of a timer has none any more.
#[tokio::test(start_paused = true)]
async fn a_change_without_a_timer_ends_the_timer() {
    let (mut ours, peer, ok) = refreshed_by_us("INVITE, UPDATE").await;
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 2, "", ANSWER).await.header("Session-Expires"), None);
    say(&ours, &peer, &ok, "ACK", 2, "", "").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}
