//! Transfers that an agent's telephone asks for by itself: to a number outside, and between two of its calls
//! (decision X46).

use sim::check_with;
use sim::openings::{COLLEAGUES, CUSTOMER, LINKED, STATIONS, telephones};

fn there(rest: &str) {
    check_with(telephones(), &format!("{LINKED}{STATIONS}{rest}"));
}

fn with_colleague(rest: &str) {
    check_with(telephones(), &format!("{LINKED}{STATIONS}{COLLEAGUES}{rest}"));
}

fn with_customer(rest: &str) {
    check_with(telephones(), &format!("{LINKED}{STATIONS}{CUSTOMER}{rest}"));
}

#[test]
fn x046_a_customer_is_passed_on_to_a_number_outside() {
    with_customer(
        "> out-2 refers to 3015550100
         < out-2 transfer Trying
         < out-3 dial 3015550100 on trunk-0
         > out-3 ringing
         > out-3 answered
         < out-3 open
         < out-1 hears out-3
         < out-3 hears out-1
         < out-2 hears nobody
         < out-2 transfer Done
         > out-2 ended network Normal
         < out-2 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > out-1 ended network Normal
         < out-1 close
         < out-3 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         > out-3 ended network Normal
         < out-3 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000003 TRUNK_PORT=2
         < record out-3 port 2 to 3015550100 with agent 24 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x046_a_number_that_is_not_dialled_or_does_not_answer_leaves_all_as_it_was() {
    with_customer(
        "> out-2 refers to 7325550100
         < out-2 transfer Failed(Barred)
         > out-2 refers to 911
         < out-2 transfer Failed(Barred)
         > out-2 refers to 3015550100
         < out-2 transfer Trying
         < out-3 dial 3015550100 on trunk-0
         > out-3 ended network NoCircuit 503
         < out-3 close
         < out-4 dial 3015550100 on trunk-1
         < record out-3 port 2 to 3015550100 with agent 24 total 0.0s talk -: NoCircuit by Network
         > out-4 ended network Busy 486
         < out-4 close
         < out-2 transfer Failed(Busy)
         < record out-4 port 5 to 3015550100 with agent 24 total 0.0s talk -: Busy by Network
         > out-2 refers to 3015550100
         < out-2 transfer Trying
         < out-5 dial 3015550100 on trunk-0
         > wait 120s
         < out-5 hang up NoAnswer
         < out-2 transfer Failed(NoAnswer)
         > out-5 ended us NoAnswer
         < out-5 close
         < record out-5 port 3 to 3015550100 with agent 24 total 120.0s talk -: NoAnswer by Us",
    );
}

#[test]
fn x046_a_transfer_goes_on_when_the_telephone_has_hung_up() {
    with_customer(
        "> out-2 refers to 3015550100
         < out-2 transfer Trying
         < out-3 dial 3015550100 on trunk-0
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > out-3 answered
         < out-3 open
         < out-1 hears out-3
         < out-3 hears out-1
         > out-3 ended network Normal
         < out-3 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=2
         < record out-3 port 2 to 3015550100 with agent 24 total 0.0s talk 0.0s: Normal by Network
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000003 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x046_nobody_is_rung_for_a_customer_who_has_gone() {
    with_customer(
        "> out-2 refers to 25
         < out-2 transfer Trying
         < out-3 call station-25 from 3014567812
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         < out-3 hang up Normal
         > out-3 ended us Normal
         < out-3 close
         < record out-3 port 25 to 25 total 0.0s talk -: Normal by Us",
    );
}

#[test]
fn x046_a_customer_whose_transfer_fails_when_the_telephone_has_gone_is_left_to_the_application() {
    with_customer(
        "> out-2 refers to 25
         < out-2 transfer Trying
         < out-3 call station-25 from 3014567812
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > out-3 ended network Busy 486
         < out-3 close
         < record out-3 port 25 to 25 total 0.0s talk -: Busy by Network
         > link 1: AGENT_TRANSFER/INFO MSGID=5 SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=25 MODE=BLIND
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=5 SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=25 ON_HOLD_FILE=\"\" MODE=BLIND STATUS=SOURCE_AGENT_NOT_CONNECTED",
    );
}

#[test]
fn x046_one_transfer_at_a_time_and_none_while_another_agent_is_consulted() {
    with_customer(
        "> link 1: AGENT_TRANSFER/INFO MSGID=5 SOURCE_AGENT_PORT=24 DESTINATION_AGENT_PORT=25 MODE=INITIATE
         < out-3 call station-25 from 3014567812
         > out-2 refers to 3015550100
         < out-2 transfer Failed(Busy)
         > out-3 answered
         < out-3 open
         < out-1 hears nobody
         < out-2 hears out-3
         < out-3 hears out-2
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=5 SOURCE_AGENT_PORT=24 DESTINATION_AGENT_PORT=25 ON_HOLD_FILE=\"\" STATUS=CONNECTED
         > out-2 refers to 3015550100
         < out-2 transfer Failed(Rejected)
         > link 1: AGENT_TRANSFER/INFO MSGID=5 SOURCE_AGENT_PORT=24 DESTINATION_AGENT_PORT=25 MODE=CANCEL
         < out-1 hears out-2
         < out-2 hears out-1
         < out-3 hears nobody
         < link 1: AGENT_TRANSFER/RESPONSE MSGID=5 SOURCE_AGENT_PORT=24 DESTINATION_AGENT_PORT=25 ON_HOLD_FILE=\"\" STATUS=CONNECTED
         > out-2 refers to 3015550100
         < out-2 transfer Trying
         < out-4 dial 3015550100 on trunk-0
         > out-1 ended network Normal
         < out-1 close
         < out-2 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         < out-2 transfer Failed(Normal)
         < out-4 hang up Normal
         > out-4 ended us Normal
         < out-4 close
         < record out-4 port 2 to 3015550100 with agent 24 total 0.0s talk -: Normal by Us",
    );
}

#[test]
fn x046_a_colleague_is_passed_on_and_both_part_together() {
    with_colleague(
        "> in-1 refers to 3015550100
         < in-1 transfer Trying
         < out-2 dial 3015550100 on trunk-0
         > out-2 answered
         < out-2 open
         < out-2 hears out-1
         < out-1 hears out-2
         < in-1 hears nobody
         < in-1 transfer Done
         > in-1 ended network Normal
         < in-1 close
         < record in-1 port 24 to 25 total 0.0s talk 0.0s: Normal by Network
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < record out-2 port 1 to 3015550100 with agent 25 total 0.0s talk 0.0s: Normal by Network
         < out-1 hang up Normal
         < out-1 close
         < record out-1 port 25 to 25 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn x046_a_customer_is_joined_with_the_colleague_who_was_consulted() {
    with_customer(
        "> in-1 arrived 25 from 24 on station-24
         < out-3 call station-25 from 24
         > out-3 answered
         < out-3 open
         < in-1 answer
         > in-1 answered
         < in-1 open
         < in-1 hears out-3
         < out-3 hears in-1
         > out-2 refers to in-1
         < in-1 hears nobody
         < out-3 hears nobody
         < out-1 hears out-3
         < out-3 hears out-1
         < out-2 hears nobody
         < out-2 transfer Done
         > out-2 ended network Normal
         < out-2 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > in-1 ended network Normal
         < in-1 close
         < record in-1 port 24 to 25 total 0.0s talk 0.0s: Normal by Network
         > out-1 ended network Normal
         < out-1 close
         < out-3 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000003 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 25 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn x046_the_second_call_may_name_the_first_and_is_ended_for_the_telephone() {
    with_customer(
        "> in-1 arrived 3015550100 from 24 on station-24
         < out-3 dial 3015550100 on trunk-0
         > out-3 answered
         < out-3 open
         < in-1 answer
         > in-1 answered
         < in-1 open
         < in-1 hears out-3
         < out-3 hears in-1
         > in-1 refers to out-2
         < out-1 hears nobody
         < out-2 hears nobody
         < out-1 hears out-3
         < out-3 hears out-1
         < in-1 hears nobody
         < in-1 transfer Done
         > wait 6s
         < in-1 hang up Normal
         < in-1 close
         < record in-1 port 24 to 3015550100 total 5.0s talk 5.0s: Normal by Us
         > out-3 ended network Normal
         < out-3 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000002 TRUNK_PORT=2
         < record out-3 port 2 to 3015550100 with agent 24 total 6.0s talk 6.0s: Normal by Network",
    );
}

#[test]
fn x046_two_numbers_outside_are_joined_and_part_together() {
    there(
        "> in-1 arrived 3015550100 from 24 on station-24
         < out-1 dial 3015550100 on trunk-0
         > out-1 answered
         < out-1 open
         < in-1 answer
         > in-1 answered
         < in-1 open
         < in-1 hears out-1
         < out-1 hears in-1
         > in-2 arrived 3015550101 from 24 on station-24
         < out-2 dial 3015550101 on trunk-0
         > out-2 answered
         < out-2 open
         < in-2 answer
         > in-2 answered
         < in-2 open
         < in-2 hears out-2
         < out-2 hears in-2
         > in-2 refers to in-1
         < in-1 hears nobody
         < out-1 hears nobody
         < out-1 hears out-2
         < out-2 hears out-1
         < in-2 hears nobody
         < in-2 transfer Done
         > in-2 ended network Normal
         < in-2 close
         < record in-2 port 24 to 3015550101 total 0.0s talk 0.0s: Normal by Network
         > wait 6s
         < in-1 hang up Normal
         < in-1 close
         < record in-1 port 24 to 3015550100 total 5.0s talk 5.0s: Normal by Us
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < record out-2 port 2 to 3015550101 with agent 24 total 6.0s talk 6.0s: Normal by Network
         < out-1 hang up Normal
         < out-1 close
         < record out-1 port 1 to 3015550100 with agent 24 total 6.0s talk 6.0s: Normal by Us",
    );
}

/// An agent who is connected and talks with nobody has the customer at once; oneself is nobody to pass on to.
#[test]
fn x046_a_customer_is_passed_on_to_an_agent_who_is_connected() {
    with_customer(
        "> link 1: DIALOUT/DIAL MSGID=2 DNIS=3014567813 AGENTS=25 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=2 STATUS=SUCCESS
         < out-3 dial 3014567813 on trunk-0
         > out-3 answered
         < out-3 open
         < out-4 call station-25 from 3014567813
         > out-4 answered
         < out-4 open
         < out-3 hears out-4
         < out-4 hears out-3
         < link 1: DIALOUT/TERMINATION MSGID=2 EVENT=CONNECT TRUNK_PORT=2 AGENT=25
         > out-2 refers to 25
         < out-2 transfer Failed(Busy)
         > out-3 ended network Normal
         < out-3 close
         < out-4 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=2
         < record out-3 port 2 to 3014567813 with agent 25 total 0.0s talk 0.0s: Normal by Network
         > out-2 refers to 24
         < out-2 transfer Failed(Busy)
         > out-2 refers to 25
         < out-1 hears out-4
         < out-4 hears out-1
         < out-2 hears nobody
         < out-2 transfer Done",
    );
}
