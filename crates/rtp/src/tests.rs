//! The engine over real sockets on 127.0.0.1, both ways of departing through the same tests.

mod bridging;
mod floor;
mod hall;
mod moving;
mod secured;

use edge::PlayId;

/// A play that makes its leg's turn panic.
const BREAKS_LEG: PlayId = PlayId(u64::MAX);
/// A play that makes its worker panic.
const BREAKS_WORKER: PlayId = PlayId(u64::MAX - 1);

pub fn fault_in_leg(play: PlayId) {
    assert!(play != BREAKS_LEG, "a fault in a leg, made for the test");
}

pub fn fault_in_worker(play: PlayId) {
    assert!(play != BREAKS_WORKER, "a fault in a worker, made for the test");
}

/// So many ports, from an even one on, that nobody uses just now.
pub fn free_ports(count: u16) -> std::ops::RangeInclusive<u16> {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = (std::process::id() % 100) as u16 * 100;
    loop {
        let first = 20_000 + (offset + NEXT.fetch_add(count.next_multiple_of(2), Ordering::Relaxed)) % 12_000;
        let range = first..=first + count - 1;
        if range.clone().all(|port| std::net::UdpSocket::bind(("127.0.0.1", port)).is_ok()) {
            return range;
        }
    }
}

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use edge::sound::{
    Barge, Clip, Codec, Command, Direction, Event, FRAME, Media, PlayEnd, RecordEnd, Repeat, Seen, Track,
    Until,
};
use edge::{Key, LegId, RecordId};
use media::rtp::{Header, Packet};
use media::{g711, keys, rtcp};

use crate::{BackEnd, Engine, Io, Listening, Piece, ReserveError, Settings, Sink, StartError, Tape};

/// How long anything may take before a test fails.
const DEADLINE: Duration = Duration::from_secs(20);
const LEG: LegId = LegId::placed(1);
const PLAY: PlayId = PlayId(7);
const KEYS: u8 = 101;

/// An engine with one worker, and its events.
struct House {
    engine: Engine,
    events: Receiver<Event>,
}

/// The far side of a leg.
struct Peer {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    /// Where the leg's RTP is.
    leg: SocketAddr,
    sequence: u16,
}

/// A packet that a peer received: its header and its payload.
type Heard = (Header, Vec<u8>);

/// Where the engine's legs are.
const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn settings(io: Io, ports: u16) -> Settings {
    Settings {
        addresses: vec![HOME],
        ports: free_ports(ports),
        workers: 1,
        io,
        silence_limit: Duration::ZERO,
        listening: Listening::default(),
    }
}

impl House {
    fn new(settings: Settings) -> Self {
        let (tell, events) = sync_channel(1_000);
        let sink: Sink = Arc::new(move |event| {
            tell.try_send(event).map_err(|refused| match refused {
                std::sync::mpsc::TrySendError::Full(event) => event,
                std::sync::mpsc::TrySendError::Disconnected(event) => event,
            })
        });
        Self { engine: Engine::start(settings, sink, nowhere()).unwrap(), events }
    }

    /// A leg that is open to a peer at this address.
    fn open(&self, leg: LegId, address: &str) -> Peer {
        let peer = Peer::at(address, self.engine.reserve(leg, HOME).unwrap());
        self.engine.send(Command::Open { leg, media: peer.media() });
        peer
    }

    fn play(&self, leg: LegId, play: PlayId, samples: Vec<i16>, barge: Barge) {
        let clips = vec![Clip { samples: samples.into() }];
        self.engine.send(Command::Play { leg, play, clips, barge, repeat: Repeat::Once });
    }

    fn event(&self) -> Event {
        self.events.recv_timeout(DEADLINE).expect("an event before the deadline")
    }

    fn close(&self, leg: LegId) -> Seen {
        self.engine.send(Command::Close { leg });
        match self.event() {
            Event::Closed { leg: closed, seen } if closed == leg => seen,
            other => panic!("{leg} closes, not {other:?}"),
        }
    }
}

impl Peer {
    fn at(address: &str, leg: SocketAddr) -> Self {
        let bind = || {
            let socket = UdpSocket::bind((address, 0)).unwrap();
            socket.set_read_timeout(Some(DEADLINE)).unwrap();
            socket
        };
        Self { rtp: bind(), rtcp: bind(), leg, sequence: 1_000 }
    }

