//! A leg by itself: packets in, packets out, turn by turn.

use edge::sound::{Codec, Direction};
use media::tone::{KEYS, Tone};
use media::{g711, goertzel};

use super::*;

const LEG: LegId = LegId::placed(3);
const PARTY: &str = "192.0.2.7:4000";
const TELEPHONE_EVENT: u8 = 101;
const SEEDS: Seeds = Seeds { line: 0xAABB_CCDD_0000_FFFE, timestamp: 0xFFFF_FF00, reports: 0 };

fn media() -> Media {
    Media {
        remote: PARTY.parse().unwrap(),
        rtcp: "192.0.2.7:4001".parse().unwrap(),
        codec: Codec::Pcma,
        payload_type: 8,
        keys: Some(TELEPHONE_EVENT),
        direction: Direction::Both,
        security: None,
        signals_from: None,
    }
}

/// A leg, the turn it is in, and what it has told.
struct Bench {
    leg: Leg,
    turn: u64,
    sequence: u16,
    events: Vec<Event>,
}

impl Bench {
    fn new(media: Media) -> Self {
        let leg = Leg::new(LEG, media, 100, 12, SEEDS, Listening::default());
        Self { leg, turn: 100, sequence: 9, events: Vec::new() }
    }

    /// One turn: what is sent.
    fn turn(&mut self) -> Option<(Header, Vec<u8>)> {
        let mut packet = [0; PACKET];
        self.leg.listen(self.turn, &mut self.events);
        let sends = self.leg.turn(&Bridged::Nobody, &mut packet, &mut self.events);
        self.turn += 1;
        let Sends::Packet { length, .. } = sends else { return None };
        self.leg.count_sent(length);
        let packet = Packet::parse(&packet[..length]).unwrap();
        Some((packet.header, packet.payload.to_vec()))
    }

    fn hear(&mut self, from: &str, payload_type: u8, timestamp: u32, payload: &[u8]) -> Heard {
        let header = Header { marker: false, payload_type, sequence: self.sequence, timestamp, ssrc: 5 };
        self.sequence = self.sequence.wrapping_add(1);
        let octets = [&header.octets()[..], payload].concat();
        let came = Came { at: Duration::from_millis(self.turn * 20), turn: self.turn };
        self.leg.hear(&octets, from.parse().unwrap(), came, &mut self.events)
    }

    fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}

#[test]
fn a_leg_with_nothing_to_say_sends_silence() {
    let mut bench = Bench::new(media());
    let (first, payload) = bench.turn().unwrap();
    assert_eq!(payload, [g711::A_SILENCE; FRAME]);
    let expected =
        Header { marker: true, payload_type: 8, sequence: 0xFFFE, timestamp: 0xFFFF_FF00, ssrc: 0xAABB_CCDD };
    assert_eq!(first, expected);
    let (second, _) = bench.turn().unwrap();
    assert_eq!(second, Header { marker: false, sequence: 0xFFFF, timestamp: 0xFFFF_FFA0, ..expected });
    let (third, _) = bench.turn().unwrap();
    assert_eq!((third.sequence, third.timestamp), (0, 0x40));
}

#[test]
fn r26_turns_that_were_missed_are_not_made_up_for() {
    let mut bench = Bench::new(media());
    let clips = vec![Clip { samples: vec![5_000; 3 * FRAME].into() }];
    bench.leg.play(PlayId(1), clips, Barge::Never, Repeat::Once);
    let (before, _) = bench.turn().unwrap();
    // The process is stopped for 30 s.
    bench.turn += 1_500;
    let (after, payload) = bench.turn().unwrap();
    assert_eq!(after.sequence, before.sequence.wrapping_add(1));
    assert_eq!(after.timestamp, before.timestamp.wrapping_add(1_501 * 160));
    assert!(after.marker, "a gap is marked");
    assert_ne!(payload, [g711::A_SILENCE; FRAME], "the play goes on where it was");
    assert_eq!(bench.leg.seen().late, 1_500);
    assert_eq!(bench.events(), [], "a party is not silent because we were");
    let (next, _) = bench.turn().unwrap();
    assert_eq!(next.sequence, after.sequence.wrapping_add(1));
    assert_eq!(bench.events(), [Event::PlayEnded { leg: LEG, play: PlayId(1), end: PlayEnd::Finished }]);
}

#[test]
fn a_leg_that_may_not_send_plays_on_in_time() {
    for direction in [Direction::ReceiveOnly, Direction::Inactive] {
        let mut bench = Bench::new(Media { direction, ..media() });
        let clips = vec![Clip { samples: vec![5_000; 2 * FRAME].into() }];
        bench.leg.play(PlayId(1), clips, Barge::Never, Repeat::Once);
        assert_eq!((bench.turn(), bench.events()), (None, vec![]));
        assert_eq!(bench.turn(), None);
        assert_eq!(bench.events(), [Event::PlayEnded { leg: LEG, play: PlayId(1), end: PlayEnd::Finished }]);
        bench.leg.reopen(media());
        let (header, _) = bench.turn().unwrap();
        assert_eq!(header.timestamp, 0xFFFF_FF00_u32.wrapping_add(320), "the clock went on");
        assert!(header.marker);
    }
}

