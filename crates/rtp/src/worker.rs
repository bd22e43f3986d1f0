//! A worker: one thread, its legs, its slots.
//!
//! The 20 ms of a frame are divided into slots of 1 ms, and each leg has one. In its slot a leg is
//! read, then its frame is built; the frames of a slot leave together, after all reads. The work of a
//! slot is bounded, and slots that are too late are skipped, so a worker that is short of CPU goes on
//! reading, and drops what has become useless.
//!
//! Legs that hear one another share a slot, so that what one says leaves to the others in the same turn:
//! first all legs of a slot are read, then all speak.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use edge::sound::{Command, Event, Media, RecordEnd, Seen, Track};
use edge::{LegId, RecordId};

use crate::chance::Chance;
use crate::clock;
use crate::departures::{BackEnd, Departures};
use crate::ears::Listening;
use crate::engine::Sink;
use crate::leg::{Leg, Seeds};
use crate::limits::{
    COMMANDS, DATAGRAM, FAILURES, INBOX, LATE, LEFT, LINGER, LINGER_LOOK, LOOK, OUTBOX, REPORTS, SLOT, SLOTS,
};
use crate::moves::{Arrivals, Held, Moved, State};
use crate::ports::Ports;
use crate::recording;
use crate::served::{Served, Turn};
use crate::slot::{Slot, flush, reason};
use crate::spill::Spill;
use crate::tally::Tally;
use crate::tape::{Piece, Tape};
use crate::told::Way;

/// What comes into a worker's inbox.
#[derive(Debug)]
pub enum Message {
    /// A command for one of its legs, and the legs that are to share a slot with it from then on.
    Command(Command, Arc<[LegId]>),
    /// This leg will arrive from another worker, to share a slot with these.
    Expect(LegId, Arc<[LegId]>),
    /// This leg is to leave for another worker.
    Depart(LegId, Arc<Arrivals>),
    /// This leg is lost: it got more commands than there is room for.
    Lose(LegId),
    /// Something was spilled: look there.
    Look,
}

impl Message {
    /// The leg that it is about.
    #[must_use]
    pub const fn leg(&self) -> Option<LegId> {
        match self {
            Self::Command(command, _) => Some(leg_of(command)),
            Self::Expect(leg, _) | Self::Depart(leg, _) | Self::Lose(leg) => Some(*leg),
            Self::Look => None,
        }
    }
}

/// What a worker shares with the engine.
pub struct Shared {
    /// The legs' sockets.
    pub ports: Arc<Ports>,
    /// Where events go.
    pub sink: Sink,
    /// Where recordings go.
    pub tape: Tape,
    /// Turns without any packet after which a leg is told silent; 0 for never.
    pub silence_limit: u64,
    /// How legs listen.
    pub listening: Listening,
    /// Whether the engine stops.
    pub over: Arc<AtomicBool>,
    /// What did not go into the inbox.
    pub spill: Arc<Spill>,
    /// Where legs of other workers arrive.
    pub arrivals: Arc<Arrivals>,
    /// What the worker counts.
    pub tally: Arc<Tally>,
}

/// One worker.
pub struct Worker {
    shared: Shared,
    inbox: Receiver<Message>,
    departures: Departures,
    chance: Chance,
    /// The open legs, by slot.
    slots: [Slot; SLOTS as usize],
    /// In which slot each open leg is.
    places: HashMap<LegId, usize>,
    /// Legs that are on their way here.
    expected: HashMap<LegId, Held>,
    /// Legs that are here before they are expected.
    early: HashMap<LegId, Moved>,
    /// What was held for legs that are here now, before all that is in the inbox.
    held: VecDeque<Message>,
    /// Slots that got a leg after their time, which is due all the same: one bit each.
    again: u32,
    /// Legs that were lost and not closed yet, with what they saw.
    gone: HashMap<LegId, Seen>,
    /// What the sink has not taken yet.
    outbox: VecDeque<Event>,
    /// What the tape has not taken yet of legs that are gone.
    left: VecDeque<Piece>,
    /// The events of the present slot.
    events: Vec<Event>,
    /// Legs of the present slot that cannot go on, with the reason.
    failed: Vec<(LegId, String)>,
    /// Room for one datagram.
    buffer: Box<[u8; DATAGRAM]>,
    /// The next slot: whole slots since the origin of the clock.
    tick: u64,
    /// The last slot in which there was something to do.
    busy: u64,
}

