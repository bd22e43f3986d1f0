//! DIALOUT_IVR until a call flow runs: behaviours B56, B57 and B61.

use sim::{check, check_with, settings};

const PLACED: &str = "> link 1 up
    > link 1: DIALOUT_IVR/DIAL MSGID=DV-2201 CAMPID=\"4H CLUB\" DNIS=3014567812 ANI=8009871212 VAR1=\"JOHN SMITH\" VAR5=x MODE=SUPERVISED
    < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2201 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0 from 8009871212
    ";

#[test]
fn b056_without_a_mailbox_it_connects_as_a_dialout_does() {
    check(&format!(
        "{PLACED}
         > out-1 ringing
         > out-1 answered
         < out-1 open
         < out-1 watch for Busy FastBusy
         < out-1 judge
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2201 EVENT=CONNECT TRUNK_PORT=1
         > wait 60s"
    ));
}

#[test]
fn b056_a_message_is_played_and_its_key_reported() {
    check(
        "> link 1 up
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-2202 DNIS=3014568812 LIVEMESSAGE=MEETING.VOX MODE=SUPERVISED
         < find 1: MEETING.VOX
         > found 1: 3000ms
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2202 STATUS=SUCCESS
         < out-1 dial 3014568812 on trunk-0
         > out-1 answered
         < out-1 open
         < out-1 watch for Busy FastBusy
         < out-1 judge
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2202 EVENT=CONNECT TRUNK_PORT=1
         < out-1 play 1: 3000ms until a key
         > out-1 key 5
         > out-1 played 1 by 5
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2202 EVENT=EOF TRUNK_PORT=1 DTMF=5",
    );
    check(
        "> link 1 up
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-2202 DNIS=3014568812 LIVEMESSAGE=MEETING.VOX MODE=SUPERVISED
         < find 1: MEETING.VOX
         > found 1: 3000ms
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2202 STATUS=SUCCESS
         < out-1 dial 3014568812 on trunk-0
         > out-1 answered
         < out-1 open
         < out-1 watch for Busy FastBusy
         < out-1 judge
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2202 EVENT=CONNECT TRUNK_PORT=1
         < out-1 play 1: 3000ms until a key
         > out-1 played 1
         > wait 4s
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2202 EVENT=EOF TRUNK_PORT=1",
    );
}

#[test]
fn b057_what_did_not_connect_is_reported_under_its_own_name() {
    let outcome = |cause: &str, event: &str| {
        check(&format!(
            "{PLACED}
             > out-1 ended network {cause}
             < out-1 close
             < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2201 EVENT={event} TRUNK_PORT=1
             < record out-1 port 1 to 3014567812 total 0.0s talk -: {cause} by Network"
        ));
    };
    outcome("Busy", "BUSY");
    outcome("NoAnswer", "NOANS");
    outcome("Unallocated", "INTERCEPT");
    outcome("NoCircuit", "NODIALTONE");
}

#[test]
fn b057_rings_that_are_used_up_are_no_answer() {
    check(&format!(
        "{PLACED}
         > out-1 ringing
         > wait 24s
         < out-1 hang up NoAnswer
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2201 EVENT=NOANS TRUNK_PORT=1"
    ));
}

#[test]
fn b051_the_same_checks_have_the_same_statuses() {
    let dial = |attributes: &str, status: &str| {
        check(&format!(
            "> link 1 up
             > link 1: DIALOUT_IVR/DIAL MSGID=DV-2201 {attributes}
             < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2201 STATUS={status}"
        ));
    };
    dial("DNIS=123456789012345 MODE=BLIND", "\"NUMBER_TOO LONG\"");
    dial("DNIS=123456789012345 BOXNO=800 MODE=BLIND", "\"NUMBER_TOO LONG\"");
    dial("DNIS=12 MODE=BLIND", "FAILED");
    dial("DNIS=3014567812", "FAILED");
    dial("DNIS=3014567812 MODE=BLIND AGENTS=25-34", "NO_AGENT_FREE");
    let file = |files: &str, status: &str| {
        check(&format!(
            "> link 1 up
             > link 1: DIALOUT_IVR/DIAL MSGID=DV-2201 DNIS=3014568812 {files} MODE=BLIND
             < find 1: A.VOX
             > found 1: missing
             < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2201 STATUS={status}"
        ));
    };
    file("LIVEMESSAGE=A.VOX", "LIVEMESSAGE_FILE_MISSING");
    file("ANSMESSAGE=A.VOX", "ANSMESSAGE_FILE_MISSING");
    let mut settings = settings();
    settings.trunks.clear();
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-2201 DNIS=3014568812 MODE=BLIND
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2201 STATUS=NO_DIALOUT_PORT_FREE",
    );
}

#[test]
fn b051_a_paused_link_dials_nothing() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: PAUSE_LINK/INFO MSGID=1001
         < link 1: PAUSE_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-2201 DNIS=3014568812 MODE=BLIND
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2201 STATUS=BUSY",
    );
}

#[test]
fn b061_a_mailbox_without_a_call_flow_is_refused() {
    check(
        "> link 1 up
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-2201 DNIS=2015550100 BOXNO=7322901900 VAR1=4711 MODE=SUPERVISED
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2201 STATUS=INVALID_MAILBOX
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-2202 DNIS=2015550100 BOXNO=800 MODE=SUPERVISED
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-2202 STATUS=INVALID_MAILBOX",
    );
}

#[test]
fn b021_a_link_that_ends_is_told_of_both_kinds() {
    check(&format!(
        "{PLACED}
         > link 1: TERMINATE_LINK/INFO MSGID=1002
         < out-1 hang up Normal
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-2201 EVENT=NOANS TRUNK_PORT=1
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS"
    ));
}
