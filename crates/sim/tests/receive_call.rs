//! What becomes of a call while it rings: the answers to RECEIVE_CALL (B131), requests for its voice, and its end.

use sim::check;
use sim::openings::{accepted, ringing};

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
