//! DIAL_PATCH: behaviours B92 to B94.

use control::{Agent, Settings};
use sim::{check_with, settings};

/// The house of [`settings`] with agents at the ports 24 to 27, whose stations ring.
fn house() -> Settings {
    Settings { agents: vec![Agent::new(24..=27)], ..settings() }
}

fn check(rest: &str) {
    check_with(house(), &format!("{INIT}{rest}"));
}

const INIT: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > station 26 up
    > station 27 up
    ";

/// Agent 27 is asked to be joined with whoever answers.
const DIALLED: &str = "> link 1: DIAL_PATCH/INFO MSGID=786123 AGENT_PORT=27 DNIS=17322901900 ANI=2126793400
    < link 1: DIAL_PATCH/RESPONSE MSGID=786123 STATUS=SUCCESS
    < out-1 dial 17322901900 on trunk-0 from 2126793400
    ";

/// [`DIALLED`], somebody has answered, and so has the agent.
const CONNECTED: &str = "> out-1 ringing
    > out-1 answered
    < out-1 open
    < out-2 call station-27 from 17322901900
    > out-2 answered
    < out-2 open
    < out-1 hears out-2
    < out-2 hears out-1
    < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=CONNECTED TRINK_PORT=1 TRUNK_PORT=1
    ";

#[test]
fn b092_whoever_answers_is_joined_with_the_agent() {
    check(&format!("{DIALLED}{CONNECTED}> wait 3600s"));
}

#[test]
fn b093_u31_a_party_that_hangs_up_leaves_the_agent_his_call() {
    check(&format!(
        "{DIALLED}{CONNECTED}
         > out-1 ended network Normal
         < out-1 close
         < out-2 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 17322901900 with agent 27 total 0.0s talk 0.0s: Normal by Network
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000001 TRUNK_PORT=1 STATUS=SUCCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=27
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=27 STATUS=WAITING
         # His call serves for the next one.
         {}
         > out-3 answered
         < out-3 open
         < out-3 hears out-2
         < out-2 hears out-3
         < link 1: DIAL_PATCH/TERMINATION MSGID=786124 EVENT=CONNECTED TRINK_PORT=2 TRUNK_PORT=2",
        DIALLED.replace("786123", "786124").replace("out-1", "out-3")
    ));
}

#[test]
fn d12_an_agent_who_hangs_up_ends_the_partys_call() {
    check(&format!(
        "{DIALLED}{CONNECTED}
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=27
         < record out-2 port 27 to 27 total 0.0s talk 0.0s: Normal by Network
         < out-1 hang up Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=1
         < record out-1 port 1 to 17322901900 with agent 27 total 0.0s talk 0.0s: Normal by Us"
    ));
}

#[test]
fn b094_each_outcome_of_the_call_has_its_event() {
    let ends = |cause: &str, event: &str, port: &str| {
        check(&format!(
            "{DIALLED}
             > out-1 ended network {cause}
             < out-1 close
             < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT={event} {port}
             < record out-1 port 1 to 17322901900 total 0.0s talk -: {cause} by Network"
        ));
    };
    let port = "TRINK_PORT=1 TRUNK_PORT=1";
    ends("Busy", "BUSY", port);
    ends("NoAnswer", "NOANS", port);
    ends("Unallocated", "INTERCEPT", port);
    // decision U34
    ends("NoCircuit", "FAILED_TO_GET_DIALOUT_PORT", "TRINK_PORT=\"\" TRUNK_PORT=\"\"");
}

#[test]
fn b094_each_reason_not_to_dial_has_its_status() {
    let refused = |attributes: &str, status: &str| {
        check(&format!(
            "> link 1: DIAL_PATCH/INFO MSGID=786123 {attributes}
             < link 1: DIAL_PATCH/RESPONSE MSGID=786123 STATUS={status}"
        ));
    };
    refused("AGENT_PORT=28 DNIS=17322901900", "INVALID_AGENT_PORT");
    refused("AGENT_PORT=1 DNIS=17322901900", "INVALID_AGENT_PORT");
    refused("DNIS=17322901900", "INVALID_AGENT_PORT");
    // decision D17
    refused("AGENT_PORT=27 DNIS=123456789012345", "FAILED");
    refused("AGENT_PORT=27 DNIS=12", "FAILED");
    refused("AGENT_PORT=27", "FAILED");
    refused("AGENT_PORT=27 DNIS=17322901900 ANI=Ines", "FAILED");
    // His telephone has not registered.
    refused("AGENT_PORT=24 DNIS=17322901900", "FAILED");
    check(&format!(
        "{DIALLED}{CONNECTED}
         > link 1: DIAL_PATCH/INFO MSGID=1001 AGENT_PORT=27 DNIS=17322901901
         < link 1: DIAL_PATCH/RESPONSE MSGID=1001 STATUS=AGENT_PORT_ALREADY_CONNECTED"
    ));
    let mut house = house();
    house.trunks[0].ports = 1..=1;
    check_with(
        house,
        &format!(
            "{INIT}{DIALLED}
             > link 1: DIAL_PATCH/INFO MSGID=1001 AGENT_PORT=26 DNIS=17322901901
             < link 1: DIAL_PATCH/RESPONSE MSGID=1001 STATUS=NO_DIALOUT_PORT_FREE"
        ),
    );
    check(
        "> link 1: PAUSE_LINK/INFO MSGID=1001
         < link 1: PAUSE_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: DIAL_PATCH/INFO MSGID=1002 AGENT_PORT=27 DNIS=17322901900
         < link 1: DIAL_PATCH/RESPONSE MSGID=1002 STATUS=FAILED",
    );
}