#[test]
fn nothing_is_sent_to_a_place_that_is_nobodys_own() {
    for remote in ["0.0.0.0:4000", "192.0.2.7:0", "224.0.0.1:4000", "255.255.255.255:4000", "[ff02::1]:4000"]
    {
        let remote = remote.parse().unwrap();
        let mut bench = Bench::new(Media { remote, rtcp: remote, ..media() });
        assert_eq!(bench.turn(), None, "{remote}");
        assert!(!bench.leg.is_report_due(10_000) && !bench.leg.owes_goodbye());
    }
}

#[test]
fn r10_the_first_valid_packet_of_the_party_latches() {
    let mut bench = Bench::new(media());
    assert_eq!(bench.leg.destination(), media().remote);
    assert_eq!(bench.hear("192.0.2.8:4000", 8, 0, &[1; 160]), Heard::Stranger);
    assert_eq!(bench.hear("192.0.2.7:4000", 0, 0, &[1; 160]), Heard::Stranger, "not negotiated");
    let party: SocketAddr = "192.0.2.7:5555".parse().unwrap();
    assert_eq!(bench.hear("192.0.2.7:5555", 8, 0, &[1; 160]), Heard::Latched(party));
    assert_eq!(bench.leg.destination(), party);
    assert_eq!(bench.hear("192.0.2.7:5555", 8, 160, &[1; 160]), Heard::Taken);
    assert_eq!(bench.hear("192.0.2.7:4000", 8, 320, &[1; 160]), Heard::Stranger, "it was in the buffer");
    assert_eq!(bench.hear("192.0.2.7:5555", 0, 320, &[1; 160]), Heard::Malformed);
    assert_eq!(bench.hear("192.0.2.7:5555", 8, 320, &[]), Heard::Malformed, "no sound in it");
    assert_eq!(bench.hear("192.0.2.7:5555", TELEPHONE_EVENT, 320, &[1, 2, 3]), Heard::Malformed);
    let seen = bench.leg.seen();
    assert_eq!((seen.received, seen.strangers, seen.malformed), (2, 3, 3));
}

#[test]
fn r10_a_telephone_behind_a_nat_latches_where_its_signalling_comes_from() {
    // It says where it is in its own network.
    let said = Media {
        remote: "10.0.0.5:4000".parse().unwrap(),
        rtcp: "10.0.0.5:4001".parse().unwrap(),
        signals_from: Some("192.0.2.7".parse().unwrap()),
        ..media()
    };
    let mut bench = Bench::new(said);
    assert_eq!(bench.hear("192.0.2.8:4000", 8, 0, &[1; 160]), Heard::Stranger);
    let behind: SocketAddr = "192.0.2.7:61000".parse().unwrap();
    assert_eq!(bench.hear("192.0.2.7:61000", 8, 0, &[1; 160]), Heard::Latched(behind));
    assert_eq!((bench.leg.destination(), bench.leg.control()), (behind, "192.0.2.7:61001".parse().unwrap()));
    assert_eq!(
        bench.hear("10.0.0.5:4000", 8, 160, &[1; 160]),
        Heard::Stranger,
        "it is known by now where it is"
    );
    // Nor is it left when it tells nothing new; a telephone that is elsewhere is looked for anew.
    assert!(!bench.leg.reopen(Media { direction: Direction::SendOnly, ..said }));
    assert!(bench.leg.reopen(Media { signals_from: Some("192.0.2.9".parse().unwrap()), ..said }));
    assert_eq!(bench.hear("192.0.2.7:61000", 8, 160, &[1; 160]), Heard::Stranger);
    assert!(matches!(bench.hear("192.0.2.9:5", 8, 320, &[1; 160]), Heard::Latched(_)));
    // A trunk's sound comes from where it says and from nowhere else.
    let mut trunk = Bench::new(Media { signals_from: None, ..said });
    assert_eq!(trunk.hear("192.0.2.7:61000", 8, 0, &[1; 160]), Heard::Stranger);
}

