//! The tracks of a recording, laid side by side by the turns they were heard in.

use control::Tracks;
use edge::sound::{FRAME, Track};
use media::recording::{interleave, sum};
use rtp::Piece;

/// How long one party's sound waits for the other's, in turns of 20 ms: longer than a leg keeps its pieces
/// back, so that nothing is missed for being slow.
const WAIT: usize = 400;
/// The longest time that is filled with silence where nothing was heard, in turns: an hour.
const GAP: u64 = 180_000;

/// One party's sound, or both parties', in order.
#[derive(Debug)]
pub struct Mix {
    tracks: Tracks,
    /// The turn that is due; none before anything was heard.
    next: Option<u64>,
    sides: [Side; 2],
}

/// What one party said and was not mixed yet.
#[derive(Default, Debug)]
struct Side {
    /// The turn of its first frame.
    turn: u64,
    samples: Vec<i16>,
    /// Whether anything was heard of it.
    begun: bool,
}

impl Side {
    /// The turn after its last frame.
    const fn end(&self) -> u64 {
        self.turn + (self.samples.len() / FRAME) as u64
    }

    /// Adds frames of this turn and those after; what is before its end came too late.
    fn push(&mut self, turn: u64, samples: &[i16]) {
        if !self.begun {
            (self.begun, self.turn) = (true, turn);
        }
        let gap = turn.saturating_sub(self.end()).min(GAP) as usize;
        self.samples.resize(self.samples.len() + gap * FRAME, 0);
        let late = (self.end().saturating_sub(turn) as usize).saturating_mul(FRAME);
        self.samples.extend(samples.get(late..).unwrap_or_default());
    }

    /// The first frames, filled up with silence where there are fewer; the next turn is this one.
    fn take(&mut self, frames: usize, next: u64) -> Vec<i16> {
        let rest = self.samples.split_off((frames * FRAME).min(self.samples.len()));
        let mut taken = std::mem::replace(&mut self.samples, rest);
        taken.resize(frames * FRAME, 0);
        (self.begun, self.turn) = (true, next);
        taken
    }
}

impl Mix {
    /// Nothing yet.
    pub fn new(tracks: Tracks) -> Self {
        Self { tracks, next: None, sides: Default::default() }
    }

    /// Takes what one party said.
    pub fn push(&mut self, piece: &Piece) {
        let side = &mut self.sides[usize::from(piece.track == Track::Second)];
        side.push(piece.turn, &piece.samples);
    }

    /// The turn after the last one that this party was heard in.
    pub fn end(&self, track: Track) -> u64 {
        self.sides[usize::from(track == Track::Second)].end()
    }

    /// Whether all parties were heard up to this turn.
    pub fn is_heard_until(&self, turn: u64) -> bool {
        self.tracks == Tracks::One || self.sides.iter().all(|side| side.begun && side.end() >= turn)
    }

    /// What can be written by now, as the file has it.
    pub fn ready(&mut self) -> Vec<i16> {
        let [first, second] = &self.sides;
        if self.tracks == Tracks::One {
            let until = first.end();
            return self.until(until);
        }
        let least = first.end().min(second.end());
        let most = first.end().max(second.end());
        let waited = most.saturating_sub(WAIT as u64);
        let until = if first.begun && second.begun { least.max(waited) } else { waited };
        self.until(until)
    }

    /// All up to this turn, as the file has it; who was not heard was silent.
    pub fn until(&mut self, turn: u64) -> Vec<i16> {
        let begun = self.sides.iter().filter(|side| side.begun);
        let Some(start) = self.next.or(begun.map(|side| side.turn).min()) else { return Vec::new() };
        if turn <= start {
            return Vec::new();
        }
        if self.next.is_none() {
            // Who began later was silent before.
            for side in self.sides.iter_mut().filter(|side| side.begun) {
                let lead = (side.turn.saturating_sub(start).min(GAP) as usize) * FRAME;
                side.samples.splice(..0, std::iter::repeat_n(0, lead));
                side.turn = start;
            }
        }
        self.next = Some(turn);
        let frames = (turn - start).min(GAP) as usize;
        let [first, second] = &mut self.sides;
        if self.tracks == Tracks::One {
            return first.take(frames, turn);
        }
        let (first, second) = (first.take(frames, turn), second.take(frames, turn));
        match self.tracks {
            Tracks::Stereo => {
                let mut both = Vec::with_capacity(2 * first.len());
                interleave(&first, &second, &mut both);
                both
            }
            Tracks::One | Tracks::Sum => {
                let mut both = vec![0; first.len()];
                sum(&first, &second, &mut both);
                both
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::{LegId, RecordId};

    /// So many frames of one sample value, from this turn on.
    fn piece(track: Track, turn: u64, frames: usize, sample: i16) -> Piece {
        let samples = vec![sample; frames * FRAME];
        Piece { record: RecordId(1), track, leg: LegId::placed(1), turn, samples, end: None }
    }

    /// The value of each frame, which must be the same all through it.
    fn values(samples: &[i16]) -> Vec<i16> {
        let (frames, rest) = samples.as_chunks::<FRAME>();
        assert!(rest.is_empty());
        frames.iter().inspect(|frame| assert!(frame.iter().all(|s| *s == frame[0]))).map(|f| f[0]).collect()
    }

    #[test]
    fn turns_left_out_were_silent() {
        let mut mix = Mix::new(Tracks::One);
        assert!(mix.ready().is_empty());
        mix.push(&piece(Track::First, 100, 2, 5));
        assert_eq!(values(&mix.ready()), [5, 5]);
        mix.push(&piece(Track::First, 104, 1, 6));
        assert_eq!(values(&mix.ready()), [0, 0, 6]);
        mix.push(&piece(Track::First, 104, 2, 7));
        assert_eq!(values(&mix.ready()), [7], "what came again is not written again");
    }

    #[test]
    fn b155_both_voices_stand_in_the_turn_they_were_heard_in() {
        let mut mix = Mix::new(Tracks::Sum);
        mix.push(&piece(Track::Second, 102, 2, 10));
        assert!(mix.ready().is_empty(), "the other may have begun before");
        mix.push(&piece(Track::First, 100, 3, 1));
        assert_eq!(values(&mix.ready()), [1, 1, 11]);
        mix.push(&piece(Track::First, 103, 5, 2));
        assert_eq!(values(&mix.ready()), [12]);
        assert_eq!(values(&mix.until(106)), [2, 2], "who was not heard was silent");
        mix.push(&piece(Track::Second, 104, 3, 10));
        assert_eq!(values(&mix.ready()), [12], "and what comes too late is left out");
    }

    #[test]
    fn nobody_is_waited_for_without_end() {
        let mut mix = Mix::new(Tracks::Sum);
        mix.push(&piece(Track::First, 100, WAIT + 7, 1));
        assert_eq!(values(&mix.ready()), [1; 7]);
        mix.push(&piece(Track::Second, 100, 20, 10));
        assert_eq!(values(&mix.ready()), [11; 13]);
    }

    #[test]
    fn a_side_has_a_channel_of_its_own() {
        let mut mix = Mix::new(Tracks::Stereo);
        mix.push(&piece(Track::First, 1, 1, 3));
        mix.push(&piece(Track::Second, 1, 2, 4));
        let frames = mix.ready();
        assert_eq!((frames.len(), frames[0], frames[1]), (2 * FRAME, 3, 4));
    }
}
