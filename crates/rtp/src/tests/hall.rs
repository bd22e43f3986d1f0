//! A hall: an engine whose workers are run slot by slot, in virtual time, and parties who say a tone each
//! and tell whose they hear.

use std::collections::{BTreeMap, BTreeSet};
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge::LegId;
use edge::sound::{Codec, Command, Direction, Event, FRAME, Media, Secret, Security, Suite};
use media::codec::{Decoder, Encoder};
use media::rtp::{Header, Packet};
use media::srtp::OVERHEAD;
use media::tone::Tone;
use media::{g711, goertzel};

use crate::leg::Leg;
use crate::limits::SLOTS;
use crate::secured::Secured;
use crate::voice::coding;
use crate::worker::Worker;
use crate::{Engine, Io, Piece, Settings, Tape};

/// The payload type of telephone-event.
pub const KEYS: u8 = 101;
/// How loud each tone is, in dBm0: five at once are not too loud.
const DBM0: f64 = -14.0;
/// What is louder is heard, in dBm0.
const HEARD: f64 = -20.0;
/// What is softer is not: the noise of G.711 and of what is made up for.
const UNHEARD: f64 = -38.0;
/// Turns over which a tone is measured: 200 ms, in which tones of multiples of 5 Hz do not disturb one
/// another.
const MEASURE: u64 = 10;
/// Turns until a change is heard by all, and nothing else: where sound is decoded it waits for 20 ms or, of a party that
/// has just begun, for 40, and is faded in and out.
const CHANGE: u64 = 8;

/// The engine, its workers and the parties.
pub struct Hall {
    pub engine: Engine,
    pub workers: Vec<Worker>,
    pub tick: u64,
    /// What the legs take for the time of the day: next to it, packets are as fresh as can be.
    wall: Duration,
    pub parties: Vec<Party>,
    told: Arc<Mutex<Vec<Event>>>,
    /// Whether the sink takes no events.
    refuses: Arc<AtomicBool>,
    taped: Arc<Mutex<Vec<Piece>>>,
    /// Who is to hear whom, by their numbers.
    pub expected: BTreeMap<usize, BTreeSet<usize>>,
}

/// A party, its telephone and what it says.
pub struct Party {
    pub leg: LegId,
    pub media: Media,
    socket: UdpSocket,
    tone: Tone,
    encoder: Encoder,
    decoder: Decoder,
    pub header: Header,
    /// How it secures its packets.
    pub secured: Option<Secured>,
    /// The slot in which it sends.
    phase: u64,
    /// Whether it says anything.
    pub speaks: bool,
    /// What it heard, as samples; silence suppressed is none.
    pub heard: Vec<i16>,
    /// The packets that came to it, with the tick.
    pub packets: Vec<(u64, Header, Vec<u8>)>,
}

/// A source of numbers that are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below this.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// The frequency of a party's tone.
pub fn hz(party: usize) -> f64 {
    500.0 + 150.0 * party as f64
}

impl Hall {
    /// A hall with so many workers and parties of these codecs, whose legs are all open.
    pub fn new(workers: usize, codecs: &[Codec]) -> Self {
        let settings = Settings { workers, ..super::settings(Io::SystemCalls, 2 * codecs.len() as u16 + 8) };
        let mut hall = Self::empty(settings);
        for &codec in codecs {
            hall.join(codec);
        }
        hall.turns(3);
        hall
    }

    /// A hall in which there is nobody yet.
    pub fn empty(settings: Settings) -> Self {
        let (told, taped) = (Arc::<Mutex<Vec<Event>>>::default(), Arc::<Mutex<Vec<Piece>>>::default());
        let (tells, tapes) = (Arc::clone(&told), Arc::clone(&taped));
        let tape: Tape = Arc::new(move |piece| {
            tapes.lock().unwrap().push(piece);
            Ok(())
        });
        let refuses = Arc::<AtomicBool>::default();
        let full = Arc::clone(&refuses);
        let sink: crate::Sink = Arc::new(move |event| {
            if full.load(Ordering::Relaxed) {
                return Err(event);
            }
            tells.lock().unwrap().push(event);
            Ok(())
        });
        let (engine, workers) = Engine::assemble(settings, &sink, &tape).unwrap();
        let (parties, expected) = (Vec::new(), BTreeMap::new());
        let (tick, wall) = (1_003, Duration::ZERO);
        Self { engine, workers, tick, wall, parties, told, refuses, taped, expected }
    }

