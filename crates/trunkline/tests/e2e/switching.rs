//! Who hears whom, by the sound that arrives in the network: each party says a tone of its own and tells which tones it
//! hears. After each step the whole matrix must be as docs/switching.md has it.

use std::collections::{BTreeMap, BTreeSet};

use carrier::{Directory, Happening, Step};
use edge::LegId;
use edge::sound::Clip;
use media::tone::Tone;
use trunkline::control_socket::{PortState, Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan};

/// What the parties on the ports 1, 2 and so on say, in Hz.
const VOICES: [u16; 4] = [500, 700, 900, 1_300];
/// The file that who waits hears.
const MUSIC: u16 = 1_700;
/// Heard on a port of its own, when nothing else is expected any more.
const FENCE: u16 = 2_100;
const FENCE_PORT: usize = VOICES.len() + 1;
/// How long the fence sounds, in milliseconds: who hears a tone tells it within 200 ms, and 100 for the way.
const FENCE_MS: u32 = 500;

/// A house with a call up on each of the ports.
struct Hall {
    house: House,
    app: Application,
    /// The party on each port, that of the fence last.
    parties: Vec<LegId>,
    /// Requests so far.
    asked: u32,
}

/// The tones that each party hears, by port; those that hear none are left out.
type Matrix = BTreeMap<usize, BTreeSet<u16>>;

impl Hall {
    fn new() -> Self {
        let clip = |hz: u16| Clip { samples: Tone::sine(hz.into(), -16.0).samples(1_000).into() };
        let voices = VOICES.iter().zip(1..);
        let directory = voices.fold(Directory::new(std::time::Duration::ZERO), |directory, (&hz, port)| {
            directory.with(&format!("900{port}"), vec![Step::Answer, Step::Sound(clip(hz))])
        });
        let directory = directory.with(&format!("900{FENCE_PORT}"), vec![Step::Answer]);
        let listen_hz = VOICES.into_iter().chain([MUSIC, FENCE]).collect();
        let house = House::with(Plan { directory, listen_hz, ..Plan::default() });
        house.tone("music.wav", MUSIC, 1_000);
        house.tone("fence.wav", FENCE, FENCE_MS);
        let mut app = house.call("3015559001");
        for port in 2..=FENCE_PORT {
            app.send(&format!("DIALOUT/DIAL MSGID=100{port} DNIS=301555900{port} MODE=BLIND"));
            app.expect(&format!("DIALOUT/RESPONSE MSGID=100{port} STATUS=SUCCESS"));
            app.expect(&format!("DIALOUT/TERMINATION MSGID=100{port} EVENT=CONNECT TRUNK_PORT={port}"));
        }
        let seen = house.carrier.seen().into_iter();
        let arrived = seen.filter(|entry| matches!(entry.what, Happening::Arrived { .. }));
        let parties = arrived.map(|entry| entry.leg).collect();
        Self { house, app, parties, asked: 0 }
    }

    /// Does what this line says, which must be answered so, and leave everybody hearing what it says:
    /// `hold 1 music -> SUCESS | 1:- 2:MUSIC 3:- 4:-`, as the table in docs/switching.md has it.
    #[track_caller]
    fn step(&mut self, line: &str) {
        let (act, matrix) = line.split_once('|').expect("who hears whom");
        let (act, answer) = act.split_once("->").expect("an answer");
        let before = self.house.carrier.seen().len();
        self.act(act.trim(), answer.trim());
        self.check(line, &expected(matrix), before);
    }

