//! One leg: what a packet does to it, and what it sends in its turn. A value without sockets or clock.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use std::collections::VecDeque;

use edge::sound::{
    Barge, Clip, Codec, Event, FRAME, Media, PlayEnd, Profile, RecordEnd, Repeat, Seen, Signs, Track, Until,
};
use edge::{Key, LegId, PlayId, RecordId};
use media::amd;
use media::codec::Encoder;
use media::receiver::Receiver;
use media::rtp::{Arrival, HEADER, Header, Packet, Reception};
use media::standby::Standby;
use media::{keys, rtcp};

use crate::bridge::{Audience, Bridged};
use crate::ears::{self, Ears, InbandKeys, Listening, Noticed};
use crate::latch::{self, Latch, Sender};
use crate::limits::{ASTRAY, CATCH_UP, HEARD, PACKET, PAUSE, RECORDINGS};
use crate::line::Line;
use crate::press::{Debt, Presses, Step};
use crate::recording::Recording;
use crate::reports::Reports;
use crate::said::{self, Said};
use crate::tape::{Piece, Tape};
use crate::told::{Told, Way};
use crate::voice::{Payload, Play, Voice, coding, silence};

/// Nanoseconds of one timestamp unit.
const UNIT: u128 = 125_000;

/// Random numbers for a leg that begins (RFC 3550 §5.1: all of them unpredictable).
#[derive(Clone, Copy, Debug)]
pub struct Seeds {
    /// For SSRC and sequence number.
    pub line: u64,
    /// For the timestamp.
    pub timestamp: u64,
    /// For RTCP.
    pub reports: u64,
}

/// One party's sound.
#[derive(Debug)]
pub struct Leg {
    id: LegId,
    media: Media,
    line: Line,
    latch: Latch,
    reception: Reception,
    receiver: keys::Receiver,
    voice: Voice,
    /// What the party says; none while nobody listens to it.
    hearing: Option<Box<Hearing>>,
    /// What is there for who begins to listen.
    standby: Standby,
    /// The packets it came in.
    said: Said,
    /// Who hears the party.
    audience: Audience,
    /// Whom the party hears when nothing is played to it; each once, in order, and not itself.
    hears: Vec<LegId>,
    /// Turns since a packet was passed on to it.
    pause: u64,
    /// Turns that were missed before the present one.
    missed: u64,
    ears: Ears,
    listening: Listening,
    told: Told,
    encoder: Encoder,
    recordings: Vec<Recording>,
    presses: Presses,
    reports: Reports,
    silence: Silence,
    seen: Seen,
}

/// Listening to a party.
#[derive(Debug)]
struct Hearing {
    receiver: Receiver,
    /// What it says in this turn.
    frame: [i16; FRAME],
}

/// How long nothing has come.
#[derive(Debug)]
struct Silence {
    turns: u64,
    /// Turns after which it is told; never when zero.
    limit: u64,
}

/// When a packet came.
#[derive(Clone, Copy, Debug)]
pub struct Came {
    /// On the wall clock; zero when that is not known.
    pub at: Duration,
    /// Before the frame of this turn is due.
    pub turn: u64,
}

/// What a packet was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// RTP of the party, taken.
    Taken,
    /// The first of the party: from now on only this address is heard.
    Latched(SocketAddr),
    /// RTCP of the party.
    Control,
    /// From someone else.
    Stranger,
    /// From the party, and nothing that was negotiated.
    Malformed,
}

/// What a leg sends in its turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sends {
    /// Nothing.
    Nothing,
    /// A packet of our own.
    Packet {
        /// Its octets.
        length: usize,
        /// Frames before it that were late.
        late: u64,
    },
    /// What the one party said that it hears: [`Leg::pass`] has it.
    Passes,
}