    /// Another party; its number.
    pub fn join(&mut self, codec: Codec) -> usize {
        self.join_on(LegId::placed(self.parties.len() as u64), codec)
    }

    /// Another party, on this leg.
    pub fn join_on(&mut self, leg: LegId, codec: Codec) -> usize {
        let number = self.parties.len();
        let home = self.engine.reserve(leg, super::HOME).unwrap();
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        socket.connect(home).unwrap();
        socket.set_nonblocking(true).unwrap();
        let remote = socket.local_addr().unwrap();
        let media = Media {
            remote,
            rtcp: "127.0.0.1:9".parse().unwrap(),
            codec,
            payload_type: coding(codec).payload_type(),
            keys: Some(KEYS),
            direction: Direction::Both,
            security: None,
            signals_from: None,
        };
        let header = Header {
            marker: false,
            payload_type: media.payload_type,
            sequence: 1_000 * number as u16,
            timestamp: 77_777 * number as u32,
            ssrc: number as u32,
        };
        self.parties.push(Party {
            leg,
            media,
            socket,
            tone: Tone::sine(hz(number), DBM0),
            encoder: Encoder::new(coding(codec)),
            decoder: Decoder::new(coding(codec)),
            header,
            secured: None,
            phase: number as u64 * 7 % SLOTS,
            speaks: true,
            heard: Vec::new(),
            packets: Vec::new(),
        });
        self.engine.send(Command::Open { leg, media });
        number
    }

    pub fn send(&self, command: Command) {
        self.engine.send(command);
    }

    /// This party hears these from now on.
    pub fn hear(&mut self, party: usize, of: &[usize]) {
        let leg = self.parties[party].leg;
        let named = of.iter().map(|&party| self.parties[party].leg).collect();
        self.send(Command::Hear { leg, of: named });
        self.expected.insert(party, of.iter().copied().filter(|&other| other != party).collect());
    }

    /// These all hear one another.
    pub fn conference(&mut self, parties: &[usize]) {
        for &party in parties {
            self.hear(party, parties);
        }
    }

    /// What was negotiated with this party is changed.
    pub fn reopen(&mut self, party: usize, change: impl FnOnce(&mut Media)) {
        let Party { leg, media, encoder, decoder, header, .. } = &mut self.parties[party];
        change(media);
        (*encoder, *decoder) = (Encoder::new(coding(media.codec)), Decoder::new(coding(media.codec)));
        header.payload_type = media.payload_type;
        let open = Command::Open { leg: *leg, media: *media };
        self.send(open);
    }

    /// This party's packets are secured from now on, with secrets made of these octets.
    pub fn secure(&mut self, party: usize, ours: u8, theirs: u8) {
        let secret = |octet| Secret { suite: Suite::Sha1With80, key: [octet; 16], salt: [octet; 14] };
        let (ours, theirs) = (secret(ours), secret(theirs));
        self.reopen(party, |media| media.security = Some(Security { ours, theirs }));
        let seen_there = Security { ours: theirs, theirs: ours };
        match &mut self.parties[party].secured {
            Some(secured) => secured.agree(seen_there),
            secured => *secured = Some(Secured::new(seen_there)),
        }
    }

    /// This party hangs up: it is heard no more, and hears nothing.
    pub fn close(&mut self, party: usize) {
        self.send(Command::Close { leg: self.parties[party].leg });
        self.parties[party].speaks = false;
        self.expected.remove(&party);
        self.expected.values_mut().for_each(|heard| _ = heard.remove(&party));
    }

    /// One slot of all workers.
    pub fn slot(&mut self) {
        for party in &mut self.parties {
            if party.speaks && self.tick % SLOTS == party.phase {
                party.speak();
            }
        }
        for worker in &mut self.workers {
            worker.slot_at(self.tick, self.wall);
        }
        for party in &mut self.parties {
            party.listen(self.tick);
        }
        self.tick += 1;
    }

    pub fn turns(&mut self, turns: u64) {
        for _ in 0..turns * SLOTS {
            self.slot();
        }
    }

    /// What was told since this was asked last.
    pub fn told(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// What was recorded since this was asked last.
    pub fn taped(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.taped.lock().unwrap())
    }

    /// Has legs read all that waits, as after a stall, or one packet a turn again.
    pub fn read_all(&mut self, all: bool) {
        self.wall = if all { Duration::MAX } else { Duration::ZERO };
    }

