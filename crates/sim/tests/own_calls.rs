//! Calls that an agent's telephone makes by itself: to a colleague, to a number outside, beside a customer
//! (decision X50).

use control::{Agent, Settings};
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

/// Telephones that are kept connected.
fn nailed() -> Settings {
    let agents = telephones().agents.into_iter().map(|agent| Agent { nailed_up: true, ..agent });
    Settings { agents: agents.collect(), ..telephones() }
}

/// A call a second.
fn slow() -> Settings {
    let mut settings = telephones();
    settings.dialling.calls_per_second = 1;
    settings
}

#[test]
fn x050_who_was_called_by_a_telephone_goes_when_it_does() {
    with_colleague(
        "> link 1: DIALOUT/DIAL MSGID=1 DNIS=3014567812 AGENTS=24-25 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1 STATUS=NO_AGENT_FREE
         > in-2 arrived 26 from 24 on station-24
         < in-2 hang up NoAnswer
         < record in-2 port - to 26 total 0.0s talk -: NoAnswer by Us
         > wait 3600s
         > in-1 ended network Normal
         < in-1 close
         < out-1 hears nobody
         < record in-1 port 24 to 25 total 3600.0s talk 3600.0s: Normal by Network
         < out-1 hang up Normal
         < out-1 close
         < record out-1 port 25 to 25 total 3600.0s talk 3600.0s: Normal by Us
         > out-1 ended us Normal
         < out-1 close",
    );
}

#[test]
fn x050_a_telephone_goes_when_its_colleague_does_and_gets_none_who_is_not_free() {
    with_colleague(
        "> out-1 ended network Normal
         < out-1 close
         < in-1 hears nobody
         < record out-1 port 25 to 25 total 0.0s talk 0.0s: Normal by Network
         < in-1 hang up Normal
         < in-1 close
         < record in-1 port 24 to 25 total 0.0s talk 0.0s: Normal by Us
         > in-1 ended us Normal
         < in-1 close
         > in-2 arrived 24 from 24 on station-24
         < in-2 hang up Busy
         < record in-2 port - to 24 total 0.0s talk -: Busy by Us
         > in-3 arrived 26 from 24 on station-24
         < in-3 hang up NoAnswer
         < record in-3 port - to 26 total 0.0s talk -: NoAnswer by Us
         > link 1: AGENT_LOGIN/INFO MSGID=2 AGENT_NO=25 MODE=BUSY
         < agent 25 BUSY \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=2 STATUS=SUCCESS
         > link 1: AGENT_LOGOUT/INFO MSGID=2 AGENT_NO=25
         < agent 25 out
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=2 STATUS=SUCCESS
         > in-4 arrived 25 from 24 on station-24
         < in-4 hang up NoAnswer
         < record in-4 port - to 25 total 0.0s talk -: NoAnswer by Us
         > in-5 arrived 25 from 28 on station-28
         < in-5 hang up Barred
         < record in-5 port - to 25 total 0.0s talk -: Barred by Us",
    );
}

#[test]
fn x050_a_telephone_is_told_what_becomes_of_its_call() {
    there(
        "> in-1 arrived 25 from 24 on station-24
         < out-1 call station-25 from 24
         > in-2 arrived 25 from 24 on station-24
         < in-2 hang up Busy
         < record in-2 port - to 25 total 0.0s talk -: Busy by Us
         > in-1 ended network NoAnswer 487
         < in-1 close
         < out-1 hang up Normal
         < record in-1 port 24 to 25 total 0.0s talk -: NoAnswer by Network
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 25 to 25 total 0.0s talk -: Normal by Us
         > in-3 arrived 25 from 24 on station-24
         < out-2 call station-25 from 24
         > wait 20s
         < out-2 hang up NoAnswer
         < in-3 hang up NoAnswer
         < in-3 close
         < record in-3 port 24 to 25 total 20.0s talk -: NoAnswer by Us
         > in-3 ended us NoAnswer
         < in-3 close
         > out-2 ended us NoAnswer
         < out-2 close
         < record out-2 port 25 to 25 total 20.0s talk -: NoAnswer by Us
         > in-4 arrived 25 from 24 on station-24
         < out-3 call station-25 from 24
         > out-3 ended network Busy 486
         < out-3 close
         < in-4 hang up Busy
         < in-4 close
         < record in-4 port 24 to 25 total 0.0s talk -: Busy by Us
         < record out-3 port 25 to 25 total 0.0s talk -: Busy by Network
         > in-5 arrived 25 from 24 on station-24
         < out-4 call station-25 from 24
         > out-4 answered
         < out-4 open
         < in-5 answer
         > out-4 ended network Normal
         < out-4 close
         < record out-4 port 25 to 25 total 0.0s talk 0.0s: Normal by Network
         > in-5 answered
         < in-5 open
         < in-5 hang up Normal
         < in-5 close
         < record in-5 port 24 to 25 total 0.0s talk 0.0s: Normal by Us
         > in-5 ended us Normal
         < in-5 close
         > in-6 arrived 25 from 24 on station-24
         < out-5 call station-25 from 24
         > out-5 answered
         < out-5 open
         < in-6 answer
         > link 1: DIALOUT/DIAL MSGID=1 DNIS=3014567812 AGENTS=25 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1 STATUS=NO_AGENT_FREE
         > in-6 ended network Normal
         < in-6 close
         < record in-6 port 24 to 25 total 0.0s talk -: Normal by Network
         < out-5 hang up Normal
         < out-5 close
         < record out-5 port 25 to 25 total 0.0s talk 0.0s: Normal by Us
         > out-5 ended us Normal
         < out-5 close",
    );
}