    fn media(&self) -> Media {
        Media {
            remote: self.rtp.local_addr().unwrap(),
            rtcp: self.rtcp.local_addr().unwrap(),
            codec: Codec::Pcmu,
            payload_type: 0,
            keys: Some(KEYS),
            direction: Direction::Both,
            security: None,
            signals_from: None,
        }
    }

    fn hear(&self) -> Heard {
        let mut buffer = [0; 2_000];
        let length = self.rtp.recv(&mut buffer).expect("a packet before the deadline");
        let packet = Packet::parse(&buffer[..length]).expect("an RTP packet");
        (packet.header, packet.payload.to_vec())
    }

    /// All that is heard until a packet is as wanted, which is the last.
    fn hear_until(&self, wanted: impl Fn(&Heard) -> bool) -> Vec<Heard> {
        let mut all = Vec::new();
        for _ in 0..2_000 {
            all.push(self.hear());
            if all.last().is_some_and(&wanted) {
                return all;
            }
        }
        panic!("not heard in 2000 packets")
    }

    fn say(&mut self, payload_type: u8, timestamp: u32, payload: &[u8]) {
        let header = Header { marker: false, payload_type, sequence: self.sequence, timestamp, ssrc: 5 };
        self.sequence = self.sequence.wrapping_add(1);
        self.rtp.send_to(&[&header.octets()[..], payload].concat(), self.leg).unwrap();
    }

    fn press(&mut self, face: char, timestamp: u32, kept: impl Fn(usize) -> bool) {
        let key = Key::from_face(face).unwrap();
        for (n, payload) in keys::Sender::press(key.event(), 5).enumerate() {
            if kept(n) {
                self.say(KEYS, timestamp, &payload.octets());
            } else {
                self.sequence = self.sequence.wrapping_add(1);
            }
        }
    }
}

/// A tape that forgets.
fn nowhere() -> Tape {
    Arc::new(|_| Ok(()))
}

/// Samples that are never silence and differ from frame to frame.
fn speech(count: usize) -> Vec<i16> {
    (0..count).map(|n| 1_000 + (n as i16 % 8_000) * 3).collect()
}

fn spoken(samples: &[i16]) -> Vec<u8> {
    let mut octets = vec![0; samples.len()];
    g711::mu_encode(samples, &mut octets);
    octets
}

fn is_silence((_, payload): &Heard) -> bool {
    payload.iter().all(|&octet| octet == g711::MU_SILENCE)
}

/// The octets heard from the first that are no silence to the last.
fn speech_in(heard: &[Heard]) -> Vec<u8> {
    heard.iter().filter(|packet| !is_silence(packet)).flat_map(|(_, payload)| payload.clone()).collect()
}

/// Runs a test on every way of departing that this machine has.
fn on_each(test: impl Fn(Io)) {
    test(Io::SystemCalls);
    match Engine::start(settings(Io::IoUring, 2), Arc::new(|_| Ok(())), nowhere()) {
        Ok(engine) => {
            assert_eq!(engine.counters().workers[0].io, BackEnd::IoUring);
            test(Io::IoUring);
        }
        Err(StartError::IoUring(error)) => println!("io_uring is not available here: {error}"),
        Err(error) => panic!("{error}"),
    }
}

/// Sequence numbers follow one another, and timestamps are whole frames apart, more than one only after
/// frames that were late.
fn assert_continuous(heard: &[Heard], late: u64) {
    let mut gaps = 0;
    for pair in heard.windows(2) {
        let ((a, _), (b, _)) = (&pair[0], &pair[1]);
        assert_eq!(b.sequence, a.sequence.wrapping_add(1));
        assert_eq!(b.ssrc, a.ssrc);
        let step = b.timestamp.wrapping_sub(a.timestamp);
        assert_eq!(step % FRAME as u32, 0);
        assert!(step > 0);
        assert_eq!(b.marker, step > FRAME as u32, "the marker tells a gap");
        gaps += u64::from(step / FRAME as u32 - 1);
    }
    assert!(gaps <= late, "{gaps} frames are missing, {late} were late");
}

