//! Keys and spoken numbers over real RTP: behaviours B148, B162 to B165.

use std::time::{Duration, Instant};

use carrier::Happening;
use media::tone::Tone;
use media::wav::{self, Encoding};

use crate::house::{House, Plan};
use crate::phone::{self, Phone};

/// Method A4: by RFC 4733, each once although its end is said three times.
#[test]
fn b162_keys_come_as_events() {
    let mut phone = Phone::new();
    let house = phone.house();
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    phone.pick_up(phone.rtp.local_addr().unwrap().port());
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.send("DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=1 NUMBER_OF_DIGITS=4");
    app.expect("DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    let (sound, mut sequence) = (phone.sound(), 1);
    for key in [1, 1, 10, 11] {
        sequence += phone::press(&phone.rtp, sound, key, sequence) as u16;
        phone::breathe(&phone.rtp, sound, sequence);
        sequence += 1;
    }
    app.expect("DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=1 DATA=11*# EVENT=DTMF");
    house.stop();
}

/// Method A4, in the sound itself, of a party that could send events and does not.
#[test]
fn b162_keys_come_as_tones_where_they_are_listened_for() {
    let config = "[media]\ninband_keys = \"always\"\n".to_owned();
    let house = House::with(Plan { config, ..Plan::default() });
    let mut app = house.call("3015550111");
    app.send("DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=1 NUMBER_OF_DIGITS=1");
    app.expect("DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=1 DATA=5 EVENT=DTMF");
    house.stop();
}

/// Reorder tone and noise end a collecting with what came; where nobody listens for them, nothing does.
#[test]
fn b164_reorder_tone_and_noise_end_a_collecting() {
    let collect = |config: &str, number: &str, event: &str| {
        let house = House::with(Plan { config: format!("[media]\n{config}\n"), ..Plan::default() });
        let mut app = house.call(number);
        app.send("DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=1 NUMBER_OF_DIGITS=1");
        app.expect("DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
        app.expect(&format!("DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=1 DATA=\"\" EVENT={event}"));
        house.stop();
    };
    collect("fast_busy = true", "3015550108", "FAST_BUSY");
    collect("fast_busy = false", "3015550108", "EOF");
    collect("noise = \"1s\"", "3015550113", "NOISE");
}

/// By SIP INFO, whatever the sound says.
#[test]
fn b162_keys_come_in_signalling() {
    let mut phone = Phone::new();
    let house = phone.house();
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    phone.pick_up(phone.rtp.local_addr().unwrap().port());
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.send("DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=1 NUMBER_OF_DIGITS=2");
    app.expect("DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    phone.info(1, '7');
    phone.info(2, '#');
    app.expect("DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT=1 DATA=7# EVENT=DTMF");
    house.stop();
}

/// Type-ahead of a play that may not be interrupted, and the key that interrupts one that may.
#[test]
fn b162_keys_typed_ahead_are_kept_and_the_interrupting_one_is_not() {
    let house = House::new();
    house.tone("two.wav", 900, 2000);
    let mut app = house.call("3015550114");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=TWO.WAV MODE=UNINTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    let party = house.until_tone(900, true).leg;
    house.carrier.party(party).press("12").unwrap();
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    app.send("DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=1 NUMBER_OF_DIGITS=2");
    app.expect("DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("DTMF_RECEIVE/TERMINATION MSGID=1003 TRUNK_PORT=1 DATA=12 EVENT=DTMF");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE1=TWO.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS");
    house.carrier.party(party).press("34").unwrap();
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT=1 EVENT=DTMF DTMF=3");
    app.send("DTMF_RECEIVE/INFO MSGID=1005 TRUNK_PORT=1 NUMBER_OF_DIGITS=1");
    app.expect("DTMF_RECEIVE/RESPONSE MSGID=1005 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("DTMF_RECEIVE/TERMINATION MSGID=1005 TRUNK_PORT=1 DATA=4 EVENT=DTMF");
    house.stop();
}

/// Method A5: the party hears every key, once and in order, a second apart where there is a comma.
#[test]
fn b165_the_party_hears_the_keys() {
    let house = House::new();
    let mut app = house.call("3015550114");
    app.send("DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT=1 DTMF_STRING=\"1990*#,AD\"");
    app.expect("DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=NORMAL");
    house.until("the last key", |what| matches!(what, Happening::Key(key) if key.face() == 'D'));
    let keys: Vec<(char, Instant)> = house
        .carrier
        .seen()
        .into_iter()
        .filter_map(|entry| match entry.what {
            Happening::Key(key) => Some((key.face(), entry.at)),
            _ => None,
        })
        .collect();
    assert_eq!(keys.iter().map(|(face, _)| face).collect::<String>(), "1990*#AD");
    let pause = keys[6].1 - keys[5].1;
    assert!((Duration::from_millis(950)..Duration::from_millis(1700)).contains(&pause), "{pause:?}");
    house.stop();
}

/// Method A9: each prompt is replaced by a tone of its own.
#[test]
fn b148_a_number_is_spoken_in_order() {
    let config = "[speech]\nintegers = \"digits\"\n".to_owned();
    let house = House::with(Plan { config, ..Plan::default() });
    let prompts = house.data.path().join("prompts/en");
    std::fs::create_dir_all(&prompts).unwrap();
    for (key, hz) in [("1", 600), ("0", 900), ("5", 1300), ("point", 1700)] {
        let tone = wav::encode(&Tone::sine(f64::from(hz), -13.0).samples(400), Encoding::Pcm16);
        std::fs::write(prompts.join(format!("{key}.wav")), tone).unwrap();
    }
    let mut app = house.call("3015550114");
    app.send("PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=1 NUMBER=105 MODE=UNINTERRUPTABLE FORMAT=INTEGERS");
    app.expect("PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.until_tone(1300, false);
    app.send("PLAY_NUMBER/INFO MSGID=1003 TRUNK_PORT=1 NUMBER=5.1 MODE=INTERRUPTABLE FORMAT=DECIMAL");
    app.expect("PLAY_NUMBER/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_NUMBER/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=EOF");
    house.until_tone(1700, false);
    let mut ends = 0;
    house.until("the end of the last 1", |what| {
        ends += usize::from(*what == Happening::Tone { hz: 600, present: false });
        ends == 2
    });
    assert_eq!(house.heard(), [600, 900, 1300, 1300, 1700, 600]);
    house.stop();
}

/// Method A3.
#[test]
fn b148_a_key_ends_it_at_once() {
    let house = House::new();
    let mut app = house.call("3015550114");
    app.send(
        "PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT=1 NUMBER=123456789012 MODE=INTERRUPTABLE FORMAT=INTEGERS",
    );
    app.expect("PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    let party = house.until("the call", |what| matches!(what, Happening::Answered { .. })).leg;
    house.carrier.party(party).press("9").unwrap();
    let pressed = Instant::now();
    app.expect("PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=DTMF DTMF=9");
    // The key itself lasts 100 ms, and is known by its beginning.
    assert!(pressed.elapsed() < Duration::from_millis(600), "{:?}", pressed.elapsed());
    house.stop();
}
