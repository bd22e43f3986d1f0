//! Calls that are up and that change: re-INVITE, UPDATE, and what crosses them.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::call::{LEG, ask, say, up, with_peer, with_settings};
use common::peer::ANSWER;
use edge::signal::Cause;
use sip::Session;

/// A fax (ITU-T T.38 annex D) where the voice was.
const FAX: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
                   m=image 4004 udptl t38\r\na=T38FaxVersion:0\r\n";

/// Every re-INVITE and UPDATE of the far side: what it offers, what we answer, and what the switch is told.
#[tokio::test]
async fn a_call_is_changed_in_every_way() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let zeros = ANSWER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0");
    let held = |direction: &str| format!("{ANSWER}a={direction}\r\n");
    let with_video = format!("{ANSWER}m=video 4006 RTP/AVP 31\r\n");
    let mut n = 1;
    let mut check = async |offer: &str, answer: &str, told: &str| {
        for method in ["INVITE", "UPDATE"] {
            n += 1;
            let again = ask(&ours, &peer, &ok, method, n, "", offer).await;
            assert_eq!(again.status(), 200, "{}", again.text);
            assert!(again.body().contains(answer), "{method} {offer}: {}", again.text);
            if method == "INVITE" {
                say(&ours, &peer, &ok, "ACK", n, "", "").await;
                if !told.is_empty() {
                    ours.told(&[told]).await;
                }
            }
        }
    };
    check(&held("sendonly"), "a=recvonly", "in-0 renegotiated Pcma 8 recvonly").await;
    check(&held("inactive"), "a=inactive", "in-0 renegotiated Pcma 8 inactive").await;
    check(&held("recvonly"), "a=sendonly", "in-0 renegotiated Pcma 8 sendonly").await;
    check(ANSWER, "a=sendrecv", "in-0 renegotiated Pcma 8").await;
    check(&zeros, "a=recvonly", "in-0 renegotiated Pcma 8 recvonly").await;
    check(ANSWER, "a=sendrecv", "in-0 renegotiated Pcma 8").await;
    // Another codec, another port, another stream beside it; and nothing new at all.
    check(&ANSWER.replace("AVP 8", "AVP 0"), "RTP/AVP 0\r\n", "in-0 renegotiated Pcmu 0").await;
    check(&ANSWER.replace("4000 RTP/AVP 8", "4010 RTP/AVP 0"), "RTP/AVP 0\r\n", "in-0 renegotiated Pcmu 0")
        .await;
    check(&with_video, "m=video 0 RTP/AVP 31", "in-0 renegotiated Pcma 8").await;
    check(&with_video, "m=video 0 RTP/AVP 31", "").await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_description_that_says_the_same_keeps_its_version() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let first = ask(&ours, &peer, &ok, "UPDATE", 2, "", ANSWER).await;
    let second = ask(&ours, &peer, &ok, "UPDATE", 3, "", ANSWER).await;
    assert_eq!(first.body(), second.body(), "RFC 3264 §8");
    let held = ask(&ours, &peer, &ok, "UPDATE", 4, "", &format!("{ANSWER}a=sendonly\r\n")).await;
    let version =
        |body: &str| body.lines().nth(1).unwrap().split(' ').nth(2).unwrap().parse::<u64>().unwrap();
    assert_eq!(version(held.body()), version(second.body()) + 1);
}

#[tokio::test]
async fn an_offer_is_refused_while_ours_waits_for_its_answer() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    // A re-INVITE without an offer: ours is in the 200, the answer comes with the ACK.
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 2, "", "").await.status(), 200);
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 3, "", ANSWER).await.status(), 491);
    say(&ours, &peer, &ok, "ACK", 3, "", "").await;
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 4, "", ANSWER).await.status(), 491);
    // One without an offer changes no session.
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 5, "", "").await.status(), 200);
    say(&ours, &peer, &ok, "ACK", 2, "", &ANSWER.replace("AVP 8", "AVP 0")).await;
    ours.told(&["in-0 renegotiated Pcmu 0"]).await;
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 6, "", ANSWER).await.status(), 200);
    say(&ours, &peer, &ok, "ACK", 6, "", "").await;
    ours.told(&["in-0 renegotiated Pcma 8"]).await;
}

