//! The prompts of the house as sound: those that come with the program, a user's own before them, and the
//! commands that make, list and check them.

mod build;
mod builtin;
mod check;
mod list;
mod voice;

use std::path::PathBuf;

use speech::Language;

use crate::output::OutputError;

pub use build::build;
pub use builtin::builtin;
pub use check::check;
pub use list::list;

/// Samples of one prompt: a minute.
const MAX_SAMPLES: usize = 60 * media::voice_file::RATE as usize;

/// Why a command about prompts does not end well.
#[derive(thiserror::Error, Debug)]
pub enum PromptsError {
    /// Nothing more can be written to the output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The synthesiser is not there.
    #[error(
        "cannot run espeak-ng, which speaks the prompts: {0}; install it (Debian: apt install espeak-ng)"
    )]
    NoSynthesiser(std::io::Error),
    /// It is there, and does not do it.
    #[error("espeak-ng cannot say {key} in {language}: {problem}")]
    Synthesiser {
        /// The language it was told to speak.
        language: Language,
        /// What it was told to say.
        key: String,
        /// What came of it.
        problem: String,
    },
    /// A prompt or its directory cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Some prompts are missing or cannot be read.
    #[error("{0} prompts have no sound: say `trunkline prompts list` for what they should say")]
    Missing(usize),
}