#[test]
fn a_play_arrives_whole_and_ends_after_its_last_sample() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let peer = house.open(LEG, "127.0.0.1");
        let mut heard = peer.hear_until(is_silence);
        let samples = speech(2_500);
        house.play(LEG, PLAY, samples.clone(), Barge::Never);
        heard.extend(peer.hear_until(|packet| !is_silence(packet)));
        assert_eq!(house.event(), Event::PlayEnded { leg: LEG, play: PLAY, end: PlayEnd::Finished });
        // All of it has left by now: it is in the peer's buffer, whatever comes after.
        heard.extend(peer.hear_until(|(_, payload)| payload[FRAME - 1] == g711::MU_SILENCE));
        let octets = speech_in(&heard);
        assert_eq!(octets[..2_500], spoken(&samples));
        assert_eq!(octets[2_500..], [g711::MU_SILENCE; 60]);
        let seen = house.close(LEG);
        assert_continuous(&heard, seen.late);
        assert!(seen.sent >= heard.len() as u64);
        assert!(heard[0].0.marker, "the first packet of all");
    });
}

#[test]
fn a_play_is_stopped_and_replaced() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let peer = house.open(LEG, "127.0.0.1");
        house.play(LEG, PLAY, speech(800_000), Barge::AnyKey);
        peer.hear_until(|packet| !is_silence(packet));
        house.play(LEG, PlayId(8), speech(800_000), Barge::AnyKey);
        house.engine.send(Command::Stop { leg: LEG, play: PLAY });
        house.engine.send(Command::Stop { leg: LEG, play: PlayId(8) });
        assert_eq!(house.event(), Event::PlayEnded { leg: LEG, play: PlayId(8), end: PlayEnd::Stopped });
        peer.hear_until(is_silence);
        house.engine.send(Command::Stop { leg: LEG, play: PlayId(8) });
        house.close(LEG);
    });
}

#[test]
fn a_key_under_loss_ends_the_play_and_is_told_once() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut peer = house.open(LEG, "127.0.0.1");
        house.play(LEG, PLAY, speech(800_000), Barge::AnyKey);
        peer.hear_until(|packet| !is_silence(packet));
        peer.press('5', 8_000, |n| n == 2 || n == 5);
        peer.press('#', 9_600, |n| n == 6);
        peer.press('#', 9_600, |_| true);
        let (five, hash) = (Key::from_face('5').unwrap(), Key::from_face('#').unwrap());
        assert_eq!(house.event(), Event::Key { leg: LEG, key: five });
        assert_eq!(house.event(), Event::PlayEnded { leg: LEG, play: PLAY, end: PlayEnd::Key(five) });
        assert_eq!(house.event(), Event::Key { leg: LEG, key: hash });
        peer.hear_until(is_silence);
        let seen = house.close(LEG);
        assert_eq!((seen.received, seen.malformed, seen.strangers), (10, 0, 0));
    });
}

#[test]
fn r10_a_stranger_hears_nothing_and_is_not_heard() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut peer = house.open(LEG, "127.0.0.2");
        let mut stranger = Peer::at("127.0.0.3", peer.leg);
        stranger.rtp.set_nonblocking(true).unwrap();
        for n in 0..3 {
            stranger.press('1', 100 + 2_000 * n, |_| true);
        }
        peer.hear();
        peer.press('2', 100, |_| true);
        assert_eq!(house.event(), Event::Key { leg: LEG, key: Key::from_face('2').unwrap() });
        for n in 0..10 {
            // The kernel refuses some of these, now that the socket is connected.
            let _refused = stranger.rtp.take_error();
            let header =
                Header { marker: false, payload_type: KEYS, sequence: n, timestamp: 77_777, ssrc: 5 };
            let _ = stranger.rtp.send_to(&[&header.octets()[..], &[3, 10, 0, 160]].concat(), peer.leg);
        }
        peer.press('4', 5_000, |_| true);
        assert_eq!(house.event(), Event::Key { leg: LEG, key: Key::from_face('4').unwrap() });
        peer.hear_until(|_| house.engine.counters().total(|worker| worker.received) == 14);
        assert!(stranger.rtp.recv(&mut [0; 2_000]).is_err(), "a stranger hears nothing");
        let seen = house.close(LEG);
        assert!((21..=31).contains(&seen.strangers), "{seen:?}");
        assert_eq!(seen.received, 14);
    });
}

