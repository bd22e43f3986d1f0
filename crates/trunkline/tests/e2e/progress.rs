//! Call progress by ear: what the simulated network's numbers sound like is what applications are told.

use carrier::Happening;

use crate::house::House;

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