/// Whether a worker goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flow {
    On,
    Over,
}

impl Worker {
    /// A worker without legs.
    #[must_use]
    pub fn new(shared: Shared, inbox: Receiver<Message>, departures: Departures) -> Self {
        shared.tally.io_uring.set(u64::from(departures.back_end() == BackEnd::IoUring));
        Self {
            shared,
            inbox,
            departures,
            chance: Chance::new(),
            slots: std::array::from_fn(|_| Slot::default()),
            places: HashMap::new(),
            expected: HashMap::new(),
            early: HashMap::new(),
            held: VecDeque::new(),
            again: 0,
            gone: HashMap::new(),
            outbox: VecDeque::new(),
            left: VecDeque::new(),
            events: Vec::new(),
            failed: Vec::new(),
            buffer: Box::new([0; DATAGRAM]),
            tick: 0,
            busy: 0,
        }
    }

    /// Works until the engine stops, then says goodbye on every leg. A panic outside of a leg's turn
    /// costs the worker its legs, not its life.
    pub fn run(&mut self) {
        self.tick = tick_of(clock::now());
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.work())) {
            self.lose_all(&reason(&*panic));
        }
        let turn = self.tick / SLOTS;
        let legs = self.slots.iter_mut().flat_map(|slot| std::mem::take(&mut slot.legs));
        let early = std::mem::take(&mut self.early).into_values();
        let moved = early.chain(std::iter::from_fn(|| self.shared.arrivals.pop()));
        let arrived = moved.filter_map(|moved| moved.state.into_open());
        self.left.extend(legs.chain(arrived).flat_map(|served| served.end(turn)));
        recording::offer(&mut self.left, &self.shared.tape);
        if !self.left.is_empty() {
            tracing::error!(
                pieces = self.left.len(),
                "the ends of recordings are lost: the disk is too slow"
            );
        }
    }

    fn work(&mut self) {
        while !self.shared.over.load(Ordering::Relaxed) {
            if !self.is_idle() {
                self.busy = self.tick;
            } else if self.tick - self.busy > LINGER && self.park() == Flow::Over {
                return;
            }
            let late = self.sleep();
            if self.step(late, clock::wall()) == Flow::Over {
                return;
            }
        }
    }

    /// What is done in a slot, so late, at this time of the wall clock.
    fn step(&mut self, late: Duration, wall: Duration) -> Flow {
        if self.take_commands() == Flow::Over {
            return Flow::Over;
        }
        while let Some(moved) = self.shared.arrivals.pop() {
            match self.expected.remove(&moved.leg) {
                Some(held) => self.arrive(moved, held),
                // It was faster than the word of it.
                None => _ = self.early.insert(moved.leg, moved),
            }
        }
        let again = std::mem::take(&mut self.again);
        for slot in (0..SLOTS as usize).filter(|slot| again & 1 << slot != 0) {
            self.serve(slot, Duration::ZERO, wall);
        }
        let slot = (self.tick % SLOTS) as usize;
        if !self.slots[slot].legs.is_empty() {
            self.serve(slot, late, wall);
        }
        self.tell();
        self.tick = self.next_tick();
        Flow::On
    }

    /// One slot of the test's own time.
    #[cfg(test)]
    pub fn slot_at(&mut self, tick: u64, wall: Duration) {
        self.tick = self.tick.max(tick);
        if self.tick == tick
            && let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.step(Duration::ZERO, wall)))
        {
            self.lose_all(&reason(&*panic));
        }
    }

    /// A leg that is open here.
    #[cfg(test)]
    pub fn leg(&self, leg: LegId) -> Option<&Leg> {
        let (slot, index) = self.find(leg)?;
        Some(&self.slots[slot].legs[index].leg)
    }

    /// How many are in each of its mixes.
    #[cfg(test)]
    pub fn mixes(&self) -> Vec<usize> {
        self.slots
            .iter()
            .filter_map(|slot| slot.bridge.as_ref())
            .flat_map(crate::bridge::Bridge::mixes)
            .collect()
    }

    /// Whether it has nothing to do until a command comes.
    fn is_idle(&self) -> bool {
        self.places.is_empty() && self.expected.is_empty() && self.is_told()
    }

    /// Whether nothing waits for the sink or the tape.
    fn is_told(&self) -> bool {
        self.outbox.is_empty() && self.left.is_empty()
    }

    /// Waits, without legs, for a command.
    fn park(&mut self) -> Flow {
        self.account();
        let Ok(message) = self.inbox.recv() else { return Flow::Over };
        self.tick = tick_of(clock::now());
        self.take(message);
        Flow::On
    }

    /// Sleeps until the next slot, and tells how late that is. Where that is so late that the turn after
    /// is due, the slots between are skipped: their frames are useless by now.
    fn sleep(&mut self) -> Duration {
        let due = due_at(self.tick);
        let mut now = clock::now();
        if now < due {
            clock::sleep_until(due);
            now = clock::now();
        }
        let behind = tick_of(now).saturating_sub(self.tick);
        if behind > LATE {
            self.tick += behind;
            self.shared.tally.overruns.add(behind);
        }
        now.saturating_sub(due_at(self.tick))
    }

    /// The next slot that has a leg, and none too far for the commands that may come.
    fn next_tick(&self) -> u64 {
        if self.is_idle() {
            return self.tick + LINGER_LOOK;
        }
        let soon = |ahead: &u64| {
            let slot = ((self.tick + ahead) % SLOTS) as usize;
            !self.slots[slot].legs.is_empty() || !self.is_told() || !self.expected.is_empty()
        };
        self.tick + (1..LOOK).find(soon).unwrap_or(LOOK)
    }

    fn take_commands(&mut self) -> Flow {
        // What was spilled came after what is in the inbox.
        let spilled = self.shared.spill.any();
        let most = if spilled { INBOX + self.held.len() } else { COMMANDS };
        for _ in 0..most {
            if self.outbox.len() >= OUTBOX / 2 {
                return Flow::On;
            }
            match self.held.pop_front().map_or_else(|| self.inbox.try_recv(), Ok) {
                Ok(message) => self.take(message),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Flow::Over,
            }
        }
        if spilled {
            let owed = self.shared.spill.take();
            for leg in owed.lost {
                self.take(Message::Lose(leg));
            }
            for leg in owed.closed {
                self.take(Message::Command(Command::Close { leg }, Arc::default()));
            }
            // Not held: what is held comes after it.
            owed.departing.into_iter().for_each(|(leg, to)| self.depart(leg, &to));
            owed.recordings.into_iter().for_each(|(leg, record, track)| self.miss(leg, record, track));
        }
        Flow::On
    }

    fn take(&mut self, mut message: Message) {
        // Those who are to be together from now on are so at once, whomever the command waits for: when it is
        // obeyed, some of them may be with others again.
        let with = match &mut message {
            Message::Command(_, with) => std::mem::take(with),
            _ => Arc::default(),
        };
        self.gather(&with);
        if let Some(held) = message.leg().and_then(|leg| self.expected.get_mut(&leg)) {
            held.push(message);
            return;
        }
        match message {
            Message::Command(command, _) => self.obey(command, &with),
            Message::Expect(leg, with) => {
                let held = Held { with, messages: VecDeque::new() };
                match self.early.remove(&leg) {
                    Some(moved) => self.arrive(moved, held),
                    None => _ = self.expected.insert(leg, held),
                }
            }
            Message::Depart(leg, to) => self.depart(leg, &to),
            Message::Lose(leg) => {
                self.lose(leg, "its media worker has more commands than it can take".to_owned());
            }
            Message::Look => {}
        }
        self.collect();
    }

    fn obey(&mut self, command: Command, with: &[LegId]) {
        match command {
            Command::Open { leg, media } => return self.open(leg, media, with),
            Command::Close { leg } => return self.close(leg),
            _ => {}
        }
        let leg = leg_of(&command);
        let Some((slot, index)) = self.find(leg) else {
            tracing::debug!(%leg, ?command, "a command for a leg that is not open");
            if let Command::Record { record, track, .. } = command {
                self.miss(leg, record, track);
            }
            return;
        };
        let Slot { legs, bridge, .. } = &mut self.slots[slot];
        let target = &mut legs[index].leg;
        match command {
            Command::Play { play, clips, barge, repeat, .. } => {
                #[cfg(test)]
                crate::tests::fault_in_worker(play);
                target.play(play, clips, barge, repeat);
            }
            Command::Stop { play, .. } => target.stop(play, &mut self.events),
            Command::Press { keys, .. } => target.press(keys, &mut self.events),
            Command::Echo { .. } => target.echo(&mut self.events),
            Command::Listen { hz, .. } => target.listen_for(hz),
            Command::Pressed { key, .. } => target.key(key, Way::Signal, &mut self.events),
            Command::Record { record, track, until, .. } => target.record(record, track, until),
            Command::StopRecord { record, .. } => target.stop_recording(record),
            Command::Watch { signs, .. } => target.watch(signs),
            Command::Judge { by, .. } => target.judge(by),
            Command::Hear { of, .. } => {
                target.hear_others(of);
                *bridge = None;
            }
            Command::Open { .. } | Command::Close { .. } => {}
        }
    }

    fn find(&self, leg: LegId) -> Option<(usize, usize)> {
        let slot = *self.places.get(&leg)?;
        let index = self.slots[slot].legs.iter().position(|served| served.leg.id() == leg)?;
        Some((slot, index))
    }

    fn open(&mut self, leg: LegId, media: Media, with: &[LegId]) {
        if let Some((slot, index)) = self.find(leg) {
            let Slot { legs, bridge, .. } = &mut self.slots[slot];
            legs[index].reopen(media);
            *bridge = None;
            return;
        }
        if self.gone.contains_key(&leg) {
            return;
        }
        let Some(sockets) = self.shared.ports.claim(leg) else {
            tracing::error!(%leg, "a leg opens without a reserved socket");
            self.outbox.push_back(Event::Lost { leg, why: "no socket was reserved for it".to_owned() });
            return;
        };
        let slot = self.slot_beside(with);
        let (line, timestamp, reports) = (self.chance.number(), self.chance.number(), self.chance.number());
        let ahead = (slot as u64 + SLOTS - self.tick % SLOTS) % SLOTS;
        let turn = (self.tick + ahead) / SLOTS;
        let seeds = Seeds { line, timestamp, reports };
        let value =
            Leg::new(leg, media, turn, self.shared.silence_limit, seeds, self.shared.listening.clone());
        self.settle(slot, Served::new(value, sockets));
    }

    /// The slot for a leg that is to be beside these: where they are, or else where there are fewest.
    fn slot_beside(&self, with: &[LegId]) -> usize {
        let beside = with.iter().find_map(|leg| self.places.get(leg)).copied();
        let legs = |slot: &usize| self.slots[*slot].legs.len();
        beside.or_else(|| (0..SLOTS as usize).min_by_key(legs)).unwrap_or(0)
    }

    /// Gives a leg its slot. Where that has passed in this turn and the leg has not had its turn, it has it
    /// at once.
    fn settle(&mut self, slot: usize, served: Served) {
        let passed = (slot as u64) < self.tick % SLOTS;
        if passed && served.leg.is_due(self.tick / SLOTS) {
            self.again |= 1 << slot;
        }
        self.places.insert(served.leg.id(), slot);
        self.slots[slot].legs.push(served);
        self.slots[slot].bridge = None;
        self.shared.tally.legs.set(self.places.len() as u64);
    }

    /// Brings these legs, as far as they are here, into the slot that has most of them. Those that are still to come
    /// will find them there.
    fn gather(&mut self, with: &Arc<[LegId]>) {
        if !self.expected.is_empty() {
            for leg in with.iter() {
                if let Some(held) = self.expected.get_mut(leg) {
                    held.be_with(with);
                }
            }
        }
        let mut counts = [0_usize; SLOTS as usize];
        with.iter().filter_map(|leg| self.places.get(leg)).for_each(|&slot| counts[slot] += 1);
        let fewest = |slot: usize| Reverse(self.slots[slot].legs.len());
        let Some(slot) = (0..counts.len()).max_by_key(|&slot| (counts[slot], fewest(slot))) else { return };
        for &leg in with.iter() {
            if self.places.get(&leg).is_some_and(|&place| place != slot)
                && let Some(served) = self.remove(leg)
            {
                self.settle(slot, served);
            }
        }
    }

    /// Lets a leg leave for another worker, with all that it has told and nobody took yet.
    fn depart(&mut self, leg: LegId, to: &Arrivals) {
        let state = match (self.remove(leg), self.gone.remove(&leg)) {
            (Some(served), _) => State::Open(Box::new(served)),
            (None, Some(seen)) => State::Gone(seen),
            (None, None) => State::Absent,
        };
        let (told, others): (VecDeque<Event>, VecDeque<Event>) =
            std::mem::take(&mut self.outbox).into_iter().partition(|event| told_of(event) == Some(leg));
        self.outbox = others;
        to.push(Moved { leg, state, told });
    }

    /// Takes a leg from another worker, and does what was asked of it meanwhile.
    fn arrive(&mut self, Moved { leg, state, told }: Moved, Held { with, messages }: Held) {
        self.outbox.extend(told);
        match state {
            State::Open(served) => self.settle(self.slot_beside(&with), *served),
            State::Gone(seen) => _ = self.gone.insert(leg, seen),
            State::Absent => {}
        }
        self.held.extend(messages);
    }

    fn close(&mut self, leg: LegId) {
        let (seen, sockets) = match self.remove(leg) {
            Some(mut served) => {
                served.close(self.tick / SLOTS);
                self.leave(served.leg.end_recordings());
                (served.leg.seen(), served.into_sockets())
            }
            None => (self.gone.remove(&leg).unwrap_or_default(), None),
        };
        self.shared.ports.release(leg, sockets);
        self.outbox.push_back(Event::Closed { leg, seen });
    }

    /// Ends a recording that cannot begin.
    fn miss(&mut self, leg: LegId, record: RecordId, track: Track) {
        let (turn, end) = (self.tick / SLOTS, Some(RecordEnd::Gone));
        self.leave([Piece { record, track, leg, turn, samples: Vec::new(), end }]);
    }

    /// Keeps what is left to record of legs that are gone. When that is too much, only their ends.
    fn leave(&mut self, pieces: impl IntoIterator<Item = Piece>) {
        for piece in pieces {
            if self.left.len() < LEFT || piece.end.is_some() {
                self.left.push_back(piece);
            }
        }
    }

    /// Takes a leg out of its slot.
    fn remove(&mut self, leg: LegId) -> Option<Served> {
        let (slot, index) = self.find(leg)?;
        self.places.remove(&leg);
        self.shared.tally.legs.set(self.places.len() as u64);
        self.slots[slot].bridge = None;
        Some(self.slots[slot].legs.swap_remove(index))
    }

    fn lose(&mut self, leg: LegId, why: String) {
        let seen = match self.remove(leg) {
            Some(mut served) => {
                self.leave(served.leg.end_recordings());
                served.leg.seen()
            }
            None if self.gone.contains_key(&leg) || !self.shared.ports.is_reserved(leg) => return,
            None => Seen::default(),
        };
        tracing::error!(%leg, why, "a leg is lost");
        self.gone.insert(leg, seen);
        self.outbox.push_back(Event::Lost { leg, why });
    }

    fn lose_all(&mut self, why: &str) {
        tracing::error!(why, legs = self.places.len(), "a media worker panicked; all its legs are lost");
        self.shared.tally.panics.add(1);
        self.departures.clear();
        self.events.clear();
        self.failed.clear();
        let legs: Vec<LegId> = self.places.keys().copied().collect();
        for leg in legs {
            self.lose(leg, format!("its media worker failed: {why}"));
        }
    }

    fn serve(&mut self, slot: usize, late: Duration, wall: Duration) {
        let number = self.tick / SLOTS;
        let Self { slots, departures, events, failed, shared, chance, buffer, .. } = self;
        let (slot, tally) = (&mut slots[slot], &*shared.tally);
        let mut turn = Turn { number, wall, buffer, departures, events, tape: &shared.tape, tally };
        slot.hear(&mut turn, failed);
        if late > SLOT {
            tally.delayed.add(slot.due.len() as u64);
        }
        slot.speak(&mut turn, failed);
        let legs = &mut slot.legs;
        let due = legs.iter_mut().filter(|served| served.leg.is_report_due(number)).take(REPORTS);
        for served in due {
            served.report(number, chance.number(), departures);
        }
        flush(departures, legs, tally);
        failed.extend(
            legs.iter()
                .filter(|served| served.failures() >= FAILURES)
                .map(|served| (served.leg.id(), "its sockets keep failing".to_owned())),
        );
        while let Some((leg, why)) = self.failed.pop() {
            self.lose(leg, why);
        }
        self.collect();
        if clock::now() > due_at(self.tick + 1) {
            self.shared.tally.overruns.add(1);
        }
        if self.tick.is_multiple_of(SLOTS) {
            self.account();
        }
    }

    /// Moves the events of the slot behind those that wait. Keys, tones and signs stay out when it is half
    /// full: there must be room for what is owed.
    fn collect(&mut self) {
        for event in self.events.drain(..) {
            let spare = matches!(event, Event::Key { .. } | Event::Tone { .. } | Event::Heard { .. });
            if spare && self.outbox.len() >= OUTBOX / 2 {
                self.shared.tally.untold.add(1);
            } else {
                self.outbox.push_back(event);
            }
        }
    }

    /// Offers the sink and the tape what waits, until they are full.
    fn tell(&mut self) {
        recording::offer(&mut self.left, &self.shared.tape);
        while let Some(event) = self.outbox.pop_front() {
            if let Err(event) = (self.shared.sink)(event) {
                self.outbox.push_front(event);
                return;
            }
        }
    }

    fn account(&self) {
        let tally = &self.shared.tally;
        tally.cpu_nanoseconds.set(u64::try_from(clock::thread_cpu().as_nanos()).unwrap_or(u64::MAX));
        tally.io_uring.set(u64::from(self.departures.back_end() == BackEnd::IoUring));
    }
}

