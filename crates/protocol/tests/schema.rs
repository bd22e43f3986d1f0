//! The committed schema is the one that the declarations make, and a validator that is not ours finds every
//! message valid that is written.

use std::path::{Path, PathBuf};
use std::process::Command;

use protocol::{Declaration, Element, Frame, Framer, MAX_MESSAGE, Message, Request, Spelling};

const COMMITTED: &str = include_str!("../../../docs/protocol.xsd");

#[test]
fn the_schema_is_not_stale() {
    let page = protocol::schema(Spelling::Memorandum);
    assert!(
        page == COMMITTED,
        "docs/protocol.xsd is stale; run: cargo run -p protocol --example schema > docs/protocol.xsd"
    );
    roxmltree::Document::parse(&page).expect("a schema is XML");
}

fn example(declaration: &Declaration) -> Element {
    let mut framer = Framer::new(MAX_MESSAGE);
    framer.push(declaration.example.as_bytes());
    match framer.next() {
        Some(Frame::Element(element)) => element,
        other => panic!("{}: {other:?}", declaration.name),
    }
}

/// The example of a message, and the same with each of its words in turn.
fn variants(declaration: &Declaration, spelling: Spelling) -> Vec<Element> {
    let example = example(declaration);
    let mut variants = vec![example.clone()];
    for attribute in declaration.attributes {
        for word in attribute.words.unwrap_or_default() {
            let mut variant =
                Element::new(example.root(), example.child()).with(attribute.name, word.text(spelling));
            example.attributes().for_each(|(name, value)| variant.push(name, value));
            variants.push(variant);
        }
    }
    variants
}

/// Every message in every word, and every refusal, as bytes.
fn messages(spelling: Spelling) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        write(&mut bytes);
        all.push(bytes);
    };
    for element in Request::DECLARATIONS.iter().flat_map(|declaration| variants(declaration, spelling)) {
        let request = Request::read(&element).expect("a request");
        written(&|out| request.write(spelling, out));
        if let Some(refusal) = request.refusal() {
            written(&|out| refusal.write(spelling, out));
        }
    }
    for element in Message::DECLARATIONS.iter().flat_map(|declaration| variants(declaration, spelling)) {
        let message = Message::read(&element).expect("a message");
        written(&|out| message.write(spelling, out));
    }
    all
}

/// What `xmllint` says of these documents, or nothing, with a notice, where it is not installed.
#[expect(clippy::print_stdout, reason = "says that it judged nothing")]
fn complaints(schema: &Path, documents: &[PathBuf]) -> Option<String> {
    let run = Command::new("xmllint")
        .args(["--noout", "--nowarning", "--schema"])
        .arg(schema)
        .args(documents)
        .output();
    let Ok(output) = run else {
        println!("skipped: xmllint (Debian: libxml2-utils) is not here");
        return None;
    };
    Some(
        String::from_utf8_lossy(&output.stderr)
            .lines()
            .filter(|line| !line.ends_with(" validates"))
            .collect(),
    )
}

#[expect(clippy::disallowed_methods, reason = "another program reads these files")]
fn written(directory: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.join(name);
    std::fs::create_dir_all(directory)
        .and_then(|()| std::fs::write(&path, bytes))
        .expect("a file for xmllint");
    path
}

fn validate(spelling: Spelling) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{spelling:?}"));
    let schema = written(&directory, "protocol.xsd", protocol::schema(spelling).as_bytes());
    let documents: Vec<PathBuf> = messages(spelling)
        .iter()
        .enumerate()
        .map(|(at, message)| written(&directory, &format!("{at}.xml"), message))
        .collect();
    assert!(documents.len() > 124, "{} messages", documents.len());
    let Some(complaints) = complaints(&schema, &documents) else { return };
    assert_eq!(complaints, "");
    let wrong = written(
        &directory,
        "wrong.xml",
        b"<PAUSE_LINK>\n<RESPONSE MSGID=\"1\" STATUS=\"MAYBE\">\n</RESPONSE>\n</PAUSE_LINK>\n",
    );
    assert!(
        self::complaints(&schema, &[wrong]).is_some_and(|found| found.contains("MAYBE")),
        "xmllint judges"
    );
}

#[test]
fn b176_every_message_is_valid_as_the_memorandum_spells_it() {
    validate(Spelling::Memorandum);
}

#[test]
fn b176_every_message_is_valid_in_the_corrected_spelling() {
    validate(Spelling::Corrected);
}
