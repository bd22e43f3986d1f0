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

#[test]
fn b115_an_agent_logs_in_and_takes_other_calls_with_another_mode() {
    check_with(
        house(),
        "> link 1 up
         > link 1: AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=24 AGENT_NAME=Ines CAMP_ID=SPRING MODE=PREDICTIVE
         < agent 24 PREDICTIVE \"Ines\" \"SPRING\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: AGENT_LOGIN/INFO MSGID=1002 AGENT_NO=24 AGENT_NAME=Jo MODE=PREDICTIVE
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=ALREADY_LOGGED_IN
         # decision D13: a working agent can go for a break, and keeps his name.
         > link 1: AGENT_LOGIN/INFO MSGID=1003 AGENT_NO=24 MODE=BUSY
         < agent 24 BUSY \"Ines\" \"SPRING\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS
         > link 1: AGENT_LOGIN/INFO MSGID=1004 AGENT_NO=24 MODE=LAZY
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1004 STATUS=FAILED
         > link 1: AGENT_LOGIN/INFO MSGID=1005 AGENT_NO=24
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1005 STATUS=FAILED
         > link 1: AGENT_LOGIN/INFO MSGID=1006 AGENT_NO=23 MODE=LAZY
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1006 STATUS=INVALID_AGENT_NO
         # A port, but a trunk's.
         > link 1: AGENT_LOGIN/INFO MSGID=1007 AGENT_NO=1 MODE=BUSY
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1007 STATUS=INVALID_AGENT_NO
         > link 1: AGENT_LOGIN/INFO MSGID=1008 MODE=BUSY
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1008 STATUS=INVALID_AGENT_NO",
    );
}

#[test]
fn b121_an_agent_logs_out_once_whatever_the_campaign() {
    check_with(
        house(),
        "> link 1 up
         > link 1: AGENT_LOGOUT/INFO MSGID=1001 AGENT_NO=24
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1001 STATUS=ALREADY_LOGGED_OUT
         > link 1: AGENT_LOGIN/INFO MSGID=1002 AGENT_NO=24 CAMP_ID=SPRING MODE=BLENDED
         < agent 24 BLENDED \"\" \"SPRING\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS
         > link 1: AGENT_LOGOUT/INFO MSGID=1003 AGENT_NO=24 CAMP_ID=AUTUMN
         < agent 24 out
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         > link 1: AGENT_LOGOUT/INFO MSGID=1004 AGENT_NO=24
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1004 STATUS=ALREADY_LOGGED_OUT
         > link 1: AGENT_LOGOUT/INFO MSGID=1005 AGENT_NO=28
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1005 STATUS=INVALID_AGENT_NO",
    );
}

/// What a dial-out for these agents is answered after these lines.
fn asked(before: &str, agents: &str, status: &str) {
    let dials = if status == "SUCCESS" { "< out-1 dial 3014560100 on trunk-0" } else { "" };
    check_with(
        house(),
        &format!(
            "> link 1 up
             {before}
             > link 1: DIALOUT/DIAL MSGID=1999 DNIS=3014560100 AGENTS=\"{agents}\" MODE=SUPERVISED
             < link 1: DIALOUT/RESPONSE MSGID=1999 STATUS={status}
             {dials}"
        ),
    );
}

#[test]
fn b051_a_dial_out_for_agents_of_whom_none_is_free_is_refused() {
    asked("", "24-27", "NO_AGENT_FREE");
    asked("> station 25 up", "24", "NO_AGENT_FREE");
    asked("> station 25 up", "1-4,30", "NO_AGENT_FREE");
    asked("> station 25 up", "24-27", "SUCCESS");
    asked("> station 25 up\n> station 25 down", "24-27", "NO_AGENT_FREE");
    asked("> station 25 up", "Ines", "FAILED");
    asked("> station 25 up", "27-24", "FAILED");
}

#[test]
fn s07_station_cards_have_a_status_of_their_own() {
    let refused = |agents: &str, status: &str| {
        let cards = Agent { station_card: true, ..Agent::new(30..=31) };
        let house = Settings { agents: vec![Agent::new(24..=27), cards], ..settings() };
        check_with(
            house,
            &format!(
                "> link 1 up
                 > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 AGENTS=\"{agents}\" MODE=BLIND
                 < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS={status}"
            ),
        );
    };
    refused("30-31", "NO_MSI_AGENT_FREE");
    refused("30", "NO_MSI_AGENT_FREE");
    refused("27,30", "NO_AGENT_FREE");
    refused("40", "NO_AGENT_FREE");
}

#[test]
fn u14_agents_are_ignored_where_eee30_is_0() {
    let mut house = house();
    house.parameters.agents = false;
    check_with(
        house,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 AGENTS=Ines MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1",
    );
}

/// An agent who is logged in with this mode, or logged in and out.
fn at_work(mode: &str) -> String {
    format!(
        "> station 24 up
         > link 1: AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=24 MODE={mode}
         < agent 24 {mode} \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS"
    )
}

#[test]
fn b116_a_manual_agent_takes_no_dial_out() {
    asked(&at_work("MANUAL"), "24", "NO_AGENT_FREE");
}

#[test]
fn b117_an_inbound_agent_takes_no_dial_out() {
    asked(&at_work("INBOUND"), "24", "NO_AGENT_FREE");
}

#[test]
fn b118_a_predictive_agent_takes_dial_outs() {
    asked(&at_work("PREDICTIVE"), "24", "SUCCESS");
}

#[test]
fn b119_a_blended_agent_takes_dial_outs() {
    asked(&at_work("BLENDED"), "24", "SUCCESS");
}

#[test]
fn b120_a_busy_agent_takes_no_dial_out() {
    asked(&at_work("BUSY"), "24", "NO_AGENT_FREE");
}

#[test]
fn u48_who_logged_out_takes_no_dial_out_and_who_never_logged_in_does() {
    let out = "> link 1: AGENT_LOGOUT/INFO MSGID=1002 AGENT_NO=24
               < agent 24 out
               < link 1: AGENT_LOGOUT/RESPONSE MSGID=1002 STATUS=SUCCESS";
    asked(&format!("{}\n{out}", at_work("BLENDED")), "24", "NO_AGENT_FREE");
    asked("> station 24 up", "24", "SUCCESS");
}

#[test]
fn b115_agents_are_at_work_after_a_restart_as_before() {
    asked("> agent 24 BUSY Ines SPRING for 60s\n> station 24 up", "24", "NO_AGENT_FREE");
    asked("> agent 24 out for 60s\n> station 24 up", "24", "NO_AGENT_FREE");
    asked("> agent 24 PREDICTIVE Ines SPRING for 60s\n> station 24 up", "24", "SUCCESS");
    // An agent who is not in the configuration any more.
    asked("> agent 9 PREDICTIVE Ines SPRING for 60s\n> station 9 up", "9", "NO_AGENT_FREE");
    check_with(
        house(),
        "> agent 24 PREDICTIVE Ines SPRING for 60s
         > link 1 up
         > link 1: AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=24 MODE=PREDICTIVE
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=ALREADY_LOGGED_IN",
    );
}
