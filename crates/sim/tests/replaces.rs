//! Calls that take the place of another: INVITE with Replaces (decision X51).

use sim::check_with;
use sim::openings::{CUSTOMER, LINKED, STATIONS, telephones};

fn linked(rest: &str) {
    check_with(telephones(), &format!("{LINKED}{STATIONS}{rest}"));
}

fn with_customer(rest: &str) {
    check_with(telephones(), &format!("{LINKED}{STATIONS}{CUSTOMER}{rest}"));
}

#[test]
fn x051_on_its_line_it_has_the_port_and_the_first_of_two_has_it() {
    with_customer(
        "> link 1: MUTE/INFO MSGID=4 AGENT_PORT=24 MODE=ON
         < out-1 hears nobody
         < link 1: MUTE/RESPONSE MSGID=4 AGENT_PORT=24 MODE=ON STATUS=SUCCESS
         > in-1 arrived 24 from 24 on station-24 replacing out-2
         < in-1 answer
         > in-2 arrived 24 from 24 on station-24 replacing out-2
         < in-2 hang up Busy
         < record in-2 port - to 24 total 0.0s talk -: Busy by Us
         > in-1 answered
         < in-1 open
         < in-1 hears out-1
         < out-2 hang up Normal
         < out-2 close
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Us
         > out-2 ended us Normal
         < out-2 close
         > link 1: MUTE/INFO MSGID=4 AGENT_PORT=24 MODE=OFF
         < out-1 hears in-1
         < link 1: MUTE/RESPONSE MSGID=4 AGENT_PORT=24 MODE=OFF STATUS=SUCCESS
         > in-1 ended network Normal
         < in-1 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record in-1 port 24 to 24 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x051_another_agents_telephone_gets_the_place_in_the_talk() {
    with_customer(
        "> in-1 arrived 24 from 25 on station-25 replacing out-2
         < in-1 answer
         > in-1 answered
         < in-1 open
         < out-1 hears in-1
         < in-1 hears out-1
         < out-2 hears nobody
         < out-2 hang up Normal
         < out-2 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Us
         > out-2 ended us Normal
         < out-2 close
         > out-1 ended network Normal
         < out-1 close
         < in-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 25 total 0.0s talk 0.0s: Normal by Network
         > in-1 ended network Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000003 TRUNK_PORT=25
         < record in-1 port 25 to 24 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x051_who_comes_too_late_or_from_elsewhere_gets_nothing() {
    with_customer(
        "> in-1 arrived 24 from 25 on station-25 replacing out-2
         < in-1 answer
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > in-1 answered
         < in-1 hang up Unallocated
         < in-1 close
         < record in-1 port - to 24 total 0.0s talk -: Unallocated by Us
         > in-1 ended us Unallocated
         < in-1 close
         > in-2 arrived 24 from 25 on station-25 replacing out-2
         < in-2 hang up Unallocated
         < record in-2 port - to 24 total 0.0s talk -: Unallocated by Us
         > in-3 arrived 24 from 25 on station-25 replacing out-1
         < in-3 hang up Rejected
         < record in-3 port - to 24 total 0.0s talk -: Rejected by Us
         > in-4 arrived 24 from 301 on trunk-1 replacing out-1
         < in-4 hang up Rejected
         < record in-4 port - to 24 total 0.0s talk -: Rejected by Us
         > in-5 arrived 24 from 301 on trunk-0 replacing out-1
         < in-5 answer
         > in-5 ended network Normal
         < in-5 close
         < record in-5 port - to 24 total 0.0s talk -: Normal by Network",
    );
}

#[test]
fn x051_a_customer_who_waits_waits_on_and_recordings_end() {
    with_customer(
        "> in-1 arrived 7325551234 from 301 on trunk-0 replacing out-1
         < in-1 answer
         > link 1: HOLD/INFO MSGID=3 AGENT_PORT=24 ON_HOLD_FILE=MUSIC.VOX MODE=ON
         < find 1: MUSIC.VOX
         > found 1: 1000ms
         < out-1 hears nobody
         < out-1 play 1: 1000ms for ever
         < out-2 hears nobody
         < link 1: HOLD/RESPONSE MSGID=3 AGENT_PORT=24 ON_HOLD_FILE=MUSIC.VOX MODE=ON STATUS=SUCESS
         > link 1: RECORD_TWO_WAY_VOICE/INFO MSGID=6 TRUNK_PORT1=1 TRUNK_PORT2=24 FILE_NAME=A.WAV
         < link 1: RECORD_TWO_WAY_VOICE/RESPONSE MSGID=6 TRUNK_PORT1=1 TRUNK_PORT2=24 STATUS=SUCCESS
         < make 2: A.WAV Sum idle 600s
         > made 2
         < out-1 record 2 First
         < out-2 record 2 Second
         > in-1 answered
         < in-1 open
         < in-1 play 2: 1000ms for ever
         < out-1 hang up Normal
         < out-1 close
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Us
         > recorded 2 Gone
         < link 1: RECORD_TWO_WAY_VOICE/TERMINATION MSGID=6 TRUNK_PORT1=1 TRUNK_PORT2=24 EVENT=EOF
         > out-1 ended us Normal
         < out-1 close
         > link 1: HOLD/INFO MSGID=3 AGENT_PORT=24 MODE=CANCELL
         < in-1 hears out-2
         < in-1 stop 2
         < out-2 hears in-1
         < link 1: HOLD/RESPONSE MSGID=3 AGENT_PORT=24 ON_HOLD_FILE=\"\" MODE=CANCELL STATUS=SUCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=9 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=9 TRUNK_PORT=1 STATUS=WAITING
         > in-1 ended network Normal
         < in-1 close
         < out-2 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record in-1 port 1 to 7325551234 with agent 24 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x051_what_was_played_to_the_one_that_goes_is_over() {
    linked(
        "> link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > link 1: PLAY_VOICE_FILE/INFO MSGID=2 FILE1=A.VOX TRUNK_PORT=1 MODE=INTERRUPTABLE
         < find 1: A.VOX
         > found 1: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=2 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 1000ms until a key
         > in-1 arrived 7325551234 from 301 on trunk-0 replacing out-1
         < in-1 answer
         > in-1 answered
         < in-1 open
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=2 TRUNK_PORT=1 EVENT=LOOPDROP
         < out-1 hang up Normal
         < out-1 close
         < record out-1 port 1 to 3014567812 total 0.0s talk 0.0s: Normal by Us
         > link 1: PLAY_VOICE_FILE/INFO MSGID=2 FILE1=A.VOX TRUNK_PORT=1 MODE=INTERRUPTABLE
         < find 2: A.VOX
         > found 2: 1000ms
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=2 TRUNK_PORT=1 STATUS=SUCCESS
         < in-1 play 2: 1000ms until a key
         > in-1 ended network Normal
         < in-1 close
         < link 1: PLAY_VOICE_FILE/TERMINATION MSGID=2 TRUNK_PORT=1 EVENT=LOOPDROP
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record in-1 port 1 to 7325551234 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x051_at_the_exit_nobody_takes_a_place() {
    with_customer(
        "> in-1 arrived 24 from 24 on station-24 replacing out-2
         < in-1 answer
         > exit
         < link 1: EXIT_LINK/INFO MSGID=00000001",
    );
}

#[test]
fn x051_a_transfer_of_the_one_that_goes_is_over() {
    with_customer(
        "> link 1: AGENT_TRANSFER/INFO MSGID=5 SOURCE_AGENT_PORT=24 DESTINATION_AGENT_PORT=25 MODE=INITIATE
         < out-3 call station-25 from 3014567812
         > in-1 arrived 24 from 26 on station-26 replacing out-2
         < in-1 answer
         > in-1 answered
         < in-1 open
         < out-1 hears in-1
         < in-1 hears out-1
         < out-2 hears nobody
         < out-2 hang up Normal
         < out-2 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Us
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=5 SOURCE_AGENT_PORT=24 DESTINATION_AGENT_PORT=25 ON_HOLD_FILE=\"\" MODE=INITIATE STATUS=SOURCE_AGENT_NOT_CONNECTED
         < out-3 hang up Normal
         > out-3 answered
         > link 1: AGENT_TRANSFER/INFO MSGID=5 SOURCE_AGENT_PORT=26 DESTINATION_AGENT_PORT=25 MODE=ACCEPT
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=5 SOURCE_AGENT_PORT=26 DESTINATION_AGENT_PORT=25 ON_HOLD_FILE=\"\" MODE=ACCEPT STATUS=INVALIDE_MODE",
    );
}

#[test]
fn x051_a_second_line_may_be_in_use_meanwhile() {
    with_customer(
        "> in-1 arrived 24 from 24 on station-24 replacing out-2
         < in-1 answer
         > in-2 arrived 25 from 24 on station-24
         < out-3 call station-25 from 24
         > out-3 answered
         < out-3 open
         < in-2 answer
         > in-2 answered
         < in-2 open
         < in-2 hears out-3
         < out-3 hears in-2
         > in-1 answered
         < in-1 open
         < out-1 hears in-1
         < in-1 hears out-1
         < out-2 hang up Normal
         < out-2 close
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Us
         > out-2 ended us Normal
         < out-2 close
         > in-1 refers to in-2
         < in-2 hears nobody
         < out-3 hears nobody
         < out-1 hears out-3
         < out-3 hears out-1
         < in-1 hears nobody
         < in-1 transfer Done
         > in-2 ended network Normal
         < in-2 close
         < record in-2 port 24 to 25 total 0.0s talk 0.0s: Normal by Network
         > in-1 ended network Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=24
         < record in-1 port 24 to 24 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x051_who_was_dialled_for_an_agent_alone_still_goes_with_him() {
    linked(
        "> link 1: DIAL_PATCH/INFO MSGID=2 AGENT_PORT=24 DNIS=3014567812
         < link 1: DIAL_PATCH/RESPONSE MSGID=2 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 answered
         < out-1 open
         < out-2 call station-24 from 3014567812
         > out-2 answered
         < out-2 open
         < out-1 hears out-2
         < out-2 hears out-1
         < link 1: DIAL_PATCH/TERMINATION MSGID=2 EVENT=CONNECTED TRINK_PORT=1 TRUNK_PORT=1
         > in-1 arrived 3014567812 from 301 on trunk-0 replacing out-1
         < in-1 answer
         > in-1 answered
         < in-1 open
         < in-1 hears out-2
         < out-2 hears in-1
         < out-1 hang up Normal
         < out-1 close
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Us
         > out-2 ended network Normal
         < out-2 close
         < in-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         < in-1 hang up Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=1
         < record in-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn x051_a_request_that_waits_for_a_file_is_told_that_its_agent_has_gone() {
    with_customer(
        "> link 1: HOLD/INFO MSGID=3 AGENT_PORT=24 ON_HOLD_FILE=MUSIC.VOX MODE=ON
         < find 1: MUSIC.VOX
         > in-1 arrived 24 from 24 on station-24 replacing out-2
         < in-1 answer
         > in-1 answered
         < in-1 open
         < link 1: HOLD/RESPONSE MSGID=3 AGENT_PORT=24 ON_HOLD_FILE=MUSIC.VOX MODE=ON STATUS=AGENT_NOT_CONNECTED
         < out-1 hears in-1
         < in-1 hears out-1
         < out-2 hang up Normal
         < out-2 close
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Us
         > found 1: 1000ms",
    );
}
