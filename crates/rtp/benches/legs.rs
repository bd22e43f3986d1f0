//! What a leg costs: the engine playing a clip to many legs, against a bare packet loop; and what it costs
//! more when all is listened for: keys that sound, every sign, noise, and when it is recorded.
//!
//! ```text
//! cargo bench -p rtp --bench legs -- [--legs 500] [--rounds 5] [--seconds 4] [--io auto|calls|uring]
//! cargo bench -p rtp --bench legs -- bridge [--pairs 400] [--only pair] [...]
//! ```
//!
//! With `bridge`, what a leg costs that hears another: in pairs whose packets are passed on, in pairs of two
//! codecs, in pairs that are recorded and in conferences of five; and whether so many pairs on all cores
//! have late frames.
//!
//! Rounds alternate. In each, a peer on another core sends every leg a packet each 20 ms and reads what
//! comes back. The bare loop does one recv and one send of a constant packet for each leg each 20 ms,
//! with the engine's slots and its way of sending. Both are measured by the CPU clock of their thread.
//! The machine may be busy: the ratio within one run counts, not the figures.
#![expect(clippy::print_stdout, reason = "a bench reports to people")]

use std::io;
use std::mem::size_of;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use edge::sound::{Barge, Clip, Codec, Command, Direction, FRAME, Media, Repeat, Sign, Track, Until};
use edge::{LegId, PlayId, RecordId};
use io_uring::{IoUring, opcode, types};
use media::rtp::{HEADER, Header};
use media::tone::Tone;
use rtp::{BackEnd, Engine, Io, Listening, Noise, Settings, Sink, Tape, WorkerCounters};

const HOME: Ipv4Addr = Ipv4Addr::LOCALHOST;
const SLOTS: usize = 20;
const SLOT: Duration = Duration::from_millis(1);
/// Sound for longer than a round is noise.
const NOISE: Noise = Noise { dbm0: -30, milliseconds: 60_000 };
/// Before each measurement, for caches and latches.
const WARM: Duration = Duration::from_secs(1);
/// A packet as a peer and the bare loop send it.
type Octets = [u8; HEADER + FRAME];