#[test]
fn the_party_is_heard_and_answered_at_the_port_it_sends_from() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let negotiated = house.open(LEG, "127.0.0.1");
        negotiated.hear();
        let mut actual = Peer::at("127.0.0.1", negotiated.leg);
        // Not of a payload type that was negotiated: nobody's.
        actual.say(96, 0, &[1; 160]);
        actual.say(0, 0, &[g711::MU_SILENCE; 160]);
        let (header, _) = actual.hear();
        assert_eq!(header.payload_type, 0);
        let seen = house.close(LEG);
        assert_eq!((seen.received, seen.strangers), (1, 1));
    });
}

#[test]
fn r10_a_telephone_behind_a_nat_is_heard_and_spoken_to_and_followed() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut phone = Peer::at("127.0.0.2", house.engine.reserve(LEG, HOME).unwrap());
        // It says where it is in its own network, where we have nobody.
        let inside = Peer::at("127.0.0.9", phone.leg);
        let signals_from = Some([127, 0, 0, 2].into());
        house.engine.send(Command::Open { leg: LEG, media: Media { signals_from, ..inside.media() } });
        inside.hear();
        let mut stranger = Peer::at("127.0.0.3", phone.leg);
        stranger.say(0, 0, &[1; 160]);
        phone.press('1', 100, |_| true);
        assert_eq!(house.event(), Event::Key { leg: LEG, key: Key::from_face('1').unwrap() });
        phone.hear();
        // Its NAT forgets, and gives it another port.
        let mut later = Peer { sequence: phone.sequence, ..Peer::at("127.0.0.2", phone.leg) };
        later.rtp.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let begun = std::time::Instant::now();
        let mut timestamp = 16_000;
        while later.rtp.recv(&mut [0; 2_000]).is_err() {
            assert!(begun.elapsed() < DEADLINE, "it is followed");
            later.say(0, timestamp, &[g711::MU_SILENCE; 160]);
            timestamp += 160;
            // Whoever knows no more than the place of the leg gets nothing.
            stranger.say(0, timestamp, &[1; 160]);
        }
        later.rtp.set_read_timeout(Some(DEADLINE)).unwrap();
        later.press('2', timestamp + 160, |_| true);
        assert_eq!(house.event(), Event::Key { leg: LEG, key: Key::from_face('2').unwrap() });
        stranger.rtp.set_nonblocking(true).unwrap();
        let heard = std::iter::repeat_with(|| stranger.rtp.recv(&mut [0; 2_000]).is_ok());
        assert!(!heard.take(10).any(|heard| heard), "a stranger hears nothing");
        house.close(LEG);
    });
}

#[test]
fn a_leg_that_is_opened_again_moves() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut first = house.open(LEG, "127.0.0.1");
        first.press('1', 100, |_| true);
        assert_eq!(house.event(), Event::Key { leg: LEG, key: Key::from_face('1').unwrap() });
        let mut second = Peer::at("127.0.0.2", first.leg);
        let media = Media { codec: Codec::Pcma, payload_type: 8, keys: Some(96), ..second.media() };
        house.engine.send(Command::Open { leg: LEG, media });
        let (header, payload) = second.hear();
        assert_eq!((header.payload_type, payload), (8, vec![g711::A_SILENCE; 160]));
        second.say(96, 5_000, &[9, 10, 0, 160]);
        assert_eq!(house.event(), Event::Key { leg: LEG, key: Key::from_face('9').unwrap() });
        house.close(LEG);
    });
}

#[test]
fn an_echo_returns_what_is_said() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut peer = house.open(LEG, "127.0.0.1");
        house.engine.send(Command::Echo { leg: LEG });
        peer.hear();
        let mut timestamp = 0;
        let returned = (0..200).any(|_| {
            peer.say(0, timestamp, &[3; 160]);
            timestamp += 160;
            peer.hear().1 == [3; 160]
        });
        assert!(returned);
        house.close(LEG);
    });
}

#[test]
fn keys_are_pressed_as_events() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let peer = house.open(LEG, "127.0.0.1");
        let pressed = "19*".chars().filter_map(Key::from_face).collect();
        house.engine.send(Command::Press { leg: LEG, keys: pressed });
        let heard = peer.hear_until(|(header, payload)| header.payload_type == KEYS && payload[0] == 10);
        assert_eq!(house.event(), Event::KeysSent { leg: LEG });
        let mut receiver = keys::Receiver::default();
        let told: Vec<u8> = heard
            .iter()
            .filter(|(header, _)| header.payload_type == KEYS)
            .filter_map(|(header, payload)| receiver.take(keys::Payload::parse(payload)?, header.timestamp))
            .collect();
        assert_eq!(told, [1, 9, 10]);
        house.close(LEG);
    });
}

