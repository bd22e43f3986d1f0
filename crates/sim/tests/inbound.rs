//! Calls that come in: behaviours B129 to B136 and B14, and what becomes of a call while it rings.

use control::{Mailbox, Settings};
use sim::{check, check_with, settings};
use std::time::Duration;

/// An application that has 7322901900, and a call that rings for it on port 4 (the last one of its trunk).
fn ringing(script: &str) -> String {
    format!(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > in-1 arrived 7322901900 from 2015550100 via 6095550142
         < in-1 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=7322901900 ANI=2015550100 REDIRECTINING_NO=6095550142 TRUNK_PORT=4
         {script}"
    )
}

/// The same call, accepted.
fn accepted(script: &str) -> String {
    ringing(&format!(
        "> link 1: ACCEPT_CALL/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 answer
         > in-1 answered
         < in-1 open
         < link 1: ACCEPT_CALL/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=EOF
         {script}"
    ))
}

/// A house with boxes that announce, and one that is switched off.
fn house() -> Settings {
    let mailbox = |number: &str, kind, greeting: Option<&str>, max_messages| Mailbox {
        number: number.into(),
        kind,
        password: Some("2424".into()),
        name: String::new(),
        greeting: greeting.map(Into::into),
        max_messages,
    };
    let mut settings = settings();
    settings.mailboxes.extend([
        mailbox("100", 'E', Some("HOURS.VOX"), 100),
        mailbox("101", 'Q', Some("CLOSED.VOX"), 100),
        mailbox("102", 'E', None, 100),
        mailbox("103", 'E', Some("HOURS.VOX"), 0),
        mailbox("104", 'X', Some("HOURS.VOX"), 100),
    ]);
    settings
}

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

#[test]
fn b131_disconnect_sends_the_call_away() {
    for word in ["DISCONNECT", "DECLINE", "FAILED"] {
        check(&ringing(&format!(
            "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS={word}
             < in-1 hang up Normal
             > in-1 ended us NoAnswer 480
             < in-1 close
             < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Us"
        )));
    }
}

#[test]
fn b131_u55_play_answers_the_call_and_ends_under_the_events_id() {
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=HELLO.VOX
         < in-1 answer
         > in-1 answered
         < in-1 open
         < find 1: HELLO.VOX
         > found 1: 2000ms
         < in-1 play 1: 2000ms until a key
         > in-1 played 1 by 5
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=00000001 TRUNK_PORT=4 EVENT=DTMF DTMF=5
         # The call stays, for whatever comes next.
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=WAITING",
    ));
}

#[test]
fn u56_a_missing_file_is_for_the_log_and_the_call_stays() {
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=HELLO.VOX
         < in-1 answer
         > in-1 answered
         < in-1 open
         < find 1: HELLO.VOX
         > found 1: missing
         < unsaid to link-1: PLAY_VOICE_FILE/RESPONSE MSGID=00000001 TRUNK_PORT=4 STATUS=FILE1_MISSING
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=4
         < in-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS",
    ));
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY
         < in-1 answer
         > in-1 answered
         < in-1 open
         < unsaid to link-1: PLAY_VOICE_FILE/RESPONSE MSGID=00000001 TRUNK_PORT=4 STATUS=FILE1_MISSING",
    ));
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=RECORD
         < in-1 answer
         > in-1 answered
         < in-1 open
         < unsaid to link-1: RECORD_VOICE_FILE/RESPONSE MSGID=00000001 TRUNK_PORT=4 STATUS=FAILED_TO_CREATE_FILE",
    ));
}

#[test]
fn b131_u55_record_answers_the_call_and_ends_under_the_events_id() {
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=RECORD RECORD_FILE=CALLER.VOX
         < in-1 answer
         > in-1 answered
         < in-1 open
         < make 1: CALLER.VOX One
         > made 1
         < in-1 record 1 First until Keys(0123456789*#ABCD) silence 5s longest 600s
         > in-1 ended network Normal
         < in-1 close
         > recorded 1 Gone
         < link 1: RECORD_VOICE_FILE/TERMINATION MSGID=00000001 TRUNK_PORT=4 EVENT=LOOP_DROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 0.0s talk 0.0s: Normal by Network",
    ));
}

#[test]
fn s28_accept_leaves_the_call_to_the_application_for_as_long_as_it_rings() {
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=SUCCESS
         > wait 100s
         # The answer was given; another is none.
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=DISCONNECT
         > link 1: ACCEPT_CALL/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 answer",
    ));
}