    #[track_caller]
    fn act(&mut self, act: &str, answer: &str) {
        let words: Vec<&str> = act.split_whitespace().collect();
        self.asked += 1;
        let msgid = 2_000 + self.asked;
        let request = match words[..] {
            ["gone", port] => {
                let party: usize = port.parse().unwrap();
                self.house.carrier.party(self.parties[party - 1]).hang_up().unwrap();
                self.app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}"));
                return;
            }
            ["drop", a] => format!("APP_TRUNK_DISCONNECT/INFO MSGID={msgid} TRUNK_PORT={a}"),
            ["patch", a, b] => format!("PATCH_PORTS/INFO MSGID={msgid} TRUNK_PORT1={a} TRUNK_PORT2={b}"),
            ["tear", a, b] => format!("TEAR_PATCH/INFO MSGID={msgid} TRUNK_PORT1={a} TRUNK_PORT2={b}"),
            ["record", a, b] => format!(
                "RECORD_TWO_WAY_VOICE/INFO MSGID={msgid} TRUNK_PORT1={a} TRUNK_PORT2={b} FILE_NAME=C:\\TWR\\SUM.WAV"
            ),
            ["mute", a] => format!("MUTE/INFO MSGID={msgid} AGENT_PORT={a} MODE=ON"),
            ["unmute", a] => format!("MUTE/INFO MSGID={msgid} AGENT_PORT={a} MODE=OFF"),
            ["hold", a] => {
                format!("HOLD/INFO MSGID={msgid} AGENT_PORT={a} ON_HOLD_FILE=music.wav MODE=ON")
            }
            ["unhold", a] => format!("HOLD/INFO MSGID={msgid} AGENT_PORT={a} MODE=CANCELL"),
            ["out", a, b] => format!("BARGE_OUT/INFO MSGID={msgid} SUPERVISOR_PORT={a} AGENT_PORT={b}"),
            [mode @ ("coach" | "monitor" | "full"), a, b] => {
                let mode = mode.to_uppercase();
                format!("BARGE_IN/INFO MSGID={msgid} SUPERVISOR_PORT={a} AGENT_PORT={b} MODE={mode}")
            }
            [mode @ ("initiate" | "accept" | "cancel" | "blind"), a, b] => format!(
                "AGENT_TRANSFER/INFO MSGID={msgid} SOURCE_AGENT_PORT={a} DESTINATION_AGENT_PORT={b} \
                 ON_HOLD_FILE=music.wav MODE={}",
                mode.to_uppercase()
            ),
            _ => panic!("{act}: no act"),
        };
        self.app.send(&request);
        let told = self.app.next(act);
        let status = told
            .split(' ')
            .find_map(|word| word.strip_prefix("STATUS=").or_else(|| word.strip_prefix("EVENT=")));
        assert!(told.contains(&format!("MSGID={msgid}")) && status == Some(answer), "{act}: {told}");
    }

    /// Waits until everybody hears this, and a while more, after which they must still.
    #[track_caller]
    fn check(&mut self, line: &str, expected: &Matrix, before: usize) {
        let house = &self.house;
        let mut seen = 0;
        let mut heard = Matrix::new();
        let is_there = house.runtime.block_on(async {
            let found = house.carrier.until(|entry| {
                seen += 1;
                hear(&mut heard, &self.parties, entry.leg, &entry.what);
                seen >= before && heard == *expected
            });
            tokio::time::timeout(PATIENCE, found).await
        });
        assert!(is_there.is_ok(), "{line}\n{heard:?}, not {expected:?}");
        self.fence();
        let mut heard = Matrix::new();
        for entry in self.house.carrier.seen() {
            hear(&mut heard, &self.parties, entry.leg, &entry.what);
        }
        assert_eq!(heard, *expected, "{line}, a while after");
    }

    /// Plays something to somebody else, and waits until it is over there.
    fn fence(&mut self) {
        self.asked += 1;
        let (msgid, port) = (2_000 + self.asked, FENCE_PORT);
        let party = self.parties[port - 1];
        let is_end = |what: &Happening| *what == Happening::Tone { hz: FENCE, present: false };
        let before = self.house.carrier.seen().iter().filter(|entry| is_end(&entry.what)).count();
        self.app.send(&format!(
            "PLAY_VOICE_FILE/INFO MSGID={msgid} TRUNK_PORT={port} FILE1=FENCE.WAV MODE=INTERRUPTABLE"
        ));
        self.app.expect(&format!("PLAY_VOICE_FILE/RESPONSE MSGID={msgid} TRUNK_PORT={port} STATUS=SUCCESS"));
        self.app.expect(&format!("PLAY_VOICE_FILE/TERMINATION MSGID={msgid} TRUNK_PORT={port} EVENT=EOF"));
        let mut ends = 0;
        let house = &self.house;
        let over = house.runtime.block_on(async {
            let found = house.carrier.until(|entry| {
                ends += usize::from(entry.leg == party && is_end(&entry.what));
                ends > before
            });
            tokio::time::timeout(PATIENCE, found).await
        });
        assert!(over.is_ok(), "the fence was never heard to end");
    }
}

