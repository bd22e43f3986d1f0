//! How an exchange is shown: as its octets, in colours, or as JSON.

use std::io::Write;

use protocol::{Frame, Framer};

use super::markup::{Markup, printable};
use super::owed::MAX_MESSAGE;
use crate::output::{Output, OutputError};
use crate::paint::Paint;
use crate::traffic::{Crossing, Direction};

/// How an exchange is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// What comes, as it comes.
    Octets,
    /// The same in colours.
    Coloured,
    /// A line of JSON to a message, either way.
    Json,
}

/// An exchange being shown.
pub(super) enum Show {
    Octets,
    Coloured(Markup),
    Json { sent: Box<Framer>, received: Box<Framer> },
}

impl Show {
    pub(super) fn new(shape: Shape) -> Self {
        match shape {
            Shape::Octets => Self::Octets,
            Shape::Coloured => Self::Coloured(Markup::new(Paint::Coloured)),
            Shape::Json => {
                let framer = || Box::new(Framer::new(MAX_MESSAGE));
                Self::Json { sent: framer(), received: framer() }
            }
        }
    }

    /// What is sent is shown to programs alone: a person has just written it.
    pub(super) fn sent<W: Write>(
        &mut self,
        octets: &[u8],
        output: &mut Output<W>,
    ) -> Result<(), OutputError> {
        match self {
            Self::Json { sent, .. } => lines(sent, Direction::ToServer, octets, output),
            Self::Octets | Self::Coloured(_) => Ok(()),
        }
    }

    /// What came.
    pub(super) fn received<W: Write>(
        &mut self,
        octets: &[u8],
        output: &mut Output<W>,
    ) -> Result<(), OutputError> {
        match self {
            Self::Octets => output.write(octets),
            Self::Coloured(markup) => {
                let text = printable(&String::from_utf8_lossy(octets));
                output.write(markup.piece(&text).as_bytes())
            }
            Self::Json { received, .. } => lines(received, Direction::ToApplication, octets, output),
        }
    }
}

fn lines<W: Write>(
    framer: &mut Framer,
    direction: Direction,
    octets: &[u8],
    output: &mut Output<W>,
) -> Result<(), OutputError> {
    framer.push(octets);
    while let Some(frame) = framer.next() {
        let crossing = match &frame {
            Frame::Element(element) => Crossing::now(direction, None, element),
            Frame::Unreadable(error) | Frame::TooLong(error) => {
                Crossing::unreadable(direction, None, &error.unread().root, "")
            }
        };
        output.line(
            &serde_json::to_string(&crossing).expect("plain structs with text keys have a JSON form"),
        )?;
    }
    Ok(())
}