struct Plan {
    legs: usize,
    rounds: usize,
    time: Duration,
    io: Io,
    measures: Measures,
    /// Pairs that are to be served on all cores.
    pairs: usize,
    /// The one way of hearing that is measured, as for a profile; all of them where it is empty.
    only: String,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measures {
    /// Legs by themselves.
    Legs,
    /// Legs that hear one another.
    Bridges,
}

/// CPU time a leg used in a second of its life.
#[derive(Clone, Copy)]
struct Cost {
    microseconds: f64,
    /// Packets sent and received, as parts of what was due.
    sent: f64,
    received: f64,
}

impl Cost {
    fn new(plan: &Plan, cpu: Duration, time: Duration, sent: u64, received: u64) -> Self {
        let leg_seconds = plan.legs as f64 * time.as_secs_f64();
        let due = leg_seconds * 50.0;
        Self {
            microseconds: cpu.as_secs_f64() * 1e6 / leg_seconds,
            sent: sent as f64 / due,
            received: received as f64 / due,
        }
    }
}

fn main() {
    let plan = plan();
    let engine = Engine::start(settings(&plan, 1), sink(), tape()).expect("the engine starts");
    let back_end = engine.counters().workers[0].io;
    println!("{} legs, {} rounds of {:?}, packets leave by {back_end:?}", plan.legs, plan.rounds, plan.time);
    match plan.measures {
        Measures::Legs => measure_legs(&plan, &engine, back_end),
        Measures::Bridges => measure_bridges(&plan, &engine, back_end),
    }
    engine.stop();
    if plan.measures == Measures::Bridges {
        measure_pairs(&plan);
    }
}

/// What each way of hearing one another costs.
fn measure_bridges(plan: &Plan, engine: &Engine, back_end: BackEnd) {
    let all = [
        ("playing", Deed::Play),
        ("pair", Deed::Pass),
        ("two codecs", Deed::Transcode),
        ("recorded", Deed::RecordPair),
        ("five", Deed::Mix),
    ];
    let deeds: Vec<(&str, Deed)> =
        all.into_iter().filter(|(title, _)| plan.only.is_empty() || plan.only == *title).collect();
    let titles = deeds.iter().map(|(title, _)| format!("{title:>20}")).collect::<Vec<_>>().join(" |");
    println!("round |  bare µs/leg-s |{titles} | late (each as µs/leg-s, ratio, received)");
    let (mut name, mut late, mut ratios) = (0, 0, vec![Vec::new(); deeds.len()]);
    for round in 1..=plan.rounds {
        let bare = bare_round(plan, back_end);
        let before = engine.counters().workers[0].late;
        let cells = deeds.iter().zip(&mut ratios).map(|(&(_, deed), ratios)| {
            let cost = engine_round(plan, engine, &mut name, deed).0;
            let ratio = cost.microseconds / bare.microseconds;
            ratios.push(ratio);
            format!("{:8.1} {ratio:5.3} {:5.3}", cost.microseconds, cost.received)
        });
        let cells: Vec<String> = cells.collect();
        let more = engine.counters().workers[0].late - before;
        late += more;
        println!("{round:5} | {:14.1} | {} | {more:4}", bare.microseconds, cells.join(" | "));
    }
    for ((title, _), mut ratios) in deeds.into_iter().zip(ratios) {
        ratios.sort_by(f64::total_cmp);
        let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
        let target = if title == "pair" { " (target at most 1.15)" } else { "" };
        println!("{title}: ratio median {:.3}, {least:.3} to {most:.3}{target}", ratios[ratios.len() / 2]);
    }
    println!("late frames: {late} (target 0)");
}

/// Pairs on all cores, which they share with their far sides.
fn measure_pairs(plan: &Plan) {
    let plan = Plan { legs: 2 * plan.pairs, rounds: 1, only: String::new(), ..*plan };
    let engine = Engine::start(settings(&plan, 0), sink(), tape()).expect("the engine starts");
    let (cost, _) = engine_round(&plan, &engine, &mut 0, Deed::Pass);
    let counters = engine.counters();
    println!(
        "{} pairs on {} cores: {:.1} µs/leg-s, sent {:.3}, received {:.3}; late {} (target 0), delayed {}, overruns {}",
        plan.pairs,
        counters.workers.len(),
        cost.microseconds,
        cost.sent,
        cost.received,
        counters.total(|worker| worker.late),
        counters.total(|worker| worker.delayed),
        counters.total(|worker| worker.overruns),
    );
    engine.stop();
}

fn measure_legs(plan: &Plan, engine: &Engine, back_end: BackEnd) {
    println!(
        "round |  bare µs/leg-s  sent recv | engine µs/leg-s  sent recv | ratio | late delayed overruns | \
         detectors recording µs/leg-s"
    );
    let (mut ratios, mut late, mut memory) = (Vec::new(), 0, 0.0);
    let mut name = 0;
    for round in 1..=plan.rounds {
        let bare = bare_round(plan, back_end);
        let before = engine.counters().workers[0];
        let (cost, bytes) = engine_round(plan, engine, &mut name, Deed::Play);
        let after = engine.counters().workers[0];
        if round == 1 {
            memory = bytes;
        }
        let more = [Deed::Listen, Deed::Record]
            .map(|deed| engine_round(plan, engine, &mut name, deed).0.microseconds - cost.microseconds);
        let ratio = cost.microseconds / bare.microseconds;
        ratios.push(ratio);
        late += after.late - before.late;
        println!(
            "{round:5} | {:14.1} {:5.3} {:4.2} | {:15.1} {:5.3} {:4.2} | {ratio:5.3} | {:4} {:7} {:8} | {:+9.1} {:+9.1}",
            bare.microseconds,
            bare.sent,
            bare.received,
            cost.microseconds,
            cost.sent,
            cost.received,
            after.late - before.late,
            after.delayed - before.delayed,
            after.overruns - before.overruns,
            more[0],
            more[1],
        );
    }
    ratios.sort_by(f64::total_cmp);
    let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
    let median = ratios[ratios.len() / 2];
    println!("ratio: median {median:.3}, {least:.3} to {most:.3} (target at most 1.25)");
    println!("late frames: {late} (target 0)");
    println!("resident memory a leg: {:.1} KiB (target at most 40)", memory / 1024.0);
}

fn plan() -> Plan {
    let (legs, rounds, time, pairs) = (500, 5, Duration::from_secs(4), 400);
    let (io, measures, only) = (Io::Auto, Measures::Legs, String::new());
    let mut plan = Plan { legs, rounds, time, io, measures, pairs, only };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number =
            || words.next().and_then(|word| word.parse::<usize>().ok()).expect("a number follows");
        match word.as_str() {
            "bridge" => plan.measures = Measures::Bridges,
            "--pairs" => plan.pairs = number().max(1),
            "--legs" => plan.legs = number().max(1),
            "--rounds" => plan.rounds = number().max(1),
            "--seconds" => plan.time = Duration::from_secs(number().max(1) as u64),
            "--only" => plan.only = words.next().expect("a way of hearing follows"),
            "--io" => {
                plan.io = match words.next().as_deref() {
                    Some("calls") => Io::SystemCalls,
                    Some("uring") => Io::IoUring,
                    _ => Io::Auto,
                }
            }
            // What cargo itself adds.
            _ => {}
        }
    }
    plan
}