#[test]
fn u54_a_request_for_its_voice_answers_the_call_and_waits_for_that() {
    check(&ringing(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=4 FILE1=A.VOX MODE=INTERRUPTABLE
         < in-1 answer
         > link 1: STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=4
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=4
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=4 STATUS=WAITING
         > wait 60s
         > in-1 answered
         < in-1 open
         < find 1: A.VOX
         > found 1: 2000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 play 1: 2000ms until a key
         < link 1: STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 stop 1
         > in-1 stopped 1
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=4 EVENT=STOPPED
         < link 1: STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=4 EVENT=SUCCESS",
    ));
}

#[test]
fn u54_what_waits_for_the_answer_is_refused_when_the_caller_leaves_before() {
    check(&ringing(
        "> link 1: DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT=4 NUMBER_OF_DIGITS=4
         < in-1 answer
         > in-1 ended network NoAnswer 487
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Network
         < link 1: DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=INVALID_CHANNEL_STATE",
    ));
}

#[test]
fn b079_a_caller_who_hangs_up_while_it_rings_is_told() {
    check(&ringing(
        "> wait 3s
         > in-1 ended network NoAnswer 487
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 3.0s talk -: NoAnswer by Network
         # Answers that cross it are for nobody.
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=A.VOX
         > link 1: ACCEPT_CALL/INFO MSGID=1002 TRUNK_PORT=4
         < link 1: ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=INVALID_TRUNK_PORT
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000002 TRUNK_PORT=4 STATUS=SUCCESS
         > wait 60s",
    ));
}

#[test]
fn b079_u23_a_caller_who_hangs_up_during_a_play_ends_that_first() {
    check(&accepted(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=4 FILE1=A.VOX MODE=INTERRUPTABLE
         < find 1: A.VOX
         > found 1: 2000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
         < in-1 play 1: 2000ms until a key
         > in-1 ended network Normal
         < in-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=4 EVENT=LOOPDROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 0.0s talk 0.0s: Normal by Network",
    ));
}

#[test]
fn b077_disconnecting_a_call_that_rings_sends_it_away() {
    check(&ringing(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=4
         < in-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=4 STATUS=SUCCESS
         > in-1 ended us NoAnswer 480
         < in-1 close
         < record in-1 port 4 to 7322901900 total 0.0s talk -: NoAnswer by Us
         > wait 60s",
    ));
}

#[test]
fn d16_a_call_that_nobody_answers_is_declined_and_that_is_told() {
    check(&ringing(
        "> wait 29.9s
         > wait 0.1s
         < in-1 hang up Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 30.0s talk -: Normal by Us
         # An answer that comes too late is for nobody.
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=A.VOX
         > in-1 ended us NoAnswer 480
         < in-1 close",
    ));
}

#[test]
fn d03_the_event_is_sent_once_and_answered_in_time_it_is_not_taken_back() {
    check(&ringing(
        "> wait 29s
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=PLAY PLAY_FILE=A.VOX
         < in-1 answer
         > wait 10s
         > in-1 answered
         < in-1 open
         < find 1: A.VOX",
    ));
}

#[test]
fn d16_a_word_that_is_none_is_no_answer() {
    check(&ringing(
        "> link 1: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=SING
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000001
         > link 1: RECEIVE_CALL/RESPONSE MSGID=00000009 STATUS=DISCONNECT
         > link 2 up
         > link 2: RECEIVE_CALL/RESPONSE MSGID=00000001 STATUS=DISCONNECT
         > wait 30s
         < in-1 hang up Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 7322901900 total 30.0s talk -: Normal by Us",
    ));
}

