//! Calls that arrive from a far side that says what it likes.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::peer::{ANSWER, Heard, Peer};
use common::{Side, settings, start, trunk};
use edge::signal::{Cause, Command};
use edge::{LegId, Q850};
use sip::Admit;

const LEG: LegId = LegId::arrived(0);

/// An endpoint and a far side that it takes calls from.
async fn with_peer() -> (Side, Peer) {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", peer.address))];
    ours.admit = Admit::Trunks;
    (start(ours).await, peer)
}

/// The lines of the INVITE that most calls here begin with.
fn lines(sequence: &str) -> String {
    format!("From: <sip:5550001@h>;tag=theirs\r\nTo: <sip:7000@h>\r\nCall-ID: call\r\nCSeq: {sequence}\r\n")
}

impl Side {
    fn uri(&self) -> String {
        format!("sip:7000@{}", self.address)
    }
}

async fn invite(ours: &mut Side, peer: &Peer, body: &str) {
    let text = peer.request("INVITE", &ours.uri(), "inv", &lines("1 INVITE"), body);
    peer.say(&text, ours.address).await;
    assert_eq!(peer.hear().await.status(), 100);
    ours.told(&["in-0 arrived on trunk-0 for 7000 from 5550001"]).await;
}

/// A request in the dialog that this response made.
fn within(ours: &Side, peer: &Peer, ok: &Heard, method: &str, n: u32, body: &str) -> String {
    let (to, from) = (ok.header("To").unwrap(), ok.header("From").unwrap());
    let more = format!("From: {from}\r\nTo: {to}\r\nCall-ID: call\r\nCSeq: {n} {method}\r\n");
    peer.request(method, &ours.uri(), &format!("in{n}{method}"), &more, body)
}

/// A call that is up, and its 200.
async fn up(ours: &mut Side, peer: &Peer) -> Heard {
    invite(ours, peer, ANSWER).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    ours.told(&["in-0 answered Pcma 8"]).await;
    let ok = peer.hear().await;
    assert_eq!(ok.status(), 200);
    peer.say(&within(ours, peer, &ok, "ACK", 1, ""), ours.address).await;
    ok
}

#[tokio::test]
async fn a_200_is_repeated_until_its_ack_and_without_one_the_call_is_lost() {
    let peer = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.limits.t1 = Duration::from_millis(4);
    let mut ours = start(ours).await;
    let text = peer.request("INVITE", &ours.uri(), "inv", &lines("1 INVITE"), ANSWER);
    peer.say(&text, ours.address).await;
    ours.told(&["in-0 arrived for 7000 from 5550001"]).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    ours.told(&["in-0 answered Pcma 8", "in-0 ended by Network: Lost"]).await;
    let mut repeated = 0;
    let bye = loop {
        let heard = peer.hear().await;
        match heard.method() {
            "BYE" => break heard,
            _ => repeated += u32::from(heard.status() == 200),
        }
    };
    assert!(repeated > 2, "{repeated}");
    peer.reply(&bye, "200 OK", "", "").await;
    ours.quiet();
}

#[tokio::test]
async fn a_call_that_its_caller_cancels_ends_with_487() {
    let (mut ours, peer) = with_peer().await;
    invite(&mut ours, &peer, ANSWER).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    let ringing = peer.hear().await;
    assert_eq!(ringing.status(), 180);
    assert!(ringing.header("To").unwrap().contains(";tag=") && ringing.header("Contact").is_some());
    peer.say(&peer.request("CANCEL", &ours.uri(), "inv", &lines("1 CANCEL"), ""), ours.address).await;
    let (first, second) = (peer.hear().await, peer.hear().await);
    assert_eq!((first.status(), first.header("CSeq")), (200, Some("1 CANCEL")));
    assert_eq!((second.status(), second.header("CSeq")), (487, Some("1 INVITE")));
    ours.told(&["in-0 ended by Network: NoAnswer 487"]).await;
    ours.quiet();
}

