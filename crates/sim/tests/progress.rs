//! Call progress: what a call sounds like, together with what signalling tells (behaviours B52, B54; decisions
//! U09, U10, U13).

use sim::check;

/// A call that is heard before its answer.
const EARLY: &str = "> link 1 up
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 RINGS=2 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0
    > out-1 early
    < out-1 open
    < out-1 watch for Ringback Busy FastBusy Information
    ";

#[test]
fn b054_what_is_heard_before_the_answer_is_the_outcome() {
    let outcome = |sign: &str, cause: &str, event: &str| {
        check(&format!(
            "{EARLY}
             > wait 2s
             > out-1 heard {sign}
             < out-1 hang up {cause}
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1
             # What is heard after our hang-up is nothing, and so is what the network says.
             > out-1 heard Information
             > out-1 heard Busy
             > out-1 ended us {cause} 487
             < out-1 close
             < record out-1 port 1 to 3014567812 total 2.0s talk -: {cause} by Us
             > wait 100s"
        ));
    };
    outcome("Busy", "Busy", "BUSY");
    outcome("FastBusy", "NoCircuit", "NODIALTONE");
    outcome("Information", "Unallocated", "INTERCEPT");
}

#[test]
fn b054_what_is_not_watched_for_is_no_outcome() {
    check(&format!(
        "{EARLY}
         > out-1 heard Ced
         > out-1 heard Cng
         > out-1 heard DialTone
         > out-1 heard Noise"
    ));
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 ringing
         > out-1 heard Busy",
    );
}

#[test]
fn b054_a_refusal_during_ringback_is_the_outcome() {
    check(&format!(
        "{EARLY}
         > out-1 heard Ringback
         > out-1 ended network Busy 486
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 0.0s talk -: Busy by Network
         > out-1 heard Information"
    ));
}

#[test]
fn b054_a_call_that_was_heard_stays_on_its_trunk() {
    let mut settings = sim::settings();
    settings.trunks.push(control::Trunk::new("spare", 5..=6));
    sim::check_with(
        settings,
        &format!(
            "{EARLY}
             > out-1 heard FastBusy
             < out-1 hang up NoCircuit
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
             > out-1 ended us NoCircuit
             < out-1 close
             < record out-1 port 1 to 3014567812 total 0.0s talk -: NoCircuit by Us"
        ),
    );
}

#[test]
fn b054_an_answer_during_busy_tone_connects_nobody_once_it_was_told() {
    check(&format!(
        "{EARLY}
         > out-1 heard Busy
         < out-1 hang up Busy
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=1
         > out-1 answered
         > out-1 ended us Busy
         < out-1 close
         < record out-1 port 1 to 3014567812 total 0.0s talk -: Busy by Us"
    ));
}

#[test]
fn b054_an_answer_before_busy_tone_is_certain_connects() {
    check(&format!(
        "{EARLY}
         > out-1 answered
         < out-1 open
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > out-1 heard Busy"
    ));
}

#[test]
fn b054_a_second_description_before_the_answer_changes_nothing_but_the_media() {
    check(&format!(
        "{EARLY}
         > wait 3s
         > out-1 early
         < out-1 open
         > out-1 heard Busy
         < out-1 hang up Busy
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=1"
    ));
}

#[test]
fn b052_rings_that_are_only_heard_are_counted() {
    check(&format!(
        "{EARLY}
         # The network was silent for a while: the time counts from the first ring.
         > wait 9s
         > out-1 heard Ringback
         > wait 5s
         > out-1 heard Ringback
         > wait 5s
         > out-1 heard Ringback
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1
         > wait 20s"
    ));
    check(&format!(
        "{EARLY}
         > wait 9s
         > out-1 heard Ringback
         > wait 11.999s
         > wait 1ms
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1"
    ));
}

#[test]
fn b052_where_the_network_tells_that_it_rings_none_is_counted_by_ear() {
    check(&format!(
        "{EARLY}
         > out-1 ringing
         > out-1 heard Ringback
         > out-1 heard Ringback
         > out-1 heard Ringback
         > wait 11.999s
         > wait 1ms
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1"
    ));
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 RINGS=1 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 ringing
         > wait 4s
         > out-1 early
         < out-1 open
         < out-1 watch for Ringback Busy FastBusy Information
         > out-1 heard Ringback
         > out-1 heard Ringback
         > wait 1.999s
         > wait 1ms
         < out-1 hang up NoAnswer
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1",
    );
}

#[test]
fn b056_dialout_ivr_has_the_same_progress() {
    check(
        "> link 1 up
         > link 1: DIALOUT_IVR/DIAL MSGID=DV-1 DNIS=3014567812 MODE=SUPERVISED
         < link 1: DIALOUT_IVR/RESPONSE MSGID=DV-1 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 early
         < out-1 open
         < out-1 watch for Ringback Busy FastBusy Information
         > out-1 heard Information
         < out-1 hang up Unallocated
         < link 1: DIALOUT_IVR/TERMINATION MSGID=DV-1 EVENT=INTERCEPT TRUNK_PORT=1",
    );
}
