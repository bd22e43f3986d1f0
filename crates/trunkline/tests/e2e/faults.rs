//! What goes wrong around a call: peers that are silent, gone or false, applications that share, and the
//! operator who looks on.

use std::io::Read as _;
use std::net::{Ipv4Addr, Shutdown, UdpSocket};
use std::time::{Duration, Instant};

use trunkline::control_socket::{self, PortState, Reply, Request, Status};

use crate::house::{Application, House, PATIENCE, Plan};
use crate::phone::{Phone, breathe, press, stranger};

/// A call from the house to this phone, with sound to its RTP socket or another port.
fn call(phone: &mut Phone, house: &House, port: u16) -> Application {
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000 DNIS=7322901900 PASS_CODE=2424 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    phone.pick_up(port);
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app
}

fn play(app: &mut Application, msgid: &str) {
    app.send(&format!("PLAY_VOICE_FILE/INFO MSGID={msgid} TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE"));
    app.expect(&format!("PLAY_VOICE_FILE/RESPONSE MSGID={msgid} TRUNK_PORT=1 STATUS=SUCCESS"));
}

fn port_of(socket: &UdpSocket) -> u16 {
    socket.local_addr().unwrap().port()
}

fn status(house: &House) -> Status {
    match house.ask(Request::Status) {
        Reply::Status(status) => status,
        other => panic!("no status: {other:?}"),
    }
}

/// Asks until the status is as wanted.
fn until_status(house: &House, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
    let until = Instant::now() + PATIENCE;
    loop {
        let status = status(house);
        if holds(&status) {
            return status;
        }
        assert!(Instant::now() < until, "never {what}: {status:?}");
    }
}

/// A gateway that takes every datagram and says nothing: RFC 3261 §17.1.1.2 gives up after Timer B, 32 s,
/// which no configuration shortens, so this test lasts that long.
#[test]
fn a_gateway_that_never_answers() {
    let swallows = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let trunk = Some(format!("sip:{}", swallows.local_addr().unwrap()));
    let house = House::with(Plan { trunk, ..Plan::default() });
    let mut app = house.application();
    app.stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1");
    app.expect_free();
    house.stop();
}

#[test]
fn a_gateway_that_never_answers_is_hung_up_at_once() {
    let phone = Phone::new();
    let house = phone.house();
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    phone.take("INVITE");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect_free();
    house.stop();
}

/// One that loses its power says no BYE: its sound stops, and so does its call.
#[test]
fn b079_a_party_that_dies_without_a_word_is_missed() {
    let mut phone = Phone::new();
    let house = House::with(Plan { config: "[media]\nsilence = \"1s\"\n".into(), ..phone.plan() });
    let port = port_of(&phone.rtp);
    let mut app = call(&mut phone, &house, port);
    breathe(&phone.rtp, phone.sound(), 1);
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    phone.expect_bye();
    app.expect_free();
    house.stop();
}

#[test]
fn b143_a_bye_in_the_middle_of_a_play() {
    let mut phone = Phone::new();
    let house = phone.house();
    house.tone("long.wav", 900, 20_000);
    let port = port_of(&phone.rtp);
    let mut app = call(&mut phone, &house, port);
    play(&mut app, "1002");
    Phone::expect_sound(&phone.rtp);
    phone.hang_up();
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    app.expect_free();
    until_status(&house, "without legs", |status| status.legs == 0);
    house.stop();
}

#[test]
fn a_stranger_presses_no_key_of_a_call() {
    let mut phone = Phone::new();
    let house = phone.house();
    house.tone("long.wav", 900, 20_000);
    let port = port_of(&phone.rtp);
    let mut app = call(&mut phone, &house, port);
    play(&mut app, "1002");
    Phone::expect_sound(&phone.rtp);
    let stranger = stranger();
    let sound = phone.sound();

    // Before the party was heard: whose address nobody agreed on is not the party.
    let pressed = press(&stranger, sound, 5, 100);
    until_status(&house, "strangers counted", |status| status.media.strangers == pressed);
    press(&phone.rtp, sound, 7, 200);
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=DTMF DTMF=7");

    // After: another port of the party's own host is a stranger too. Datagrams to a socket are read in
    // the order of their arrival, so the key of the party shows that those before it were nothing.
    let neighbour = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    play(&mut app, "1003");
    for (socket, sequence) in [(&stranger, 300), (&neighbour, 400)] {
        breathe(socket, sound, sequence);
        press(socket, sound, 5, sequence + 1);
    }
    press(&phone.rtp, sound, 8, 500);
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=DTMF DTMF=8");

    // The sound still goes to the party alone.
    play(&mut app, "1004");
    Phone::expect_sound(&phone.rtp);
    assert!(stranger.recv(&mut [0; 2048]).is_err(), "a stranger hears the call");
    phone.hang_up();
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=LOOPDROP");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    house.stop();
}

#[test]
fn a_party_behind_a_nat_is_heard_and_hears() {
    let mut phone = Phone::new();
    let house = phone.house();
    house.tone("long.wav", 900, 20_000);
    // The answer names one port, the packets come from another: the NAT's.
    let nat = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    nat.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = port_of(&phone.rtp);
    let mut app = call(&mut phone, &house, port);
    play(&mut app, "1002");
    Phone::expect_sound(&phone.rtp);
    breathe(&nat, phone.sound(), 100);
    Phone::expect_sound(&nat);
    press(&nat, phone.sound(), 9, 101);
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=DTMF DTMF=9");
    phone.hang_up();
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    house.stop();
}

