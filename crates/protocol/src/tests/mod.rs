//! Tests at the boundary of the crate: bytes in, messages out, and the other way round.

#[expect(clippy::disallowed_methods, reason = "looks outside, at a document that may be absent")]
mod blocks;
mod catalogue;
mod cost;
mod framing;
mod memorandum;
mod oddities;
mod properties;
mod reading;
mod refusing;
mod typed;
mod writing;

use crate::{Declared, Element, Frame, Framer, MAX_MESSAGE, ReadError, Spelling};

/// Everything that comes out of a stream that arrives in one piece.
pub(crate) fn frames(stream: &[u8]) -> Vec<Frame> {
    in_pieces(&[stream])
}

/// Everything that comes out of a stream that arrives in these pieces.
pub(crate) fn in_pieces(pieces: &[&[u8]]) -> Vec<Frame> {
    let mut framer = Framer::new(MAX_MESSAGE);
    let mut frames = Vec::new();
    for piece in pieces {
        framer.push(piece);
        frames.extend(std::iter::from_fn(|| framer.next()));
    }
    frames
}

/// The one message of a stream.
pub(crate) fn element(stream: &[u8]) -> Element {
    let mut frames = frames(stream);
    match (frames.pop(), frames.is_empty()) {
        (Some(Frame::Element(element)), true) => element,
        other => panic!("not one message, but {other:?} behind {frames:?}"),
    }
}

/// The example of a declaration is read, and written again byte for byte.
pub(crate) fn round_trip<M: Declared>() {
    let declaration = M::DECLARATION;
    let read = element(declaration.example.as_bytes());
    assert_eq!(format!("{}/{}", read.root(), read.child()), M::NAME);
    let message = M::from_element(&read).expect("the example has what it needs");
    let mut written = Vec::new();
    message.write(Spelling::Memorandum, &mut written);
    assert_eq!(String::from_utf8_lossy(&written), declaration.example);
}

/// A stream as a transcript: a line to a frame, in the words of [`line`].
pub(crate) fn transcript(stream: &[u8]) -> String {
    let lines: Vec<String> = frames(stream).iter().map(line).collect();
    lines.join("\n")
}

/// A frame in one line: `ROOT/CHILD NAME="value" …`, or `unknown [MSGID] why`, `malformed [MSGID] why`,
/// `too long [MSGID] why`.
pub(crate) fn line(frame: &Frame) -> String {
    match frame {
        Frame::Element(element) => format!("{element:?}"),
        Frame::Unreadable(ReadError::UnknownMessage(unread)) => {
            format!("unknown [{}] {}", unread.msgid, unread.why)
        }
        Frame::Unreadable(ReadError::Malformed(unread)) => {
            format!("malformed [{}] {}", unread.msgid, unread.why)
        }
        Frame::TooLong(why) => format!("too long [{}] {why}", why.unread().msgid),
    }
}

/// Whatever the pieces, the same comes out: in one piece, cut in two anywhere, byte by byte.
pub(crate) fn check(stream: &[u8], expected: &str) {
    let whole = frames(stream);
    let lines: Vec<String> = whole.iter().map(line).collect();
    assert_eq!(lines.join("\n"), expected, "{}", String::from_utf8_lossy(stream));
    for cut in 1..stream.len() {
        let (one, two) = stream.split_at(cut);
        assert_eq!(in_pieces(&[one, two]), whole, "cut at {cut}: {}", String::from_utf8_lossy(stream));
    }
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(in_pieces(&bytes), whole, "byte by byte: {}", String::from_utf8_lossy(stream));
}