#[test]
fn r10_a_party_whose_nat_gives_it_another_port_is_followed_and_nobody_else() {
    let mut bench = Bench::new(media());
    bench.hear("192.0.2.7:5555", 8, 0, &[1; 160]);
    let silent = |bench: &mut Bench, turns: u64| (0..turns).for_each(|_| _ = bench.turn());
    silent(&mut bench, ASTRAY - 1);
    assert_eq!(bench.hear("192.0.2.7:6666", 8, 160, &[1; 160]), Heard::Stranger, "it may speak yet");
    assert!(!bench.leg.is_astray());
    silent(&mut bench, 1);
    assert!(bench.leg.is_astray(), "from now on the socket takes from anyone");
    let stream = |bench: &mut Bench, from: &str, sequence: u16, ssrc: u32| {
        let header = Header { marker: false, payload_type: 8, sequence, timestamp: 9_000, ssrc };
        let came = Came { at: Duration::ZERO, turn: bench.turn };
        let octets = [&header.octets()[..], &[1; 160]].concat();
        bench.leg.hear(&octets, from.parse().unwrap(), came, &mut bench.events)
    };
    assert_eq!(stream(&mut bench, "192.0.2.8:6666", 12, 5), Heard::Stranger, "of another address");
    assert_eq!(stream(&mut bench, "192.0.2.7:6666", 12, 6), Heard::Stranger, "another stream");
    assert_eq!(
        stream(&mut bench, "192.0.2.7:6666", 9, 5),
        Heard::Stranger,
        "the stream's own past, sent again"
    );
    assert_eq!(stream(&mut bench, "192.0.2.7:6666", 30_000, 5), Heard::Stranger, "a guess");
    assert_eq!(bench.leg.destination(), "192.0.2.7:5555".parse().unwrap());
    let moved: SocketAddr = "192.0.2.7:6666".parse().unwrap();
    assert_eq!(stream(&mut bench, "192.0.2.7:6666", 80, 5), Heard::Latched(moved));
    assert_eq!(bench.leg.destination(), moved);
    assert_eq!(stream(&mut bench, "192.0.2.7:5555", 81, 5), Heard::Stranger, "where it was is nobody's");
    // Silence alone moves nobody.
    silent(&mut bench, 2 * ASTRAY);
    assert_eq!(stream(&mut bench, "192.0.2.7:6666", 82, 5), Heard::Taken);
}

#[test]
fn a_leg_that_moves_hears_its_new_party_only() {
    let mut bench = Bench::new(media());
    bench.hear(PARTY, 8, 0, &[1; 160]);
    assert!(!bench.leg.reopen(Media { direction: Direction::SendOnly, ..media() }), "the same place");
    assert_eq!(bench.hear(PARTY, 8, 160, &[1; 160]), Heard::Taken);
    assert!(bench.leg.reopen(Media { remote: "198.51.100.1:4000".parse().unwrap(), ..media() }));
    assert_eq!(bench.hear(PARTY, 8, 320, &[1; 160]), Heard::Stranger);
    assert!(matches!(bench.hear("198.51.100.1:9", 8, 480, &[1; 160]), Heard::Latched(_)));
}

#[test]
fn a_key_ends_a_play_that_lets_it() {
    for (barge, ends) in [(Barge::AnyKey, true), (Barge::Never, false)] {
        let mut bench = Bench::new(media());
        let clips = vec![Clip { samples: vec![5_000; 2 * FRAME].into() }];
        bench.leg.play(PlayId(1), clips, barge, Repeat::Forever);
        bench.turn();
        for _ in 0..3 {
            bench.hear(PARTY, TELEPHONE_EVENT, 800, &[11, 0x8A, 3, 0x20]);
        }
        let key = Key::from_face('#').unwrap();
        let mut expected = vec![Event::Key { leg: LEG, key }];
        if ends {
            expected.push(Event::PlayEnded { leg: LEG, play: PlayId(1), end: PlayEnd::Key(key) });
        }
        assert_eq!(bench.events(), expected);
        let (_, payload) = bench.turn().unwrap();
        assert_eq!(payload == [g711::A_SILENCE; FRAME], ends);
    }
}

#[test]
fn keys_take_the_turns_of_a_play_and_give_them_back() {
    let mut bench = Bench::new(media());
    let clips = vec![Clip { samples: vec![5_000; 2 * FRAME].into() }];
    bench.turn();
    bench.leg.play(PlayId(1), clips, Barge::Never, Repeat::Once);
    bench.leg.press(vec![Key::from_face('8').unwrap()], &mut Vec::new());
    let packets: Vec<_> = (0..10).filter_map(|_| bench.turn()).collect();
    let kinds: Vec<u8> = packets.iter().map(|(header, _)| header.payload_type).collect();
    assert_eq!(kinds, [&[TELEPHONE_EVENT; 7][..], &[8; 3]].concat());
    assert!(packets[..7].iter().all(|(header, _)| header.timestamp == packets[0].0.timestamp));
    assert!(packets[0].0.marker && !packets[1].0.marker);
    assert_eq!(packets[7].0.timestamp, packets[0].0.timestamp.wrapping_add(7 * 160));
    assert!(packets.windows(2).all(|pair| pair[1].0.sequence == pair[0].0.sequence.wrapping_add(1)));
    let ended = Event::PlayEnded { leg: LEG, play: PlayId(1), end: PlayEnd::Finished };
    assert_eq!(bench.events(), [ended, Event::KeysSent { leg: LEG }]);
}

#[test]
fn keys_are_tones_where_the_party_takes_no_events() {
    let mut bench = Bench::new(Media { keys: None, ..media() });
    bench.leg.press(vec![Key::from_face('D').unwrap()], &mut Vec::new());
    let mut samples = Vec::new();
    for _ in 0..10 {
        let (_, payload) = bench.turn().unwrap();
        let mut frame = [0; FRAME];
        g711::a_decode(&payload, &mut frame);
        samples.extend(frame);
    }
    for (event, hz) in KEYS.iter().enumerate() {
        let heard = hz.iter().all(|&hz| goertzel::tone_dbm0(&samples[..5 * FRAME], f64::from(hz)) > -12.0);
        assert_eq!(heard, event == 15, "event {event}");
    }
    assert!(goertzel::rms_dbm0(&samples[5 * FRAME..]) < -55.0, "and then all is quiet");
    assert_eq!(bench.events(), [Event::KeysSent { leg: LEG }]);
}

