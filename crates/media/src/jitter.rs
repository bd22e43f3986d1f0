//! The jitter buffer: packets in as the network brings them, payloads out in the order they were sent.
//!
//! A ring by sequence number. Time is counted in turns of 20 ms, since a leg is read and played once in
//! each; a packet that comes within a turn is there for it. How long sound waits adapts to how
//! unevenly packets come ([`SHALLOWEST`] to [`DEEPEST`]): the buffer says how far it is off
//! ([`Buffer::excess`]), and who plays makes the sound longer or shorter, between two periods of pitch
//! or while nothing is said.

use crate::conceal::FADED;
use crate::delay::Delays;
use crate::rtp::{Arrival, Packet};

/// Samples of a turn at 8 kHz, 20 ms.
pub const FRAME: usize = 160;
/// The least that sound waits, in samples at 8 kHz: 20 ms.
pub const SHALLOWEST: u32 = 160;
/// The most that sound waits for late packets, in samples at 8 kHz: 200 ms.
pub const DEEPEST: u32 = 1_600;
/// The longest payload taken, in octets: 120 ms of a codec with an octet a sample.
pub const LONGEST: usize = 960;

/// Packets held at most: 640 ms at 20 ms each.
const SLOTS: usize = 32;
/// When sound waits this much longer than it should, what is too much is left out at once: 100 ms.
const TOO_DEEP: i32 = 800;
/// Samples after which who sends nothing says nothing: as long as concealment has something to say.
const PATIENCE: u32 = FADED as u32;
/// A gap between two timestamps of packets that follow each other is a pause up to this many samples,
/// 1 s, and beyond it another clock.
const LONGEST_PAUSE: u32 = 8_000;

/// Packets of one party on their way to be heard. The codec has one octet for each timestamp unit, as
/// G.711 and G.722 do (RFC 3551 §4.5).
#[derive(Debug)]
pub struct Buffer {
    slots: Box<[Slot; SLOTS]>,
    /// Slots that hold a packet.
    held: usize,
    /// The sequence number that is taken next; none before the first packet.
    next: Option<u16>,
    /// Of the numbers before `next`, whether each was taken; the newest in the lowest bit.
    taken: u64,
    playing: Option<Playing>,
    delays: Delays,
    counts: Counts,
    /// The payload taken last.
    current: Vec<u8>,
    /// The memory of the payload taken before, for the next that comes: a leg holds as many payloads as wait,
    /// not one a slot.
    spare: Vec<u8>,
}

#[derive(Default, Debug)]
struct Slot {
    /// Empty when the slot holds no packet.
    octets: Vec<u8>,
    timestamp: u32,
}

/// Sound is being taken.
#[derive(Clone, Copy, Debug)]
struct Playing {
    /// The timestamp of the sample that comes next.
    timestamp: u32,
    /// Samples that were made up while no packet was there: the sound waits longer by as many, unless
    /// they turn out to be lost.
    owed: u32,
    /// Samples of holes since the last packet: packets that come for them after all are late.
    hole: u32,
}

/// What became of packets.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Came when their turn was over.
    pub late: u64,
    /// Came twice.
    pub duplicate: u64,
    /// Were left out, since too many came at once.
    pub skipped: u64,
    /// Never came, or too late.
    pub missing: u64,
}

/// What comes next in the sound.
#[derive(PartialEq, Eq, Debug)]
pub enum Next<'a> {
    /// The payload that is due.
    Payload(&'a [u8]),
    /// So many samples, at most [`FRAME`], that were lost or never sent; what follows is there.
    Hole(usize),
    /// Nothing has come in time.
    Nothing,
    /// Nobody speaks, or not yet.
    Pause,
}

impl Default for Buffer {
    fn default() -> Self {
        Self {
            slots: Box::default(),
            held: 0,
            next: None,
            taken: 0,
            playing: None,
            delays: Delays::begin(0, 0),
            counts: Counts::default(),
            current: Vec::new(),
            spare: Vec::new(),
        }
    }
}

impl Buffer {
    /// A buffer for a stream whose packets came like this so far.
    pub(crate) fn after(delays: Delays) -> Self {
        Self { delays, ..Self::default() }
    }

    /// Takes the packet that came last of those, as the first that is heard.
    pub(crate) fn know(&mut self, packet: &Packet<'_>) {
        self.next = Some(packet.header.sequence);
        self.hold(packet);
    }