#[test]
fn an_exhausted_range_is_an_error_until_a_leg_closes() {
    let house = House::new(settings(Io::SystemCalls, 2));
    let place = house.engine.reserve(LEG, HOME).unwrap();
    let refused = house.engine.reserve(LegId::placed(2), HOME).unwrap_err();
    assert!(matches!(refused, ReserveError::Exhausted { .. }));
    assert_eq!(house.close(LEG), Seen::default(), "reserved and never opened");
    assert_eq!(house.engine.reserve(LegId::placed(2), HOME).unwrap(), place);
}

#[test]
fn r27_a_panic_in_a_leg_ends_that_leg_alone() {
    on_each(|io| {
        let house = House::new(settings(io, 4));
        let broken = house.open(LEG, "127.0.0.1");
        let other = LegId::placed(2);
        let whole = house.open(other, "127.0.0.1");
        broken.hear();
        house.play(LEG, BREAKS_LEG, speech(160), Barge::Never);
        let Event::Lost { leg: LEG, why } = house.event() else { panic!("the leg is lost") };
        assert!(why.contains("a fault in a leg"), "{why}");
        house.play(other, PLAY, speech(1_600), Barge::Never);
        assert_eq!(house.event(), Event::PlayEnded { leg: other, play: PLAY, end: PlayEnd::Finished });
        assert!(speech_in(&whole.hear_until(|p| !is_silence(p))).len() == 160);
        assert!(house.close(LEG).sent > 0, "what it saw is kept");
        let seen = house.close(other);
        assert!(seen.sent >= 10);
        assert_eq!(house.engine.counters().total(|worker| worker.panics), 1);
        house.open(LegId::placed(3), "127.0.0.1").hear();
    });
}

#[test]
fn r27_a_panic_in_a_worker_loses_its_legs_and_it_goes_on() {
    on_each(|io| {
        let house = House::new(settings(io, 4));
        let (_a, _b) = (house.open(LEG, "127.0.0.1"), house.open(LegId::placed(2), "127.0.0.1"));
        house.play(LEG, BREAKS_WORKER, speech(160), Barge::Never);
        let lost: Vec<_> = [house.event(), house.event()]
            .into_iter()
            .map(|event| match event {
                Event::Lost { leg, why } if why.contains("a fault in a worker") => leg,
                other => panic!("lost, not {other:?}"),
            })
            .collect();
        assert!(lost.contains(&LEG) && lost.contains(&LegId::placed(2)));
        house.close(LEG);
        house.close(LegId::placed(2));
        house.open(LegId::placed(3), "127.0.0.1").hear();
        house.close(LegId::placed(3));
    });
}

#[test]
fn reports_leave_on_the_odd_port_and_goodbye_at_the_end() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut peer = house.open(LEG, "127.0.0.1");
        peer.say(0, 0, &[g711::MU_SILENCE; 160]);
        let (header, _) = peer.hear();
        let mut buffer = [0; 2_000];
        let (length, from) = peer.rtcp.recv_from(&mut buffer).expect("a report before the deadline");
        assert_eq!(from.port(), peer.leg.port() + 1);
        assert_eq!(buffer[1], 200, "a sender report");
        assert_eq!(rtcp::read(&buffer[..length], 5).and_then(|heard| heard.reported_loss), Some(0));
        let report =
            media::rtp::Report { ssrc: header.ssrc, fraction_lost: 99, lost: 9, highest: 1, jitter: 0 };
        let received = Some(rtcp::Received { report, last_report: 0, since: 0 });
        let mut octets = Vec::new();
        rtcp::Compound { ssrc: 5, sent: None, received, cname: "peer", goodbye: true }.write(&mut octets);
        peer.rtcp.send_to(&octets, from).unwrap();
        peer.hear();
        assert_eq!(house.close(LEG).reported_loss, 99);
        let mut length = peer.rtcp.recv(&mut buffer).unwrap();
        while !rtcp::read(&buffer[..length], 5).unwrap().goodbye {
            length = peer.rtcp.recv(&mut buffer).unwrap();
        }
    });
}