#[test]
fn too_many_keys_are_told_as_sent() {
    let mut bench = Bench::new(media());
    let keys = vec![Key::from_face('1').unwrap(); crate::limits::KEYS_WAITING + 1];
    let mut events = Vec::new();
    bench.leg.press(keys, &mut events);
    assert_eq!(events, [Event::KeysSent { leg: LEG }]);
    assert_eq!(bench.turn().unwrap().0.payload_type, 8);
}

#[test]
fn a_tone_is_told_when_it_begins_and_when_it_ends() {
    let mut bench = Bench::new(media());
    bench.leg.listen_for(440);
    let mut tone = Tone::sine(440.0, -10.0);
    for n in 0..30_u32 {
        let mut samples = [0; FRAME];
        if n < 15 {
            tone.fill(&mut samples);
        }
        let mut payload = [0; FRAME];
        g711::a_encode(&samples, &mut payload);
        bench.hear(PARTY, 8, n * 160, &payload);
        bench.turn();
    }
    let told = [true, false].map(|present| Event::Tone { leg: LEG, hz: 440, present });
    assert_eq!(bench.events(), told);
}

#[test]
fn an_echo_ends_a_play_and_a_play_ends_an_echo() {
    let mut bench = Bench::new(media());
    bench.leg.play(PlayId(1), vec![Clip { samples: vec![5_000; 800].into() }], Barge::Never, Repeat::Forever);
    let mut events = Vec::new();
    bench.leg.echo(&mut events);
    assert_eq!(events, [Event::PlayEnded { leg: LEG, play: PlayId(1), end: PlayEnd::Stopped }]);
    for n in 0..10 {
        bench.hear(PARTY, 8, n * 160, &[7; 160]);
        let (_, sent) = bench.turn().unwrap();
        // Sound waits for 40 ms at first, and is faded in.
        if n != 2 {
            assert_eq!(sent, [if n < 2 { g711::A_SILENCE } else { 7 }; 160], "turn {n}");
        }
    }
    bench.leg.play(PlayId(2), vec![Clip { samples: vec![5_000; 800].into() }], Barge::Never, Repeat::Forever);
    bench.hear(PARTY, 8, 1_600, &[7; 160]);
    assert_ne!(bench.turn().unwrap().1, [7; 160]);
    assert!(bench.leg.hearing.is_none(), "nothing is decoded when nobody listens");
}

#[test]
fn r15_a_silent_party_is_told_once_a_silence() {
    let mut bench = Bench::new(media());
    for _ in 0..20 {
        bench.turn();
    }
    assert_eq!(bench.events(), [Event::Silent { leg: LEG }]);
    bench.hear(PARTY, 8, 0, &[1; 160]);
    for _ in 0..20 {
        bench.turn();
    }
    assert_eq!(bench.events(), [Event::Silent { leg: LEG }]);
    bench.leg.reopen(Media { direction: Direction::SendOnly, ..media() });
    for _ in 0..20 {
        bench.turn();
    }
    assert_eq!(bench.events(), [], "who holds us owes us nothing");
}

#[test]
fn r12_rtcp_of_any_kind_ends_nothing() {
    let mut bench = Bench::new(media());
    bench.turn();
    let block = media::rtp::Report { ssrc: 0xAABB_CCDD, fraction_lost: 77, lost: 1, highest: 1, jitter: 1 };
    let received = Some(rtcp::Received { report: block, last_report: 0, since: 0 });
    let mut octets = Vec::new();
    rtcp::Compound { ssrc: 5, sent: None, received, cname: "x", goodbye: true }.write(&mut octets);
    bench.leg.hear_control(&octets, "192.0.2.8:4001".parse().unwrap(), Duration::ZERO);
    assert_eq!(bench.leg.seen().reported_loss, 0, "a stranger's");
    for end in 0..octets.len() {
        bench.leg.hear_control(&octets[..end.min(20)], "192.0.2.7:4001".parse().unwrap(), Duration::ZERO);
    }
    bench.leg.hear_control(&octets, "192.0.2.7:4001".parse().unwrap(), Duration::ZERO);
    assert_eq!(bench.leg.seen().reported_loss, 77);
    assert!(bench.turn().is_some());
    assert_eq!(bench.events(), []);
}

#[test]
fn rtcp_may_share_the_rtp_port() {
    let mut bench = Bench::new(Media { rtcp: media().remote, ..media() });
    let mut octets = Vec::new();
    rtcp::Compound { ssrc: 5, sent: None, received: None, cname: "x", goodbye: false }.write(&mut octets);
    let from: SocketAddr = "192.0.2.7:5555".parse().unwrap();
    let heard = bench.leg.hear(&octets, from, Came { at: Duration::ZERO, turn: 100 }, &mut Vec::new());
    assert_eq!(heard, Heard::Control);
    assert_eq!(bench.leg.destination(), media().remote, "a report latches nothing");
}

