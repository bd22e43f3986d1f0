//! Several trunks: their priorities, and a dial-out that goes on on the next one (behaviours B45, B51, B54).

use control::{Campaign, Settings, Trunk};
use sim::{check, check_with, settings};

/// Ports 1 and 2 of trunk 0 come first, 3 and 4 of trunk 1 next, 5 and 6 of trunk 2 last.
fn three() -> Settings {
    let mut settings = settings();
    let trunk = |name: &str, ports, priority| Trunk { priority, ..Trunk::new(name, ports) };
    settings.trunks = vec![trunk("carrier", 1..=2, 0), trunk("second", 3..=4, 1), trunk("last", 5..=6, 2)];
    settings
}

const DIAL: &str = "> link 1 up
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 ANI=8009871212 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0 from 8009871212
    ";
const SECOND: &str = "< out-2 dial 3014567812 on trunk-1 from 8009871212";
const FIRST_OVER: &str = "< record out-1 port 1 to 3014567812 total 0.0s talk -: NoCircuit by Network";

#[test]
fn trunks_are_dialled_by_priority_and_within_one_by_idleness() {
    let mut settings = three();
    settings.trunks[1].priority = 0;
    let dial = |msgid: u32, leg: u32, trunk: u32| {
        format!(
            "> link 1: DIALOUT/DIAL MSGID={msgid} DNIS=3014567812 MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID={msgid} STATUS=SUCCESS
             < out-{leg} dial 3014567812 on trunk-{trunk}"
        )
    };
    check_with(
        settings,
        &format!(
            "> link 1 up
             {}
             > out-1 ended network Busy 486
             < out-1 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=1
             < record out-1 port 1 to 3014567812 total 0.0s talk -: Busy by Network
             # Port 1 was in use last: 2 to 4 have been idle longer, and trunk 2 waits for all of them.
             {}
             {}
             {}
             {}
             {}",
            dial(1001, 1, 0),
            dial(1002, 2, 0),
            dial(1003, 3, 1),
            dial(1004, 4, 1),
            dial(1005, 5, 0),
            dial(1006, 6, 2)
        ),
    );
}

#[test]
fn b054_a_call_that_its_trunk_does_not_take_goes_on_on_the_next() {
    let outcome = |cause: &str, by: &str| {
        let (who, word) = if by == "us" { ("us", "Us") } else { ("network", "Network") };
        check_with(
            three(),
            &format!(
                "{DIAL}
                 > out-1 ended {who} {cause}
                 < out-1 close
                 {SECOND}
                 < record out-1 port 1 to 3014567812 total 0.0s talk -: {cause} by {word}
                 > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
                 < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING
                 > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=3
                 < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=3 STATUS=DIALING
                 > out-2 answered
                 < out-2 open
                 < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=3
                 > wait 600s"
            ),
        );
    };
    outcome("NoCircuit", "network");
    outcome("NoRoute", "network");
    outcome("NoRoute", "us");
    outcome("Unauthorized", "network");
}

#[test]
fn b054_what_the_party_says_is_final() {
    for (cause, event) in
        [("Busy", "BUSY"), ("Rejected", "BUSY"), ("NoAnswer", "NOANS"), ("Unallocated", "INTERCEPT")]
    {
        check_with(
            three(),
            &format!(
                "{DIAL}
                 > out-1 ended network {cause}
                 < out-1 close
                 < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1
                 < record out-1 port 1 to 3014567812 total 0.0s talk -: {cause} by Network"
            ),
        );
    }
}

#[test]
fn b054_busy_on_the_second_trunk_is_busy() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             {SECOND}
             {FIRST_OVER}
             > out-2 ringing
             > out-2 ended network Busy 486
             < out-2 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=3
             < record out-2 port 3 to 3014567812 total 0.0s talk -: Busy by Network"
        ),
    );
}

#[test]
fn b054_when_no_trunk_takes_it_there_is_no_dial_tone() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             {SECOND}
             {FIRST_OVER}
             > wait 5s
             > out-2 ended us NoRoute
             < out-2 close
             < out-3 dial 3014567812 on trunk-2 from 8009871212
             < record out-2 port 3 to 3014567812 total 5.0s talk -: NoRoute by Us
             > out-3 ended network NoCircuit 500
             < out-3 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=5
             < record out-3 port 5 to 3014567812 total 0.0s talk -: NoCircuit by Network"
        ),
    );
}