    /// Takes a packet of the codec that came within this turn. `arrival` is what
    /// [`crate::rtp::Reception::arrive`] said to it.
    pub fn insert(&mut self, arrival: Arrival, packet: &Packet<'_>, turn: u64) {
        let (sequence, timestamp) = (packet.header.sequence, packet.header.timestamp);
        if packet.payload.is_empty() || packet.payload.len() > LONGEST {
            return;
        }
        let next = match (arrival, self.next) {
            (Arrival::Stray, _) => return,
            (Arrival::First, _) => self.begin(sequence, timestamp, turn),
            (_, None) if self.delays.is_new() => self.begin(sequence, timestamp, turn),
            (_, None) => self.next_about(sequence),
            (Arrival::Next | Arrival::Old, Some(next)) => next,
        };
        self.delays.arrive(samples(turn), timestamp);
        let ahead = sequence.wrapping_sub(next);
        if ahead >= 1 << 15 {
            let behind = u32::from(next.wrapping_sub(sequence));
            let twice = behind <= u64::BITS && self.taken >> (behind - 1) & 1 == 1;
            *if twice { &mut self.counts.duplicate } else { &mut self.counts.late } += 1;
            return;
        }
        if usize::from(ahead) >= SLOTS {
            self.make_room(ahead - (SLOTS as u16 - 1));
        }
        self.hold(packet);
    }

    /// Holds a packet for which there is a slot.
    fn hold(&mut self, packet: &Packet<'_>) {
        let slot = &mut self.slots[usize::from(packet.header.sequence) % SLOTS];
        if !slot.octets.is_empty() {
            self.counts.duplicate += 1;
            return;
        }
        slot.octets = std::mem::take(&mut self.spare);
        slot.octets.clear();
        slot.octets.extend_from_slice(packet.payload);
        slot.timestamp = packet.header.timestamp;
        self.held += 1;
    }

    /// What comes next; a payload or a hole is taken by that.
    ///
    /// When it is nothing, who plays makes something up and says so ([`Buffer::wait`]).
    pub fn next(&mut self, turn: u64) -> Next<'_> {
        if self.playing.is_none() && !self.start(turn) {
            return Next::Pause;
        }
        while let Some((ahead, slot)) = self.first() {
            let playing = self.playing.as_mut().expect("it has been started");
            let gap = self.slots[slot].timestamp.wrapping_sub(playing.timestamp);
            if gap.wrapping_neg() <= playing.hole && gap != 0 {
                // A hole was played in its place.
                self.take(ahead, slot);
                self.counts.late += 1;
                self.counts.missing += 1;
                continue;
            }
            if gap <= LONGEST_PAUSE {
                // What was made up stands for what turns out to be lost.
                let owed = gap.min(playing.owed);
                playing.timestamp = playing.timestamp.wrapping_add(owed);
                playing.owed = 0;
                let hole = (gap - owed).min(FRAME as u32);
                if hole > 0 {
                    playing.timestamp = playing.timestamp.wrapping_add(hole);
                    playing.hole = playing.hole.saturating_add(hole);
                    return Next::Hole(hole as usize);
                }
            }
            let after = self.slots[slot].timestamp.wrapping_add(self.slots[slot].octets.len() as u32);
            *playing = Playing { timestamp: after, owed: 0, hole: 0 };
            self.take(ahead, slot);
            return Next::Payload(&self.current);
        }
        Next::Nothing
    }

    /// So many samples were made up since nothing has come in time. After 60 ms of that nobody speaks.
    pub fn wait(&mut self, samples: usize) {
        if let Some(playing) = &mut self.playing {
            playing.owed += samples as u32;
            if playing.owed >= PATIENCE {
                self.playing = None;
            }
        }
    }

    /// By how many samples sound waits longer than it should, while it is played and this many samples
    /// were taken but not played yet; negative when it should wait longer. 0 in a pause.
    #[must_use]
    pub fn excess(&self, turn: u64, pending: usize) -> i32 {
        self.playing.map_or(0, |playing| {
            let heard = playing.timestamp.wrapping_add(playing.owed).wrapping_sub(pending as u32);
            self.delays.of(samples(turn), heard).saturating_sub(self.delays.target() as i32)
        })
    }

    /// Leaves out what has waited much too long, if the excess is such; tells whether the sound is cut by
    /// that.
    pub fn leave_out(&mut self, excess: i32) -> bool {
        let cut = excess > TOO_DEEP;
        if cut {
            self.playing = None;
        }
        cut
    }

    /// How long sound should wait for late packets, in samples at 8 kHz: [`SHALLOWEST`] to [`DEEPEST`].
    #[must_use]
    pub const fn target(&self) -> u32 {
        self.delays.target()
    }

    /// What became of packets so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Begins a stream with this packet; the number that is next.
    fn begin(&mut self, sequence: u16, timestamp: u32, turn: u64) -> u16 {
        self.slots.iter_mut().for_each(|slot| slot.octets.clear());
        self.held = 0;
        self.taken = 0;
        self.playing = None;
        self.delays = Delays::begin(samples(turn), timestamp);
        self.next_about(sequence)
    }

    /// The number that is next where this is the first that came.
    fn next_about(&mut self, sequence: u16) -> u16 {
        // Those just before it may only have been overtaken.
        let next = sequence.wrapping_sub(SLOTS as u16 / 2);
        self.next = Some(next);
        next
    }

    /// The first packet held: how many numbers ahead of the next, and its slot.
    fn first(&self) -> Option<(u16, usize)> {
        let next = self.next.filter(|_| self.held > 0)?;
        (0..SLOTS as u16)
            .map(|ahead| (ahead, usize::from(next.wrapping_add(ahead)) % SLOTS))
            .find(|&(_, slot)| !self.slots[slot].octets.is_empty())
    }

    /// Takes the packet out of its slot; those ahead of it are given up.
    fn take(&mut self, ahead: u16, slot: usize) {
        let octets = std::mem::take(&mut self.slots[slot].octets);
        self.spare = std::mem::replace(&mut self.current, octets);
        self.held -= 1;
        self.pass(ahead);
        self.taken = self.taken << 1 | 1;
        self.next = self.next.map(|next| next.wrapping_add(1));
    }

    /// Gives up these many numbers, whose slots are empty.
    fn pass(&mut self, numbers: u16) {
        // Before the first packet there was nothing to miss.
        if self.taken != 0 {
            self.counts.missing += u64::from(numbers);
        }
        self.taken = self.taken.checked_shl(u32::from(numbers)).unwrap_or(0);
        self.next = self.next.map(|next| next.wrapping_add(numbers));
    }

    /// Makes this many numbers from the next one free; what is held there is left out.
    fn make_room(&mut self, numbers: u16) {
        let mut left = numbers;
        while let Some((ahead, slot)) = self.first().filter(|&(ahead, _)| ahead < left) {
            self.take(ahead, slot);
            self.counts.skipped += 1;
            left -= ahead + 1;
        }
        self.pass(left);
    }

    /// Begins to play when the first packet has waited as long as it should.
    fn start(&mut self, turn: u64) -> bool {
        while let Some((ahead, slot)) = self.first() {
            let timestamp = self.slots[slot].timestamp;
            let waited = self.delays.of(samples(turn), timestamp);
            let target = self.delays.target() as i32;
            if waited > target + TOO_DEEP / 2 && self.held > 1 {
                self.take(ahead, slot);
                self.counts.skipped += 1;
                continue;
            }
            // A negative wait is one of another clock.
            if (0..target).contains(&waited) {
                return false;
            }
            self.playing = Some(Playing { timestamp, owed: 0, hole: 0 });
            return true;
        }
        false
    }
}