#[test]
fn a_report_tells_what_was_sent_and_what_was_lost() {
    let mut bench = Bench::new(media());
    assert!(!bench.leg.owes_goodbye(), "never heard of");
    bench.turn();
    bench.hear(PARTY, 8, 0, &[1; 160]);
    bench.sequence += 1;
    bench.hear(PARTY, 8, 320, &[1; 160]);
    assert!(bench.leg.owes_goodbye());
    let mut octets = Vec::new();
    bench.leg.report(300, Duration::from_secs(1), 0, true, &mut octets);
    let heard = rtcp::read(&octets, 5).unwrap();
    assert_eq!((heard.reported_loss, heard.goodbye), (Some(85), true), "one of three");
    assert!(heard.sender_report.is_some());
    assert_eq!(octets[20..28], [0, 0, 0, 1, 0, 0, 0, 160], "packets and octets sent");
    assert!(!bench.leg.is_report_due(301));
}

#[test]
fn r13_no_packet_of_any_kind_breaks_a_leg() {
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 56) as u8
    };
    let mut bench = Bench::new(Media { rtcp: media().remote, ..media() });
    bench.leg.listen_for(440);
    bench.leg.echo(&mut Vec::new());
    let from = PARTY.parse().unwrap();
    for n in 0..20_000_u32 {
        let mut octets: Vec<u8> = (0..random()).map(|_| random()).collect();
        // Most are RTP or RTCP as far as their first octets go.
        for (octet, likely) in octets.iter_mut().zip([0x80, [8, 101, 0x88, 0xE5, 200, 201][n as usize % 6]]) {
            *octet = if n % 7 == 0 { *octet } else { likely | (*octet & (0x30 * u8::from(n % 3 == 0))) };
        }
        let at = Duration::from_millis(u64::from(random()) * 1_000);
        let came = Came { at, turn: bench.turn.saturating_sub(u64::from(random() % 9)) };
        bench.leg.hear(&octets, from, came, &mut bench.events);
        if n % 3 == 0 {
            bench.turn();
        }
    }
    let seen = bench.leg.seen();
    assert!(seen.received > 1_000 && seen.malformed > 1_000, "{seen:?}");
    assert_eq!(seen.sent, 6_667);
}

/// What a tape was given.
#[derive(Clone, Default)]
struct Reel(std::sync::Arc<std::sync::Mutex<Vec<Piece>>>);

impl Reel {
    fn tape(&self) -> Tape {
        let pieces = std::sync::Arc::clone(&self.0);
        std::sync::Arc::new(move |piece| {
            pieces.lock().unwrap().push(piece);
            Ok(())
        })
    }

    fn ends(&self) -> Vec<RecordEnd> {
        self.0.lock().unwrap().iter().filter_map(|piece| piece.end.clone()).collect()
    }

    /// All the samples; each piece must begin where the one before ended.
    fn samples(&self) -> Vec<i16> {
        let pieces = self.0.lock().unwrap();
        for pair in pieces.windows(2) {
            assert_eq!(pair[1].turn, pair[0].turn + (pair[0].samples.len() / FRAME) as u64);
        }
        pieces.iter().flat_map(|piece| piece.samples.clone()).collect()
    }
}

const RECORD: RecordId = RecordId(5);

impl Bench {
    /// One turn in which the party says a frame of a tone of its own, and the tape is offered what there is.
    fn recorded_turn(&mut self, tone: &mut Tone, tape: &Tape) -> Option<(Header, Vec<u8>)> {
        let (mut samples, mut payload) = ([0; FRAME], [0; FRAME]);
        tone.fill(&mut samples);
        g711::a_encode(&samples, &mut payload);
        self.hear(PARTY, 8, self.turn as u32 * 160, &payload);
        let sent = self.turn();
        self.leg.offer(tape);
        sent
    }
}

fn until(until: Until) -> (Bench, Reel, Tape) {
    let mut bench = Bench::new(media());
    bench.turn();
    bench.leg.record(RECORD, Track::First, until);
    let reel = Reel::default();
    let tape = reel.tape();
    (bench, reel, tape)
}

#[test]
fn b152_a_recording_has_what_is_heard_until_it_is_stopped() {
    let (mut bench, reel, tape) = until(Until::default());
    let mut tone = Tone::sine(700.0, -10.0);
    for _ in 0..33 {
        bench.recorded_turn(&mut tone, &tape);
    }
    bench.leg.stop_recording(RecordId(6));
    bench.leg.stop_recording(RECORD);
    bench.leg.stop_recording(RECORD);
    bench.recorded_turn(&mut tone, &tape);
    assert_eq!(reel.ends(), [RecordEnd::Stopped]);
    let samples = reel.samples();
    assert_eq!(samples.len(), 33 * FRAME, "it ends with the turn it is stopped in");
    assert!(goertzel::tone_dbm0(&samples, 700.0) > -11.0);
    bench.turn();
    assert!(bench.leg.hearing.is_none(), "nothing is decoded when nobody listens");
}

