//! `trunkline conform`: drives any server that claims the protocol through the behaviours that can be
//! seen from outside, as applications and as the phone network at once.
//!
//! A behaviour is a [`Row`]: a title and a script of what is sent, what must come and what the called
//! party must hear. [`run`] plays every row against the [`Target`] and tells how each went; a row that
//! needs what the target was not said to have is skipped, with the reason.

mod document;
mod link;
mod printed;
mod recorded;
mod report;
mod row;
mod rows;
mod script;
mod sounds;
mod stage;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use carrier::{Carrier, CarrierError, Directory, Settings, Step};
use edge::signal::Cause;

use crate::output::{Output, OutputError};

pub use document::{CONFIGURATION, document};
pub use report::{Finding, Moment, Shape, Verdict, Way};
pub use row::{Family, Need, Row};
pub use rows::FAMILIES;

/// The server under test, and what it was configured with.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its link, as HOST:PORT.
    pub to: String,
    /// Where its trunk leads: the simulated network listens there.
    pub carrier: sip::Listen,
    /// Where it takes calls over SIP.
    pub sip: Option<sip::TrunkAddress>,
    /// The directory of its drives, which holds `c` for `C:\`.
    pub files: Option<PathBuf>,
    /// Its mailboxes: numbers and pass codes.
    pub mailboxes: Vec<(String, String)>,
    /// Parameter xxx77.
    pub xxx77: u16,
    /// Parameter eee81.
    pub eee81: u32,
    /// Parameter eee30.
    pub eee30: bool,
    /// Where the telephones of its agents are: the kit is them, where it has any of these.
    pub phones: sip::Listen,
    /// Its agents whose telephones ring for each call, by the numbers that applications know.
    pub ringing: Vec<u32>,
    /// An agent whose telephone is kept connected.
    pub nailed_up: Option<u32>,
    /// An agent of the kind that `NO_MSI_AGENT_FREE` speaks of.
    pub station_card: Option<u32>,
    /// The number of a mailbox that announces `C:\CONFORM\TWO.WAV`.
    pub announces: Option<String>,
    /// The number of a mailbox that is switched off.
    pub disabled: Option<String>,
    /// The command that makes its operator's exit.
    pub exit: Option<String>,
    /// The behaviours to try; empty: all.
    pub only: Vec<u16>,
}

impl Target {
    /// All of its agents.
    fn agents(&self) -> impl Iterator<Item = u32> {
        self.ringing.iter().copied().chain(self.nailed_up).chain(self.station_card)
    }

    /// The number at which an agent's telephone is called: that of his port, as the server itself counts.
    fn telephone(&self, agent: u32) -> String {
        agent.saturating_sub(self.eee81).to_string()
    }
}

/// Why the rows were not all passed.
#[derive(Debug, thiserror::Error)]
pub enum ConformError {
    /// The simulated network did not start.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// No runtime.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] std::io::Error),
    /// The voice files cannot be written.
    #[error("cannot write voice files below {}: {source}; --files names the directory of the server's drives", path.display())]
    Files {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Rows failed; the report was printed.
    #[error("{failed} of {all} behaviours did not come out as they should")]
    Failed {
        /// How many failed.
        failed: usize,
        /// How many were tried.
        all: usize,
    },
    /// Nothing was tried.
    #[error("no behaviour could be tried: {0}")]
    Nothing(String),
    /// The output is gone.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Plays every row against the server, tells each as it ends, and all of them at the end.
///
/// # Errors
/// [`ConformError`]: a row failed, or none could be played.
pub fn run<W: Write>(target: &Target, shape: Shape, output: &mut Output<W>) -> Result<(), ConformError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ConformError::Thread)?;
    let sounds = target.files.as_deref().map(sounds::Sounds::write).transpose()?;
    let played = runtime.block_on(async {
        let carrier = Carrier::start(network(target)).await?;
        let played = play(target, &carrier, shape, output).await;
        carrier.stop().await;
        played
    });
    drop(sounds);
    played
}

/// The network that the rows are written for.
fn network(target: &Target) -> Settings {
    let network = Directory::new(Duration::ZERO)
        .with("0115", vec![Step::Ring])
        .with("0404", vec![Step::HangUp(Cause::Unallocated)])
        .with("0480", vec![Step::HangUp(Cause::NoAnswer)]);
    let telephones = target.agents().map(|agent| target.telephone(agent));
    let directory = telephones.fold(network, |all, number| all.with(&number, vec![Step::Ring]));
    let phones = target.agents().next().map(|_| target.phones);
    Settings {
        // The first is the one that calls are placed from.
        listen: [target.carrier].into_iter().chain(phones).collect(),
        directory,
        listen_hz: sounds::FREQUENCIES.to_vec(),
        server: target.sip.clone(),
        ..Settings::default()
    }
}

async fn play<W: Write>(
    target: &Target,
    carrier: &Carrier,
    shape: Shape,
    output: &mut Output<W>,
) -> Result<(), ConformError> {
    let mut report = report::Report::new(shape);
    let mut heard = link::Heard::default();
    report.opening(target, output)?;
    stage::until_trunk_is_up(target, carrier).await.map_err(ConformError::Nothing)?;
    stage::know_agents(target, carrier).await;
    for family in FAMILIES {
        let wanted = |row: &&Row| target.only.is_empty() || target.only.contains(&row.behaviour);
        for (n, row) in family.rows.iter().filter(wanted).enumerate() {
            if n == 0 {
                report.family(family, output)?;
            }
            let finding = match row.lacks(target) {
                Some(reason) => Finding::skipped(row, reason),
                None => stage::play(row, target, carrier, &mut heard).await,
            };
            report.finding(&finding, output)?;
        }
    }
    report.end(output)
}
