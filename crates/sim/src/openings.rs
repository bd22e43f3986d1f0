//! How many transcripts begin, and the houses they begin in.

use std::time::Duration;

use control::{Agent, Mailbox, Rules, Settings, Trunk};

use crate::settings;

/// An application is there.
pub const LINKED: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    ";

/// A call that is up on port 1, of a link that did INIT_LINK.
pub const UP: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014560100 on trunk-0
    > out-1 answered
    < out-1 open
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
    ";

/// After [`LINKED`], in [`telephones`]: two telephones are there.
pub const STATIONS: &str = "> station 24 up
    > station 25 up
    ";

/// After [`STATIONS`]: agent 24, on leg out-2, talks with a customer, on leg out-1, whom the application dialled for
/// him.
pub const CUSTOMER: &str = "> link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014567812 AGENTS=24 MODE=BLIND
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0
    > out-1 ringing
    > out-1 answered
    < out-1 open
    < out-2 call station-24 from 3014567812
    > out-2 answered
    < out-2 open
    < out-1 hears out-2
    < out-2 hears out-1
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=24
    ";

/// After [`STATIONS`]: agent 24, on leg in-1, talks with agent 25, on leg out-1, whom he has called by himself.
pub const COLLEAGUES: &str = "> in-1 arrived 25 from 24 on station-24
    < out-1 call station-25 from 24
    > out-1 ringing
    < in-1 ring
    > out-1 answered
    < out-1 open
    < in-1 answer
    > in-1 answered
    < in-1 open
    < in-1 hears out-1
    < out-1 hears in-1
    ";

/// The house of [`settings`] with a second trunk and agents at the ports 24 to 27, who ring for 20 s and whose
/// telephones may dial numbers that begin with 301, but for 301900.
#[must_use]
pub fn telephones() -> Settings {
    let rules = Rules { allow: vec!["301".into()], deny: vec!["301900".into()] };
    Settings {
        trunks: vec![Trunk::new("carrier", 1..=4), Trunk { priority: 1, ..Trunk::new("other", 5..=8) }],
        agents: vec![Agent { rules, ring: Duration::from_secs(20), ..Agent::new(24..=27) }],
        ..settings()
    }
}

/// An application that has 7322901900, and a call that rings for it on port 4 (the last one of its trunk).
#[must_use]
pub fn ringing(script: &str) -> String {
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
#[must_use]
pub fn accepted(script: &str) -> String {
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

/// The house of [`settings`] with boxes that announce, and one that is switched off.
#[must_use]
pub fn announcing() -> Settings {
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
