//! The agents on disk, so that they are at work after a restart as they were before.
//!
//! The file `<data>/agents` has a line for each change; the last of an agent counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use control::{Shift, Standing};
use edge::StationId;
use protocol::{AgentLoginMode, Spelling, Text, Word as _};
use serde::{Deserialize, Serialize};

use super::lines::{Lines, seconds};

/// The file of the agents.
#[derive(Debug)]
pub(crate) struct AgentFile {
    lines: Lines,
    newest: BTreeMap<u16, Line>,
}

/// What an agent was at a time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Line {
    agent: u16,
    /// Seconds since 1970.
    at: u64,
    /// None when he has logged out.
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<Work>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Work {
    mode: String,
    name: String,
    campaign: String,
}

impl AgentFile {
    /// Reads what the last process left: each agent, with the time since he was told.
    pub(crate) fn open(data: &Path, now: SystemTime) -> (Self, Vec<(Standing, Duration)>) {
        let (mut lines, read) = Lines::read(data.join("agents"), "all agents have to log in anew");
        let newest: BTreeMap<u16, Line> = read.into_iter().map(|line: Line| (line.agent, line)).collect();
        lines.renew(newest.values());
        let now = seconds(now);
        let standings = newest.values().filter_map(|line| {
            let waited = Duration::from_secs(now.saturating_sub(line.at));
            Some((line.standing()?, waited))
        });
        let standings = standings.collect();
        (Self { lines, newest }, standings)
    }

    /// Remembers an agent from the next flush on.
    pub(crate) fn add(&mut self, now: SystemTime, standing: &Standing) {
        let line = Line::of(standing, seconds(now));
        self.lines.add(&line);
        self.newest.insert(line.agent, line);
    }

    /// Writes what is new.
    pub(crate) fn flush(&mut self) {
        if self.lines.flush() {
            self.lines.renew(self.newest.values());
        }
    }
}

impl Line {
    fn of(standing: &Standing, at: u64) -> Self {
        let shift = standing.shift.as_ref().map(|Shift { mode, name, campaign }| Work {
            mode: mode.text(Spelling::Memorandum).to_owned(),
            name: name.to_string(),
            campaign: campaign.to_string(),
        });
        Self { agent: standing.agent.0, at, shift }
    }

    /// The agent it tells of; none where his mode is not one.
    fn standing(&self) -> Option<Standing> {
        let shift = match &self.shift {
            None => None,
            Some(Work { mode, name, campaign }) => Some(Shift {
                mode: AgentLoginMode::from_text(mode)?,
                name: Text::from(name.as_str()),
                campaign: Text::from(campaign.as_str()),
            }),
        };
        Some(Standing { agent: StationId(self.agent), shift })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::limits;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
    }

    fn ines(agent: u16, mode: AgentLoginMode) -> Standing {
        let shift = Shift { mode, name: "In\"es\n".into(), campaign: "4H CLUB".into() };
        Standing { agent: StationId(agent), shift: Some(shift) }
    }

    #[test]
    fn b115_who_is_at_work_is_so_after_a_restart() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, none) = AgentFile::open(data.path(), at(0));
        assert_eq!(none, []);
        file.add(at(0), &ines(24, AgentLoginMode::Predictive));
        file.add(at(10), &ines(25, AgentLoginMode::Manual));
        file.add(at(20), &ines(24, AgentLoginMode::Blended));
        file.add(at(30), &Standing { agent: StationId(25), shift: None });
        file.flush();
        file.add(at(40), &ines(26, AgentLoginMode::Busy));
        let wanted = vec![
            (ines(24, AgentLoginMode::Blended), Duration::from_secs(80)),
            (Standing { agent: StationId(25), shift: None }, Duration::from_secs(70)),
        ];
        assert_eq!(AgentFile::open(data.path(), at(100)).1, wanted);
        assert_eq!(AgentFile::open(data.path(), at(100)).1, wanted, "it was written anew");
        // The clock was set back.
        assert_eq!(AgentFile::open(data.path(), at(0)).1[0].1, Duration::ZERO);
    }

    #[test]
    fn a_torn_or_foreign_line_is_passed_over() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, _) = AgentFile::open(data.path(), at(0));
        file.add(at(0), &ines(24, AgentLoginMode::Predictive));
        file.flush();
        let mut octets = fs::read(data.path().join("agents")).expect("it is there");
        octets.extend_from_slice(b"junk\n{\"agent\":25,\"at\":1,\"shift\":{\"mode\":\"LAZY\",\"name\":\"\",\"campaign\":\"\"}}\n{\"agent\":26,");
        fs::write(data.path().join("agents"), octets).expect("written");
        let (_, agents) = AgentFile::open(data.path(), at(0));
        assert_eq!(agents, [(ines(24, AgentLoginMode::Predictive), Duration::ZERO)]);
    }

    #[test]
    fn the_file_is_bounded_and_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, _) = AgentFile::open(data.path(), at(0));
        for n in 0..60_000 {
            file.add(at(n), &ines(24, AgentLoginMode::Predictive));
            if n % 100 == 0 {
                file.flush();
            }
        }
        file.flush();
        let metadata = fs::metadata(data.path().join("agents")).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert!(metadata.len() < limits::JOURNAL + 100_000, "{}", metadata.len());
        assert_eq!(AgentFile::open(data.path(), at(60_000)).1.len(), 1);
    }
}
