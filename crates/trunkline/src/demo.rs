//! `trunkline demo`: a server, a simulated phone network and an application in one process, on free
//! ports of this machine, with nothing to configure.
//!
//! The application is a real one: it talks to the server over TCP as any other would, and every message
//! is shown as it crosses, with a line that says what it is for.

mod application;
mod story;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::thread::JoinHandle;

use carrier::{Carrier, CarrierError};
use tokio::sync::{mpsc, oneshot};

use crate::config::{Config, ConfigError, Environment};
use crate::output::{Output, OutputError};
use crate::server::{self, Addresses, Operator, ServeError};

/// Why the demo did not come out as it should.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The server did not start or ended badly.
    #[error(transparent)]
    Server(#[from] ServeError),
    /// The simulated phone network did not start.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// Its own files could not be written.
    #[error("cannot write the demo's files below {}: {source}; set TMPDIR to a directory that can be written", path.display())]
    Files {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A thread or its runtime could not be made.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] std::io::Error),
    /// The link broke.
    #[error("the link to the server broke: {0}")]
    Link(#[source] std::io::Error),
    /// Something else came, or nothing.
    #[error("the demo expected {expected}, but {got}")]
    Unexpected {
        /// What should have come.
        expected: String,
        /// What came instead.
        got: String,
    },
    /// The built-in configuration is broken: a fault of this program.
    #[error("the demo's own configuration is broken: {0}")]
    Config(Box<ConfigError>),
    /// Nobody reads what is printed.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Runs the demo; with `keep`, the server and the network stay for playing with until `until` is done.
///
/// # Errors
/// When anything does not come out as it should.
pub fn run<W: std::io::Write>(
    out: &mut Output<W>,
    keep: Option<blocking::Receiver<()>>,
) -> Result<(), DemoError> {
    let place = Place::new()?;
    let network = Network::start()?;
    let house = House::start(config(place.path(), network.address)?)?;
    out.line(&format!(
        "A server, a simulated phone network and an application, all in this process.\n\
         The application's link is TCP {}, the server's SIP is {}, the phone network is udp://{}.\n",
        house.link(),
        house.sip(),
        network.address
    ))?;
    let told = story::tell(out, house.link(), &house.operator, keep.is_some());
    if let (Ok(()), Some(until)) = (&told, keep) {
        out.line(&playground(&house, &network))?;
        // Whether a signal came or its sender is gone: either ends the demo.
        let _ = until.recv();
    }
    let ended = house.stop();
    network.stop();
    told?;
    ended?;
    out.line("\nAll came out as expected.")?;
    Ok(())
}

fn playground(house: &House, network: &Network) -> String {
    format!(
        "\nThe server stays until Ctrl-C. To play with it from another terminal:\n  \
         trunkline send --to {}\n\
         Numbers of the simulated network ({}) go by their last four digits: 0100 answers, 0101 also\n\
         presses 5, 0102 is busy, 0103 never answers, 0109 hangs up, 0112 echoes, 0113 sends 440 Hz.\n\
         A voice file to play: C:\\PROMPTS\\WELCOME.VOX",
        house.link(),
        network.address
    )
}

/// The demo's directory, gone with it.
struct Place(PathBuf);

impl Place {
    fn new() -> Result<Self, DemoError> {
        let path = std::env::temp_dir().join(format!("trunkline-demo-{}", std::process::id()));
        let place = Self(path);
        let prompts = place.0.join("files/c/prompts");
        let fault = |source| DemoError::Files { path: prompts.clone(), source };
        std::fs::create_dir_all(&prompts).map_err(fault)?;
        std::fs::write(prompts.join("welcome.vox"), story::welcome()).map_err(fault)?;
        std::fs::write(prompts.join("bye.vox"), story::goodbye()).map_err(fault)?;
        Ok(place)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind in the system's own directory for such things, at the worst.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn config(data: &Path, network: SocketAddr) -> Result<Config, DemoError> {
    let text = format!(
        "[sip]\nlisten = [\"udp://127.0.0.1:0\", \"tcp://127.0.0.1:0\"]\n\
         [[trunk]]\nname = \"simulated\"\nports = \"1-24\"\naddress = \"sip:{network}\"\n\
         [[mailbox]]\nnumber = \"7322901900\"\ntype = \"U\"\npassword = \"2424\"\nname = \"demo\"\n"
    );
    // Nothing of the caller's surroundings changes the demo.
    let environment = Environment { variables: BTreeMap::new(), secret_file: |_| Ok(String::new()) };
    let mut config = Config::parse("the demo's configuration", &text, &environment).map_err(|errors| {
        DemoError::Config(Box::new(errors.into_iter().next().expect("a refusal has a reason")))
    })?;
    config.files.data = data.to_path_buf();
    Ok(config)
}

/// The server on its own thread.
struct House {
    addresses: Addresses,
    operator: mpsc::Sender<Operator>,
    thread: JoinHandle<Result<(), ServeError>>,
}

impl House {
    fn start(config: Config) -> Result<Self, DemoError> {
        let (operator, commands) = mpsc::channel(2);
        let (ready, addresses) = blocking::sync_channel(1);
        let link = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
        let run = move || {
            server::run(config, Some(link), commands, |addresses| {
                let _ = ready.send(addresses.clone());
            })
        };
        let thread =
            std::thread::Builder::new().name("server".into()).spawn(run).map_err(DemoError::Thread)?;
        match addresses.recv() {
            Ok(addresses) => Ok(Self { addresses, operator, thread }),
            Err(_) => Err(match thread.join() {
                Ok(Err(error)) => error.into(),
                _ => ServeError::Broken.into(),
            }),
        }
    }

    fn link(&self) -> SocketAddr {
        self.addresses.link.first().copied().expect("the demo's link has an address")
    }

    fn sip(&self) -> String {
        self.addresses.sip.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
    }

    /// The operator's exit, where the story has not had it.
    fn stop(self) -> Result<(), DemoError> {
        let _ = self.operator.blocking_send(Operator::Exit);
        match self.thread.join() {
            Ok(ended) => Ok(ended?),
            Err(_) => Err(ServeError::Broken.into()),
        }
    }
}

/// The simulated phone network on its own thread.
struct Network {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Network {
    fn start() -> Result<Self, DemoError> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(DemoError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let (started, start) = blocking::sync_channel(1);
        let free = sip::Listen { transport: sip::Transport::Udp, address: (Ipv4Addr::LOCALHOST, 0).into() };
        let settings = carrier::Settings { listen: vec![free], ..carrier::Settings::default() };
        let run = move || {
            runtime.block_on(async move {
                match Carrier::start(settings).await {
                    Err(error) => drop(started.send(Err(error))),
                    Ok(carrier) => {
                        let address = carrier.address().expect("it listens on one address");
                        if started.send(Ok(address)).is_ok() {
                            let _ = stopped.await;
                        }
                        carrier.stop().await;
                    }
                }
            });
        };
        let thread =
            std::thread::Builder::new().name("network".into()).spawn(run).map_err(DemoError::Thread)?;
        let address = start.recv().expect("the thread tells how its start went")?;
        Ok(Self { address, stop, thread })
    }

    fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}
