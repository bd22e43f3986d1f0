//! `trunkline carrier`: the simulated phone network, and calls that it places.

use std::sync::Mutex;

use carrier::{CarrierError, Plan, Report, SayError, Settings};
use media::vox::VoxFormat;
use tokio::sync::Notify;

use crate::cli::{Call, Expect};
use crate::output::{Output, OutputError};
use crate::signals;

/// Why the simulated network did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// It did not start, or takes no orders.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// The voice file cannot be read.
    #[error(transparent)]
    Say(#[from] SayError),
    /// No thread or signal.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
    /// Calls failed; the report was printed.
    #[error("{failed} of {all} calls did not come out as expected")]
    Failed {
        /// How many failed.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// The output is gone.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Answers calls until SIGTERM or SIGINT.
///
/// # Errors
/// When it cannot listen.
pub fn listen<W: std::io::Write>(
    listen: Vec<sip::Listen>,
    output: &mut Output<W>,
) -> Result<(), NetworkError> {
    let settings = Settings { listen, ..Settings::default() };
    let output = Mutex::new(output);
    let ready = |listening: &[sip::Listen]| {
        let places = listening.iter().map(|listen| format!(" sip={listen}")).collect::<String>();
        // Nobody may be reading; the network answers all the same.
        let _ = output.lock().map(|mut output| output.line(&format!("ready{places}")));
    };
    let (runtime, done) = until_signalled()?;
    Ok(runtime.block_on(carrier::run(settings, ready, done.notified()))?)
}

/// Places calls into a server and prints what was heard.
///
/// # Errors
/// When no call could be placed, or one did not come out as expected.
pub fn call<W: std::io::Write>(call: Call, output: &mut Output<W>) -> Result<(), NetworkError> {
    let say = call.say.as_deref().map(|path| carrier::read_voice(path, VoxFormat::default())).transpose()?;
    let plan = Plan {
        from: call.from,
        redirecting: call.sent_on_by,
        calls: call.calls,
        rate: call.rate,
        hold: call.hold,
        say,
        presses: call.keys.0.into_iter().map(|key| vec![key]).collect(),
        expect: call.expect.into_iter().map(|Expect::Tone(hz)| hz).collect(),
        ..Plan::new(call.to)
    };
    let (runtime, done) = until_signalled()?;
    let report: Report =
        runtime.block_on(carrier::place_calls(plan, Settings::calling(call.server), done.notified()))?;
    output.line(&report.to_string())?;
    let (all, good) = (report.calls.len(), report.good());
    if report.is_good() { Ok(()) } else { Err(NetworkError::Failed { failed: all - good, all }) }
}

fn until_signalled() -> Result<(tokio::runtime::Runtime, std::sync::Arc<Notify>), NetworkError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = std::sync::Arc::new(Notify::new());
    let told = std::sync::Arc::clone(&done);
    signals::watch(move || {
        told.notify_one();
        true
    })?;
    Ok((runtime, done))
}
