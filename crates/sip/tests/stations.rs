//! The telephones of the house: they register, are called, and call.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::time::Duration;

use common::peer::{ANSWER, Heard, Peer};
use common::phone::Phone;
use common::{Side, settings, start, trunk};
use edge::signal::{Callee, Cause, Command, Dial, Event};
use edge::{LegId, StationId};
use sip::{Admit, Digest, Place, Settings, Station};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LEG: LegId = LegId::placed(1);
const ARRIVED: LegId = LegId::arrived(0);

fn registering(id: u16) -> Station {
    let digests = vec![Digest::Sha256, Digest::Md5];
    Station {
        id: StationId(id),
        place: Place::Registered { password: "secret".into(), digests },
        codecs: None,
        srtp: None,
    }
}

fn fixed(id: u16, peer: &Peer) -> Station {
    let place = Place::Fixed(format!("sip:{id}@{}", peer.address).parse().unwrap());
    Station { id: StationId(id), place, codecs: None, srtp: None }
}

fn house(stations: Vec<Station>) -> Settings {
    let mut ours = settings(&["udp://127.0.0.1:0", "tcp://127.0.0.1:0"]);
    ours.stations = stations;
    ours.admit = Admit::Trunks;
    ours.limits.strangers_per_second = 1_000;
    ours
}

async fn with_phone() -> (Side, Phone) {
    (start(house(vec![registering(25), registering(26)])).await, Phone::new("25").await)
}

impl Side {
    fn call(&self, station: u16, caller: &str) {
        let to = Callee::Station(StationId(station));
        self.endpoint.send(Command::Dial(Dial {
            leg: LEG,
            to,
            caller: Some(caller.into()),
            redirecting: Some("800".into()),
        }));
    }

    /// Where station 25 is, as people see it.
    fn places(&self) -> Vec<String> {
        let of_25 = self.endpoint.stations().into_iter().find(|view| view.station == StationId(25)).unwrap();
        of_25.contacts.into_iter().map(|contact| contact.uri).collect()
    }
}

/// A request of the telephone within the call that this INVITE of ours began.
fn within(phone: &Peer, invite: &Heard, method: &str, n: u32, body: &str) -> String {
    let (to, from) = (invite.header("To").unwrap(), invite.header("From").unwrap());
    let id = invite.header("Call-ID").unwrap();
    let more = format!("From: {to};tag=there\r\nTo: {from}\r\nCall-ID: {id}\r\nCSeq: {n} {method}\r\n");
    phone.request(method, "sip:trunkline@127.0.0.1", &format!("within{n}{method}"), &more, body)
}

#[tokio::test]
async fn a_telephone_registers_renews_and_goes() {
    let (mut ours, mut phone) = with_phone().await;
    for algorithm in ["MD5", "SHA-256"] {
        (phone.algorithm, phone.nonce) = (algorithm, String::new());
        phone.register(&ours).await;
        ours.told(&["station-25 up"]).await;
        let contact = phone.contact();
        let ok = phone.register_with(&ours, &format!("Contact: {contact};expires=9999\r\n")).await;
        assert_eq!(ok.header("Contact"), Some(&*format!("{contact};expires=300")), "{}", ok.text);
        assert!(ok.header("To").unwrap().contains(";tag="), "{}", ok.text);
        assert_eq!(ours.places(), [contact.trim_matches(['<', '>'])]);
        let query = phone.register_with(&ours, "").await;
        assert_eq!(query.header("Contact"), Some(&*format!("{contact};expires=300")));
        let brief = phone.register_with(&ours, &format!("Contact: {contact};expires=59\r\n")).await;
        assert_eq!((brief.status(), brief.header("Min-Expires")), (423, Some("60")));
        assert_eq!(phone.register_with(&ours, "Contact: *\r\nExpires: 60\r\n").await.status(), 400);
        assert_eq!(phone.register_with(&ours, "Contact: *\r\nExpires: 0\r\n").await.status(), 200);
        ours.told(&["station-25 down: it has unregistered"]).await;
        assert!(ours.places().is_empty());
    }
    ours.quiet();
}