#[test]
fn a_call_is_tried_on_four_trunks_at_most() {
    let mut settings = settings();
    settings.trunks =
        (0..6).map(|n| Trunk { priority: n, ..Trunk::new(format!("t{n}"), n + 1..=n + 1) }).collect();
    let step = |n: u32| {
        format!(
            "> out-{n} ended network NoCircuit 503
             < out-{n} close
             < out-{} dial 3014567812 on trunk-{n} from 8009871212
             < record out-{n} port {n} to 3014567812 total 0.0s talk -: NoCircuit by Network",
            n + 1
        )
    };
    check_with(
        settings,
        &format!(
            "{DIAL}
             {}
             {}
             {}
             > out-4 ended network NoCircuit 503
             < out-4 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=4
             < record out-4 port 4 to 3014567812 total 0.0s talk -: NoCircuit by Network",
            step(1),
            step(2),
            step(3)
        ),
    );
}

#[test]
fn a_trunk_that_is_down_or_full_is_passed_over() {
    check_with(
        three(),
        &format!(
            "> trunk 1 down
             {DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             < out-2 dial 3014567812 on trunk-2 from 8009871212
             {FIRST_OVER}"
        ),
    );
    let mut full = three();
    full.trunks.truncate(2);
    full.trunks[1].ports = 3..=3;
    check_with(
        full,
        "> link 1 up
             > trunk 0 down
             > link 1: DIALOUT/DIAL MSGID=1000 DNIS=3014567811 MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1000 STATUS=SUCCESS
             < out-1 dial 3014567811 on trunk-1
             > trunk 0 up
             > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
             < out-2 dial 3014567812 on trunk-0
             > out-2 ended network NoCircuit 503
             < out-2 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
             < record out-2 port 1 to 3014567812 total 0.0s talk -: NoCircuit by Network",
    );
}

#[test]
fn a_call_that_was_rung_without_sound_may_go_on_and_one_that_was_heard_may_not() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 ringing
             > wait 3s
             > out-1 ended network NoCircuit 503
             < out-1 close
             {SECOND}
             < record out-1 port 1 to 3014567812 total 3.0s talk -: NoCircuit by Network
             # RINGS are counted from the ringing that lasts.
             > out-2 ringing
             > wait 23.999s
             > wait 1ms
             < out-2 hang up NoAnswer
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=3
             > out-2 ended us NoAnswer 487
             < out-2 close
             < record out-2 port 3 to 3014567812 total 24.0s talk -: NoAnswer by Us"
        ),
    );
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 early
             < out-1 open
             < out-1 watch for Ringback Busy FastBusy Information
             > out-1 ended network NoCircuit 503
             < out-1 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
             {FIRST_OVER}"
        ),
    );
}

#[test]
fn b048_the_message_goes_with_the_call() {
    check_with(
        three(),
        "> link 1 up
         > link 1: DIALOUT_IVR/DIAL MSGID=1001 DNIS=3014567812 LIVEMESSAGE=M.VOX MODE=BLIND
         < find 1: M.VOX
         > found 1: 3000ms
         < link 1: DIALOUT_IVR/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 ended network NoCircuit 503
         < out-1 close
         < out-2 dial 3014567812 on trunk-1
         < record out-1 port 1 to 3014567812 total 0.0s talk -: NoCircuit by Network
         > out-2 answered
         < out-2 open
         < link 1: DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=3
         < out-2 play 1: 3000ms until a key
         > out-2 ended network Normal
         < out-2 close
         < link 1: DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=3
         < record out-2 port 3 to 3014567812 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn b022_a_pause_lets_a_call_go_on_on_the_next_trunk() {
    check_with(
        three(),
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > link 1: PAUSE_LINK/INFO MSGID=1002
         < link 1: PAUSE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
         > out-1 ended network NoCircuit 503
         < out-1 close
         < out-2 dial 3014567812 on trunk-1
         < record out-1 port 1 to 3014567812 total 0.0s talk -: NoCircuit by Network",
    );
}

#[test]
fn b077_a_disconnect_ends_the_call_where_it_is_now() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             {SECOND}
             {FIRST_OVER}
             > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1
             < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
             > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=3
             < out-2 hang up Normal
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=3
             < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=3 STATUS=SUCCESS"
        ),
    );
}

