//! What a leg hears: packets in as they come, one frame of sound a turn out.

use crate::codec::{Codec, Decoder};
use crate::conceal::Concealer;
use crate::delay::Delays;
use crate::jitter::{Buffer, Counts, FRAME, Next};
use crate::pitch::LONGEST;
use crate::rtp::{Arrival, Packet};
use crate::stretch::{self, Urgency};

/// Sound that waits this much longer than it should, in samples, is made shorter.
const TOO_LONG: i32 = 130;
/// Sound that waits less than it should by this much is made longer. Between the two there is room for the
/// longest step, so that one is never undone by the next.
const TOO_SHORT: i32 = 0;
/// So much off, any sound is stretched, whether it lends itself or not.
const URGENT: u32 = 480;
/// Turns between two steps: nobody hears a period more or less in a tenth of a second.
const REST: u8 = 5;
/// Turns to wait for sound that lends itself: 1 s.
const PATIENCE: u8 = 50;

/// One party's sound, out of packets of one codec. Makes up for what is lost, waits for what is late and
/// keeps pace with the sender's clock. About 4 KiB, and what packets wait in it.
///
/// ```
/// use media::codec::Codec;
/// use media::receiver::{Heard, Receiver};
/// use media::rtp::{Header, Packet, Reception};
///
/// let mut reception = Reception::default();
/// let mut receiver = Receiver::new(Codec::Pcmu);
/// let mut frame = [0; 160];
/// for turn in 0..10_u16 {
///     let header = Header {
///         marker: false,
///         payload_type: 0,
///         sequence: turn,
///         timestamp: u32::from(turn) * 160,
///         ssrc: 1,
///     };
///     let arrival = reception.arrive(header.ssrc, header.sequence);
///     receiver.packet(arrival, &Packet { header, payload: &[0x80; 160] }, turn.into());
///     let heard = receiver.frame(turn.into(), &mut frame);
///     assert_eq!(heard, if turn < 2 { Heard::Silence } else { Heard::Sound }, "sound waits for 40 ms at first");
/// }
/// assert_eq!(frame[100], 32_124);
/// ```
#[derive(Debug)]
pub struct Receiver {
    buffer: Buffer,
    decoder: Decoder,
    concealer: Concealer,
    /// Decoded and not played yet.
    pending: Vec<i16>,
    /// What was played last.
    past: [i16; LONGEST],
    /// Turns until the sound may be stretched again.
    rest: u8,
    /// Turns since it should be.
    waited: u8,
    stretched: Stretched,
}

/// What a frame is made of; of two parts the greater counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Heard {
    /// Nothing: the party sends none. The frame is all zero.
    Silence,
    /// What the party sent.
    Sound,
    /// At least in part made up, for packets that were lost or are late.
    Concealed,
}

/// What keeping pace has cost so far, in samples at 8 kHz.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stretched {
    /// Put in.
    pub longer: u64,
    /// Taken out.
    pub shorter: u64,
}

impl Receiver {
    /// A receiver that has heard nothing yet. A party that changes its codec gets another one.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        Self::of(codec, Buffer::default())
    }

    /// A receiver for a stream whose packets came like this so far.
    pub(crate) fn after(codec: Codec, delays: Delays) -> Self {
        Self::of(codec, Buffer::after(delays))
    }

    /// Takes the packet that came last of those, as the first that is heard.
    pub(crate) fn know(&mut self, packet: &Packet<'_>) {
        self.buffer.know(packet);
    }

    fn of(codec: Codec, buffer: Buffer) -> Self {
        Self {
            buffer,
            decoder: Decoder::new(codec),
            concealer: Concealer::default(),
            pending: Vec::new(),
            past: [0; LONGEST],
            rest: 0,
            waited: 0,
            stretched: Stretched::default(),
        }
    }

    /// Takes a packet of the codec that came before the frame of this turn is asked for; `arrival` is
    /// what [`crate::rtp::Reception::arrive`] said to it. Packets that come late, twice or out of order
    /// are to be given too. Turns are of 20 ms, from any origin.
    pub fn packet(&mut self, arrival: Arrival, packet: &Packet<'_>, turn: u64) {
        self.buffer.insert(arrival, packet, turn);
    }

    /// The sound of this turn. To be called once in each, also when nothing has come; a turn that is left
    /// out makes sound wait longer.
    pub fn frame(&mut self, turn: u64, frame: &mut [i16; FRAME]) -> Heard {
        let excess = self.buffer.excess(turn, self.pending.len());
        if self.buffer.leave_out(excess) {
            self.concealer.interrupt();
        }
        self.rest = self.rest.saturating_sub(1);
        let is_due = self.rest == 0 && !(TOO_SHORT..=TOO_LONG).contains(&excess);
        // A period that is taken out must leave a frame.
        let needed = if is_due && excess > 0 { FRAME + LONGEST } else { FRAME };
        let heard = self.fill(turn, needed);
        if is_due && heard == Heard::Sound && self.pending.len() >= needed {
            self.stretch(excess);
        }
        frame.copy_from_slice(&self.pending[..FRAME]);
        self.pending.drain(..FRAME);
        self.past.copy_from_slice(&frame[FRAME - LONGEST..]);
        heard
    }

    /// What became of packets so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.buffer.counts()
    }

    /// What keeping pace has cost so far.
    #[must_use]
    pub const fn stretched(&self) -> Stretched {
        self.stretched
    }

    /// How long sound should wait for late packets, in samples at 8 kHz.
    #[must_use]
    pub const fn target(&self) -> u32 {
        self.buffer.target()
    }

    /// Decodes so many samples, or makes up a frame.
    fn fill(&mut self, turn: u64, needed: usize) -> Heard {
        let mut heard = if self.pending.is_empty() { Heard::Silence } else { Heard::Sound };
        while self.pending.len() < needed {
            let start = self.pending.len();
            let missing = FRAME.saturating_sub(start);
            let lost = match self.buffer.next(turn) {
                Next::Payload(octets) => {
                    self.pending.resize(start + octets.len(), 0);
                    self.decoder.decode(octets, &mut self.pending[start..]);
                    self.concealer.heard(&mut self.pending[start..]);
                    heard = heard.max(Heard::Sound);
                    continue;
                }
                Next::Hole(samples) => samples,
                // There is enough to play, if not to make it shorter.
                Next::Nothing | Next::Pause if missing == 0 => break,
                Next::Nothing => {
                    self.buffer.wait(missing);
                    missing
                }
                Next::Pause => missing,
            };
            let was_silent = self.concealer.is_silent();
            self.pending.resize(start + lost, 0);
            self.concealer.lost(&mut self.pending[start..]);
            heard = heard.max(if was_silent { Heard::Silence } else { Heard::Concealed });
        }
        heard
    }

    fn stretch(&mut self, excess: i32) {
        let is_urgent = excess.unsigned_abs() > URGENT || self.waited >= PATIENCE;
        let urgency = if is_urgent { Urgency::Urgent } else { Urgency::Patient };
        let step = if excess > 0 {
            stretch::shorten(&mut self.pending, urgency)
                .inspect(|&samples| self.stretched.shorter += samples as u64)
        } else {
            stretch::lengthen(&self.past, &mut self.pending, urgency)
                .inspect(|&samples| self.stretched.longer += samples as u64)
        };
        (self.rest, self.waited) =
            if step.is_some() { (REST, 0) } else { (0, self.waited.saturating_add(1)) };
    }
}
