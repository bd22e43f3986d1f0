//! Requests within a call: the way they take, what they change, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::call::{LEG, ask, say, up, up_with, uri, with_peer, with_settings, within};
use common::peer::{ANSWER, Heard, Peer};
use common::{Side, settings, sockets, trunk};
use edge::signal::{Cause, Command, Event};
use edge::{LegId, StationId};
use sip::{Admit, Endpoint, Place, Station};

/// RFC 3261 §12.1.1: the caller's proxies, in their order.
#[tokio::test]
async fn a_request_to_a_caller_takes_the_way_of_its_invite() {
    let (mut ours, peer) = with_peer().await;
    let proxy = Peer::new().await;
    let near = format!("<sip:{};lr>", proxy.address);
    let routes = format!("Record-Route: {near}, <sip:far@192.0.2.1;lr>\r\n");
    up_with(&mut ours, &peer, &routes).await;
    ours.hang_up(LEG, Cause::Normal);
    let bye = proxy.expect("BYE").await;
    assert!(bye.text.starts_with(&format!("BYE sip:peer@{} ", peer.address)), "{}", bye.text);
    assert_eq!(routes_of(&bye), [&*near, "<sip:far@192.0.2.1;lr>"]);
}

/// RFC 3261 §12.1.2: those of the one we called, the other way round.
#[tokio::test]
async fn a_request_to_a_called_party_takes_the_way_of_its_answer_back() {
    let proxy = Peer::new().await;
    let (mut ours, peer, invite) = placed().await;
    let near = format!("<sip:{};lr>", proxy.address);
    let more = format!("Record-Route: <sip:far@192.0.2.1;lr>\r\nRecord-Route: {near}\r\n");
    peer.answer_with(&invite, &more, ANSWER).await;
    assert_eq!(routes_of(&proxy.expect("ACK").await), [&*near, "<sip:far@192.0.2.1;lr>"]);
    ours.told(&["out-1 answered Pcma 8"]).await;
    ours.hang_up(LegId::placed(1), Cause::Normal);
    assert_eq!(routes_of(&proxy.expect("BYE").await), [&*near, "<sip:far@192.0.2.1;lr>"]);
}

fn routes_of(request: &Heard) -> Vec<&str> {
    request.text.lines().filter_map(|line| line.strip_prefix("Route: ")).collect()
}

/// A call that we place; its INVITE.
async fn placed() -> (Side, Peer, Heard) {
    let (ours, peer) = with_peer().await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    (ours, peer, invite)
}

/// RFC 3261 §12.2.2, RFC 3311 §5.2: a Contact in a request that may move the target does.
#[tokio::test]
async fn a_caller_that_moves_is_followed() {
    for (method, body) in [("INVITE", ANSWER), ("UPDATE", "")] {
        let (mut ours, peer) = with_peer().await;
        let ok = up(&mut ours, &peer).await;
        let moved = Peer::new().await;
        let text = within(&ours, &peer, &ok, method, 2, "", body);
        let (old, new) = (format!("<sip:peer@{}>", peer.address), format!("<sip:moved@{}>", moved.address));
        peer.say(&text.replace(&old, &new), ours.address).await;
        assert_eq!(peer.expect("SIP/2.0").await.status(), 200);
        if method == "INVITE" {
            say(&ours, &peer, &ok, "ACK", 2, "", "").await;
        }
        // What says nothing of a Contact's moving, moves nothing.
        let info = within(&ours, &peer, &ok, "INFO", 3, "", "");
        peer.say(&info, ours.address).await;
        ours.hang_up(LEG, Cause::Normal);
        let bye = moved.expect("BYE").await;
        assert!(bye.text.starts_with(&format!("BYE sip:moved@{} ", moved.address)), "{}", bye.text);
    }
}

#[tokio::test]
async fn an_update_with_an_offer_changes_the_call() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let taken = ask(&ours, &peer, &ok, "UPDATE", 2, "", &ANSWER.replace("AVP 8", "AVP 0")).await;
    assert!(taken.status() == 200 && taken.body().contains("RTP/AVP 0"), "{}", taken.text);
    ours.told(&["in-0 renegotiated Pcmu 0"]).await;
    // One that cannot be used changes nothing.
    assert_eq!(
        ask(&ours, &peer, &ok, "UPDATE", 3, "", &ANSWER.replace("AVP 8", "AVP 99")).await.status(),
        488
    );
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

