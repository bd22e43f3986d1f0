//! Colours for a terminal, and for nothing else.

use std::io::IsTerminal as _;

/// Whether what is written is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paint {
    /// With the terminal's own colours.
    Coloured,
    /// As it is.
    Plain,
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ink {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// To be known, and no fault.
    Odd,
    /// What it is called.
    Name,
    /// What it holds.
    Value,
    /// Beside the point.
    Faint,
    /// A heading.
    Strong,
}

impl Paint {
    /// Coloured where the standard output is a terminal and NO_COLOR is not set (no-color.org).
    #[must_use]
    pub fn standard() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stdout().is_terminal() && !refused { Self::Coloured } else { Self::Plain }
    }

    /// The text in its colour.
    #[must_use]
    pub fn ink(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            _ if self == Self::Plain => return text.to_owned(),
            Ink::Good => 32,
            Ink::Bad => 31,
            Ink::Odd => 33,
            Ink::Name => 36,
            Ink::Value => 32,
            Ink::Faint => 2,
            Ink::Strong => 1,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_coloured_has_colours() {
        assert_eq!(Paint::Plain.ink(Ink::Bad, "no"), "no");
        assert_eq!(Paint::Coloured.ink(Ink::Bad, "no"), "\u{1b}[31mno\u{1b}[0m");
    }
}