#[test]
fn a_silent_party_is_told_once() {
    let house = House::new(Settings { silence_limit: Duration::from_millis(100), ..settings(Io::Auto, 2) });
    let peer = house.open(LEG, "127.0.0.1");
    assert_eq!(house.event(), Event::Silent { leg: LEG });
    peer.hear_until(|_| true);
    house.close(LEG);
}

#[test]
fn a_full_sink_gets_every_event_in_order_later() {
    let (tell, events) = sync_channel(1);
    let sink: Sink = Arc::new(move |event| {
        tell.try_send(event).map_err(|refused| match refused {
            std::sync::mpsc::TrySendError::Full(event) => event,
            std::sync::mpsc::TrySendError::Disconnected(event) => event,
        })
    });
    let house = House { engine: Engine::start(settings(Io::Auto, 2), sink, nowhere()).unwrap(), events };
    let mut peer = house.open(LEG, "127.0.0.1");
    let faces = "0123456789";
    for (n, face) in (0..).zip(faces.chars()) {
        peer.press(face, n * 1_600, |n| n == 0);
    }
    house.engine.send(Command::Press { leg: LEG, keys: Vec::new() });
    peer.hear_until(|_| house.engine.counters().total(|worker| worker.received) == 10);
    let told: String = (0..11)
        .map(|_| match house.event() {
            Event::Key { key, .. } => key.face(),
            Event::KeysSent { .. } => '!',
            other => panic!("{other:?}"),
        })
        .filter(|&face| face != '!')
        .collect();
    assert_eq!(told, faces);
}

#[test]
fn settings_that_cannot_be_had_are_refused() {
    let sink: Sink = Arc::new(|_| Ok(()));
    let wrong = Settings { ports: 21_001..=21_002, ..settings(Io::Auto, 2) };
    assert!(matches!(
        Engine::start(wrong, Arc::clone(&sink), nowhere()),
        Err(StartError::Ports(21_001, 21_002))
    ));
    let wrong = Settings { addresses: vec![HOME, IpAddr::from([192, 0, 2, 1])], ..settings(Io::Auto, 2) };
    assert!(matches!(Engine::start(wrong, sink, nowhere()), Err(StartError::Address { .. })));
}

#[test]
fn a_stopped_engine_says_goodbye() {
    let house = House::new(settings(Io::Auto, 2));
    let peer = house.open(LEG, "127.0.0.1");
    peer.hear();
    peer.hear();
    house.engine.stop();
    let mut buffer = [0; 2_000];
    let length = peer.rtcp.recv(&mut buffer).unwrap();
    assert!(rtcp::read(&buffer[..length], 5).unwrap().goodbye);
}

#[test]
fn a_leg_whose_commands_find_no_room_is_lost_and_still_closed() {
    // The sink holds its worker until it is let go.
    let (tell, events) = sync_channel(100);
    let (enter, entered) = sync_channel::<()>(1);
    let (let_go, held) = sync_channel::<()>(1);
    let held = std::sync::Mutex::new(held);
    let sink: Sink = Arc::new(move |event| {
        if matches!(event, Event::KeysSent { .. }) {
            enter.send(()).unwrap();
            held.lock().unwrap().recv_timeout(DEADLINE).unwrap();
        }
        tell.send(event).unwrap();
        Ok(())
    });
    let house = House { engine: Engine::start(settings(Io::Auto, 4), sink, nowhere()).unwrap(), events };
    let peer = house.open(LEG, "127.0.0.1");
    let other = LegId::placed(2);
    house.open(other, "127.0.0.1");
    peer.hear();
    house.engine.send(Command::Press { leg: LEG, keys: Vec::new() });
    entered.recv_timeout(DEADLINE).unwrap();
    for n in 0..crate::limits::INBOX as u64 + 1_000 {
        house.engine.send(Command::Stop { leg: LEG, play: PlayId(n) });
    }
    house.engine.send(Command::Close { leg: other });
    // Nobody reserved this one: there is nothing to lose.
    house.engine.send(Command::Echo { leg: LegId::placed(3) });
    let_go.send(()).unwrap();
    assert_eq!(house.event(), Event::KeysSent { leg: LEG });
    assert!(matches!(house.event(), Event::Lost { leg: LEG, .. }));
    assert!(matches!(house.event(), Event::Closed { leg, .. } if leg == other));
    house.close(LEG);
}