    /// From now on the sink takes no events, or does again.
    pub fn refuse_events(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::Relaxed);
    }

    /// Stops the engine and its workers, one after the other, of which each has so many slots yet before
    /// it ends; what was recorded.
    pub fn stop(self, slots: u64) -> Vec<Piece> {
        let Self { engine, mut workers, taped, tick, .. } = self;
        engine.end();
        for worker in &mut workers {
            (tick..tick + slots).for_each(|tick| worker.slot_at(tick, Duration::ZERO));
            worker.run();
        }
        drop(engine);
        std::mem::take(&mut taped.lock().unwrap())
    }

    /// The leg of this party, and its worker.
    pub fn leg(&self, party: usize) -> (usize, &Leg) {
        let leg = self.parties[party].leg;
        let found = self.workers.iter().enumerate().find_map(|(n, worker)| Some((n, worker.leg(leg)?)));
        found.expect("the leg is open somewhere")
    }

    /// Who hears whom just now, measured.
    pub fn matrix(&mut self) -> BTreeMap<usize, BTreeSet<usize>> {
        self.parties.iter_mut().for_each(|party| party.heard.clear());
        self.turns(MEASURE);
        let count = self.parties.len();
        let mut matrix = BTreeMap::new();
        for (listener, party) in self.parties.iter().enumerate() {
            let heard = (0..count).filter(|&speaker| {
                let level = goertzel::tone_dbm0(&party.heard, hz(speaker));
                let is_certain = party.heard.is_empty() || !(UNHEARD..HEARD).contains(&level);
                assert!(is_certain, "{listener} hears {speaker} at {level:.1} dBm0");
                !party.heard.is_empty() && level >= HEARD
            });
            let heard: BTreeSet<usize> = heard.collect();
            if !heard.is_empty() {
                matrix.insert(listener, heard);
            }
        }
        matrix
    }

    /// Asserts the whole matrix, after a change.
    #[track_caller]
    pub fn check(&mut self, after: &str) {
        self.turns(CHANGE);
        let matrix = self.matrix();
        let expected: BTreeMap<_, _> =
            self.expected.clone().into_iter().filter(|(_, heard)| !heard.is_empty()).collect();
        assert_eq!(matrix, expected, "{after}");
    }
}

impl Party {
    fn speak(&mut self) {
        let mut samples = [0; FRAME];
        self.tone.fill(&mut samples);
        self.say_samples(&samples);
    }

    /// Says these samples in the next packet.
    pub fn say_samples(&mut self, samples: &[i16; FRAME]) {
        let mut payload = [0; FRAME];
        self.encoder.encode(samples, &mut payload);
        self.say(&payload);
    }

    /// Says this in one packet, as the next.
    pub fn say(&mut self, payload: &[u8]) {
        let mut packet = [&self.header.octets()[..], payload].concat();
        if let Some(secured) = &mut self.secured {
            let length = packet.len();
            packet.resize(length + OVERHEAD, 0);
            let sealed = secured.seal(&mut packet, length).unwrap();
            packet.truncate(sealed);
        }
        // What was refused before is told here.
        if self.socket.send(&packet).is_err() {
            let _refused_too = self.socket.send(&packet);
        }
        self.header.sequence = self.header.sequence.wrapping_add(1);
        self.header.timestamp = self.header.timestamp.wrapping_add(payload.len() as u32);
    }

    /// Sends a telephone-event's payload, without going on in time.
    pub fn event(&mut self, payload: [u8; 4]) {
        let header = Header { payload_type: KEYS, ..self.header };
        self.socket.send(&[&header.octets()[..], &payload].concat()).unwrap();
        self.header.sequence = self.header.sequence.wrapping_add(1);
    }

    fn listen(&mut self, tick: u64) {
        let mut buffer = [0; 2_000];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let length = match &mut self.secured {
                Some(secured) => secured.open(&mut buffer[..length]).expect("a secured packet"),
                None => length,
            };
            let packet = Packet::parse(&buffer[..length]).expect("an RTP packet");
            if packet.header.payload_type == self.media.payload_type {
                let mut samples = vec![0; packet.payload.len()];
                self.decoder.decode(packet.payload, &mut samples);
                self.heard.extend(samples);
            }
            self.packets.push((tick, packet.header, packet.payload.to_vec()));
        }
    }
}

/// Whether a payload of G.711 is silence.
pub fn is_silence(payload: &[u8]) -> bool {
    payload.iter().all(|&octet| octet == g711::MU_SILENCE || octet == g711::A_SILENCE)
}
