//! SIGTERM and SIGINT, turned into what the running command understands.

use std::io;

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

/// Calls `tell` at each SIGTERM or SIGINT from now on, on a thread of its own, until it says that
/// nobody listens any more.
///
/// # Errors
/// When the system gives no thread or no signal.
pub fn watch(tell: impl FnMut() -> bool + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut terminate, mut interrupt) = {
        let _inside = runtime.enter();
        // A file at the limit of its size (ulimit -f) is to be an error of that write, as a full disk is,
        // and not the end of the process. A signal that was watched for once never ends it.
        let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?;
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    let mut tell = tell;
    let wait = async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if !tell() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(wait))?;
    Ok(())
}
