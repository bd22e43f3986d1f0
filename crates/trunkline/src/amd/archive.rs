//! The verdicts of live calls, written by a thread of their own: the latest are kept.

use std::collections::VecDeque;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use jiff::Timestamp;
use media::g711;
use media::progress::Country;
use rtp::{Judged, Take};

use super::kept::{Kept, KeptError};

/// Verdicts that wait to be written; those beyond are not kept. With the longest sound, 5 MB.
const WAITING: usize = 64;
/// How the names of live calls begin: when they were judged, in UTC.
const TIME: &str = "%Y%m%dT%H%M%S%.3fZ";
/// Characters of that.
const TIME_LENGTH: usize = "20261122T160500.000Z".len();
/// Entries of the directory that are looked at.
const MAX_ENTRIES: usize = 1_000_000;

/// Begins to keep verdicts below this directory, of which the latest `keep` stay. What is returned takes them,
/// and never waits.
///
/// # Errors
/// The thread cannot be started.
pub fn start(directory: PathBuf, keep: u32, tones: Country) -> io::Result<Take> {
    let (sender, judged) = sync_channel(WAITING);
    let archive = Archive { directory, keep: keep as usize, tones, calls: VecDeque::new() };
    thread::Builder::new().name("verdicts".to_owned()).spawn(move || archive.run(&judged))?;
    Ok(Arc::new(move |judged: Judged| {
        let leg = judged.leg;
        if sender.try_send(judged).is_err() {
            tracing::debug!(target: "amd", %leg, "the verdict is not kept: the disk is slower than the calls");
        }
    }))
}

/// The verdicts of a directory.
struct Archive {
    directory: PathBuf,
    keep: usize,
    tones: Country,
    /// The names of those that are there, the oldest first.
    calls: VecDeque<String>,
}

impl Archive {
    /// Writes what comes, until nothing can come any more.
    fn run(mut self, judged: &Receiver<Judged>) {
        // What was said on calls is not for everyone on the machine.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.directory);
        if let Err(error) = made {
            tracing::error!(target: "amd", path = %self.directory.display(), %error, "verdicts are not kept; set amd.keep = 0, or files.data to a directory that this user can write");
            return;
        }
        self.calls = names(&self.directory);
        self.prune();
        for judged in judged {
            if let Err(error) = self.keep(&judged) {
                tracing::warn!(target: "amd", leg = %judged.leg, %error, "a verdict is not kept");
            }
        }
    }

    fn keep(&mut self, judged: &Judged) -> Result<(), KeptError> {
        let call = format!("{}-{}", Timestamp::now().strftime(TIME), judged.leg);
        let Some(kept) = Kept::of(&call, self.tones, &judged.detector) else { return Ok(()) };
        let mut samples = vec![0; judged.sound.len()];
        g711::mu_decode(&judged.sound, &mut samples);
        kept.write(&self.directory, &samples)?;
        self.calls.push_back(call);
        self.prune();
        Ok(())
    }

    /// Removes the oldest until there are not too many.
    fn prune(&mut self) {
        while self.calls.len() > self.keep
            && let Some(call) = self.calls.pop_front()
        {
            for extension in ["wav", "toml"] {
                // One that somebody else removed is as good as removed.
                let _ = std::fs::remove_file(self.directory.join(format!("{call}.{extension}")));
            }
        }
    }
}

/// The live calls whose verdicts lie in a directory, the oldest first.
fn names(directory: &Path) -> VecDeque<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return VecDeque::new() };
    let mut names: Vec<String> = entries
        .take(MAX_ENTRIES)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned()))
        .filter(|name| is_live(name))
        .collect();
    names.sort_unstable();
    names.into()
}

/// Whether a name is one that [`Archive::keep`] gives, and no other recording's.
fn is_live(name: &str) -> bool {
    let form = b"dddddddd_dddddd_ddd_-";
    name.is_ascii()
        && name.len() > TIME_LENGTH
        && name.bytes().zip(form).all(|(octet, form)| match form {
            b'd' => octet.is_ascii_digit(),
            b'-' => octet == b'-',
            _ => matches!(octet, b'T' | b'.' | b'Z'),
        })
}

/// The file of a call's verdict: by its whole name, or the latest of the leg of this name.
///
/// # Errors
/// [`KeptError::Name`]: the call cannot name a file.
pub fn find(directory: &Path, call: &str) -> Result<PathBuf, KeptError> {
    let path = Kept::path(directory, call)?;
    if path.exists() {
        return Ok(path);
    }
    let of_leg = |name: &&String| name.get(TIME_LENGTH + 1..) == Some(call);
    match names(directory).iter().rev().find(of_leg) {
        Some(name) => Kept::path(directory, name),
        None => Ok(path),
    }
}

#[cfg(test)]
mod tests {
    use edge::LegId;
    use media::amd::{Detector, FRAME, Parameters};

    use super::*;

    fn judged(leg: u64) -> Judged {
        let mut detector = Box::new(Detector::new(Parameters::default()));
        for _ in 0..300 {
            let _ = detector.hear(&[0; FRAME]);
        }
        Judged { leg: LegId::placed(leg), detector, sound: vec![0xff; 160] }
    }

    fn archive(directory: &Path, keep: usize) -> Archive {
        let calls = names(directory);
        Archive { directory: directory.to_path_buf(), keep, tones: Country::default(), calls }
    }

    #[test]
    fn the_latest_verdicts_stay_and_nothing_else_goes() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        std::fs::write(path.join("study-7.toml"), "").expect("written");
        let mut first = archive(path, 5);
        (1..=3).for_each(|leg| first.keep(&judged(leg)).expect("kept"));
        let oldest = first.calls[0].clone();
        // Another process goes on with what is there.
        let mut second = archive(path, 3);
        assert_eq!(second.calls, first.calls);
        second.keep(&judged(4)).expect("kept");
        assert_eq!((second.calls.len(), names(path)), (3, second.calls.clone()));
        assert!(!path.join(format!("{oldest}.wav")).exists() && path.join("study-7.toml").exists());
    }

    #[test]
    fn a_call_is_found_by_its_leg_and_by_its_name() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        let mut archive = archive(path, 100);
        for leg in [7, 17, 7] {
            archive.keep(&judged(leg)).expect("kept");
        }
        let latest = archive.calls.iter().filter(|name| name.ends_with("Z-out-7")).max().expect("kept");
        assert_eq!(find(path, "out-7").expect("a name"), path.join(format!("{latest}.toml")));
        assert_eq!(find(path, latest).expect("a name"), path.join(format!("{latest}.toml")));
        assert!(!find(path, "out-1").expect("a name").exists());
        assert!(find(path, "../x").is_err());
        let (kept, samples) = Kept::read(&find(path, "out-17").expect("a name")).expect("whole");
        assert_eq!(samples.map(|samples| samples.len()), Some(160));
        assert!(kept.call.ends_with("-out-17"));
    }

    #[test]
    fn only_names_of_live_calls_are_pruned() {
        assert!(is_live("20261122T160500.000Z-out-17"));
        for other in
            ["study-7", "20261122T160500.000Z", "20261122T160500-000Z-out-17", "é0261122T160500.000Z-x"]
        {
            assert!(!is_live(other), "{other}");
        }
    }
}
