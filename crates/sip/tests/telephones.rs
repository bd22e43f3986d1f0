//! Telephones of the house that ring together, and what one may do to the calls of others.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::peer::{ANSWER, Heard, Peer};
use common::phone::Phone;
use common::{Side, settings, start, trunk};
use edge::signal::{Callee, Cause, Command, Dial, Event};
use edge::{LegId, StationId};
use sip::{Admit, Digest, Place, Settings, Station};

const LEG: LegId = LegId::placed(1);

fn registering() -> Settings {
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    let place = Place::Registered { password: "secret".into(), digests: vec![Digest::Md5] };
    ours.stations = vec![Station { id: StationId(25), place, codecs: None, srtp: None }];
    ours.admit = Admit::Trunks;
    ours.limits.strangers_per_second = 1_000;
    ours
}

/// Station 25 on so many telephones, and the INVITE that each of them got.
async fn called(settings: Settings, telephones: usize) -> (Side, Vec<(Peer, Heard)>) {
    let (mut ours, mut phones) = (start(settings).await, Vec::new());
    for _ in 0..telephones {
        let mut phone = Phone::new("25").await;
        phone.register(&ours).await;
        phones.push(phone);
    }
    ours.told(&["station-25 up"]).await;
    let to = Callee::Station(StationId(25));
    ours.endpoint.send(Command::Dial(Dial {
        leg: LEG,
        to,
        caller: Some("5550001".into()),
        redirecting: None,
    }));
    let mut called = Vec::new();
    for phone in phones {
        let invite = phone.peer.expect("INVITE").await;
        called.push((phone.peer, invite));
    }
    (ours, called)
}

/// Of several refusals that is told which says most: what a person did before what a network did.
#[tokio::test]
async fn of_several_refusals_the_one_that_says_most_is_told() {
    for (statuses, told) in [
        (["480 Gone", "403 Forbidden", "500 Broken"], "Rejected 403"),
        (["500 Broken", "480 Gone", "302 Moved"], "NoAnswer 480"),
        (["302 Moved", "500 Broken", "302 Moved"], "NoCircuit 500"),
        (["403 Forbidden", "486 Busy Here", "480 Gone"], "Busy 486"),
    ] {
        let (mut ours, called) = called(registering(), 3).await;
        for ((phone, invite), status) in called.iter().zip(statuses) {
            phone.reply(invite, status, "", "").await;
            phone.expect("ACK").await;
        }
        ours.told(&[&format!("out-1 ended by Network: {told}")]).await;
        ours.quiet();
    }
}

#[tokio::test]
async fn telephones_that_say_nothing_are_no_route() {
    let mut settings = registering();
    settings.limits.silence = Duration::from_millis(200);
    let (mut ours, called) = called(settings, 2).await;
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    // One wakes up: its call is cancelled (RFC 3261 §9.1).
    let (phone, invite) = &called[0];
    phone.reply(invite, "180 Ringing", "", "").await;
    assert_eq!(phone.expect("CANCEL").await.header("CSeq"), Some("1 CANCEL"));
}

#[tokio::test]
async fn telephones_that_ring_for_too_long_are_cancelled() {
    let mut settings = registering();
    settings.limits.ringing = Duration::from_millis(200);
    let (mut ours, called) = called(settings, 1).await;
    let (phone, invite) = &called[0];
    phone.reply(invite, "100 Trying", "", "").await;
    ours.told(&["out-1 ended by Us: NoAnswer"]).await;
    phone.expect("CANCEL").await;
}

/// RFC 3261 §9.1: a CANCEL waits for the first response.
#[tokio::test]
async fn a_call_given_up_before_its_telephone_says_anything_is_cancelled_when_it_does() {
    let (mut ours, called) = called(registering(), 2).await;
    ours.hang_up(LEG, Cause::Normal);
    ours.told(&["out-1 ended by Us: Normal"]).await;
    let [(rings, invite), (answers, other)] = &called[..] else { panic!("two telephones") };
    for _ in 0..2 {
        rings.reply(invite, "180 Ringing", "", "").await;
    }
    rings.expect("CANCEL").await;
    answers.answer(other, ANSWER).await;
    answers.expect("ACK").await;
    answers.expect("BYE").await;
    rings.reply(invite, "487 Request Terminated", "", "").await;
    // Cancelled once, however often it rang.
    assert_eq!(rings.expect("ACK").await.header("CSeq"), Some("1 ACK"));
}

/// RFC 3261 §13.2.1: a description before the answer stands for it.
#[tokio::test]
async fn what_a_telephone_described_before_its_answer_counts() {
    let (mut ours, called) = called(registering(), 1).await;
    let (phone, invite) = &called[0];
    for _ in 0..2 {
        phone.reply(invite, "183 Session Progress", "", ANSWER).await;
    }
    ours.told(&["out-1 ringing"]).await;
    phone.answer(invite, "").await;
    ours.told(&["out-1 answered Pcma 8"]).await;
}

/// Two telephones at fixed places, and a trunk.
async fn house() -> (Side, [Peer; 2], Peer) {
    let (phones, network) = ([Peer::new().await, Peer::new().await], Peer::at("127.0.0.2:0").await);
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.stations = (25..)
        .zip(&phones)
        .map(|(id, phone)| {
            let place = Place::Fixed(format!("sip:{id}@{}", phone.address).parse().unwrap());
            Station { id: StationId(id), place, codecs: None, srtp: None }
        })
        .collect();
    ours.trunks = vec![trunk(&format!("sip:{}", network.address))];
    ours.admit = Admit::Trunks;
    let mut ours = start(ours).await;
    ours.told(&["station-25 up", "station-26 up"]).await;
    (ours, phones, network)
}

