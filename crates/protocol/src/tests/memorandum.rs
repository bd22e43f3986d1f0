//! Every block of the specification as printed, where the document lies beside the project.

use super::{frames, in_pieces};
use crate::{Element, Frame, Message, Request};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/spec/memorandum.txt");

/// A printed block: its first line in the document, and its text.
struct Block {
    line: usize,
    text: String,
}

/// The blocks, or none, with a notice, when the document is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "the one test that looks outside, at a document that may be absent"
)]
fn blocks() -> Vec<Block> {
    let Ok(document) = std::fs::read_to_string(DOCUMENT) else {
        println!("skipped: {DOCUMENT} is not here");
        return Vec::new();
    };
    let lines: Vec<&str> = document.lines().map(str::trim).collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !begins_block(lines[at]) {
            at += 1;
            continue;
        }
        let ends_child = |line: &&str| line.contains("</") || line.contains("<\\");
        let child_end = at + lines[at..].iter().position(ends_child).expect("a block has an end");
        let end =
            child_end + 1 + lines[child_end + 1..].iter().position(|line| !line.is_empty()).expect("an end");
        blocks.push(Block { line: at + 1, text: lines[at..=end].join("\n") });
        at = end + 1;
    }
    blocks
}

fn begins_block(line: &str) -> bool {
    let name = line.strip_prefix('<').and_then(|line| line.strip_suffix('>')).unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    is_name && !matches!(name, "RESPONSE" | "TERMINATION")
}

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

/// The blocks of the declared roots name only attributes that are declared, and are messages of one side.
#[test]
fn b175_every_printed_block_of_a_declared_root_is_declared() {
    let mut seen = 0;
    for Block { line, text } in blocks() {
        let element = &elements(frames(text.as_bytes()))[0];
        let all = Request::DECLARATIONS.iter().chain(Message::DECLARATIONS);
        let mut of_root = all.filter(|declaration| declaration.has_root(element.root())).peekable();
        if of_root.peek().is_none() {
            continue;
        }
        let declaration = of_root.find(|declaration| declaration.has_child(element.child()));
        let declaration = declaration.unwrap_or_else(|| panic!("line {line}: {element:?} is not declared"));
        for (name, _) in element.attributes() {
            let mut attributes = declaration.attributes.iter();
            let known =
                attributes.any(|attribute| attribute.name == name || attribute.aliases.contains(&name));
            assert!(known, "line {line}: {name} is not declared");
        }
        seen += 1;
    }
    println!("{seen} blocks of declared roots");
}

/// Every printed request of a declared root is taken, whatever its STATUS will be.
#[test]
fn b175_every_printed_request_of_a_declared_root_is_read() {
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
