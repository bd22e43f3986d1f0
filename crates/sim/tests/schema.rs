//! The judge of what is written, and `xmllint`, which is not ours, say the same of good documents and of
//! broken ones.

use std::path::Path;
use std::process::Command;

use protocol::{Frame, Framer, MAX_MESSAGE, Message, Spelling};
use roxmltree::Document;
use sim::schema::{committed, must_be_valid};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.xsd");

/// The example of each message that the server writes.
fn examples() -> Vec<String> {
    let example = |example: &str| {
        let mut framer = Framer::new(MAX_MESSAGE);
        framer.push(example.as_bytes());
        let Some(Frame::Element(element)) = framer.next() else { panic!("{example}") };
        let mut octets = Vec::new();
        Message::read(&element).expect("a message").write(Spelling::Memorandum, &mut octets);
        String::from_utf8(octets).expect("text")
    };
    Message::DECLARATIONS.iter().map(|declaration| example(declaration.example)).collect()
}

/// A document and what becomes of it when one thing in it is broken; some of it is still valid.
fn broken(good: &str) -> Vec<String> {
    let document = Document::parse(good).expect("XML");
    let (root, child) = (document.root_element(), document.root_element().first_element_child());
    let child = child.expect("a child");
    let with = |range: std::ops::Range<usize>, text: &str| {
        let mut changed = good.to_owned();
        changed.replace_range(range, text);
        changed
    };
    let mut all = vec![
        good.replace(root.tag_name().name(), "NOISE"),
        good.replace(&format!("<{}", child.tag_name().name()), "<NOISE"),
        with(child.range(), ""),
        with(child.range(), &good[child.range()].repeat(2)),
        with(child.range(), "<RESPONSE/>"),
        with(child.range().start..child.range().start, "noise"),
        with(child.range().start..child.range().start, "<!-- noise -->\n"),
        with(child.range().end - child.tag_name().name().len() - 3..child.range().end, "noise</RESPONSE>"),
        good.replacen('>', " NOISE=\"1\">", 1),
        good.replacen('>', " xmlns=\"urn:noise\">", 1),
        good.replacen("MSGID=", "NOISE=\"1\" MSGID=", 1),
        good.replacen("MSGID=", "msgid=", 1),
        good.replacen("MSGID=", "xml:lang=\"en\" MSGID=", 1),
    ];
    for attribute in child.attributes() {
        all.push(with(attribute.range(), ""));
        all.push(with(attribute.range_value(), "NOISE"));
        all.push(with(attribute.range_value(), ""));
        all.push(with(attribute.range_value(), &format!(" {}", attribute.value())));
        all.push(with(attribute.range_value(), &attribute.value().to_ascii_lowercase()));
    }
    all
}

/// What `xmllint` says of each document; nothing, with a notice, where it is not installed.
#[expect(clippy::print_stdout, reason = "says that it judged nothing")]
fn judged_by_xmllint(documents: &[String]) -> Option<Vec<bool>> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("judged");
    std::fs::create_dir_all(&directory).expect("a directory for xmllint");
    for (at, document) in documents.iter().enumerate() {
        std::fs::write(directory.join(format!("{at}.xml")), document).expect("a file for xmllint");
    }
    let names = (0..documents.len()).map(|at| format!("{at}.xml"));
    let run = Command::new("xmllint")
        .args(["--noout", "--nowarning", "--schema", SCHEMA])
        .args(names)
        .current_dir(&directory)
        .output();
    let Ok(output) = run else {
        println!("skipped: xmllint (Debian: libxml2-utils) is not here");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let valid: std::collections::BTreeSet<&str> =
        said.lines().filter_map(|line| line.strip_suffix(" validates")).collect();
    Some((0..documents.len()).map(|at| valid.contains(&*format!("{at}.xml"))).collect())
}

#[test]
fn the_judge_and_xmllint_agree() {
    let good = examples();
    let documents: Vec<String> = good.iter().cloned().chain(good.iter().flat_map(|g| broken(g))).collect();
    let ours: Vec<bool> = documents.iter().map(|document| committed().judge(document).is_ok()).collect();
    assert!(ours[..good.len()].iter().all(|&valid| valid), "every example is valid");
    let invalid = ours.iter().filter(|&&valid| !valid).count();
    assert!(invalid > 10 * good.len(), "{invalid} of {} are invalid", ours.len());
    let Some(theirs) = judged_by_xmllint(&documents) else { return };
    for ((document, ours), theirs) in documents.iter().zip(ours).zip(theirs) {
        let why = committed().judge(document).err();
        assert_eq!(ours, theirs, "ours, then xmllint's; ours says {why:?} of\n{document}");
    }
}

#[test]
#[should_panic(expected = "an unknown word of STATUS: \"MAYBE\"")]
fn what_is_not_valid_fails_the_test_that_saw_it() {
    must_be_valid(b"<PAUSE_LINK>\n<RESPONSE MSGID=\"1\" STATUS=\"MAYBE\">\n</RESPONSE>\n</PAUSE_LINK>\n");
}
