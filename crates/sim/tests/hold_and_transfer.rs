//! The exact words of AGENT_TRANSFER, MUTE, HOLD, BARGE_IN and BARGE_OUT; what they do is in `switching.rs`.

use sim::check;

/// Calls that are up on ports 1, 2 and 3, of a link that did INIT_LINK; 1 and 2 are joined.
const PATCHED: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014560100 on trunk-0
    > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560101 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
    < out-2 dial 3014560101 on trunk-0
    > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3014560102 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
    < out-3 dial 3014560102 on trunk-0
    > out-1 answered
    < out-1 open
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
    > out-2 answered
    < out-2 open
    < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=2
    > out-3 answered
    < out-3 open
    < link 1: DIALOUT/TERMINATION MSGID=1003 EVENT=CONNECT TRUNK_PORT=3
    > link 1: PATCH_PORTS/INFO MSGID=1004 TRUNK_PORT1=01 TRUNK_PORT2=2
    < out-1 hears out-2
    < out-2 hears out-1
    < link 1: PATCH_PORTS/TERMINATION MSGID=1004 TRUNK_PORT1=01 TRUNK_PORT2=2 EVENT=SUCCESS
    ";

fn patched(script: &str) {
    check(&format!("{PATCHED}{script}"));
}

#[test]
fn b084_each_step_that_takes_place_is_connected() {
    patched(
        "> link 1: AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT=01 DESTINATION_AGENT_PORT=03 ON_HOLD_FILE=Music.Vox MODE=INITIATE
         < find 1: Music.Vox
         > found 1: 1000ms
         < out-1 hears out-3
         < out-2 hears nobody
         < out-2 play 1: 1000ms for ever
         < out-3 hears out-1
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT=01 DESTINATION_AGENT_PORT=03 ON_HOLD_FILE=Music.Vox STATUS=CONNECTED
         > link 1: AGENT_TRANSFER/INFO MSGID=1006 SOURCE_AGENT_PORT=01 DESTINATION_AGENT_PORT=3 MODE=accept
         < out-3 hears out-2
         < out-2 hears out-3
         < out-2 stop 1
         < out-1 hears nobody
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=1006 SOURCE_AGENT_PORT=01 DESTINATION_AGENT_PORT=3 ON_HOLD_FILE=\"\" STATUS=CONNECTED",
    );
}

#[test]
fn b085_each_refusal_repeats_the_mode_as_it_was_entered() {
    let refused = |source: &str, destination: &str, mode: &str, status: &str| {
        patched(&format!(
            "> link 1: AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT={source} DESTINATION_AGENT_PORT={destination} MODE={mode}
             < link 1: AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT={source} DESTINATION_AGENT_PORT={destination} ON_HOLD_FILE=\"\" MODE={mode} STATUS={status}"
        ));
    };
    refused("1", "3", "Perhaps", "INVALIDE_MODE");
    refused("1", "3", "ACCEPT", "INVALIDE_MODE");
    refused("99", "3", "Initiate", "INVALID_SOURCE_AGENT_PORT");
    refused("1", "99", "BLIND", "INVALIDE_DESTINATION_AGENT_PORT");
    refused("1", "01", "BLIND", "INVALIDE_DESTINATION_AGENT_PORT");
    refused("3", "1", "INITIATE", "SOURCE_AGENT_NOT_CONNECTED");
    refused("4", "1", "CANCEL", "SOURCE_AGENT_NOT_CONNECTED");
    refused("1", "2", "BLIND", "DESTINATION_AGENT_ALREADY_CONNECTED");
    patched(
        "> link 1: AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=3 ON_HOLD_FILE=No.Vox MODE=INITIATE
         < find 1: No.Vox
         > found 1: missing
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=3 ON_HOLD_FILE=No.Vox MODE=INITIATE STATUS=FILE_MISSING
         # Nobody works at a port of a trunk on which there is no call.
         > link 1: AGENT_TRANSFER/INFO MSGID=1006 SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=4 MODE=BLIND
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=1006 SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=4 ON_HOLD_FILE=\"\" STATUS=INVALID_AGENT",
    );
}

