//! The SIP endpoint on a thread of its own, so that no call's set-up makes a link wait.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc as blocking};
use std::thread::JoinHandle;

use control::Input;
use tokio::sync::{mpsc, oneshot};

use super::ServeError;
use crate::config::{Admission, Config};
use crate::limits;

/// The endpoint and its thread.
pub(crate) struct Signalling {
    endpoint: Arc<sip::Endpoint>,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Signalling {
    pub(crate) fn start(
        config: &Config,
        sound: Arc<rtp::Engine>,
        inbox: mpsc::Sender<Input>,
    ) -> Result<Self, ServeError> {
        let settings = settings(config);
        let sockets: sip::Sockets = Arc::new(move |leg| -> Result<SocketAddr, String> {
            sound.reserve(leg).map_err(|error| error.to_string())
        });
        let sink: sip::Sink = Arc::new(move |event| {
            inbox.try_send(Input::Signal(event)).map_err(|full| match full.into_inner() {
                Input::Signal(event) => event,
                _ => unreachable!("the event that was sent comes back"),
            })
        });
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ServeError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let (started, start) = blocking::sync_channel(1);
        let run = move || {
            runtime.block_on(async move {
                let endpoint = match sip::Endpoint::start(settings, sockets, sink).await {
                    Ok(endpoint) => Arc::new(endpoint),
                    Err(error) => return drop(started.send(Err(error))),
                };
                if started.send(Ok(Arc::clone(&endpoint))).is_ok() {
                    let _ = stopped.await;
                }
                let _ = tokio::time::timeout(limits::SIP_STOP, endpoint.stop()).await;
            });
        };
        let thread =
            std::thread::Builder::new().name("sip".into()).spawn(run).map_err(ServeError::Thread)?;
        let endpoint = start.recv().expect("the thread tells how its start went")?;
        Ok(Self { endpoint, stop, thread })
    }

    pub(crate) fn endpoint(&self) -> Arc<sip::Endpoint> {
        Arc::clone(&self.endpoint)
    }

    /// Unregisters and closes.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        if self.thread.join().is_err() {
            tracing::error!("the SIP thread panicked at its end");
        }
    }
}
