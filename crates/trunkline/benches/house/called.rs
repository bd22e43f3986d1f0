//! Who is called: SIPp, or the simulated phone network.

use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use carrier::{Carrier, Directory};
use tokio::runtime::Runtime;

use crate::application::PATIENCE;
use crate::server::NETWORK;

/// Someone who answers every call at once and waits for its end.
pub enum Called {
    Sipp(Child, SocketAddr),
    Carrier(Runtime, Option<Carrier>),
}

impl Called {
    /// SIPp where it is wanted and installed, else the simulated network.
    pub fn start(sipp: bool) -> Self {
        let found = sipp.then(start_sipp).flatten();
        found.unwrap_or_else(start_carrier)
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sipp(..) => "SIPp",
            Self::Carrier(..) => "the simulated network",
        }
    }

    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Sipp(_, address) => *address,
            Self::Carrier(_, carrier) => {
                carrier.as_ref().and_then(Carrier::address).expect("it listens until it is dropped")
            }
        }
    }
}

fn start_sipp() -> Option<Called> {
    let free = UdpSocket::bind((NETWORK, 0)).ok()?;
    let address = free.local_addr().ok()?;
    drop(free);
    let child = Command::new("sipp")
        .args([
            "-sn",
            "uas",
            "-aa",
            "-nostdin",
            "-i",
            NETWORK,
            "-mi",
            NETWORK,
            "-p",
            &address.port().to_string(),
        ])
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let end = Instant::now() + PATIENCE;
    while UdpSocket::bind(address).is_ok() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(Called::Sipp(child, address))
}

fn start_carrier() -> Called {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let settings = carrier::Settings {
        listen: vec![format!("udp://{NETWORK}:0").parse().expect("an address")],
        directory: Directory::new(Duration::ZERO),
        ..carrier::Settings::default()
    };
    let carrier = runtime.block_on(Carrier::start(settings)).expect("a free port");
    Called::Carrier(runtime, Some(carrier))
}

impl Drop for Called {
    fn drop(&mut self) {
        match self {
            Self::Sipp(child, _) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Self::Carrier(runtime, carrier) => {
                if let Some(carrier) = carrier.take() {
                    runtime.block_on(carrier.stop());
                }
            }
        }
    }
}
