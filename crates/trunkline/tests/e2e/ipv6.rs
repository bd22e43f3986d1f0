//! A house with addresses of both families: whoever comes by IPv6 is served as anybody else, with sound.

use carrier::{Carrier, Happening, Settings};
use trunkline::control_socket::{PortState, Reply, Request};

use crate::house::{House, PATIENCE, Plan};

const NUMBER: &str = "7322901900";

/// A house that listens by IPv4 first, on the loopback of either family, and whose trunk is at one of IPv6.
fn house() -> House {
    House::with(Plan {
        config: "[link]\nlisten = [\"::1\"]\n".into(),
        link: Some(vec!["[::1]:0".parse().unwrap()]),
        sip: "listen = [\"udp://127.0.0.1:0\", \"udp://[::1]:0\", \"tcp://[::1]:0\"]\n".into(),
        carrier: (vec!["udp://[::1]:0".parse().unwrap(), "tcp://[::1]:0".parse().unwrap()], None),
        ..Plan::default()
    })
}

#[test]
fn b045_an_application_over_ipv6_dials_plays_and_hears() {
    let house = house();
    house.tone("hello.wav", 600, 500);
    // It presses 5 three seconds after the answer.
    let mut app = house.call("3015550101");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=HELLO.WAV MODE=UNINTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    house.until_tone(600, true);
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    app.send("DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=1");
    app.expect("DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=5 EVENT=DTMF");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS");
    house.stop();
}

/// A caller by IPv6 and a party that was dialled hear each other, and one by IPv4 hears the same house.
#[test]
fn b129_b095_callers_of_both_families_are_taken_and_joined() {
    let plan = Plan {
        sip: "listen = [\"udp://127.0.0.1:0\", \"udp://[::1]:0\"]\n".into(),
        trunk_lines: "allow = [\"127.0.0.1/32\", \"::1/128\"]\n",
        listen_hz: vec![600],
        ..Plan::default()
    };
    let house = House::with(plan);
    house.tone("hello.wav", 600, 1_000);
    // What it says comes back from the party, which is reached by IPv4.
    let mut app = house.call("3015550112");
    app.send(&format!("INIT_LINK/INFO MSGID=1002 NAME=PEC DNIS={NUMBER} PASS_CODE=2424"));
    app.expect("INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS");
    let six = house.addresses.sip[1].address;
    assert!(six.is_ipv6());
    let settings =
        Settings { listen_hz: vec![600], ..Settings::calling(format!("sip:{six}").parse().unwrap()) };
    let network = house.runtime.block_on(Carrier::start(settings)).unwrap();
    let sings = carrier::Step::Sound(edge::sound::Clip {
        samples: media::tone::Tone::sine(600.0, -13.0).samples(1_000).into(),
    });
    network.call(NUMBER, Some("2015550100"), vec![sings]).unwrap();
    app.expect(&format!(
        "RECEIVE_CALL/INFO MSGID=* DNIS={NUMBER} ANI=2015550100 REDIRECTINING_NO=\"\" TRUNK_PORT=24"
    ));
    app.send("ACCEPT_CALL/INFO MSGID=1003 TRUNK_PORT=24");
    app.expect("ACCEPT_CALL/RESPONSE MSGID=1003 TRUNK_PORT=24 STATUS=SUCCESS");
    app.expect("ACCEPT_CALL/TERMINATION MSGID=1003 TRUNK_PORT=24 EVENT=EOF");
    app.send("PATCH_PORTS/INFO MSGID=1004 TRUNK_PORT1=1 TRUNK_PORT2=24");
    app.expect("PATCH_PORTS/TERMINATION MSGID=1004 TRUNK_PORT1=1 TRUNK_PORT2=24 EVENT=SUCCESS");
    let heard = house.runtime.block_on(async {
        let tone = |entry: &carrier::Entry| entry.what == Happening::Tone { hz: 600, present: true };
        tokio::time::timeout(PATIENCE, network.until(tone)).await
    });
    assert!(heard.is_ok(), "{:?}", network.seen());
    let Reply::Ports(ports) = house.ask(Request::Ports) else { panic!("the ports") };
    assert!([1, 24].iter().all(|own| ports.iter().any(|p| p.port == *own && p.state == PortState::Up)));
    house.runtime.block_on(network.stop());
    house.stop();
}