#[test]
fn u72_longest_and_silence_end_a_recording() {
    let longest = Some(Duration::from_millis(500));
    let (mut bench, reel, tape) = until(Until { longest, ..Until::default() });
    let mut tone = Tone::sine(700.0, -10.0);
    for _ in 0..40 {
        bench.recorded_turn(&mut tone, &tape);
    }
    assert_eq!((reel.ends(), reel.samples().len()), (vec![RecordEnd::Longest], 25 * FRAME));

    let silence = Some(Duration::from_millis(500));
    let (mut bench, reel, tape) = until(Until { silence, ..Until::default() });
    for _ in 0..20 {
        bench.recorded_turn(&mut tone, &tape);
    }
    let mut quiet = Tone::sine(700.0, -60.0);
    for _ in 0..40 {
        bench.recorded_turn(&mut quiet, &tape);
    }
    assert_eq!(reel.ends(), [RecordEnd::Silence]);
    let frames = reel.samples().len() / FRAME;
    assert!((45..=48).contains(&frames), "{frames}: sound waits for a moment before it is heard");
}

#[test]
fn b149_a_key_that_ends_a_recording_is_not_in_it() {
    let hash = Key::from_face('#').unwrap();
    let keys = [hash].into_iter().collect();
    let (mut bench, reel, tape) = until(Until { keys, ..Until::default() });
    let mut tone = Tone::sine(700.0, -10.0);
    for _ in 0..30 {
        bench.recorded_turn(&mut tone, &tape);
    }
    // Another key, and then 60 ms of the one, which a gateway lets through before it knows what it is.
    bench.hear(PARTY, TELEPHONE_EVENT, 800, &[1, 0x8A, 3, 0x20]);
    let mut key = Tone::key(hash.event()).unwrap();
    for _ in 0..3 {
        bench.recorded_turn(&mut key, &tape);
    }
    bench.hear(PARTY, TELEPHONE_EVENT, 1_600, &[hash.event(), 0x8A, 3, 0x20]);
    bench.recorded_turn(&mut tone, &tape);
    let told = [Key::from_face('1').unwrap(), hash].map(|key| Event::Key { leg: LEG, key });
    assert_eq!(bench.events(), told);
    assert_eq!(reel.ends(), [RecordEnd::Key(hash)]);
    let samples = reel.samples();
    assert_eq!(samples.len(), 29 * FRAME);
    assert!(goertzel::tone_dbm0(&samples[27 * FRAME..], 1_477.0) < -50.0);
}

#[test]
fn b162_a_key_told_by_signalling_is_as_good_as_one_that_was_heard() {
    let (mut bench, reel, tape) = until(Until { keys: edge::Keys::ALL, ..Until::default() });
    let clips = vec![Clip { samples: vec![5_000; 2 * FRAME].into() }];
    bench.leg.play(PlayId(1), clips, Barge::AnyKey, Repeat::Forever);
    let key = Key::from_face('7').unwrap();
    bench.leg.key(key, Way::Signal, &mut bench.events);
    bench.leg.offer(&tape);
    let ended = Event::PlayEnded { leg: LEG, play: PlayId(1), end: PlayEnd::Key(key) };
    assert_eq!(bench.events(), [Event::Key { leg: LEG, key }, ended]);
    assert_eq!(reel.ends(), [RecordEnd::Key(key)]);
}

#[test]
fn u72_the_party_hears_the_beep_and_the_recording_begins_after_it() {
    let (mut bench, reel, tape) = until(Until { beep: true, ..Until::default() });
    let mut tone = Tone::sine(700.0, -10.0);
    let mut said = Vec::new();
    for _ in 0..30 {
        let (_, payload) = bench.recorded_turn(&mut tone, &tape).unwrap();
        let mut samples = [0; FRAME];
        g711::a_decode(&payload, &mut samples);
        said.extend(samples);
    }
    assert!((goertzel::tone_dbm0(&said[..10 * FRAME], 1_000.0) + 10.0).abs() < 0.5);
    assert!(goertzel::rms_dbm0(&said[10 * FRAME..]) < -55.0);
    bench.leg.stop_recording(RECORD);
    bench.leg.offer(&tape);
    // The beep's last frame leaves in the turn before the first that is recorded.
    assert_eq!(reel.samples().len(), 20 * FRAME);
    assert_eq!(reel.0.lock().unwrap()[0].turn, 111);
}