fn settings(plan: &Plan, workers: usize) -> Settings {
    let (addresses, silence_limit) = (vec![IpAddr::V4(HOME)], Duration::from_secs(30));
    Settings {
        addresses,
        ports: 30_000..=49_999,
        workers,
        io: plan.io,
        silence_limit,
        listening: Listening { noise: Some(NOISE), ..Listening::default() },
    }
}

fn sink() -> Sink {
    Arc::new(|_| Ok(()))
}

/// Where recordings go: nowhere.
fn tape() -> Tape {
    Arc::new(|_| Ok(()))
}

fn packet(number: usize) -> Octets {
    let header = Header { marker: false, payload_type: 0, sequence: number as u16, timestamp: 0, ssrc: 1 };
    let mut octets = [0xFF; HEADER + FRAME];
    octets[..HEADER].copy_from_slice(&header.octets());
    octets
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind((HOME, 0)).expect("a socket");
    socket.set_nonblocking(true).expect("a socket that does not block");
    socket
}

fn place(socket: &UdpSocket) -> SocketAddr {
    socket.local_addr().expect("a bound socket")
}

/// A thread that a round starts and ends.
struct Running {
    over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Running {
    fn start(work: impl FnOnce(&AtomicBool) + Send + 'static) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        Self { over, thread: thread::spawn(move || work(&seen)) }
    }

    fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().expect("the thread ends well");
    }
}

/// The far side of all legs: a packet to each every 20 ms, with real headers, and reads what comes.
fn peer(sockets: Vec<UdpSocket>) -> Running {
    Running::start(move |over| {
        pin(1);
        let (mut buffer, mut tick) = ([0; 2_048], ticks(clock(libc::CLOCK_MONOTONIC)));
        let mut turn = 0_usize;
        while !over.load(Ordering::Relaxed) {
            tick += 1;
            sleep_until(SLOT * tick);
            let slot = tick as usize % SLOTS;
            turn += usize::from(slot == 0);
            let mut octets = packet(turn);
            octets[4..8].copy_from_slice(&(turn as u32 * 160).to_be_bytes());
            for socket in sockets.iter().skip(slot).step_by(SLOTS) {
                let _ = socket.send(&octets);
                while socket.recv(&mut buffer).is_ok() {}
            }
        }
    })
}

