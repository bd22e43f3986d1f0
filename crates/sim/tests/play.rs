//! PLAY_VOICE_FILE and STOP_PLAY_VOICE_FILE: behaviours B137 to B147.

use edge::sound::{Sign, Signs};
use sim::openings::UP;
use sim::{check, check_with, settings};

/// The same with a play under way.
const PLAYING: &str =
    "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=01 FILE1=C:\\PROMPTS\\HELLO.VOX MODE=INTERRUPTABLE
    < find 1: C:\\PROMPTS\\HELLO.VOX
    > found 1: 2000ms
    < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=01 STATUS=SUCCESS
    < out-1 play 1: 2000ms until a key
    ";

fn up(script: &str) {
    check(&format!("{UP}{script}"));
}

fn playing(script: &str) {
    check(&format!("{UP}{PLAYING}{script}"));
}

#[test]
fn b137_plays_the_files_in_order() {
    up(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE4=D.VOX FILE1=A.VOX FILE2=B.VOX MODE=UNINTERRUPTABLE
         < find 1: A.VOX B.VOX D.VOX
         > found 1: 1000ms 2000ms 4000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms 2000ms 4000ms",
    );
}

#[test]
fn b138_the_response_comes_before_the_play_ends() {
    playing(
        "> out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF",
    );
}

#[test]
fn b139_any_key_ends_an_interruptable_play() {
    playing(
        "> out-1 key 3
         > out-1 played 1 by 3
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=3",
    );
}

#[test]
fn b140_keys_do_not_end_an_uninterruptable_play() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.VOX MODE=UNINTERRUPTABLE
         < find 1: A.VOX
         > found 1: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms
         > out-1 key 3
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
}

#[test]
fn b141_a_missing_file_is_named_and_nothing_is_played() {
    let missing = |files: &str, names: &str, found: &str, status: &str| {
        up(&format!(
            "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 {files} MODE=INTERRUPTABLE
             < find 1: {names}
             > found 1: {found}
             < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS={status}
             > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
             < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING"
        ));
    };
    missing("FILE1=A", "A", "missing", "FILE1_MISSING");
    missing("FILE1=A FILE2=B", "A B", "100ms missing", "FILE2_MISSING");
    missing("FILE1=A FILE3=C", "A C", "100ms missing", "FILE3_MISSING");
    missing("FILE1=A FILE2=B FILE3=C FILE4=D", "A B C D", "1ms 1ms 1ms missing", "FILE4_MISSING");
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE2=B MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=FILE1_MISSING");
}

#[test]
fn b142_one_termination_says_how_the_play_ended() {
    playing(
        "> out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         # A late or repeated end says nothing more.
         > out-1 played 1
         > out-1 stopped 1
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING",
    );
}

#[test]
fn b142_the_end_of_an_old_play_does_not_end_a_new_one() {
    playing(
        "> link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE1=B.VOX MODE=INTERRUPTABLE
         < find 2: B.VOX
         > found 2: 500ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 2: 500ms until a key
         > out-1 stopped 1
         > out-1 played 2
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=EOF",
    );
}