#[test]
fn d16_a_box_that_announces_has_the_call_where_its_application_says_nothing() {
    check_with(
        house(),
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=100 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > in-1 arrived 100
         < in-1 ring
         < link 1: RECEIVE_CALL/INFO MSGID=00000001 DNIS=100 ANI=\"\" REDIRECTINING_NO=\"\" TRUNK_PORT=4
         > wait 30s
         < in-1 answer
         > in-1 answered
         < in-1 open
         < find 1: HOURS.VOX
         > found 1: 2000ms
         < in-1 play 1: 2000ms
         > in-1 played 1
         < in-1 hang up Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
         < record in-1 port 4 to 100 total 30.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn d07_a_box_that_announces_does_so_without_any_application() {
    for number in ["100", "101"] {
        let file = if number == "100" { "HOURS.VOX" } else { "CLOSED.VOX" };
        check_with(
            house(),
            &format!(
                "> in-1 arrived {number}
                 < in-1 answer
                 > in-1 answered
                 < in-1 open
                 < find 1: {file}
                 > found 1: 2000ms
                 < in-1 play 1: 2000ms
                 > in-1 key 5
                 > wait 2s
                 > in-1 played 1
                 < in-1 hang up Normal
                 < in-1 close
                 < record in-1 port 4 to {number} total 2.0s talk 2.0s: Normal by Us"
            ),
        );
    }
}

#[test]
fn d07_a_box_whose_greeting_is_not_there_hangs_up() {
    check_with(
        house(),
        "> in-1 arrived 100
         < in-1 answer
         > in-1 answered
         < in-1 open
         < find 1: HOURS.VOX
         > found 1: missing
         < in-1 hang up Normal
         < in-1 close
         < record in-1 port 4 to 100 total 0.0s talk 0.0s: Normal by Us",
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
            house(),
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
    let mut settings = house();
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
fn b132_a_box_that_announces_treats_a_call_that_rings() {
    check_with(
        house(),
        &ringing(
            "> link 1: HANDLE_INBOUND_CALL/INFO MSGID=1002 DNIS=100 ANI=2015550100 TRUNK_PORT=4
             < link 1: HANDLE_INBOUND_CALL/RESPONSE MSGID=1002 STATUS=SUCCESS
             < in-1 answer
             > in-1 answered
             < in-1 open
             < find 1: HOURS.VOX
             > found 1: 2000ms
             < in-1 play 1: 2000ms
             > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=4
             < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=PLAYING
             > link 1: PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT=4 FILE1=A.VOX MODE=INTERRUPTABLE
             < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT=4 STATUS=VOICE_CHANNEL_BUSY
             > in-1 played 1
             < in-1 hang up Normal
             < in-1 close
             < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
             < record in-1 port 4 to 7322901900 total 0.0s talk 0.0s: Normal by Us",
        ),
    );
}

#[test]
fn b132_b133_u24_a_box_treats_a_call_that_is_up_until_the_application_disconnects_it() {
    check_with(
        house(),
        &accepted(
            "> link 1: HANDLE_INBOUND_CALL/INFO MSGID=1003 DNIS=100 TRUNK_PORT=4
             < link 1: HANDLE_INBOUND_CALL/RESPONSE MSGID=1003 STATUS=SUCCESS
             < find 1: HOURS.VOX
             > found 1: 2000ms
             < in-1 play 1: 2000ms
             > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=4
             < in-1 hang up Normal
             < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=4 STATUS=SUCCESS
             > in-1 ended us Normal
             < in-1 close
             < record in-1 port 4 to 7322901900 total 0.0s talk 0.0s: Normal by Us",
        ),
    );
}

#[test]
fn b133_other_endings_are_told_by_the_server() {
    check_with(
        house(),
        &accepted(
            "> link 1: HANDLE_INBOUND_CALL/INFO MSGID=1003 DNIS=100 TRUNK_PORT=4
             < link 1: HANDLE_INBOUND_CALL/RESPONSE MSGID=1003 STATUS=SUCCESS
             < find 1: HOURS.VOX
             > in-1 ended network Normal
             < in-1 close
             < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=4
             < record in-1 port 4 to 7322901900 total 0.0s talk 0.0s: Normal by Network
             > found 1: 2000ms",
        ),
    );
}

#[test]
fn b134_u58_u59_what_cannot_be_treated_is_refused() {
    let refused = |line: &str, status: &str| {
        format!(
            "> link 1: HANDLE_INBOUND_CALL/INFO MSGID=1002 {line}
             < link 1: HANDLE_INBOUND_CALL/RESPONSE MSGID=1002 STATUS={status}\n"
        )
    };
    let script: String = [
        ("TRUNK_PORT=4", "INVALID_DNIS"),
        ("DNIS=PEC TRUNK_PORT=4", "INVALID_DNIS"),
        ("DNIS=999 TRUNK_PORT=4", "INVALID_MAILBOX"),
        ("DNIS=7322901901 TRUNK_PORT=4", "INVALID_MAILBOX"),
        ("DNIS=102 TRUNK_PORT=4", "INVALID_MAILBOX"),
        ("DNIS=104 TRUNK_PORT=4", "INVALID_MAILBOX"),
        ("DNIS=103 TRUNK_PORT=4", "DIABLED_MAILBOX"),
        ("DNIS=100 TRUNK_PORT=1", "FAILED"),
        ("DNIS=100 TRUNK_PORT=99", "FAILED"),
        ("DNIS=100", "FAILED"),
    ]
    .map(|(line, status)| refused(line, status))
    .concat();
    check_with(house(), &ringing(&script));
    check_with(
        house(),
        &accepted(
            "> link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=4 NUMBER_OF_DIGITS=4
             < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
             > link 1: HANDLE_INBOUND_CALL/INFO MSGID=1004 DNIS=100 TRUNK_PORT=4
             < link 1: HANDLE_INBOUND_CALL/RESPONSE MSGID=1004 STATUS=FAILED",
        ),
    );
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
