//! The SIP endpoint on a thread of its own, so that no call's set-up makes a link wait.

use std::net::SocketAddr;
use std::sync::{Arc, Weak, mpsc as blocking};
use std::thread::JoinHandle;

use control::Input;
use tokio::sync::{mpsc, oneshot};

use super::ServeError;
use crate::config::{Admission, Config};

/// The endpoint and its thread.
pub(crate) struct Signalling {
    /// The thread owns it; everyone else looks whether it is still there.
    endpoint: Weak<sip::Endpoint>,
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
                if started.send(Ok(Arc::downgrade(&endpoint))).is_ok() {
                    let _ = stopped.await;
                }
                if let Some(endpoint) = Arc::into_inner(endpoint) {
                    endpoint.stop().await;
                }
            });
        };
        let thread = std::thread::Builder::new().name("sip".into()).spawn(run).map_err(ServeError::Thread)?;
        let endpoint = start.recv().expect("the thread tells how its start went")?;
        Ok(Self { endpoint, stop, thread })
    }

    pub(crate) fn endpoint(&self) -> Weak<sip::Endpoint> {
        Weak::clone(&self.endpoint)
    }

    /// Where SIP is listened for, with the real ports.
    pub(crate) fn listening(&self) -> Vec<sip::Listen> {
        self.endpoint.upgrade().map(|endpoint| endpoint.listening().to_vec()).unwrap_or_default()
    }

    /// Unregisters and closes.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        if self.thread.join().is_err() {
            tracing::error!("the SIP thread panicked at its end");
        }
    }
}

fn settings(config: &Config) -> sip::Settings {
    sip::Settings {
        listen: config.sip.listen.clone(),
        advertise: config.sip.advertise,
        media_advertise: config.media.advertise.or(config.sip.advertise),
        trunks: config.trunks.iter().map(trunk).collect(),
        codecs: config.media.codecs.clone(),
        user_agent: concat!("Trunkline/", env!("CARGO_PKG_VERSION")).to_owned(),
        admit: sip::Admit::Trunks,
        limits: sip::Limits {
            calls: config.port_count() + SPARE_CALLS,
            silence: config.dial.trunk_timeout,
            ..sip::Limits::default()
        },
    }
}

/// Calls beyond one a port: those that are being refused or cleared.
const SPARE_CALLS: usize = 256;

fn trunk(trunk: &crate::config::Trunk) -> sip::Trunk {
    let credentials = trunk.credentials.as_ref();
    sip::Trunk {
        name: trunk.name.clone(),
        address: trunk.address.clone(),
        username: credentials.map(|c| c.username.clone()),
        password: credentials.map(|c| c.password.reveal().to_owned()),
        register: trunk.register,
        allow: match &trunk.allow {
            Admission::Address => Vec::new(),
            Admission::Networks(networks) => networks.clone(),
        },
        codecs: Some(trunk.codecs.clone()),
    }
}