#[test]
fn b088_each_reason_not_to_mute_has_its_status() {
    let refused = |port: &str, mode: &str, status: &str| {
        patched(&format!(
            "> link 1: MUTE/INFO MSGID=1005 AGENT_PORT={port} MODE={mode}
             < link 1: MUTE/RESPONSE MSGID=1005 AGENT_PORT={port} MODE={mode} STATUS={status}"
        ));
    };
    refused("1", "loud", "INVALID_MODE");
    refused("99", "ON", "INVALID_AGENT_PORT");
    refused("3", "ON", "AGENT_NOT_CONNECTED");
    refused("4", "off", "AGENT_NOT_CONNECTED");
}

#[test]
fn b091_each_reason_not_to_hold_has_its_status() {
    let refused = |port: &str, mode: &str, status: &str| {
        patched(&format!(
            "> link 1: HOLD/INFO MSGID=1005 AGENT_PORT={port} MODE={mode}
             < link 1: HOLD/RESPONSE MSGID=1005 AGENT_PORT={port} ON_HOLD_FILE=\"\" MODE={mode} STATUS={status}"
        ));
    };
    refused("1", "wait", "INVALIDE_MODE");
    refused("99", "ON", "INVALID_AGENT_PORT");
    refused("3", "ON", "AGENT_NOT_CONNECTED");
    refused("1", "ON", "FILE_MISSING");
    // decision S12: each word that ends it is repeated as it was entered.
    for mode in ["CANCEL", "CANCELL", "off"] {
        refused("1", mode, "SUCESS");
    }
}

#[test]
fn s011_a_hold_says_sucess() {
    patched(
        "> link 1: HOLD/INFO MSGID=1005 SOURCE_AGENT_PORT=01 ON_HOLD_MESSAGE=Music.Vox MODE=ON
         < find 1: Music.Vox
         > found 1: 1000ms
         < out-1 hears nobody
         < out-2 hears nobody
         < out-2 play 1: 1000ms for ever
         < link 1: HOLD/RESPONSE MSGID=1005 AGENT_PORT=01 ON_HOLD_FILE=Music.Vox MODE=ON STATUS=SUCESS",
    );
}

#[test]
fn b127_a_refusal_repeats_the_one_attribute_that_it_refuses() {
    let barge = |root: &str, ports: &str, answer: &str| {
        patched(&format!(
            "> link 1: {root}/INFO MSGID=1005 {ports}\n< link 1: {root}/RESPONSE MSGID=1005 {answer}"
        ));
    };
    barge("BARGE_IN", "SUPERVISOR_PORT=3 AGENT_PORT=1 MODE=LOUD", "MODE=LOUD STATUS=INVALID_MODE");
    barge(
        "BARGE_IN",
        "SUPERVISOR_PORT=99 AGENT_PORT=1 MODE=FULL",
        "SUPERVISOR_PORT=99 STATUS=INVALID_SUPERVISOR_PORT",
    );
    barge(
        "BARGE_IN",
        "SUPERVISOR_PORT=04 AGENT_PORT=1 MODE=FULL",
        "SUPERVISOR_PORT=04 STATUS=INVALID_SUPERVISOR_PORT",
    );
    barge("BARGE_IN", "SUPERVISOR_PORT=3 AGENT_PORT=99 MODE=FULL", "AGENT_PORT=99 STATUS=INVALID_AGENT_PORT");
    barge(
        "BARGE_IN",
        "SUPERVISOR_PORT=1 AGENT_PORT=03 MODE=FULL",
        "AGENT_PORT=03 STATUS=AGENT_NOT_CONNECTED",
    );
    barge("BARGE_IN", "SUPERVISOR_PORT=2 AGENT_PORT=1 MODE=FULL", "STATUS=FAILED");
    barge("BARGE_OUT", "SUPERVISOR_PORT=3 AGENT_PORT=1", "SUPERVISOR_PORT=3 STATUS=INVALID_SUPERVISOR_PORT");
    barge("BARGE_OUT", "SUPERVISOR_PORT=3 AGENT_PORT=99", "AGENT_PORT=99 STATUS=INVALID_AGENT_PORT");
    barge("BARGE_OUT", "SUPERVISOR_PORT=1 AGENT_PORT=3", "AGENT_PORT=3 STATUS=AGENT_NOT_CONNECTED");
}