#[tokio::test]
async fn a_reinvite_may_overtake_the_ack() {
    let (mut ours, peer) = with_peer().await;
    common::call::arrived(&mut ours, &peer, "", ANSWER).await;
    ours.endpoint.send(edge::signal::Command::Answer { leg: LEG });
    let ok = peer.hear().await;
    ours.told(&["in-0 answered Pcma 8"]).await;
    // RFC 5407 §3.1.4: the session is settled, so it may change.
    let held = ask(&ours, &peer, &ok, "INVITE", 2, "", &format!("{ANSWER}a=sendonly\r\n")).await;
    assert_eq!(held.status(), 200);
    ours.told(&["in-0 renegotiated Pcma 8 recvonly"]).await;
    say(&ours, &peer, &ok, "ACK", 1, "", "").await;
    say(&ours, &peer, &ok, "ACK", 2, "", "").await;
    ours.hang_up(LEG, Cause::Normal);
    peer.expect("BYE").await;
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_cancel_comes_too_late_for_a_reinvite_that_is_answered() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let held = format!("{ANSWER}a=sendonly\r\n");
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 2, "", &held).await.status(), 200);
    ours.told(&["in-0 renegotiated Pcma 8 recvonly"]).await;
    // RFC 3261 §9.2: the same branch as the INVITE; answered, and nothing comes of it.
    let cancel = common::call::within(&ours, &peer, &ok, "CANCEL", 2, "", "");
    peer.say(&cancel.replace("in2CANCEL", "in2INVITE"), ours.address).await;
    loop {
        let heard = peer.expect("SIP/2.0").await;
        if heard.header("CSeq") == Some("2 CANCEL") {
            assert_eq!(heard.status(), 200);
            break;
        }
    }
    say(&ours, &peer, &ok, "ACK", 2, "", "").await;
    assert_eq!(ask(&ours, &peer, &ok, "BYE", 3, "", "").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn byes_that_cross_are_both_answered() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
    let bye = peer.expect("BYE").await;
    assert_eq!(ask(&ours, &peer, &ok, "BYE", 2, "", "").await.status(), 200);
    // Anything else is of a dialog that is over.
    assert_eq!(ask(&ours, &peer, &ok, "INFO", 3, "", "").await.status(), 481);
    peer.reply(&bye, "200 OK", "", "").await;
    ours.quiet();
}

#[tokio::test]
async fn a_bye_that_meets_a_reinvite_ends_the_call() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    // Both are on their way at once.
    say(&ours, &peer, &ok, "BYE", 2, "", "").await;
    say(&ours, &peer, &ok, "INVITE", 3, "", ANSWER).await;
    let mut statuses = Vec::new();
    while statuses.len() < 2 {
        let heard = peer.expect("SIP/2.0").await;
        statuses.push(format!("{} {}", heard.header("CSeq").unwrap(), heard.status()));
        statuses.dedup();
    }
    assert_eq!(statuses, ["2 BYE 200", "3 INVITE 481"]);
    ours.told(&["in-0 ended by Network: Normal"]).await;
    ours.quiet();
}

#[tokio::test(start_paused = true)]
async fn a_reinvite_that_meets_ours_gets_491_and_the_call_ends_in_order() {
    let session = Session { expires: Duration::from_secs(30), least: Duration::from_secs(3) };
    let (mut ours, peer) = with_settings(|ours| ours.session = session).await;
    // We are to refresh, and the far side takes no UPDATE.
    let timer = "Supported: timer\r\nSession-Expires: 30;refresher=uas\r\nAllow: INVITE, BYE\r\n";
    let ok = common::call::up_with(&mut ours, &peer, timer).await;
    let refresh = peer.expect("INVITE").await;
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 2, "", ANSWER).await.status(), 491);
    say(&ours, &peer, &ok, "ACK", 2, "", "").await;
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 3, "", ANSWER).await.status(), 491);
    // Theirs meets the same; ours is sent again, at once or up to two seconds later (RFC 3261 §14.1).
    peer.reply(&refresh, "491 Request Pending", "", "").await;
    peer.expect("ACK").await;
    let refresh = peer.expect("INVITE").await;
    assert_eq!(refresh.header("CSeq"), Some("2 INVITE"));
    // The switch hangs up meanwhile: the BYE goes out, and the 200 that crosses it is acknowledged.
    ours.hang_up(LEG, Cause::Normal);
    let bye = peer.expect("BYE").await;
    ours.told(&["in-0 ended by Us: Normal"]).await;
    peer.answer(&refresh, ANSWER).await;
    assert_eq!(peer.expect("ACK").await.header("CSeq"), Some("2 ACK"));
    peer.reply(&bye, "200 OK", "", "").await;
    ours.quiet();
}

#[tokio::test]
async fn a_fax_is_told_once_and_refused_each_time() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    for n in [2, 3] {
        assert_eq!(ask(&ours, &peer, &ok, "INVITE", n, "", FAX).await.status(), 488);
        say(&ours, &peer, &ok, "ACK", n, "", "").await;
    }
    // With a voice beside it, the voice is taken.
    let both = format!("{ANSWER}m=image 4004 udptl t38\r\n");
    let taken = ask(&ours, &peer, &ok, "INVITE", 4, "", &both).await;
    assert!(taken.body().contains("m=image 0 udptl t38"), "{}", taken.text);
    say(&ours, &peer, &ok, "ACK", 4, "", "").await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 faxing", "in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn what_a_change_may_not_require_is_refused_and_the_call_goes_on() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let refused = ask(&ours, &peer, &ok, "INVITE", 2, "Require: timer, precondition\r\n", ANSWER).await;
    assert_eq!((refused.status(), refused.header("Unsupported")), (420, Some("precondition")));
    say(&ours, &peer, &ok, "ACK", 2, "", "").await;
    assert_eq!(ask(&ours, &peer, &ok, "BYE", 3, "Require: precondition\r\n", "").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
}

/// RFC 3261 §12.2.2: what was sent before something that is here already has lost its turn.
#[tokio::test]
async fn a_request_that_comes_after_a_later_one_changes_nothing() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 5, "", "").await.status(), 200);
    let held = format!("{ANSWER}a=inactive\r\n");
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 4, "", &held).await.status(), 500);
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 6, "", "").await.status(), 200);
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}
