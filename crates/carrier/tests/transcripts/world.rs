//! A world without sockets or clocks around a network: every command succeeds, sound takes its time,
//! and every command is a line of a transcript.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use carrier::{Directory, Entry, Input, Network, Output};
use edge::signal::{self, Cause, End, Side};
use edge::sound::{self, Codec, Direction, Media, PlayEnd, Repeat, Seen};
use edge::{LegId, PlayId};

/// How long a phone rings here before it is answered.
pub const RING: Duration = Duration::from_secs(2);

pub struct World {
    pub network: Network,
    start: Instant,
    now: Instant,
    coming: BTreeMap<(Instant, u64), Input>,
    order: u64,
    transcript: String,
    pub entries: Vec<Entry>,
}

impl World {
    pub fn new(directory: Directory, listen: Vec<u16>) -> Self {
        let start = Instant::now();
        Self {
            network: Network::new(directory, listen),
            start,
            now: start,
            coming: BTreeMap::new(),
            order: 0,
            transcript: String::new(),
            entries: Vec::new(),
        }
    }

    /// Puts an input into the world's future.
    pub fn later(&mut self, after: Duration, input: Input) {
        self.order += 1;
        self.coming.insert((self.now + after, self.order), input);
    }

    /// Puts an input in now.
    pub fn put(&mut self, input: Input) {
        let mut out = Vec::new();
        self.network.handle(self.now, input, &mut out);
        for output in out {
            self.carry_out(output);
        }
    }

    /// Nothing that was on its way arrives.
    pub fn forget_the_future(&mut self) {
        self.coming.clear();
    }

    /// Lets the time pass until this long after the beginning.
    pub fn run_until(&mut self, end: Duration) {
        let end = self.start + end;
        loop {
            let coming = self.coming.first_key_value().map(|(&(at, _), _)| at);
            let timeout = self.network.next_timeout();
            let Some(next) = [coming, timeout].into_iter().flatten().min().filter(|&at| at <= end) else {
                break;
            };
            self.now = self.now.max(next);
            let input = if coming == Some(next) {
                self.coming.pop_first().expect("it is the first").1
            } else {
                Input::Tick
            };
            self.put(input);
        }
        self.now = end;
    }

    /// The transcript so far must be these lines; begins a new one.
    pub fn check(&mut self, expected: &str) {
        let lines = |text: &str| text.trim().lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&std::mem::take(&mut self.transcript)), lines(expected));
    }

    fn carry_out(&mut self, output: Output) {
        let at = self.now.duration_since(self.start).as_secs_f64();
        let line = match output {
            Output::Signal(command) => self.signal(command),
            Output::Sound(command) => self.sound(command),
            Output::Saw(entry) => return self.entries.push(entry),
        };
        writeln!(self.transcript, "{at:.1} {line}").expect("a string takes it");
    }

    fn signal(&mut self, command: signal::Command) -> String {
        let soon = Duration::ZERO;
        match command {
            signal::Command::Dial(dial) => {
                let signal::Callee::Number { number, .. } = dial.to else { panic!("no stations here") };
                format!("dial {number} from {}", dial.caller.unwrap_or_default())
            }
            signal::Command::Ring { .. } => "ring".to_owned(),
            signal::Command::TellTransfer { progress, .. } => format!("transfer {progress:?}"),
            signal::Command::Progress { leg } => {
                self.later(soon, Input::Signal(signal::Event::EarlyMedia { leg, media: media() }));
                "early media".to_owned()
            }
            signal::Command::Answer { leg } => {
                self.later(soon, Input::Signal(signal::Event::Answered { leg, media: media() }));
                "answer".to_owned()
            }
            signal::Command::HangUp { leg, cause } => {
                self.later(soon, ended(leg, Side::Us, cause));
                format!("hang up {cause:?}")
            }
        }
    }

    fn sound(&mut self, command: sound::Command) -> String {
        match command {
            sound::Command::Open { .. } => "open".to_owned(),
            sound::Command::Play { leg, play, clips, repeat, .. } => {
                let ms = clips.iter().map(sound::Clip::milliseconds).sum();
                if repeat == Repeat::Once {
                    self.later(Duration::from_millis(ms), play_ended(leg, play));
                }
                format!("play {ms} ms {repeat:?}")
            }
            sound::Command::Stop { leg, play } => {
                self.later(Duration::ZERO, play_ended(leg, play));
                "stop".to_owned()
            }
            sound::Command::Press { leg, keys } => {
                let length = Duration::from_millis(200 * keys.len() as u64);
                self.later(length, Input::Sound(sound::Event::KeysSent { leg }));
                format!("press {}", keys.iter().map(ToString::to_string).collect::<String>())
            }
            sound::Command::Echo { .. } => "echo".to_owned(),
            sound::Command::Pressed { .. }
            | sound::Command::Hear { .. }
            | sound::Command::Record { .. }
            | sound::Command::StopRecord { .. }
            | sound::Command::Watch { .. }
            | sound::Command::Judge { .. } => unreachable!("the network records nothing"),
            sound::Command::Listen { hz, .. } => format!("listen {hz}"),
            sound::Command::Close { leg } => {
                let closed = sound::Event::Closed { leg, seen: Seen::default() };
                self.later(Duration::ZERO, Input::Sound(closed));
                "close".to_owned()
            }
        }
    }
}

pub fn media() -> Media {
    let remote = SocketAddr::from(([127, 0, 0, 1], 4_000));
    Media {
        remote,
        rtcp: SocketAddr::from(([127, 0, 0, 1], 4_001)),
        codec: Codec::Pcmu,
        payload_type: 0,
        keys: Some(101),
        direction: Direction::Both,
        security: None,
        signals_from: None,
    }
}

pub fn arrived(leg: LegId, dnis: &str) -> Input {
    Input::Signal(signal::Event::Arrived(signal::Arrived {
        leg,
        line: None,
        dnis: dnis.to_owned(),
        ani: "7325550199".to_owned(),
        redirecting: String::new(),
        replaces: None,
    }))
}

pub fn ended(leg: LegId, by: Side, cause: Cause) -> Input {
    Input::Signal(signal::Event::Ended { leg, end: End { by, cause, status: None, q850: None } })
}

fn play_ended(leg: LegId, play: PlayId) -> Input {
    Input::Sound(sound::Event::PlayEnded { leg, play, end: PlayEnd::Finished })
}
