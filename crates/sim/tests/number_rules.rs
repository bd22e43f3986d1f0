//! Which numbers are dialled, and how often: lists, caps, campaigns, emergency numbers (behaviours B45, B51).

use control::{Campaign, Rules, Settings, Trunk};
use sim::{check, check_with, settings};

fn rules(allow: &[&str], deny: &[&str]) -> Rules {
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Rules { allow: texts(allow), deny: texts(deny) }
}

fn campaign(name: &str) -> Campaign {
    Campaign { name: name.into(), ..Campaign::default() }
}

/// Dials this, and is refused for this cause.
fn refused(settings: Settings, attributes: &str, number: &str, cause: &str) {
    check_with(
        settings,
        &format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 {attributes} MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=FAILED
             < record out-1 port - to {number} total 0.0s talk -: {cause} by Us
             > link 1: DIALOUT_IVR/DIAL MSGID=1002 {attributes} MODE=BLIND
             < link 1: DIALOUT_IVR/RESPONSE MSGID=1002 STATUS=FAILED
             < record out-2 port - to {number} total 0.0s talk -: {cause} by Us"
        ),
    );
}

/// Dials this, through this trunk.
fn dialled(settings: Settings, attributes: &str, number: &str, trunk: u16) {
    check_with(
        settings,
        &format!(
            "> link 1 up
             > link 1: DIALOUT/DIAL MSGID=1001 {attributes} MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
             < out-1 dial {number} on trunk-{trunk}"
        ),
    );
}

#[test]
fn b051_a_number_on_the_deny_list_is_not_dialled() {
    let mut denying = settings();
    denying.dialling.rules = rules(&["1", "44", "19005550"], &["1900"]);
    for number in ["19001234567", "*6719001234567", "+19001234567", "4920123456"] {
        refused(denying.clone(), &format!("DNIS={number}"), number, "Barred");
    }
    for number in ["13015550100", "+13015550100", "19005550123", "442012345678"] {
        dialled(denying.clone(), &format!("DNIS={number}"), number, 0);
    }
}

#[test]
fn b051_an_emergency_number_is_dialled_only_where_it_is_named() {
    for number in control::EMERGENCY {
        refused(settings(), &format!("DNIS={number}"), number, "Barred");
    }
    refused(settings(), "DNIS=*67911", "*67911", "Barred");
    refused(settings(), "DNIS=+112#", "+112#", "Barred");
    dialled(settings(), "DNIS=9110", "9110", 0);
    let mut naming = settings();
    naming.dialling.emergency = vec!["911".into()];
    naming.dialling.rules = rules(&["1"], &[]);
    refused(naming.clone(), "DNIS=112", "112", "Barred");
    // It gets through though it is on no list and the trunk is at its cap.
    naming.trunks[0].hourly_cap = Some(1);
    check_with(
        naming,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=13015550100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < alert trunk-0 1 of 1
         < out-1 dial 13015550100 on trunk-0
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=911 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-2 dial 911 on trunk-0",
    );
}

#[test]
fn b051_what_is_wrong_with_the_request_is_said_first() {
    let mut denying = settings();
    denying.dialling.rules = rules(&["9"], &[]);
    for (attributes, status) in
        [("DNIS=123456789012345", "\"NUMBER_TOO LONG\""), ("DNIS=12", "FAILED"), ("DNIS=1+2345", "FAILED")]
    {
        check_with(
            denying.clone(),
            &format!(
                "> link 1 up
                 > link 1: DIALOUT/DIAL MSGID=1001 {attributes} MODE=BLIND
                 < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS={status}"
            ),
        );
    }
}

#[test]
fn a_trunk_that_is_not_for_a_number_is_passed_over() {
    let mut two = settings();
    two.trunks.push(Trunk { priority: 1, rules: rules(&[], &["1900"]), ..Trunk::new("spare", 5..=6) });
    two.trunks[0].rules = rules(&["1"], &[]);
    dialled(two.clone(), "DNIS=13015550100", "13015550100", 0);
    dialled(two.clone(), "DNIS=442012345678", "442012345678", 1);
    // Nor does a call that its trunk did not take go on there.
    check_with(
        two.clone(),
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=19001234567 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 19001234567 on trunk-0
         > out-1 ended network NoCircuit 503
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1
         < record out-1 port 1 to 19001234567 total 0.0s talk -: NoCircuit by Network",
    );
    two.trunks[0].rules = rules(&["44"], &[]);
    refused(two, "DNIS=19001234567", "19001234567", "Barred");
}

#[test]
fn a_campaign_has_lists_and_ports_of_its_own_whatever_its_case() {
    let mut settings = settings();
    let own = Campaign { ports: Some(3..=3), rules: rules(&["1301"], &[]), ..campaign("4H Club") };
    settings.campaigns = vec![own];
    refused(settings.clone(), "DNIS=14105550100 CAMPID=\"4H CLUB\"", "14105550100", "Barred");
    dialled(settings.clone(), "DNIS=14105550100 CAMPID=ROTARY", "14105550100", 0);
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=13015550100 CAMPID=\"4h club\" MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 13015550100 on trunk-0
         # Its one port is taken; the others are not for it.
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=13015550101 CAMPID=\"4h club\" MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=NO_DIALOUT_PORT_FREE
         > out-1 ended network Busy 486
         < out-1 close
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=3
         < record out-1 port 3 to 13015550100 total 0.0s talk -: Busy by Network",
    );
}

