//! Tests at the boundary of the crate: bytes in, messages out, and the other way round.

mod memorandum;

use crate::{Declared, Element, Frame, Framer, MAX_MESSAGE, Spelling};

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
