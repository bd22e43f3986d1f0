//! The life of a recording, of one party or of two: its file is made, it runs, its file is whole.
//!
//! A recording outlives its calls: what it owes is settled when its file is whole, and a call that is over
//! but for that waits with its last words, so that they come in order (decisions U21, U23).

use std::time::Instant;

use edge::sound::{self, RecordEnd, Track, Until};
use edge::{LegId, RecordId};
use protocol::PortText;

use crate::alarm::Alarm;
use crate::call::Phase;
use crate::ending::Ending;
use crate::input::{Missing, Output, Tracks};
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::Switch;
use crate::voice::{Unfit, Voice};
use crate::{record, two_way};

/// A recording.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) pending: Pending,
    pub(crate) parties: Parties,
    pub(crate) stage: Stage,
    pub(crate) stops: Vec<Stop>,
    /// What stops it that is no request.
    cut: Option<Ending>,
}

/// Who is recorded.
#[derive(Debug)]
pub(crate) enum Parties {
    /// The party on this leg: RECORD_VOICE_FILE.
    One(LegId),
    /// The parties on these legs, and what the request calls the second port: RECORD_TWO_WAY_VOICE.
    Two(LegId, LegId, PortText),
}

/// How far a recording is.
#[derive(Debug)]
pub(crate) enum Stage {
    /// Its file is being made.
    Making(Until, sound::Signs),
    /// It runs.
    Running,
    /// It was stopped, or a leg of it is over: its file is being completed.
    Closing,
}

/// A request to stop a recording.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was answered: its TERMINATION is owed.
    Answered(Pending),
    /// It is answered when the file is whole (OPTION="STAS", decision C28).
    Synchronous(Pending),
}

impl Stop {
    pub(crate) fn owed(self) -> Pending {
        match self {
            Self::Answered(pending) | Self::Synchronous(pending) => pending,
        }
    }
}

impl Recording {
    pub(crate) const fn new(pending: Pending, parties: Parties, until: Until, signs: sound::Signs) -> Self {
        Self { pending, parties, stage: Stage::Making(until, signs), stops: Vec::new(), cut: None }
    }

    /// Every request that waits for it.
    pub(crate) fn owed(self) -> impl Iterator<Item = Pending> {
        self.stops.into_iter().map(Stop::owed).chain([self.pending])
    }

    /// The legs it is of.
    pub(crate) fn legs(&self) -> impl Iterator<Item = LegId> + use<> {
        let (first, second) = match self.parties {
            Parties::One(leg) => (leg, None),
            Parties::Two(first, second, _) => (first, Some(second)),
        };
        std::iter::once(first).chain(second)
    }

    /// Stops it in the engine, where it runs.
    fn stop(&mut self, record: RecordId, out: &mut Orders) {
        let (Parties::One(leg) | Parties::Two(leg, ..)) = self.parties;
        if matches!(self.stage, Stage::Running) {
            self.stage = Stage::Closing;
            out.push(Output::Sound(sound::Command::StopRecord { leg, record }));
        }
    }
}

impl Switch {
    /// Has the file of a recording made.
    pub(crate) fn make(
        &mut self,
        now: Instant,
        recording: Recording,
        name: protocol::Text,
        out: &mut Orders,
    ) {
        let record = RecordId(self.tickets.next());
        let (tracks, idle) = match recording.parties {
            Parties::One(_) => (Tracks::One, None),
            Parties::Two(..) => (self.settings.recording.two_way, Some(self.settings.recording.idle)),
        };
        out.push(Output::Make { record, name, tracks, idle });
        for leg in recording.legs() {
            if let Some((_, call)) = self.ports.call_mut(leg) {
                call.recording = Some(record);
            }
        }
        self.recordings.insert(record, recording);
        self.alarms.set(now + limits::DISK, Alarm::Making(record));
    }

    /// The file of a recording was made, or cannot be.
    pub(crate) fn made(
        &mut self,
        now: Instant,
        record: RecordId,
        result: &Result<(), Missing>,
        out: &mut Orders,
    ) {
        let recording = self.recordings.get_mut(&record);
        let Some(Recording { stage: stage @ Stage::Making(..), parties, pending, .. }) = recording else {
            // Nobody wants it any more.
            if result.is_ok() {
                out.push(Output::Discard { record });
            }
            return;
        };
        if result.is_err() {
            return self.not_made(now, record, out);
        }
        let Stage::Making(until, signs) = std::mem::replace(stage, Stage::Running) else { return };
        let start = |leg, track| Output::Sound(sound::Command::Record { leg, record, track, until });
        match *parties {
            Parties::One(leg) => {
                record::accept(pending, out);
                out.push(start(leg, Track::First));
                if let Some((own, call)) = self.ports.call_mut(leg) {
                    call.watch(signs, out);
                    call.phase = Phase::Up(Voice::Recording);
                    self.serve_deferred(now, own, out);
                }
            }
            Parties::Two(first, second, _) => {
                out.push(start(first, Track::First));
                out.push(start(second, Track::Second));
                // Who stopped it before it began has a file all the same, with nothing in it.
                if let Some(recording) = self.recordings.get_mut(&record).filter(|r| !r.stops.is_empty()) {
                    recording.stop(record, out);
                }
            }
        }
    }

