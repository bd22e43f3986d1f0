//! Transfers that a telephone asks for (RFC 3515), and calls that take the place of others (RFC 3891).

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use common::call::{LEG, ask, up};
use common::peer::{ANSWER, Heard, Peer};
use common::{Side, settings, start, trunk};
use edge::signal::{Cause, Command, Transfer};
use edge::{LegId, StationId};
use sip::{Admit, Place, Station};

/// An endpoint, a telephone at a fixed place, and a trunk.
async fn house() -> (Side, Peer, Peer) {
    let (phone, network) = (Peer::new().await, Peer::at("127.0.0.2:0").await);
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    let place = Place::Fixed(format!("sip:25@{}", phone.address).parse().unwrap());
    ours.stations = vec![Station { id: StationId(25), place, codecs: None, srtp: None }];
    ours.trunks = vec![trunk(&format!("sip:{}", network.address))];
    ours.admit = Admit::Trunks;
    let mut ours = start(ours).await;
    ours.told(&["station-25 up"]).await;
    (ours, phone, network)
}

/// A call that the telephone placed, its `n`-th, with these header lines; its 200.
async fn call(ours: &mut Side, peer: &Peer, n: u64, line: &str, more: &str) -> Heard {
    let lines = format!(
        "From: <sip:25@h>;tag=theirs{n}\r\nTo: <sip:7000@h>\r\nCall-ID: call{n}\r\nCSeq: 1 INVITE\r\n{more}"
    );
    let uri = format!("sip:7000@{}", ours.address);
    peer.say(&peer.request("INVITE", &uri, &format!("inv{n}"), &lines, ANSWER), ours.address).await;
    ours.told(&[&format!("in-{n} arrived on {line} for 7000 from 25")]).await;
    ours.endpoint.send(Command::Answer { leg: LegId::arrived(n) });
    ours.told(&[&format!("in-{n} answered Pcma 8")]).await;
    let ok = loop {
        let heard = peer.expect("SIP/2.0").await;
        if heard.status() == 200 {
            break heard;
        }
    };
    peer.say(&within(ours, peer, &ok, "ACK", 1, ""), ours.address).await;
    ok
}

/// A request in the dialog of one of several calls.
fn within(ours: &Side, peer: &Peer, of: &Heard, method: &str, n: u32, more: &str) -> String {
    let header = |name| of.header(name).unwrap();
    let call = header("Call-ID");
    let lines = format!(
        "From: {}\r\nTo: {}\r\nCall-ID: {call}\r\nCSeq: {n} {method}\r\n{more}",
        header("From"),
        header("To")
    );
    peer.request(method, &format!("sip:7000@{}", ours.address), &format!("{call}{n}{method}"), &lines, "")
}

async fn refer(ours: &Side, peer: &Peer, of: &Heard, n: u32, more: &str) -> Heard {
    peer.say(&within(ours, peer, of, "REFER", n, more), ours.address).await;
    peer.expect("SIP/2.0").await
}

/// The next NOTIFY: what it says, and of what.
async fn notified(peer: &Peer) -> String {
    let notify = peer.expect("NOTIFY").await;
    peer.reply(&notify, "200 OK", "", "").await;
    assert_eq!(notify.header("Content-Type"), Some("message/sipfrag;version=2.0"));
    let header = |name| notify.header(name).unwrap();
    format!("{} {} {}", header("Event"), header("Subscription-State"), notify.body().trim_end())
}

