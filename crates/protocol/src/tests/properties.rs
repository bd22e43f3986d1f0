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

/// What an XML parser that is not ours reads in a message, and that it is one: a root with one child, nothing
/// else but line feeds.
fn as_xml(bytes: &[u8]) -> Element {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let document = roxmltree::Document::parse(text).unwrap_or_else(|why| panic!("{why} in {text}"));
    let root = document.root_element();
    let mut children = root.children().filter(roxmltree::Node::is_element);
    let child = children.next().expect("a child");
    assert!(children.next().is_none() && child.children().all(|node| node.is_text()), "{text}");
    let mut element = Element::new(root.tag_name().name(), child.tag_name().name());
    for attribute in child.attributes() {
        element.push(attribute.name(), attribute.value());
    }
    element
}

proptest! {
    /// What a proper XML library writes is read as another one reads it.
    #[test]
    fn well_formed_xml_is_read_as_xml(
        values in prop::collection::vec(any::<String>(), 0..5),
        quote in select(vec!['"', '\'']),
        gap in select(vec![" ", "\n", "\t  "]),
        end in select(vec!["></INFO>", "/>", " >\n<!-- > -->text</INFO >"]),
    ) {
        let mut message = format!("<?xml version=\"1.0\"?><!-- -->\n<HOLD>{gap}<INFO");
        for (at, value) in values.iter().enumerate() {
            let value: String = value.chars().filter(|c| *c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
            let value = value.replace('&', "&amp;").replace('<', "&#60;").replace(quote, &format!("&#x{:X};", quote as u32));
            message.push_str(&format!("{gap}A{at} ={gap}{quote}{value}{quote}"));
        }
        message.push_str(&format!("{end}</HOLD>"));
        let ours = only(frames(message.as_bytes()));
        let document = roxmltree::Document::parse(&message).unwrap_or_else(|why| panic!("{why} in {message}"));
        let child = document.root_element().first_element_child().expect("a child");
        let mut theirs = Element::new("HOLD", "INFO");
        child.attributes().for_each(|attribute| theirs.push(attribute.name(), attribute.value()));
        prop_assert_eq!(ours, theirs, "{}", message);
    }

    #[test]
    fn every_request_is_read_back(
        declaration in select(Request::DECLARATIONS),
        values in prop::collection::vec(value(), 16),
        spelling in spelling(),
    ) {
        let request = Request::read(&fill(declaration, &values)).expect("words are where words belong");
        let mut bytes = Vec::new();
        request.write(spelling, &mut bytes);
        prop_assert_eq!(Request::read(&only(frames(&bytes))), Ok(request));
    }

    /// It is also XML for everybody else.
    #[test]
    fn b176_every_message_is_well_formed_xml(
        declaration in select(Message::DECLARATIONS),
        values in prop::collection::vec(value(), 16),
        spelling in spelling(),
    ) {
        let message = Message::read(&fill(declaration, &values)).expect("words are where words belong");
        let mut bytes = Vec::new();
        message.write(spelling, &mut bytes);
        let read = only(frames(&bytes));
        prop_assert_eq!(&read, &as_xml(&bytes));
        prop_assert_eq!(Message::read(&read), Ok(message));
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
