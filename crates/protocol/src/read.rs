//! From an element to a typed message, and what to say when that fails.

use std::fmt;

use crate::{Element, Error, ErrorStatus, Text, Word};

/// Why something that arrived is no message; [`answer`](Self::answer) is what to send back (decision D01).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// There is no such message, or not in this direction.
    UnknownMessage(Unread),
    /// It cannot be read, or lacks what it cannot do without.
    Malformed(Unread),
}

/// What could be made out of input that is no message.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Unread {
    /// The root element, in upper case; empty when there is none.
    pub root: Text,
    /// The transaction id; empty when there is none.
    pub msgid: Text,
    /// What is wrong, as a sentence for people.
    pub why: Text,
}

impl ReadError {
    /// The message that says so to the sender.
    #[must_use]
    pub fn answer(&self) -> Error {
        let status = match self {
            Self::UnknownMessage(_) => ErrorStatus::UnknownMessage,
            Self::Malformed(_) => ErrorStatus::MalformedMessage,
        };
        let Unread { msgid, why, .. } = self.unread();
        Error { msgid: msgid.clone(), status, errormsg: why.clone() }
    }

    /// What could be made out of it.
    #[must_use]
    pub fn unread(&self) -> &Unread {
        match self {
            Self::UnknownMessage(unread) | Self::Malformed(unread) => unread,
        }
    }

    pub(crate) fn malformed(element: &Element, attribute: &str, why: &str) -> Self {
        let (root, child) = (element.root(), element.child());
        let why = format!("{root}/{child} was not understood: its attribute {attribute} {why}.");
        Self::Malformed(Unread::of(element, &why))
    }
}

impl Unread {
    pub(crate) fn of(element: &Element, why: &str) -> Self {
        Self { root: element.root().into(), msgid: element.msgid().into(), why: why.into() }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unread().why)
    }
}

impl std::error::Error for ReadError {}

/// Reads a keyword without which a message says nothing.
pub(crate) fn word<W: Word>(value: Option<&str>) -> Result<W, String> {
    let Some(text) = value else { return Err("is missing".to_owned()) };
    W::from_text(text).ok_or_else(|| {
        let words: Vec<_> = W::WORDS.iter().map(|word| word.memorandum).collect();
        format!("is {:?}, which is none of {}", excerpt(text), words.join(", "))
    })
}

/// The beginning of a text, for a sentence: at most 60 characters.
pub(crate) fn excerpt(text: &str) -> &str {
    text.char_indices().nth(60).map_or(text, |(end, _)| &text[..end])
}
