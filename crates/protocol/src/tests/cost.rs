//! The cost of reading is linear in the length of the input, whatever the input: counted, not timed.

use crate::{Frame, Framer, MAX_MESSAGE};

/// Reads a stream in pieces of this size; at most `per_byte` units of work to a byte, and never more kept
/// than one message and what was just pushed.
fn check(what: &str, stream: &[u8], piece: usize, per_byte: usize) -> usize {
    let mut framer = Framer::new(MAX_MESSAGE);
    let mut frames = 0;
    for piece in stream.chunks(piece) {
        framer.push(piece);
        while let Some(frame) = framer.next() {
            frames += 1;
            if let Frame::TooLong(_) = frame {
                assert!(framer.next().is_none());
            }
        }
        assert!(framer.kept() <= MAX_MESSAGE + piece.len(), "{what}: {} bytes kept", framer.kept());
    }
    let work = framer.work();
    assert!(
        work <= per_byte * stream.len() + 1000,
        "{what}: {work} units of work for {} bytes",
        stream.len()
    );
    frames
}

fn in_all_pieces(what: &str, stream: &[u8]) {
    for piece in [1, 7, 1400, 16 * 1024] {
        check(what, stream, piece, 6);
    }
}

#[test]
fn well_formed_messages() {
    let one =
        b"<PLAY_VOICE_FILE>\n<INFO MSGID=\"a1\" TRUNK_PORT=\"7\" FILE1=\"x\">\n</INFO>\n</PLAY_VOICE_FILE>\n";
    let stream = one.repeat(2000);
    in_all_pieces("messages", &stream);
    assert_eq!(check("messages", &stream, 1400, 6), 2000);
}

#[test]
fn endless_junk() {
    for junk in [
        "x",
        "\n",
        " ",
        "<",
        "</",
        "<x",
        "<>",
        "x\n",
        "\u{feff}",
        "&lol;",
        "\"",
        "</a>",
        "<a/>",
        "<!---->",
        "<?x?>",
        "<!",
        "<INIT_LINK>",
    ] {
        in_all_pieces(junk, junk.repeat(200_000 / junk.len()).as_bytes());
    }
}

#[test]
fn deep_nesting() {
    in_all_pieces("nesting", "<a>".repeat(60_000).as_bytes());
    in_all_pieces("nesting in a child", format!("<INIT_LINK>{}", "<a>".repeat(20_000)).as_bytes());
}

#[test]
fn an_endless_attribute() {
    let long = "x".repeat(200_000);
    in_all_pieces("value", format!("<INIT_LINK><INFO MSGID=\"{long}").as_bytes());
    in_all_pieces("name", format!("<INIT_LINK><INFO {long}").as_bytes());
    in_all_pieces("blanks", format!("<INIT_LINK><INFO {}", long.replace('x', " ")).as_bytes());
    in_all_pieces("quotes", format!("<INIT_LINK><INFO A={}", long.replace('x', "\"")).as_bytes());
    let whole = format!("<INIT_LINK><INFO MSGID=\"{}\"></INFO></INIT_LINK>", "x".repeat(60_000)).repeat(3);
    in_all_pieces("long but whole", whole.as_bytes());
}

#[test]
fn an_entity_bomb() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"&c;&c;&c;\">]>".repeat(10)
        + &"<INIT_LINK><INFO MSGID=\"&b;&b;\"></INFO></INIT_LINK>".repeat(1000);
    in_all_pieces("bomb", bomb.as_bytes());
}

#[test]
fn an_endless_comment() {
    in_all_pieces("comment", format!("<!--{}", "-".repeat(200_000)).as_bytes());
    in_all_pieces("section", format!("<![CDATA[{}", "]".repeat(200_000)).as_bytes());
    in_all_pieces("instruction", format!("<?{}", "?".repeat(200_000)).as_bytes());
}
