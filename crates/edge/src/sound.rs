//! Sound: what the switch asks of the media engine, and what the engine tells it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::id::{LegId, PlayId, RecordId};
use crate::key::{Key, Keys};

/// Samples a second of everything inside the house.
pub const RATE: u32 = 8_000;
/// Milliseconds of one frame.
pub const FRAME_MS: u32 = 20;
/// Samples of one frame.
pub const FRAME: usize = 160;
/// Tones that one leg is watched for at a time ([`Command::Listen`]).
pub const EARS: usize = 8;

/// What was negotiated for a leg: where its sound goes, and in which form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Media {
    /// Where the far side wants its RTP.
    pub remote: SocketAddr,
    /// Where it wants its RTCP: `a=rtcp` (RFC 3605), else the next port; the RTP port where both
    /// sides multiplex (RFC 5761).
    pub rtcp: SocketAddr,
    /// The codec both ways.
    pub codec: Codec,
    /// The codec's RTP payload type, 0 to 127.
    pub payload_type: u8,
    /// The payload type of telephone-event at 8000 Hz (RFC 4733), if the far side takes it.
    pub keys: Option<u8>,
    /// Who may talk (RFC 3264 §5.1).
    pub direction: Direction,
    /// How packets are secured both ways; none where they go in the clear.
    pub security: Option<Security>,
    /// Where a telephone's signalling comes from: its sound may come from there too, whatever it says, for a NAT may
    /// stand between (RFC 7362 §4). None for a trunk.
    pub signals_from: Option<IpAddr>,
}

/// How the packets of a leg are secured (RFC 3711), as both sides agreed on in signalling (RFC 4568).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Security {
    /// What we told: of what we send.
    pub ours: Secret,
    /// What the far side told: of what it sends.
    pub theirs: Secret,
}

/// The secret of one way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// How packets are secured.
    pub suite: Suite,
    /// The master key.
    pub key: [u8; 16],
    /// The master salt.
    pub salt: [u8; 14],
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never in a log, nor in a flight record.
        write!(f, "Secret({:?})", self.suite)
    }
}

/// A way to secure packets: AES in counter mode with a key of 128 bits, and HMAC-SHA1 (RFC 4568 §6.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Suite {
    /// `AES_CM_128_HMAC_SHA1_80`: a tag of 80 bits.
    Sha1With80,
    /// `AES_CM_128_HMAC_SHA1_32`: a tag of 32 bits for RTP, of 80 for RTCP.
    Sha1With32,
}

/// A codec on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Codec {
    /// ITU-T G.711 µ-law, 8 kHz (static payload type 0).
    Pcmu,
    /// ITU-T G.711 A-law, 8 kHz (static payload type 8).
    Pcma,
    /// ITU-T G.722 at 64 kbit/s, of which the lower half of the band is heard and said (static payload type
    /// 9; its timestamps count 8000 a second, RFC 3551 §4.5.2).
    G722,
}

/// Who may talk on a leg, seen from us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Both.
    Both,
    /// We send, the far side does not (it holds us, or plays nothing).
    SendOnly,
    /// We only listen.
    ReceiveOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    /// Whether we may send.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::Both | Self::SendOnly)
    }

    /// Whether the far side may.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::Both | Self::ReceiveOnly)
    }
}

/// A voice file in memory: mono samples, 16-bit, at [`RATE`]. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Clip {
    /// The samples.
    pub samples: Arc<[i16]>,
}

impl Clip {
    /// How long it plays, in milliseconds.
    #[must_use]
    pub fn milliseconds(&self) -> u64 {
        self.samples.len() as u64 * 1000 / u64::from(RATE)
    }
}

impl std::fmt::Debug for Clip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clip({} ms)", self.milliseconds())
    }
}

/// What the switch asks of the media engine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Sound may flow on this leg, whose socket was reserved before; again to change what was
    /// negotiated. Until something plays, the leg sends silence, so that far sides and NATs see it.
    Open { leg: LegId, media: Media },
    /// Play these clips back to back. A play under way is replaced without its own end.
    Play { leg: LegId, play: PlayId, clips: Vec<Clip>, barge: Barge, repeat: Repeat },
    /// Stop this play; [`Event::PlayEnded`] follows unless it has ended already.
    Stop { leg: LegId, play: PlayId },
    /// Press these keys on the leg, 100 ms each with 100 ms between (RFC 4733, or tones where the far
    /// side does not take telephone-event); [`Event::KeysSent`] follows.
    Press { leg: LegId, keys: Vec<Key> },
    /// The far side pressed a key, as signalling told (SIP INFO): taken as one that was heard.
    Pressed { leg: LegId, key: Key },
    /// Write down what this leg hears, into a recording that was made ready before.
    /// [`Event::Recorded`] follows when its file is whole, whatever ended it.
    Record { leg: LegId, record: RecordId, track: Track, until: Until },
    /// End this recording; [`Event::Recorded`] follows unless it has been told already.
    StopRecord { leg: LegId, record: RecordId },
    /// Watch what this leg hears for these signs, and for no others from now on; [`Event::Heard`] tells.
    Watch { leg: LegId, signs: Signs },
    /// Judge who answered, by what this leg hears from now on; [`Event::Judged`] tells.
    Judge { leg: LegId, by: Profile },
    /// Send back what is heard.
    Echo { leg: LegId },
    /// From now on this leg hears these others, and no one else, whenever nothing is played to it: the sum
    /// of what they say, without what it says itself. A leg that is not open or has closed is silent. None:
    /// it hears nobody, as every leg at first. What the others press is pressed on this leg as well, unless
    /// it sounds anyway. Ends an echo, where anybody is heard.
    Hear { leg: LegId, of: Vec<LegId> },
    /// Watch for a tone of this frequency in Hz; [`Event::Tone`] tells when it begins and ends. Of more than
    /// [`EARS`] the oldest is not watched for any more.
    Listen { leg: LegId, hz: u16 },
    /// The leg is over: its socket and all it holds go; [`Event::Closed`] follows. Also frees a socket
    /// that was reserved and never opened.
    Close { leg: LegId },
}

