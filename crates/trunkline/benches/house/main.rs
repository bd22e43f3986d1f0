//! The speed of the whole house: a server in a process of its own, and everyone around it.
//!
//! ```text
//! cargo bench -p trunkline --bench house -- [link] [dial] [calls] [progress] [playing] [recording] [--rounds 5] [--seconds 15]
//!     [--rate 200] [--legs 200,500] [--connections 10000] [--called sipp|carrier]
//! ```
//!
//! Nothing named measures all. How to read the figures is in `docs/performance.md`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a bench reports to people")]

mod application;
mod called;
mod calls;
mod dial;
mod figures;
mod link;
mod playing;
mod process;
mod progress;
mod server;

use std::time::Duration;

/// The first word of a process that this one started.
pub const AS_SERVER: &str = "as-server";
/// See [`AS_SERVER`].
pub const AS_ECHO: &str = "as-echo";

/// Measures and tells.
type Measure = fn(&Plan);

/// What is measured, and how much of it.
pub struct Plan {
    names: Vec<String>,
    pub rounds: usize,
    pub time: Duration,
    /// Calls a second.
    pub rate: Option<u32>,
    /// Legs that play at once, one measurement each.
    pub legs: Vec<usize>,
    /// Idle links.
    pub connections: usize,
    /// Whether SIPp answers the calls; where it is not installed the simulated network does.
    pub sipp: bool,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [AS_SERVER, config] => return server::serve(config.as_ref()),
        [AS_ECHO, request, answer] => return link::echo(number(request), number(answer)),
        _ => {}
    }
    let plan = plan(words);
    println!("load average before: {}", figures::load());
    let measurements: [(&str, Measure); 6] = [
        ("link", link::measure),
        ("dial", dial::measure),
        ("calls", calls::measure),
        ("progress", progress::measure),
        ("playing", playing::measure),
        ("recording", playing::measure_recording),
    ];
    for (name, measure) in measurements {
        if plan.names.is_empty() || plan.names.iter().any(|wanted| wanted == name) {
            println!("\n{name}");
            measure(&plan);
            println!("  load average after: {}", figures::load());
        }
    }
}

fn plan(words: Vec<String>) -> Plan {
    let mut plan = Plan {
        names: Vec::new(),
        rounds: 5,
        time: Duration::from_secs(15),
        rate: None,
        legs: vec![200, 500],
        connections: 10_000,
        sipp: true,
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value follows");
        match word.as_str() {
            "--rounds" => plan.rounds = number(&value()).max(1),
            "--seconds" => plan.time = Duration::from_secs(number(&value()).max(1) as u64),
            "--rate" => plan.rate = Some(u32::try_from(number(&value()).max(1)).expect("a rate")),
            "--legs" => plan.legs = value().split(',').map(number).collect(),
            "--connections" => plan.connections = number(&value()),
            "--called" => plan.sipp = value() == "sipp",
            // What cargo itself adds.
            option if option.starts_with('-') => {}
            _ => plan.names.push(word),
        }
    }
    plan
}

fn number(word: &str) -> usize {
    word.parse().expect("a number")
}
