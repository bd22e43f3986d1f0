//! A call that came in is handed over to an agent: TRANSFER in answer to RECEIVE_CALL (decisions U47, U55, U56).

use control::{Agent, Settings};
use sim::{check_with, settings};

fn handed_over(answer: &str, script: &str) {
    let house = Settings { agents: vec![Agent::new(24..=25)], ..settings() };
    check_with(
        house,
        &format!(
            "> link 1 up
             > link 1: INIT_LINK/INFO MSGID=1001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
             < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
             > station 24 up
             > in-1 arrived 7322901900 from 2015550100 via 6095550142
             < in-1 ring
             < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=2015550100 REDIRECTINING_NO=6095550142 TRUNK_PORT=4
             > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=TRANSFER{answer}
             {script}"
        ),
    );
}

#[test]
fn u055_the_agents_station_rings_and_shows_who_calls() {
    for answer in [" AGENT_NO=24", ""] {
        handed_over(
            answer,
            "< in-1 answer
             > in-1 answered
             < in-1 open
             < out-1 call station-24 from 2015550100 via 6095550142
             > out-1 answered
             < out-1 open
             < out-1 hears in-1
             < in-1 hears out-1
             < link 1: AGENT_TRANSFER/RESPONSE MSGID=00000001 SOURCE_AGENT_PORT=4 DESTINATION_AGENT_PORT=24 ON_HOLD_FILE=\"\" STATUS=CONNECTED
             # The call of the station is the link's from now on.
             > out-1 ended network Normal
             < out-1 close
             < in-1 hears nobody
             < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=24
             < record out-1 port 24 to 24 total 0.0s talk 0.0s: Normal by Network",
        );
    }
}

#[test]
fn u055_an_agent_who_does_not_come_leaves_the_call_up() {
    for (cause, status) in [("Busy", "BUSY"), ("NoAnswer", "NOANS")] {
        handed_over(
            " AGENT_NO=24",
            &format!(
                "< in-1 answer
                 > in-1 answered
                 < in-1 open
                 < out-1 call station-24 from 2015550100 via 6095550142
                 > out-1 ended network {cause}
                 < out-1 close
                 < link 1: AGENT_TRANSFER/RESPONSE MSGID=00000001 SOURCE_AGENT_PORT=4 DESTINATION_AGENT_PORT=24 ON_HOLD_FILE=\"\" STATUS={status}
                 < record out-1 port 24 to 24 total 0.0s talk -: {cause} by Network
                 > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=4
                 < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=WAITING"
            ),
        );
    }
}

#[test]
fn a_caller_who_hangs_up_is_not_waited_for() {
    handed_over(
        " AGENT_NO=24",
        "< in-1 answer
         > in-1 answered
         < in-1 open
         < out-1 call station-24 from 2015550100 via 6095550142
         > in-1 ended network Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 0.0s talk 0.0s: Normal by Network
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=00000001 SOURCE_AGENT_PORT=4 DESTINATION_AGENT_PORT=24 ON_HOLD_FILE=\"\" STATUS=NOANS
         < out-1 hang up Normal",
    );
}
