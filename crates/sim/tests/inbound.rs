//! Calls that come in: who is told of them, on which port, and who is refused (behaviours B14 and B129).

use std::time::Duration;

use sim::openings::{announcing, ringing};
use sim::{check, check_with, settings};

#[test]
fn b014_b129_a_call_to_a_linked_number_is_told_to_its_link() {
    check(
        "> link 1 up
         > link 2 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 2: INIT_LINK/INFO MSGID=2001 DNIS=7322901901 PASS_CODE=9595
         < link 2: INIT_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS
         > in-1 arrived 7322901901 from 2015550100
         < in-1 ring
         < link 2: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901901 ANI=2015550100 REDIRECTINING_NO=\"\" TRUNK_PORT=4
         # A network may write a plus before a number, and keep the caller's back.
         > in-2 arrived +7322901900
         < in-2 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000002 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=3
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=3
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=3 STATUS=WAITING",
    );
}

#[test]
fn b016_one_link_has_the_calls_of_several_numbers() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: INIT_LINK/INFO MSGID=1002 DNIS=7322901901 PASS_CODE=9595
         < link 1: INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
         > in-1 arrived 7322901901
         < in-1 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901901 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=4
         > in-2 arrived 7322901900
         < in-2 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000002 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=3",
    );
}

#[test]
fn a_number_that_nobody_takes_is_refused_for_its_cause() {
    for (number, cause) in [
        ("999", "Unallocated"),
        ("7322901900", "NoAnswer"),
        ("102", "NoAnswer"),
        ("103", "NoAnswer"),
        ("104", "NoAnswer"),
    ] {
        check_with(
            announcing(),
            &format!(
                "> in-1 arrived {number}
                 < in-1 hang up {cause}
                 < record in-1 port - to {number} total 0.0s talk -: {cause} by Us
                 > in-1 ended us {cause} 480
                 < in-1 close"
            ),
        );
    }
}

#[test]
fn a_caller_of_no_trunk_is_refused() {
    for line in ["nothing", "station-24"] {
        check(&ringing(&format!(
            "> in-2 arrived 7322901900 on {line}
             < in-2 hang up Barred
             < record in-2 port - to 7322901900 total 0.0s talk -: Barred by Us"
        )));
    }
}

#[test]
fn b007_without_bit_8_calls_are_refused() {
    let mut settings = announcing();
    settings.parameters.inbound = false;
    check_with(
        settings,
        "> in-1 arrived 100
         < in-1 hang up NoAnswer
         < record in-1 port - to 100 total 0.0s talk -: NoAnswer by Us",
    );
}

#[test]
fn u04_calls_of_a_paused_link_find_the_network_busy() {
    check(&ringing(
        "> link 1: PAUSE_LINK/INFO MSGID=1002
         < link 1: PAUSE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
         > in-2 arrived 7322901900
         < in-2 hang up Declined(Q850(42))
         < record in-2 port - to 7322901900 total 0.0s talk -: Declined(Q850(42)) by Us
         # The one that rang before goes on (behaviour B22).
         > link 1: ACCEPT_CALL/INFO MSGID=1003 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 answer
         > link 1: INIT_LINK/INFO MSGID=1004 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1004 STATUS=SUCCESS
         > in-3 arrived 7322901900
         < in-3 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000002 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=3",
    ));
}

#[test]
fn a_call_without_a_free_port_of_its_trunk_finds_no_circuit() {
    let mut settings = settings();
    settings.trunks = vec![control::Trunk::new("one", 1..=1), control::Trunk::new("other", 2..=2)];
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > in-1 arrived 7322901900 on trunk-1
         < in-1 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=2
         > in-2 arrived 7322901900 on trunk-1
         < in-2 hang up NoCircuit
         < record in-2 port - to 7322901900 total 0.0s talk -: NoCircuit by Us
         > in-3 arrived 7322901900 on trunk-0
         < in-3 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000002 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=1",
    );
}