/// RFC 3261 §9.2: what has its final response cannot be taken back. Whoever does not want it says BYE.
#[tokio::test]
async fn a_cancel_that_crosses_our_200_is_answered_and_changes_nothing() {
    let (mut ours, peer) = with_peer().await;
    invite(&mut ours, &peer, ANSWER).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    ours.told(&["in-0 answered Pcma 8"]).await;
    let ok = peer.expect("SIP/2.0").await;
    peer.say(&peer.request("CANCEL", &ours.uri(), "inv", &lines("1 CANCEL"), ""), ours.address).await;
    let cancelled = loop {
        // The 200 to the INVITE is repeated meanwhile.
        let heard = peer.expect("SIP/2.0").await;
        if heard.header("CSeq") == Some("1 CANCEL") {
            break heard.status();
        }
        assert_eq!(heard.status(), 200, "no 487: {}", heard.text);
    };
    assert_eq!(cancelled, 200);
    peer.say(&within(&ours, &peer, &ok, "ACK", 1, ""), ours.address).await;
    assert!(ours.events.try_recv().is_err(), "the call is up");
    peer.say(&within(&ours, &peer, &ok, "BYE", 2, ""), ours.address).await;
    ours.told(&["in-0 ended by Network: Normal"]).await;
    let bye = loop {
        let heard = peer.expect("SIP/2.0").await;
        if heard.header("CSeq") == Some("2 BYE") {
            break heard.status();
        }
    };
    assert_eq!(bye, 200);
    ours.quiet();
}

