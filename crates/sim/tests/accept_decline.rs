//! ACCEPT_CALL and DECLINE_CALL: behaviours B135 and B136.

use sim::check;
use sim::openings::{accepted, ringing};

#[test]
fn b135_accept_answers_the_call() {
    check(&accepted(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=4
         < in-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
         > wait 2s
         > in-1 ended us Normal
         < in-1 close
         < record in-1 port 4 to 7322901900 total 2.0s talk 2.0s: Normal by Us",
    ));
}

#[test]
fn n01_accept_under_its_printed_name_is_answered_by_its_long_one() {
    check(&ringing(
        "> link 1: ACCEPT/INFO MSGID=1002 TRUNK_PORT=04
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT=04 STATUS=SUCCESS
         < in-1 answer
         > in-1 answered
         < in-1 open
         < link 1: ACCEPT_CALL/TERMINATION MSGID=1002 TRUNK_PORT=04 EVENT=EOF",
    ));
}

#[test]
fn b135_a_port_on_which_nothing_rings_cannot_be_accepted() {
    check(&accepted(
        "> link 1: ACCEPT_CALL/INFO MSGID=1003 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=INVALID_TRUNK_PORT
         > link 1: ACCEPT_CALL/INFO MSGID=1004 TRUNK_PORT=1
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=INVALID_TRUNK_PORT
         > link 1: ACCEPT_CALL/INFO MSGID=1005 TRUNK_PORT=99
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1005 TRUNK_PORT=99 STATUS=INVALID_TRUNK_PORT
         > link 1: ACCEPT_CALL/INFO MSGID=1006
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1006 TRUNK_PORT=\"\" STATUS=INVALID_TRUNK_PORT",
    ));
}

#[test]
fn u60_a_caller_who_leaves_while_being_accepted_is_told_instead_of_eof() {
    check(&ringing(
        "> link 1: ACCEPT_CALL/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 answer
         > in-1 ended network NoAnswer 487
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Network",
    ));
}

#[test]
fn u21_disconnecting_a_call_while_it_is_accepted_ends_that_first() {
    check(&ringing(
        "> link 1: ACCEPT_CALL/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 answer
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=4
         < in-1 hang up Normal
         < link 1: ACCEPT_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
         # The answer crosses it.
         > in-1 answered
         > in-1 ended us Normal
         < in-1 close
         < record in-1 port 4 to 7322901900 total 0.0s talk -: Normal by Us",
    ));
}

#[test]
fn b136_decline_refuses_the_call_for_its_cause() {
    check(&ringing(
        "> link 1: DECLINE_CALL/INFO MSGID=1002 TRUNK_PORT=4 CAUSE_CODE=USER_BUSY
         < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 hang up Declined(Q850(17))
         > in-1 ended us Busy 486
         < in-1 close
         < link 1: DECLINE_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         < record in-1 port 4 to 7322901900 total 0.0s talk -: Busy by Us",
    ));
}

#[test]
fn n02_decline_under_its_printed_name_is_answered_by_its_long_one() {
    check(&ringing(
        "> link 1: DECLINE/INFO MSGID=1002 TRUNK_PORT=4 CAUSE_CODE=NORMAL_CLEARING
         < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 hang up Declined(Q850(16))
         > in-1 ended us Rejected 603
         < in-1 close
         < link 1: DECLINE_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         < record in-1 port 4 to 7322901900 total 0.0s talk -: Rejected by Us",
    ));
}

#[test]
fn b136_decline_without_a_cause_lets_the_call_ring() {
    check(&ringing(
        "> link 1: DECLINE_CALL/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=CAUSE_CODE_MISSING
         > link 1: DECLINE_CALL/INFO MSGID=1003 TRUNK_PORT=1 CAUSE_CODE=USER_BUSY
         < link 1: DECLINE_CALL/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=INVALID_TRUNK_PORT
         > link 1: ACCEPT_CALL/INFO MSGID=1004 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1004 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 answer",
    ));
}

#[test]
fn u61_a_cause_is_a_name_or_a_number_and_anything_else_is_normal() {
    for (word, cause) in [
        ("call_rejected", 21),
        ("GC_NORMAL_CLEARING", 16),
        ("NETWORK_CONGESTION", 42),
        ("DEST_OUT_OF_ORDER", 27),
        ("34", 34),
        ("NO_IDEA", 16),
        ("300", 16),
    ] {
        check(&ringing(&format!(
            "> link 1: DECLINE_CALL/INFO MSGID=1002 TRUNK_PORT=4 CAUSE_CODE={word}
             < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
             < in-1 hang up Declined(Q850({cause}))"
        )));
    }
}

#[test]
fn b136_a_caller_who_hangs_up_meanwhile_has_been_declined() {
    check(&ringing(
        "> link 1: DECLINE_CALL/INFO MSGID=1002 TRUNK_PORT=4 CAUSE_CODE=USER_BUSY
         < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 hang up Declined(Q850(17))
         > in-1 ended network NoAnswer 487
         < in-1 close
         < link 1: DECLINE_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Network",
    ));
}

#[test]
fn b136_what_the_network_does_not_end_is_over_all_the_same() {
    check(&ringing(
        "> link 1: DECLINE_CALL/INFO MSGID=1002 TRUNK_PORT=4 CAUSE_CODE=USER_BUSY
         < link 1: DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 hang up Declined(Q850(17))
         > wait 40s
         < in-1 close
         < link 1: DECLINE_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         < record in-1 port 4 to 7322901900 total 40.0s talk -: Lost by Us",
    ));
}
