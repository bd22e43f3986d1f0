//! A server in a process of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use trunkline::control_socket::{self, Reply, Request, Status};

use crate::house::PATIENCE;

/// A server in a process of its own, ended with it.
pub struct Process {
    child: Child,
    pub link: SocketAddr,
    /// What it said when it was ready.
    pub ready: String,
    directory: PathBuf,
}

impl Process {
    /// Starts the program with its data there, its link on a free port, and these lines more.
    pub fn start(directory: &Path, carrier: SocketAddr, more: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "[parameters]\neee51 = {}\n[sip]\nlisten = [\"udp://127.0.0.1:0\"]\n[files]\ndata = {:?}\n\
             [[trunk]]\nname = \"carrier\"\nports = \"1-4\"\naddress = \"sip:{carrier}\"\n{more}",
            port - 700,
            directory.join("data")
        );
        let file = directory.join("trunkline.toml");
        std::fs::write(&file, config).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_trunkline"))
            .args(["serve", "--config"])
            .arg(&file)
            .env("TRUNKLINE_LOG", "info,rsipstack=off,cdr=debug")
            .stdout(Stdio::piped())
            .stderr(File::create(directory.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert!(ready.starts_with("ready"), "{ready}");
        let link = SocketAddr::from(([127, 0, 0, 1], port));
        Self { child, link, ready, directory: directory.to_owned() }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn status(&self) -> Status {
        match control_socket::ask(&self.directory.join("data/control.sock"), Request::Status).unwrap() {
            (Reply::Status(status), _) => status,
            other => panic!("no status: {other:?}"),
        }
    }

    /// Asks until the status is as wanted.
    pub fn until(&self, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
        let until = Instant::now() + PATIENCE;
        loop {
            let status = self.status();
            if holds(&status) {
                return status;
            }
            assert!(Instant::now() < until, "never {what}: {status:?}");
        }
    }

    /// The lines of its security log so far, without their time.
    pub fn security(&self) -> Vec<String> {
        self.logged(" WARN security: ")
    }

    /// The lines of its log so far that go on from this.
    pub fn logged(&self, from: &str) -> Vec<String> {
        let log = std::fs::read_to_string(self.directory.join("log")).unwrap();
        let lines = log.lines().filter_map(|line| line.split_once(from));
        lines.map(|(_, line)| line.to_owned()).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL, by the pid that the child holds.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