impl Leg {
    /// A leg that opens in this turn. `limit` is the number of turns without any packet after which
    /// [`Event::Silent`] is told, 0 for never.
    #[must_use]
    pub fn new(id: LegId, media: Media, turn: u64, limit: u64, seeds: Seeds, listening: Listening) -> Self {
        let mut ears = Ears::default();
        ears.let_hear_keys(listening.inband_keys.are_heard(media.keys.is_some()));
        let line = Line::new((seeds.line >> 32) as u32, seeds.line as u16, seeds.timestamp as u32, turn);
        Self {
            id,
            media,
            line,
            latch: Latch::default(),
            reception: Reception::default(),
            receiver: keys::Receiver::default(),
            voice: Voice::Silence,
            hearing: None,
            standby: Standby::default(),
            said: Said::default(),
            audience: Audience::default(),
            hears: Vec::new(),
            pause: PAUSE,
            missed: 0,
            ears,
            listening,
            told: Told::default(),
            encoder: Encoder::new(coding(media.codec)),
            recordings: Vec::new(),
            presses: Presses::default(),
            reports: Reports::new(turn, seeds.reports),
            silence: Silence { turns: 0, limit },
            seen: Seen::default(),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> LegId {
        self.id
    }

    /// What was negotiated.
    #[must_use]
    pub const fn media(&self) -> &Media {
        &self.media
    }

    /// Where its packets go: where the party's come from, or what was negotiated until one has come.
    #[must_use]
    pub fn destination(&self) -> SocketAddr {
        self.latch.party().unwrap_or(self.media.remote)
    }

    /// What it has seen so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        Seen {
            codec: Some(self.media.codec),
            received: self.reception.received(),
            lost: self.reception.lost(),
            jitter: self.reception.jitter(),
            ..self.seen
        }
    }

    /// Changes what was negotiated; tells whether the socket must take packets from anywhere again,
    /// because the party is elsewhere.
    pub fn reopen(&mut self, media: Media) -> bool {
        let before = std::mem::replace(&mut self.media, media);
        self.silence.turns = 0;
        if before.codec != media.codec {
            self.hearing = None;
            self.standby.clear();
            self.encoder = Encoder::new(coding(media.codec));
        }
        self.ears.let_hear_keys(self.listening.inband_keys.are_heard(media.keys.is_some()));
        let moved = (before.remote, before.signals_from) != (media.remote, media.signals_from);
        if moved {
            self.latch = Latch::default();
        }
        moved
    }

    /// Begins a play, instead of what the leg said before.
    pub fn play(&mut self, play: PlayId, clips: Vec<Clip>, barge: Barge, repeat: Repeat) {
        self.voice = Voice::Play(Play::new(play, clips, barge, repeat));
    }

    /// Stops this play, if it is under way.
    pub fn stop(&mut self, play: PlayId, events: &mut Vec<Event>) {
        if matches!(&self.voice, Voice::Play(under_way) if under_way.id == play) {
            self.end_play(PlayEnd::Stopped, events);
        }
    }

    /// Hears these others from now on, and no one else, whenever nothing is played to it. An echo is over
    /// when somebody is heard.
    pub fn hear_others(&mut self, mut of: Vec<LegId>) {
        of.sort_unstable();
        of.dedup();
        of.retain(|&leg| leg != self.id);
        if of.len() > HEARD {
            tracing::warn!(leg = %self.id, of = of.len(), "too many are to be heard on this leg; the last are not");
            of.truncate(HEARD);
        }
        if matches!(self.voice, Voice::Echo) && !of.is_empty() {
            self.voice = Voice::Silence;
        }
        self.hears = of;
        self.pause = PAUSE;
    }

    /// Whom it hears.
    #[must_use]
    pub fn hears(&self) -> &[LegId] {
        &self.hears
    }

    /// Is heard by these from now on.
    pub fn set_audience(&mut self, audience: Audience) {
        self.audience = audience;
    }

    /// What its party says in this turn, as samples; none while nobody listens to it.
    #[must_use]
    pub fn says(&self) -> Option<&[i16; FRAME]> {
        self.hearing.as_ref().map(|hearing| &hearing.frame)
    }

