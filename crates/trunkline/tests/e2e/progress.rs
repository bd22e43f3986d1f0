//! Call progress by ear: what the simulated network's numbers sound like is what applications are told.

use std::time::Instant;

use carrier::Happening;
use media::amd::Verdict;
use trunkline::amd::kept::Kept;
use trunkline::amd::{archive, explain};
use trunkline::output::Output;

use crate::house::{Application, House, PATIENCE, Plan};

/// Dials a number that nobody answers; the network sees how the call ends.
fn unanswered(number: &str, event: &str) {
    for (mode, root) in [("BLIND", "DIALOUT"), ("SUPERVISED", "DIALOUT_IVR")] {
        let house = House::new();
        let mut app = house.application();
        app.send(&format!("{root}/DIAL MSGID=1001 DNIS={number} MODE={mode}"));
        app.expect(&format!("{root}/RESPONSE MSGID=1001 STATUS=SUCCESS"));
        app.expect(&format!("{root}/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1"));
        house.until("the end of the call", |what| matches!(what, Happening::Ended(_)));
        let answered = |what: &Happening| matches!(what, Happening::Answered { .. });
        assert!(!house.carrier.seen().iter().any(|entry| answered(&entry.what)));
        app.expect_free();
        house.stop();
    }
}

#[test]
fn b054_information_tone_before_the_answer_is_intercept() {
    unanswered("3015550104", "INTERCEPT");
}

#[test]
fn b054_busy_tone_before_the_answer_is_busy() {
    unanswered("3015550107", "BUSY");
}

/// Dials a number that answers, supervised, with messages for whoever it is.
fn answered(house: &House, number: &str) -> Application {
    house.tone("live.wav", 600, 1000);
    house.tone("machine.wav", 900, 1000);
    let mut app = house.application();
    app.send(&format!(
        "DIALOUT/DIAL MSGID=1001 DNIS={number} LIVEMESSAGE=LIVE.WAV ANSMESSAGE=MACHINE.WAV MODE=SUPERVISED"
    ));
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app
}

#[test]
fn b048_a_person_is_connected_and_hears_the_live_message() {
    let house = House::new();
    let mut app = answered(&house, "3015550100");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1");
    assert_eq!(house.heard(), [600]);
    house.stop();
}

#[test]
fn b049_a_machine_hears_its_message_after_the_beep() {
    let house = House::new();
    let mut app = answered(&house, "3015550105");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1");
    house.until_tone(900, true);
    // Greeting and beep were said by then.
    let said = house.carrier.seen().into_iter().filter(|entry| entry.what == Happening::Said).count();
    assert_eq!(said, 2);
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1");
    assert_eq!(house.heard(), [900]);
    house.stop();
}

#[test]
fn b049_a_verdict_of_a_live_call_is_kept_and_explained() {
    let config = "[[campaign]]\nname = \"SPRING\"\namd = { most_words = 50 }\n".into();
    let house = House::with(Plan { config, ..Plan::default() });
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550105 CAMPID=Spring MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1");
    house.until("the end of the call", |what| matches!(what, Happening::Ended(_)));
    let directory = house.data.path().join("amd");
    let began = Instant::now();
    let path = loop {
        let path = archive::find(&directory, "out-1").expect("a name");
        if path.exists() || began.elapsed() > PATIENCE {
            break path;
        }
        std::thread::yield_now();
    };
    let (kept, sound) = Kept::read(&path).expect("the verdict is kept");
    assert_eq!((kept.verdict, kept.parameters().most_words), (Verdict::Machine, 50));
    assert!(sound.is_some_and(|sound| sound.len() >= 8 * kept.at_ms as usize - 160), "{kept:?}");
    let mut told = Vec::new();
    explain::run(&path, &mut Output::new(&mut told)).expect("explained");
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.contains("machine, certain at") && told.contains("says the same"), "{told}");
    house.stop();
}

/// Dials a number that answers and is nobody's.
fn nobodys(number: &str, event: &str) {
    let house = House::new();
    let mut app = answered(&house, number);
    app.expect(&format!("DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1"));
    house.until("the end of the call", |what| matches!(what, Happening::Ended(_)));
    app.expect_free();
    assert!(house.heard().is_empty());
    house.stop();
}

#[test]
fn b054_a_fax_is_told_as_one() {
    nobodys("3015550106", "FAX");
}

#[test]
fn b054_reorder_tone_after_the_answer_is_nodialtone() {
    nobodys("3015550108", "NODIALTONE");
}

#[test]
fn u09_what_answers_a_blind_dial_out_is_connected() {
    let house = House::new();
    house.tone("live.wav", 600, 1000);
    for number in ["3015550105", "3015550108"] {
        let mut app = house.application();
        app.send(&format!("DIALOUT/DIAL MSGID=1001 DNIS={number} LIVEMESSAGE=LIVE.WAV MODE=BLIND"));
        app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
        app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=*");
        app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=*");
    }
    house.stop();
}

#[test]
fn b050_a_key_that_sounds_is_heard_during_the_message() {
    let config = "[media]\ninband_keys = \"always\"\n";
    let house = House::with(Plan { config: config.into(), ..Plan::default() });
    let mut app = answered(&house, "3015550111");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5");
    house.stop();
}