#[test]
fn a_leg_that_cannot_send_at_all_is_lost() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let peer = Peer::at("127.0.0.1", house.engine.reserve(LEG, HOME).unwrap());
        let remote = "[::1]:9".parse().unwrap();
        house.engine.send(Command::Open { leg: LEG, media: Media { remote, ..peer.media() } });
        assert!(matches!(house.event(), Event::Lost { leg: LEG, .. }));
        assert_eq!(house.close(LEG).sent, 0);
    });
}

#[test]
fn a_closed_port_of_the_party_ends_nothing() {
    on_each(|io| {
        let house = House::new(settings(io, 2));
        let mut peer = house.open(LEG, "127.0.0.1");
        peer.say(0, 0, &[g711::MU_SILENCE; 160]);
        peer.hear_until(|_| house.engine.counters().total(|worker| worker.received) == 1);
        let place = peer.rtp.local_addr().unwrap();
        drop(peer.rtp);
        house.play(LEG, PLAY, speech(3_200), Barge::Never);
        assert_eq!(house.event(), Event::PlayEnded { leg: LEG, play: PLAY, end: PlayEnd::Finished });
        assert!(house.engine.counters().total(|worker| worker.unsent) > 0);
        peer.rtp = UdpSocket::bind(place).unwrap();
        peer.rtp.set_read_timeout(Some(DEADLINE)).unwrap();
        peer.hear();
        house.close(LEG);
    });
}

#[test]
fn an_engine_whose_events_nobody_takes_stops_all_the_same() {
    let engine = Engine::start(settings(Io::Auto, 2), Arc::new(Err), nowhere()).unwrap();
    let peer = Peer::at("127.0.0.1", engine.reserve(LEG, HOME).unwrap());
    engine.send(Command::Open { leg: LEG, media: peer.media() });
    for _ in 0..crate::limits::OUTBOX {
        // Each of these owes an event; the worker takes half of what the outbox holds.
        engine.send(Command::Close { leg: LegId::placed(9) });
    }
    peer.hear_until(|(header, _)| header.marker);
    peer.hear();
    engine.stop();
}

#[test]
fn an_engine_is_shared_by_threads() {
    const fn shared<T: Send + Sync>() {}
    shared::<Engine>();
}

#[test]
fn b149_what_a_party_says_comes_out_of_the_tape() {
    on_each(|io| {
        let (gives, pieces) = sync_channel(1_000);
        let tape: Tape = Arc::new(move |piece| gives.send(piece).map_err(|refused| refused.0));
        let (tell, events) = sync_channel(1_000);
        let sink: Sink = Arc::new(move |event| tell.send(event).map_err(|refused| refused.0));
        let house = House { engine: Engine::start(settings(io, 2), sink, tape).unwrap(), events };
        let mut peer = house.open(LEG, "127.0.0.1");
        let record = RecordId(3);
        let begin = Command::Record { leg: LEG, record, track: Track::Second, until: Until::default() };
        house.engine.send(begin.clone());
        let mut timestamp = 0;
        let mut taken: Vec<Piece> = Vec::new();
        while taken.iter().map(|piece| piece.samples.len()).sum::<usize>() < 50 * FRAME {
            peer.say(0, timestamp, &[0x80; 160]);
            timestamp += 160;
            peer.hear();
            taken.extend(pieces.try_iter());
        }
        house.engine.send(Command::StopRecord { leg: LEG, record });
        while taken.last().is_none_or(|piece| piece.end.is_none()) {
            taken.push(pieces.recv_timeout(DEADLINE).expect("a piece before the deadline"));
        }
        assert!(taken.iter().all(|p| (p.record, p.track, p.leg) == (record, Track::Second, LEG)));
        assert_eq!(taken.last().unwrap().end, Some(RecordEnd::Stopped));
        for pair in taken.windows(2) {
            assert!(pair[1].turn >= pair[0].turn + (pair[0].samples.len() / FRAME) as u64);
        }
        let loud = taken.iter().flat_map(|piece| &piece.samples).filter(|&&s| s == 32_124).count();
        assert!(loud > 40 * FRAME, "{loud}");
        house.engine.send(begin.clone());
        house.close(LEG);
        house.engine.send(begin);
        for _ in 0..2 {
            let end = loop {
                let piece = pieces.recv_timeout(DEADLINE).expect("a piece before the deadline");
                if let Some(end) = piece.end {
                    break end;
                }
            };
            assert_eq!(end, RecordEnd::Gone, "its leg closes, or was not open");
        }
    });
}
