//! The messages that the specification prints, where the document lies beside the project.

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/spec/memorandum.txt");

/// A printed block: its first line in the document, and its text.
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// The blocks, or none, with a notice, when the document is not there.
pub(crate) fn blocks() -> Vec<Block> {
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
