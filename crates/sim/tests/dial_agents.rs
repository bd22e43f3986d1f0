//! Dial-outs that connect whoever answers with an agent: behaviour B46, DIAL_PATCH (B92 to B94), their races.

use control::{Agent, Settings};
use sim::{check_with, settings};

/// The house of [`settings`] with agents at the ports 24 to 27, whose stations ring.
fn house() -> Settings {
    Settings { agents: vec![Agent::new(24..=27)], ..settings() }
}

/// The same with stations that are kept connected.
fn nailed() -> Settings {
    Settings { agents: vec![Agent { nailed_up: true, ..Agent::new(24..=27) }], ..settings() }
}

/// A dial-out for agents, answered by somebody who is judged to be a person.
const LIVE: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > station 24 up
    > station 26 up
    > link 1: DIALOUT/DIAL MSGID=1001 CAMPID=SPRING DNIS=3014567812 ANI=8009871212 AGENTS=24-27 MODE=SUPERVISED
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0 from 8009871212
    > out-1 ringing
    > out-1 answered
    < out-1 open
    < out-1 watch for Busy FastBusy
    < out-1 judge
    > out-1 judged Human
    < out-1 watch for nothing
    < out-2 call station-24 from 3014567812
    ";

/// [`LIVE`], and the agent has answered.
const CONNECTED: &str = "> out-2 ringing
    > out-2 answered
    < out-2 open
    < out-1 hears out-2
    < out-2 hears out-1
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=24
    ";

fn live(rest: &str) {
    check_with(house(), &format!("{LIVE}{rest}"));
}

fn connected(rest: &str) {
    live(&format!("{CONNECTED}{rest}"));
}

#[test]
fn b046_a_live_party_is_connected_with_a_free_agent_when_he_has_answered() {
    connected(
        "> link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=24
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=24 STATUS=WAITING
         > wait 3600s",
    );
}

#[test]
fn u31_the_agents_call_stays_when_the_party_has_gone_and_gets_the_next_one_at_once() {
    connected(
        "> out-1 ended network Normal
         < out-1 close
         < out-2 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000001 TRUNK_PORT=1 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567813 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-3 dial 3014567813 on trunk-0
         > out-3 answered
         < out-3 open
         < out-3 hears out-2
         < out-2 hears out-3
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=2 AGENT=24",
    );
}

