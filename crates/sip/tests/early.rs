//! A call that arrives, before it is answered: what it is told, and how it may end.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use common::call::{LEG, arrived, ask, invite, say, up, uri, with_peer, with_settings};
use common::peer::{ANSWER, Heard, Peer};
use common::{Side, settings, start};
use edge::Q850;
use edge::signal::{Cause, Command};

/// A call that is rung for, and its 180.
async fn ringing(ours: &mut Side, peer: &Peer, more: &str, body: &str) -> Heard {
    arrived(ours, peer, more, body).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    let ringing = peer.hear().await;
    assert_eq!(ringing.status(), 180, "{}", ringing.text);
    ringing
}

/// RFC 3261 §15.1.2.
#[tokio::test]
async fn a_bye_before_the_answer_ends_the_invite_too() {
    let (mut ours, peer) = with_peer().await;
    let ringing = ringing(&mut ours, &peer, "", ANSWER).await;
    // With another tag it is of no dialog of ours.
    let foreign =
        common::call::within(&ours, &peer, &ringing, "BYE", 2, "", "").replace("tag=theirs", "tag=others");
    peer.say(&foreign, ours.address).await;
    assert_eq!(peer.hear().await.status(), 481);
    say(&ours, &peer, &ringing, "BYE", 3, "Reason: Q.850;cause=31\r\n", "").await;
    let (bye, invite) = (peer.hear().await, peer.hear().await);
    assert_eq!((bye.status(), bye.header("CSeq")), (200, Some("3 BYE")));
    assert_eq!((invite.status(), invite.header("CSeq")), (487, Some("1 INVITE")));
    ours.told(&["in-0 ended by Network: NoAnswer 487 Q.850 31"]).await;
}

/// RFC 3261 §12.1.1.
#[tokio::test]
async fn what_makes_the_dialog_says_who_we_are_and_what_we_can() {
    let (mut ours, peer) = with_peer().await;
    let routes = "Record-Route: <sip:a@192.0.2.1;lr>\r\nRecord-Route: <sip:b@192.0.2.2;lr>\r\n";
    let ringing = ringing(&mut ours, &peer, routes, ANSWER).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = peer.hear().await;
    for heard in [&ringing, &ok] {
        let routes: Vec<&str> = heard.text.lines().filter(|l| l.starts_with("Record-Route")).collect();
        assert_eq!(routes, ["Record-Route: <sip:a@192.0.2.1;lr>", "Record-Route: <sip:b@192.0.2.2;lr>"]);
        assert!(heard.header("Contact").unwrap().contains(&ours.address.to_string()), "{}", heard.text);
        let allow = heard.header("Allow").unwrap();
        for method in ["INVITE", "ACK", "CANCEL", "BYE", "UPDATE", "PRACK", "INFO", "REFER"] {
            assert!(allow.contains(method), "{allow}");
        }
    }
    let supported = ok.header("Supported").unwrap();
    for option in ["100rel", "timer", "replaces"] {
        assert!(supported.contains(option), "{supported}");
    }
}

#[tokio::test]
async fn a_refusal_makes_no_dialog() {
    let (mut ours, peer) = with_peer().await;
    ringing(&mut ours, &peer, "Record-Route: <sip:a@192.0.2.1;lr>\r\n", ANSWER).await;
    ours.hang_up(LEG, Cause::Busy);
    let refused = peer.hear().await;
    assert_eq!(
        (refused.status(), refused.header("Contact"), refused.header("Record-Route")),
        (486, None, None)
    );
    assert_eq!((refused.header("Supported"), refused.header("Session-Expires")), (None, None));
}

/// RFC 3261 §21.5.4: a server that can take no more says when to come again; an application that declines does not.
#[tokio::test]
async fn who_is_turned_away_by_the_server_is_told_when_to_come_again() {
    for (cause, status, again) in [
        (Cause::Overload, 503, true),
        (Cause::NoCircuit, 503, true),
        (Cause::Declined(Q850::new(34).unwrap()), 503, false),
        (Cause::Busy, 486, false),
        (Cause::Unauthorized, 403, false),
    ] {
        let (mut ours, peer) = with_peer().await;
        arrived(&mut ours, &peer, "", ANSWER).await;
        ours.hang_up(LEG, cause);
        let refused = peer.hear().await;
        assert_eq!((refused.status(), refused.header("Retry-After").is_some()), (status, again), "{cause:?}");
    }
}

