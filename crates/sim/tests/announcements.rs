//! Mailboxes that announce, by themselves and by HANDLE_INBOUND_CALL: behaviours B132 to B134.

use sim::check_with;
use sim::openings::{accepted, announcing, ringing};

#[test]
fn d16_a_box_that_announces_has_the_call_where_its_application_says_nothing() {
    check_with(
        announcing(),
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
            announcing(),
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
        announcing(),
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
fn b132_a_box_that_announces_treats_a_call_that_rings() {
    check_with(
        announcing(),
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
        announcing(),
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
        announcing(),
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
    check_with(announcing(), &ringing(&script));
    check_with(
        announcing(),
        &accepted(
            "> link 1: DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT=4 NUMBER_OF_DIGITS=4
             < link 1: DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT=4 STATUS=SUCCESS
             > link 1: HANDLE_INBOUND_CALL/INFO MSGID=1004 DNIS=100 TRUNK_PORT=4
             < link 1: HANDLE_INBOUND_CALL/RESPONSE MSGID=1004 STATUS=FAILED",
        ),
    );
}