#[test]
fn r26_turns_that_were_missed_are_as_long_in_a_recording() {
    let (mut bench, reel, tape) = until(Until::default());
    let mut tone = Tone::sine(700.0, -10.0);
    for _ in 0..20 {
        bench.recorded_turn(&mut tone, &tape);
    }
    // A worker that is 60 ms late: what came meanwhile is there.
    for _ in 0..3 {
        let mut payload = [0; FRAME];
        let mut samples = [0; FRAME];
        tone.fill(&mut samples);
        g711::a_encode(&samples, &mut payload);
        bench.hear(PARTY, 8, bench.turn as u32 * 160, &payload);
        bench.turn += 1;
    }
    for _ in 0..10 {
        bench.recorded_turn(&mut tone, &tape);
    }
    // A process that is stopped for 10 s: it was silent.
    bench.turn += 500;
    for _ in 0..10 {
        bench.recorded_turn(&mut tone, &tape);
    }
    bench.leg.stop_recording(RECORD);
    bench.leg.offer(&tape);
    let pieces = reel.0.lock().unwrap().clone();
    let (first, last) = (&pieces[0], &pieces[pieces.len() - 1]);
    let turns = last.turn + (last.samples.len() / FRAME) as u64 - first.turn;
    assert_eq!(turns, 20 + 3 + 10 + 500 + 10);
    let before: Vec<i16> =
        pieces.iter().take_while(|p| p.turn < 134).flat_map(|p| p.samples.clone()).collect();
    assert_eq!(before.len(), 33 * FRAME, "without a gap");
    assert!(goertzel::tone_dbm0(&before[15 * FRAME..30 * FRAME], 700.0) > -10.5);
}

#[test]
fn a_tape_that_takes_nothing_ends_the_recording_after_a_while_and_loses_nothing_before() {
    let (mut bench, reel, tape) = until(Until::default());
    let full: Tape = std::sync::Arc::new(Err);
    let mut tone = Tone::sine(700.0, -10.0);
    for _ in 0..200 {
        bench.recorded_turn(&mut tone, &full);
    }
    bench.leg.offer(&tape);
    assert!(reel.samples().len() >= 186 * FRAME, "all but what is being gathered");
    for _ in 0..2_000 {
        bench.recorded_turn(&mut tone, &full);
    }
    bench.leg.offer(&tape);
    assert!(matches!(&reel.ends()[..], [RecordEnd::Failed(why)] if why.contains("disk")));
    let seconds = reel.samples().len() as f64 / 8_000.0;
    assert!((9.0..11.0).contains(&seconds), "{seconds} s: 4 s, then what a leg keeps");
    assert!(bench.leg.recordings.is_empty());
}

#[test]
fn the_end_of_a_leg_ends_its_recordings() {
    let (mut bench, _, _) = until(Until::default());
    let mut tone = Tone::sine(700.0, -10.0);
    let full: Tape = std::sync::Arc::new(Err);
    for _ in 0..30 {
        bench.recorded_turn(&mut tone, &full);
    }
    for record in 10..13 {
        bench.leg.record(RecordId(record), Track::Second, Until::default());
    }
    bench.leg.record(RecordId(13), Track::Second, Until::default());
    let left = bench.leg.end_recordings();
    let frames: usize = left.iter().map(|piece| piece.samples.len() / FRAME).sum();
    assert_eq!(frames, 30);
    let ends: Vec<_> = left.iter().filter_map(|piece| piece.end.clone()).collect();
    assert_eq!(ends[..4], [RecordEnd::Gone, RecordEnd::Gone, RecordEnd::Gone, RecordEnd::Gone]);
    assert!(matches!(&ends[4], RecordEnd::Failed(why) if why.contains("too many")));
}

/// A frame as the party says it, in A-law.
fn said(tone: &mut Tone) -> [u8; FRAME] {
    let (mut samples, mut payload) = ([0; FRAME], [0; FRAME]);
    tone.fill(&mut samples);
    g711::a_encode(&samples, &mut payload);
    payload
}

#[test]
fn b162_keys_are_heard_as_tones_where_the_party_takes_no_events() {
    for (keys, expected) in [(None, 2), (Some(TELEPHONE_EVENT), 0)] {
        let mut bench = Bench::new(Media { keys, ..media() });
        let mut timestamp = 0;
        for event in [7, 7] {
            let mut tone = Tone::key(event).unwrap();
            let mut quiet = Tone::sine(400.0, -70.0);
            for n in 0..12 {
                let payload = said(if n < 5 { &mut tone } else { &mut quiet });
                bench.hear(PARTY, 8, timestamp, &payload);
                timestamp += 160;
                bench.turn();
            }
        }
        let key = Key::from_face('7').unwrap();
        assert_eq!(bench.events(), vec![Event::Key { leg: LEG, key }; expected], "{keys:?}");
    }
}

#[test]
fn b162_an_event_counts_once_however_its_packets_come() {
    let mut bench = Bench::new(media());
    let mut seed = 99_u32;
    for n in 0..50_u8 {
        let event = n % 16;
        let mut packets: Vec<_> = keys::Sender::press(event, 5).collect();
        // Some are lost, some come twice, all come in any order; one at least arrives.
        packets.extend(packets.clone());
        let kept = packets[usize::from(n) % packets.len()];
        for place in (1..packets.len()).rev() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            packets.swap(place, seed as usize >> 8 & place);
        }
        packets.truncate(usize::from(n) % 7);
        packets.push(kept);
        for packet in packets {
            bench.hear(PARTY, TELEPHONE_EVENT, u32::from(n) * 1_600, &packet.octets());
        }
        (0..10).for_each(|_| drop(bench.turn()));
    }
    let told: Vec<u8> = bench
        .events()
        .into_iter()
        .filter_map(|event| if let Event::Key { key, .. } = event { Some(key.event()) } else { None })
        .collect();
    assert_eq!(told, (0..50).map(|n| n % 16).collect::<Vec<u8>>());
}