#[test]
fn u33_a_party_whose_agent_got_another_call_before_the_answer_is_let_go() {
    check(&format!(
        "{DIALLED}
         > link 1: DIAL_PATCH/INFO MSGID=1001 AGENT_PORT=27 DNIS=17322901901
         < link 1: DIAL_PATCH/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-2 dial 17322901901 on trunk-0
         > out-2 answered
         < out-2 open
         < out-3 call station-27 from 17322901901
         > out-1 answered
         < out-1 open
         < out-1 hang up Normal
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=AGENT_BUSY TRINK_PORT=1 TRUNK_PORT=1
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 17322901900 total 0.0s talk 0.0s: Normal by Us
         > out-3 answered
         < out-3 open
         < out-2 hears out-3
         < out-3 hears out-2
         < link 1: DIAL_PATCH/TERMINATION MSGID=1001 EVENT=CONNECTED TRINK_PORT=2 TRUNK_PORT=2"
    ));
}

/// [`DIALLED`], somebody has answered, and the agent's station rings.
const RUNG: &str = "> out-1 answered
    < out-1 open
    < out-2 call station-27 from 17322901900
    > out-2 ringing
    ";

#[test]
fn x33_a_party_whose_agent_does_not_answer_is_let_go() {
    check(&format!(
        "{DIALLED}{RUNG}
         > out-2 ended network Busy 486
         < out-2 close
         < out-1 hang up Normal
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=AGENT_BUSY TRINK_PORT=1 TRUNK_PORT=1
         < record out-2 port 27 to 27 total 0.0s talk -: Busy by Network"
    ));
    check(&format!(
        "{DIALLED}{RUNG}
         > wait 30s
         < out-2 hang up NoAnswer
         < out-1 hang up Normal
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=AGENT_BUSY TRINK_PORT=1 TRUNK_PORT=1"
    ));
}

#[test]
fn x33_a_party_that_hangs_up_while_the_agents_station_rings_was_never_joined() {
    check(&format!(
        "{DIALLED}{RUNG}
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=AGENT_BUSY TRINK_PORT=1 TRUNK_PORT=1
         < out-2 hang up Normal
         < record out-1 port 1 to 17322901900 total 0.0s talk 0.0s: Normal by Network"
    ));
}

#[test]
fn b094_disconnecting_either_port_before_the_patch_ends_it() {
    check(&format!(
        "{DIALLED}
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1001 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=NOANS TRINK_PORT=1 TRUNK_PORT=1
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1001 TRUNK_PORT=1 STATUS=SUCCESS"
    ));
    check(&format!(
        "{DIALLED}{RUNG}
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1001 TRUNK_PORT=27
         < out-2 hang up Normal
         < out-1 hang up Normal
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=AGENT_BUSY TRINK_PORT=1 TRUNK_PORT=1
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1001 TRUNK_PORT=27 STATUS=SUCCESS"
    ));
}

#[test]
fn b094_the_link_ends_while_it_is_dialled() {
    check(&format!(
        "{DIALLED}{RUNG}
         > link 1: TERMINATE_LINK/INFO MSGID=1001
         < out-1 hang up Normal
         < link 1: DIAL_PATCH/TERMINATION MSGID=786123 EVENT=AGENT_BUSY TRINK_PORT=1 TRUNK_PORT=1
         < out-2 hang up Normal
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS"
    ));
}

#[test]
fn b116_a_manual_agent_dials_for_himself() {
    check(&format!(
        "> link 1: AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=27 MODE=MANUAL
         < agent 27 MANUAL \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
         {DIALLED}{CONNECTED}"
    ));
}

#[test]
fn b098_who_was_joined_by_dial_patch_can_be_parted_and_keeps_his_call() {
    check(&format!(
        "{DIALLED}{CONNECTED}
         > link 1: TEAR_PATCH/INFO MSGID=1001 TRUNK_PORT1=27 TRUNK_PORT2=1
         < out-1 hears nobody
         < out-2 hears nobody
         < link 1: TEAR_PATCH/TERMINATION MSGID=1001 TRUNK_PORT1=27 TRUNK_PORT2=1 EVENT=SUCCESS
         > out-2 ended network Normal
         < out-2 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=27
         < record out-2 port 27 to 27 total 0.0s talk 0.0s: Normal by Network"
    ));
}