async fn invite(ours: &Side, peer: &Peer, name: &str, more: &str) {
    let lines = format!(
        "From: <sip:a@h>;tag=from{name}\r\nTo: <sip:7000@h>\r\nCall-ID: {name}\r\nCSeq: 1 INVITE\r\n{more}"
    );
    let uri = format!("sip:7000@{}", ours.address);
    peer.say(&peer.request("INVITE", &uri, name, &lines, ANSWER), ours.address).await;
}

/// A call that is up; its 200.
async fn up(ours: &mut Side, peer: &Peer, name: &str) -> Heard {
    invite(ours, peer, name, "").await;
    let Event::Arrived(arrived) = ours.event().await else { panic!("a call arrives") };
    ours.endpoint.send(Command::Answer { leg: arrived.leg });
    ours.event().await;
    let ok = loop {
        let heard = peer.expect("SIP/2.0").await;
        if heard.status() == 200 {
            break heard;
        }
    };
    peer.say(&within(ours, peer, &ok, "ACK", 1, ""), ours.address).await;
    ok
}

fn within(ours: &Side, peer: &Peer, ok: &Heard, method: &str, n: u32, more: &str) -> String {
    let header = |name| ok.header(name).unwrap();
    let lines = format!(
        "From: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {n} {method}\r\n{more}",
        header("From"),
        header("To"),
        header("Call-ID")
    );
    let branch = format!("{}{n}{method}", header("Call-ID"));
    peer.request(method, &format!("sip:7000@{}", ours.address), &branch, &lines, "")
}

fn tag<'a>(ok: &'a Heard, name: &str) -> &'a str {
    ok.header(name).unwrap().split(";tag=").nth(1).unwrap()
}

/// Who may take the place of a call: a telephone of the house, or the line that the call is on. Knowing what names it
/// is not enough.
#[tokio::test]
async fn a_call_is_replaced_by_a_telephone_or_from_its_own_line_alone() {
    let (mut ours, [phone, other], network) = house().await;
    let of_phone = up(&mut ours, &phone, "phone").await;
    let of_network = up(&mut ours, &network, "network").await;
    let named = |ok: &Heard| {
        let call = ok.header("Call-ID").unwrap();
        format!("Replaces: {call};to-tag={};from-tag={}\r\n", tag(ok, "To"), tag(ok, "From"))
    };
    for (peer, name, more, takes) in [
        (&other, "colleague", named(&of_phone), Some(LegId::arrived(0))),
        (&other, "pickup", named(&of_network), Some(LegId::arrived(1))),
        (&network, "own", named(&of_network), Some(LegId::arrived(1))),
        (&network, "foreign", named(&of_phone), None),
    ] {
        invite(&ours, peer, name, &more).await;
        match takes {
            Some(leg) => {
                let Event::Arrived(arrived) = ours.event().await else { panic!("{name} arrives") };
                assert_eq!(arrived.replaces, Some(leg), "{name}");
            }
            None => loop {
                let heard = peer.expect("SIP/2.0").await;
                if heard.header("Call-ID") == Some(name) && heard.status() > 100 {
                    assert_eq!(heard.status(), 403);
                    break;
                }
            },
        }
    }
}

/// A telephone joins calls of its own, not those of others whose names it has got to know.
#[tokio::test]
async fn a_telephone_connects_no_calls_of_others() {
    let (mut ours, [phone, other], network) = house().await;
    let own = up(&mut ours, &phone, "phone").await;
    for (n, (peer, name)) in (2..).zip([(&other, "colleague"), (&network, "network")]) {
        let theirs = up(&mut ours, peer, name).await;
        let more = format!(
            "Refer-To: <sip:7000@h?Replaces={name}%3Bto-tag%3D{}%3Bfrom-tag%3D{}>\r\n",
            tag(&theirs, "To"),
            tag(&theirs, "From")
        );
        phone.say(&within(&ours, &phone, &own, "REFER", n, &more), ours.address).await;
        assert_eq!(phone.expect("SIP/2.0").await.status(), 403, "{name}");
    }
    // What says INVITE is what a REFER is for.
    let more = "Refer-To: <sip:26@h;method=INVITE>\r\n";
    phone.say(&within(&ours, &phone, &own, "REFER", 4, more), ours.address).await;
    assert_eq!(phone.expect("SIP/2.0").await.status(), 202);
    let notify = phone.expect("NOTIFY").await;
    assert!(notify.header("Contact").unwrap().contains(&ours.address.to_string()), "{}", notify.text);
    ours.told(&["in-0 referred to Number(\"26\")"]).await;
}

/// A trunk's calls are not asked for a password, whoever else registers.
#[tokio::test]
async fn a_trunk_is_not_challenged_where_telephones_register() {
    let network = Peer::new().await;
    let mut settings = registering();
    settings.trunks = vec![trunk(&format!("sip:{}", network.address))];
    let mut ours = start(settings).await;
    invite(&ours, &network, "call", "").await;
    ours.told(&["in-0 arrived on trunk-0 for 7000 from a"]).await;
}