#[test]
fn x050_a_number_outside_is_dialled_by_a_trunk_and_heard_before_its_answer() {
    there(
        "> in-1 arrived 3014567812 from 24 on station-24
         < out-1 dial 3014567812 on trunk-0
         > out-1 ringing
         < in-1 ring
         > out-1 early
         < out-1 open
         < in-1 progress
         > in-1 early
         < in-1 open
         < in-1 hears out-1
         > out-1 answered
         < out-1 open
         < in-1 answer
         > in-1 answered
         < in-1 open
         < out-1 hears in-1
         > out-1 ended network Normal
         < out-1 close
         < in-1 hears nobody
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         < in-1 hang up Normal
         < in-1 close
         < record in-1 port 24 to 3014567812 total 0.0s talk 0.0s: Normal by Us
         > in-1 ended us Normal
         < in-1 close
         > in-2 arrived 3014567812 from 24 on station-24
         < out-2 dial 3014567812 on trunk-0
         > out-2 ended network NoCircuit 503
         < out-2 close
         < out-3 dial 3014567812 on trunk-1
         < record out-2 port 2 to 3014567812 with agent 24 total 0.0s talk -: NoCircuit by Network
         > out-3 answered
         < out-3 open
         < in-2 answer
         > in-2 answered
         < in-2 open
         < in-2 hears out-3
         < out-3 hears in-2
         > in-2 ended network Normal
         < in-2 close
         < out-3 hears nobody
         < record in-2 port 24 to 3014567812 total 0.0s talk 0.0s: Normal by Network
         < out-3 hang up Normal
         < out-3 close
         < record out-3 port 5 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Us
         > out-3 ended us Normal
         < out-3 close
         > in-3 arrived 3014567812 from 24 on station-24
         < out-4 dial 3014567812 on trunk-0
         > out-4 ended network Busy 486
         < out-4 close
         < in-3 hang up Busy
         < in-3 close
         < record in-3 port 24 to 3014567812 total 0.0s talk -: Busy by Us
         < record out-4 port 3 to 3014567812 with agent 24 total 0.0s talk -: Busy by Network
         > in-4 arrived 3014567812 from 24 on station-24
         < out-5 dial 3014567812 on trunk-0
         > wait 120s
         < out-5 hang up NoAnswer
         < in-4 hang up NoAnswer
         < in-4 close
         < record in-4 port 24 to 3014567812 total 120.0s talk -: NoAnswer by Us",
    );
}

#[test]
fn x050_a_number_that_is_not_on_the_list_of_the_agents_is_not_dialled() {
    there(
        "> in-1 arrived 7325551234 from 24 on station-24
         < in-1 hang up Barred
         < record in-1 port - to 7325551234 total 0.0s talk -: Barred by Us
         > in-2 arrived 3019001234 from 24 on station-24
         < in-2 hang up Barred
         < record in-2 port - to 3019001234 total 0.0s talk -: Barred by Us
         > in-3 arrived 911 from 24 on station-24
         < in-3 hang up Barred
         < record in-3 port - to 911 total 0.0s talk -: Barred by Us
         > in-4 arrived 30 from 24 on station-24
         < in-4 hang up Unallocated
         < record in-4 port - to 30 total 0.0s talk -: Unallocated by Us
         > in-5 arrived 301;x from 24 on station-24
         < in-5 hang up Unallocated
         < record in-5 port - to 301;x total 0.0s talk -: Unallocated by Us
         > in-6 arrived 301456781212345678 from 24 on station-24
         < in-6 hang up Unallocated
         < record in-6 port - to 301456781212345678 total 0.0s talk -: Unallocated by Us
         > in-7 arrived *673019001234 from 24 on station-24
         < in-7 hang up Barred
         < record in-7 port - to *673019001234 total 0.0s talk -: Barred by Us
         > in-8 arrived +3014567812 from 24 on station-24
         < out-1 dial +3014567812 on trunk-0",
    );
}