/// RFC 3261 §14.2: a re-INVITE without an offer is offered to, and answered in its ACK.
#[tokio::test]
async fn a_reinvite_without_an_offer_is_answered_in_the_ack() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let offer = ask(&ours, &peer, &ok, "INVITE", 2, "", "").await;
    assert!(offer.status() == 200 && offer.body().contains("RTP/AVP 0 8 101"), "{}", offer.text);
    // RFC 3311 §5.2: while our offer is out, no other one; what offers nothing may come.
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 3, "", ANSWER).await.status(), 491);
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 4, "", "").await.status(), 200);
    say(&ours, &peer, &ok, "ACK", 2, "", &ANSWER.replace("AVP 8", "AVP 0")).await;
    ours.told(&["in-0 renegotiated Pcmu 0"]).await;
    // An answer that we cannot use leaves the call as it was.
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 5, "", "").await.status(), 200);
    say(&ours, &peer, &ok, "ACK", 5, "", &ANSWER.replace("AVP 8", "AVP 99")).await;
    // And so does none at all.
    assert_eq!(ask(&ours, &peer, &ok, "INVITE", 6, "", "").await.status(), 200);
    say(&ours, &peer, &ok, "ACK", 6, "", "").await;
    assert_eq!(ask(&ours, &peer, &ok, "BYE", 7, "", "").await.status(), 200);
    ours.told(&["in-0 ended by Network: Normal"]).await;
}

/// RFC 3264 §8.4: who holds by an address of zeros is still where it was.
#[tokio::test]
async fn a_hold_by_an_address_of_zeros_forgets_no_address() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let held = ANSWER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0");
    assert_eq!(ask(&ours, &peer, &ok, "UPDATE", 2, "", &held).await.status(), 200);
    let Event::Renegotiated { media, .. } = ours.event().await else { panic!("it is held") };
    assert_eq!(
        (media.remote, media.rtcp),
        ("127.0.0.1:4000".parse().unwrap(), "127.0.0.1:4001".parse().unwrap())
    );
    assert_eq!(media.direction, edge::sound::Direction::ReceiveOnly);
}