#[tokio::test]
async fn a_telephone_is_told_what_becomes_of_its_transfer() {
    let (mut ours, phone, _network) = house().await;
    let ok = call(&mut ours, &phone, 0, "station-25", "").await;
    assert_eq!(refer(&ours, &phone, &ok, 2, "Refer-To: <sip:5551234@h>\r\n").await.status(), 202);
    assert_eq!(notified(&phone).await, "refer active;expires=300 SIP/2.0 100 Trying");
    ours.told(&["in-0 referred to Number(\"5551234\")"]).await;
    // One at a time.
    assert_eq!(refer(&ours, &phone, &ok, 3, "Refer-To: <sip:1@h>\r\n").await.status(), 491);
    for progress in [Transfer::Trying, Transfer::Failed(Cause::Busy)] {
        ours.endpoint.send(Command::TellTransfer { leg: LEG, progress });
    }
    assert_eq!(notified(&phone).await, "refer terminated;reason=noresource SIP/2.0 486 Busy Here");
    // The call is up still, and the next one has a name.
    assert_eq!(refer(&ours, &phone, &ok, 4, "Refer-To: \"B\" <tel:102>\r\n").await.status(), 202);
    assert_eq!(notified(&phone).await, "refer;id=4 active;expires=300 SIP/2.0 100 Trying");
    ours.told(&["in-0 referred to Number(\"102\")"]).await;
    ours.endpoint.send(Command::TellTransfer { leg: LEG, progress: Transfer::Done });
    assert_eq!(notified(&phone).await, "refer;id=4 terminated;reason=noresource SIP/2.0 200 OK");
    ours.hang_up(LEG, Cause::Normal);
    phone.expect("BYE").await;
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_telephone_that_wants_to_hear_nothing_hears_nothing() {
    let (mut ours, phone, _network) = house().await;
    let ok = call(&mut ours, &phone, 0, "station-25", "").await;
    let quiet = "Refer-To: <sip:102@h>\r\nRequire: norefersub\r\nRefer-Sub: false\r\n";
    let accepted = refer(&ours, &phone, &ok, 2, quiet).await;
    assert_eq!((accepted.status(), accepted.header("Refer-Sub")), (202, Some("false")));
    ours.told(&["in-0 referred to Number(\"102\")"]).await;
    ours.endpoint.send(Command::TellTransfer { leg: LEG, progress: Transfer::Done });
    ours.hang_up(LEG, Cause::Normal);
    assert_eq!(phone.hear().await.method(), "BYE");
}

#[tokio::test]
async fn a_telephone_connects_the_parties_of_its_two_calls() {
    let (mut ours, phone, _network) = house().await;
    let first = call(&mut ours, &phone, 0, "station-25", "").await;
    let second = call(&mut ours, &phone, 1, "station-25", "").await;
    let tag = second.header("To").unwrap().split(";tag=").nth(1).unwrap();
    let named = |call: &str| {
        format!("Refer-To: <sip:7000@h?Replaces={call}%3Bto-tag%3D{tag}%3Bfrom-tag%3Dtheirs1>\r\n")
    };
    assert_eq!(refer(&ours, &phone, &first, 2, &named("unknown")).await.status(), 404);
    assert_eq!(refer(&ours, &phone, &first, 3, &named("call1")).await.status(), 202);
    ours.told(&[&format!("in-0 referred to Leg({:?})", LegId::arrived(1))]).await;
    // Not a call with itself.
    assert_eq!(refer(&ours, &phone, &second, 2, &named("call1")).await.status(), 403);
}

#[tokio::test]
async fn a_refer_that_says_nothing_sensible_is_refused() {
    let (mut ours, phone, _network) = house().await;
    let ok = call(&mut ours, &phone, 0, "station-25", "").await;
    for (n, more, status) in [
        (2, "", 400),
        (3, "Refer-To: <sip:1@h>, <sip:2@h>\r\n", 400),
        (4, "Refer-To: <mailto:a@b>\r\n", 603),
        (5, "Refer-To: <sip:1@h;method=BYE>\r\n", 603),
        (6, "Refer-To: <sip:h>\r\n", 404),
        (7, "Refer-To: <sip:1@h?Replaces=x>\r\n", 400),
    ] {
        assert_eq!(refer(&ours, &phone, &ok, n, more).await.status(), status, "{more}");
    }
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

#[tokio::test]
async fn a_trunk_transfers_nobody() {
    let (mut ours, peer) = common::call::with_peer().await;
    let ok = up(&mut ours, &peer).await;
    let refused = ask(&ours, &peer, &ok, "REFER", 2, "Refer-To: <sip:0900@h>\r\n", "").await;
    assert_eq!(refused.status(), 603);
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
}

/// A Replaces line that names the call of this 200.
fn replaces(ok: &Heard, more: &str) -> String {
    let tag = |name| ok.header(name).unwrap().split(";tag=").nth(1).unwrap().to_owned();
    let call = ok.header("Call-ID").unwrap();
    format!("Replaces: {call};to-tag={};from-tag={}{more}\r\n", tag("To"), tag("From"))
}

#[tokio::test]
async fn a_call_takes_the_place_of_another() {
    let (mut ours, phone, network) = house().await;
    let ok = call(&mut ours, &phone, 0, "station-25", "").await;
    let uri = format!("sip:7000@{}", ours.address);
    let to = ours.address;
    let send = async |peer: &Peer, n: u32, more: &str| {
        let lines = format!(
            "From: <sip:25@h>;tag=new{n}\r\nTo: <sip:7000@h>\r\nCall-ID: new{n}\r\nCSeq: 1 INVITE\r\n{more}"
        );
        peer.say(&peer.request("INVITE", &uri, &format!("new{n}"), &lines, ANSWER), to).await;
        loop {
            let heard = peer.expect("SIP/2.0").await;
            if heard.status() > 100 {
                return heard.status();
            }
        }
    };
    let named = replaces(&ok, "");
    for (n, more, status) in [
        (1, replaces(&ok, ";early-only"), 486),
        (2, named.replace("from-tag=theirs0", "from-tag=other"), 481),
        (3, named.replace("call0", "other"), 481),
        (4, "Replaces: nothing\r\n".to_owned(), 400),
        (5, format!("{named}{named}"), 400),
    ] {
        assert_eq!(send(&phone, n, &more).await, status, "{more}");
    }
    // The line must be the same, whoever knows what names the call.
    assert_eq!(send(&network, 6, &named).await, 403);
    // Those that were refused have used up a name each.
    let lines = format!(
        "From: <sip:25@h>;tag=new7\r\nTo: <sip:7000@h>\r\nCall-ID: new7\r\nCSeq: 1 INVITE\r\n{named}Require: replaces\r\n"
    );
    phone.say(&phone.request("INVITE", &uri, "new7", &lines, ANSWER), ours.address).await;
    let edge::signal::Event::Arrived(arrived) = ours.event().await else { panic!("no call arrived") };
    assert_eq!(arrived.replaces, Some(LEG));
    // What is over cannot be replaced.
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["in-0 ended by Us: Normal"]).await;
    assert_eq!(send(&phone, 8, &named).await, 481);
}
