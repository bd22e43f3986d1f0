//! The simulated phone network as a value: events and the time go in, commands and log entries come
//! out. It reads no clock and touches no socket.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use edge::{LegId, PlayId, TrunkId, signal, sound};

use crate::limits;
use crate::log::{Entry, Happening};
use crate::party::{Fate, Party};
use crate::script::Script;
use crate::subscriber::Directory;

/// What the network takes in.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// What the signalling side tells.
    Signal(signal::Event),
    /// What the media engine tells.
    Sound(sound::Event),
    /// Call the server.
    Place(Placing),
    /// This party follows this script from now on, instead of its own.
    Follow { leg: LegId, script: Script },
    /// Nothing but the time: some wait may be over.
    Tick,
    /// Hang up every call and take no more.
    Close,
}

/// A call to place into the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placing {
    /// Its name, unique among [`LegId::placed`] ones.
    pub leg: LegId,
    /// The number to dial.
    pub to: String,
    /// The calling number to show.
    pub from: Option<String>,
    /// The number that has sent the call on to the one dialled.
    pub redirecting: Option<String>,
    /// How long to wait for the answer.
    pub patience: Duration,
    /// What the party does from the answer on.
    pub script: Script,
}

/// What the network asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Of the signalling side.
    Signal(signal::Command),
    /// Of the media engine.
    Sound(sound::Command),
    /// Write this to the log.
    Saw(Entry),
}

impl From<signal::Command> for Output {
    fn from(command: signal::Command) -> Self {
        Self::Signal(command)
    }
}

impl From<sound::Command> for Output {
    fn from(command: sound::Command) -> Self {
        Self::Sound(command)
    }
}

/// One input's surroundings: the time, what every party listens for, and where outputs go.
pub(crate) struct Turn<'a> {
    pub now: Instant,
    pub listen: &'a [u16],
    pub out: &'a mut Vec<Output>,
    plays: &'a mut u64,
}

impl Turn<'_> {
    pub fn signal(&mut self, command: signal::Command) {
        self.out.push(command.into());
    }

    pub fn sound(&mut self, command: sound::Command) {
        self.out.push(command.into());
    }

    pub fn saw(&mut self, leg: LegId, what: Happening) {
        self.out.push(Output::Saw(Entry { at: self.now, leg, what }));
    }

    pub fn next_play(&mut self) -> PlayId {
        *self.plays += 1;
        PlayId(*self.plays)
    }
}

/// Whether calls are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Service {
    Open,
    Closing,
}

/// The network: its subscribers and the parties that are on the phone.
#[derive(Debug)]
pub struct Network {
    directory: Directory,
    listen: Vec<u16>,
    parties: HashMap<LegId, Party>,
    due: BTreeSet<(Instant, LegId)>,
    plays: u64,
    service: Service,
}

impl Network {
    /// A network with these subscribers, each of whom listens for tones of these frequencies in Hz (at
    /// most [`limits::FREQUENCIES`]).
    #[must_use]
    pub fn new(directory: Directory, mut listen: Vec<u16>) -> Self {
        listen.truncate(limits::FREQUENCIES);
        Self {
            directory,
            listen,
            parties: HashMap::new(),
            due: BTreeSet::new(),
            plays: 0,
            service: Service::Open,
        }
    }

    /// Takes one input that came at `now`, and appends what is to be done to `out`.
    pub fn handle(&mut self, now: Instant, input: Input, out: &mut Vec<Output>) {
        match input {
            Input::Signal(event) => self.signalled(now, event, out),
            Input::Sound(event) => self.sounded(now, event, out),
            Input::Place(placing) => self.place(now, placing, out),
            Input::Follow { leg, script } => {
                self.with(now, leg, out, |party, turn| party.follow(script, turn));
            }
            Input::Tick => {}
            Input::Close => self.close(now, out),
        }
        self.advance(now, out);
    }

