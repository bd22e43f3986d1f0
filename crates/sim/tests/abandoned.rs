//! Who answers a dial-out for agents and gets none in time: decision X34.

use std::time::Duration;

use control::{Agent, Attendance, Campaign, Live, Settings, Window};
use sim::transcript::House;
use sim::{check_with, lines, settings};

/// The house of [`settings`] with agents at the ports 24 and 25, whose stations ring, and a campaign that
/// promises this.
fn house(attendance: Option<Attendance>) -> Settings {
    let campaign = Campaign { name: "SPRING".into(), attendance, ..Campaign::default() };
    Settings { agents: vec![Agent::new(24..=25)], campaigns: vec![campaign], ..settings() }
}

fn us_fcc() -> Option<Attendance> {
    Some(Attendance::us_fcc("SAFE.VOX"))
}

/// A dial-out of that campaign with the message for the abandoned, answered by somebody for whom an agent's
/// station rings.
const LIVE: &str = "> link 1 up
    > station 24 up
    > link 1: DIALOUT/DIAL MSGID=1001 CAMPID=Spring DNIS=3014567812 AGENTS=24-25 MODE=BLIND
    < find 1: SAFE.VOX
    > found 1: 9000ms
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014567812 on trunk-0
    > out-1 answered
    < out-1 open
    < out-2 call station-24 from 3014567812
    > out-2 ringing
    ";

#[test]
fn x34_who_has_no_agent_after_two_seconds_hears_the_message_and_may_opt_out() {
    check_with(
        house(us_fcc()),
        &format!(
            "{LIVE}
             > wait 1.999s
             > wait 1ms
             < answered SPRING abandoned
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
             < out-1 play 1: 9000ms until a key
             < out-2 hang up Normal
             # He is too late.
             > out-2 answered
             > out-1 key 9
             > out-1 played 1 by 9
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=9
             > wait 30s"
        ),
    );
}

#[test]
fn x34_an_agent_in_time_leaves_no_message_to_be_played() {
    check_with(
        house(us_fcc()),
        &format!(
            "{LIVE}
             > wait 1.9s
             > out-2 answered
             < out-2 open
             < answered SPRING
             < out-1 hears out-2
             < out-2 hears out-1
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=24
             > wait 60s"
        ),
    );
}

#[test]
fn x34_where_no_agent_is_left_the_message_plays_at_once() {
    check_with(
        house(us_fcc()),
        &format!(
            "{LIVE}
             > out-2 ended network Busy 486
             < out-2 close
             < answered SPRING abandoned
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
             < out-1 play 1: 9000ms until a key
             < record out-2 port 24 to 24 total 0.0s talk -: Busy by Network
             > out-1 played 1
             > wait 4s
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1"
        ),
    );
}

#[test]
fn x34_the_message_of_a_request_goes_before_that_of_its_campaign() {
    let script =
        LIVE.replace("MODE=BLIND", "LIVEMESSAGE=MINE.VOX MODE=BLIND").replace("SAFE.VOX", "MINE.VOX");
    check_with(house(us_fcc()), &script);
}

#[test]
fn x34_nothing_is_dialled_for_agents_without_the_message_that_is_promised() {
    check_with(
        house(us_fcc()),
        "> link 1 up
         > station 24 up
         > link 1: DIALOUT/DIAL MSGID=1001 CAMPID=SPRING DNIS=3014567812 AGENTS=24 MODE=BLIND
         < find 1: SAFE.VOX
         > found 1: missing
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=LIVEMESSAGE_FILE_MISSING
         # Without agents nobody is abandoned.
         > link 1: DIALOUT/DIAL MSGID=1002 CAMPID=SPRING DNIS=3014567812 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
         < out-1 dial 3014567812 on trunk-0",
    );
}

