//! Links that break: decisions D02 and D03.

use std::time::Duration;

use control::{ConnectionId, Input, Output, Settings};
use protocol::Text;
use sim::history::Dice;
use sim::transcript::House;
use sim::{check_with, lines, settings};

fn graceful() -> Settings {
    Settings { grace: Duration::from_secs(30), ..settings() }
}

/// A named link with a call up on port 1.
const UP: &str = "> link 1 up
    > link 1: INIT_LINK/INFO MSGID=1000 NAME=PEC DNIS=7322901900 PASS_CODE=2424
    < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
    > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
    < keep PEC 1
    < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
    < out-1 dial 3014560100 on trunk-0
    > out-1 answered
    < out-1 open
    < keep PEC 2
    < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
    > link 1 arrived 2
    < forget PEC up to 2
    ";

fn up(script: &str) {
    check_with(graceful(), &format!("{UP}{script}"));
}

#[test]
fn d02_a_named_link_comes_back_and_gets_what_it_missed_in_order() {
    up("> link 1 down
         > link 2 up
         > out-1 ended network Normal
         < out-1 close
         < keep PEC 3
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > wait 29s
         > link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS
         < link 2: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         > link 2 arrived 3
         < forget PEC up to 3");
}

#[test]
fn d02_what_was_written_and_did_not_arrive_is_sent_again() {
    up("> link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
         < keep PEC 3
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
         < keep PEC 4
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING
         > link 1 arrived 3
         < forget PEC up to 3
         > link 1 down
         > link 2 up
         > link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS
         < link 2: APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=WAITING
         # The call goes on, and is the new connection's.
         > link 2: APP_TRUNK_DISCONNECT/INFO MSGID=2001 TRUNK_PORT=1
         < out-1 hang up Normal
         < keep PEC 5
         < link 2: APP_TRUNK_DISCONNECT/RESPONSE MSGID=2001 TRUNK_PORT=1 STATUS=SUCCESS");
}

#[test]
fn d02_without_a_take_over_in_time_it_ends_as_by_terminate_link() {
    up("> link 1 down
         > link 2 up
         > wait 29.999s
         # Its box is reserved so long.
         > link 2: INIT_LINK/INFO MSGID=2000 DNIS=7322901900 PASS_CODE=2424
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=BUSY
         > wait 1ms
         < out-1 hang up Normal
         > out-1 ended us Normal
         < out-1 close
         < record out-1 port 1 to 3014560100 total 30.0s talk 30.0s: Normal by Us
         > link 2: INIT_LINK/INFO MSGID=2001 DNIS=7322901900 PASS_CODE=2424
         < link 2: INIT_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS");
}

#[test]
fn d02_what_is_owed_is_kept_for_a_while_after_the_grace() {
    up("> link 1: PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=A MODE=INTERRUPTABLE
         < find 1: A
         > found 1: 60000ms
         < keep PEC 3
         < link 1: PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS
         < out-1 play 1: 60000ms until a key
         > link 1 arrived 3
         < forget PEC up to 3
         > link 1 down
         > wait 30s
         < out-1 hang up Normal
         < keep PEC 4
         > link 2 up
         > link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS
         < link 2: PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=STOPPED");
}

#[test]
fn d02_a_refused_init_link_takes_nothing_over() {
    up("> link 1 down
         > link 2 up
         > out-1 ended network Normal
         < out-1 close
         < keep PEC 3
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC DNIS=7322901999 PASS_CODE=2424
         < denied 127.0.0.1 NoMailbox
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=\"INVALID DNIS\"
         > link 2: INIT_LINK/INFO MSGID=2001 NAME=PEC DNIS=7322901900 PASS_CODE=2424
         < link 2: INIT_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS
         < link 2: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1");
}

#[test]
fn d02_an_unnamed_link_has_no_grace() {
    check_with(
        graceful(),
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > link 1 down
         < out-1 hang up Normal",
    );
}

#[test]
fn d02_a_live_link_is_not_taken_over() {
    up("> link 2 up
         > link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC
         < link 2: INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS
         > link 1: APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
         < keep PEC 3
         < link 1: APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
}

#[test]
fn d02_what_was_kept_outlives_the_server() {
    let mut house = House::new(graceful());
    let message = match lines::input("link 1: INIT_LINK/INFO MSGID=1") {
        Input::Request { .. } => protocol::Message::from(protocol::NetworkTrunkDisconnect {
            msgid: "00000007".into(),
            trunk_port: 3.into(),
        }),
        _ => unreachable!("a request line"),
    };
    house.handle(Input::Restored { name: Text::from("PEC"), messages: vec![(41, message)] });
    house.handle(sim::lines::input("link 1 up"));
    let out = house.handle(lines::input("link 1: INIT_LINK/INFO MSGID=1000 NAME=PEC"));
    let sent: Vec<String> = out.iter().map(lines::output).collect();
    assert_eq!(
        sent,
        [
            "link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS",
            "link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000007 TRUNK_PORT=3",
        ]
    );
}

#[test]
fn d02_beyond_the_limit_terminations_outlast_events_and_the_link_is_told() {
    let mut house = House::new(Settings { trunks: vec![trunk(20_000)], ..graceful() });
    let mut feed = |line: &str| house.handle(lines::input(line));
    feed("link 1 up");
    feed("link 1: INIT_LINK/INFO MSGID=1000 NAME=PEC");
    for n in 1..=10_010 {
        feed(&format!("link 1: DIALOUT/DIAL MSGID=D{n:05} DNIS=3014560100 MODE=BLIND"));
        feed(&format!("out-{n} answered"));
    }
    feed("link 1 arrived 20020");
    feed("link 1 down");
    // Half of the calls are dropped by the network, each with an event.
    for n in 1..=10_010 {
        feed(&format!("out-{n} ended network Normal"));
    }
    feed("link 2 up");
    let out = feed("link 2: INIT_LINK/INFO MSGID=2000 NAME=PEC");
    let sent: Vec<String> = out.iter().map(lines::output).collect();
    assert!(sent[1].starts_with("link 2: ERROR/RESPONSE MSGID=\"\" STATUS=MESSAGES_LOST"), "{}", sent[1]);
    assert!(sent[1].contains("10 messages"), "{}", sent[1]);
    assert_eq!(sent.len(), 2 + 10_000);
    assert!(sent[2].ends_with("TRUNK_PORT=11"), "the oldest went: {}", sent[2]);
}

fn trunk(ports: u16) -> control::Trunk {
    control::Trunk::new("carrier", 1..=ports)
}

#[test]
fn d03_an_event_that_needs_an_answer_is_sent_three_times() {
    check_with(
        settings(),
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > wait 9.999s
         > wait 1ms
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         > wait 10s
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         > wait 600s",
    );
}

#[test]
fn d03_an_answered_event_is_not_sent_again() {
    check_with(
        settings(),
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1000
         < link 1: INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
         > link 1: DIALOUT/DIAL MSGID=1001 DNIS=3014560100 MODE=BLIND
         < link 1: DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
         < out-1 dial 3014560100 on trunk-0
         > out-1 answered
         < out-1 open
         < link 1: DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1
         > out-1 ended network Normal
         < out-1 close
         < link 1: NETWORK_TRUNK_DISCONNECT/INFO MSGID=00000001 TRUNK_PORT=1
         < record out-1 port 1 to 3014560100 total 0.0s talk 0.0s: Normal by Network
         > link 1: NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID=00000001 TRUNK_PORT=1 STATUS=SUCCESS
         > wait 600s",
    );
}

/// An application that is interrupted at random, and what it received.
struct Interrupted {
    house: House,
    dice: Dice,
    connection: u64,
    up: bool,
    /// Sent and not received yet, with their numbers.
    wire: Vec<(String, Option<u64>)>,
    received: Vec<String>,
    /// What an application that is never interrupted would have received.
    wanted: Vec<String>,
    asked: u32,
}

impl Interrupted {
    fn feed(&mut self, input: Input) {
        let out = self.house.handle(input);
        for output in out {
            match output {
                Output::Send { message, number, connection } => {
                    assert_eq!(connection.0, self.connection, "nothing is sent to a connection that is gone");
                    self.wire.push((lines::message(&message), number));
                }
                Output::Keep { message, .. } => self.wanted.push(lines::message(&message)),
                _ => {}
            }
        }
    }

    /// Receives some of what was sent, and the server learns of it.
    fn receive(&mut self, count: usize) {
        let mut arrived = None;
        for (line, number) in self.wire.drain(..count) {
            if let Some(number) = number {
                self.received.push(line);
                arrived = Some(number);
            }
        }
        if let Some(number) = arrived {
            self.feed(Input::Arrived { connection: ConnectionId(self.connection), number });
        }
    }

    fn cut(&mut self) {
        let some = self.dice.below(self.wire.len() as u64 + 1) as usize;
        self.receive(some);
        self.wire.clear();
        self.feed(Input::Disconnected { connection: ConnectionId(self.connection) });
        self.up = false;
    }

    fn come_back(&mut self) {
        self.connection += 1;
        self.up = true;
        self.feed(sim::lines::input(&format!("link {} up", self.connection)));
        self.ask("INIT_LINK/INFO NAME=PEC");
    }

    fn ask(&mut self, what: &str) {
        self.asked += 1;
        let line = format!("link {}: {what} MSGID=M{:06}", self.connection, self.asked);
        self.feed(lines::input(&line));
    }

    fn step(&mut self) {
        match self.dice.below(10) {
            0 if self.up => self.cut(),
            0..=2 if !self.up => self.come_back(),
            1..=4 if self.up => {
                let port = self.dice.below(5);
                match self.dice.below(3) {
                    0 => self.ask("DIALOUT/DIAL DNIS=3014560100 MODE=BLIND"),
                    1 => self.ask(&format!("APP_TRUNK_DISCONNECT/INFO TRUNK_PORT={port}")),
                    _ => self.ask(&format!("APP_TRUNK_STATUS/INFO TRUNK_PORT={port}")),
                }
            }
            5..=7 => {
                let busy: Vec<_> = self.house.switch.legs().collect();
                let Some(leg) = self.dice.one(&busy).copied() else { return };
                let event = match self.dice.below(3) {
                    0 => format!("{leg} ended network Normal"),
                    1 => format!("{leg} answered"),
                    _ => format!("{leg} ringing"),
                };
                self.feed(lines::input(&event));
            }
            _ => {
                let some = self.dice.below(self.wire.len() as u64 + 1) as usize;
                self.receive(some);
            }
        }
    }
}

#[test]
fn d02_a_thousand_interruptions_lose_nothing_repeat_nothing_and_keep_the_order() {
    let mut cuts = 0;
    for seed in 0..50 {
        let mut app = Interrupted {
            house: House::new(graceful()),
            dice: Dice::new(seed),
            connection: 0,
            up: false,
            wire: Vec::new(),
            received: Vec::new(),
            wanted: Vec::new(),
            asked: 0,
        };
        app.come_back();
        for _ in 0..600 {
            let before = app.up;
            app.step();
            cuts += u32::from(before && !app.up);
        }
        if !app.up {
            app.come_back();
        }
        let all = app.wire.len();
        app.receive(all);
        assert_eq!(app.received, app.wanted, "seed {seed}");
    }
    assert!(cuts >= 1000, "only {cuts} interruptions");
}
