//! What is wrong with a configuration: where, which key, what it says, what would be valid.

use std::fmt;

/// Characters of a value that an error shows.
const SHOWN: usize = 200;

/// One error of the configuration, complete enough to correct it without a manual.
#[derive(Clone, PartialEq, Eq, thiserror::Error, Debug)]
pub struct ConfigError {
    /// Where it was written.
    pub place: Place,
    /// The key with its section, such as `link.listen` or `trunk[2].ports`; empty for the file as a whole.
    pub key: String,
    /// What it says, printable and cut; none where nothing was written, and for secrets.
    pub value: Option<String>,
    /// What is wrong with it.
    pub problem: String,
    /// What would be valid; empty where the problem says it.
    pub valid: String,
}

/// Where a value was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a file; line and column count characters from 1.
    Line { file: String, line: usize, column: usize },
    /// In a variable of the environment.
    Variable(String),
    /// The file as a whole: it cannot be read.
    File(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File(file) => f.write_str(file),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            f.write_str(&self.key)?;
            if let Some(value) = &self.value {
                write!(f, " = {value}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.problem)?;
        if !self.valid.is_empty() {
            write!(f, "; valid: {}", self.valid)?;
        }
        Ok(())
    }
}

/// What was written, fit for one line of a terminal or a log: controls escaped, cut at a length.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN {
            line.push('…');
            break;
        }
        // The bidirectional controls reorder what a terminal shows around them.
        let reorders =
            matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || reorders {
            line.extend(character.escape_unicode());
        } else {
            line.push(character);
        }
    }
    line
}
