//! The flight record: the last inputs of the switch, written when it panicked.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use control::Input;
use protocol::{InitLink, Request, Text};

use crate::limits;

/// The last inputs, the oldest first.
#[derive(Debug)]
pub(crate) struct Flight {
    inputs: VecDeque<(Instant, Input)>,
    written: u32,
}

impl Flight {
    pub(crate) fn new() -> Self {
        Self { inputs: VecDeque::with_capacity(limits::FLIGHT), written: 0 }
    }

    pub(crate) fn note(&mut self, now: Instant, input: &Input) {
        if self.inputs.len() == limits::FLIGHT {
            self.inputs.pop_front();
        }
        self.inputs.push_back((now, without_secrets(input)));
    }

    /// Writes the record below `data` and says where.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write(&mut self, data: &Path, now: Instant) -> io::Result<PathBuf> {
        let mut text = String::from("The last inputs before the panic; seconds before it.\n");
        for (at, input) in &self.inputs {
            let before = now.saturating_duration_since(*at).as_secs_f64();
            let _ = writeln!(text, "-{before:.6} {input:?}");
        }
        self.written += 1;
        let path = data.join(format!("flight-{}-{}.txt", std::process::id(), self.written));
        std::fs::create_dir_all(data)?;
        std::fs::write(&path, text)?;
        Ok(path)
    }
}

/// Pass codes stay out of every record.
fn without_secrets(input: &Input) -> Input {
    match input {
        Input::Request {
            connection,
            request: Request::InitLink(request @ InitLink { pass_code: Some(_), .. }),
        } => {
            let pass_code = Some(Text::from("****"));
            Input::Request {
                connection: *connection,
                request: InitLink { pass_code, ..request.clone() }.into(),
            }
        }
        other => other.clone(),
    }
}
