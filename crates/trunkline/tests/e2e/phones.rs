//! Agents' telephones that others wrote register, answer, call, hold and pass on from their side. Who hears whom is
//! told by the sound at both ends. Without the telephones on the PATH these tests say so and pass.

use std::time::Duration;

use carrier::{Directory, Happening};
use trunkline::control_socket::AgentState;

use crate::house::{House, Plan};
use crate::telephones::{
    BARESIP_HZ, Baresip, LINPHONE_HZ, LISTENER, Linphone, NETWORK_HZ, connect, tones, until_tones,
};

/// One whose party says a tone.
const SINGER: &str = "7325550113";

/// A house with the agents 25 (old digest) and 26 (any), who may dial numbers that begin with 732.
fn house() -> House {
    let config = "[[agent]]\nports = \"25\"\npassword = \"a-long-secret\"\ndigest = [\"MD5\"]\n\
                  dial_allow = [\"732\"]\n\
                  [[agent]]\nports = \"26\"\npassword = \"a-long-secret\"\ndial_allow = [\"732\"]\n";
    House::with(Plan {
        config: config.into(),
        directory: Directory::new(Duration::ZERO),
        listen_hz: vec![BARESIP_HZ, LINPHONE_HZ, NETWORK_HZ],
        ..Plan::default()
    })
}

fn until_calls(house: &House, number: &str) {
    house.until(
        &format!("a call to {number}"),
        |what| matches!(what, Happening::Arrived { dnis, .. } if dnis == number),
    );
}

#[test]
fn baresip_registers_talks_holds_and_hangs_up() {
    for transport in ["udp", "tcp"] {
        let house = house();
        let Some(mut baresip) = Baresip::start(&house, transport) else { return house.stop() };
        let row = house.until_idle(25);
        assert!(row.phones[0].address.starts_with(&format!("{transport}://127.0.0.1:")), "{row:?}");
        assert!(row.phones[0].user_agent.starts_with("baresip"), "{row:?}");
        let mut app = connect(&house, SINGER, 25);
        house.until_tone(BARESIP_HZ, true);
        house.until_agent(25, "talking", |row| row.state == AgentState::Talking);
        baresip.hears(&[NETWORK_HZ]);
        baresip.does("hold", "");
        house.until_tone(BARESIP_HZ, false);
        let before = tones(&house, BARESIP_HZ);
        baresip.does("resume", "");
        until_tones(&house, BARESIP_HZ, before + 1);
        baresip.does("hangup", "");
        baresip.until("CALL_CLOSED", 1);
        app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=25");
        house.until_idle(25);
        drop(app);
        // It unregisters when it ends.
        baresip.does("quit", "");
        // Signalling drops the contact, and tells the switch, which shows it a moment later.
        house.until_agent(25, "gone", |row| row.phones.is_empty() && row.state == AgentState::Away);
        house.stop();
    }
}

#[test]
fn linphone_registers_talks_holds_and_hangs_up() {
    let house = house();
    let Some(mut linphone) = Linphone::start(&house) else { return house.stop() };
    let row = house.until_idle(26);
    assert!(row.phones[0].user_agent.to_lowercase().contains("linphone"), "{row:?}");
    let mut app = connect(&house, SINGER, 26);
    house.until_tone(LINPHONE_HZ, true);
    linphone.hears("first", &[NETWORK_HZ]);
    // What it plays while it holds is its own affair: here, the same file.
    linphone.does("pause");
    linphone.until("is now paused", 1);
    linphone.does("resume");
    linphone.until("Media streams established", 2);
    linphone.does("terminate");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=26");
    house.until_idle(26);
    drop(app);
    linphone.does("quit");
    // Signalling drops the contact, and tells the switch, which shows it a moment later.
    house.until_agent(26, "gone", |row| row.phones.is_empty() && row.state == AgentState::Away);
    assert!(!linphone.said().contains("Register failed"));
    house.stop();
}

/// A telephone calls a number outside, and passes its party on to a colleague.
#[test]
fn x050_baresip_calls_outside_and_x046_passes_on() {
    let house = house();
    let Some(mut baresip) = Baresip::start(&house, "udp") else { return house.stop() };
    let Some(mut linphone) = Linphone::start(&house) else { return house.stop() };
    house.until_idle(25);
    house.until_idle(26);
    baresip.does("dial", "3015550113");
    baresip.until("CALL_CLOSED", 1);
    baresip.does("dial", SINGER);
    until_calls(&house, SINGER);
    house.until_tone(BARESIP_HZ, true);
    baresip.hears(&[NETWORK_HZ]);
    baresip.does("transfer", &format!("sip:26@{}", house.sip()));
    house.until_tone(LINPHONE_HZ, true);
    // It hangs up when it hears that it is done.
    baresip.until("CALL_CLOSED", 2);
    house.until_idle(25);
    linphone.hears("first", &[NETWORK_HZ]);
    linphone.does("terminate");
    house.until("the end of the call outside", |what| matches!(what, Happening::Ended(_)));
    house.until_idle(26);
    house.stop();
}

/// A telephone puts its customer on hold, asks a colleague on its second line, and joins both.
#[test]
fn x046_linphone_asks_a_colleague_and_joins_him_with_its_customer() {
    let house = house();
    let Some(mut baresip) = Baresip::start(&house, "udp") else { return house.stop() };
    let Some(mut linphone) = Linphone::start(&house) else { return house.stop() };
    house.until_idle(25);
    house.until_idle(26);
    let mut app = connect(&house, SINGER, 26);
    house.until_tone(LINPHONE_HZ, true);
    linphone.hears("first", &[NETWORK_HZ]);
    linphone.does("pause");
    linphone.until("is now paused", 1);
    linphone.records("second");
    linphone.does(&format!("call sip:25@{}", house.sip()));
    linphone.hears("second", &[BARESIP_HZ]);
    baresip.hears(&[LINPHONE_HZ]);
    linphone.does("transfer 1 --to-call 2");
    house.until_tone(BARESIP_HZ, true);
    baresip.hears(&[LINPHONE_HZ, NETWORK_HZ]);
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=26");
    house.until_idle(26);
    baresip.does("hangup", "");
    baresip.until("CALL_CLOSED", 1);
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=25");
    house.stop();
}

/// A telephone passes its customer on to a number outside, where it may dial it.
#[test]
fn x046_linphone_passes_its_customer_on_to_a_number_outside() {
    let house = house();
    let Some(mut linphone) = Linphone::start(&house) else { return house.stop() };
    house.until_idle(26);
    let mut app = connect(&house, LISTENER, 26);
    house.until_tone(LINPHONE_HZ, true);
    linphone.does(&format!("transfer sip:{SINGER}@{}", house.sip()));
    house.until_tone(NETWORK_HZ, true);
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=26");
    house.until_idle(26);
    house.stop();
}
