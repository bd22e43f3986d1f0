//! RECORD_TWO_WAY_VOICE and STOP_RECORD_TWO_WAY_VOICE: behaviours B155 to B160.

use std::time::Duration;

use control::{Recording, Tracks};
use sim::{check, check_with, settings};

/// Calls that are up on ports 1 and 2, of a link that did INIT_LINK.
const UP: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014560100 on trunk-0
    > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560101 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
    < out-2 dial 3014560101 on trunk-0
    > out-1 answered
    < out-1 open
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
    > out-2 answered
    < out-2 open
    < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=2
    ";

/// The same, both recorded into one file.
const RECORDING: &str =
    "> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 FILE_NAME=TALK.VOX
    < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 STATUS=SUCCESS
    < make 1: TALK.VOX Sum idle 600s
    > made 1
    < out-1 record 1 First
    < out-2 record 1 Second
    ";

fn up(script: &str) {
    check(&format!("{UP}{script}"));
}

fn recording(script: &str) {
    check(&format!("{UP}{RECORDING}{script}"));
}

#[test]
fn b155_both_ports_are_recorded_into_one_file() {
    recording("");
}

#[test]
fn b155_the_house_says_how_it_is_written_and_how_long_nobody_may_speak() {
    let house = control::Settings {
        recording: Recording {
            two_way: Tracks::Stereo,
            idle: Duration::from_secs(60),
            ..settings().recording
        },
        ..settings()
    };
    check_with(
        house,
        &format!(
            "{UP}> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=2 TRUNK_PORT2=1 FILE_NAME=T.WAV
             < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=2 TRUNK_PORT2=1 STATUS=SUCCESS
             < make 1: T.WAV Stereo idle 60s
             > made 1
             < out-2 record 1 First
             < out-1 record 1 Second"
        ),
    );
}

#[test]
fn b155_it_only_listens_so_all_else_goes_on() {
    recording(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 2: A.VOX
         > found 2: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms until a key
         > link 1: DTMF_RECEIVE/INFO MSGID=1005 TRUNK_PORT=2 NUMBER_OF_DIGITS=1
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1005 TRUNK_PORT=2 STATUS=SUCCESS
         > out-1 key 5
         > out-1 played 1 by 5
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=DTMF DTMF=5
         > out-2 key 6
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1005 TRUNK_PORT=2 DATA=6 EVENT=DTMF",
    );
}