/// Takes what a party tells into account.
fn hear(matrix: &mut Matrix, parties: &[LegId], leg: LegId, what: &Happening) {
    let Some(place) = parties.iter().position(|&party| party == leg) else { return };
    let port = place + 1;
    match *what {
        Happening::Tone { hz, .. } if hz == FENCE => {}
        Happening::Tone { hz, present: true } => _ = matrix.entry(port).or_default().insert(hz),
        Happening::Tone { hz, present: false } => {
            if let Some(heard) = matrix.get_mut(&port) {
                heard.remove(&hz);
            }
        }
        // Whoever is gone hears nothing.
        Happening::Ended { .. } => _ = matrix.remove(&port),
        _ => {}
    }
    matrix.retain(|_, heard| !heard.is_empty());
}

/// The matrix of `1:2+4 2:MUSIC 3:-`.
fn expected(matrix: &str) -> Matrix {
    let heard = |word: &str| match word {
        "MUSIC" => MUSIC,
        port => VOICES[port.parse::<usize>().expect("a port") - 1],
    };
    let row = |row: &str| {
        let (port, of) = row.split_once(':').expect("a port and whom it hears");
        let of = of.split('+').filter(|&word| word != "-").map(heard);
        (port.parse().expect("a port"), of.collect::<BTreeSet<u16>>())
    };
    matrix.split_whitespace().map(row).filter(|(_, heard)| !heard.is_empty()).collect()
}

/// Lives through these lines from the beginning, where nobody hears anybody.
#[track_caller]
fn scenario(lines: &str) -> Hall {
    let mut hall = Hall::new();
    lines.lines().for_each(|line| hall.step(line));
    hall
}

/// Behaviours B86, B87, B89, B90, B95 and B98, method A1.
#[test]
fn b086_a_pair_is_muted_held_and_torn() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1
         mute 1 -> SUCCESS | 1:2 2:-
         unmute 1 -> SUCCESS | 1:2 2:1
         hold 1 -> SUCESS | 1:- 2:MUSIC
         unhold 1 -> SUCESS | 1:2 2:1
         tear 2 1 -> SUCCESS | 1:- 2:-",
    )
    .house
    .stop();
}

/// Behaviours B80 to B82, methods A1 to A3.
#[test]
fn b080_an_agent_is_consulted_given_up_and_takes_the_customer() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1
         initiate 1 3 -> CONNECTED | 1:3 2:MUSIC 3:1
         cancel 1 3 -> CONNECTED | 1:2 2:1 3:-
         initiate 1 3 -> CONNECTED | 1:3 2:MUSIC 3:1
         accept 1 3 -> CONNECTED | 1:- 2:3 3:2",
    )
    .house
    .stop();
}

/// Behaviours B123 to B128, method A1: in each mode, in whichever order.
#[test]
fn b123_a_supervisor_listens_coaches_and_is_heard_by_all() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 4:-
         monitor 4 1 -> SUCCESS | 1:2 2:1 4:1+2
         out 4 1 -> SUCCESS | 1:2 2:1 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 4:1+2
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 4:1+2
         mute 1 -> SUCCESS | 1:2+4 2:4 4:1+2
         coach 4 1 -> SUCCESS | 1:2+4 2:- 4:1+2
         out 4 1 -> SUCCESS | 1:2 2:- 4:-
         drop 1 -> SUCCESS | 2:- 4:-",
    )
    .house
    .stop();
}

#[test]
fn b123_hold_during_a_barge_in() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 4:1+2
         hold 1 -> SUCESS | 1:4 2:MUSIC 4:1
         unhold 1 -> SUCESS | 1:2+4 2:1+4 4:1+2
         coach 4 1 -> SUCCESS | 1:2+4 2:1 4:1+2
         hold 1 -> SUCESS | 1:4 2:MUSIC 4:1
         out 4 1 -> SUCCESS | 1:- 2:MUSIC 4:-
         unhold 1 -> SUCESS | 1:2 2:1 4:-",
    )
    .house
    .stop();
}

