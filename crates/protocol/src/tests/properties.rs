//! Whatever the text in a message: what is written is read back the same.

use proptest::prelude::*;
use proptest::sample::select;

use super::{frames, in_pieces};
use crate::{Declaration, Element, Frame, Message, Request, Spelling};

/// The value of an attribute: one of its words, or any text at all.
fn value() -> impl Strategy<Value = (usize, Option<String>)> {
    let text = prop_oneof!["\\PC{0,12}", ".{0,12}", "[ <>&\"'”“=/A-C]{0,12}", any::<String>()];
    (any::<usize>(), proptest::option::of(text))
}

/// An element of this declaration: words where words belong, any text elsewhere.
fn fill(declaration: &Declaration, values: &[(usize, Option<String>)]) -> Element {
    let mut element = Element::new(declaration.root, declaration.child);
    for (attribute, (at, text)) in declaration.attributes.iter().zip(values) {
        match (attribute.words, text) {
            (Some(words), _) => element.push(attribute.name, words[at % words.len()].memorandum),
            (None, Some(text)) => element.push(attribute.name, text),
            (None, None) => {}
        }
    }
    element
}

fn spelling() -> impl Strategy<Value = Spelling> {
    select(vec![Spelling::Memorandum, Spelling::Corrected])
}

fn only(mut frames: Vec<Frame>) -> Element {
    match (frames.pop(), frames.is_empty()) {
        (Some(Frame::Element(element)), true) => element,
        other => panic!("not one message but {other:?}"),
    }
}

proptest! {
    #[test]
    fn every_request_is_read_back(
        declaration in select(Request::DECLARATIONS),
        values in prop::collection::vec(value(), 12),
        spelling in spelling(),
    ) {
        let request = Request::read(&fill(declaration, &values)).expect("words are where words belong");
        let mut bytes = Vec::new();
        request.write(spelling, &mut bytes);
        prop_assert_eq!(Request::read(&only(frames(&bytes))), Ok(request));
    }

    #[test]
    fn every_message_is_read_back(
        declaration in select(Message::DECLARATIONS),
        values in prop::collection::vec(value(), 12),
        spelling in spelling(),
    ) {
        let message = Message::read(&fill(declaration, &values)).expect("words are where words belong");
        let mut bytes = Vec::new();
        message.write(spelling, &mut bytes);
        prop_assert_eq!(Message::read(&only(frames(&bytes))), Ok(message));
    }

    #[test]
    fn the_pieces_do_not_matter(
        parts in prop::collection::vec(select(&PARTS[..]), 0..24),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let stream = parts.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([stream.len()]);
        let pieces: Vec<&[u8]> =
            std::iter::once(0).chain(cuts.iter().copied()).zip(ends).map(|(from, to)| &stream.as_bytes()[from..to]).collect();
        prop_assert_eq!(in_pieces(&pieces), frames(stream.as_bytes()));
    }
}

const PARTS: [&str; 24] = [
    "<",
    ">",
    "/",
    "\\",
    "</",
    "<INIT_LINK>",
    "</INIT_LINK>",
    "<INFO ",
    "</INFO>",
    "MSGID=",
    "\"",
    "”",
    "a1",
    " ",
    "\n",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE x>",
    "<HELLO>",
    "/>",
    "&lt;",
    "<![CDATA[]]>",
];