/// Which party of a recording a leg is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Track {
    /// The only one, or the first of two.
    First,
    /// The second of two.
    Second,
}

/// Until when a leg is recorded, but for [`Command::StopRecord`] and the end of the leg.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Until {
    /// Any of these keys.
    pub keys: Keys,
    /// So long without a voice.
    pub silence: Option<Duration>,
    /// So long in all.
    pub longest: Option<Duration>,
    /// Whether the party hears a beep first, after which the recording begins.
    pub beep: bool,
}

/// Something in what a leg hears that tells of the network or the line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sign {
    /// Dial tone.
    DialTone,
    /// Ringback: one ring of it.
    Ringback,
    /// Busy tone.
    Busy,
    /// Reorder tone: fast busy, congestion.
    FastBusy,
    /// A special information tone: the call cannot be completed as dialled.
    Information,
    /// The calling tone of a fax, CNG.
    Cng,
    /// The answer tone of a fax or modem, CED.
    Ced,
    /// Energy that is no key, for longer than is configured (decision U64).
    Noise,
}

/// By what it is judged who answered: a place in the engine's list of parameters. The first holds where
/// nothing else is said; the engine takes it as well for a place that is not on its list.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Profile(pub u16);

/// Who answered a call, as far as it can be heard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// A live person.
    Human,
    /// An answering machine; [`Event::Cued`] follows.
    Machine,
    /// A fax or a modem.
    Fax,
    /// The network, with the tones that go before an announcement.
    Intercept,
    /// Nobody says anything.
    Silence,
    /// Something else.
    NotSure,
}

/// A set of signs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Signs(u16);

impl Signs {
    /// No sign.
    pub const NONE: Self = Self(0);

    /// Whether the sign is one of them.
    #[must_use]
    pub const fn has(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u16) != 0
    }
}

impl FromIterator<Sign> for Signs {
    fn from_iter<I: IntoIterator<Item = Sign>>(signs: I) -> Self {
        Self(signs.into_iter().fold(0, |set, sign| set | 1 << sign as u16))
    }
}

/// What a key pressed by the listener does to a play.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Barge {
    /// Any key ends it.
    AnyKey,
    /// Nothing: keys are told, the play goes on.
    Never,
}

/// How often a play runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// Once through.
    Once,
    /// Over and over until it is stopped.
    Forever,
}

/// What the media engine tells the switch.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// A play is over; its last sample has left.
    PlayEnded { leg: LegId, play: PlayId, end: PlayEnd },
    /// The far side pressed a key; told once a key, when it is known which. Where a key also ends a
    /// play, `Key` comes first.
    Key { leg: LegId, key: Key },
    /// All the keys of a [`Command::Press`] have been sent.
    KeysSent { leg: LegId },
    /// A tone that [`Command::Listen`] watches for began (`present`) or ended.
    Tone { leg: LegId, hz: u16, present: bool },
    /// A sign that [`Command::Watch`] watches for is certain.
    Heard { leg: LegId, sign: Sign },
    /// Who answered is known, as far as [`Command::Judge`] can; told once.
    Judged { leg: LegId, verdict: Verdict },
    /// The greeting of an answering machine is over, or its beep was heard: it may be spoken to. Told once,
    /// after [`Verdict::Machine`].
    Cued { leg: LegId },
    /// A recording is over, and its file is whole, on the disk and under its name.
    Recorded { record: RecordId, end: RecordEnd, length: Duration },
    /// Nothing at all has arrived on an open leg for the engine's limit of silence.
    Silent { leg: LegId },
    /// The engine lost the leg through a fault of its own (a worker's panic, a socket error): no more
    /// sound. The switch ends the call and closes the leg.
    Lost { leg: LegId, why: String },
    /// The leg is closed; what it saw.
    Closed { leg: LegId, seen: Seen },
}

/// How a play ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlayEnd {
    /// Played through.
    Finished,
    /// This key ended it.
    Key(Key),
    /// [`Command::Stop`] ended it.
    Stopped,
}

/// How a recording ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordEnd {
    /// One of [`Until::keys`]; not in the file.
    Key(Key),
    /// [`Until::silence`], or nobody spoke for as long as the recording was made ready for.
    Silence,
    /// [`Until::longest`].
    Longest,
    /// [`Command::StopRecord`].
    Stopped,
    /// A leg of it closed, or was lost.
    Gone,
    /// It cannot be written; what was written before is kept. Says why, for the log.
    Failed(String),
}

/// What a leg saw in its life. Counts of packets unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Seen {
    /// What was negotiated last; none for a leg that never opened.
    pub codec: Option<Codec>,
    /// RTP sent.
    pub sent: u64,
    /// RTP received from the party and taken.
    pub received: u64,
    /// Missing from the party's sequence numbers.
    pub lost: u64,
    /// From a stranger's address: dropped.
    pub strangers: u64,
    /// Not RTP, or of a payload type not negotiated: dropped.
    pub malformed: u64,
    /// Frames of ours that came too late and were dropped.
    pub late: u64,
    /// Interarrival jitter at the end, in timestamp units of 1/8000 s (RFC 3550 §6.4.1).
    pub jitter: u32,
    /// What the party last reported as lost of ours, in 1/256 (RTCP receiver report).
    pub reported_loss: u8,
}