#[test]
fn u65_a_sign_is_told_while_a_play_goes_on() {
    let mut bench = Bench::new(media());
    bench.leg.watch([edge::sound::Sign::FastBusy].into_iter().collect());
    let mut tone = Listening::default().country.sound(media::progress::Sign::FastBusy, -15.0).unwrap();
    for n in 0..200_u32 {
        let (mut samples, mut payload) = ([0; FRAME], [0; FRAME]);
        tone.fill(&mut samples);
        g711::a_encode(&samples, &mut payload);
        bench.hear(PARTY, 8, n * 160, &payload);
        bench.turn();
        if !bench.events.is_empty() {
            break;
        }
    }
    let heard = Event::Heard { leg: LEG, sign: edge::sound::Sign::FastBusy };
    assert_eq!(bench.events(), [heard]);
    assert!(bench.turn < 100 + 100, "within 2 s");
}

#[test]
fn b149_an_hour_is_an_hour_under_loss() {
    let (mut bench, reel, tape) = until(Until::default());
    let mut tone = Tone::sine(700.0, -10.0);
    let mut seed = 7_u32;
    let turns = 3_600 * 50;
    for n in 0..turns {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let payload = said(&mut tone);
        // 5 % are lost; the worker misses a turn now and then, and once three.
        if seed >> 16 < 65_536 / 20 {
            bench.sequence = bench.sequence.wrapping_add(1);
        } else {
            bench.hear(PARTY, 8, n * 160, &payload);
        }
        if n % 1_000 == 0 || n % 50_000 < 3 {
            bench.turn += 1;
            continue;
        }
        bench.turn();
        bench.leg.offer(&tape);
    }
    bench.leg.stop_recording(RECORD);
    bench.leg.offer(&tape);
    let samples = reel.samples();
    let off = samples.len() as f64 / (8_000.0 * 3_600.0) - 1.0;
    println!("{:+.4} % off an hour, at most 0.1 % (turns: {turns})", off * 100.0);
    assert!(off.abs() < 0.001);
    let level = goertzel::tone_dbm0(&samples[samples.len() - 80_000..], 700.0);
    assert!(level > -11.5, "{level} dBm0: the sound is there to the end");
}

#[test]
fn a3_a_play_and_a_recording_stop_within_a_turn() {
    let (mut bench, reel, tape) = until(Until::default());
    bench.leg.play(
        PlayId(1),
        vec![Clip { samples: vec![5_000; 800].into() }],
        Barge::AnyKey,
        Repeat::Forever,
    );
    bench.turn();
    let mut events = Vec::new();
    bench.leg.stop(PlayId(1), &mut events);
    bench.leg.stop_recording(RECORD);
    assert_eq!(events.len(), 1);
    let (_, payload) = bench.turn().unwrap();
    bench.leg.offer(&tape);
    assert_eq!(payload, [g711::A_SILENCE; FRAME]);
    assert_eq!(reel.ends(), [RecordEnd::Stopped]);
}

#[test]
fn g722_is_played_heard_and_echoed() {
    let mut bench = Bench::new(Media { codec: Codec::G722, payload_type: 9, ..media() });
    let clips = vec![Clip { samples: Tone::sine(700.0, -10.0).samples(1_000).into() }];
    bench.leg.play(PlayId(1), clips, Barge::Never, Repeat::Forever);
    let mut decoder = media::codec::Decoder::new(media::codec::Codec::G722);
    let mut packets = Vec::new();
    let mut heard = Vec::new();
    let mut decode = |payload: &[u8]| {
        let mut frame = [0; FRAME];
        decoder.decode(payload, &mut frame);
        frame
    };
    for _ in 0..50 {
        let (header, payload) = bench.turn().unwrap();
        assert_eq!(header.payload_type, 9);
        heard.extend(decode(&payload));
        packets.push(payload);
    }
    assert!((goertzel::tone_dbm0(&heard[800..], 700.0) + 10.0).abs() < 1.0);
    bench.leg.echo(&mut Vec::new());
    let reel = Reel::default();
    let tape = reel.tape();
    bench.leg.record(RECORD, Track::First, Until::default());
    heard.clear();
    for (n, payload) in packets.iter().enumerate() {
        bench.hear(PARTY, 9, n as u32 * 160, payload);
        let (_, echoed) = bench.turn().unwrap();
        bench.leg.offer(&tape);
        heard.extend(decode(&echoed));
    }
    bench.leg.stop_recording(RECORD);
    bench.leg.offer(&tape);
    assert!((goertzel::tone_dbm0(&heard[1_600..], 700.0) + 10.0).abs() < 1.0);
    assert!((goertzel::tone_dbm0(&reel.samples()[1_600..], 700.0) + 10.0).abs() < 1.0);
    // The party wants another codec: what is heard and said follows.
    bench.leg.reopen(media());
    assert_eq!(bench.turn().unwrap().0.payload_type, 8);
}
