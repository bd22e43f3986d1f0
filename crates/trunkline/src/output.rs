//! Standard output, where somebody may have stopped reading.

use std::io::{self, Write};

/// Writes for people and programs. That nobody reads any more is an end of its own, not a failure.
pub struct Output<W> {
    to: W,
}

/// Why nothing more can be written.
#[derive(thiserror::Error, Debug)]
pub enum OutputError {
    /// The reader has gone, as `head` does when it has enough.
    #[error("nobody reads the output any more")]
    Closed,
    /// Anything else.
    #[error("cannot write the output: {0}")]
    Failed(io::Error),
}

impl Output<io::Stdout> {
    /// The standard output of this process.
    #[must_use]
    pub fn standard() -> Self {
        Self { to: io::stdout() }
    }
}

impl<W: Write> Output<W> {
    /// Writes somewhere else.
    pub const fn new(to: W) -> Self {
        Self { to }
    }

    /// Writes these octets at once, as they are.
    ///
    /// # Errors
    /// [`OutputError`]: nothing more can be written.
    pub fn write(&mut self, octets: &[u8]) -> Result<(), OutputError> {
        self.to.write_all(octets).and_then(|()| self.to.flush()).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => OutputError::Closed,
            _ => OutputError::Failed(error),
        })
    }

    /// Writes a text and ends its line.
    ///
    /// # Errors
    /// [`OutputError`]: nothing more can be written.
    pub fn line(&mut self, text: &str) -> Result<(), OutputError> {
        self.write(format!("{text}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_left_is_an_end_of_its_own() {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        assert!(matches!(Output::new(writer).line("hello"), Err(OutputError::Closed)));
    }
}
