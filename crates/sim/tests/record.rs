//! RECORD_VOICE_FILE and STOP_RECORD_VOICE_FILE: behaviours B149 to B154.

use control::Recording;
use edge::sound::{Sign, Signs};
use sim::openings::UP;
use sim::{check, check_with, settings};
use std::time::Duration;

/// The same with a recording under way.
const RECORDING: &str = "> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=01 FILE_NAME=ORDER.VOX
    < make 1: ORDER.VOX One
    > made 1
    < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=01 STATUS=SUCCESS
    < out-1 record 1 First until Keys(0123456789*#ABCD) silence 5s longest 600s
    ";

fn up(script: &str) {
    check(&format!("{UP}{script}"));
}

fn recording(script: &str) {
    check(&format!("{UP}{RECORDING}{script}"));
}

/// A call and a recording that ends at reorder tone and at noise.
fn recording_with_ears(script: &str) {
    let house = control::Settings { signs: Signs::from_iter([Sign::FastBusy, Sign::Noise]), ..settings() };
    check_with(house, &format!("{UP}{RECORDING}< out-1 watch for FastBusy Noise\n{script}"));
}

#[test]
fn b149_every_term_code_ends_it_by_its_own() {
    let ears = || control::Settings { signs: Signs::from_iter([Sign::FastBusy]), ..settings() };
    let term_code = |attribute: &str, until: &str, watches: bool| {
        let watch = if watches { "< out-1 watch for FastBusy" } else { "" };
        check_with(
            ears(),
            &format!(
                "{UP}> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.WAV {attribute}
                 < make 1: A.WAV One
                 > made 1
                 < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
                 < out-1 record 1 First{until} longest 600s
                 {watch}"
            ),
        );
    };
    const ALL: &str = " until Keys(0123456789*#ABCD)";
    // decision U75: absent or empty, everything ends it.
    term_code("", &format!("{ALL} silence 5s"), true);
    term_code("TERM_CODE=\"\"", &format!("{ALL} silence 5s"), true);
    term_code("TERM_CODE=\"DTMF MASK\"", ALL, false);
    term_code("TERM_CODE=DTMF_MASK", ALL, false);
    term_code("TERM_CODE=DTMF", ALL, false);
    term_code("TERM_CODE=SILENCE", " silence 5s", false);
    term_code("TERM_CODE=FAST_BUSY", "", true);
    term_code("TERM_CODE=FASTBUSY", "", true);
    // The end of the call ends it in any case.
    term_code("TERM_CODE=LOOP_DROP", "", false);
    // decision S22: the keys themselves.
    term_code("TERM_CODE=#", " until Keys(#)", false);
    term_code("TERM_CODE=12*", " until Keys(12*)", false);
    term_code("TERM_CODE=abcd", " until Keys(ABCD)", false);
    // decision U102: any of them together.
    term_code("TERM_CODE=\"#, SILENCE\"", " until Keys(#) silence 5s", false);
    term_code("TERM_CODE=1,2,LOOPDROP,FAST_BUSY", " until Keys(12)", true);
    term_code("TERM_CODE=\"DTMF MASK, SILENCE, LOOP_DROP, FAST_BUSY\"", &format!("{ALL} silence 5s"), true);
    term_code("TERM_CODE=\"SILENCE,,#,\"", " until Keys(#) silence 5s", false);
}

#[test]
fn b149_the_house_says_how_long_and_whether_a_beep_comes_first() {
    let house = control::Settings {
        recording: Recording {
            longest: Duration::from_secs(60),
            silence: Duration::from_secs(3),
            beep: true,
            ..settings().recording
        },
        ..settings()
    };
    check_with(
        house,
        &format!(
            "{UP}> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.WAV TERM_CODE=SILENCE
             < make 1: A.WAV One
             > made 1
             < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
             < out-1 record 1 First silence 3s longest 60s after a beep"
        ),
    );
}

#[test]
fn b149_a_key_ends_it_and_is_told() {
    recording(
        "> out-1 key #
         > recorded 1 Key #
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=#
         # It was told, so nobody else gets it.
         > link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=1
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         > wait 10s
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=\"\" EVENT=EOF",
    );
}

#[test]
fn b149_silence_the_longest_time_and_a_full_disk_end_it_with_eof() {
    for end in ["Silence", "Longest", "Failed no space left"] {
        recording(&format!(
            "> recorded 1 {end}
             < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
             # The call is up, and its voice channel free.
             > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
             < find 2: A.VOX"
        ));
    }
}

#[test]
fn b149_reorder_tone_ends_it() {
    recording_with_ears(
        "> out-1 heard FastBusy
         < out-1 stop recording 1
         > recorded 1 Stopped
         < out-1 watch for nothing
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=FAST_BUSY",
    );
}

#[test]
fn b149_noise_ends_it_where_that_is_watched_for() {
    recording_with_ears(
        "> out-1 heard Noise
         < out-1 stop recording 1
         # What comes first counts.
         > out-1 heard FastBusy
         > recorded 1 Stopped
         < out-1 watch for nothing
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=NOISE",
    );
    recording("> out-1 heard Noise\n> out-1 heard FastBusy\n> out-1 heard Busy");
}

#[test]
fn b149_a_key_and_a_sign_at_once_are_one_end() {
    recording_with_ears(
        "> out-1 heard FastBusy
         < out-1 stop recording 1
         > out-1 key 5
         > recorded 1 Key 5
         < out-1 watch for nothing
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=5",
    );
}

#[test]
fn b150_each_reason_not_to_record_has_its_status() {
    let refused = |attributes: &str, status: &str| {
        up(&format!(
            "> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 {attributes}
             < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 {status}"
        ));
    };
    refused("TRUNK_PORT=99 FILE_NAME=A.VOX", "TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT");
    refused("FILE_NAME=A.VOX", "TRUNK_PORT=\"\" STATUS=INVALID_TRUNK_PORT");
    refused("TRUNK_PORT=2 FILE_NAME=A.VOX", "TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE");
    refused("TRUNK_PORT=1 FILE_NAME=A.VOX TERM_CODE=LOUD", "TRUNK_PORT=1 STATUS=INVALID_TERMCODE");
    refused("TRUNK_PORT=1 FILE_NAME=A.VOX TERM_CODE=#,LOUD", "TRUNK_PORT=1 STATUS=INVALID_TERMCODE");
    refused("TRUNK_PORT=1 FILE_NAME=A.VOX TERM_CODE=1E", "TRUNK_PORT=1 STATUS=INVALID_TERMCODE");
    refused("TRUNK_PORT=1", "TRUNK_PORT=1 STATUS=FAILED_TO_CREATE_FILE");
}

#[test]
fn b150_a_file_that_cannot_be_made_is_told_and_the_channel_is_free() {
    up("> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=..\\A.VOX
         < make 1: ..\\A.VOX One
         > made 1: it leads out of the drives
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=FAILED_TO_CREATE_FILE
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE_NAME=A.VOX TERM_CODE=#
         < make 2: A.VOX One
         > made 2
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 record 2 First until Keys(#) longest 600s");
}

#[test]
fn b150_a_disk_that_makes_no_file_is_given_up_and_what_it_makes_later_goes() {
    up("> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.VOX
         < make 1: A.VOX One
         > wait 10s
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=FAILED_TO_CREATE_FILE
         > made 1
         < discard 1");
}

#[test]
fn u100_what_is_recorded_does_nothing_else() {
    recording(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE_NAME=B.VOX
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: DTMF_RECEIVE/INFO MSGID=1005 TRUNK_PORT=1 NUMBER_OF_DIGITS=1
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: DTMF_GENERATE/INFO MSGID=1006 TRUNK_PORT=1 DTMF_STRING=1
         < link 1: DTMF_GENERATE/RESPONSE MSGID=1006 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: PLAY_NUMBER/INFO MSGID=1007 TRUNK_PORT=1 NUMBER=5 MODE=INTERRUPTABLE FORMAT=INTEGERS
         < link 1: PLAY_NUMBER/RESPONSE MSGID=1007 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1008 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1008 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_PLAYING",
    );
}

#[test]
fn u20_a_port_that_records_says_so() {
    recording(
        "> link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=RECORDING
         > recorded 1 Silence
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=WAITING",
    );
}

#[test]
fn b151_the_termination_waits_for_the_whole_file() {
    recording(
        "> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop recording 1
         # A slow disk takes its time; the port goes on recording until then.
         > wait 60s
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=RECORDING
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b152_a_stop_that_crosses_the_end_is_answered_too() {
    recording(
        "> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop recording 1
         > out-1 key 7
         > recorded 1 Key 7
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=7
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS
         # A late word of the engine says nothing more.
         > recorded 1 Stopped",
    );
}

#[test]
fn b152_two_stops_are_both_answered_and_the_engine_is_told_once() {
    recording(
        "> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop recording 1
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 OPTION=STAS
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=SUCCESS
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=SUCCESS
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1005 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b152_a_stop_sent_right_behind_its_recording_stops_it() {
    up("> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.VOX TERM_CODE=#
         < make 1: A.VOX One
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=2
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=WAITING
         > made 1
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 record 1 First until Keys(#) longest 600s
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop recording 1
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS");
}

#[test]
fn b152_another_link_may_stop_it() {
    recording(
        "> link 2 up
         > link 2: STOP_RECORD_VOICE_FILE/INFO MSGID=2001 TRUNK_PORT=1
         < link 2: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=2001 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop recording 1
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 2: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=2001 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b153_stas_is_answered_when_the_file_is_whole() {
    recording(
        "> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 OPTION=STAS
         < out-1 stop recording 1
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b153_any_other_option_is_none() {
    recording(
        "> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 OPTION=LATER
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop recording 1",
    );
}

#[test]
fn b154_stop_without_a_recording_says_so() {
    up("> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_RECORDING
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 OPTION=STAS
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_RECORDING
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=2
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1006 TRUNK_PORT=99
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1006 TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT");
}

#[test]
fn u23_a_drop_is_told_when_the_file_is_whole_and_the_port_waits() {
    recording(
        "> out-1 ended network Normal
         < out-1 close
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         # Nothing is dialled on a port that has not had its last word.
         > link 1: DIALOUT/DIAL MSGID=1005 DNIS=3014560101 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1005 STATUS=SUCCESS
         < out-2 dial 3014560101 on trunk-0
         > wait 2s
         > recorded 1 Gone
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn u23_a_disk_that_hangs_keeps_no_port() {
    recording(
        "> out-1 ended network Normal
         < out-1 close
         > wait 5s
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > recorded 1 Gone",
    );
}

#[test]
fn u23_a_key_before_the_drop_is_what_ended_it() {
    recording(
        "> out-1 key 4
         > out-1 ended network Normal
         < out-1 close
         > recorded 1 Key 4
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=4
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn u23_what_is_recorded_before_the_end_is_told_is_over() {
    recording(
        "> recorded 1 Gone
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=LOOP_DROP
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn u23_a_stop_that_crosses_a_drop_is_answered_in_order() {
    recording(
        "> link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 OPTION=STAS
         < out-1 stop recording 1
         > out-1 ended network Normal
         < out-1 close
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn u23_lost_media_ends_it_once() {
    recording(
        "> out-1 lost
         < out-1 hang up NoMedia
         < out-1 close
         > out-1 silent
         > out-1 ended us NoMedia
         < out-1 close
         > recorded 1 Gone
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: NoMedia by Us",
    );
}

#[test]
fn a_drop_while_the_file_is_made_leaves_no_request_unanswered_and_no_file() {
    up("> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.VOX
         < make 1: A.VOX One
         > link 1: STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         < link 1: STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         > made 1
         < discard 1");
    up("> link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.VOX
         < make 1: A.VOX One
         > out-1 ended network Normal
         < out-1 close
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > made 1: disk full");
}

#[test]
fn u21_a_disconnect_is_answered_behind_the_end_of_its_recording() {
    recording(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
         < out-1 hang up Normal
         < out-1 stop recording 1
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=1
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn u21_the_network_may_be_faster_than_the_disk() {
    recording(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
         < out-1 hang up Normal
         < out-1 stop recording 1
         > out-1 ended us Normal
         < out-1 close
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=1
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn u21_a_disk_that_hangs_keeps_no_disconnect() {
    recording(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
         < out-1 hang up Normal
         < out-1 stop recording 1
         > wait 5s
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 3014560100 total 5.0s talk 5.0s: Normal by Us",
    );
}

#[test]
fn u05_a_link_ends_behind_its_recordings() {
    recording(
        "> link 1: TERMINATE_LINK/INFO MSGID=1003
         < out-1 hang up Normal
         < out-1 stop recording 1
         > link 1: TERMINATE_LINK/INFO MSGID=1004
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1003 STATUS=SUCCESS
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1004 STATUS=SUCCESS",
    );
}

#[test]
fn a_link_that_is_lost_leaves_a_whole_file() {
    recording(
        "> link 1 down
         < out-1 hang up Normal
         < out-1 stop recording 1
         > out-1 ended us Normal
         < out-1 close
         > recorded 1 Stopped
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn an_exit_waits_for_a_whole_file() {
    recording(
        "> exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         > link 1: EXIT_LINK/RESPONSE MSGID=00000001 STATUS=SUCCESS
         < out-1 hang up Normal
         < out-1 stop recording 1
         > out-1 ended us Normal
         < out-1 close
         > recorded 1 Stopped
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Us
         < link 1 close
         < exited",
    );
}

#[test]
fn an_exit_does_not_wait_for_a_disk_that_hangs() {
    recording(
        "> exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         > exit
         < out-1 hang up Normal
         < out-1 stop recording 1
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1 close
         < exited",
    );
}

#[test]
fn a_recording_ends_the_wait_for_a_key_after_a_message() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014568812 LIVEMESSAGE=M.VOX MODE=BLIND
         < find 1: M.VOX
         > found 1: 3000ms
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014568812 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-1 play 1: 3000ms until a key
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.VOX
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > out-1 played 1
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE_NAME=A.VOX
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < make 2: A.VOX One",
    );
}

#[test]
fn d02_a_link_that_comes_back_hears_how_its_recording_ended() {
    check_with(
        control::Settings { grace: Duration::from_secs(30), ..settings() },
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000 NAME=PEC
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
         < keep PEC 1
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > out-1 answered
         < out-1 open
         < keep PEC 2
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=A.VOX TERM_CODE=#
         < make 1: A.VOX One
         > link 1 down
         > made 1
         < keep PEC 3
         < out-1 record 1 First until Keys(#) longest 600s
         > recorded 1 Key #
         < keep PEC 4
         > link 2 up
         > link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS
         < link 2: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < link 2: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < link 2: RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < link 2: RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=DTMF DTMF=#",
    );
}