/// RFC 3262 §5: the first reliable response to an INVITE without an offer has ours, the 180 too.
#[tokio::test]
async fn a_caller_that_requires_100rel_and_offers_nothing_is_offered_to_in_the_180() {
    let (mut ours, peer) = with_peer().await;
    let first = ringing(&mut ours, &peer, "Require: 100rel\r\n", "").await;
    assert!(first.body().contains("RTP/AVP 0 8 101"), "{}", first.text);
    let rack = |heard: &Heard| format!("RAck: {} 1 INVITE\r\n", heard.header("RSeq").unwrap());
    // An answer that cannot be used.
    let none = ANSWER.replace("AVP 8", "AVP 99");
    assert_eq!(ask(&ours, &peer, &first, "PRACK", 2, &rack(&first), &none).await.status(), 488);
    ours.endpoint.send(Command::Ring { leg: LEG });
    let second = peer.hear().await;
    assert_eq!((second.status(), second.body()), (180, ""), "it is offered once");
    // What is acknowledged once is not waited for again.
    assert_eq!(ask(&ours, &peer, &second, "PRACK", 3, &rack(&first), "").await.status(), 481);
    assert_eq!(ask(&ours, &peer, &second, "PRACK", 4, &rack(&second), ANSWER).await.status(), 200);
    ours.told(&["in-0 early media Pcma 8"]).await;
}

/// RFC 3262 §5: an offer in a PRACK that cannot be used leaves the session as it was.
#[tokio::test]
async fn an_offer_in_a_prack_that_cannot_be_used_is_refused() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, "Supported: 100rel\r\n", ANSWER).await;
    ours.endpoint.send(Command::Progress { leg: LEG });
    let progress = peer.hear().await;
    ours.told(&["in-0 early media Pcma 8"]).await;
    let rack = format!("RAck: {} 1 INVITE\r\n", progress.header("RSeq").unwrap());
    let none = ANSWER.replace("AVP 8", "AVP 99");
    assert_eq!(ask(&ours, &peer, &progress, "PRACK", 2, &rack, &none).await.status(), 488);
    // So with an UPDATE (RFC 3311 §5.2), now that the answer is known to be there.
    assert_eq!(ask(&ours, &peer, &progress, "UPDATE", 3, "", &none).await.status(), 488);
    let pcmu = ANSWER.replace("AVP 8", "AVP 0");
    assert_eq!(ask(&ours, &peer, &progress, "UPDATE", 4, "", &pcmu).await.status(), 200);
    ours.told(&["in-0 early media Pcmu 0"]).await;
    // What the UPDATE made of it is what the answer has.
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = peer.expect("SIP/2.0").await;
    assert_eq!((ok.status(), ok.body()), (200, ""));
    ours.told(&["in-0 answered Pcmu 0"]).await;
}

/// RFC 3262 §5: without 100rel an offer of ours has to wait for the 200.
#[tokio::test]
async fn a_caller_without_100rel_that_offers_nothing_is_offered_to_in_the_200() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, "", "").await;
    ours.endpoint.send(Command::Progress { leg: LEG });
    let progress = peer.hear().await;
    assert_eq!((progress.status(), progress.body(), progress.header("RSeq")), (183, "", None));
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = peer.hear().await;
    assert!(ok.status() == 200 && ok.body().contains("RTP/AVP 0 8 101"), "{}", ok.text);
}

#[tokio::test]
async fn sound_before_the_answer_is_told_once() {
    let (mut ours, peer) = with_peer().await;
    arrived(&mut ours, &peer, "", ANSWER).await;
    for _ in 0..2 {
        ours.endpoint.send(Command::Progress { leg: LEG });
        assert_eq!(peer.hear().await.status(), 183);
    }
    ours.hang_up(LEG, Cause::Busy);
    ours.told(&["in-0 early media Pcma 8", "in-0 ended by Us: Busy 486"]).await;
}

/// RFC 3261 §12.1.1: without a Contact nobody could ever be told anything.
#[tokio::test]
async fn an_invite_without_a_contact_is_no_call() {
    let (mut ours, peer) = with_peer().await;
    let lines = "From: <sip:5550001@h>;tag=theirs\r\nTo: <sip:7000@h>\r\nCall-ID: call\r\nCSeq: 1 INVITE\r\n";
    let text = peer.request("INVITE", &uri(&ours), "inv", lines, ANSWER);
    let contact = format!("Contact: <sip:peer@{}>\r\n", peer.address);
    peer.say(&text.replace(&contact, ""), ours.address).await;
    assert_eq!((peer.hear().await.status(), peer.hear().await.status()), (100, 400));
    ours.quiet();
}