/// The leg that a command is for.
pub const fn leg_of(command: &Command) -> LegId {
    match command {
        Command::Open { leg, .. }
        | Command::Play { leg, .. }
        | Command::Stop { leg, .. }
        | Command::Press { leg, .. }
        | Command::Pressed { leg, .. }
        | Command::Record { leg, .. }
        | Command::StopRecord { leg, .. }
        | Command::Watch { leg, .. }
        | Command::Judge { leg, .. }
        | Command::Hear { leg, .. }
        | Command::Echo { leg }
        | Command::Listen { leg, .. }
        | Command::Close { leg } => *leg,
    }
}

/// The leg that an event is of.
const fn told_of(event: &Event) -> Option<LegId> {
    match event {
        Event::PlayEnded { leg, .. }
        | Event::Key { leg, .. }
        | Event::KeysSent { leg }
        | Event::Tone { leg, .. }
        | Event::Heard { leg, .. }
        | Event::Judged { leg, .. }
        | Event::Cued { leg }
        | Event::Silent { leg }
        | Event::Lost { leg, .. }
        | Event::Closed { leg, .. } => Some(*leg),
        Event::Recorded { .. } => None,
    }
}

/// When a slot is due, on the monotonic clock.
fn due_at(tick: u64) -> Duration {
    Duration::from_nanos(tick.saturating_mul(SLOT.subsec_nanos().into()))
}

/// The slot that a moment lies in.
fn tick_of(now: Duration) -> u64 {
    u64::try_from(now.as_nanos() / SLOT.as_nanos()).unwrap_or(u64::MAX)
}