    /// What its party said in this turn, as it came, where somebody hears it.
    #[must_use]
    pub const fn said(&self) -> &Said {
        &self.said
    }

    /// Whether this turn is yet to come.
    #[must_use]
    pub const fn is_due(&self, turn: u64) -> bool {
        self.line.due() <= turn
    }

    /// Sends back what is heard from now on. A play under way is stopped.
    pub fn echo(&mut self, events: &mut Vec<Event>) {
        self.end_play(PlayEnd::Stopped, events);
        self.voice = Voice::Echo;
    }

    /// Presses these keys, after those that wait already. Keys beyond the limit are not pressed, and
    /// told as sent, so that nobody waits for them.
    pub fn press(&mut self, keys: Vec<Key>, events: &mut Vec<Event>) {
        if !self.presses.push(keys, Debt::Told) {
            tracing::warn!(leg = %self.id, "too many keys wait on this leg; these are not pressed");
            events.push(Event::KeysSent { leg: self.id });
        }
    }

    /// Watches for a tone of this frequency.
    pub fn listen_for(&mut self, hz: u16) {
        if let Some(gone) = self.ears.add_tone(hz) {
            tracing::warn!(leg = %self.id, hz, gone, "too many tones are watched for on this leg; the oldest is not any more");
        }
    }

    /// Watches for these signs, and for no others from now on.
    pub fn watch(&mut self, signs: Signs) {
        self.ears.watch(signs, &self.listening);
    }

    /// Judges who answered, by what is heard from now on.
    pub fn judge(&mut self, by: Profile) {
        self.ears.judge(self.id, by, &self.listening);
    }

    /// Begins a recording of what the leg hears, in the turn that is due next. When there are too many
    /// already, it fails at once.
    pub fn record(&mut self, record: RecordId, track: Track, until: Until) {
        let mut recording = Recording::new(self.id, record, track, until, self.line.due());
        let full = self.recordings.len() >= RECORDINGS;
        if full {
            recording.end(RecordEnd::Failed("too many recordings of this leg are under way".to_owned()));
        }
        self.recordings.push(recording);
    }

    /// Ends this recording, if it is under way.
    pub fn stop_recording(&mut self, record: RecordId) {
        let named = self.recordings.iter_mut().filter(|recording| recording.id() == record);
        named.for_each(|recording| recording.end(RecordEnd::Stopped));
    }

    /// Offers the tape what was recorded.
    pub fn offer(&mut self, tape: &Tape) {
        self.recordings.retain_mut(|recording| recording.offer(tape));
    }

    /// Ends all recordings, since the leg does; what the tape has not taken of them yet.
    pub fn end_recordings(&mut self) -> VecDeque<Piece> {
        let ended = self.recordings.drain(..).map(|mut recording| {
            recording.end(RecordEnd::Gone);
            recording.into_waiting()
        });
        ended.flatten().collect()
    }

    fn end_play(&mut self, end: PlayEnd, events: &mut Vec<Event>) {
        if let Voice::Play(play) = &self.voice {
            events.push(Event::PlayEnded { leg: self.id, play: play.id, end });
            self.voice = Voice::Silence;
        }
    }

    /// Takes a packet that came to the leg's RTP socket.
    pub fn hear(&mut self, octets: &[u8], from: SocketAddr, came: Came, events: &mut Vec<Event>) -> Heard {
        let heard = self.admit(octets, from, came, events);
        match heard {
            Heard::Stranger => self.seen.strangers += 1,
            Heard::Malformed => self.seen.malformed += 1,
            Heard::Taken | Heard::Latched(_) | Heard::Control => self.silence.turns = 0,
        }
        heard
    }

