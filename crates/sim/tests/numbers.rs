//! PLAY_NUMBER: behaviour B148.

use control::Speech;
use edge::sound::{Sign, Signs};
use sim::openings::UP;
use sim::{check, check_with, settings};
use speech::{Language, Style};

/// The same while a number is spoken.
const SPEAKING: &str =
    "> link 1: PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=01 NUMBER=2.5 MODE=INTERRUPTABLE FORMAT=DECIMAL
    < find 1: en/2 en/point en/5
    > found 1: 200ms 300ms 400ms
    < link 1: PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT=01 STATUS=SUCCESS
    < out-1 play 1: 200ms 300ms 400ms until a key
    ";

fn up(script: &str) {
    check(&format!("{UP}{script}"));
}

fn speaking(script: &str) {
    check(&format!("{UP}{SPEAKING}{script}"));
}

/// The prompts that a number is looked up as, in a house that speaks so.
fn spoken(speech: Speech, number: &str, format: &str, prompts: &str) {
    check_with(
        control::Settings { speech, ..settings() },
        &format!(
            "{UP}> link 1: PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=1 NUMBER={number} MODE=UNINTERRUPTABLE FORMAT={format}
             < find 1: {prompts}"
        ),
    );
}

#[test]
fn b148_speaks_a_number_as_it_is_asked() {
    let english = settings().speech;
    spoken(english, "7", "INTEGERS", "en/7");
    spoken(english, "-3.14", "DECIMAL", "en/minus en/3 en/point en/1 en/4");
    let digits = Speech { integers: Style::Digits, ..english };
    spoken(digits, "105", "INTEGERS", "en/1 en/0 en/5");
    let german = Speech { language: Language::German, ..digits };
    spoken(german, "12", "INTEGERS", "de/1 de/2");
}

#[test]
fn b148_played_through_it_ends_with_eof() {
    speaking(
        "> link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=PLAYING
         > out-1 played 1
         < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF",
    );
}

#[test]
fn b148_a_key_ends_it_where_it_may() {
    speaking(
        "> out-1 key 9
         > out-1 played 1 by 9
         < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=DTMF DTMF=9",
    );
    up("> link 1: PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=1 NUMBER=2 MODE=UNINTERRUPTABLE FORMAT=INTEGERS
         < find 1: en/2
         > found 1: 200ms
         < link 1: PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 200ms
         > out-1 key 9
         > out-1 played 1
         < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
}

#[test]
fn b148_a_drop_ends_it_with_loop_drop() {
    speaking(
        "> out-1 ended network Normal
         < out-1 close
         < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn b148_reorder_tone_and_noise_end_it() {
    for (sign, event) in [(Sign::FastBusy, "FAST_BUSY"), (Sign::Noise, "NOISE")] {
        check_with(
            control::Settings { signs: Signs::from_iter([sign]), ..settings() },
            &format!(
                "{UP}{SPEAKING}< out-1 watch for {sign:?}
                 > out-1 heard {sign:?}
                 < out-1 stop 1
                 > out-1 stopped 1
                 < out-1 watch for nothing
                 < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT={event}"
            ),
        );
    }
}

#[test]
fn u101_a_stop_ends_it_with_eof() {
    speaking(
        "> link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 stop 1
         > out-1 stopped 1
         < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS",
    );
}

#[test]
fn u21_a_disconnect_ends_it_with_eof() {
    speaking(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=01 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn b148_each_reason_not_to_speak_has_its_status() {
    let refused = |attributes: &str, status: &str| {
        up(&format!(
            "> link 1: PLAY_NUMBER/INFO MSGID=1002 {attributes}
             < link 1: PLAY_NUMBER/RESPONSE MSGID=1002 {status}"
        ));
    };
    let number = |number: &str| format!("TRUNK_PORT=1 NUMBER={number} MODE=INTERRUPTABLE FORMAT=INTEGERS");
    for text in ["abc", "1e5", "1.2.3", "--1", "+", "1.", ".5", "\"1 2\"", "\"\"", &"1".repeat(33)] {
        refused(&number(text), "TRUNK_PORT=1 STATUS=NOT_NUMBER");
    }
    refused(
        "TRUNK_PORT=99 NUMBER=1 MODE=INTERRUPTABLE FORMAT=INTEGERS",
        "TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT",
    );
    refused(
        "TRUNK_PORT=2 NUMBER=1 MODE=INTERRUPTABLE FORMAT=INTEGERS",
        "TRUNK_PORT=2 STATUS=INVALID_CHANNEL_STATE",
    );
    refused("TRUNK_PORT=1 NUMBER=1 MODE=LOUD FORMAT=INTEGERS", "TRUNK_PORT=1 STATUS=INVALID_MODE");
    refused("TRUNK_PORT=1 NUMBER=1 FORMAT=INTEGERS", "TRUNK_PORT=1 STATUS=INVALID_MODE");
    refused("TRUNK_PORT=1 NUMBER=1 MODE=INTERRUPTABLE FORMAT=ROMAN", "TRUNK_PORT=1 STATUS=INVALID_MODE");
    refused("TRUNK_PORT=1 NUMBER=1 MODE=INTERRUPTABLE", "TRUNK_PORT=1 STATUS=INVALID_MODE");
    speaking(
        "> link 1: PLAY_NUMBER/INFO MSGID=1003 TRUNK_PORT=1 NUMBER=1 MODE=INTERRUPTABLE FORMAT=INTEGERS
         < link 1: PLAY_NUMBER/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY",
    );
}

#[test]
fn b148_a_house_without_the_prompt_refuses() {
    up("> link 1: PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=1 NUMBER=2.5 MODE=INTERRUPTABLE FORMAT=DECIMAL
         < find 1: en/2 en/point en/5
         > found 1: 200ms missing 400ms
         < link 1: PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING");
}

#[test]
fn b148_a_drop_while_prompts_are_looked_up_refuses() {
    up("> link 1: PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=1 NUMBER=2 MODE=INTERRUPTABLE FORMAT=DECIMAL
         < find 1: en/2
         > out-1 ended network Normal
         < out-1 close
         < link 1: PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > found 1: 200ms");
}