#[test]
fn a_hang_up_that_crosses_the_trunk_s_refusal_is_no_reason_to_go_on() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1
             < out-1 hang up Normal
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1
             < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
             > out-1 ended network NoCircuit 503
             < out-1 close
             {FIRST_OVER}"
        ),
    );
}

#[test]
fn what_the_first_trunk_says_after_its_end_means_nothing() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 ended us NoRoute
             < out-1 close
             {SECOND}
             < record out-1 port 1 to 3014567812 total 0.0s talk -: NoRoute by Us
             > out-1 ringing
             > out-1 early
             > out-1 answered
             > out-1 ended network Normal
             < out-1 close
             > out-2 answered
             < out-2 open
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=3"
        ),
    );
}

#[test]
fn a_link_that_is_lost_while_its_call_changes_trunks_hangs_it_up() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             {SECOND}
             {FIRST_OVER}
             > link 1 down
             < out-2 hang up Normal
             > out-2 answered
             > out-2 ended us Normal
             < out-2 close
             < record out-2 port 3 to 3014567812 total 0.0s talk -: Normal by Us"
        ),
    );
    // The other way round: what the trunk says comes after the link is gone.
    check_with(
        three(),
        &format!(
            "{DIAL}
             > link 1 down
             < out-1 hang up Normal
             > out-1 ended network NoCircuit 503
             < out-1 close
             {FIRST_OVER}"
        ),
    );
}

#[test]
fn b023_a_server_that_leaves_tries_no_other_trunk() {
    check_with(
        three(),
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         > out-1 ended network NoCircuit 503
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 0.0s talk -: NoCircuit by Network
         > link 1: EXIT_LINK/RESPONSE MSGID=00000001 STATUS=SUCCESS
         < link 1 close
         < exited",
    );
}

#[test]
fn a_second_try_takes_its_turn() {
    let mut settings = three();
    settings.dialling.calls_per_second = 2;
    check_with(
        settings,
        &format!(
            "{DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             {FIRST_OVER}
             > wait 499ms
             > wait 1ms
             {SECOND}"
        ),
    );
}

#[test]
fn one_trunk_alone_fails_as_ever() {
    check(&format!(
        "{DIAL}
         > out-1 ended network NoCircuit 503
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
         {FIRST_OVER}"
    ));
}

#[test]
fn a_party_that_answers_and_is_never_heard_is_not_dialled_again() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 answered
             < out-1 open
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
             > wait 60s
             > out-1 silent
             < out-1 hang up Lost
             < out-1 close
             < record out-1 port 1 to 3014567812 total 60.0s talk 60.0s: Lost by Us"
        ),
    );
}

#[test]
fn sound_that_is_lost_before_the_answer_is_no_fault_of_the_trunk() {
    check_with(
        three(),
        &format!(
            "{DIAL}
             > out-1 lost
             < out-1 hang up NoMedia
             < out-1 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
             < record out-1 port 1 to 3014567812 total 0.0s talk -: NoMedia by Us"
        ),
    );
}

#[test]
fn a_trunk_that_is_down_is_no_second_try() {
    check_with(
        three(),
        &format!(
            "> trunk 1 down
             > trunk 2 down
             {DIAL}
             > out-1 ended network NoCircuit 503
             < out-1 close
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
             {FIRST_OVER}"
        ),
    );
}

#[test]
fn a_second_try_is_no_second_call_of_its_campaign() {
    let mut settings = three();
    settings.campaigns = vec![Campaign { name: "SPRING".into(), hourly_cap: Some(1), ..Campaign::default() }];
    check_with(
        settings,
        &format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 ANI=8009871212 CAMPID=SPRING MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
             < alert campaign SPRING 1 of 1
             < out-1 dial 3014567812 on trunk-0 from 8009871212
             > out-1 ended network NoCircuit 503
             < out-1 close
             {SECOND}
             {FIRST_OVER}"
        ),
    );
}
