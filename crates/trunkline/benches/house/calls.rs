//! Calls set up and released, many a second.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use protocol::{DialoutEvent, DialoutResponse, DialoutStatus, Message};

use crate::Plan;
use crate::application::{Application, PATIENCE, dialout};
use crate::called::Called;
use crate::figures::Times;
use crate::server::Server;

/// Calls a second where nothing else is asked for.
const RATE: u32 = 200;
/// How long the server is left alone, for what it costs without any call.
const REST: Duration = Duration::from_secs(3);

pub fn measure(plan: &Plan) {
    let called = Called::start(plan.sipp);
    let server = Server::start(called.address());
    let mut application = Application::connect(server.link);
    let rate = plan.rate.unwrap_or(RATE);
    let calls = rate * u32::try_from(plan.time.as_secs()).expect("minutes at most");
    run(&mut application, rate, rate);

    let before = server.process.usage();
    std::thread::sleep(REST);
    let idle = server.process.usage().since(&before);
    println!("  nothing to do: {} of CPU a second", idle.each(REST.as_secs_f64()));

    let (before, began) = (server.process.usage(), Instant::now());
    let outcome = run(&mut application, calls, rate);
    let took = began.elapsed();
    let usage = server.process.usage().since(&before);
    println!(
        "  {calls} calls to {}, {:.0} a second: {} failed (target 0)",
        called.name(),
        f64::from(calls) / took.as_secs_f64(),
        outcome.failed
    );
    println!("  CPU of a call: {} (target 600)", usage.each(f64::from(calls)));
    let resting = idle.total().as_secs_f64() / REST.as_secs_f64() * took.as_secs_f64();
    println!(
        "  without what nothing to do costs: {:.1} µs",
        (usage.total().as_secs_f64() - resting) * 1e6 / f64::from(calls)
    );
    println!(
        "  DIALOUT to CONNECT: p50 {:.0} µs, p99 {:.0} µs",
        outcome.answers.within(0.5),
        outcome.answers.within(0.99)
    );
}

struct Outcome {
    failed: u32,
    /// From DIALOUT to CONNECT.
    answers: Times,
}

/// Dials at this rate, and hangs up whoever answers.
fn run(application: &mut Application, calls: u32, rate: u32) -> Outcome {
    let (start, step) = (Instant::now(), Duration::from_secs(1) / rate);
    let (mut placed, mut failed) = (0, 0);
    let mut open: HashMap<String, Instant> = HashMap::new();
    let mut answers = Vec::new();
    let mut released = 0;
    let mut end = start + PATIENCE;
    while released + failed < calls {
        let now = Instant::now();
        while placed < calls && start + step * placed <= now {
            open.insert(format!("{placed:08}"), Instant::now());
            application.send(&dialout(placed));
            placed += 1;
            end = now + PATIENCE;
        }
        let until = if placed < calls { start + step * placed } else { end };
        match application.next_before(until) {
            Some(Message::DialoutTermination(termination)) => match termination.event {
                DialoutEvent::Connect => {
                    answers.extend(open.remove(&*termination.msgid).map(|began| began.elapsed()));
                    application.send(&disconnect(&termination.trunk_port.to_string()));
                }
                _ => failed += 1,
            },
            Some(Message::AppTrunkDisconnectResponse(_)) => released += 1,
            // A refusal, or the network hung up, which it should not.
            Some(Message::DialoutResponse(DialoutResponse { status: DialoutStatus::Success, .. })) => {}
            Some(_) => failed += 1,
            None if placed == calls && Instant::now() >= end => break,
            None => {}
        }
    }
    // What was never answered has failed too.
    let failed = failed.max(calls.saturating_sub(released));
    Outcome { failed, answers: Times::new(answers) }
}

fn disconnect(port: &str) -> Vec<u8> {
    format!(
        "<APP_TRUNK_DISCONNECT>\n<INFO MSGID=\"DC-3101\" TRUNK_PORT=\"{port}\">\n</INFO>\n</APP_TRUNK_DISCONNECT>\n"
    )
    .into_bytes()
}