#[tokio::test]
async fn a_registration_that_is_not_renewed_runs_out() {
    let mut settings = house(vec![registering(25)]);
    settings.limits.contact_least = Duration::from_millis(1);
    settings.limits.contact_longest = Duration::from_millis(80);
    let (mut ours, mut phone) = (start(settings).await, Phone::new("25").await);
    phone.register(&ours).await;
    ours.told(&["station-25 up", "station-25 down: its registration has run out"]).await;
    ours.call(25, "5550001");
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    ours.quiet();
}

#[tokio::test]
async fn who_does_not_prove_who_he_is_changes_nothing() {
    let (mut ours, mut phone) = with_phone().await;
    let contact = format!("Contact: {}\r\n", phone.contact());
    // Nobody learns which stations there are.
    for user in ["25", "99", "admin"] {
        let challenge = Phone::new(user).await.ask(&ours, "REGISTER", user, &contact, "").await;
        assert_eq!((challenge.status(), challenge.text.matches("WWW-Authenticate").count()), (401, 2));
        assert!(!challenge.text.contains("stale") && challenge.header("User-Agent").is_none());
    }
    phone.register(&ours).await;
    ours.told(&["station-25 up"]).await;
    let uri = format!("sip:{}", ours.address);
    // Replayed, with a count that was used; from another challenge; for another method, target, user.
    let replayed = phone.authorization_counted("REGISTER", &uri, 1);
    let heard = phone.ask(&ours, "REGISTER", "25", &format!("{contact}{replayed}"), "").await;
    assert!(heard.status() == 401 && heard.text.contains("stale=true"), "{}", heard.text);
    phone.take_challenge(&heard);
    let foreign = phone.authorization("REGISTER", &uri).replace("nonce=\"0", "nonce=\"f");
    let heard = phone.ask(&ours, "REGISTER", "25", &format!("{contact}{foreign}"), "").await;
    assert!(heard.status() == 401 && heard.text.contains("stale=true"), "{}", heard.text);
    for wrong in [
        phone.authorization("INVITE", &uri),
        phone.authorization("REGISTER", &uri).replace("username=\"25\"", "username=\"26\""),
        phone.authorization("REGISTER", &uri).replace("username=\"25\"", "username=\"025\""),
        phone.authorization("REGISTER", &format!("sip:7000@{}", ours.address)),
    ] {
        let heard = phone.ask(&ours, "REGISTER", "25", &format!("{contact}{wrong}"), "").await;
        assert!(heard.status() == 401 && !heard.text.contains("stale=true"), "{}", heard.text);
    }
    // Station 26 may not register 25.
    let mut other = Phone::new("26").await;
    assert_eq!(other.ask_proven(&ours, "REGISTER", "25", &contact, "").await.status(), 403);
    ours.quiet();
}

#[tokio::test]
async fn a_repeated_register_is_answered_as_before() {
    let (mut ours, mut phone) = with_phone().await;
    phone.register(&ours).await;
    let proof = phone.authorization("REGISTER", &format!("sip:{}", ours.address));
    let more = format!("Contact: {}\r\n{proof}", phone.contact());
    let text = phone.request(&ours, "REGISTER", "25", &more, "");
    for _ in 0..3 {
        phone.peer.say(&text, ours.address).await;
        assert_eq!(phone.peer.hear().await.status(), 200);
    }
    ours.told(&["station-25 up"]).await;
    ours.quiet();
}