#[test]
fn b077_another_application_may_end_a_call() {
    let mut phone = Phone::new();
    let house = phone.house();
    house.tone("long.wav", 900, 20_000);
    let port = port_of(&phone.rtp);
    let mut owner = call(&mut phone, &house, port);
    play(&mut owner, "1002");
    let mut other = house.application();
    other.send("APP_TRUNK_DISCONNECT/INFO MSGID=2001 TRUNK_PORT=1");
    other.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=2001 TRUNK_PORT=1 STATUS=SUCCESS");
    owner.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=STOPPED");
    phone.expect_bye();
    owner.expect_free();
    other.expect_free();
    house.stop();
}

#[test]
fn b006_a_number_belongs_to_one_application() {
    let house = House::new();
    let mut first = house.application();
    let mut second = house.application();
    first.send("INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424");
    first.expect("INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS");
    second.send("INIT_LINK/INFO MSGID=2001 DNIS=7322901900 PASS_CODE=2424");
    second.expect("INIT_LINK/RESPONSE MSGID=2001 STATUS=BUSY");
    // It is free again with its application's connection.
    first.stream.shutdown(Shutdown::Both).unwrap();
    let until = Instant::now() + PATIENCE;
    loop {
        second.send("INIT_LINK/INFO MSGID=2002 DNIS=7322901900 PASS_CODE=2424");
        match second.next("an answer").as_str() {
            "INIT_LINK/RESPONSE MSGID=2002 STATUS=SUCCESS" => break,
            "INIT_LINK/RESPONSE MSGID=2002 STATUS=BUSY" => assert!(Instant::now() < until, "never free"),
            other => panic!("{other}"),
        }
    }
    house.stop();
}

#[test]
fn the_operator_sees_ports_links_and_sums() {
    let mut phone = Phone::new();
    let house = phone.house();
    house.tone("long.wav", 900, 20_000);
    let port = port_of(&phone.rtp);
    let mut app = call(&mut phone, &house, port);
    play(&mut app, "1002");

    let Reply::Ports(ports) = house.ask(Request::Ports) else { panic!("no ports") };
    assert_eq!(ports.len(), 24);
    let (busy, idle) = ports.split_first().unwrap();
    assert_eq!((busy.port, busy.own_port, busy.trunk.as_str()), (1, 1, "carrier"));
    assert_eq!(
        (busy.state, busy.activity.as_str(), busy.dnis.as_str()),
        (PortState::Up, "PLAYING", "3015550100")
    );
    assert!(idle.iter().all(|port| port.state == PortState::Idle && port.owner.is_none()), "{idle:?}");

    let Reply::Links(links) = house.ask(Request::Links) else { panic!("no links") };
    let [link] = links.as_slice() else { panic!("one link, not {links:?}") };
    assert_eq!(link.peer, app.stream.local_addr().unwrap().to_string());
    assert_eq!((link.name.as_str(), link.dnis.as_slice()), ("PEC", &["7322901900".to_owned()][..]));
    assert!(link.initialised && !link.paused, "{link:?}");
    assert_eq!((link.received, link.sent, link.unsent_bytes), (3, 4, 0));
    assert_eq!(busy.owner, Some(link.id));

    let seen = until_status(&house, "sound sent", |status| status.media.packets_sent > 0);
    assert_eq!((seen.links, seen.ports, seen.ports_busy, seen.legs), (1, 24, 1, 1));
    assert_eq!((seen.calls_placed, seen.calls_answered, seen.calls_ended), (1, 1, 0));
    assert_eq!((seen.trunks.len(), seen.trunks[0].up, seen.trunks[0].busy), (1, true, 1));
    assert!(seen.media.workers > 0 && seen.rss_bytes > 0, "{seen:?}");
    house.stop();
}

#[test]
fn b023_exit_over_the_control_socket() {
    let mut phone = Phone::new();
    let house = phone.house();
    let port = port_of(&phone.rtp);
    let mut app = call(&mut phone, &house, port);
    let socket = house.data.path().join("control.sock");
    let (reply, mut gone) = control_socket::ask(&socket, Request::Exit).unwrap();
    assert_eq!(reply, Reply::Exiting);
    let event = app.expect("EXIT_LINK/INFO MSGID=*");
    let msgid = event.rsplit('=').next().unwrap();
    app.send(&format!("EXIT_LINK/RESPONSE MSGID={msgid} STATUS=SUCCESS"));
    phone.expect_bye();
    app.expect_closed();
    // The connection of who asked ends with the server.
    assert_eq!(gone.read(&mut [0; 16]).unwrap(), 0);
    assert!(!socket.exists(), "the socket is left behind");
    house.down();
}

/// An application that does not answer EXIT_LINK keeps nobody from leaving (decision T10: 5 s).
#[test]
fn t10_exit_does_not_wait_for_ever() {
    let house = House::new();
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1001");
    app.expect("INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS");
    house.down();
    app.expect("EXIT_LINK/INFO MSGID=*");
    app.expect_closed();
}
