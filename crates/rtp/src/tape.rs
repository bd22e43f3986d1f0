//! What leaves a leg that is recorded: pieces of sound, and where they go.

use std::sync::Arc;

use edge::sound::{RecordEnd, Track};
use edge::{LegId, RecordId};

/// Takes the pieces of recordings, from any of the engine's threads; must be quick. A piece given back was
/// not taken: the engine keeps it, in order, and offers it again a turn later.
pub type Tape = Arc<dyn Fn(Piece) -> Result<(), Piece> + Send + Sync>;

/// Some sound of one party for a recording.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// Of which recording.
    pub record: RecordId,
    /// Which party of it.
    pub track: Track,
    /// The leg of that party.
    pub leg: LegId,
    /// The turn of its first frame. Turns are 20 ms and count alike on all legs, so that the tracks of a
    /// recording can be laid side by side; what lies between the pieces of a track was silence.
    pub turn: u64,
    /// Whole frames of 160 samples, 16-bit, at 8 kHz; may be none in the last piece.
    pub samples: Vec<i16>,
    /// What ended the track, if this is its last piece.
    pub end: Option<RecordEnd>,
}