#[test]
fn b143_a_drop_ends_the_play_with_loopdrop() {
    playing(
        "> out-1 ended network Normal
         < out-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=LOOPDROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn b145_stop_ends_a_play_and_then_says_so() {
    playing(
        "> link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         > out-1 stopped 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=STOPPED
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b145_a_stop_that_crosses_the_end_is_answered_too() {
    playing(
        "> link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b145_a_stop_sent_right_behind_its_play_stops_it() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 1: A.VOX
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=2
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=WAITING
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1005 TRUNK_PORT=1
         > found 1: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms until a key
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=PLAYING");
}

#[test]
fn b146_stop_without_a_play_says_so() {
    up("> link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_PLAYING
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=2
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=99
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1006
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1006 TRUNK_PORT=\"\" STATUS=INVALID_TRUNK_PORT");
}

#[test]
fn b147_a_second_play_finds_the_channel_busy() {
    playing(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=B.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF",
    );
}

#[test]
fn a_play_needs_a_port_with_a_call_and_a_mode() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=99 FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=one FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=one STATUS=INVALID_TRUNK_PORT
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=2 FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=1 FILE1=A.VOX MODE=LOUD
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=INVALID_MODE
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1006 TRUNK_PORT=1 FILE1=A.VOX
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1006 TRUNK_PORT=1 STATUS=INVALID_MODE");
}

#[test]
fn a_drop_while_files_are_looked_up_leaves_no_request_unanswered() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 1: A.VOX
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         > found 1: 1000ms");
}

#[test]
fn stop_ends_the_message_of_a_dial_out_too() {
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
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         > out-1 stopped 1
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

/// A call with a play that collects digits.
const COLLECTING: &str =
    "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=34 FILE=C:\\PEC\\SARI_RAAT.VOX ANUMBER=7325367811 BNUMBER=7322901900 MODE=UNINTCOLLECTDIG
    < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=34 STATUS=INVALID_TRUNK_PORT
    > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE=C:\\PEC\\SARI_RAAT.VOX ANUMBER=7325367811 BNUMBER=7322901900 MODE=UNINTCOLLECTDIG
    < find 1: C:\\PEC\\SARI_RAAT.VOX
    > found 1: 2000ms
    < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
    < out-1 play 1: 2000ms
    ";

fn collecting(script: &str) {
    check(&format!("{UP}{COLLECTING}{script}"));
}

#[test]
fn b143_reorder_tone_and_noise_end_it() {
    for (sign, event) in [(Sign::FastBusy, "FASTBUSY"), (Sign::Noise, "NOISE")] {
        let house = || control::Settings { signs: Signs::from_iter([sign]), ..settings() };
        let heard = format!(
            "{UP}{PLAYING}< out-1 watch for {sign:?}
             > out-1 heard {sign:?}
             < out-1 stop 1
             > out-1 heard {sign:?}
             "
        );
        check_with(
            house(),
            &format!(
                "{heard}> out-1 stopped 1
                 < out-1 watch for nothing
                 < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT={event}
                 # Nothing is listened for now.
                 > out-1 heard {sign:?}"
            ),
        );
        // A key, or the end, that came first is what ended it.
        check_with(
            house(),
            &format!(
                "{heard}> out-1 played 1 by 3
                 < out-1 watch for nothing
                 < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=3"
            ),
        );
        // A request to stop it is answered in any case.
        check_with(
            house(),
            &format!(
                "{heard}> link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
                 < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
                 > out-1 stopped 1
                 < out-1 watch for nothing
                 < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT={event}
                 < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS"
            ),
        );
    }
}

#[test]
fn u65_a_house_that_does_not_listen_hears_no_reorder_tone() {
    playing(
        "> out-1 heard FastBusy
         > out-1 heard Noise
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF",
    );
}

#[test]
fn b143_a_disconnect_stops_it() {
    playing(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=STOPPED
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn b144_digits_are_written_down_before_the_end_is_told() {
    collecting(
        "> out-1 key 3
         > out-1 key 4
         > out-1 key 3
         > out-1 played 1
         < note 2: 1003 \"7325367811\" \"7322901900\" \"343\"
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1
         > noted 2
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=EOF DTMF=343
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_PLAYING
         # They are told and kept for nobody else.
         > link 1: DTMF_RECEIVE/INFO MSGID=1005 TRUNK_PORT=1 NUMBER_OF_DIGITS=1
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn b144_a_line_without_digits_is_written_too() {
    collecting(
        "> out-1 played 1
         < note 2: 1003 \"7325367811\" \"7322901900\" \"\"
         > noted 2
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=EOF",
    );
}

#[test]
fn b144_a_stop_writes_down_what_came_until_then() {
    collecting(
        "> out-1 key 1
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         > out-1 stopped 1
         < note 2: 1003 \"7325367811\" \"7322901900\" \"1\"
         > noted 2
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=STOPPED DTMF=1
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn b144_a_drop_writes_down_what_came_until_then() {
    collecting(
        "> out-1 key 1
         > out-1 ended network Normal
         < out-1 close
         < note 2: 1003 \"7325367811\" \"7322901900\" \"1\"
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=LOOPDROP DTMF=1
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > noted 2",
    );
}

#[test]
fn b144_a_drop_while_they_are_written_ends_it_as_it_ended() {
    collecting(
        "> out-1 key 1
         > out-1 played 1
         < note 2: 1003 \"7325367811\" \"7322901900\" \"1\"
         > out-1 ended network Normal
         < out-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=EOF DTMF=1
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > noted 2",
    );
}

#[test]
fn b144_a_disk_that_hangs_keeps_no_end() {
    collecting(
        "> out-1 played 1
         < note 2: 1003 \"7325367811\" \"7322901900\" \"\"
         > wait 10s
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=EOF
         > noted 2",
    );
}

#[test]
fn b144_without_numbers_they_are_empty() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=A.VOX MODE=UNITCOLLECTDIG
         < find 1: A.VOX
         > found 1: 20ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 20ms
         > out-1 played 1
         < note 2: 1003 \"\" \"\" \"\"");
}

#[test]
fn a_disk_that_hangs_has_no_file() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE2=B.VOX FILE1=A.VOX MODE=INTERRUPTABLE
         < find 1: A.VOX B.VOX
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         > wait 10s
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=FILE1_MISSING
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING
         > found 1: 100ms 100ms");
}
