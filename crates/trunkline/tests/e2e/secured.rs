//! Calls whose packets are secured (SRTP), over real sockets.

use crate::house::{House, Plan};
use crate::phone::Phone;

/// What is played is heard in the network, and what is said there is heard here, as secured as it is asked for.
#[test]
fn both_sides_of_a_secured_call_hear_each_other() {
    for trunk_lines in ["srtp = \"required\"", "srtp = \"preferred\""] {
        let config = "[media]\ninband_keys = \"always\"\n".to_owned();
        let house = House::with(Plan { config, trunk_lines, ..Plan::default() });
        house.tone("hello.wav", 600, 800);
        let mut app = house.call("3015550111");
        app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=hello.wav MODE=UNINTERRUPTABLE");
        app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
        house.until_tone(600, true);
        app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
        app.send("DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=1");
        app.expect("DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
        app.expect("DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=5 EVENT=DTMF");
        house.stop();
    }
}

/// A network that answers in the clear is not talked to where that is not allowed.
#[test]
fn a_trunk_that_requires_it_takes_no_call_in_the_clear() {
    let mut phone = Phone::new();
    let house = phone.house_with("srtp = \"required\"");
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    phone.pick_up(phone.rtp.local_addr().unwrap().port());
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1");
    house.stop();
}