    /// When the next wait is over, if nothing happens before.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        self.due.first().map(|&(at, _)| at)
    }

    /// Parties that are on the phone now.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.parties.len()
    }

    fn signalled(&mut self, now: Instant, event: signal::Event, out: &mut Vec<Output>) {
        match event {
            signal::Event::Arrived(arrived) => self.arrived(now, arrived, out),
            signal::Event::Ringing { leg } => {
                self.with(now, leg, out, |_, turn| turn.saw(leg, Happening::Ringing));
            }
            signal::Event::EarlyMedia { leg, media } => {
                self.with(now, leg, out, |party, turn| party.early(media, turn));
            }
            signal::Event::Answered { leg, media } => {
                self.with(now, leg, out, |party, turn| party.answered(media, turn));
            }
            signal::Event::Renegotiated { leg, media } => {
                self.with(now, leg, out, |party, turn| party.renegotiated(media, turn));
            }
            signal::Event::Key { leg, key } => {
                self.with(now, leg, out, |_, turn| turn.saw(leg, Happening::Key(key)));
            }
            signal::Event::Ended { leg, end } => self.ended(now, leg, Happening::Ended(end), out),
            // The simulated network has no trunk of its own to take out of service; a load through a
            // trunk that is down ends call by call, with the reason.
            signal::Event::TrunkUp { .. } | signal::Event::TrunkDown { .. } => {}
            // Its parties are no stations, and let nobody transfer or fax them.
            signal::Event::StationUp { .. }
            | signal::Event::StationDown { .. }
            | signal::Event::Faxing { .. } => {}
            signal::Event::Referred { leg, .. } => {
                let progress = signal::Transfer::Failed(signal::Cause::Rejected);
                out.push(Output::Signal(signal::Command::TellTransfer { leg, progress }));
            }
        }
    }

    fn sounded(&mut self, now: Instant, event: sound::Event, out: &mut Vec<Output>) {
        match event {
            sound::Event::PlayEnded { leg, play, .. } => {
                self.with(now, leg, out, |party, turn| party.play_ended(play, turn));
            }
            sound::Event::Key { leg, key } => {
                self.with(now, leg, out, |_, turn| turn.saw(leg, Happening::Key(key)));
            }
            sound::Event::KeysSent { leg } => self.with(now, leg, out, Party::keys_sent),
            sound::Event::Tone { leg, hz, present } => {
                self.with(now, leg, out, |_, turn| turn.saw(leg, Happening::Tone { hz, present }));
            }
            sound::Event::Silent { leg } => self.with(now, leg, out, |party, turn| {
                turn.saw(leg, Happening::Silent);
                party.hang_up(signal::Cause::Lost, turn);
            }),
            sound::Event::Lost { leg, why } => self.with(now, leg, out, |party, turn| {
                turn.saw(leg, Happening::Lost(why));
                party.hang_up(signal::Cause::NoMedia, turn);
            }),
            // The network records nothing and watches for no signs.
            sound::Event::Heard { .. }
            | sound::Event::Judged { .. }
            | sound::Event::Cued { .. }
            | sound::Event::Recorded { .. } => {}
            sound::Event::Closed { leg, seen } => {
                self.turn(now, out).saw(leg, Happening::Closed(seen));
            }
        }
    }

    fn arrived(&mut self, now: Instant, arrived: signal::Arrived, out: &mut Vec<Output>) {
        let signal::Arrived { leg, dnis, ani, redirecting, .. } = arrived;
        let script = self.directory.script(&dnis);
        let is_full = self.is_full();
        let mut turn = self.turn(now, out);
        turn.saw(leg, Happening::Arrived { dnis, ani, redirecting });
        if is_full {
            return turn.signal(signal::Command::HangUp { leg, cause: signal::Cause::Overload });
        }
        let party = Party::called(leg, script, &mut turn);
        self.keep(leg, party);
    }

    fn place(&mut self, now: Instant, placing: Placing, out: &mut Vec<Output>) {
        let Placing { leg, to, from, redirecting, patience, script } = placing;
        let is_full = self.is_full();
        let mut turn = self.turn(now, out);
        turn.saw(leg, Happening::Placed { dnis: to.clone(), ani: from.clone() });
        if is_full {
            let end = signal::End {
                by: signal::Side::Us,
                cause: signal::Cause::Overload,
                status: None,
                q850: None,
            };
            return turn.saw(leg, Happening::Ended(end));
        }
        turn.signal(signal::Command::Dial(signal::Dial {
            leg,
            to: signal::Callee::Number { trunk: TrunkId(0), number: to },
            caller: from,
            redirecting,
        }));
        let party = Party::calling(leg, script, patience, &turn);
        self.keep(leg, party);
    }

    fn ended(&mut self, now: Instant, leg: LegId, what: Happening, out: &mut Vec<Output>) {
        if let Some(party) = self.parties.remove(&leg) {
            self.due.remove(&(party.deadline(), leg));
        }
        let mut turn = self.turn(now, out);
        turn.saw(leg, what);
        // Also where no sound ever flowed: a socket may have been reserved for an offer.
        turn.sound(sound::Command::Close { leg });
    }

    fn close(&mut self, now: Instant, out: &mut Vec<Output>) {
        self.service = Service::Closing;
        let mut legs: Vec<LegId> = self.parties.keys().copied().collect();
        legs.sort_unstable();
        for leg in legs {
            self.with(now, leg, out, |party, turn| party.hang_up(signal::Cause::Normal, turn));
        }
    }

    /// Ends every wait that is over at `now`. A deadline that is met sets a later one or none, so this
    /// comes to an end.
    fn advance(&mut self, now: Instant, out: &mut Vec<Output>) {
        while let Some(&(at, leg)) = self.due.first()
            && at <= now
        {
            let mut fate = Fate::Stays;
            self.with(now, leg, out, |party, turn| fate = party.due(turn));
            if fate == Fate::Forgotten {
                self.ended(now, leg, Happening::Forgotten, out);
            }
        }
    }

    /// Lets a party act, and keeps its deadline in order. A leg that is not here any more is nothing.
    fn with(
        &mut self,
        now: Instant,
        leg: LegId,
        out: &mut Vec<Output>,
        act: impl FnOnce(&mut Party, &mut Turn<'_>),
    ) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let before = party.deadline();
        act(party, &mut Turn { now, listen: &self.listen, out, plays: &mut self.plays });
        let after = party.deadline();
        if before != after {
            self.due.remove(&(before, leg));
            self.due.insert((after, leg));
        }
    }

    fn keep(&mut self, leg: LegId, party: Party) {
        self.due.insert((party.deadline(), leg));
        if let Some(old) = self.parties.insert(leg, party) {
            self.due.remove(&(old.deadline(), leg));
        }
    }

    fn is_full(&self) -> bool {
        self.service == Service::Closing || self.parties.len() >= limits::PARTIES
    }

    fn turn<'a>(&'a mut self, now: Instant, out: &'a mut Vec<Output>) -> Turn<'a> {
        Turn { now, listen: &self.listen, out, plays: &mut self.plays }
    }
}