fn bare_round(plan: &Plan, back_end: BackEnd) -> Cost {
    let (sockets, peers): (Vec<_>, Vec<_>) = (0..plan.legs)
        .map(|_| {
            let (leg, peer) = (socket(), socket());
            leg.connect(place(&peer)).expect("loopback");
            peer.connect(place(&leg)).expect("loopback");
            (leg, peer)
        })
        .unzip();
    let counts: Arc<[AtomicU64; 3]> = Arc::default();
    let seen = Arc::clone(&counts);
    let bare = Running::start(move |over| bare_loop(&sockets, back_end, over, &seen));
    let peers = peer(peers);
    let read = || counts.each_ref().map(|count| count.load(Ordering::Relaxed));
    wait(WARM);
    let (before, began) = (read(), clock(libc::CLOCK_MONOTONIC));
    wait(plan.time);
    let (after, ended) = (read(), clock(libc::CLOCK_MONOTONIC));
    bare.stop();
    peers.stop();
    let cpu = Duration::from_nanos(after[0] - before[0]);
    Cost::new(plan, cpu, ended - began, after[1] - before[1], after[2] - before[2])
}

/// The least that moves packets: in its slot, each leg is read once and sent to once.
fn bare_loop(sockets: &[UdpSocket], back_end: BackEnd, over: &AtomicBool, counts: &[AtomicU64; 3]) {
    pin(0);
    let mut ring = (back_end == BackEnd::IoUring).then(|| IoUring::new(512).expect("the engine has one too"));
    let (octets, mut buffer) = (packet(1), [0; 2_048]);
    let mut tick = ticks(clock(libc::CLOCK_MONOTONIC));
    let [cpu, sent, received] = counts;
    while !over.load(Ordering::Relaxed) {
        tick += 1;
        sleep_until(SLOT * tick);
        let slot = || sockets.iter().skip(tick as usize % SLOTS).step_by(SLOTS);
        let heard = slot().filter(|socket| socket.recv(&mut buffer).is_ok()).count();
        let left = match &mut ring {
            Some(ring) => send_all(ring, slot(), &octets).expect("the ring works"),
            None => slot().filter(|socket| socket.send(&octets).is_ok()).count(),
        };
        received.fetch_add(heard as u64, Ordering::Relaxed);
        sent.fetch_add(left as u64, Ordering::Relaxed);
        if (tick as usize).is_multiple_of(SLOTS) {
            cpu.store(clock(libc::CLOCK_THREAD_CPUTIME_ID).as_nanos() as u64, Ordering::Relaxed);
        }
    }
}

/// Sends the packet from each socket in one submission; counts what left.
fn send_all<'a>(
    ring: &mut IoUring,
    sockets: impl Iterator<Item = &'a UdpSocket>,
    octets: &Octets,
) -> io::Result<usize> {
    let mut count = 0;
    for socket in sockets {
        let entry = opcode::Send::new(types::Fd(socket.as_raw_fd()), octets.as_ptr(), octets.len() as u32)
            .flags(libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
            .build();
        // SAFETY: the octets outlive this function, which waits for every entry to complete.
        unsafe { ring.submission().push(&entry) }.map_err(io::Error::other)?;
        count += 1;
    }
    ring.submit_and_wait(count)?;
    Ok(ring.completion().filter(|done| done.result() > 0).count())
}

/// What the engine does on each leg beside playing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Play,
    /// Listens for everything there is.
    Listen,
    /// Records, to a tape that forgets.
    Record,
    /// Each two hear each other.
    Pass,
    /// Each two hear each other, in two codecs.
    Transcode,
    /// Each two hear each other, and are recorded.
    RecordPair,
    /// Each five hear one another.
    Mix,
}

impl Deed {
    /// How many hear one another.
    const fn company(self) -> usize {
        match self {
            Self::Play | Self::Listen | Self::Record => 1,
            Self::Pass | Self::Transcode | Self::RecordPair => 2,
            Self::Mix => 5,
        }
    }
}

/// Every sign there is.
const SIGNS: [Sign; 8] = [
    Sign::DialTone,
    Sign::Ringback,
    Sign::Busy,
    Sign::FastBusy,
    Sign::Information,
    Sign::Cng,
    Sign::Ced,
    Sign::Noise,
];

