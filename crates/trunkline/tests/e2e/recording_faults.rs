//! Recordings when something goes wrong around them: the disk is full, the server dies.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use carrier::{Carrier, Directory, Settings};
use media::wav;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tokio::runtime::Runtime;

use crate::house::{Application, PATIENCE};
use crate::process::Process;

/// A network whose parties answer, on a thread of its own, and a directory for servers.
struct House {
    runtime: Runtime,
    carrier: Carrier,
    directory: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let settings = Settings {
            listen: vec!["udp://127.0.0.1:0".parse().unwrap()],
            directory: Directory::new(std::time::Duration::ZERO),
            ..Settings::default()
        };
        let carrier = runtime.block_on(Carrier::start(settings)).unwrap();
        Self { runtime, carrier, directory: tempfile::tempdir().unwrap() }
    }

    fn server(&self) -> Process {
        Process::start(self.directory.path(), self.carrier.address().unwrap(), "")
    }

    fn twr(&self) -> PathBuf {
        self.directory.path().join("data/files/c/twr")
    }

    /// A call to a party that echoes what is played to it, and a recording of it under way.
    fn record(&self, server: &Process) -> Application {
        let mut app = Application::connect(server.link);
        app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550114 MODE=BLIND");
        app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
        app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
        app.send(
            "RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=C:\\TWR\\CALL.WAV TERM_CODE=LOOPDROP",
        );
        app.expect("RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
        app
    }

    fn stop(self) {
        self.runtime.block_on(self.carrier.stop());
    }
}

/// Waits until this is so.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "never: {what}");
        std::thread::yield_now();
    }
}

/// The file of a recording under way, once it has so many octets.
fn under_way(twr: &Path, octets: u64) -> PathBuf {
    until("a recording under way", || {
        let mut entries = fs::read_dir(twr).ok()?.flatten();
        entries.find(|entry| entry.metadata().is_ok_and(|m| m.len() > octets)).map(|entry| entry.path())
    })
}

fn sound_of(path: &Path) -> Vec<i16> {
    let file = fs::read(path).unwrap();
    assert_eq!(wav::repair(&file, file.len() as u64), None, "its header is right");
    wav::decode(&file, 10_000_000).unwrap()
}

#[test]
fn a_server_that_was_killed_repairs_its_recording_when_it_starts_again() {
    let house = House::new();
    let server = house.server();
    let app = house.record(&server);
    let left = under_way(&house.twr(), 16_000);
    drop(server);
    drop(app);
    let octets = fs::metadata(&left).unwrap().len();
    assert!(!house.twr().join("call.wav").exists());
    let again = house.server();
    let place = house.twr().join("call.wav");
    until("the recording at its place", || place.exists().then_some(()));
    assert_eq!(sound_of(&place).len() as u64, (octets - 44) / 2);
    assert!(!left.exists());
    drop(again);
    house.stop();
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_call() {
    let house = House::new();
    let server = house.server();
    let mut app = house.record(&server);
    // What a full disk is to a file: not an octet more than these.
    let limit = 64_000;
    let limits = Rlimit { current: Some(limit), maximum: Some(limit) };
    prlimit(Pid::from_raw(i32::try_from(server.id()).unwrap()), Resource::Fsize, limits).unwrap();
    app.expect("RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=*");
    let samples = sound_of(&house.twr().join("call.wav")).len() as u64;
    assert!((limit - 44 - 2 * 1_600..=limit - 44).contains(&(2 * samples)), "{samples}");
    app.send("APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=*");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=1 STATUS=SUCCESS");
    house.stop();
}
