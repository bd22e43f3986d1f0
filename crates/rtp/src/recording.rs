//! A recording under way on a leg: what is heard becomes pieces, until something ends it.

use std::collections::VecDeque;
use std::time::Duration;

use edge::sound::{FRAME, FRAME_MS, RATE, RecordEnd, Track, Until};
use edge::{Key, LegId, RecordId};
use media::energy::Activity;
use media::tone::Tone;

use crate::limits::{BACKLOG, KEY_TAIL, PIECE};
use crate::tape::{Piece, Tape};

/// The beep before a recording: 1000 Hz at -10 dBm0 for 200 ms (decision U72 leaves it open; voice mail
/// has sounded like this for long).
const BEEP_HZ: f64 = 1_000.0;
const BEEP_DBM0: f64 = -10.0;
const BEEP_TURNS: u32 = 10;

/// A recording under way on a leg.
#[derive(Debug)]
pub struct Recording {
    until: Until,
    phase: Phase,
    /// Turns that were recorded.
    length: u64,
    /// Whether anybody speaks, where it matters.
    activity: Option<Activity>,
    /// What is being gathered: its last frames may yet turn out to be a key.
    piece: Piece,
    /// What the tape has not taken yet.
    waiting: VecDeque<Piece>,
}

/// How far a recording is.
#[derive(Debug)]
enum Phase {
    /// It beeps for so many more turns.
    Beep(Box<Tone>, u32),
    /// It records.
    Running,
    /// It has ended; the tape may not know yet.
    Ended,
}

impl Recording {
    /// A recording that begins with this turn, or with its beep.
    #[must_use]
    pub fn new(leg: LegId, record: RecordId, track: Track, until: Until, turn: u64) -> Self {
        let beep = || Phase::Beep(Box::new(Tone::sine(BEEP_HZ, BEEP_DBM0)), BEEP_TURNS);
        Self {
            until,
            phase: if until.beep { beep() } else { Phase::Running },
            length: 0,
            activity: until.silence.map(|_| Activity::default()),
            piece: gathering(leg, record, track, turn),
            waiting: VecDeque::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> RecordId {
        self.piece.record
    }

    /// The next frame of the beep, if it is not over.
    pub fn beep(&mut self) -> Option<[i16; FRAME]> {
        let Phase::Beep(tone, left) = &mut self.phase else { return None };
        let mut frame = [0; FRAME];
        tone.fill(&mut frame);
        *left -= 1;
        if *left == 0 {
            self.phase = Phase::Running;
        }
        Some(frame)
    }

    /// Takes the frame of a turn. Turns must come in order; those left out were silence.
    pub fn hear(&mut self, turn: u64, frame: &[i16; FRAME]) {
        if !matches!(self.phase, Phase::Running) {
            return;
        }
        let next = self.piece.turn + self.frames();
        if self.length == 0 {
            self.piece.turn = turn;
        } else if turn > next {
            self.length += turn - next;
            self.cut(self.frames(), turn);
        }
        self.length += 1;
        if let Some(activity) = &mut self.activity {
            activity.feed(frame);
        }
        self.piece.samples.extend(frame);
        if self.frames() >= PIECE + KEY_TAIL {
            self.cut(PIECE, self.piece.turn + PIECE);
        }
        if reached(self.length, self.until.longest) {
            self.end(RecordEnd::Longest);
        } else if self.is_silent() {
            self.end(RecordEnd::Silence);
        } else if self.waiting.len() > BACKLOG {
            let why = "it is not written down as fast as it comes: the disk is too slow";
            self.end(RecordEnd::Failed(why.to_owned()));
        }
    }

    /// Whether nobody has spoken for too long.
    fn is_silent(&self) -> bool {
        let (Some(activity), Some(limit)) = (&self.activity, self.until.silence) else { return false };
        u128::from(activity.silence()) * 1_000 >= limit.as_millis() * u128::from(RATE)
    }

    /// Frames of the piece that is being gathered.
    fn frames(&self) -> u64 {
        (self.piece.samples.len() / FRAME) as u64
    }

    /// Sends so many frames of the piece on their way; what is left of it begins with this turn.
    fn cut(&mut self, frames: u64, turn: u64) {
        let mut left = gathering(self.piece.leg, self.piece.record, self.piece.track, turn);
        let frames = frames as usize * FRAME;
        left.samples.extend(&self.piece.samples[frames..]);
        self.piece.samples.truncate(frames);
        self.waiting.push_back(std::mem::replace(&mut self.piece, left));
    }

    /// A key was pressed; it may end the recording, and then is not in it.
    pub fn key(&mut self, key: Key) {
        if self.until.keys.has(key) && self.is_under_way() {
            // What was heard of the key before it was told for what it is.
            let kept = self.frames().saturating_sub(KEY_TAIL) as usize * FRAME;
            self.piece.samples.truncate(kept);
            self.end(RecordEnd::Key(key));
        }
    }

    /// Ends it, if nothing has yet.
    pub fn end(&mut self, end: RecordEnd) {
        if self.is_under_way() {
            self.phase = Phase::Ended;
            self.piece.end = Some(end);
            self.cut(self.frames(), self.piece.turn);
        }
    }

    const fn is_under_way(&self) -> bool {
        !matches!(self.phase, Phase::Ended)
    }

    /// Offers the tape what waits; whether anything is left of the recording.
    pub fn offer(&mut self, tape: &Tape) -> bool {
        offer(&mut self.waiting, tape);
        self.is_under_way() || !self.waiting.is_empty()
    }

    /// What the tape has not taken yet.
    #[must_use]
    pub fn into_waiting(self) -> VecDeque<Piece> {
        self.waiting
    }
}

/// A piece without sound, and with room for what it will have.
fn gathering(leg: LegId, record: RecordId, track: Track, turn: u64) -> Piece {
    let samples = Vec::with_capacity((PIECE + KEY_TAIL) as usize * FRAME);
    Piece { record, track, leg, turn, samples, end: None }
}

/// Offers the tape these pieces, until it takes no more.
pub fn offer(waiting: &mut VecDeque<Piece>, tape: &Tape) {
    while let Some(piece) = waiting.pop_front() {
        if let Err(piece) = tape(piece) {
            waiting.push_front(piece);
            return;
        }
    }
}

/// Whether so many turns are as long as that.
fn reached(turns: u64, limit: Option<Duration>) -> bool {
    limit.is_some_and(|limit| u128::from(turns) * u128::from(FRAME_MS) >= limit.as_millis())
}
