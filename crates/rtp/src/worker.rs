//! A worker: one thread, its legs, its slots.
//!
//! The 20 ms of a frame are divided into slots of 1 ms, and each leg has one. In its slot a leg is
//! read, then its frame is built; the frames of a slot leave together, after all reads. The work of a
//! slot is bounded, and slots that are too late are skipped, so a worker that is short of CPU goes on
//! reading, and drops what has become useless.

use std::any::Any;
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
use crate::limits::{COMMANDS, DATAGRAM, FAILURES, INBOX, LATE, LEFT, LOOK, OUTBOX, REPORTS, SLOT, SLOTS};
use crate::ports::Ports;
use crate::recording;
use crate::served::{Served, Turn, UNFOLLOWED};
use crate::spill::Spill;
use crate::tally::Tally;
use crate::tape::{Piece, Tape};
use crate::told::Way;

/// What comes into a worker's inbox.
#[derive(Debug)]
pub enum Message {
    /// A command for one of its legs.
    Command(Command),
    /// Something was spilled: look there.
    Look,
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
    slots: [Vec<Served>; SLOTS as usize],
    /// In which slot each open leg is.
    places: HashMap<LegId, usize>,
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
            slots: std::array::from_fn(|_| Vec::new()),
            places: HashMap::new(),
            gone: HashMap::new(),
            outbox: VecDeque::new(),
            left: VecDeque::new(),
            events: Vec::new(),
            failed: Vec::new(),
            buffer: Box::new([0; DATAGRAM]),
            tick: 0,
        }
    }

    /// Works until the engine stops, then says goodbye on every leg. A panic outside of a leg's turn
    /// costs the worker its legs, not its life.
    pub fn run(&mut self) {
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.work())) {
            self.lose_all(&reason(&*panic));
        }
        for served in self.slots.iter_mut().flatten() {
            served.close(self.tick / SLOTS);
            self.left.extend(served.leg.end_recordings());
        }
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
            if self.places.is_empty() && self.is_told() && self.park() == Flow::Over {
                return;
            }
            let late = self.sleep();
            if self.take_commands() == Flow::Over {
                return;
            }
            let slot = (self.tick % SLOTS) as usize;
            if !self.slots[slot].is_empty() {
                self.serve(slot, late);
            }
            self.tell();
            self.tick = self.next_tick();
        }
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
        let soon = |ahead: &u64| {
            let slot = ((self.tick + ahead) % SLOTS) as usize;
            !self.slots[slot].is_empty() || !self.is_told()
        };
        self.tick + (1..LOOK).find(soon).unwrap_or(LOOK)
    }

    fn take_commands(&mut self) -> Flow {
        // What was spilled came after what is in the inbox.
        let spilled = self.shared.spill.any();
        let most = if spilled { INBOX } else { COMMANDS };
        for _ in 0..most {
            if self.outbox.len() >= OUTBOX / 2 {
                return Flow::On;
            }
            match self.inbox.try_recv() {
                Ok(message) => self.take(message),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Flow::Over,
            }
        }
        if spilled {
            let owed = self.shared.spill.take();
            for leg in owed.lost {
                self.lose(leg, "its media worker has more commands than it can take".to_owned());
            }
            for leg in owed.closed {
                self.close(leg);
            }
            owed.recordings.into_iter().for_each(|(leg, record, track)| self.miss(leg, record, track));
        }
        Flow::On
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Command(command) => self.obey(command),
            Message::Look => {}
        }
        self.collect();
    }

    fn obey(&mut self, command: Command) {
        let leg = match command {
            Command::Open { leg, media } => return self.open(leg, media),
            Command::Close { leg } => return self.close(leg),
            Command::Play { leg, .. }
            | Command::Stop { leg, .. }
            | Command::Press { leg, .. }
            | Command::Pressed { leg, .. }
            | Command::Record { leg, .. }
            | Command::StopRecord { leg, .. }
            | Command::Watch { leg, .. }
            | Command::Judge { leg, .. }
            | Command::Hear { leg, .. }
            | Command::Echo { leg }
            | Command::Listen { leg, .. } => leg,
        };
        let Some((slot, index)) = self.find(leg) else {
            tracing::debug!(%leg, ?command, "a command for a leg that is not open");
            if let Command::Record { record, track, .. } = command {
                self.miss(leg, record, track);
            }
            return;
        };
        let target = &mut self.slots[slot][index].leg;
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
            Command::Open { .. } | Command::Close { .. } | Command::Hear { .. } => {}
        }
    }

    fn find(&self, leg: LegId) -> Option<(usize, usize)> {
        let slot = *self.places.get(&leg)?;
        let index = self.slots[slot].iter().position(|served| served.leg.id() == leg)?;
        Some((slot, index))
    }

    fn open(&mut self, leg: LegId, media: Media) {
        if let Some((slot, index)) = self.find(leg) {
            let served = &mut self.slots[slot][index];
            if served.leg.reopen(media) {
                served.unlatch();
            }
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
        let turns = |slot: usize| self.slots[slot].len();
        let slot = (0..SLOTS as usize).min_by_key(|&slot| turns(slot)).unwrap_or(0);
        let (line, timestamp, reports) = (self.chance.number(), self.chance.number(), self.chance.number());
        let ahead = (slot as u64 + SLOTS - self.tick % SLOTS) % SLOTS;
        let turn = (self.tick + ahead) / SLOTS;
        let seeds = Seeds { line, timestamp, reports };
        let value =
            Leg::new(leg, media, turn, self.shared.silence_limit, seeds, self.shared.listening.clone());
        self.slots[slot].push(Served::new(value, sockets));
        self.places.insert(leg, slot);
        self.shared.tally.legs.set(self.places.len() as u64);
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
        Some(self.slots[slot].swap_remove(index))
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

    fn serve(&mut self, slot: usize, late: Duration) {
        let number = self.tick / SLOTS;
        let Self { slots, departures, events, failed, shared, chance, buffer, .. } = self;
        let (legs, tally) = (&mut slots[slot], &*shared.tally);
        let mut turn =
            Turn { number, wall: clock::wall(), buffer, departures, events, tape: &shared.tape, tally };
        if late > SLOT {
            tally.delayed.add(legs.len() as u64);
        }
        for tag in 0..legs.len() {
            if turn.departures.is_full() {
                flush(turn.departures, legs, tally);
            }
            let served = &mut legs[tag];
            // A panic leaves its leg in no known state, and its leg alone: that one is dropped.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| served.serve(tag, &mut turn))) {
                tally.panics.add(1);
                failed.push((legs[tag].leg.id(), format!("its turn failed: {}", reason(&*panic))));
            }
        }
        flush(departures, legs, tally);
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
        if slot == 0 {
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

/// Sends a slot's frames, and lets each leg know.
fn flush(departures: &mut Departures, legs: &mut [Served], tally: &Tally) {
    departures.flush(|tag, length, result| {
        if tag != UNFOLLOWED
            && let Some(served) = legs.get_mut(tag)
        {
            served.departed(length, &result, tally);
        }
    });
}

/// When a slot is due, on the monotonic clock.
fn due_at(tick: u64) -> Duration {
    Duration::from_nanos(tick.saturating_mul(SLOT.subsec_nanos().into()))
}

/// The slot that a moment lies in.
fn tick_of(now: Duration) -> u64 {
    u64::try_from(now.as_nanos() / SLOT.as_nanos()).unwrap_or(u64::MAX)
}

/// What a panic said.
fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}
