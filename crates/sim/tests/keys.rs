//! DTMF_RECEIVE and DTMF_GENERATE: behaviours B162 to B165.

use edge::sound::{Sign, Signs};
use sim::openings::UP;
use sim::{check, check_with, settings};

/// The same with four keys being collected.
const COLLECTING: &str = "> link 1: DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=01 NUMBER_OF_DIGITS=4
    < link 1: DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=01 STATUS=SUCCESS
    ";

fn up(script: &str) {
    check(&format!("{UP}{script}"));
}

fn collecting(script: &str) {
    check(&format!("{UP}{COLLECTING}{script}"));
}

#[test]
fn b162_collects_so_many_keys() {
    collecting(
        "> out-1 key 4
         > wait 3s
         > out-1 key 7
         > out-1 key #
         > out-1 key A
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=47#A EVENT=DTMF
         > wait 60s",
    );
}

#[test]
fn b162_the_first_key_has_ten_seconds() {
    collecting(
        "> wait 9900ms
         > wait 100ms
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=\"\" EVENT=EOF",
    );
}

#[test]
fn b162_each_further_key_has_five_seconds() {
    collecting(
        "> wait 9s
         > out-1 key 1
         > wait 4900ms
         > out-1 key 2
         > wait 4900ms
         > wait 100ms
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=12 EVENT=EOF
         # What was told is gone.
         > link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=1
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn u68_keys_typed_ahead_count() {
    up("> out-1 key 1
         > out-1 key 2
         > out-1 key 3
         > link 1: DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=1 NUMBER_OF_DIGITS=2
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=1 DATA=12 EVENT=DTMF
         # One is left: the next has five seconds.
         > link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=2
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         > wait 5s
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=3 EVENT=EOF");
}

#[test]
fn u68_a_play_forgets_what_was_typed_before_it() {
    up("> out-1 key 1
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.VOX MODE=UNINTERRUPTABLE
         < find 1: A.VOX
         > out-1 key 2
         > found 1: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms
         > out-1 key 3
         > out-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF
         > out-1 key 4
         > link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=2
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=34 EVENT=DTMF");
}

#[test]
fn u68_the_key_that_interrupts_is_told_and_not_kept() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 1: A.VOX
         > found 1: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms until a key
         > out-1 key 3
         > out-1 played 1 by 3
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=DTMF DTMF=3
         > out-1 key 3
         > out-1 key 4
         > link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=2
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=34 EVENT=DTMF");
}

#[test]
fn u68_of_too_many_keys_the_newest_are_kept() {
    let typed = "12345678".repeat(17).chars().map(|key| format!("> out-1 key {key}\n")).collect::<String>();
    up(&format!(
        "{typed}> link 1: DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=1 NUMBER_OF_DIGITS=32
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=1 DATA={} EVENT=DTMF",
        "12345678".repeat(4)
    ));
}

#[test]
fn b163_too_many_keys_or_no_number_of_them_is_refused() {
    let refused = |attributes: &str, status: &str| {
        up(&format!(
            "> link 1: DTMF_RECEIVE/INFO MSGID=1002 {attributes}
             < link 1: DTMF_RECEIVE/RESPONSE MSGID=1002 {status}"
        ));
    };
    for count in ["33", "0", "-1", "many", "99999999999999999999", "4.5"] {
        refused(&format!("TRUNK_PORT=1 NUMBER_OF_DIGITS={count}"), "TRUNK_PORT=1 STATUS=TOO_MANY_DIGITS");
    }
    refused("TRUNK_PORT=1", "TRUNK_PORT=1 STATUS=TOO_MANY_DIGITS");
    refused("TRUNK_PORT=99 NUMBER_OF_DIGITS=4", "TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT");
    refused("TRUNK_PORT=2 NUMBER_OF_DIGITS=4", "TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE");
}

#[test]
fn u100_who_collects_keys_does_nothing_else() {
    collecting(
        "> link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=1
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: RECORD_VOICE_FILE/INFO MSGID=1005 TRUNK_PORT=1 FILE_NAME=A.VOX
         < link 1: RECORD_VOICE_FILE/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1006 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1006 TRUNK_PORT=1 STATUS=WAITING",
    );
}

#[test]
fn b164_a_drop_tells_what_came() {
    collecting(
        "> out-1 key 4
         > out-1 ended network Normal
         < out-1 close
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=4 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > out-1 key 5",
    );
}

#[test]
fn u21_a_disconnect_tells_what_came() {
    collecting(
        "> out-1 key 4
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=4 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 key 5",
    );
}

#[test]
fn b164_reorder_tone_and_noise_tell_what_came() {
    for (sign, event) in [(Sign::FastBusy, "FAST_BUSY"), (Sign::Noise, "NOISE")] {
        let house = control::Settings { signs: Signs::from_iter([sign]), ..settings() };
        check_with(
            house,
            &format!(
                "{UP}{COLLECTING}< out-1 watch for {sign:?}
                 > out-1 key 4
                 > out-1 heard Busy
                 > out-1 heard {sign:?}
                 < out-1 watch for nothing
                 < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=4 EVENT={event}"
            ),
        );
    }
}

#[test]
fn b165_sends_keys_and_says_when_they_are_sent() {
    up("> link 1: DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT=01 DTMF_STRING=12*#ad
         < link 1: DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT=01 STATUS=SUCCESS
         < out-1 press 12*#AD
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=DIALING
         > out-1 keys sent
         < link 1: DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=NORMAL
         > out-1 keys sent");
}

#[test]
fn b165_a_comma_is_a_second_of_silence() {
    up("> link 1: DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT=1 DTMF_STRING=\",12,,3,\"
         < link 1: DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         > wait 900ms
         # What the engine says now is about something else.
         > out-1 keys sent
         > wait 100ms
         < out-1 press 12
         > wait 5s
         > out-1 keys sent
         > wait 1900ms
         > wait 100ms
         < out-1 press 3
         > out-1 keys sent
         > wait 1s
         < link 1: DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=NORMAL");
}

#[test]
fn b165_what_is_no_key_fails_and_nothing_is_sent() {
    for text in ["12E", "1 2", "\"\"", "1;2", "+1"] {
        up(&format!(
            "> link 1: DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT=1 DTMF_STRING=\"{}\"
             < link 1: DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
             < link 1: DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=FAILED
             > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
             < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING",
            text.trim_matches('"')
        ));
    }
}

#[test]
fn b165_each_reason_not_to_send_has_its_status() {
    let refused = |attributes: &str, status: &str| {
        up(&format!(
            "> link 1: DTMF_GENERATE/INFO MSGID=1002 {attributes}
             < link 1: DTMF_GENERATE/RESPONSE MSGID=1002 {status}"
        ));
    };
    let long = "1".repeat(33);
    refused(&format!("TRUNK_PORT=1 DTMF_STRING={long}"), "TRUNK_PORT=1 STATUS=TOO_MANY_DIGITS");
    refused("TRUNK_PORT=99 DTMF_STRING=1", "TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT");
    refused("TRUNK_PORT=2 DTMF_STRING=1", "TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE");
    up("> link 1: DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT=1 DTMF_STRING=1
         < link 1: DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 press 1
         > link 1: DTMF_GENERATE/INFO MSGID=1003 TRUNK_PORT=1 DTMF_STRING=2
         < link 1: DTMF_GENERATE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY");
}

#[test]
fn b165_the_end_of_the_call_fails_it() {
    for (way, rest) in [("12", "press 12"), (",12", "")] {
        let press = if rest.is_empty() { String::new() } else { format!("< out-1 {rest}") };
        let sending = format!(
            "> link 1: DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT=1 DTMF_STRING=\"{way}\"
             < link 1: DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
             {press}"
        );
        up(&format!(
            "{sending}
             > out-1 ended network Normal
             < out-1 close
             < link 1: DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=FAILED
             < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
             < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
             > wait 2s
             > out-1 keys sent"
        ));
        up(&format!(
            "{sending}
             > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
             < out-1 hang up Normal
             < link 1: DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=FAILED
             < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
             > wait 2s
             > out-1 keys sent"
        ));
    }
}

/// A key that signalling tells goes the way of one that is heard, so that it ends what such a one ends.
#[test]
fn b162_a_key_that_signalling_tells_goes_through_the_engine() {
    collecting(
        "> out-1 info 4
         < out-1 pressed 4
         > out-1 key 4
         > out-1 ended network Normal
         < out-1 close
         < link 1: DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=01 DATA=4 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > out-1 info 5",
    );
}
