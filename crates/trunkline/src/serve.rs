//! `trunkline serve`: the server in the foreground.

use std::path::Path;

use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;

use crate::check;
use crate::config::Config;
use crate::output::{Output, OutputError};
use crate::server::{self, Operator, ServeError};
use crate::signals;

/// Where the level of the log is set, such as `info` or `trunkline=debug,sip=info`.
const LOG: &str = "TRUNKLINE_LOG";
/// What is logged where nothing is set. The SIP stack logs whole messages and text of peers.
const USUAL: &str = "info,rsipstack=off";

/// Runs the server until its exit; says `ready` and its addresses when every listener is up.
///
/// # Errors
/// When it cannot start, or call control is broken.
pub fn run<W: std::io::Write>(
    file: Option<&Path>,
    config: Config,
    output: &mut Output<W>,
) -> Result<(), ServeError> {
    log();
    for warning in check::warnings(file, &config) {
        tracing::warn!("{warning}");
    }
    let (operator, commands) = mpsc::channel(2);
    // A third signal while two wait changes nothing: the second has ended the waiting.
    let tell =
        move || !matches!(operator.try_send(Operator::Exit), Err(mpsc::error::TrySendError::Closed(_)));
    signals::watch(tell).map_err(ServeError::Thread)?;
    server::run(config, None, commands, |addresses| {
        let link = addresses.link.iter().map(|address| format!(" link={address}")).collect::<String>();
        let tls = addresses.link_tls.iter().map(|address| format!(" link-tls={address}")).collect::<String>();
        let sip = addresses.sip.iter().map(|listen| format!(" sip={listen}")).collect::<String>();
        // Nobody may be reading; the server serves all the same.
        if let Err(OutputError::Failed(error)) = output.line(&format!("ready{link}{tls}{sip}")) {
            tracing::warn!("cannot say that the server is ready: {error}");
        }
    })
}

/// The log goes to the standard error, a line an event; a closed one is no reason to stop.
pub fn log() {
    log_from(USUAL);
}

/// The same, of errors alone where nothing else is set: for what tells its own story.
pub fn log_errors() {
    log_from("error,rsipstack=off");
}

fn log_from(usual: &str) {
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| EnvFilter::new(usual));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .log_internal_errors(false)
        .try_init();
}
