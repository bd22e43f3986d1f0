//! PATCH_PORTS and TEAR_PATCH: two calls are joined, and parted.

use sim::check;

/// Calls that are up on ports 1, 2 and 3, of a link that did INIT_LINK.
const UP: &str = "> link 1 up
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
    ";

/// The same, ports 1 and 2 joined.
const PATCHED: &str = "> link 1: PATCH_PORTS/INFO MSGID=1004 TRUNK_PORT1=01 TRUNK_PORT2=2
    < out-1 hears out-2
    < out-2 hears out-1
    < link 1: PATCH_PORTS/TERMINATION MSGID=1004 TRUNK_PORT1=01 TRUNK_PORT2=2 EVENT=SUCCESS
    ";

fn up(script: &str) {
    check(&format!("{UP}{script}"));
}

fn patched(script: &str) {
    check(&format!("{UP}{PATCHED}{script}"));
}

#[test]
fn b095_two_ports_hear_each_other() {
    patched("");
}

#[test]
fn b096_each_reason_not_to_join_has_its_status() {
    let refused = |one: &str, other: &str, status: &str| {
        patched(&format!(
            "> link 1: PATCH_PORTS/INFO MSGID=1005 TRUNK_PORT1={one} TRUNK_PORT2={other}
             < link 1: PATCH_PORTS/RESPONSE MSGID=1005 TRUNK_PORT1={one} TRUNK_PORT2={other} STATUS={status}"
        ));
    };
    refused("99", "3", "INVALID_TRUNK_PORT1");
    refused("\"\"", "3", "INVALID_TRUNK_PORT1");
    refused("3", "12672", "INVALID_TRUNK_PORT2");
    refused("3", "03", "INVALID_TRUNK_PORT2");
    refused("1", "3", "TRUNK_PORT1_ALREADY_PATCHED");
    refused("3", "1", "TRUNK_PORT2_ALREADY_PATCHED");
    refused("1", "2", "TRUNK_PORT1_ALREADY_PATCHED");
}

#[test]
fn b096_a_port_without_a_call_cannot_be_joined() {
    for (one, other) in [(3, 4), (4, 3)] {
        up(&format!(
            "> link 1: PATCH_PORTS/INFO MSGID=1004 TRUNK_PORT1={one} TRUNK_PORT2={other}
             < link 1: PATCH_PORTS/TERMINATION MSGID=1004 TRUNK_PORT1={one} TRUNK_PORT2={other} EVENT=FAILED"
        ));
    }
}

#[test]
fn b098_parted_ports_hear_nobody_and_keep_their_calls() {
    for (one, other) in [(1, 2), (2, 1)] {
        patched(&format!(
            "> link 1: TEAR_PATCH/INFO MSGID=1005 TRUNK_PORT1={one} TRUNK_PORT2=0{other}
             < out-1 hears nobody
             < out-2 hears nobody
             < link 1: TEAR_PATCH/TERMINATION MSGID=1005 TRUNK_PORT1={one} TRUNK_PORT2=0{other} EVENT=SUCCESS
             > link 1: PATCH_PORTS/INFO MSGID=1006 TRUNK_PORT1=2 TRUNK_PORT2=3
             < out-2 hears out-3
             < out-3 hears out-2
             < link 1: PATCH_PORTS/TERMINATION MSGID=1006 TRUNK_PORT1=2 TRUNK_PORT2=3 EVENT=SUCCESS"
        ));
    }
}

#[test]
fn b099_each_reason_not_to_part_has_its_status() {
    let refused = |one: &str, other: &str, status: &str| {
        patched(&format!(
            "> link 1: TEAR_PATCH/INFO MSGID=1005 TRUNK_PORT1={one} TRUNK_PORT2={other}
             < link 1: TEAR_PATCH/RESPONSE MSGID=1005 TRUNK_PORT1={one} TRUNK_PORT2={other} STATUS={status}"
        ));
    };
    refused("99", "2", "INVALID_TRUNK_PORT1");
    refused("1", "99", "INVALID_TRUNK_PORT2");
    refused("1", "3", "TRUNK_PORTS_NOT_PATCHED");
    refused("3", "2", "TRUNK_PORTS_NOT_PATCHED");
    refused("1", "1", "TRUNK_PORTS_NOT_PATCHED");
    refused("3", "4", "TRUNK_PORTS_NOT_PATCHED");
}

#[test]
fn who_is_left_when_the_other_call_ends_hears_nobody_and_stays() {
    patched(
        "> out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=2
         < record out-2 port 2 to 3014560101 total 0.0s talk 0.0s: Normal by Network
         > link 1: TEAR_PATCH/INFO MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2
         < link 1: TEAR_PATCH/RESPONSE MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=TRUNK_PORTS_NOT_PATCHED",
    );
    patched(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1005 TRUNK_PORT=1
         < out-1 hears nobody
         < out-2 hears nobody
         < out-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=SUCCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1006 TRUNK_PORT=2
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1006 TRUNK_PORT=2 STATUS=WAITING",
    );
}
