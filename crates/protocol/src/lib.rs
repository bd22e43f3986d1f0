//! Every message of the link, declared once.
//!
//! A link is a TCP stream of small XML messages, each a root with one child that carries attributes. This
//! crate knows how they look, and not what they mean: a [`Framer`] cuts the stream into [`Element`]s,
//! [`Request::read`] (on the server) or [`Message::read`] (in an application) makes one of the declared types
//! of an element, and `write` makes bytes of a message again. Reading is liberal and writing exact; the rules
//! are in `docs/protocol.md`, which [`reference()`](fn@reference) generates from the declarations, as [`schema()`]
//! does `docs/protocol.xsd`.
//!
//! Names: a message is called after its root, with `Response` or `Termination` behind it where it is one
//! (`DIALOUT/DIAL` is [`Dial`]). An enum of words is called after the message, less that ending, plus the name
//! of the attribute: [`InitLinkStatus`], [`DialoutEvent`], [`DialMode`].
//!
//! ```
//! use protocol::{Frame, Framer, InitLinkResponse, InitLinkStatus, Message, Request, Spelling};
//!
//! let mut framer = Framer::new(protocol::MAX_MESSAGE);
//! framer.push(b"<INIT_LINK><INFO MSGID=\"LK-1\"></INFO></INIT_LINK>");
//! let Some(Frame::Element(element)) = framer.next() else { panic!("one message came") };
//! let request = Request::read(&element).expect("the server reads INIT_LINK/INFO");
//! let status = InitLinkStatus::Success;
//! let answer = Message::from(InitLinkResponse { msgid: request.msgid().clone(), status });
//! let mut bytes = Vec::new();
//! answer.write(Spelling::Memorandum, &mut bytes);
//! assert_eq!(bytes, b"<INIT_LINK>\n<RESPONSE MSGID=\"LK-1\" STATUS=\"SUCCESS\">\n</RESPONSE>\n</INIT_LINK>\n");
//! ```
#![forbid(unsafe_code)]
// The list of all messages is sorted by a macro that takes one step to a message.
#![recursion_limit = "512"]

#[macro_use]
mod declare;

mod attributes;
mod declaration;
mod element;
mod encoding;
mod framer;
pub mod line;
mod messages;
mod read;
mod reference;
mod refusal;
mod roots;
mod tags;
mod text;
mod work;
mod write;

#[cfg(test)]
mod tests;

pub use declaration::{AttributeDeclaration, Declaration, Declared, Kind, Need, Side, Word, WordDeclaration};
pub use element::Element;
pub use framer::{Frame, Framer};
pub use messages::*;
pub use read::{ReadError, Unread};
pub use reference::{reference, schema};
pub use text::{Entered, Keyword, KeywordList, PortText, Text, Value};

/// How misspelt names and values are written (R-LIT); both spellings are always read.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Spelling {
    /// Exactly as the memorandum prints them, misspellings included.
    #[default]
    Memorandum,
    /// One correct spelling throughout.
    Corrected,
}

/// [`PlayVoiceFileMode`], for short.
pub type PlayMode = PlayVoiceFileMode;

/// [`PlayVoiceFileEvent`], for short.
pub type PlayEvent = PlayVoiceFileEvent;

/// The default limit of one message, in bytes (decision D01).
pub const MAX_MESSAGE: usize = 64 * 1024;
