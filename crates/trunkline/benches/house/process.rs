//! A process of this program in another role, and what it uses.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

/// A process that ends when its standard input is closed.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// The first line that it wrote.
    pub word: String,
}

impl Process {
    /// Starts this program with these words, and waits for its first line.
    pub fn start(words: &[&str]) -> Self {
        let program = std::env::current_exe().expect("a program knows where it lies");
        let mut child = Command::new(program)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log())
            .spawn()
            .expect("this program starts a second time");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("a pipe was asked for");
        let mut word = String::new();
        BufReader::new(output).read_line(&mut word).expect("it writes a line");
        assert!(!word.is_empty(), "{words:?} did not start");
        Self { child, input, word: word.trim_end().to_owned() }
    }

    /// CPU time used so far, by thread.
    pub fn usage(&self) -> Usage {
        usage(self.child.id())
    }

    /// Resident memory, in octets.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number of KiB") * 1024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// What a process logs is written, as in life, and thrown away; `TRUNKLINE_BENCH_LOG` names a file for it.
fn log() -> Stdio {
    let file = std::env::var_os("TRUNKLINE_BENCH_LOG").map_or("/dev/null".into(), PathBuf::from);
    std::fs::File::options().append(true).create(true).open(file).map_or(Stdio::null(), Stdio::from)
}

/// Waits in the other process for the end of the standard input.
pub fn until_told() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// CPU time by the name of the thread; threads of one kind are counted together.
pub struct Usage(BTreeMap<String, Duration>);

/// What the threads of a process have used so far, to the nanosecond.
fn usage(process: u32) -> Usage {
    let mut threads = BTreeMap::new();
    for thread in std::fs::read_dir(format!("/proc/{process}/task")).expect("it runs").flatten() {
        let read = |file| std::fs::read_to_string(thread.path().join(file)).unwrap_or_default();
        let (name, times) = (read("comm"), read("schedstat"));
        let is_first = thread.file_name().to_str() == Some(&process.to_string());
        let kind = name.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let kind = if is_first { "switch" } else { kind };
        let used = times.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        *threads.entry(kind.to_owned()).or_default() += Duration::from_nanos(used);
    }
    Usage(threads)
}

impl Usage {
    pub fn since(&self, before: &Self) -> Self {
        let grown = |(name, time): (&String, &Duration)| {
            (name.clone(), time.saturating_sub(before.0.get(name).copied().unwrap_or_default()))
        };
        Self(self.0.iter().map(grown).collect())
    }

    pub fn total(&self) -> Duration {
        self.0.values().sum()
    }

    /// The share of one of so many, in microseconds.
    pub fn each(&self, count: f64) -> Each<'_> {
        Each { usage: self, count }
    }
}

/// CPU time of one of many things.
pub struct Each<'a> {
    usage: &'a Usage,
    count: f64,
}

impl fmt::Display for Each<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = |time: &Duration| time.as_secs_f64() * 1e6 / self.count;
        write!(f, "{:.1} µs (", each(&self.usage.total()))?;
        let used = self.usage.0.iter().filter(|(_, time)| each(time) >= 0.05);
        for (place, (name, time)) in used.enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{name} {:.1}", each(time))?;
        }
        write!(f, ")")
    }
}
