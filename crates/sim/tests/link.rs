//! The life of a link: behaviours B1 to B25 as far as they are call control's.

use sim::{check, check_with, settings};

#[test]
fn b011_init_link_opens_the_link() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=PAN-512
         < link 1: INIT_LINK/RESPONSE MSGID=PAN-512 STATUS=SUCCESS",
    );
}

#[test]
fn b012_init_link_with_dnis_and_pass_code_takes_the_mailbox() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=PAN-123 NAME=PEC DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=PAN-123 STATUS=SUCCESS",
    );
}

#[test]
fn b013_the_mailbox_takes_the_name_of_the_link_and_gets_its_own_back() {
    use control::Input;
    let mut house = sim::transcript::House::new(settings());
    let mut feed = |line: &str| drop(house.handle(sim::lines::input(line)));
    feed("link 1 up");
    feed("link 1: INIT_LINK/INFO MSGID=PAN-123 NAME=Clinic DNIS=7322901900 PASS_CODE=2424");
    assert_eq!(house.switch.mailbox("7322901900").map(|b| (b.kind, b.name)), Some(('X', "Clinic".into())));
    house.handle(Input::Disconnected { connection: control::ConnectionId(1) });
    assert_eq!(house.switch.mailbox("7322901900").map(|b| (b.kind, b.name)), Some(('U', "PEC".into())));
}

#[test]
fn b015_without_inbound_support_a_dnis_is_refused() {
    let mut settings = settings();
    settings.parameters.inbound = false;
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=PAN-123 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=PAN-123 STATUS=\"IBOUND CALLS NO SUPPORTED\"
         > link 1: INIT_LINK/INFO MSGID=PAN-124
         < link 1: INIT_LINK/RESPONSE MSGID=PAN-124 STATUS=SUCCESS",
    );
}

#[test]
fn b016_several_dnis_work_at_the_same_time() {
    let mut house = sim::transcript::House::new(settings());
    let mut feed = |line: &str| drop(house.handle(sim::lines::input(line)));
    feed("link 1 up");
    feed("link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424");
    feed("link 1: INIT_LINK/INFO MSGID=1002 DNIS=7322901901 PASS_CODE=9595");
    let link = house.switch.links().next().expect("the link is there");
    assert_eq!(link.dnis, ["7322901900", "7322901901"]);
}

#[test]
fn b017_a_wrong_or_absent_pass_code_is_refused() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2425
         < denied 127.0.0.1 WrongPassCode
         < failed 7322901900 from 127.0.0.1
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=\"INVALID PASS CODE\"
         > link 1: INIT_LINK/INFO MSGID=1002 DNIS=7322901900
         < denied 127.0.0.1 WrongPassCode
         < failed 7322901900 from 127.0.0.1
         < link 1: INIT_LINK/RESPONSE MSGID=1002 STATUS=\"INVALID PASS CODE\"",
    );
}

#[test]
fn b018_an_unknown_dnis_is_refused() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901999 PASS_CODE=2424
         < denied 127.0.0.1 NoMailbox
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=\"INVALID DNIS\"",
    );
}

#[test]
fn b019_without_dnis_no_inbound_call_is_reported() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=PAN-512
         < link 1: INIT_LINK/RESPONSE MSGID=PAN-512 STATUS=SUCCESS
         > in-1 arrived 7322901900
         < in-1 hang up NoAnswer
         < record in-1 port - to 7322901900 total 0.0s talk -: NoAnswer by Us
         > in-1 ended us NoAnswer 480
         < in-1 close",
    );
}

#[test]
fn b020_a_dnis_of_another_live_link_is_busy() {
    check(
        "> link 1 up
         > link 2 up
         > link 1: INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 2: INIT_LINK/INFO MSGID=2001 DNIS=7322901900 PASS_CODE=2424
         < link 2: INIT_LINK/RESPONSE MSGID=2001 STATUS=BUSY
         # The same link may ask again (decision U01).
         > link 1: INIT_LINK/INFO MSGID=1002 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
         > link 1 down
         > link 2: INIT_LINK/INFO MSGID=2002 DNIS=7322901900 PASS_CODE=2424
         < link 2: INIT_LINK/RESPONSE MSGID=2002 STATUS=SUCCESS",
    );
}

