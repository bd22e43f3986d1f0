//! Which agent gets a call that came in, and what its application is told (decisions U46 to U49, U55, U107).

use control::{Agent, Settings};
use sim::{check_with, settings};

/// A call that came in and that TRANSFER is the answer to, with these lines before it; it is up.
fn transferred(house: Settings, before: &str, answer: &str, script: &str) {
    check_with(
        house,
        &format!(
            "> link 1 up
             > link 1: INIT_LINK/INFO MSGID=1001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
             < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
             {before}
             > in-1 arrived 7322901900 from 2015550100
             < in-1 ring
             < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=2015550100 REDIRECTINING_NO=\"\" TRUNK_PORT=4
             > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=TRANSFER{answer}
             < in-1 answer
             > in-1 answered
             < in-1 open
             {script}"
        ),
    );
}

fn house() -> Settings {
    Settings { agents: vec![Agent::new(24..=26)], ..settings() }
}

/// The line that says what came of it.
fn outcome(agent: &str, status: &str) -> String {
    format!(
        "< link 1: AGENT_TRANSFER/RESPONSE MSGID=00000001 SOURCE_AGENT_PORT=4 DESTINATION_AGENT_PORT={agent} \
         ON_HOLD_FILE=\"\" STATUS={status}"
    )
}

#[test]
fn u047_an_agent_of_a_mode_for_calls_that_come_in_gets_one() {
    for (mode, takes) in
        [("INBOUND", true), ("BLENDED", true), ("PREDICTIVE", false), ("MANUAL", false), ("BUSY", false)]
    {
        let before = format!("> agent 24 {mode} Ines SPRING for 60s\n> station 24 up");
        let then = if takes {
            "< out-1 call station-24 from 2015550100".to_owned()
        } else {
            outcome("\"\"", "BUSY")
        };
        transferred(house(), &before, "", &then);
    }
}

#[test]
fn u047_who_is_asked_for_by_name_gets_it_in_any_mode() {
    for mode in ["INBOUND", "PREDICTIVE", "MANUAL"] {
        let before = format!("> agent 24 {mode} Ines SPRING for 60s\n> station 24 up");
        transferred(house(), &before, " AGENT_NO=24", "< out-1 call station-24 from 2015550100");
    }
}

#[test]
fn u048_who_is_away_or_has_logged_out_is_not_asked() {
    for before in ["", "> agent 24 out for 60s\n> station 24 up", "> station 24 up\n> station 24 down"] {
        transferred(house(), before, " AGENT_NO=24", &outcome("24", "INVALID_AGENT"));
        transferred(house(), before, "", &outcome("\"\"", "BUSY"));
    }
}

#[test]
fn u107_who_has_waited_longest_gets_it_over_a_restart_too() {
    for (waited, next) in [([60, 300, 120], 25), ([300, 60, 120], 24), ([60, 60, 60], 24), ([1, 2, 3], 26)] {
        let before: String = (24..)
            .zip(waited)
            .map(|(agent, time)| {
                format!("> agent {agent} INBOUND Ines SPRING for {time}s\n> station {agent} up\n")
            })
            .collect();
        transferred(house(), &before, "", &format!("< out-1 call station-{next} from 2015550100"));
    }
}

/// An agent whose station is kept connected, and who has nothing to do.
const CONNECTED: &str = "> station 24 up
    > link 1: AGENT_LOGIN/INFO MSGID=1002 AGENT_NO=24 MODE=INBOUND
    < agent 24 INBOUND \"\" \"\"
    < link 1: AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS
    < out-1 call station-24
    > out-1 answered
    < out-1 open
    < agent 24 INBOUND \"\" \"\"";

fn nailed() -> Settings {
    Settings { agents: vec![Agent { nailed_up: true, ..Agent::new(24..=26) }], ..settings() }
}

#[test]
fn u055_an_agent_who_is_connected_talks_at_once_and_one_who_talks_is_busy() {
    for answer in [" AGENT_NO=24", ""] {
        let talks = format!("< out-1 hears in-1\n< in-1 hears out-1\n{}", outcome("24", "CONNECTED"));
        let second = "> in-2 arrived 7322901900 from 2015550101
             < in-2 ring
             < link 1: RECEIVE_CALL/INFO MSGID=00000002 DNIS=7322901900 ANI=2015550101 REDIRECTINING_NO=\"\" TRUNK_PORT=3
             > link 1: RECEIVE_CALL/RESPONSE MSGID=00000002 STATUS=TRANSFER AGENT_NO=24
             < in-2 answer
             > in-2 answered
             < in-2 open
             < link 1: AGENT_TRANSFER/RESPONSE MSGID=00000002 SOURCE_AGENT_PORT=3 DESTINATION_AGENT_PORT=24 \
             ON_HOLD_FILE=\"\" STATUS=BUSY";
        transferred(nailed(), CONNECTED, answer, &format!("{talks}\n{second}"));
    }
}
