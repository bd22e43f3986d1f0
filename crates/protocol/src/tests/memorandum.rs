//! Every block of the specification as printed, where the document lies beside the project.

use super::blocks::{Block, blocks};
use super::{frames, in_pieces};
use crate::{Declaration, Element, Frame, Message, Request};

/// The letters of a block's attributes, without quotes, white space and the misprints: what must be left of
/// it whatever way it is read.
fn letters(block: &str) -> String {
    let child = block.match_indices('<').nth(1).expect("a child").0;
    let end = block.match_indices('<').nth(2).expect("an end").0;
    let tag = block[child + 1..end].trim_start();
    let attributes = &tag[tag.find(char::is_whitespace).expect("attributes")..];
    let mut letters: String = attributes.replace(['”', '“'], "\"").replace("\",", "\"");
    letters.retain(|c| !c.is_whitespace() && c != '"' && c != '>');
    letters
}

fn letters_of(element: &Element) -> String {
    let mut letters = String::new();
    for (name, value) in element.attributes() {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name} is no name");
        assert!(!value.contains(['=', '"', '”']), "{value} holds more than a value");
        letters.push_str(name);
        letters.push('=');
        letters.extend(value.split_whitespace());
    }
    letters
}

/// What a person reads as the names of root and child.
fn names(block: &str) -> (String, String) {
    let name = |at: usize| {
        let tag = block.match_indices('<').nth(at).expect("a tag").0 + 1;
        let rest = block[tag..].trim_start();
        rest[..rest.find([' ', '>', '\n']).expect("a name ends")].to_owned()
    };
    (name(0), name(1))
}

fn elements(frames: Vec<Frame>) -> Vec<Element> {
    frames
        .into_iter()
        .map(|frame| match frame {
            Frame::Element(element) => element,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn b174_every_printed_block_is_read_as_a_person_reads_it() {
    for Block { line, text } in blocks() {
        let read = elements(frames(text.as_bytes()));
        assert_eq!(read.len(), 1, "line {line}: {read:?}");
        let (root, child) = names(&text);
        assert_eq!((read[0].root(), read[0].child()), (&*root, &*child), "line {line}");
        assert_eq!(letters_of(&read[0]), letters(&text), "line {line}");
    }
}

#[test]
fn b174_a_printed_block_may_arrive_in_any_two_pieces() {
    for Block { line, text } in blocks() {
        let whole = frames(text.as_bytes());
        for cut in 0..=text.len() {
            let (one, two) = text.as_bytes().split_at(cut);
            assert_eq!(in_pieces(&[one, two]), whole, "line {line} cut at {cut}");
        }
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(in_pieces(&bytes), whole, "line {line}, byte by byte");
    }
}

#[test]
fn b174_printed_blocks_may_follow_each_other_without_a_gap() {
    let blocks = blocks();
    let alone: Vec<_> = blocks.iter().flat_map(|block| frames(block.text.as_bytes())).collect();
    for gap in ["", "\n", "\r\n\0", " \n\n"] {
        let stream: Vec<u8> =
            blocks.iter().flat_map(|block| [block.text.as_bytes(), gap.as_bytes()].concat()).collect();
        let together = in_pieces(&stream.chunks(1400).collect::<Vec<_>>());
        for (one, other) in together.iter().zip(&alone) {
            assert_eq!(one, other, "with {gap:?} between");
        }
        assert_eq!(together.len(), alone.len(), "with {gap:?} between");
    }
}

/// The blocks name only attributes that are declared, and are messages of one side.
#[test]
fn b175_every_printed_block_is_declared() {
    let mut seen = 0;
    for Block { line, text } in blocks() {
        let element = &elements(frames(text.as_bytes()))[0];
        let all = Request::DECLARATIONS.iter().chain(Message::DECLARATIONS);
        // One answer is printed with the child of its request (N04): its attributes tell.
        let declared = all
            .filter(|declaration| {
                declaration.has_root(element.root()) && declaration.has_child(element.child())
            })
            .any(|declaration| element.attributes().all(|(name, _)| knows(declaration, name)));
        assert!(declared, "line {line}: {element:?} is not declared");
        seen += 1;
    }
    println!("{seen} blocks are declared");
}

fn knows(declaration: &Declaration, name: &str) -> bool {
    declaration.attributes.iter().any(|attribute| attribute.name == name || attribute.aliases.contains(&name))
}

/// Every printed request is taken, whatever its STATUS will be.
#[test]
fn b175_every_printed_request_is_read() {
    for Block { line, text } in blocks() {
        let element = &elements(frames(text.as_bytes()))[0];
        let ours =
            Request::DECLARATIONS.iter().any(|d| d.has_root(element.root()) && d.has_child(element.child()));
        if ours {
            let request = Request::read(element).unwrap_or_else(|why| panic!("line {line}: {why}"));
            assert_eq!(request.msgid().as_str(), element.msgid(), "line {line}");
        }
    }
}

#[test]
fn the_document_has_the_188_blocks_that_we_know() {
    let count = blocks().len();
    assert!(count == 188 || count == 0, "{count} blocks");
}