#[test]
fn x050_a_number_outside_waits_for_its_turn() {
    check_with(
        slow(),
        &format!(
            "{LINKED}{STATIONS}> link 1: DIALOUT/DIAL MSGID=1 DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > in-1 arrived 3014567813 from 24 on station-24
         > in-1 ended network NoAnswer 487
         < in-1 close
         < out-2 close
         < record out-2 port 2 to 3014567813 with agent 24 total 0.0s talk -: Normal by Us
         < record in-1 port 24 to 3014567813 total 0.0s talk -: NoAnswer by Network
         > in-2 arrived 3014567813 from 24 on station-24
         > wait 3s
         < out-3 dial 3014567813 on trunk-0
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=3 TRUNK_PORT=2
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=3 TRUNK_PORT=2 STATUS=SUCCESS"
        ),
    );
}

#[test]
fn x050_beside_a_customer_a_telephone_has_a_second_line() {
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
         > in-1 ended network Normal
         < in-1 close
         < out-3 hears nobody
         < record in-1 port 24 to 25 total 0.0s talk 0.0s: Normal by Network
         < out-3 hang up Normal
         < out-3 close
         < record out-3 port 25 to 25 total 0.0s talk 0.0s: Normal by Us
         > out-3 ended us Normal
         < out-3 close
         > in-2 arrived 25 from 24 on station-24
         < out-4 call station-25 from 24
         > out-4 answered
         < out-4 open
         < in-2 answer
         > in-2 answered
         < in-2 open
         < in-2 hears out-4
         < out-4 hears in-2
         > out-1 ended network Normal
         < out-1 close
         < out-2 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000003 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         > out-2 ended network Normal
         < out-2 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000004 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 0.0s talk 0.0s: Normal by Network
         > link 1: APP_TRUNK_STATUS/INFO MSGID=9 TRUNK_PORT=24
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=9 TRUNK_PORT=24 STATUS=WAITING
         > out-4 ended network Normal
         < out-4 close
         < in-2 hears nobody
         < record out-4 port 25 to 25 total 0.0s talk 0.0s: Normal by Network
         < in-2 hang up Normal
         < in-2 close
         < record in-2 port 24 to 25 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn x050_a_telephone_that_is_kept_connected_calls_on_its_second_line() {
    check_with(
        nailed(),
        &format!(
            "{LINKED}{STATIONS}> link 1: AGENT_LOGIN/INFO MSGID=2 AGENT_NO=24 MODE=BLENDED
         < agent 24 BLENDED \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=2 STATUS=SUCCESS
         < out-1 call station-24
         > out-1 answered
         < out-1 open
         < agent 24 BLENDED \"\" \"\"
         > link 1: AGENT_LOGIN/INFO MSGID=2 AGENT_NO=25 MODE=BLENDED
         < agent 25 BLENDED \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=2 STATUS=SUCCESS
         < out-2 call station-25
         > out-2 answered
         < out-2 open
         < agent 25 BLENDED \"\" \"\"
         > in-1 arrived 25 from 24 on station-24
         < in-1 answer
         > link 1: DIALOUT/DIAL MSGID=1 DNIS=3014567812 AGENTS=24-25 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1 STATUS=NO_AGENT_FREE
         > in-1 answered
         < in-1 open
         < in-1 hears out-2
         < out-2 hears in-1
         > link 1: DIALOUT/DIAL MSGID=1 DNIS=3014567812 AGENTS=24-25 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1 STATUS=NO_AGENT_FREE
         > in-1 ended network Normal
         < in-1 close
         < out-2 hears nobody
         < record in-1 port 24 to 25 total 0.0s talk 0.0s: Normal by Network
         < agent 24 BLENDED \"\" \"\"
         < agent 25 BLENDED \"\" \"\"
         > link 1: DIALOUT/DIAL MSGID=1 DNIS=3014567812 AGENTS=24-25 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1 STATUS=SUCCESS
         < out-3 dial 3014567812 on trunk-0
         > out-3 answered
         < out-3 open
         < out-3 hears out-1
         < out-1 hears out-3
         < link 1: DIALOUT/TERMINATION MSGID=1 EVENT=CONNECT TRUNK_PORT=1 AGENT=24"
        ),
    );
}

#[test]
fn x050_who_parts_two_has_their_calls() {
    with_colleague(
        "> link 1: TEAR_PATCH/INFO MSGID=2 TRUNK_PORT1=24 TRUNK_PORT2=25
         < in-1 hears nobody
         < out-1 hears nobody
         < link 1: TEAR_PATCH/TERMINATION MSGID=2 TRUNK_PORT1=24 TRUNK_PORT2=25 EVENT=SUCCESS
         > in-1 ended network Normal
         < in-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record in-1 port 24 to 25 total 0.0s talk 0.0s: Normal by Network
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=3 TRUNK_PORT=25
         < out-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=3 TRUNK_PORT=25 STATUS=SUCCESS
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 25 to 25 total 0.0s talk 0.0s: Normal by Us",
    );
}

#[test]
fn x050_an_application_may_end_it_before_its_answer() {
    there(
        "> in-1 arrived 25 from 24 on station-24
         < out-1 call station-25 from 24
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=3 TRUNK_PORT=24
         < in-1 hang up Normal
         < out-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=3 TRUNK_PORT=24 STATUS=SUCCESS
         > in-1 ended us Normal
         < in-1 close
         < record in-1 port 24 to 25 total 0.0s talk -: Normal by Us
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 25 to 25 total 0.0s talk -: Normal by Us
         > in-2 arrived 25 from 24 on station-24
         < out-2 call station-25 from 24
         > out-2 answered
         < out-2 open
         < in-2 answer
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=3 TRUNK_PORT=24
         < in-2 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=3 TRUNK_PORT=24 STATUS=SUCCESS
         < out-2 hang up Normal
         < out-2 close
         < record out-2 port 25 to 25 total 0.0s talk 0.0s: Normal by Us
         > out-2 ended us Normal
         < out-2 close
         > in-2 ended us Normal
         < in-2 close
         < record in-2 port 24 to 25 total 0.0s talk -: Normal by Us",
    );
}

#[test]
fn x050_at_the_exit_nobody_is_called_any_more() {
    there(
        "> in-1 arrived 25 from 24 on station-24
         < out-1 call station-25 from 24
         > in-2 arrived 3014567812 from 26 on station-26
         < out-2 dial 3014567812 on trunk-0
         > exit
         < link 1: EXIT_LINK/INFO MSGID=00000001
         > in-1 ended us Normal
         < in-1 close
         < out-1 hang up Normal
         < record in-1 port 24 to 25 total 0.0s talk -: Normal by Us
         > in-2 ended us Normal
         < in-2 close
         < out-2 hang up Normal
         < record in-2 port 26 to 3014567812 total 0.0s talk -: Normal by Us
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 25 to 25 total 0.0s talk -: Normal by Us
         > in-3 arrived 25 from 24 on station-24
         < in-3 hang up Overload
         < record in-3 port - to 25 total 0.0s talk -: Overload by Us
         > out-2 ended us Normal
         < out-2 close
         < record out-2 port 1 to 3014567812 with agent 26 total 0.0s talk -: Normal by Us",
    );
}

#[test]
fn x050_who_calls_has_no_second_line_before_the_answer() {
    there(
        "> in-1 arrived 25 from 24 on station-24
         < out-1 call station-25 from 24
         > in-2 arrived 3014567812 from 24 on station-24
         < in-2 hang up Busy
         < record in-2 port - to 3014567812 total 0.0s talk -: Busy by Us",
    );
}

/// Whoever gets hold of a telephone, or of its password, would call at the operator's expense.
#[test]
fn x050_without_a_list_no_telephone_dials_or_passes_on_to_a_number_outside() {
    let mut house = telephones();
    for agent in &mut house.agents {
        agent.rules = control::Rules::default();
    }
    check_with(
        house,
        &format!(
            "{LINKED}{STATIONS}{CUSTOMER}
             > in-1 arrived 3015550100 from 25 on station-25
             < in-1 hang up Barred
             < record in-1 port - to 3015550100 total 0.0s talk -: Barred by Us
             > out-2 refers to 3015550100
             < out-2 transfer Failed(Barred)"
        ),
    );
}

#[test]
fn x050_an_emergency_number_is_dialled_where_the_configuration_names_it_and_no_list_is_needed() {
    let mut house = telephones();
    house.dialling.emergency = vec!["911".into()];
    check_with(
        house,
        &format!(
            "{LINKED}{STATIONS}
             > in-1 arrived 911 from 24 on station-24
             < out-1 dial 911 on trunk-0"
        ),
    );
}
