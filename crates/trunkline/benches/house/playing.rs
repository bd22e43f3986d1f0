//! Calls that play a file over and over, or are recorded, and a link beside them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use protocol::{DialoutEvent, Message};

use crate::Plan;
use crate::application::{Application, PATIENCE, dialout};
use crate::called::Called;
use crate::link::{answer_length, connect, request, trips};
use crate::server::{PORTS, Server};

/// The file that is played.
const FILE_MS: u32 = 10_000;
/// Between two dial-outs.
const DIAL_PAUSE: Duration = Duration::from_millis(8);
/// After the last answer, for latches.
const WARM: Duration = Duration::from_secs(3);
/// Between two round trips on the link.
const REST: Duration = Duration::from_millis(1);

/// What all calls do at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Play,
    Record,
}

pub fn measure(plan: &Plan) {
    for &legs in &plan.legs {
        deeds(plan, legs, Deed::Play);
    }
}

/// Recording to WAV beside playing, by rounds: what it costs more.
pub fn measure_recording(plan: &Plan) {
    for &legs in &plan.legs {
        let mut ratios = Vec::new();
        for _ in 0..plan.rounds {
            let playing = deeds(plan, legs, Deed::Play);
            let recording = deeds(plan, legs, Deed::Record);
            ratios.push(recording / playing);
            println!("  recording costs {:.3} of playing", recording / playing);
        }
        ratios.sort_by(f64::total_cmp);
        println!("  median {:.3} (target at most 1.25)", ratios[ratios.len() / 2]);
    }
}

/// CPU of a leg for a second, in microseconds.
fn deeds(plan: &Plan, legs: usize, deed: Deed) -> f64 {
    let legs = legs.min(PORTS);
    let called = Called::start(false);
    let server = Server::start(called.address());
    server.tone("LOOP.WAV", FILE_MS);
    let before = server.process.resident();
    let mut application = Application::connect(server.link);
    let over = AtomicBool::new(false);
    let up = call_all(&mut application, legs);
    let (mut sound, seconds) = (server.status().media, plan.time.as_secs_f64());
    std::thread::scope(|scope| {
        scope.spawn(|| keep_busy(&mut application, &up, &over, deed));
        std::thread::sleep(WARM);
        let (usage, began) = (server.process.usage(), Instant::now());
        std::thread::sleep(plan.time);
        let usage = server.process.usage().since(&usage);
        let leg_seconds = began.elapsed().as_secs_f64() * legs as f64;
        let each = (server.process.resident() - before) / legs as f64 / 1024.0;
        let quiet = server.status().media;
        sound.late_frames = quiet.late_frames.saturating_sub(sound.late_frames);
        let done = if deed == Deed::Play { "play" } else { "are recorded" };
        println!("  {} of {legs} legs {done}, packets by {}", up.len(), quiet.io);
        println!("  CPU of a leg for a second: {}", usage.each(leg_seconds));
        println!("  late frames: {} (target 0)", sound.late_frames);
        println!("  resident memory a leg: {each:.1} KiB (target 40)");
        let mut stream = connect(server.link);
        let request = request();
        let answer = answer_length(&mut stream, &request);
        let times = trips(&mut stream, &request, answer, (seconds * 500.0) as usize, REST);
        println!(
            "  round trip on a link meanwhile: p50 {:.0} µs, p99 {:.0} µs (target 1000)",
            times.within(0.5),
            times.within(0.99)
        );
        over.store(true, Ordering::Relaxed);
        usage.total().as_secs_f64() * 1e6 / leg_seconds
    })
}

/// Calls so many parties; the ports of those that answered.
fn call_all(application: &mut Application, legs: usize) -> Vec<String> {
    let mut up = Vec::new();
    let mut open = legs;
    for call in 0..legs {
        application.send(&dialout(u32::try_from(call).expect("a few")));
        let pause = Instant::now() + DIAL_PAUSE;
        while let Some(message) = application.next_before(pause) {
            open -= usize::from(note(&message, &mut up));
        }
    }
    let end = Instant::now() + PATIENCE;
    while open > 0
        && let Some(message) = application.next_before(end)
    {
        open -= usize::from(note(&message, &mut up));
    }
    up
}

/// Whether this is the outcome of a dial-out.
fn note(message: &Message, up: &mut Vec<String>) -> bool {
    let Message::DialoutTermination(termination) = message else { return false };
    if termination.event == DialoutEvent::Connect {
        up.push(termination.trunk_port.to_string());
    }
    true
}

/// Plays on every port, and again whenever the file ends; or records.
fn keep_busy(application: &mut Application, ports: &[String], over: &AtomicBool, deed: Deed) {
    for port in ports {
        application.send(&if deed == Deed::Play { play(port) } else { record(port) });
    }
    while !over.load(Ordering::Relaxed) {
        let turn = Instant::now() + Duration::from_millis(100);
        if let Some(Message::PlayVoiceFileTermination(ended)) = application.next_before(turn) {
            application.send(&play(&ended.trunk_port.to_string()));
        }
    }
}

fn record(port: &str) -> Vec<u8> {
    format!(
        "<RECORD_VOICE_FILE>\n<INFO MSGID=\"RV-4301\" TRUNK_PORT=\"{port}\" \
         FILE_NAME=\"C:\\TWR\\{port}.WAV\" TERM_CODE=\"LOOP_DROP\">\n</INFO>\n</RECORD_VOICE_FILE>\n"
    )
    .into_bytes()
}

fn play(port: &str) -> Vec<u8> {
    format!(
        "<PLAY_VOICE_FILE>\n<INFO MSGID=\"PL-4001\" TRUNK_PORT=\"{port}\" FILE1=\"LOOP.WAV\" \
         MODE=\"UNINTERRUPTABLE\">\n</INFO>\n</PLAY_VOICE_FILE>\n"
    )
    .into_bytes()
}