#[test]
fn a_campaign_has_a_pace_of_its_own_that_holds_nobody_else_up() {
    let mut settings = settings();
    settings.campaigns = vec![Campaign { calls_per_second: Some(1), ..campaign("slow") }];
    settings.dialling.calls_per_second = 10;
    check_with(
        settings,
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3015550101 CAMPID=SLOW MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3015550101 on trunk-0
         > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3015550102 CAMPID=SLOW MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3015550103 CAMPID=SLOW MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
         > wait 100ms
         > link 1: DIALOUT/DIAL MSGID=1004 DNIS=3015550104 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1004 STATUS=SUCCESS
         < out-4 dial 3015550104 on trunk-0
         > wait 899ms
         > wait 1ms
         < out-2 dial 3015550102 on trunk-0
         # A call that is taken back before its turn never reaches the network.
         > link 1: APP_TRUNK_DISCONNECT/INFO MSGID=1005 TRUNK_PORT=3
         < out-3 close
         < link 1: DIALOUT/TERMINATION MSGID=1003 EVENT=NOANS TRUNK_PORT=3
         < record out-3 port 3 to 3015550103 total 1.0s talk -: Normal by Us
         < link 1: APP_TRUNK_DISCONNECT/RESPONSE MSGID=1005 TRUNK_PORT=3 STATUS=SUCCESS
         > wait 10s",
    );
}

/// Dials a number that is busy.
fn busy(n: u32, alert: &str) -> String {
    let msgid = 1000 + n;
    format!(
        "> link 1: DIALOUT/DIAL MSGID={msgid} DNIS=3015550102 CAMPID=SPRING MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID={msgid} STATUS=SUCCESS
         {alert}
         < out-{n} dial 3015550102 on trunk-0
         > out-{n} ended network Busy 486
         < out-{n} close
         < link 1: DIALOUT/TERMINATION MSGID={msgid} EVENT=BUSY TRUNK_PORT={n}
         < record out-{n} port {n} to 3015550102 total 0.0s talk -: Busy by Network"
    )
}

#[test]
fn a_capped_campaign_and_a_capped_trunk_refuse_what_is_too_much_for_an_hour() {
    let capped = |settings: Settings, alert: &str| {
        check_with(
            settings,
            &format!(
                "> link 1 up
                 {}
                 > wait 1800s
                 {}
                 > link 1: DIALOUT/DIAL MSGID=1003 DNIS=3015550102 CAMPID=SPRING MODE=BLIND
                 < link 1: DIALOUT/RESPONSE MSGID=1003 STATUS=FAILED
                 < record out-3 port - to 3015550102 total 0.0s talk -: Capped by Us
                 # The first call leaves the hour.
                 > wait 1860s
                 > link 1: DIALOUT/DIAL MSGID=1004 DNIS=3015550102 CAMPID=SPRING MODE=BLIND
                 < link 1: DIALOUT/RESPONSE MSGID=1004 STATUS=SUCCESS
                 < out-4 dial 3015550102 on trunk-0",
                busy(1, ""),
                busy(2, alert)
            ),
        );
    };
    let mut trunk = settings();
    trunk.trunks[0].hourly_cap = Some(2);
    capped(trunk, "< alert trunk-0 2 of 2");
    let mut campaigns = settings();
    campaigns.campaigns = vec![Campaign { hourly_cap: Some(2), ..campaign("Spring") }];
    capped(campaigns, "< alert campaign Spring 2 of 2");
}

#[test]
fn a_trunk_at_its_cap_leaves_its_calls_to_the_next() {
    let mut two = settings();
    two.trunks[0].hourly_cap = Some(1);
    two.trunks.push(Trunk { priority: 1, ..Trunk::new("spare", 5..=6) });
    check_with(
        two,
        &format!(
            "> link 1 up
             {}
             > link 1: DIALOUT/DIAL MSGID=1002 DNIS=3015550102 MODE=BLIND
             < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
             < out-2 dial 3015550102 on trunk-1",
            busy(1, "< alert trunk-0 1 of 1")
        ),
    );
}

#[test]
fn too_many_calls_of_the_whole_server_alert_and_refuse_nothing() {
    let mut settings = settings();
    settings.dialling.hourly_alarm = Some(2);
    check_with(
        settings,
        &format!("> link 1 up\n{}\n{}\n{}", busy(1, ""), busy(2, "< alert server 2 of 2"), busy(3, "")),
    );
}

#[test]
fn b051_a_number_that_is_barred_needs_no_agent_and_no_mailbox() {
    check(
        "> link 1 up
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=911 AGENTS=24 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=FAILED
         < record out-1 port - to 911 total 0.0s talk -: Barred by Us
         > link 1: DIALOUT_IVR/DIAL MSGID=1002 DNIS=911 BOXNO=800 MODE=BLIND
         < link 1: DIALOUT_IVR/RESPONSE MSGID=1002 STATUS=FAILED
         < record out-2 port - to 911 total 0.0s talk -: Barred by Us",
    );
}
