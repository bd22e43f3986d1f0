//! Playing over real RTP, heard by the called party: behaviours B48, B50, B137 to B147.

use std::time::Duration;

use carrier::Happening;
use media::tone::Tone;
use media::vox::{self, VoxFormat};
use media::wav::{self, Encoding};

use crate::house::House;

#[test]
fn b137_four_files_are_heard_in_order() {
    let house = House::new();
    for (name, hz) in [("a.wav", 600), ("b.wav", 900), ("c.wav", 1300), ("d.wav", 1700)] {
        house.tone(name, hz, 400);
    }
    let mut app = house.call("3015550114");
    app.send(
        "PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.WAV FILE2=B.WAV FILE3=C.WAV FILE4=D.WAV \
         MODE=UNINTERRUPTABLE",
    );
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.until_tone(1700, false);
    assert_eq!(house.heard(), [600, 900, 1300, 1700]);
    house.stop();
}

#[test]
fn b137_every_format_is_heard() {
    let house = House::new();
    let tone = |hz: u16| Tone::sine(f64::from(hz), -13.0).samples(400);
    house.file("a.vox", &vox::encode(&tone(600), VoxFormat::Adpcm8000));
    house.file("b.wav", &wav::encode(&tone(900), Encoding::Mulaw));
    house.file("c.wav", &wav::encode(&tone(1300), Encoding::Pcm16));
    let mut app = house.call("3015550114");
    app.send(
        "PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=C:\\PROMPTS\\A.VOX FILE2=c:/prompts/b.wav \
         FILE3=c.Wav MODE=INTERRUPTABLE",
    );
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.until_tone(1300, false);
    assert_eq!(house.heard(), [600, 900, 1300]);
    house.stop();
}

#[test]
fn b137_a_play_is_as_long_as_its_file() {
    let house = House::new();
    house.tone("long.wav", 900, 3000);
    let mut app = house.call("3015550114");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    let began = house.until_tone(900, true).at;
    let ended = house.until_tone(900, false).at;
    // Method A2 allows 100 ms; the tone is watched in windows of 100 ms on either side.
    let heard = (ended - began).as_secs_f64();
    assert!((2.7..3.3).contains(&heard), "heard {heard} s of 3 s");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.stop();
}

#[test]
fn b139_a_key_ends_the_play() {
    let house = House::new();
    house.tone("long.wav", 900, 20_000);
    let mut app = house.call("3015550101");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=DTMF DTMF=5");
    house.until_tone(900, false);
    house.stop();
}

#[test]
fn b140_keys_do_not_end_an_uninterruptable_play() {
    let house = House::new();
    house.tone("long.wav", 900, 5000);
    let mut app = house.call("3015550101");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=UNINTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    house.until("the key", |what| *what == Happening::KeysSent);
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.stop();
}

#[test]
fn b141_a_missing_file_is_named_and_nothing_is_heard() {
    let house = House::new();
    house.tone("a.wav", 600, 400);
    house.tone("b.wav", 900, 400);
    house.file("broken.wav", b"RIFF....WAVE, but no more");
    let mut app = house.call("3015550114");
    for (file2, n) in [("NOWHERE.WAV", 1), ("BROKEN.WAV", 2), ("..\\..\\..\\etc\\passwd", 3)] {
        app.send(&format!(
            "PLAY_VOICE_FILE/INFO MSGID=100{n} TRUNK_PORT=1 FILE1=A.WAV FILE2={file2} MODE=INTERRUPTABLE"
        ));
        app.expect(&format!("PLAY_VOICE_FILE/RESPONSE MSGID=100{n} TRUNK_PORT=1 STATUS=FILE2_MISSING"));
    }
    app.send("PLAY_VOICE_FILE/INFO MSGID=1009 TRUNK_PORT=1 FILE1=B.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1009 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1009 TRUNK_PORT=1 EVENT=EOF");
    house.until_tone(900, false);
    assert_eq!(house.heard(), [900]);
    house.stop();
}

#[test]
fn b143_a_hang_up_ends_the_play() {
    let house = House::new();
    house.tone("long.wav", 900, 20_000);
    let mut app = house.call("3015550109");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    house.stop();
}

#[test]
fn b145_a_stopped_play_falls_silent_at_once() {
    let house = House::new();
    house.tone("long.wav", 900, 20_000);
    let mut app = house.call("3015550114");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    house.until_tone(900, true);
    app.send("STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1");
    app.expect("STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=STOPPED");
    let stopped = std::time::Instant::now();
    app.expect("STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS");
    // Method A3: within 300 ms; the watch for the tone adds a window of 100 ms.
    let silent = house.until_tone(900, false).at;
    let late = silent.saturating_duration_since(stopped);
    assert!(late < Duration::from_millis(400), "silent only {late:?} after the termination");
    app.send("STOP_PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1");
    app.expect("STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_NOT_PLAYING");
    house.stop();
}

#[test]
fn b048_b050_the_live_message_is_heard_and_its_key_reported() {
    let house = House::new();
    house.tone("meeting.wav", 600, 1000);
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550101 LIVEMESSAGE=MEETING.WAV MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    house.until_tone(600, true);
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5");
    house.stop();
}

#[test]
fn b076_a_status_query_leaves_no_gap_in_the_sound() {
    let house = House::new();
    house.tone("long.wav", 900, 2000);
    let mut app = house.call("3015550114");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    for n in 0..200 {
        app.send(&format!("APP_TRUNK_STATUS/INFO MSGID=S{n:03} TRUNK_PORT=1"));
        app.expect(&format!("APP_TRUNK_STATUS/RESPONSE MSGID=S{n:03} TRUNK_PORT=1 STATUS=PLAYING"));
    }
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.until_tone(900, false);
    assert_eq!(house.heard(), [900], "one tone without a gap");
    house.stop();
}
