//! Call progress: what a call sounds like, together with what signalling tells (behaviours B52, B54; decisions
//! U09, U10, U13).

use control::Campaign;
use edge::sound::Profile;
use sim::{check, check_with, settings};

/// A call that was answered, of which it is not known by whom.
const ANSWERED: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=SUPERVISED
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0
    > out-1 ringing
    > out-1 answered
    < out-1 open
    < out-1 watch for Busy FastBusy
    < out-1 judge
    > wait 2s
    ";

/// The same with messages for whoever answers.
const MESSAGES: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 LIVEMESSAGE=L.VOX ANSMESSAGE=A.VOX MODE=SUPERVISED
    < find 1: L.VOX A.VOX
    > found 1: 3000ms 5000ms
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0
    > out-1 answered
    < out-1 open
    < out-1 watch for Busy FastBusy
    < out-1 judge
    > wait 2s
    ";

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

#[test]
fn u09_a_campaign_is_judged_by_its_own_parameters() {
    let mut settings = settings();
    settings.campaigns =
        vec![Campaign { name: "Spring".into(), judged_by: Profile(1), ..Campaign::default() }];
    let judged = |campaign: &str, by: &str| {
        check_with(
            settings.clone(),
            &format!(
                "> link 1 up
                 > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 {campaign} MODE=SUPERVISED
                 < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                 < out-1 dial 3014567812 on trunk-0
                 > out-1 answered
                 < out-1 open
                 < out-1 watch for Busy FastBusy
                 < out-1 judge{by}"
            ),
        );
    };
    judged("CAMPID=SPRING", " by 1");
    judged("CAMPID=AUTUMN", "");
    judged("", "");
}

#[test]
fn b054_what_is_heard_after_the_answer_is_the_outcome_when_supervised() {
    let outcome = |told: &str, cause: &str, event: &str| {
        check(&format!(
            "{ANSWERED}
             > out-1 {told}
             < out-1 hang up {cause}
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1
             > out-1 judged Human
             > out-1 heard Busy
             > out-1 ended us {cause}
             < out-1 close
             < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: {cause} by Us
             > wait 400s"
        ));
    };
    outcome("heard Busy", "Busy", "BUSY");
    outcome("heard FastBusy", "NoCircuit", "NODIALTONE");
    outcome("judged Intercept", "Unallocated", "INTERCEPT");
    outcome("judged Fax", "Normal", "FAX");
    outcome("faxing", "Normal", "FAX");
}

#[test]
fn u09_who_is_no_machine_is_connected() {
    for verdict in ["Human", "Silence", "NotSure"] {
        check(&format!(
            "{ANSWERED}
             > out-1 judged {verdict}
             < out-1 watch for nothing
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
             # Nothing is told twice.
             > out-1 judged Machine
             > out-1 heard Ced
             > out-1 faxing
             > out-1 cued
             > wait 400s"
        ));
    }
}

#[test]
fn u09_without_a_verdict_the_call_is_connected_at_last() {
    check(&format!(
        "{ANSWERED}
         > wait 62.999s
         > wait 1ms
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > out-1 judged Machine"
    ));
}

#[test]
fn u09_blind_is_connected_by_the_answer() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 ANSMESSAGE=A.VOX MODE=BLIND
         < find 1: A.VOX
         > found 1: 5000ms
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > wait 400s",
    );
}

#[test]
fn b048_a_person_hears_the_live_message() {
    check(&format!(
        "{MESSAGES}
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-1 play 1: 3000ms until a key
         > out-1 played 1 by 5
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5
         > wait 400s"
    ));
}

#[test]
fn b049_a_machine_hears_its_message_after_its_greeting() {
    check(&format!(
        "{MESSAGES}
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=DIALING
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=X.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         > out-1 judged Machine
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1
         > wait 7s
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=1 FILE1=X.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=VOICE_CHANNEL_BUSY
         > out-1 cued
         < out-1 play 1: 5000ms until a key
         > out-1 played 1
         > wait 4s
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         > wait 400s"
    ));
}

#[test]
fn b049_a_greeting_without_an_end_is_spoken_over_at_last() {
    check(&format!(
        "{MESSAGES}
         > out-1 judged Machine
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1
         > wait 310s
         < out-1 play 1: 5000ms until a key
         > out-1 cued"
    ));
}

#[test]
fn b049_without_a_message_for_it_a_machine_is_only_told() {
    check(&format!(
        "{ANSWERED}
         > out-1 judged Machine
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1
         > out-1 cued
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=X.VOX MODE=INTERRUPTABLE
         < find 1: X.VOX
         > wait 9s"
    ));
}

#[test]
fn b049_a_machine_that_hangs_up_before_its_message_ends_it() {
    check(&format!(
        "{MESSAGES}
         > out-1 judged Machine
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: Normal by Network
         > out-1 cued"
    ));
}

#[test]
fn b054_a_party_that_hangs_up_before_the_verdict_was_connected() {
    check(&format!(
        "{ANSWERED}
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: Normal by Network
         # The verdict was on its way.
         > out-1 judged Human"
    ));
    check(&format!(
        "{MESSAGES}
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: Normal by Network"
    ));
}

#[test]
fn b054_a_party_that_hangs_up_at_the_moment_of_the_verdict_is_told_of_after_it() {
    check(&format!(
        "{MESSAGES}
         > out-1 judged Human
         < out-1 watch for nothing
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-1 play 1: 3000ms until a key
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: Normal by Network"
    ));
    // A fax that hangs up while we do.
    check(&format!(
        "{ANSWERED}
         > out-1 judged Fax
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=FAX TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: Normal by Network"
    ));
}

#[test]
fn b054_an_application_that_disconnects_before_the_verdict_was_connected() {
    check(&format!(
        "{ANSWERED}
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         > out-1 judged Machine
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 3014567812 total 2.0s talk 2.0s: Normal by Us"
    ));
}