    fn admit(&mut self, octets: &[u8], from: SocketAddr, came: Came, events: &mut Vec<Event>) -> Heard {
        // The kernel filters once the socket is connected, but what came before is still in its buffer.
        let sender = self.latch.sender(from, &self.media, self.silence.turns);
        if sender == Sender::Stranger {
            return Heard::Stranger;
        }
        if self.is_multiplexed() && rtcp::is_rtcp(octets) {
            self.hear_control(octets, from, came.at);
            return Heard::Control;
        }
        let Some(packet) = Packet::parse(octets).ok().filter(|packet| self.is_negotiated(packet)) else {
            return if sender == Sender::Party { Heard::Malformed } else { Heard::Stranger };
        };
        let Header { ssrc, sequence, .. } = packet.header;
        match sender {
            Sender::Party => {
                self.take(&packet, came, events);
                Heard::Taken
            }
            Sender::Moved if !self.reception.goes_on(ssrc, sequence) => Heard::Stranger,
            Sender::First | Sender::Moved | Sender::Stranger => {
                self.latch.set(from);
                self.take(&packet, came, events);
                Heard::Latched(from)
            }
        }
    }

    fn is_negotiated(&self, packet: &Packet<'_>) -> bool {
        let kind = packet.header.payload_type;
        let enough = if Some(kind) == self.media.keys { keys::PAYLOAD } else { 1 };
        (kind == self.media.payload_type || Some(kind) == self.media.keys) && packet.payload.len() >= enough
    }

    fn take(&mut self, packet: &Packet<'_>, came: Came, events: &mut Vec<Event>) {
        let Header { ssrc, sequence, timestamp, payload_type, .. } = packet.header;
        let arrival = self.reception.arrive(ssrc, sequence);
        if arrival == Arrival::First {
            self.receiver.restart();
            self.said.restart();
        }
        let is_key = payload_type != self.media.payload_type;
        // What it has said that it does not send is not heard: it holds, and the room it is in is nobody's business.
        let is_heard = self.media.direction.receives();
        if self.audience.passed > 0 && arrival != Arrival::Stray && is_heard {
            self.said.keep(if is_key { said::Kind::Key } else { said::Kind::Sound }, packet);
        }
        if is_key {
            // A key is known by its timestamp: packets that come late or twice are as good as any.
            let key =
                keys::Payload::parse(packet.payload).and_then(|event| self.receiver.take(event, timestamp));
            if let Some(key) = key.and_then(Key::from_event) {
                self.key(key, Way::Event, events);
            }
            return;
        }
        if matches!(arrival, Arrival::First | Arrival::Next) && !came.at.is_zero() {
            self.reception.time(timestamp, (came.at.as_nanos() / UNIT) as u32);
        }
        if !is_heard {
            return;
        }
        if self.is_listened_to() {
            let (codec, standby) = (self.media.codec, &self.standby);
            let hearing = self.hearing.get_or_insert_with(|| Hearing::after(standby, codec, came.turn));
            hearing.receiver.packet(arrival, packet, came.turn);
        }
        self.standby.packet(arrival, packet, came.turn);
    }

    /// Takes a key that the party pressed, as it told in this way.
    pub fn key(&mut self, key: Key, way: Way, events: &mut Vec<Event>) {
        self.ears.key_was_told();
        if !self.told.is_new(key, way, self.line.due()) {
            return;
        }
        if self.audience != Audience::default() {
            self.said.press(key, way);
        }
        events.push(Event::Key { leg: self.id, key });
        if matches!(&self.voice, Voice::Play(play) if play.barge == Barge::AnyKey) {
            self.end_play(PlayEnd::Key(key), events);
        }
        self.recordings.iter_mut().for_each(|recording| recording.key(key));
    }

    fn is_listened_to(&self) -> bool {
        self.audience.mixed > 0
            || !self.recordings.is_empty()
            || matches!(self.voice, Voice::Echo)
            || self.ears.are_asked()
            || self.ears.hear_keys() && !self.lets_keys_pass()
    }