/// A turn as samples at 8 kHz, like timestamps modulo 2^32.
pub(crate) const fn samples(turn: u64) -> u32 {
    (turn as u32).wrapping_mul(FRAME as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::Header;

    /// A buffer that is asked once a turn, and what it said: the first octet of each payload, `-` for a
    /// hole, `.` for nothing and a blank for a pause.
    #[derive(Default)]
    struct Player {
        buffer: Buffer,
        said: String,
        turn: u64,
    }

    impl Player {
        fn come(&mut self, arrival: Arrival, sequence: u16, timestamp: u32) {
            let name = b'a' + (sequence % 26) as u8;
            let header = Header { marker: false, payload_type: 0, sequence, timestamp, ssrc: 1 };
            self.buffer.insert(arrival, &Packet { header, payload: &[name; FRAME] }, self.turn);
        }

        /// Packets number `numbers` of a steady stream.
        fn packets(&mut self, numbers: impl IntoIterator<Item = u16>) {
            for n in numbers {
                self.come(Arrival::Next, n, u32::from(n) * 160);
            }
        }

        fn turn(&mut self) {
            self.buffer.leave_out(self.buffer.excess(self.turn, 0));
            self.said.push(match self.buffer.next(self.turn) {
                Next::Payload(octets) => char::from(octets[0]),
                Next::Hole(samples) => {
                    assert_eq!(samples, FRAME);
                    '-'
                }
                Next::Nothing => '.',
                Next::Pause => ' ',
            });
            if self.said.ends_with('.') {
                self.buffer.wait(FRAME);
            }
            self.turn += 1;
        }

        /// Turns in each of which these packets come.
        fn turns<const N: usize>(&mut self, turns: [&[u16]; N]) {
            for packets in turns {
                self.packets(packets.iter().copied());
                self.turn();
            }
        }
    }

    #[track_caller]
    fn plays<const N: usize>(turns: [&[u16]; N], said: &str) -> Counts {
        let mut player = Player::default();
        player.turns(turns);
        assert_eq!(player.said, said);
        player.buffer.counts()
    }

    #[test]
    fn packets_are_played_in_order_after_a_wait() {
        let counts = plays([&[0], &[1], &[2], &[3], &[4]], "  abc");
        assert_eq!(counts, Counts::default());
    }

    #[test]
    fn packets_out_of_order_are_put_in_order() {
        let counts = plays([&[], &[1], &[0], &[3], &[2, 4]], "  abc");
        assert_eq!(counts, Counts::default());
    }

    #[test]
    fn a_packet_that_comes_twice_is_played_once() {
        let counts = plays([&[0, 0], &[1], &[2, 1], &[3, 0], &[4]], "  abc");
        assert_eq!((counts.duplicate, counts.late), (3, 0));
    }

    #[test]
    fn a_lost_packet_is_a_hole_and_one_that_comes_for_it_is_late() {
        let counts = plays([&[0], &[], &[2], &[3], &[1, 4], &[5]], "  a-cd");
        assert_eq!((counts.missing, counts.late, counts.duplicate), (1, 1, 0));
        // It comes before what follows the hole is played.
        let counts = plays([&[0], &[1], &[], &[4, 3], &[5], &[2, 6], &[7]], "  ab-de");
        assert_eq!((counts.missing, counts.late), (1, 1));
    }

    #[test]
    fn what_is_late_is_played_later_and_what_is_lost_is_not() {
        // Nothing comes for two turns, then all does: the sound waits longer.
        plays([&[0], &[1], &[], &[], &[], &[2, 3, 4], &[5], &[6]], "  ab.cde");
        // The same, but two are lost: no longer than before.
        plays([&[0], &[1], &[], &[], &[], &[4], &[5], &[6], &[7]], "  ab.-efg");
    }

    #[test]
    fn who_sends_nothing_for_60_ms_pauses() {
        let mut player = Player::default();
        player.turns([&[0], &[1], &[2], &[], &[], &[], &[], &[], &[], &[]]);
        // Silence suppression: the next number, a later time.
        for n in 3..7 {
            player.come(Arrival::Next, n, (u32::from(n) + 7) * 160);
            player.turn();
        }
        assert_eq!(player.said, "  abc...    de");
        assert_eq!(player.buffer.counts(), Counts::default());
    }

    #[test]
    fn another_stream_begins_anew() {
        let mut player = Player::default();
        player.turns([&[0], &[1], &[2]]);
        for n in 0..4 {
            let arrival = if n == 0 { Arrival::First } else { Arrival::Next };
            player.come(arrival, 40_000 + n, 77 + u32::from(n) * 160);
            player.turn();
        }
        assert_eq!(player.said, "  a  mn");
        assert_eq!(player.buffer.counts(), Counts::default());
        // A number out of all proportion is not taken.
        player.come(Arrival::Stray, 9, 9);
        assert_eq!(player.buffer.held, 2);
    }

    #[test]
    fn another_clock_is_followed_at_once() {
        let mut player = Player::default();
        player.turns([&[0], &[1], &[2]]);
        for n in 3..8 {
            player.come(Arrival::Next, n, 3_000_000_000 + u32::from(n) * 160);
            player.turn();
        }
        assert_eq!(player.said, "  abcdef");
    }

    #[test]
    fn too_much_at_once_is_left_out() {
        let mut player = Player::default();
        player.turns([&[0], &[1], &[2], &[3], &[4], &[], &[], &[]]);
        player.turn += 100;
        player.packets(5..108);
        player.turn();
        let counts = player.buffer.counts();
        assert!(player.buffer.held < 25, "{} wait", player.buffer.held);
        assert_eq!(counts.skipped + player.buffer.held as u64, 102, "one is played: {counts:?}");
        assert_eq!(counts.missing, 0);
    }

    #[test]
    fn a_sender_whose_clock_stands_still_is_played_all_the_same() {
        let mut player = Player::default();
        for n in 0..200 {
            player.come(Arrival::Next, n, 0);
            player.turn();
        }
        assert!(!player.said.trim_start().contains([' ', '.', '-']), "{}", player.said);
    }

    #[test]
    fn payloads_of_no_length_or_of_too_much_are_not_taken() {
        let mut buffer = Buffer::default();
        for payload in [&[][..], &[0; LONGEST + 1]] {
            let header = Header { marker: false, payload_type: 0, sequence: 1, timestamp: 1, ssrc: 1 };
            buffer.insert(Arrival::First, &Packet { header, payload }, 0);
        }
        assert_eq!(buffer.next(100), Next::Pause);
    }
}