#[test]
fn b021_terminate_link_ends_its_calls_and_begins_none() {
    check(
        "> link 1 up
         > link 2 up
         > link 1: INIT_LINK/INFO MSGID=1001
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > link 2: DIALOUT/DIAL MSGID=2001 DNIS=3014560101 MODE=BLIND
         < link 2: DIALOUT/RESPONSE MSGID=2001 STATUS=SUCCESS
         < out-2 dial 3014560101 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=1
         > link 1: PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1 FILE1=HELLO.VOX MODE=INTERRUPTABLE
         < find 1: HELLO.VOX
         > found 1: 2000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 2000ms until a key
         > link 1: TERMINATE_LINK/INFO MSGID=1004
         < out-1 hang up Normal
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=STOPPED
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1004 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1005 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1005 STATUS=FAILED
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Us
         > link 1: INIT_LINK/INFO MSGID=1006
         < link 1: INIT_LINK/RESPONSE MSGID=1006 STATUS=SUCCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1007 TRUNK_PORT=2
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1007 TRUNK_PORT=2 STATUS=DIALING",
    );
}

#[test]
fn b022_pause_link_lets_calls_finish_and_begins_none() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > link 1: PAUSE_LINK/INFO MSGID=1003
         < link 1: PAUSE_LINK/RESPONSE MSGID=1003 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1004 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1004 STATUS=BUSY
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         # INIT_LINK resumes (decision U04).
         > link 1: INIT_LINK/INFO MSGID=1005
         < link 1: INIT_LINK/RESPONSE MSGID=1005 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1006 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1006 STATUS=SUCCESS
         < out-2 dial 3014560100 on trunk-0",
    );
}

#[test]
fn b023_the_exit_command_asks_every_application() {
    check(
        "> link 1 up
         > link 2 up
         > link 3 up
         > link 1: INIT_LINK/INFO MSGID=1001
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 2: INIT_LINK/INFO MSGID=2001
         < link 2: INIT_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS
         > exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         < link 2: EXIT_LINK/INFO MSGID=00000002
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=BUSY
         > link 1: EXIT_LINK/RESPONSE MSGID=00000001 STATUS=SUCCESS
         > wait 4.999s
         > wait 1ms
         < link 1 close
         < link 2 close
         < link 3 close
         < exited",
    );
}

#[test]
fn b024_answers_to_exit_link_end_the_wait() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         # FAILED does not stop the exit (decision U06).
         > link 1: EXIT_LINK/RESPONSE MSGID=00000001 STATUS=FAILED
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=NOANS TRUNK_PORT=1
         > out-1 ended us NoAnswer 487
         < out-1 close
         < record out-1 port 1 to 3014560100 total 0.0s talk -: NoAnswer by Us
         < link 1 close
         < exited",
    );
}

#[test]
fn b024_a_second_exit_command_does_not_wait() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1001
         < link 1: INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
         > exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         > exit
         < link 1 close
         < exited",
    );
}

#[test]
fn b024_an_exit_does_not_wait_for_ever_for_its_calls() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > exit
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=NOANS TRUNK_PORT=1
         > wait 2.999s
         > wait 1ms
         < link 1 close
         < exited",
    );
}

#[test]
fn b025_every_response_carries_the_message_id_of_its_request() {
    check(
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=\" PAN 123 \"
         < link 1: INIT_LINK/RESPONSE MSGID=\"PAN 123\" STATUS=SUCCESS
         > link 1: INIT_LINK/INFO NAME=PEC
         < link 1: INIT_LINK/RESPONSE MSGID=\"\" STATUS=FAILED",
    );
}

#[test]
fn d08_with_require_init_everything_else_is_refused_before_it() {
    let mut settings = settings();
    settings.require_init = true;
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=FAILED
         > link 1: PAUSE_LINK/INFO MSGID=1002
         < link 1: PAUSE_LINK/RESPONSE MSGID=1002 STATUS=FAILED
         > link 1: INIT_LINK/INFO MSGID=1003
         < link 1: INIT_LINK/RESPONSE MSGID=1003 STATUS=SUCCESS
         > link 1: PAUSE_LINK/INFO MSGID=1004
         < link 1: PAUSE_LINK/RESPONSE MSGID=1004 STATUS=SUCCESS",
    );
}

#[test]
fn d08_events_go_only_to_links_that_did_init_link() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network",
    );
}