/// The number that a trunk names, in each of the ways in which URIs have one.
#[tokio::test]
async fn the_number_dialled_is_read_from_any_uri() {
    for (uri, dnis) in [
        ("sip:+15551234@h", "+15551234"),
        ("tel:+15551234", "+15551234"),
        ("tel:*98", "*98"),
        ("sip:gateway.example.com", ""),
    ] {
        let (mut ours, peer) = with_peer().await;
        let lines =
            "From: <sip:5550001@h>;tag=theirs\r\nTo: <sip:7000@h>\r\nCall-ID: call\r\nCSeq: 1 INVITE\r\n";
        peer.say(&peer.request("INVITE", uri, "inv", lines, ANSWER), ours.address).await;
        ours.told(&[&format!("in-0 arrived on trunk-0 for {dnis} from 5550001")]).await;
    }
}

/// RFC 3323 §4.2: `id` and no other level of privacy withholds the number from us.
#[tokio::test]
async fn a_number_is_withheld_where_its_caller_asks_for_it() {
    for (more, ani) in [
        ("Privacy: id\r\n", ""),
        ("Privacy: header; id\r\n", ""),
        ("Privacy: none\r\n", "5550001"),
        ("Privacy: header\r\n", "5550001"),
    ] {
        let (mut ours, peer) = with_peer().await;
        assert_eq!(invite(&ours, &peer, more, ANSWER).await.status(), 100);
        ours.told(&[&format!("in-0 arrived on trunk-0 for 7000 from {ani}")]).await;
    }
}

/// Security row 8: who sent the call on is believed from a trunk alone.
#[tokio::test]
async fn who_sent_the_call_on_is_read_from_diversion_before_history_info() {
    let history = "History-Info: <sip:5550003@h>;index=1, <sip:5550004@h>;index=1.1\r\n\
                   History-Info: <sip:7000@h>;index=1.1.1\r\n";
    let diversion = "Diversion: <sip:5550002@h>;reason=no-answer, <sip:5550009@h>\r\n";
    for (more, redirecting) in [
        (history.to_owned(), " redirected by 5550004"),
        (format!("{history}{diversion}"), " redirected by 5550002"),
        ("History-Info: <sip:7000@h>;index=1\r\n".to_owned(), ""),
    ] {
        let (mut ours, peer) = with_peer().await;
        assert_eq!(invite(&ours, &peer, &more, ANSWER).await.status(), 100);
        ours.told(&[&format!("in-0 arrived on trunk-0 for 7000 from 5550001{redirecting}")]).await;
        // From one who is no trunk it says nothing.
        let mut anyone = start(settings(&["udp://127.0.0.1:0"])).await;
        assert_eq!(invite(&anyone, &peer, &more, ANSWER).await.status(), 100);
        anyone.told(&["in-0 arrived for 7000 from 5550001"]).await;
    }
}

/// RFC 3261 §12.2.2: Call-ID and both tags make a dialog.
#[tokio::test]
async fn a_request_with_another_tag_or_call_id_is_of_no_dialog() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let bye = common::call::within(&ours, &peer, &ok, "BYE", 2, "", "");
    for (n, (named, other)) in
        [("tag=theirs", "tag=others"), ("Call-ID: call", "Call-ID: other")].iter().enumerate()
    {
        let foreign = bye.replace(named, other).replace("in2BYE", &format!("foreign{n}"));
        peer.say(&foreign, ours.address).await;
        assert_eq!(peer.expect("SIP/2.0").await.status(), 481, "{other}");
    }
    assert_eq!(ask(&ours, &peer, &ok, "BYE", 3, "", "").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
}

#[tokio::test]
async fn more_calls_a_second_than_are_allowed_are_turned_away() {
    let (mut ours, peer) = with_settings(|ours| ours.limits.arrivals_per_second = 1).await;
    arrived(&mut ours, &peer, "", ANSWER).await;
    let lines = "From: <sip:1@h>;tag=second\r\nTo: <sip:7000@h>\r\nCall-ID: second\r\nCSeq: 1 INVITE\r\n";
    peer.say(&peer.request("INVITE", &uri(&ours), "second", lines, ANSWER), ours.address).await;
    let refused = peer.expect("SIP/2.0").await;
    assert_eq!((refused.status(), refused.header("Retry-After").is_some()), (503, true), "{}", refused.text);
}

#[tokio::test]
async fn what_is_only_said_of_a_call_that_we_place_is_no_ringing() {
    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    for status in ["181 Call Is Being Forwarded", "182 Queued", "199 Early Dialog Terminated"] {
        peer.reply(&invite, status, "", "").await;
    }
    peer.reply(&invite, "486 Busy Here", "", "").await;
    ours.told(&["out-1 ended by Network: Busy 486"]).await;
}
