//! Calls of every outcome at a steady rate, on each of which it is judged who answered.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use protocol::{DialoutEvent, Message};

use crate::Plan;
use crate::application::{Application, PATIENCE};
use crate::called::Called;
use crate::server::Server;

/// Calls a second where nothing else is asked for.
const RATE: u32 = 50;

/// The subscribers of the simulated network by the end of their numbers, and what an application is told of each in
/// MODE=SUPERVISED. Who hears nobody, himself or a tone without end is connected at last.
const OUTCOMES: [(&str, DialoutEvent); 15] = [
    ("0100", DialoutEvent::Connect),
    ("0101", DialoutEvent::Connect),
    ("0102", DialoutEvent::Busy),
    ("0103", DialoutEvent::Noans),
    ("0104", DialoutEvent::Intercept),
    ("0105", DialoutEvent::Ansmachine),
    ("0106", DialoutEvent::Fax),
    ("0107", DialoutEvent::Busy),
    ("0108", DialoutEvent::Nodialtone),
    ("0109", DialoutEvent::Connect),
    ("0110", DialoutEvent::Nodialtone),
    ("0111", DialoutEvent::Connect),
    ("0112", DialoutEvent::Connect),
    ("0113", DialoutEvent::Connect),
    ("0114", DialoutEvent::Connect),
];
/// The one who hangs up before anything is known of him.
const LEAVES: &str = "0109";

pub fn measure(plan: &Plan) {
    let called = Called::start(false);
    let server = Server::start(called.address());
    let mut application = Application::connect(server.link);
    let rate = plan.rate.unwrap_or(RATE);
    let calls = rate * u32::try_from(plan.time.as_secs()).expect("minutes at most");
    // Every outcome once, so that nothing happens for the first time.
    run(&mut application, OUTCOMES.len() as u32, rate);

    let (late, before, began) = (server.status().media.late_frames, server.process.usage(), Instant::now());
    let wrong = run(&mut application, calls, rate);
    let (took, usage) = (began.elapsed(), server.process.usage().since(&before));
    let late = server.status().media.late_frames.saturating_sub(late);
    println!(
        "  {calls} calls to {}, {rate} a second: {} wrong outcomes (target 0)",
        called.name(),
        wrong.values().sum::<u32>()
    );
    for (what, count) in &wrong {
        println!("    {count} times {what}");
    }
    println!("  late frames: {late} (target 0)");
    println!("  CPU of a call: {}", usage.each(f64::from(calls)));
    println!("  CPU of a second: {}", usage.each(took.as_secs_f64()));
}

/// Dials the subscribers by turns at this rate, and hangs up whoever is connected; what became of calls and should
/// not have, how often.
fn run(application: &mut Application, calls: u32, rate: u32) -> BTreeMap<String, u32> {
    let (start, step) = (Instant::now(), Duration::from_secs(1) / rate);
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut wrong = BTreeMap::new();
    let mut placed = 0;
    let mut end = start + PATIENCE;
    while placed < calls || !open.is_empty() {
        let now = Instant::now();
        while placed < calls && start + step * placed <= now {
            let subscriber = placed as usize % OUTCOMES.len();
            open.insert(format!("{placed:08}"), subscriber);
            application.send(&dialout(placed, OUTCOMES[subscriber].0));
            placed += 1;
            end = now + PATIENCE;
        }
        let until = if placed < calls { start + step * placed } else { end };
        match application.next_before(until) {
            Some(Message::DialoutTermination(termination)) => {
                let Some(subscriber) = open.remove(&*termination.msgid) else { continue };
                let (number, due) = OUTCOMES[subscriber];
                let event = termination.event;
                if event != due {
                    *wrong.entry(format!("{number} {event:?}")).or_default() += 1;
                }
                let is_up = matches!(event, DialoutEvent::Connect | DialoutEvent::Ansmachine);
                if is_up && number != LEAVES {
                    application.send(&disconnect(&termination.trunk_port.to_string()));
                }
            }
            Some(_) => {}
            None if placed == calls && Instant::now() >= end => break,
            None => {}
        }
    }
    for subscriber in open.into_values() {
        *wrong.entry(format!("{} nothing", OUTCOMES[subscriber].0)).or_default() += 1;
    }
    wrong
}

fn dialout(call: u32, subscriber: &str) -> Vec<u8> {
    format!(
        "<DIALOUT>\n<DIAL MSGID=\"{call:08}\" DNIS=\"301555{subscriber}\" ANI=\"8005551212\" RINGS=\"1\" \
         MODE=\"SUPERVISED\">\n</DIAL>\n</DIALOUT>\n"
    )
    .into_bytes()
}

fn disconnect(port: &str) -> Vec<u8> {
    format!(
        "<APP_TRUNK_DISCONNECT>\n<INFO MSGID=\"DC-3101\" TRUNK_PORT=\"{port}\">\n</INFO>\n</APP_TRUNK_DISCONNECT>\n"
    )
    .into_bytes()
}