#[test]
fn calls_in_and_out_take_the_ports_from_either_end() {
    check(&ringing(
        "> link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=1
         > in-1 ended network NoAnswer 487
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Network
         # Port 4 was used a moment ago.
         > in-2 arrived 7322901900
         < in-2 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000003 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=3",
    ));
}

#[test]
fn b021_terminate_link_sends_away_what_rings() {
    check(&ringing(
        "> link 1: TERMINATE_LINK/INFO MSGID=1002
         < in-1 hang up Normal
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
         > in-1 ended us NoAnswer 480
         < in-1 close
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Us
         > in-2 arrived 7322901900
         < in-2 hang up NoAnswer
         < record in-2 port - to 7322901900 total 0.0s talk -: NoAnswer by Us",
    ));
}

#[test]
fn u05_terminate_link_ends_what_is_being_declined_or_accepted_first() {
    check(&ringing(
        "> in-2 arrived 7322901900
         < in-2 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000002 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=3
         > link 1: DECLINE_CALL/INFO MSGID=1002 TRUNK_PORT=4 CAUSE_CODE=16
         < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 hang up Declined(Q850(16))
         > link 1: ACCEPT_CALL/INFO MSGID=1003 TRUNK_PORT=3
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1003 TRUNK_PORT=3 STATUS=SUCCESS
         < in-2 answer
         > link 1: TERMINATE_LINK/INFO MSGID=1004
         < in-2 hang up Normal
         < link 1: ACCEPT_CALL/TERMINATION MSGID=1003 TRUNK_PORT=3 EVENT=EOF
         < link 1: DECLINE_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1004 STATUS=SUCCESS",
    ));
}

#[test]
fn a_link_without_a_name_that_is_lost_loses_what_rings() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > in-1 arrived 7322901900
         < in-1 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=4
         > link 1 down
         < in-1 hang up Normal
         > in-1 ended us NoAnswer 480
         < in-1 close
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Us",
    );
}

#[test]
fn d02_a_call_rings_on_while_its_link_is_away_and_is_told_when_it_is_back() {
    let mut settings = settings();
    settings.grace = Duration::from_secs(30);
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1 down
         > in-1 arrived 7322901900
         < in-1 ring
         < keep PEC 1
         > wait 10s
         > link 2 up
         > link 2: INIT_LINK/INFO MSGID=2001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
         < link 2: INIT_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS
         < link 2: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=4
         > link 2: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=A.VOX
         < in-1 answer",
    );
}

#[test]
fn d02_what_rings_for_a_link_that_never_comes_back_is_sent_away() {
    let mut settings = settings();
    settings.grace = Duration::from_secs(10);
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1 down
         > in-1 arrived 7322901900
         < in-1 ring
         < keep PEC 1
         > wait 10s
         < in-1 hang up Normal",
    );
}

#[test]
fn b023_the_exit_takes_no_call_and_sends_away_what_rings() {
    check(&ringing(
        "> exit
         < link 1: EXIT_LINK/INFO MSGID=00000002
         > in-2 arrived 7322901900
         < in-2 hang up Overload
         < record in-2 port - to 7322901900 total 0.0s talk -: Overload by Us
         > link 1: EXIT_LINK/RESPONSE MSGID=00000002 STATUS=SUCCESS
         < in-1 hang up Normal
         > in-1 ended us NoAnswer 480
         < in-1 close
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Us
         < link 1 close
         < exited",
    ));
}

#[test]
fn p02_ports_of_calls_that_come_in_are_named_with_the_offset() {
    let mut settings = settings();
    settings.parameters.offset = 256;
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > in-1 arrived 7322901900
         < in-1 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=260
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=A.VOX
         < in-1 answer
         > in-1 answered
         < in-1 open
         < find 1: A.VOX
         > found 1: 100ms
         < in-1 play 1: 100ms until a key
         > in-1 played 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=00000001 TRUNK_PORT=260 EVENT=EOF",
    );
}