    /// Whether keys that sound pass by unheard, for the sound is for another party's ears.
    fn lets_keys_pass(&self) -> bool {
        self.audience.passed > 0 && self.listening.inband_keys == InbandKeys::Auto
    }

    /// Begins this turn, after its packets were taken: listens to its frame. Turns that were missed since
    /// the last one are late: their frames are not sent, and the timestamp passes over them; a play goes on
    /// where it was.
    pub fn listen(&mut self, turn: u64, events: &mut Vec<Event>) {
        self.missed = self.line.begin(turn);
        self.watch_silence(events);
        if !self.is_listened_to() {
            self.hearing = None;
            return;
        }
        let hearing = self.hearing.take();
        let mut hearing = hearing.unwrap_or_else(|| {
            Hearing::after(&self.standby, self.media.codec, turn - self.missed.min(CATCH_UP))
        });
        // What came meanwhile is in the sockets' buffers, and is not late for a recording.
        for turn in turn - self.missed.min(CATCH_UP)..=turn {
            hearing.receiver.frame(turn, &mut hearing.frame);
            let frame = &hearing.frame;
            // A key that ends a recording is not in it: who listens for keys comes first.
            let (mut key, leg) = (None, self.id);
            self.ears.hear(frame, |noticed| match noticed {
                Noticed::Tone(hz, present) => events.push(Event::Tone { leg, hz, present }),
                Noticed::Sign(sign) => events.push(Event::Heard { leg, sign }),
                Noticed::Judged(told) => events.push(judged(leg, told)),
                Noticed::Key(event) => key = Key::from_event(event),
            });
            if let Some(key) = key {
                self.key(key, Way::Tones, events);
            }
            self.recordings.iter_mut().for_each(|recording| recording.hear(turn, frame));
        }
        self.hearing = Some(hearing);
    }

    /// Presses the keys that one pressed whom the party hears, where nothing is played to it.
    /// `passed` says whether it is sent that one's packets as well.
    pub fn press_along(&mut self, said: &Said, passed: bool) {
        if !matches!(self.voice, Voice::Silence) {
            return;
        }
        for &(key, way) in said.keys() {
            // What sounds is heard, and telephone-events are among the packets.
            let is_there = way == Way::Tones || passed && way == Way::Event && self.media.keys.is_some();
            if !is_there && !self.presses.push(vec![key], Debt::Untold) {
                tracing::warn!(leg = %self.id, "too many keys wait on this leg; one that another party pressed is not passed on");
            }
        }
    }

    /// Builds the packet of the turn that was begun, out of what the party is to hear of the bridge.
    pub fn turn(
        &mut self,
        bridged: &Bridged<'_>,
        packet: &mut [u8; PACKET],
        events: &mut Vec<Event>,
    ) -> Sends {
        let (header, payload) = packet.split_first_chunk_mut().expect("a packet is longer than its header");
        let payload: &mut Payload = payload.first_chunk_mut().expect("a packet holds a frame");
        let said = self.say(bridged, payload, events);
        if !self.is_sending() {
            self.line.pause();
            return Sends::Nothing;
        }
        let codec = self.media.payload_type;
        let length = match said {
            Says::Nothing => return Sends::Nothing,
            Says::Passes => return Sends::Passes,
            Says::Frame => {
                *header = self.line.own(codec, false, None);
                FRAME
            }
            Says::Event { payload_type, since, first } => {
                // RFC 4733 §2.5.1.2: the marker begins an event.
                *header = self.line.own(payload_type, first, Some(since));
                keys::PAYLOAD
            }
        };
        self.pause = PAUSE;
        let late = std::mem::take(&mut self.missed);
        self.seen.late += late;
        Sends::Packet { length: HEADER + length, late }
    }

