//! Agents and their stations: behaviours B46, B51 and B115 to B122.

use control::{Agent, Settings};
use sim::{check_with, settings};

/// The house of [`settings`] with agents at the ports 24 to 27.
fn house() -> Settings {
    Settings { agents: vec![Agent::new(24..=27)], ..settings() }
}

#[test]
fn a16_an_agents_number_is_that_of_his_port_and_nothing_is_dialled_on_it() {
    let mut house = house();
    house.parameters.offset = 256;
    house.trunks[0].ports = 1..=1;
    check_with(
        house,
        "> link 1 up
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=280
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=280 STATUS=WAITING
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=284
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=284 STATUS=INVALID_TRUNKPORT
         > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > link 1: DIALOUT/DIAL MSGID=1004 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1004 STATUS=NO_DIALOUT_PORT_FREE
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=281 FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=281 STATUS=INVALID_CHANNEL_STATE",
    );
}