#[test]
fn b123_barge_into_a_transferred_call() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         monitor 4 1 -> SUCCESS | 1:2 2:1 3:- 4:1+2
         initiate 1 3 -> CONNECTED | 1:3 2:MUSIC 3:1 4:1+3
         accept 1 3 -> CONNECTED | 1:- 2:3 3:2 4:-
         full 4 3 -> SUCCESS | 1:- 2:3+4 3:2+4 4:2+3
         blind 3 1 -> CONNECTED | 1:2 2:1 3:- 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2",
    )
    .house
    .stop();
}

#[test]
fn b080_transfer_while_muted() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:-
         mute 1 -> SUCCESS | 1:2 2:- 3:-
         initiate 1 3 -> CONNECTED | 1:3 2:MUSIC 3:1
         cancel 1 3 -> CONNECTED | 1:2 2:1 3:-
         mute 1 -> SUCCESS | 1:2 2:- 3:-
         blind 1 3 -> CONNECTED | 1:- 2:3 3:2",
    )
    .house
    .stop();
}

#[test]
fn b080_an_agents_telephone_dies_in_a_consultation() {
    let mut hall = scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:-
         initiate 1 3 -> CONNECTED | 1:3 2:MUSIC 3:1
         gone 3 -> | 1:- 2:MUSIC
         unhold 1 -> SUCESS | 1:2 2:1",
    );
    hall.step("drop 2 -> SUCCESS | 1:-");
    hall.house.stop();
    // The one who consults, and the customer waits for nobody.
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:-
         initiate 1 3 -> CONNECTED | 1:3 2:MUSIC 3:1
         gone 1 -> | 2:3 3:2",
    )
    .house
    .stop();
}

#[test]
fn b089_a_customer_hangs_up_on_hold() {
    let mut hall = scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
         hold 1 -> SUCESS | 1:4 2:MUSIC 3:- 4:1
         gone 2 -> | 1:- 3:- 4:-
         patch 1 3 -> SUCCESS | 1:3 3:1 4:-",
    );
    let Reply::Ports(ports) = hall.house.ask(Request::Ports) else { panic!("no ports") };
    let idle: Vec<bool> = ports.iter().take(3).map(|port| port.state == PortState::Idle).collect();
    assert_eq!(idle, [false, true, false]);
    hall.step("gone 3 -> | 1:- 4:-");
    hall.house.stop();
}

/// Behaviours B98 and B154: the recording goes on when the two are parted, until it is stopped.
#[test]
fn b098_a_patch_that_is_recorded_is_torn() {
    let mut hall = scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1
         record 1 2 -> SUCCESS | 1:2 2:1
         tear 1 2 -> SUCCESS | 1:- 2:-
         patch 1 3 -> SUCCESS | 1:3 2:- 3:1
         tear 1 3 -> SUCCESS | 1:- 2:- 3:-
         patch 2 1 -> SUCCESS | 1:2 2:1 3:-",
    );
    hall.app.send("STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=3001 TRUNK_PORT=1");
    hall.app.expect("RECORD_TWO_WAY_VOICE/TERMINATION MSGID=2003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=EOF");
    hall.app.expect("STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=3001 TRUNK_PORT=1 EVENT=SUCCESS");
    hall.step("mute 1 -> SUCCESS | 1:2 2:- 3:-");
    // Both voices are in all of it, and the third is nowhere.
    let path = hall.house.data.path().join("files/c/twr/sum.wav");
    let sound = media::wav::decode(&std::fs::read(path).unwrap(), 1 << 24).unwrap();
    let level = |hz: u16, part: &[i16]| media::goertzel::tone_dbm0(part, f64::from(hz));
    let windows: Vec<&[i16]> = sound.chunks_exact(1_600).skip(1).collect();
    assert!(windows.len() > 10, "{} samples", sound.len());
    for part in windows {
        let levels = [VOICES[0], VOICES[1], VOICES[2]].map(|hz| level(hz, part));
        assert!(levels[0] > -26.0 && levels[1] > -26.0 && levels[2] < -45.0, "{levels:?}");
    }
    hall.house.stop();
}