    /// Makes a packet of another party one of ours; the octets of it, none when it cannot be passed on.
    pub fn pass(
        &mut self,
        from: LegId,
        heard: &said::Packet<'_>,
        packet: &mut [u8; PACKET],
    ) -> Option<usize> {
        let payload_type = match heard.kind {
            said::Kind::Sound => self.media.payload_type,
            said::Kind::Key => self.media.keys?,
        };
        let length = HEADER + heard.octets.len();
        let payload = packet.get_mut(HEADER..length)?;
        let header = self.line.pass(from, heard, payload_type)?;
        payload.copy_from_slice(heard.octets);
        packet[..HEADER].copy_from_slice(&header);
        Some(length)
    }

    /// The turn is over for all: what the party said in it has been heard.
    pub fn forget(&mut self) {
        self.said.clear();
    }

    fn say(&mut self, bridged: &Bridged<'_>, payload: &mut Payload, events: &mut Vec<Event>) -> Says {
        let (step, done) = self.presses.step(self.line.timestamp(), self.media.keys.is_some());
        let says = match (step, self.media.keys) {
            (Step::Event { payload: event, timestamp, first }, Some(payload_type)) => {
                payload[..keys::PAYLOAD].copy_from_slice(&event.octets());
                Says::Event { payload_type, since: timestamp, first }
            }
            (Step::Tone, _) => {
                let mut samples = [0; FRAME];
                self.presses.sound(&mut samples);
                self.encoder.encode(&samples, payload);
                Says::Frame
            }
            _ => self.speak(bridged, payload, events),
        };
        if done {
            events.push(Event::KeysSent { leg: self.id });
        }
        says
    }

    fn speak(&mut self, bridged: &Bridged<'_>, payload: &mut Payload, events: &mut Vec<Event>) -> Says {
        let encoder = &mut self.encoder;
        if let Some(beep) = self.recordings.iter_mut().find_map(Recording::beep) {
            encoder.encode(&beep, payload);
            return Says::Frame;
        }
        match &mut self.voice {
            Voice::Silence => return self.relay(bridged, payload),
            Voice::Echo => match &self.hearing {
                Some(hearing) => encoder.encode(&hearing.frame, payload),
                None => silence(encoder, payload),
            },
            Voice::Play(play) => {
                #[cfg(test)]
                crate::tests::fault_in_leg(play.id);
                if play.fill(encoder, payload) {
                    self.end_play(PlayEnd::Finished, events);
                }
            }
        }
        Says::Frame
    }

    /// Says what is heard of the bridge.
    fn relay(&mut self, bridged: &Bridged<'_>, payload: &mut Payload) -> Says {
        match bridged {
            Bridged::Nobody => silence(&mut self.encoder, payload),
            Bridged::Mixed(samples) => self.encoder.encode(*samples, payload),
            Bridged::Encoded(octets) => payload.copy_from_slice(*octets),
            Bridged::Passed(said) if !said.is_silent() => {
                self.pause = 0;
                return Says::Passes;
            }
            Bridged::Passed(_) if self.pause < PAUSE => {
                self.pause += 1;
                return Says::Nothing;
            }
            // Who says nothing for long may be on hold: far sides and NATs want to see packets.
            Bridged::Passed(_) => silence(&mut self.encoder, payload),
        }
        Says::Frame
    }

    fn watch_silence(&mut self, events: &mut Vec<Event>) {
        // A party that holds us owes no packets.
        if !self.media.direction.receives() {
            self.silence.turns = 0;
            return;
        }
        self.silence.turns += 1;
        if self.silence.turns == self.silence.limit {
            events.push(Event::Silent { leg: self.id });
        }
    }

    fn is_sending(&self) -> bool {
        self.media.direction.sends() && is_reachable(self.media.remote)
    }

    /// Counts a packet of this turn that has left.
    pub fn count_sent(&mut self, length: usize) {
        self.seen.sent += 1;
        self.line.count(length);
    }

    /// Whether its party may have moved: nothing has come for so long, this turn for the first time.
    #[must_use]
    pub fn is_astray(&self) -> bool {
        self.silence.turns == ASTRAY && self.latch.party().is_some()
    }