#[test]
fn b155_a_port_is_in_one_recording_at_a_time() {
    recording(
        "> link 1: RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=2 FILE_NAME=A.VOX
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=VOICE_CHANNEL_BUSY
         > link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1005 TRUNK_PORT1=2 TRUNK_PORT2=1 FILE_NAME=B.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1005 TRUNK_PORT1=2 TRUNK_PORT2=1 STATUS=VOICE_CHANNEL_BUSY
         # What records two is not stopped as if it recorded one.
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1006 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1006 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_RECORDING",
    );
    up("> link 1: RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=2 FILE_NAME=A.VOX TERM_CODE=#
         < make 1: A.VOX One
         > link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=B.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1004 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=VOICE_CHANNEL_BUSY
         > made 1
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=2 STATUS=SUCCESS
         < out-2 record 1 First until Keys(#) longest 600s
         > link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=B.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=VOICE_CHANNEL_BUSY
         # Nor is what records one stopped as if it recorded two.
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1006 TRUNK_PORT=2
         < link 1: STOP_RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1006 TRUNK_PORT1=2 STATUS=INVALID_TRUNK_PORT");
}

#[test]
fn u20_ports_that_are_recorded_together_say_so() {
    recording(
        "> link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=RECORDING
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=2 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 2: A.VOX
         > found 2: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=2 STATUS=SUCCESS
         < out-2 play 1: 1000ms until a key
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1006 TRUNK_PORT=2
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1006 TRUNK_PORT=2 STATUS=PLAYING
         > recorded 1 Silence
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1007 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1007 TRUNK_PORT=1 STATUS=WAITING",
    );
}

#[test]
fn b156_silence_of_both_ends_it() {
    recording(
        "> recorded 1 Silence
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
         > link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=B.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1004 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS
         < make 2: B.VOX Sum idle 600s",
    );
}

#[test]
fn b157_either_port_stops_it() {
    for port in [1, 2] {
        recording(&format!(
            "> link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT={port}
             < out-1 stop recording 1
             > recorded 1 Stopped
             < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
             < link 1: STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT={port} EVENT=SUCCESS"
        ));
    }
}

#[test]
fn b157_two_stops_that_cross_the_end_are_both_told() {
    recording(
        "> link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT=1
         < out-1 stop recording 1
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1005 TRUNK_PORT1=2
         > recorded 1 Silence
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
         < link 1: STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=SUCCESS
         < link 1: STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1005 TRUNK_PORT=2 EVENT=SUCCESS
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1006 TRUNK_PORT=1
         < link 1: STOP_RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1006 TRUNK_PORT1=1 STATUS=INVALID_TRUNK_PORT",
    );
}

#[test]
fn b157_a_stop_sent_right_behind_it_leaves_a_file_all_the_same() {
    up("> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=T.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS
         < make 1: T.VOX Sum idle 600s
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT=2
         > made 1
         < out-1 record 1 First
         < out-2 record 1 Second
         < out-1 stop recording 1
         > recorded 1 Stopped
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=EOF
         < link 1: STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT=2 EVENT=SUCCESS");
}

#[test]
fn b158_each_reason_not_to_record_has_its_status() {
    let refused = |one: &str, two: &str, status: &str| {
        up(&format!(
            "> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1={one} TRUNK_PORT2={two} FILE_NAME=T.VOX
             < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1={one} TRUNK_PORT2={two} STATUS={status}"
        ));
    };
    refused("99", "2", "INVALID_TRUNK_PORT1");
    refused("\"\"", "2", "INVALID_TRUNK_PORT1");
    refused("1", "99", "INVALID_TRUNK_PORT2");
    refused("1", "\"\"", "INVALID_TRUNK_PORT2");
    refused("1", "1", "TRUNK_PORTS_THE_SAME");
    refused("1", "01", "TRUNK_PORTS_THE_SAME");
    // Both ports must be up.
    refused("1", "3", "INVALID_CHANNEL_STATE");
    refused("3", "1", "INVALID_CHANNEL_STATE");
}

#[test]
fn b159_a_file_that_cannot_be_made_ends_what_was_accepted() {
    up("> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=T.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS
         < make 1: T.VOX Sum idle 600s
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT=1
         > made 1: no such drive
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=FAILD_FILE_CREATE
         < link 1: STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=SUCCESS
         > link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1005 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=FAILD_FILE_CREATE");
}

#[test]
fn b159_a_disk_that_makes_no_file_is_given_up() {
    up("> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=T.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS
         < make 1: T.VOX Sum idle 600s
         > wait 10s
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=FAILD_FILE_CREATE
         > made 1
         < discard 1");
}

#[test]
fn b160_stop_without_a_recording_says_so() {
    up("> link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: STOP_RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1004 TRUNK_PORT1=1 STATUS=INVALID_TRUNK_PORT
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1005 TRUNK_PORT=3
         < link 1: STOP_RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1005 TRUNK_PORT1=3 STATUS=INVALID_TRUNK_PORT
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1006 TRUNK_PORT=99
         < link 1: STOP_RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1006 TRUNK_PORT1=99 STATUS=INVALID_TRUNK_PORT");
}

#[test]
fn u81_the_end_of_either_call_ends_it_and_waits_for_its_file() {
    for (leg, port) in [("out-1", 1), ("out-2", 2)] {
        let other = 3 - port;
        recording(&format!(
            "> {leg} ended network Normal
             < {leg} close
             > recorded 1 Gone
             < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
             < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT={port}
             < record {leg} port {port} to 301456010{} total 0.0s talk 0.0s: Normal by Network
             # The other call goes on.
             > link 1: RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT={other} FILE_NAME=A.VOX
             < make 2: A.VOX One",
            port - 1
        ));
    }
}

#[test]
fn u81_both_calls_may_end_before_the_file_is_whole() {
    recording(
        "> out-1 ended network Normal
         < out-1 close
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=2
         < out-2 hang up Normal
         > out-2 ended us Normal
         < out-2 close
         > recorded 1 Gone
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=SUCCESS
         < record out-2 port 2 to 3014560101 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn u81_a_play_and_the_recording_end_with_the_call_in_order() {
    recording(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 2: A.VOX
         > found 2: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms until a key
         > out-1 ended network Normal
         < out-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=LOOPDROP
         > wait 5s
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn a_drop_while_the_file_is_made_ends_it_without_one() {
    up("> link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=T.VOX
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS
         < make 1: T.VOX Sum idle 600s
         > link 1: STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT=1
         > out-2 ended network Normal
         < out-2 close
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=EOF
         < link 1: STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=SUCCESS
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=2
         < record out-2 port 2 to 3014560101 total 0.0s talk 0.0s: Normal by Network
         > made 1
         < discard 1
         # Port 1 may be recorded again.
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=1 FILE_NAME=A.VOX
         < make 2: A.VOX One");
}

#[test]
fn u21_a_disconnect_of_either_port_is_answered_behind_it() {
    recording(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=2
         < out-2 hang up Normal
         < out-1 stop recording 1
         > recorded 1 Stopped
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=01 TRUNK_PORT2=02 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=SUCCESS",
    );
}
