//! DIALOUT: behaviours B45 to B55 as far as signalling alone can tell.

use sim::{check, check_with, settings};

#[test]
fn b045_an_immediate_response_and_a_termination_after_call_progress() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=781234A6 CAMPID=\"ROTARY CLUB\" DNIS=3013456677 ANI=8005551212 MODE=SUPERVISED
         < link 1: DIALOUT/RESPONSE MSGID=781234A6 STATUS=SUCCESS
         < out-1 dial 3013456677 on trunk-0 from 8005551212
         > out-1 ringing
         > wait 3s
         > out-1 answered
         < out-1 open
         < out-1 watch for Busy FastBusy
         < out-1 judge
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=781234A6 EVENT=CONNECT TRUNK_PORT=1",
    );
}

#[test]
fn b047_after_connect_the_call_waits_for_other_messages() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3013456677 MODE=SUPERVISED
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3013456677 on trunk-0
         > out-1 answered
         < out-1 open
         < out-1 watch for Busy FastBusy
         < out-1 judge
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > wait 3600s
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING",
    );
}

const LIVE: &str = "> link 1 up
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014568812 LIVEMESSAGE=MEETING.VOX MODE=SUPERVISED
    < find 1: MEETING.VOX
    > found 1: 3000ms
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014568812 on trunk-0
    > out-1 answered
    < out-1 open
    < out-1 watch for Busy FastBusy
    < out-1 judge
    > out-1 judged Human
    < out-1 watch for nothing
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
    < out-1 play 1: 3000ms until a key
    ";

#[test]
fn b048_the_live_message_is_played_at_connect() {
    check(&format!(
        "{LIVE}
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=PLAYING
         > out-1 played 1
         > wait 3.999s
         > wait 1ms
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1"
    ));
}

#[test]
fn b050_a_key_during_the_message_ends_it_and_is_reported() {
    check(&format!(
        "{LIVE}
         > out-1 key 5
         > out-1 played 1 by 5
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5
         > wait 60s"
    ));
}

#[test]
fn b050_a_key_after_the_message_is_reported() {
    check(&format!(
        "{LIVE}
         > out-1 played 1
         > wait 2s
         > out-1 key 5
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5
         > wait 60s"
    ));
}

#[test]
fn b050_a_party_that_hangs_up_during_the_message_ends_it() {
    check(&format!(
        "{LIVE}
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < record out-1 port 1 to 3014568812 total 0.0s talk 0.0s: Normal by Network"
    ));
}

#[test]
fn b050_a_play_during_the_wait_for_a_key_ends_the_wait() {
    check(&format!(
        "{LIVE}
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=HELLO.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > out-1 played 1
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=HELLO.VOX MODE=INTERRUPTABLE
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < find 2: HELLO.VOX
         > wait 9s"
    ));
}

#[test]
fn b051_each_reason_not_to_dial_has_its_status_and_nothing_is_dialled() {
    let dial = |attributes: &str, status: &str| {
        check(&format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 {attributes}
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS={status}"
        ));
    };
    dial("DNIS=123456789012345 MODE=BLIND", "\"NUMBER_TOO LONG\"");
    dial("DNIS=12 MODE=BLIND", "FAILED");
    dial("MODE=BLIND", "FAILED");
    dial("DNIS=301;phone MODE=BLIND", "FAILED");
    dial("DNIS=301@evil MODE=BLIND", "FAILED");
    dial("DNIS=3014567812", "FAILED");
    dial("DNIS=3014567812 MODE=SIDEWAYS", "FAILED");
    dial("DNIS=3014567812 MODE=BLIND RINGS=many", "FAILED");
    dial("DNIS=3014567812 MODE=BLIND RINGS=0", "FAILED");
    dial("DNIS=3014567812 MODE=BLIND ANI=sip:boss", "FAILED");
    dial("DNIS=3014567812 MODE=BLIND AGENTS=25-34", "NO_AGENT_FREE");
}

#[test]
fn b051_without_a_message_id_nothing_is_dialled() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=\"\" STATUS=FAILED",
    );
}

#[test]
fn b051_missing_message_files_have_their_status() {
    let files = |found: &str, status: &str| {
        check(&format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014568812 LIVEMESSAGE=A.VOX ANSMESSAGE=B.VOX MODE=BLIND
             < find 1: A.VOX B.VOX
             > found 1: {found}
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS={status}"
        ));
    };
    files("missing 100ms", "LIVEMESSAGE_FILE_MISSING");
    files("100ms missing", "ANSMESSAGE_FILE_MISSING");
    files("missing missing", "LIVEMESSAGE_FILE_MISSING");
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014568812 ANSMESSAGE=B.VOX MODE=BLIND
         < find 1: B.VOX
         > found 1: missing
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=ANSMESSAGE_FILE_MISSING",
    );
}

