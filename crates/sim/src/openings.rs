//! How many transcripts begin, and the houses they begin in.

use std::time::Duration;

use control::{Agent, Rules, Settings, Trunk};

use crate::settings;

/// An application is there.
pub const LINKED: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
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