/// What is counted of a day after these lines: for the campaign, and for all others.
fn counted(attendance: Option<Attendance>, script: &str) -> (Live, Live) {
    let mut house = House::new(house(attendance));
    for line in script.lines().filter_map(|line| line.trim().strip_prefix("> ")) {
        match line.strip_prefix("wait ") {
            Some(seconds) => house.wait(Duration::from_secs_f64(seconds.parse().expect("seconds"))),
            None => house.handle(lines::input(line)),
        };
    }
    let own = house.switch.campaigns(house.now()).next().expect("there is one").answered;
    assert_eq!(own.day, own.month);
    (own.day, house.switch.answered_otherwise(house.now()).day)
}

const NONE: Live = Live { answered: 0, abandoned: 0 };
const SERVED: Live = Live { answered: 1, abandoned: 0 };
const ABANDONED: Live = Live { answered: 1, abandoned: 1 };

#[test]
fn x34_who_answers_is_counted_once_as_served_or_abandoned() {
    let of_campaign = |then: &str| counted(us_fcc(), &format!("{LIVE}{then}")).0;
    assert_eq!(of_campaign(""), NONE, "nobody knows yet");
    assert_eq!(of_campaign("> wait 1.9\n> out-2 answered\n> wait 60"), SERVED);
    assert_eq!(of_campaign("> wait 2\n> wait 60"), ABANDONED);
    assert_eq!(of_campaign("> out-2 ended network Busy\n> wait 60"), ABANDONED);
    assert_eq!(of_campaign("> wait 1.9\n> out-1 ended network Normal\n> wait 60"), SERVED, "he did not wait");
    assert_eq!(of_campaign("> wait 3\n> out-1 ended network Normal\n> wait 60"), ABANDONED);
}

#[test]
fn x34_without_a_message_the_party_waits_on_and_is_counted_all_the_same() {
    let custom =
        Some(Attendance { within: Duration::from_secs(5), message: None, most: Some((10, Window::Day)) });
    let live = LIVE.replace("< find 1: SAFE.VOX", "").replace("> found 1: 9000ms", "");
    let of = |then: &str| counted(custom.clone(), &format!("{live}{then}")).0;
    assert_eq!(of("> wait 4.9\n> out-2 answered"), SERVED);
    assert_eq!(of("> wait 6\n> out-2 answered\n> wait 60"), ABANDONED);
    let other = live.replace("Spring", "AUTUMN");
    assert_eq!(counted(custom.clone(), &format!("{other}> wait 3")), (NONE, ABANDONED));
    assert_eq!(counted(None, &format!("{live}> wait 3")), (ABANDONED, NONE));
    check_with(
        house(custom),
        &format!(
            "{live}
             > wait 10s
             < answered SPRING abandoned
             > out-2 answered
             < out-2 open
             < out-1 hears out-2
             < out-2 hears out-1
             < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT=24"
        ),
    );
}

#[test]
fn x34_more_than_may_be_is_said() {
    let mut house = House::new(house(us_fcc()));
    let script = format!("{LIVE}> wait 3");
    for line in script.lines().filter_map(|line| line.trim().strip_prefix("> ")) {
        let exceeded = |house: &House| house.switch.campaigns(house.now()).any(|c| c.answered.is_exceeded());
        assert!(!exceeded(&house));
        match line.strip_prefix("wait ") {
            Some(_) => house.wait(Duration::from_secs(3)),
            None => house.handle(lines::input(line)),
        };
        assert_eq!(exceeded(&house), line.starts_with("wait"));
    }
}

#[test]
fn x34_a_restart_forgets_nobody() {
    let mut house = House::new(house(us_fcc()));
    let live = Live { answered: 30, abandoned: 1 };
    let ago = Duration::from_secs(100 * 3600);
    let counted = vec![("Spring".to_owned(), ago, live), ("GONE".to_owned(), Duration::ZERO, live)];
    house.handle(control::Input::Answered { counted });
    let answered = house.switch.campaigns(house.now()).next().expect("there is one").answered;
    assert_eq!((answered.day, answered.month, answered.is_exceeded()), (NONE, live, true));
}