    /// The disk did not make the file in time.
    pub(crate) fn making_over(&mut self, now: Instant, record: RecordId, out: &mut Orders) {
        if self.recordings.get(&record).is_some_and(|r| matches!(r.stage, Stage::Making(..))) {
            self.not_made(now, record, out);
        }
    }

    fn not_made(&mut self, now: Instant, record: RecordId, out: &mut Orders) {
        let Some(recording) = self.leave(record) else { return };
        let Recording { pending, parties, stops, .. } = recording;
        match parties {
            Parties::One(leg) => {
                record::refuse(pending, protocol::RecordVoiceFileStatus::FailedToCreateFile, out);
                if let Some((own, call)) = self.ports.call_mut(leg) {
                    call.free_channel(|voice| matches!(voice, Voice::Making), out);
                    self.serve_deferred(now, own, out);
                }
            }
            Parties::Two(_, _, port2) => {
                two_way::end(pending, port2, protocol::RecordTwoWayVoiceEvent::FaildFileCreate, out);
                two_way::end_stops(stops, out);
            }
        }
    }

    /// A request stops a recording.
    pub(crate) fn stop_recording(&mut self, record: RecordId, stop: Stop, out: &mut Orders) {
        let Some(recording) = self.recordings.get_mut(&record) else { return stop.owed().release() };
        recording.stop(record, out);
        recording.stops.push(stop);
    }

    /// Something that was heard stops a recording.
    pub(crate) fn cut_recording(&mut self, record: RecordId, why: Ending, out: &mut Orders) {
        let Some(recording) = self.recordings.get_mut(&record) else { return };
        if matches!(recording.stage, Stage::Running) {
            recording.stop(record, out);
            recording.cut = Some(why);
        }
    }

    /// A call ends, and the recording it is part of with it. One whose file is not made yet is over; one
    /// that runs is stopped, unless the leg's end stops it already. Its file has its time to be completed.
    pub(crate) fn end_recording(&mut self, now: Instant, leg: LegId, by: Ending, out: &mut Orders) {
        let Some(record) = self.ports.call_mut(leg).and_then(|(_, call)| call.recording) else { return };
        let Some(recording) = self.recordings.get_mut(&record) else { return };
        if !matches!(recording.stage, Stage::Making(..)) {
            if by == Ending::Disconnected {
                recording.stop(record, out);
            }
            recording.stage = Stage::Closing;
            return self.alarms.set(now + limits::RECORDED, Alarm::Recorded(record));
        }
        let Some(Recording { pending, parties, stops, .. }) = self.leave(record) else { return };
        match parties {
            Parties::One(_) => record::refuse(pending, Unfit::NotUp.into(), out),
            Parties::Two(_, _, port2) => {
                two_way::end(pending, port2, protocol::RecordTwoWayVoiceEvent::Eof, out);
                two_way::end_stops(stops, out);
            }
        }
    }

    /// The file of a recording is whole (behaviours B151, B159).
    pub(crate) fn recorded(&mut self, now: Instant, record: RecordId, end: &RecordEnd, out: &mut Orders) {
        let Some(recording) = self.leave(record) else { return };
        let ending = match *end {
            RecordEnd::Key(key) => Ending::Key(key),
            RecordEnd::Silence | RecordEnd::Longest | RecordEnd::Failed(_) => Ending::Finished,
            RecordEnd::Stopped => recording.cut.unwrap_or(Ending::Stopped),
            RecordEnd::Gone => recording.cut.unwrap_or(Ending::Dropped),
        };
        let legs = recording.legs();
        match recording.parties {
            Parties::One(leg) => {
                if let Some((_, call)) = self.ports.call_mut(leg) {
                    call.free_channel(|voice| matches!(voice, Voice::Recording), out);
                    ending.key().into_iter().for_each(|key| call.typed.forget(key));
                }
                record::end(recording.pending, ending, recording.stops, out);
            }
            Parties::Two(_, _, port2) => {
                two_way::end(recording.pending, port2, protocol::RecordTwoWayVoiceEvent::Eof, out);
                two_way::end_stops(recording.stops, out);
            }
        }
        for leg in legs {
            self.file_is_whole(now, leg, out);
        }
        self.answer_terminations(out);
    }

    /// The file of a recording whose call is over did not become whole in time: nobody waits for it.
    pub(crate) fn recorded_over(&mut self, now: Instant, record: RecordId, out: &mut Orders) {
        let Some(recording) = self.recordings.get(&record) else { return };
        let is_closing =
            |leg| matches!(self.ports.call(leg).map(|call| &call.phase), Some(Phase::Closing(_)));
        let end = if recording.legs().any(is_closing) { RecordEnd::Gone } else { RecordEnd::Stopped };
        self.recorded(now, record, &end, out);
    }

    /// The port of a recording; of two, that of the first.
    pub(crate) fn port_of(&self, record: RecordId) -> Option<u16> {
        let leg = self.recordings.get(&record)?.legs().next()?;
        self.ports.of_leg(leg)
    }

    /// Takes a recording off its calls.
    fn leave(&mut self, record: RecordId) -> Option<Recording> {
        let recording = self.recordings.remove(&record)?;
        for leg in recording.legs() {
            if let Some((_, call)) = self.ports.call_mut(leg) {
                call.recording = None;
            }
        }
        Some(recording)
    }
}