#[test]
fn b079_an_agent_who_hangs_up_leaves_the_party_with_the_application() {
    connected(
        "> wait 10s
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=24
         < record out-2 port 24 to 24 total 10.0s talk 10.0s: Normal by Network
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000001 TRUNK_PORT=24 STATUS=SUCCESS
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn b046_an_agent_who_does_not_answer_makes_room_for_the_next() {
    live(
        "> out-2 ringing
         > wait 29.9s
         > wait 100ms
         < out-2 hang up NoAnswer
         < out-3 call station-26 from 3014567812
         > out-2 ended us NoAnswer
         < out-2 close
         < record out-2 port 24 to 24 total 30.0s talk -: NoAnswer by Us
         > out-3 answered
         < out-3 open
         < out-1 hears out-3
         < out-3 hears out-1
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=26",
    );
}

#[test]
fn u11_where_no_agent_is_left_the_call_is_connected_without_and_stays() {
    live(
        "> out-2 ended network Rejected 603
         < out-2 close
         < out-3 call station-26 from 3014567812
         < record out-2 port 24 to 24 total 0.0s talk -: Rejected by Network
         > out-3 ended network NoAnswer 480
         < out-3 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < record out-3 port 26 to 26 total 0.0s talk -: NoAnswer by Network
         > wait 60s",
    );
}

#[test]
fn b046_a_party_that_hangs_up_while_the_agents_station_rings_frees_him() {
    live(
        "> out-2 ringing
         > wait 3s
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-2 hang up Normal
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014567812 total 3.0s talk 3.0s: Normal by Network
         # His answer crosses the hang-up.
         > out-2 answered
         > out-2 ended us Normal
         < out-2 close
         < record out-2 port 24 to 24 total 3.0s talk -: Normal by Us",
    );
}

#[test]
fn b046_a_disconnect_while_the_agents_station_rings_ends_both_calls() {
    live(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-2 hang up Normal
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS",
    );
}

#[test]
fn b046_a_disconnect_of_the_ringing_station_passes_the_party_on() {
    live(
        "> link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=24
         < out-2 hang up Normal
         < out-3 call station-26 from 3014567812
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=24 STATUS=SUCCESS",
    );
}

#[test]
fn b046_nothing_is_done_with_a_party_that_waits_for_its_agent() {
    live(
        "> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A.VOX MODE=INTERRUPTABLE
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=INVALID_CHANNEL_STATE
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=DIALING
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT=24
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT=24 STATUS=DIALING",
    );
}

#[test]
fn b046_the_link_ends_while_the_agents_station_rings() {
    live(
        "> link 1: TERMINATE_LINK/INFO MSGID=1002
         < out-1 hang up Normal
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-2 hang up Normal
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS",
    );
    live(
        "> link 1 down
         < out-1 hang up Normal
         < out-2 hang up Normal",
    );
}

#[test]
fn b046_a_station_that_goes_down_while_it_rings_is_given_up_by_signalling_alone() {
    live(
        "> station 24 down
         > out-2 ended network NoRoute 503
         < out-2 close
         < out-3 call station-26 from 3014567812
         < record out-2 port 24 to 24 total 0.0s talk -: NoRoute by Network",
    );
}

#[test]
fn b046_an_agent_who_logs_out_while_his_station_rings_may_still_answer() {
    live(&format!(
        "> link 1: AGENT_LOGIN/INFO MSGID=1002 AGENT_NO=24 MODE=PREDICTIVE
         < agent 24 PREDICTIVE \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS
         > link 1: AGENT_LOGOUT/INFO MSGID=1003 AGENT_NO=24
         < agent 24 out
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         {CONNECTED}"
    ));
}

#[test]
fn b046_of_two_parties_for_the_last_agent_the_second_has_none() {
    check_with(
        Settings { agents: vec![Agent::new(24..=24)], ..settings() },
        "> link 1 up
         > station 24 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567813 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-2 dial 3014567813 on trunk-0
         > out-2 answered
         < out-2 open
         < out-3 call station-24 from 3014567813
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3014567814 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=NO_AGENT_FREE
         > out-3 answered
         < out-3 open
         < out-2 hears out-3
         < out-3 hears out-2
         < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=2 AGENT=24",
    );
}

/// A dial-out whose party answers and is for this agent.
fn answered(msgid: u32, party: u32, agent: u32, station: u32) -> String {
    format!(
        "> link 1: DIALOUT/DIAL MSGID={msgid} DNIS=3014567812 AGENTS=24-27 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID={msgid} STATUS=SUCCESS
         < out-{party} dial 3014567812 on trunk-0
         > out-{party} answered
         < out-{party} open
         < out-{agent} call station-{station} from 3014567812
         "
    )
}

#[test]
fn u107_who_has_waited_longest_is_next_and_the_lowest_number_on_a_tie() {
    let script = [
        "> link 1 up
         > station 24 up
         > station 25 up
         > station 26 up
         > wait 10s
         "
        .into(),
        // All have waited since the beginning. Who does not answer waits anew.
        answered(1001, 1, 2, 24),
        "> out-2 ended network Busy 486
         < out-2 close
         < out-3 call station-25 from 3014567812
         < record out-2 port 24 to 24 total 0.0s talk -: Busy by Network
         > out-3 answered
         < out-3 open
         < out-1 hears out-3
         < out-3 hears out-1
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=25
         > wait 10s
         "
        .into(),
        answered(1002, 4, 5, 26),
        answered(1003, 6, 7, 24),
    ];
    check_with(house(), &script.concat());
}

#[test]
fn x30_who_logs_in_or_changes_his_mode_waits_from_then_on() {
    let script = [
        "> agent 26 PREDICTIVE Ines SPRING for 60s
         > link 1 up
         > station 24 up
         > station 25 up
         > station 26 up
         > wait 10s
         > link 1: AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=24 MODE=PREDICTIVE
         < agent 24 PREDICTIVE \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
         > wait 10s
         > link 1: AGENT_LOGIN/INFO MSGID=1002 AGENT_NO=25 MODE=BLENDED
         < agent 25 BLENDED \"\" \"\"
         < link 1: AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS
         "
        .into(),
        // 26 has waited since before the server's restart.
        answered(1003, 1, 2, 26),
        answered(1004, 3, 4, 24),
        answered(1005, 5, 6, 25),
    ];
    check_with(house(), &script.concat());
}

#[test]
fn u09_blind_connects_whoever_answers() {
    check_with(
        house(),
        "> link 1 up
         > station 24 up
         > link 1: DIALOUT_IVR/DIAL MSGID=1001 DNIS=3014567812 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT_IVR/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0
         > out-1 answered
         < out-1 open
         < out-2 call station-24 from 3014567812
         > out-2 answered
         < out-2 open
         < out-1 hears out-2
         < out-2 hears out-1
         < link 1: DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=24",
    );
}

/// An agent whose station is kept connected, at work.
const NAILED: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > station 24 up
    > link 1: AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=24 MODE=PREDICTIVE
    < agent 24 PREDICTIVE \"\" \"\"
    < link 1: AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 call station-24
    > out-1 ringing
    > out-1 answered
    < out-1 open
    < agent 24 PREDICTIVE \"\" \"\"
    ";

/// [`NAILED`], and he talks with somebody.
const TALKING: &str = "> link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567812 AGENTS=24 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
    < out-2 dial 3014567812 on trunk-0
    > out-2 answered
    < out-2 open
    < out-2 hears out-1
    < out-1 hears out-2
    < link 1: DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=1 AGENT=24
    ";

fn kept(rest: &str) {
    check_with(nailed(), &format!("{NAILED}{rest}"));
}

#[test]
fn x32_a_nailed_up_station_is_called_once_and_gets_one_party_after_the_other() {
    kept(&format!(
        "{TALKING}
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-2 port 1 to 3014567812 with agent 24 total 0.0s talk 0.0s: Normal by Network
         < agent 24 PREDICTIVE \"\" \"\"
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000001 TRUNK_PORT=1 STATUS=SUCCESS
         > wait 3600s
         {}",
        TALKING.replace("out-2", "out-3").replace("1002", "1003").replace("TRUNK_PORT=1", "TRUNK_PORT=2")
    ));
}

#[test]
fn x32_a_nailed_up_station_that_is_lost_is_called_again_and_ever_later() {
    kept(
        "> wait 120s
         > out-1 ended network Normal
         < out-1 close
         < record out-1 port 24 to 24 total 120.0s talk 120.0s: Normal by Network
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3014567812 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=NO_AGENT_FREE
         > wait 1.9s
         > wait 100ms
         < out-2 call station-24
         > out-2 ended network Busy 486
         < out-2 close
         < record out-2 port 24 to 24 total 0.0s talk -: Busy by Network
         > wait 3.9s
         > wait 100ms
         < out-3 call station-24
         > wait 30s
         < out-3 hang up NoAnswer
         > out-3 ended us NoAnswer
         < out-3 close
         < record out-3 port 24 to 24 total 30.0s talk -: NoAnswer by Us
         > wait 7.9s
         # Nobody is there to be called.
         > station 24 down
         > wait 10s
         > station 24 up
         < out-4 call station-24",
    );
}

#[test]
fn x32_a_nailed_up_station_goes_when_its_agent_logs_out() {
    kept(
        "> link 1: AGENT_LOGOUT/INFO MSGID=1002 AGENT_NO=24
         < agent 24 out
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 hang up Normal
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 24 to 24 total 0.0s talk 0.0s: Normal by Us
         < agent 24 out
         > wait 600s",
    );
}

#[test]
fn u49_the_call_of_an_agent_who_logs_out_stays() {
    kept(&format!(
        "{TALKING}
         > link 1: AGENT_LOGOUT/INFO MSGID=1003 AGENT_NO=24
         < agent 24 out
         < link 1: AGENT_LOGOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         > wait 60s
         > out-2 ended network Normal
         < out-2 close
         < out-1 hears nobody
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-2 port 1 to 3014567812 with agent 24 total 60.0s talk 60.0s: Normal by Network
         < out-1 hang up Normal"
    ));
}

#[test]
fn x32_a_nailed_up_station_outlives_the_link_that_its_agent_talked_for() {
    kept(&format!(
        "{TALKING}
         > link 1: TERMINATE_LINK/INFO MSGID=1003
         < out-2 hears nobody
         < out-1 hears nobody
         < out-2 hang up Normal
         < link 1: TERMINATE_LINK/RESPONSE MSGID=1003 STATUS=SUCCESS
         < agent 24 PREDICTIVE \"\" \"\""
    ));
}

#[test]
fn x32_who_has_no_registered_telephone_is_called_when_he_has() {
    check_with(
        nailed(),
        "> agent 24 PREDICTIVE Ines SPRING for 60s
         > link 1 up
         > station 24 up
         < out-1 call station-24
         # The demand for an agent does not ring his telephone a second time.
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=NO_AGENT_FREE
         > exit
         < out-1 hang up Normal
         > wait 3s
         < link 1 close
         < exited",
    );
}

/// A dial-out for agents with messages, judged to be answered by this.
fn with_messages(verdict: &str, rest: &str) {
    check_with(
        Settings { agents: vec![Agent::new(24..=24)], ..settings() },
        &format!(
            "> link 1 up
             > station 24 up
             > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 AGENTS=24 LIVEMESSAGE=A.VOX ANSMESSAGE=B.VOX MODE=SUPERVISED
             < find 1: A.VOX B.VOX
             > found 1: 3000ms 4000ms
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
             < out-1 dial 3014567812 on trunk-0
             > out-1 answered
             < out-1 open
             < out-1 watch for Busy FastBusy
             < out-1 judge
             > out-1 judged {verdict}
             < out-1 watch for nothing
             {rest}"
        ),
    );
}

#[test]
fn x31_a_live_party_gets_an_agent_and_not_the_message() {
    with_messages(
        "Human",
        "< out-2 call station-24 from 3014567812
         > out-2 answered
         < out-2 open
         < out-1 hears out-2
         < out-2 hears out-1
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=24
         > wait 60s",
    );
}

#[test]
fn x31_a_live_party_hears_the_message_where_no_agent_is_left() {
    with_messages(
        "Human",
        "< out-2 call station-24 from 3014567812
         > out-2 ended network Busy 486
         < out-2 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < out-1 play 1: 3000ms until a key
         < record out-2 port 24 to 24 total 0.0s talk -: Busy by Network
         > out-1 key 5
         > out-1 played 1 by 5
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5",
    );
}

#[test]
fn x31_a_party_that_goes_while_the_station_rings_was_connected_and_heard_no_message() {
    with_messages(
        "NotSure",
        "< out-2 call station-24 from 3014567812
         > out-1 ended network Normal
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1
         < out-2 hang up Normal
         < record out-1 port 1 to 3014567812 total 0.0s talk 0.0s: Normal by Network",
    );
}

#[test]
fn b049_a_machine_hears_its_message_and_gets_no_agent() {
    with_messages(
        "Machine",
        "< link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT=1
         > out-1 cued
         < out-1 play 1: 4000ms until a key
         > out-1 played 1
         > wait 4s
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1",
    );
}