    /// Where its RTCP goes, unless it shares the RTP port.
    #[must_use]
    pub fn control(&self) -> SocketAddr {
        self.latch.control(&self.media)
    }

    /// Whether RTCP shares the RTP port (RFC 5761).
    #[must_use]
    pub fn is_multiplexed(&self) -> bool {
        self.media.rtcp == self.media.remote
    }

    /// Whether an RTCP report is due, and there is a place to send it to.
    #[must_use]
    pub fn is_report_due(&self, turn: u64) -> bool {
        self.reports.is_due(turn) && is_reachable(self.media.rtcp)
    }

    /// Whether a goodbye is owed: only a party that was ever heard says it (RFC 3550 §6.3.7).
    #[must_use]
    pub fn owes_goodbye(&self) -> bool {
        (self.seen.sent > 0 || self.reports.has_spoken()) && is_reachable(self.media.rtcp)
    }

    /// Appends an RTCP compound packet; `wall` is the wall-clock time, `chance` any random number.
    pub fn report(&mut self, turn: u64, wall: Duration, chance: u64, goodbye: bool, out: &mut Vec<u8>) {
        let sends = self.reports.leave(turn, self.seen.sent, chance);
        let sent = sends.then(|| rtcp::Sent {
            ntp: crate::clock::ntp(wall),
            timestamp: self.line.now(),
            packets: self.seen.sent as u32,
            octets: self.line.octets(),
        });
        let (last_report, since) = self.reports.last_heard(wall);
        let received = self.reception.report().map(|report| rtcp::Received { report, last_report, since });
        let cname = &self.reports.cname();
        rtcp::Compound { ssrc: self.line.ssrc(), sent, received, cname, goodbye }.write(out);
    }

    /// Takes an RTCP packet; one from a stranger's address changes nothing. A goodbye ends no call:
    /// that is for the signalling to say.
    pub fn hear_control(&mut self, octets: &[u8], from: SocketAddr, arrived: Duration) {
        if from.ip() != self.media.rtcp.ip() && !latch::may_be(from.ip(), &self.media) {
            return;
        }
        if let Some(heard) = rtcp::read(octets, self.line.ssrc()) {
            self.reports.hear(heard, arrived);
            self.seen.reported_loss = heard.reported_loss.unwrap_or(self.seen.reported_loss);
            self.silence.turns = 0;
        }
    }
}

impl Hearing {
    fn after(standby: &Standby, codec: Codec, turn: u64) -> Box<Self> {
        Box::new(Self { receiver: standby.receiver(coding(codec), turn), frame: [0; FRAME] })
    }
}

/// What a leg says in its turn.
enum Says {
    /// Nothing: who is heard pauses.
    Nothing,
    /// A frame.
    Frame,
    /// What another party said, as it came.
    Passes,
    /// A telephone-event.
    Event {
        payload_type: u8,
        /// The timestamp it began at.
        since: u32,
        first: bool,
    },
}

/// Whether packets may be sent there: a party's own address, and no group's.
fn is_reachable(remote: SocketAddr) -> bool {
    let ip = remote.ip().to_canonical();
    let broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
    remote.port() != 0 && !ip.is_unspecified() && !ip.is_multicast() && !broadcast
}

#[cfg(test)]
mod tests;

/// What is told of a judgement.
fn judged(leg: LegId, told: amd::Event) -> Event {
    match told {
        amd::Event::Decided(amd::Decision { verdict, reason, at }) => {
            tracing::info!(target: "amd", %leg, verdict = verdict.name(), at_ms = at, ?reason, "who answered");
            Event::Judged { leg, verdict: ears::verdict(verdict) }
        }
        amd::Event::Start(amd::Start { cue, at }) => {
            tracing::info!(target: "amd", %leg, at_ms = at, ?cue, "a message may start");
            Event::Cued { leg }
        }
    }
}