fn engine_round(plan: &Plan, engine: &Engine, name: &mut u64, deed: Deed) -> (Cost, f64) {
    let clip = Clip { samples: Tone::sine(440.0, -10.0).samples(10_000).into() };
    let legs: Vec<LegId> = (0..plan.legs as u64).map(|n| LegId::placed(*name + n)).collect();
    *name += plan.legs as u64;
    let peers: Vec<UdpSocket> = legs.iter().map(|_| socket()).collect();
    let before = resident();
    for (&leg, peer) in legs.iter().zip(&peers) {
        let local = engine.reserve(leg, IpAddr::V4(HOME)).expect("a port pair is free");
        peer.connect(local).expect("loopback");
        let (remote, rtcp) = (place(peer), SocketAddr::from((HOME, 9)));
        let second = deed == Deed::Transcode && leg.spread() % 2 == 1;
        let media = Media {
            remote,
            rtcp,
            codec: if second { Codec::Pcma } else { Codec::Pcmu },
            payload_type: 0,
            // Where there are no events, keys are heard as tones.
            keys: (deed != Deed::Listen).then_some(101),
            direction: Direction::Both,
            security: None,
            signals_from: None,
        };
        engine.send(Command::Open { leg, media });
    }
    for company in legs.chunks(deed.company()) {
        company.iter().for_each(|&leg| order(engine, leg, company, deed, &clip));
    }
    let peers = peer(peers);
    wait(WARM);
    let (first, began) = (engine.counters(), clock(libc::CLOCK_MONOTONIC));
    wait(plan.time);
    let (last, ended) = (engine.counters(), clock(libc::CLOCK_MONOTONIC));
    let memory = (resident() - before).max(0.0) / plan.legs as f64;
    peers.stop();
    for &leg in &legs {
        engine.send(Command::Close { leg });
    }
    while engine.counters().total(|worker| worker.legs) > 0 {
        wait(SLOT);
    }
    let difference = |figure: fn(&WorkerCounters) -> u64| last.total(figure) - first.total(figure);
    let (sent, received) = (difference(|w| w.sent), difference(|w| w.received));
    let cpu = Duration::from_nanos(difference(|w| w.cpu.as_nanos() as u64));
    (Cost::new(plan, cpu, ended - began, sent, received), memory)
}

/// Has a leg do what is measured.
fn order(engine: &Engine, leg: LegId, company: &[LegId], deed: Deed, clip: &Clip) {
    if company.len() > 1 {
        engine.send(Command::Hear { leg, of: company.to_vec() });
    } else {
        let (clips, barge, repeat) = (vec![clip.clone()], Barge::Never, Repeat::Forever);
        engine.send(Command::Play { leg, play: PlayId(1), clips, barge, repeat });
    }
    match deed {
        Deed::Play | Deed::Pass | Deed::Transcode | Deed::Mix => {}
        Deed::Listen => engine.send(Command::Watch { leg, signs: SIGNS.into_iter().collect() }),
        Deed::Record | Deed::RecordPair => {
            let (record, track, until) = (RecordId(leg.spread()), Track::First, Until::default());
            engine.send(Command::Record { leg, record, track, until });
        }
    }
}

/// Resident memory of this process, in octets.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).unwrap_or(0.0);
    pages * 4_096.0
}

fn wait(time: Duration) {
    sleep_until(clock(libc::CLOCK_MONOTONIC) + time);
}

fn ticks(time: Duration) -> u32 {
    time.as_millis() as u32
}

fn clock(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the write.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn sleep_until(due: Duration) {
    let time = libc::timespec { tv_sec: due.as_secs() as i64, tv_nsec: due.subsec_nanos().into() };
    let never = std::ptr::null_mut();
    // SAFETY: `time` is valid for the read, and an absolute sleep writes no remainder.
    unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &raw const time, never) };
}

/// Pins the thread to a processor, with the engine's own priority where that is allowed.
fn pin(processor: usize) {
    // SAFETY: all zeros is a valid, empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the processor lies within the set, which is valid for the size given with it, and the
    // parameters are valid for the read.
    unsafe {
        libc::CPU_SET(processor, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set);
        let realtime = libc::sched_param { sched_priority: 1 };
        libc::sched_setscheduler(0, libc::SCHED_RR, &raw const realtime);
    }
}
