//! The server under measurement, in a process of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use media::tone::Tone;
use media::wav::{self, Encoding};
use tempfile::TempDir;
use tokio::sync::mpsc;
use trunkline::config::Config;
use trunkline::control_socket::{Reply, Request, Status, ask};
use trunkline::server::{self, Operator};

use crate::AS_SERVER;
use crate::process::{Process, until_told};

/// The server's end of the network: an address that no other program's ports are on.
const SERVER: &str = "127.0.7.1";
/// The far end of the network.
pub const NETWORK: &str = "127.0.7.2";
/// Ports of the one trunk.
pub const PORTS: usize = 2_000;

pub struct Server {
    pub process: Process,
    pub link: SocketAddr,
    socket: PathBuf,
    data: TempDir,
}

impl Server {
    /// A server that dials through a trunk at this address, as fast as it is asked to.
    pub fn start(trunk: SocketAddr) -> Self {
        let data = tempfile::tempdir().expect("a directory of our own");
        let socket = data.path().join("control");
        let text = format!(
            "[link]\nmax_links = 20000\n[sip]\nlisten = [\"udp://{SERVER}:0\"]\n\
             [files]\ndata = {:?}\n[dial]\ncalls_per_second = 10000\n[status]\nsocket = {socket:?}\n\
             [[trunk]]\nname = \"network\"\nports = \"1-{PORTS}\"\naddress = \"sip:{trunk}\"\n",
            data.path(),
        );
        let config = data.path().join("trunkline.toml");
        std::fs::write(&config, text).expect("the directory is ours");
        let process = Process::start(&[AS_SERVER, config.to_str().expect("a plain path")]);
        let link = process.word.parse().expect("an address");
        Self { process, link, socket, data }
    }

    /// Writes a voice file of a tone to C:\PROMPTS.
    pub fn tone(&self, name: &str, ms: u32) {
        let prompts = self.data.path().join("files/c/prompts");
        std::fs::create_dir_all(&prompts).expect("the directory is ours");
        let octets = wav::encode(&Tone::sine(440.0, -13.0).samples(ms), Encoding::Pcm16);
        std::fs::write(prompts.join(name), octets).expect("the directory is ours");
    }

    pub fn status(&self) -> Status {
        match ask(&self.socket, Request::Status) {
            Ok((Reply::Status(status), _)) => status,
            other => panic!("the server tells how it is, not {other:?}"),
        }
    }
}

/// The other process: the server, as `trunkline serve` runs it, on any free port.
pub fn serve(config: &Path) {
    trunkline::serve::log();
    let config = Config::load(Some(config)).expect("the configuration is ours");
    let (operator, commands) = mpsc::channel(2);
    std::thread::spawn(move || {
        until_told();
        for _ in 0..2 {
            let _ = operator.blocking_send(Operator::Exit);
        }
    });
    let link = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    server::run(config, Some(link), commands, |addresses| println!("{}", addresses.link[0]))
        .expect("the server runs");
}