/// RFC 4028 §9: a session that is refreshed is held to the same least interval as one that begins.
#[tokio::test]
async fn a_refresh_below_our_interval_is_refused_and_changes_nothing() {
    let (mut ours, peer) = with_peer().await;
    let ok = up(&mut ours, &peer).await;
    for (n, method, body) in [(2, "UPDATE", ""), (3, "INVITE", ANSWER)] {
        let timer = "Supported: timer\r\nSession-Expires: 60\r\n";
        let refused = ask(&ours, &peer, &ok, method, n, timer, body).await;
        assert_eq!((refused.status(), refused.header("Min-SE")), (422, Some("90")));
    }
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

/// RFC 3261 §12.2.2, §15.1.2: what belongs to no dialog, and what is no business of ours.
#[tokio::test]
async fn what_belongs_to_no_call_is_refused() {
    let (mut ours, peer) = with_peer().await;
    up(&mut ours, &peer).await;
    for (n, tag, method, status) in [
        (1, "", "BYE", 481),
        (2, "", "NOTIFY", 481),
        (3, "", "UPDATE", 481),
        (4, "", "INFO", 481),
        (5, "", "PRACK", 481),
        (6, ";tag=unknown", "BYE", 481),
        (7, ";tag=unknown", "INVITE", 481),
        (8, "", "REFER", 405),
        (9, "", "SUBSCRIBE", 405),
        (10, "", "MESSAGE", 405),
        (11, "", "REGISTER", 405),
    ] {
        let lines = format!(
            "From: <sip:1@h>;tag=other{n}\r\nTo: <sip:7000@h>{tag}\r\nCall-ID: other{n}\r\nCSeq: 1 {method}\r\n"
        );
        peer.say(&peer.request(method, &uri(&ours), &format!("none{n}"), &lines, ""), ours.address).await;
        let refused = peer.expect("SIP/2.0").await;
        assert_eq!(
            (refused.status(), refused.header("Allow").is_some()),
            (status, status == 405),
            "{method}{tag}"
        );
    }
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

/// Security row 1: credentials are for the trunk, not for whoever asks in its name.
#[tokio::test]
async fn a_challenge_from_a_stranger_is_not_answered() {
    let (mut ours, peer) = with_settings(|ours| {
        ours.trunks[0].username = Some("us".into());
        ours.trunks[0].password = Some("secret".into());
    })
    .await;
    let stranger = Peer::at("127.0.0.2:0").await;
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5\r\n";
    stranger.reply(&invite, "401 Unauthorized", challenge, "").await;
    peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    // Nothing but the trunk's own answer counts.
    peer.answer(&invite, ANSWER).await;
    let ack = peer.hear().await;
    assert_eq!((ack.method(), ack.header("CSeq"), ack.header("Authorization")), ("ACK", Some("1 ACK"), None));
    ours.told(&["out-1 answered Pcma 8"]).await;
}

/// What cannot be told the switch now is to come again; what changes nothing is answered as ever.
#[tokio::test]
async fn a_switch_that_is_behind_is_not_told_more() {
    let phone = Peer::new().await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    let place = Place::Fixed(format!("sip:25@{}", phone.address).parse().unwrap());
    ours.stations = vec![Station { id: StationId(25), place, codecs: None, srtp: None }];
    ours.trunks = vec![trunk("sip:127.0.0.1:9")];
    ours.admit = Admit::Trunks;
    ours.limits.events = 2;
    let shut = Arc::new(AtomicBool::new(false));
    let (gate, (told, events)) = (Arc::clone(&shut), tokio::sync::mpsc::unbounded_channel());
    let sink: sip::Sink = Arc::new(move |event| {
        if gate.load(Ordering::SeqCst) { Err(event) } else { told.send(event).map_err(|refused| refused.0) }
    });
    let endpoint = Endpoint::start(ours, sockets(), sink).await.unwrap();
    let address = endpoint.listening()[0].address;
    let mut ours = Side { endpoint, events, address };
    ours.told(&["station-25 up"]).await;
    let lines = "From: <sip:25@h>;tag=theirs\r\nTo: <sip:7000@h>\r\nCall-ID: call\r\nCSeq: 1 INVITE\r\n";
    phone.say(&phone.request("INVITE", &uri(&ours), "inv", lines, ANSWER), ours.address).await;
    ours.told(&["in-0 arrived on station-25 for 7000 from 25"]).await;
    ours.endpoint.send(Command::Answer { leg: LEG });
    let ok = loop {
        let heard = phone.expect("SIP/2.0").await;
        if heard.status() == 200 {
            break heard;
        }
    };
    say(&ours, &phone, &ok, "ACK", 1, "", "").await;
    ours.told(&["in-0 answered Pcma 8"]).await;
    shut.store(true, Ordering::SeqCst);
    let key = |n| {
        within(&ours, &phone, &ok, "INFO", n, "", "Signal=5")
            .replace("application/sdp", "application/dtmf-relay")
    };
    for (n, status) in [(2, 200), (3, 200), (4, 500)] {
        phone.say(&key(n), ours.address).await;
        let answer = phone.expect("SIP/2.0").await;
        assert_eq!((answer.status(), answer.header("Retry-After").is_some()), (status, status == 500));
    }
    for (n, method, more, body) in
        [(5, "INVITE", "", ANSWER), (6, "UPDATE", "", ANSWER), (7, "REFER", "Refer-To: <sip:26@h>\r\n", "")]
    {
        let refused = ask(&ours, &phone, &ok, method, n, more, body).await;
        assert_eq!((refused.status(), refused.header("Retry-After").is_some()), (500, true), "{method}");
    }
    assert_eq!(ask(&ours, &phone, &ok, "UPDATE", 8, "", "").await.status(), 200);
    assert_eq!(ask(&ours, &phone, &ok, "OPTIONS", 9, "", "").await.status(), 200);
    shut.store(false, Ordering::SeqCst);
    ours.told(&["in-0 key 5", "in-0 key 5"]).await;
}