#[test]
fn b051_without_a_free_port_nothing_is_dialled_until_one_is_free() {
    let mut settings = settings();
    settings.trunks[0].ports = 1..=1;
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=NO_DIALOUT_PORT_FREE
         > out-1 ended network Busy 486
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 0.0s talk -: Busy by Network
         > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         < out-2 dial 3014567812 on trunk-0",
    );
}

#[test]
fn b052_rings_are_six_seconds_each_and_counted_from_the_first() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560103 RINGS=2 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560103 on trunk-0
         > wait 5s
         > out-1 ringing
         > wait 6s
         > out-1 ringing
         > wait 5.999s
         > wait 1ms
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1
         > out-1 ended us NoAnswer 487
         < out-1 close
         < record out-1 port 1 to 3014560103 total 17.0s talk -: NoAnswer by Us",
    );
}

#[test]
fn b052_without_rings_the_configured_number_counts() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560103 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560103 on trunk-0
         > out-1 early
         < out-1 open
         < out-1 watch for Ringback Busy FastBusy Information
         > wait 23.999s
         > wait 1ms
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1",
    );
}

#[test]
fn b053_ani_is_the_calling_number() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 ANI=8009871212 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0 from 8009871212",
    );
}

#[test]
fn b054_each_outcome_has_its_event() {
    let outcome = |cause: &str, event: &str| {
        check(&format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
             < out-1 dial 3014567812 on trunk-0
             > out-1 ended network {cause}
             < out-1 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1
             < record out-1 port 1 to 3014567812 total 0.0s talk -: {cause} by Network"
        ));
    };
    outcome("Busy", "BUSY");
    outcome("Rejected", "BUSY");
    outcome("NoAnswer", "NOANS");
    outcome("Unallocated", "INTERCEPT");
    outcome("NoCircuit", "NODIALTONE");
    outcome("NoRoute", "NODIALTONE");
    outcome("Unauthorized", "NODIALTONE");
    outcome("Incompatible", "NODIALTONE");
}

#[test]
fn b055_both_modes_are_accepted() {
    for mode in ["BLIND", "supervised"] {
        check(&format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE={mode}
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
             < out-1 dial 3014567812 on trunk-0"
        ));
    }
}

#[test]
fn b008_eee30_of_0_ignores_the_agents() {
    let mut settings = settings();
    settings.parameters.agents = false;
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND AGENTS=25-34
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0",
    );
}

#[test]
fn b004_eee81_shifts_every_port_both_ways() {
    let mut settings = settings();
    settings.parameters.offset = 256;
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=2
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=2 STATUS=INVALID_TRUNKPORT
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=258
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=258 STATUS=WAITING
         > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1003 EVENT=CONNECT TRUNK_PORT=257
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=257
         < record out-1 port 1 to 3014567812 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn calls_beyond_the_pace_wait_their_turn() {
    let mut settings = settings();
    settings.dialling.calls_per_second = 2;
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567813 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3014567814 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         > wait 499ms
         > wait 1ms
         < out-2 dial 3014567813 on trunk-0
         # A call that is taken back before its turn never reaches the network.
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=3
         < out-3 close
         < link 1: DIALOUT/TERMINATION MSGID=1003 EVENT=NOANS TRUNK_PORT=3
         < record out-3 port 3 to 3014567814 total 0.5s talk -: Normal by Us
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=3 STATUS=SUCCESS
         > wait 10s",
    );
}

#[test]
fn ports_of_a_trunk_that_is_up_are_dialled_first() {
    let mut settings = settings();
    settings.trunks.push(control::Trunk::new("spare", 5..=6));
    check_with(
        settings,
        "> link 1 up
         > trunk 0 down
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-1
         > trunk 0 up
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-2 dial 3014567812 on trunk-0",
    );
}

#[test]
fn an_answer_that_crosses_the_hang_up_connects_nobody() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 answered
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 3014567812 total 0.0s talk -: Normal by Us",
    );
}

#[test]
fn a_number_that_neither_rings_nor_fails_is_given_up() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > wait 63.999s
         > wait 1ms
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1
         # Not even our hang-up is ended: the port is freed all the same.
         > wait 40s
         < out-1 close
         < record out-1 port 1 to 3014567812 total 104.0s talk -: Lost by Us",
    );
}