#[tokio::test]
async fn an_invite_without_an_offer_is_offered_to_and_answered_in_the_ack() {
    let (mut ours, peer) = with_peer().await;
    invite(&mut ours, &peer, "").await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = peer.hear().await;
    assert_eq!(ok.status(), 200);
    assert!(ok.body().contains("RTP/AVP 0 8 101"), "{}", ok.text);
    peer.say(&within(&ours, &peer, &ok, "ACK", 1, ANSWER), ours.address).await;
    ours.told(&["in-0 answered Pcma 8"]).await;
    ours.hang_up(LEG, Cause::Normal);
    let bye = peer.expect("BYE").await;
    assert_eq!(bye.header("To"), Some("<sip:5550001@h>;tag=theirs"));
    peer.reply(&bye, "200 OK", "", "").await;
    ours.told(&["in-0 ended by Us: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_call_is_not_ended_before_its_ack() {
    let (mut ours, peer) = with_peer().await;
    invite(&mut ours, &peer, ANSWER).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = peer.expect("SIP/2.0").await;
    ours.told(&["in-0 answered Pcma 8"]).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
    // Until then only the 200 is repeated (RFC 3261 §15).
    assert_eq!(peer.hear().await.status(), 200);
    peer.say(&within(&ours, &peer, &ok, "ACK", 1, ""), ours.address).await;
    peer.expect("BYE").await;
    ours.quiet();
}

#[tokio::test]
async fn requests_within_the_call_are_answered() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    for (n, method, status) in [
        (2, "INFO", 200),
        (3, "OPTIONS", 200),
        (4, "UPDATE", 200),
        (5, "NOTIFY", 481),
        (6, "MESSAGE", 405),
        (7, "REFER", 603),
        (3, "INFO", 500),
    ] {
        peer.say(&within(&ours, &peer, &ok, method, n, ""), ours.address).await;
        let answer = peer.expect("SIP/2.0").await;
        assert_eq!((answer.status(), answer.header("CSeq")), (status, Some(&*format!("{n} {method}"))));
    }
    peer.say(&within(&ours, &peer, &ok, "BYE", 8, ""), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
    peer.say(&within(&ours, &peer, &ok, "INFO", 9, ""), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 481);
    ours.quiet();
}

#[tokio::test]
async fn b162_keys_are_told_by_info() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let info = |n, kind: &str, body: &str| {
        within(&ours, &peer, &ok, "INFO", n, body).replace("application/sdp", kind)
    };
    let relay = "application/dtmf-relay";
    for (n, kind, body, status) in [
        (2, relay, "Signal=5\r\nDuration=160\r\n", 200),
        (3, "Application/DTMF; charset=utf-8", "#", 200),
        (4, relay, "Signal=10\r\nDuration=250\r\n", 200),
        (5, relay, "Signal=16\r\n", 200),
        (6, "application/media_control+xml", "<media_control/>", 415),
        (7, "application/sdp", "Signal=5", 415),
        (8, relay, "Signal=d", 200),
    ] {
        peer.say(&info(n, kind, body), ours.address).await;
        let answer = peer.expect("SIP/2.0").await;
        assert_eq!((answer.status(), answer.header("CSeq")), (status, Some(&*format!("{n} INFO"))));
        assert_eq!(answer.header("Accept").is_some(), status == 415, "{}", answer.text);
    }
    let package = "Info-Package: anything\r\nContent-Type: application/dtmf";
    let foreign = info(9, relay, "5").replace(&format!("Content-Type: {relay}"), package);
    peer.say(&foreign, ours.address).await;
    let answer = peer.expect("SIP/2.0").await;
    assert_eq!((answer.status(), answer.header("Recv-Info").is_some()), (469, true), "{}", answer.text);
    // Said again because the answer was lost: told once.
    for _ in 0..2 {
        peer.say(&info(10, relay, "Signal=7\r\n"), ours.address).await;
        assert_eq!(peer.expect("SIP/2.0").await.status(), 200);
    }
    peer.say(&within(&ours, &peer, &ok, "BYE", 11, ""), ours.address).await;
    ours.told(&["in-0 key 5", "in-0 key #", "in-0 key *", "in-0 key D", "in-0 key 7"]).await;
    ours.told(&["in-0 ended by Network: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_reinvite_holds_and_resumes() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let hold = format!("{ANSWER}a=sendonly\r\n");
    for (n, body, answer, event) in [
        (2, hold.as_str(), "a=recvonly", "in-0 renegotiated Pcma 8 recvonly"),
        (3, ANSWER, "a=sendrecv", "in-0 renegotiated Pcma 8"),
    ] {
        peer.say(&within(&ours, &peer, &ok, "INVITE", n, body), ours.address).await;
        let again = peer.expect("SIP/2.0").await;
        assert_eq!(again.status(), 200);
        assert!(again.body().contains(answer), "{}", again.text);
        peer.say(&within(&ours, &peer, &ok, "ACK", n, ""), ours.address).await;
        ours.told(&[event]).await;
    }
    // An offer that we cannot use is refused, and all stays as it was.
    let other = ANSWER.replace("RTP/AVP 8", "RTP/AVP 18");
    peer.say(&within(&ours, &peer, &ok, "INVITE", 4, &other), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 488);
    peer.say(&within(&ours, &peer, &ok, "ACK", 4, ""), ours.address).await;
    // A fax instead of sound is refused just so, and told.
    let fax = other.replace("m=audio 4000 RTP/AVP 18", "m=image 4002 udptl t38");
    peer.say(&within(&ours, &peer, &ok, "INVITE", 5, &fax), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 488);
    peer.say(&within(&ours, &peer, &ok, "ACK", 5, ""), ours.address).await;
    ours.told(&["in-0 faxing"]).await;
    // Without an offer, ours is in the 200 and the answer in the ACK.
    peer.say(&within(&ours, &peer, &ok, "INVITE", 6, ""), ours.address).await;
    let again = peer.expect("SIP/2.0").await;
    assert!(again.body().contains("RTP/AVP 0 8 101"), "{}", again.text);
    peer.say(&within(&ours, &peer, &ok, "ACK", 6, &ANSWER.replace("AVP 8", "AVP 0")), ours.address).await;
    ours.told(&["in-0 renegotiated Pcmu 0"]).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_call_that_the_switch_does_not_answer_is_bounded() {
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.limits.unanswered = Duration::from_millis(50);
    let (mut ours, peer) = (start(ours).await, Peer::new().await);
    let text = peer.request("INVITE", &ours.uri(), "inv", &lines("1 INVITE"), ANSWER);
    peer.say(&text, ours.address).await;
    ours.told(&["in-0 arrived for 7000 from 5550001", "in-0 ended by Us: NoAnswer 480"]).await;
    ours.quiet();
}

/// A call that rings, and the 180.
async fn ringing(ours: &mut Side, peer: &Peer) -> Heard {
    invite(ours, peer, ANSWER).await;
    ours.endpoint.send(Command::Ring { leg: LEG });
    let ringing = peer.hear().await;
    assert_eq!(ringing.status(), 180);
    ringing
}

#[tokio::test]
async fn b136_a_declined_call_tells_the_networks_cause() {
    for (value, status, name) in
        [(17, 486, "USER_BUSY"), (16, 480, "NORMAL_CLEARING"), (42, 503, "SWITCH_CONGESTION")]
    {
        let (mut ours, peer) = with_peer().await;
        ringing(&mut ours, &peer).await;
        ours.hang_up(LEG, Cause::Declined(Q850::new(value).unwrap()));
        let refused = peer.hear().await;
        assert_eq!(refused.status(), status);
        assert_eq!(refused.header("Reason"), Some(&*format!("Q.850;cause={value};text=\"{name}\"")));
        // One application's word says nothing of other calls.
        assert_eq!(refused.header("Retry-After"), None);
        ours.told(&[&format!("in-0 ended by Us: Declined(Q850({value})) {status}")]).await;
        ours.quiet();
    }
}

#[tokio::test]
async fn the_networks_cause_is_read_from_cancel_bye_and_refusal() {
    let why = "Reason: SIP;cause=200;text=\"elsewhere\", Q.850;cause=26\r\n";
    let (mut ours, peer) = with_peer().await;
    ringing(&mut ours, &peer).await;
    let lines = format!("{}{why}", lines("1 CANCEL"));
    peer.say(&peer.request("CANCEL", &ours.uri(), "inv", &lines, ""), ours.address).await;
    ours.told(&["in-0 ended by Network: NoAnswer 487 Q.850 26"]).await;
    ours.quiet();

    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let bye = within(&ours, &peer, &ok, "BYE", 2, "").replacen("From:", &format!("{why}From:"), 1);
    peer.say(&bye, ours.address).await;
    ours.told(&["in-0 ended by Network: Normal Q.850 26"]).await;
    ours.quiet();

    let (mut ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "480 Away", "Reason: Q.850;cause=20\r\n", "").await;
    ours.told(&["out-1 ended by Network: NoAnswer 480 Q.850 20"]).await;
    ours.quiet();
}

#[tokio::test]
async fn an_offer_that_we_cannot_use_is_refused_when_it_is_to_be_answered() {
    let (mut ours, peer) = with_peer().await;
    invite(&mut ours, &peer, &ANSWER.replace("RTP/AVP 8", "RTP/AVP 18")).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    assert_eq!(peer.hear().await.status(), 488);
    ours.told(&["in-0 ended by Us: Incompatible 488"]).await;
    ours.quiet();
}

#[tokio::test]
async fn who_calls_is_read_from_a_trunk_and_from_no_one_else() {
    let more = "P-Asserted-Identity: \"A\" <sip:+1555@h;user=phone>\r\nDiversion: <sip:800@h>;reason=x\r\n";
    let (mut ours, peer) = with_peer().await;
    let text = peer.request("INVITE", &ours.uri(), "a", &format!("{}{more}", lines("1 INVITE")), ANSWER);
    peer.say(&text, ours.address).await;
    ours.told(&["in-0 arrived on trunk-0 for 7000 from +1555 redirected by 800"]).await;
    let history =
        "History-Info: <sip:1@h>;index=1, <sip:2@h>;index=1.1, <sip:7000@h>;index=1.2\r\nPrivacy: id\r\n";
    let call = lines("1 INVITE").replace("call", "another");
    peer.say(&peer.request("INVITE", &ours.uri(), "b", &format!("{call}{history}"), ANSWER), ours.address)
        .await;
    ours.told(&["in-1 arrived on trunk-0 for 7000 from  redirected by 2"]).await;

    let mut anyone = start(settings(&["udp://127.0.0.1:0"])).await;
    let text = peer.request("INVITE", &anyone.uri(), "c", &format!("{}{more}", lines("1 INVITE")), ANSWER);
    peer.say(&text, anyone.address).await;
    anyone.told(&["in-0 arrived for 7000 from 5550001"]).await;
}

#[tokio::test]
async fn a_stranger_is_refused_whatever_it_says() {
    let (mut ours, trusted) = with_peer().await;
    let stranger = Peer::at("127.0.0.3:0").await;
    let spoofed = format!(
        "{}P-Asserted-Identity: <sip:x@{}>\r\n",
        lines("1 INVITE").replace("@h>;tag", &format!("@{}>;tag", trusted.address)),
        trusted.address
    );
    for (method, status) in
        [("INVITE", 403), ("REGISTER", 403), ("MESSAGE", 403), ("SUBSCRIBE", 403), ("OPTIONS", 200)]
    {
        let text = stranger.request(
            method,
            &ours.uri(),
            method,
            &spoofed.replace("1 INVITE", &format!("1 {method}")),
            "",
        );
        stranger.say(&text, ours.address).await;
        let answer = stranger.hear().await;
        assert_eq!(answer.status(), status, "{method}");
        assert!(answer.text.len() < text.len() * 3 / 2, "{}", answer.text);
    }
    // Nothing is kept of it, and what it sends too much is not answered at all.
    let counters = ours.endpoint.counters();
    assert_eq!((counters.transactions, counters.remembered, counters.dialogs), (0, 0, 0));
    for n in 0..200 {
        let text = stranger.request("OPTIONS", &ours.uri(), &format!("f{n}"), &lines("1 OPTIONS"), "");
        stranger.say(&text, ours.address).await;
        if n % 20 == 0 {
            // At the pace of the endpoint, so that no socket overflows.
            let more = lines("1 OPTIONS").replace("call", &format!("pace{n}"));
            trusted
                .say(&trusted.request("OPTIONS", &ours.uri(), &format!("p{n}"), &more, ""), ours.address)
                .await;
            assert_eq!(trusted.hear().await.status(), 200);
        }
    }
    // Who belongs to a trunk goes on as before.
    invite(&mut ours, &trusted, ANSWER).await;
    assert!(ours.endpoint.counters().limited > 150, "{:?}", ours.endpoint.counters());
    ours.hang_up(LEG, Cause::Busy);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
    ours.quiet();
}

#[tokio::test]
async fn what_a_call_may_not_require_is_refused_before_it_arrives() {
    let (mut ours, peer) = with_peer().await;
    for (more, body, status) in [
        ("Require: precondition\r\n", ANSWER, 420),
        ("Content-Encoding: gzip\r\n", ANSWER, 415),
        ("Content-Type: multipart/mixed;boundary=x\r\n", "x", 415),
    ] {
        let text = peer.request(
            "INVITE",
            &ours.uri(),
            &status.to_string(),
            &format!("{}{more}", lines("1 INVITE")),
            body,
        );
        // The scripted far side adds a Content-Type of its own.
        let text = text.replacen("Content-Type: application/sdp\r\n", "", usize::from(body == "x"));
        peer.say(&text, ours.address).await;
        assert_eq!(peer.hear().await.status(), status, "{more}");
    }
    ours.quiet();
}

#[tokio::test]
async fn an_invite_that_comes_by_two_ways_is_one_call() {
    let (mut ours, peer) = with_peer().await;
    invite(&mut ours, &peer, ANSWER).await;
    let again = peer.request("INVITE", &ours.uri(), "another", &lines("1 INVITE"), ANSWER);
    peer.say(&again, ours.address).await;
    assert_eq!(peer.hear().await.status(), 482);
    ours.hang_up(LEG, Cause::Busy);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
    ours.quiet();
}

#[tokio::test]
async fn more_calls_than_allowed_get_503_with_retry_after() {
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.limits.calls = 1;
    let (mut ours, peer) = (start(ours).await, Peer::new().await);
    let first = peer.request("INVITE", &ours.uri(), "a", &lines("1 INVITE"), ANSWER);
    peer.say(&first, ours.address).await;
    assert_eq!(peer.hear().await.status(), 100);
    ours.next().await;
    let second =
        peer.request("INVITE", &ours.uri(), "b", &lines("1 INVITE").replace("call", "other"), ANSWER);
    peer.say(&second, ours.address).await;
    let refused = peer.hear().await;
    assert_eq!((refused.status(), refused.header("Retry-After")), (503, Some("2")));
    // The first one is there, and its repetition is not a new call.
    peer.say(&first, ours.address).await;
    assert_eq!(peer.hear().await.status(), 100);
    ours.hang_up(LEG, Cause::Busy);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
    assert_eq!(ours.endpoint.counters().overload, 1);
    ours.quiet();
}

#[tokio::test]
async fn a_bye_whose_uri_cannot_be_read_is_answered_and_the_call_goes_on() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    // RFC 3261 §21.4.1.
    let good = within(&ours, &peer, &ok, "BYE", 2, "");
    peer.say(&good.replacen(&ours.uri(), "sip::5060", 1), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 400);
    peer.say(&within(&ours, &peer, &ok, "BYE", 3, ""), ours.address).await;
    assert_eq!(peer.expect("SIP/2.0").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
}
