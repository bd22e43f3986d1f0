//! Trunk status and disconnects: behaviours B75 to B79, and what ends a call besides.

use control::Switch;
use sim::openings::UP;
use sim::transcript::House;
use sim::{check, epoch, lines, settings};

/// After [`UP`]: a play is under way.
const PLAYING: &str =
    "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=HELLO.VOX MODE=INTERRUPTABLE
    < find 1: HELLO.VOX
    > found 1: 2000ms
    < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
    < out-1 play 1: 2000ms until a key
    ";

fn playing(script: &str) {
    check(&format!("{UP}{PLAYING}{script}"));
}

#[test]
fn b075_a_status_query_says_what_the_port_does() {
    check(
        "> link 1 up
         > link 1: APP_TRUNK_STATUS/INFO MSGID=786512M3 TRUNK_PORT=04
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=786512M3 TRUNK_PORT=04 STATUS=WAITING
         > link 1: APP_TRUNK_STATUS/INFO MSGID=786512M4 TRUNK_PORT=14
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=786512M4 TRUNK_PORT=14 STATUS=INVALID_TRUNKPORT
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=DIALING
         > out-1 ringing
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=DIALING",
    );
}

#[test]
fn b076_a_status_query_disturbs_nothing() {
    playing(
        "> link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=PLAYING
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF",
    );
}

#[test]
fn b077_a_disconnect_tells_the_network_before_it_answers() {
    playing(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=01
         < out-1 hang up Normal
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=STOPPED
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=01 STATUS=SUCCESS
         # Idempotent while the call clears and after (decision U22), and no event of our own hang-up.
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 ended us Normal 200
         < out-1 close
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Us
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1005 TRUNK_PORT=1
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn b078_an_unknown_port_is_refused() {
    check(
        "> link 1 up
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1001 TRUNK_PORT=5
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1001 TRUNK_PORT=5 STATUS=INVALID_TRUNKPORT
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=\"\" STATUS=INVALID_TRUNKPORT",
    );
}

#[test]
fn b079_a_network_disconnect_is_reported_and_its_answer_accepted() {
    playing(
        "> out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000001 TRUNK_PORT=1 STATUS=SUCCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING",
    );
}

#[test]
fn lost_sound_ends_the_call_with_its_terminations() {
    playing(
        "> out-1 lost
         < out-1 hang up NoMedia
         < out-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: NoMedia by Us
         > out-1 ended us NoMedia
         < out-1 close",
    );
}

#[test]
fn a_party_that_falls_silent_for_good_is_gone() {
    playing(
        "> out-1 silent
         < out-1 hang up Lost
         < out-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Lost by Us",
    );
}

#[test]
fn a_panic_about_a_call_ends_that_call_with_what_it_was_owed_and_no_other() {
    let mut house = House::new(settings());
    for line in format!("{UP}{PLAYING}> link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1").lines() {
        if let Some(input) = line.trim().strip_prefix('>') {
            house.handle(lines::input(input.trim()));
        }
    }
    // The shell calls this when the input before, about port 1, made the switch panic.
    let mut out = Vec::new();
    house.switch.survive(house.now(), &mut out);
    let said: Vec<String> = out.iter().map(lines::output).collect();
    assert_eq!(
        said,
        [
            "out-1 hang up NoCircuit",
            "out-1 close",
            "link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP",
            "link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1",
            "record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: NoCircuit by Us",
        ]
    );
}

#[test]
fn a_lost_connection_ends_its_calls_and_no_others() {
    playing(
        "> link 2 up
         > link 2: APP_TRUNK_STATUS/INFO MSGID=2001 TRUNK_PORT=1
         < link 2: APP_TRUNK_STATUS/RESPONSE MSGID=2001 TRUNK_PORT=1 STATUS=PLAYING
         > link 2 down
         > link 1 down
         < out-1 hang up Normal",
    );
}

#[test]
fn a_changed_session_moves_the_sound_and_nothing_else() {
    playing(
        "> out-1 answered
         < out-1 open
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF",
    );
}

#[test]
fn nobody_is_woken_for_a_call_that_is_over() {
    let mut switch = Switch::new(settings());
    let mut tell = |line: &str| {
        switch.handle(epoch(), lines::input(line), &mut Vec::new());
        switch.next_timeout()
    };
    tell("link 1 up");
    tell("link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND");
    tell("out-1 ringing");
    assert!(tell("out-1 answered").is_some());
    assert_eq!(tell("out-1 ended network Normal"), None);
}