#[tokio::test]
async fn guessing_is_not_looked_at_for_long() {
    let (mut ours, mut phone) = with_phone().await;
    phone.password = "wrong".into();
    let contact = format!("Contact: {}\r\n", phone.contact());
    for _ in 0..10 {
        phone.nonce.clear();
        assert_eq!(phone.register_with(&ours, &contact).await.status(), 401);
    }
    phone.nonce.clear();
    assert_eq!(phone.register_with(&ours, &contact).await.status(), 403);
    // Not even the right one, from there; the next desk is let in.
    phone.password = "secret".into();
    assert_eq!(phone.register_with(&ours, &contact).await.status(), 403);
    Phone::new("26").await.register(&ours).await;
    ours.told(&["station-26 up"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_station_is_called_where_it_registered_from() {
    let (mut ours, mut phone) = with_phone().await;
    // As behind a NAT: its Contact leads nowhere.
    let ok = phone.register_with(&ours, "Contact: <sip:25@192.0.2.9:5999;ob>\r\n").await;
    assert_eq!(ok.status(), 200);
    ours.told(&["station-25 up"]).await;
    ours.call(25, "5550001");
    let invite = phone.peer.expect("INVITE").await;
    assert!(invite.text.starts_with("INVITE sip:25@192.0.2.9:5999;ob SIP/2.0"), "{}", invite.text);
    assert!(invite.header("From").unwrap().starts_with("<sip:5550001@127.0.0.1>;tag="), "{}", invite.text);
    assert_eq!(invite.header("Diversion"), Some("<sip:800@127.0.0.1>;reason=unknown"));
    phone.peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    let contact = "Contact: <sip:25@192.0.2.9:5999;ob>\r\n";
    // Its sound says where it is in its own network, and may come from where it signals all the same.
    let inside = ANSWER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 192.0.2.9");
    phone.peer.reply(&invite, "200 OK", contact, &inside).await;
    let Event::Answered { media, .. } = ours.event().await else { panic!("it has answered") };
    let places = [Some(media.remote.ip()), media.signals_from];
    assert_eq!(places, [Some([192, 0, 2, 9].into()), Some(phone.peer.address.ip())]);
    assert!(phone.peer.expect("ACK").await.text.starts_with("ACK sip:25@192.0.2.9:5999;ob SIP/2.0"));
    // It holds and resumes; then it is somewhere else, and we hang up there.
    let hold = within(&phone.peer, &invite, "INVITE", 1, &format!("{ANSWER}a=sendonly\r\n"));
    phone.peer.say(&hold, ours.address).await;
    assert!(phone.peer.expect("SIP/2.0").await.body().contains("a=recvonly"));
    ours.told(&["out-1 renegotiated Pcma 8 recvonly"]).await;
    let moved = Peer::new().await;
    moved.say(&within(&moved, &invite, "INFO", 2, ""), ours.address).await;
    assert_eq!(moved.expect("SIP/2.0").await.status(), 200);
    ours.hang_up(LEG, Cause::Normal);
    let bye = moved.expect("BYE").await;
    moved.reply(&bye, "200 OK", "", "").await;
    ours.told(&["out-1 ended by Us: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn what_a_station_says_to_a_call_is_how_it_ends() {
    let (mut ours, mut phone) = with_phone().await;
    ours.call(25, "5550001");
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    phone.register(&ours).await;
    ours.told(&["station-25 up"]).await;
    for (status, end) in [
        ("486 Busy Here", "Busy 486"),
        ("480 Temporarily Unavailable", "NoAnswer 480"),
        ("408 Request Timeout", "NoAnswer 408"),
        ("603 Decline", "Rejected 603"),
        ("401 Unauthorized", "Unauthorized 401"),
        ("488 Not Acceptable Here", "Incompatible 488"),
    ] {
        ours.call(25, "Frau \"Doe\"");
        let invite = phone.peer.expect("INVITE").await;
        assert!(invite.header("From").unwrap().starts_with("\"Frau Doe\" <sip:Frau%20"), "{}", invite.text);
        phone.peer.reply(&invite, status, "", "").await;
        ours.told(&[&format!("out-1 ended by Network: {end}")]).await;
    }
    ours.call(25, "5550001");
    let invite = phone.peer.expect("INVITE").await;
    phone.peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    ours.hang_up(LEG, Cause::Normal);
    let cancel = phone.peer.expect("CANCEL").await;
    assert_eq!(cancel.header("Via"), invite.header("Via"));
    phone.peer.reply(&cancel, "200 OK", "", "").await;
    phone.peer.reply(&invite, "487 Request Terminated", "", "").await;
    ours.told(&["out-1 ended by Us: Normal"]).await;
    ours.quiet();
}

/// Station 25 on three telephones.
async fn three_phones() -> (Side, Vec<Phone>) {
    let (mut ours, mut phones) = (start(house(vec![registering(25)])).await, Vec::new());
    for _ in 0..3 {
        let mut phone = Phone::new("25").await;
        phone.register(&ours).await;
        phones.push(phone);
    }
    ours.told(&["station-25 up"]).await;
    assert_eq!(ours.places().len(), 3);
    (ours, phones)
}

#[tokio::test]
async fn all_telephones_of_a_station_ring_and_the_first_answer_has_the_call() {
    let (mut ours, phones) = three_phones().await;
    ours.call(25, "5550001");
    let mut invites = Vec::new();
    for phone in &phones {
        let invite = phone.peer.expect("INVITE").await;
        phone.peer.reply(&invite, "180 Ringing", "", "").await;
        invites.push(invite);
    }
    ours.told(&["out-1 ringing"]).await;
    phones[0].peer.reply(&invites[0], "486 Busy Here", "", "").await;
    phones[0].peer.expect("ACK").await;
    phones[1].peer.answer(&invites[1], ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    phones[1].peer.expect("ACK").await;
    // The last one answers before its CANCEL has reached it: acknowledged, and ended.
    let cancel = phones[2].peer.expect("CANCEL").await;
    phones[2].peer.reply(&cancel, "200 OK", "", "").await;
    phones[2].peer.answer(&invites[2], ANSWER).await;
    phones[2].peer.expect("ACK").await;
    let bye = phones[2].peer.expect("BYE").await;
    assert_eq!(bye.header("Call-ID"), invites[2].header("Call-ID"));
    phones[2].peer.reply(&bye, "200 OK", "", "").await;
    // The call that is up does not notice; its telephone ends it.
    phones[1].peer.say(&within(&phones[1].peer, &invites[1], "BYE", 1, ""), ours.address).await;
    assert_eq!(phones[1].peer.expect("SIP/2.0").await.status(), 200);
    ours.told(&["out-1 ended by Network: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_station_is_busy_where_one_of_its_telephones_is_and_none_answers() {
    let (mut ours, phones) = three_phones().await;
    ours.call(25, "5550001");
    for (phone, status) in phones.iter().zip(["480 Gone", "486 Busy Here", "500 Broken"]) {
        let invite = phone.peer.expect("INVITE").await;
        phone.peer.reply(&invite, status, "", "").await;
    }
    ours.told(&["out-1 ended by Network: Busy 486"]).await;
    // A telephone that declines for all ends it for all (RFC 3261 §16.7).
    ours.call(25, "5550001");
    let invite = phones[0].peer.expect("INVITE").await;
    let other = phones[1].peer.expect("INVITE").await;
    phones[1].peer.reply(&other, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    phones[0].peer.reply(&invite, "603 Decline", "", "").await;
    ours.told(&["out-1 ended by Network: Rejected 603"]).await;
    phones[1].peer.expect("CANCEL").await;
    ours.quiet();
}

#[tokio::test]
async fn an_answer_that_crosses_the_end_of_the_call_is_ended() {
    let (mut ours, mut phone) = with_phone().await;
    phone.register(&ours).await;
    ours.told(&["station-25 up"]).await;
    ours.call(25, "5550001");
    let invite = phone.peer.expect("INVITE").await;
    phone.peer.reply(&invite, "180 Ringing", "", "").await;
    ours.told(&["out-1 ringing"]).await;
    ours.hang_up(LEG, Cause::Normal);
    phone.peer.answer(&invite, ANSWER).await;
    ours.told(&["out-1 ended by Us: Normal"]).await;
    phone.peer.expect("ACK").await;
    phone.peer.expect("BYE").await;
    ours.quiet();
}

#[tokio::test]
async fn a_station_calls_when_it_proves_who_it_is_and_only_then() {
    let (mut ours, mut phone) = with_phone().await;
    // It need not be registered, and may say what it likes in From.
    let first = phone.ask(&ours, "INVITE", "7000", "", ANSWER).await;
    phone.take_challenge(&first);
    let ack = phone.request(&ours, "ACK", "7000", "", "");
    phone.peer.say(&ack, ours.address).await;
    let forged = "P-Asserted-Identity: <sip:5550001@h>\r\nDiversion: <sip:800@h>\r\n";
    let trying = phone.ask_proven(&ours, "INVITE", "7000", forged, ANSWER).await;
    assert_eq!(trying.status(), 100, "{}", trying.text);
    ours.told(&["in-0 arrived on station-25 for 7000 from 25"]).await;
    ours.endpoint.send(Command::Ring { leg: ARRIVED });
    assert_eq!(phone.peer.expect("SIP/2.0").await.status(), 180);
    // It gives up.
    let n = phone.sequence;
    phone.sequence -= 1;
    let cancel = phone.request(&ours, "CANCEL", "7000", "", "");
    assert!(cancel.contains(&format!("CSeq: {n} CANCEL")));
    phone.peer.say(&cancel, ours.address).await;
    assert_eq!(phone.peer.expect("SIP/2.0").await.status(), 200);
    assert_eq!(phone.peer.expect("SIP/2.0").await.status(), 487);
    ours.told(&["in-0 ended by Network: NoAnswer 487"]).await;
    phone.password = "guess".into();
    assert_eq!(phone.ask_proven(&ours, "INVITE", "7000", "", ANSWER).await.status(), 401);
    ours.quiet();
}

#[tokio::test]
async fn a_station_at_a_fixed_place_is_known_by_that_place_alone() {
    let (at_home, stranger) = (Peer::new().await, Peer::new().await);
    let mut settings = house(vec![fixed(25, &at_home)]);
    // The trunk has the same address, not the same port.
    settings.trunks = vec![trunk("sip:127.0.0.1:9")];
    let mut ours = start(settings).await;
    ours.told(&["station-25 up"]).await;
    ours.call(25, "5550001");
    let invite = at_home.expect("INVITE").await;
    assert!(invite.text.starts_with(&format!("INVITE sip:25@{} SIP/2.0", at_home.address)));
    at_home.reply(&invite, "486 Busy Here", "", "").await;
    ours.told(&["out-1 ended by Network: Busy 486"]).await;
    let lines = |id: &str| {
        format!("From: <sip:25@h>;tag=t\r\nTo: <sip:7000@h>\r\nCall-ID: {id}\r\nCSeq: 1 INVITE\r\n")
    };
    let uri = format!("sip:7000@{}", ours.address);
    at_home.say(&at_home.request("INVITE", &uri, "a", &lines("a"), ANSWER), ours.address).await;
    ours.told(&["in-0 arrived on station-25 for 7000 from 25"]).await;
    ours.hang_up(ARRIVED, Cause::Busy);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
    stranger.say(&stranger.request("INVITE", &uri, "b", &lines("b"), ANSWER), ours.address).await;
    ours.told(&["in-1 arrived on trunk-0 for 7000 from 25"]).await;
    ours.hang_up(LegId::arrived(1), Cause::Busy);
    ours.told(&["in-1 ended by Us: Busy 486"]).await;
    ours.quiet();
}

/// What comes over a connection, up to the end of its headers.
async fn hear(stream: &mut TcpStream) -> Heard {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let octet = tokio::time::timeout(common::PATIENCE, stream.read_u8());
        text.push(octet.await.expect("a message in time").unwrap());
    }
    let mut body = vec![0; 0];
    let head = Heard { text: String::from_utf8(text).unwrap(), from: stream.peer_addr().unwrap() };
    body.resize(head.header("Content-Length").unwrap_or("0").parse().unwrap(), 0);
    stream.read_exact(&mut body).await.unwrap();
    head
}

#[tokio::test]
async fn a_station_over_a_connection_is_called_over_it_and_gone_with_it() {
    let mut settings = house(vec![registering(25)]);
    // A stranger's connection would be closed by then.
    settings.limits.message_time = Duration::from_millis(500);
    let mut ours = start(settings).await;
    let tcp = ours.endpoint.listening()[1].address;
    let mut stream = TcpStream::connect(tcp).await.unwrap();
    let mut phone = Phone::new("25").await;
    let more = "Contact: <sip:25@192.0.2.9:5999;transport=tcp>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"\r\n\
                Supported: outbound\r\n";
    let over_tcp = |text: String| text.replace("SIP/2.0/UDP", "SIP/2.0/TCP");
    let text = over_tcp(phone.request(&ours, "REGISTER", "25", more, ""));
    stream.write_all(text.as_bytes()).await.unwrap();
    phone.take_challenge(&hear(&mut stream).await);
    let proof = phone.authorization("REGISTER", &format!("sip:{}", ours.address));
    let text = over_tcp(phone.request(&ours, "REGISTER", "25", &format!("{more}{proof}"), ""));
    stream.write_all(text.as_bytes()).await.unwrap();
    let ok = hear(&mut stream).await;
    assert_eq!((ok.status(), ok.header("Require")), (200, Some("outbound")), "{}", ok.text);
    ours.told(&["station-25 up"]).await;
    let silence = tokio::time::timeout(Duration::from_millis(800), stream.read_u8()).await;
    silence.expect_err("it stays open");
    ours.call(25, "5550001");
    let invite = hear(&mut stream).await;
    assert_eq!(invite.method(), "INVITE");
    stream.write_all(invite.response("486 Busy Here", "there", "", "").as_bytes()).await.unwrap();
    ours.told(&["out-1 ended by Network: Busy 486"]).await;
    drop(stream);
    ours.told(&["station-25 down: its connection is gone"]).await;
    ours.call(25, "5550001");
    ours.told(&["out-1 ended by Us: NoRoute"]).await;
    ours.quiet();
}

#[tokio::test]
async fn of_several_stations_behind_one_gateway_the_gateway_says_which_it_is() {
    let gateway = Peer::new().await;
    let mut ours = start(house(vec![fixed(25, &gateway), fixed(26, &gateway)])).await;
    ours.told(&["station-25 up", "station-26 up"]).await;
    let uri = format!("sip:7000@{}", ours.address);
    for (id, user, status) in [("a", "26", 100), ("b", "27", 403)] {
        let lines =
            format!("From: <sip:{user}@h>;tag=t\r\nTo: <sip:7000@h>\r\nCall-ID: {id}\r\nCSeq: 1 INVITE\r\n");
        gateway.say(&gateway.request("INVITE", &uri, id, &lines, ANSWER), ours.address).await;
        assert_eq!(gateway.hear().await.status(), status);
    }
    ours.told(&["in-0 arrived on station-26 for 7000 from 26"]).await;
    ours.hang_up(ARRIVED, Cause::Busy);
    ours.told(&["in-0 ended by Us: Busy 486"]).await;
    ours.quiet();
}

#[tokio::test]
async fn without_stations_that_register_strangers_are_refused_as_ever() {
    let at_home = Peer::new().await;
    let ours = start(house(vec![fixed(25, &at_home)])).await;
    for method in ["INVITE", "REGISTER"] {
        let mut phone = Phone::new("25").await;
        assert_eq!(phone.ask(&ours, method, "25", "", "").await.status(), 403, "{method}");
    }
    // Not even where they know a password.
    let ours = start(house(vec![registering(26)])).await;
    assert_eq!(Phone::new("26").await.ask(&ours, "MESSAGE", "26", "", "").await.status(), 403);
}

/// RFC 8760 §2.4: what is asked for decides how it is proven, not what the telephone likes better.
#[tokio::test]
async fn a_digest_that_was_not_asked_for_is_no_proof() {
    let mut strict = registering(25);
    strict.place = Place::Registered { password: "secret".into(), digests: vec![Digest::Sha256] };
    let (mut ours, mut phone) = (start(house(vec![strict])).await, Phone::new("25").await);
    phone.algorithm = "SHA-256";
    let contact = format!("Contact: {}\r\n", phone.contact());
    let challenge = phone.ask(&ours, "REGISTER", "25", &contact, "").await;
    assert!(!challenge.text.contains("algorithm=MD5"), "{}", challenge.text);
    phone.take_challenge(&challenge);
    let uri = format!("sip:{}", ours.address);
    phone.algorithm = "MD5";
    let weak = phone.authorization("REGISTER", &uri);
    let heard = phone.ask(&ours, "REGISTER", "25", &format!("{contact}{weak}"), "").await;
    assert_eq!(heard.status(), 401, "{}", heard.text);
    ours.quiet();
    phone.algorithm = "SHA-256";
    phone.take_challenge(&heard);
    let strong = phone.authorization("REGISTER", &uri);
    let heard = phone.ask(&ours, "REGISTER", "25", &format!("{contact}{strong}"), "").await;
    assert_eq!(heard.status(), 200, "{}", heard.text);
    ours.told(&["station-25 up"]).await;
}
