//! Where messages begin and end in a stream, and what is said of the rest.

use super::{check, transcript};
use crate::{Frame, Framer};

const INIT: &str = "<INIT_LINK><INFO MSGID=\"a1\"></INFO></INIT_LINK>";
const READ: &str = "INIT_LINK/INFO MSGID=\"a1\"";

/// What a framer says of one piece after the other: a line to a frame, and `…` when it wants more.
fn conversation(pieces: &[&str]) -> Vec<String> {
    let mut framer = Framer::new(1000);
    let mut said = Vec::new();
    for piece in pieces {
        framer.push(piece.as_bytes());
        said.extend(std::iter::from_fn(|| framer.next()).map(|frame| super::line(&frame)));
        said.push(if framer.pending().is_some() { "…" } else { "." }.to_owned());
    }
    said
}

#[test]
fn one_message_after_the_other() {
    check(format!("{INIT}{INIT}\r\n{INIT}\0\0{INIT}\n\n ").as_bytes(), &[READ; 4].join("\n"));
    check(b"", "");
    check(b" \r\n\0\t", "");
}

#[test]
fn what_stands_between_messages_without_meaning_is_skipped() {
    let stream = format!(
        "\u{feff}<?xml version=\"1.0\"?>\n{INIT}<!-- <MUTE><INFO></INFO></MUTE> - -- > -->{INIT}\"\r\n> ” ;{INIT}<?a ? > ??>"
    );
    check(stream.as_bytes(), &[READ; 3].join("\n"));
}

#[test]
fn comments_and_instructions_inside_a_message_are_skipped() {
    let message = "<INIT_LINK><!-- <MUTE> --><INFO MSGID=\"a1\"><!-- </INFO> --><![CDATA[</INIT_LINK>]]]></INFO><?x <HOLD>?></INIT_LINK>";
    check(message.as_bytes(), READ);
    check(b"<INIT_LINK><INFO MSGID=\"a1\"/><!----></INIT_LINK>", READ);
}

#[test]
fn elements_may_close_themselves() {
    check(b"<INIT_LINK><INFO MSGID=\"a1\"/></INIT_LINK>", READ);
    check(
        b"<INIT_LINK><INFO MSGID=\"a1\" /> \n</INIT_LINK>\n<MUTE><INFO/></MUTE>",
        "INIT_LINK/INFO MSGID=\"a1\"\nMUTE/INFO",
    );
    check(b"<INIT_LINK/>", "malformed [] INIT_LINK has no child element.");
    check(b"<INIT_LINK MSGID=\"a1\" />", "malformed [a1] INIT_LINK has no child element.");
}

#[test]
fn end_tags_are_not_compared() {
    check("<INIT_LINK><INFO MSGID=”a1”></RESPONSE></MUTE>".as_bytes(), READ);
    check("<INIT_LINK><INFO MSGID=”a1”><\\INFO ></ INIT_LINK >".as_bytes(), READ);
    check("< INIT_LINK >< INFO MSGID=”a1”></ INFO ><\\ INIT_LINK_ >".as_bytes(), READ);
}

#[test]
fn an_end_tag_may_lack_its_end() {
    check(
        format!("<INIT_LINK><INFO MSGID=\"a1\"></INFO</INIT_LINK{INIT}</INIT_LINK \n{INIT}").as_bytes(),
        &[READ; 3].join("\n"),
    );
}

#[test]
fn an_end_tag_of_the_root_ends_the_message_wherever_it_stands() {
    check(format!("<INIT_LINK><INFO MSGID=\"a1\"></INIT_LINK>{INIT}").as_bytes(), &[READ; 2].join("\n"));
    check(
        format!("<INIT_LINK><INFO MSGID=\"a1\"><A><B></INIT_LINK>{INIT}").as_bytes(),
        &[READ; 2].join("\n"),
    );
    check(format!("<INIT_LINK><INFO MSGID=\"a1\"></DIALOUT>{INIT}").as_bytes(), &[READ; 2].join("\n"));
}

#[test]
fn elements_inside_the_child_are_ignored() {
    check(b"<INIT_LINK><INFO MSGID=\"a1\"><X MSGID=\"b\"><Y/></X>text</INFO></INIT_LINK>", READ);
    check(b"<HELLO><INFO MSGID=\"a1\"><X><Y/></X></INFO></HELLO>", "HELLO/INFO MSGID=\"a1\"");
}

#[test]
fn the_end_of_a_message_is_known_at_once() {
    // The rest of the end tag adds nothing, and need not come: M13.
    assert_eq!(
        conversation(&["<INIT_LINK><INFO MSGID=\"a1\"></INFO>", "<", "/", "INIT_LINK"]),
        ["…", "…", READ, ".", "."]
    );
    assert_eq!(conversation(&["<INIT_LINK><INFO MSGID=\"a1\">", "</INIT_LINK", ">"]), ["…", "…", READ, "."]);
    // M15: so may the end tag of another root.
    assert_eq!(conversation(&["<INIT_LINK><INFO MSGID=\"a1\">", "</DIALOUT", ">"]), ["…", "…", READ, "."]);
    // M31: the repeated start tag ends the message, and nothing is left pending.
    assert_eq!(conversation(&["<INIT_LINK><INFO MSGID=\"a1\"></INFO><INIT_LINK>", "\n"]), [READ, ".", "."]);
}

#[test]
fn a_repeated_start_tag_stands_for_the_end_tag_or_for_the_next_message() {
    let first = "<INIT_LINK><INFO MSGID=\"a1\"></INFO><INIT_LINK>";
    check(format!("{first}\n{INIT}").as_bytes(), &[READ; 2].join("\n"));
    check(format!("{first}<INFO MSGID=\"a1\"></INFO></INIT_LINK>").as_bytes(), &[READ; 2].join("\n"));
    check(format!("{first}</INIT_LINK>{INIT}").as_bytes(), &[READ; 2].join("\n"));
    check(format!("{first}<DIALOUT><DIAL></DIAL></DIALOUT>").as_bytes(), &format!("{READ}\nDIALOUT/DIAL"));
    // So it does for a root that nobody knows.
    check(
        b"<A><B C=\"1\"></B><A>\n<A><B></B></A><A/>",
        "A/B C=\"1\"\nA/B\nunknown [] There is no message A: its root is unknown.",
    );
}

#[test]
fn a_forgotten_root_end_is_made_up_for_by_the_next_message() {
    check(
        format!("<DIALOUT><DIAL MSGID=\"b2\"></DIAL>{INIT}").as_bytes(),
        &format!("DIALOUT/DIAL MSGID=\"b2\"\n{READ}"),
    );
}

#[test]
fn a_second_child_is_a_second_message() {
    check(
        b"<MAILBOX><ADD A=\"1\"></ADD><DELETE A=\"2\"/><X/></MAILBOX>",
        "MAILBOX/ADD A=\"1\"\nMAILBOX/DELETE A=\"2\"\nMAILBOX/X",
    );
}

#[test]
fn d01_reading_goes_on_at_the_next_known_root() {
    check(
        format!("<DIALOUT><DIAL MSGID=\"b2\" DNIS=\"1{INIT}").as_bytes(),
        &format!("malformed [b2] DIALOUT is not closed before the next message begins.\n{READ}"),
    );
    check(
        format!("<DIALOUT>{INIT}").as_bytes(),
        &format!("malformed [] DIALOUT has no child element.\n{READ}"),
    );
    check(
        format!("<HELLO><THERE><YOU MSGID=\"b2\">{INIT}").as_bytes(),
        &format!("malformed [b2] HELLO is not closed before the next message begins.\n{READ}"),
    );
}

#[test]
fn d01_a_line_that_is_no_message_is_answered() {
    check(
        format!("hello\r\nthere {INIT}").as_bytes(),
        &format!("malformed [] This is no message: hello\nmalformed [] This is no message: there\n{READ}"),
    );
    check(
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "malformed [] This is no message: GET / HTTP/1.1\nmalformed [] This is no message: Host: x",
    );
    check("日本\n".as_bytes(), "malformed [] This is no message: 日本");
    check(
        format!("{INIT}hello\n</ X > there\n").as_bytes(),
        &format!(
            "{READ}\nmalformed [] This is no message: hello\nmalformed [] The end tag X closes nothing.\nmalformed [] This is no message: there"
        ),
    );
    check("–––\n*** \"\n".as_bytes(), "");
}

#[test]
fn d01_an_end_tag_without_a_beginning_is_answered() {
    check(
        format!("</INFO>{INIT}</INIT_LINK>").as_bytes(),
        &format!("malformed [] The end tag INFO closes nothing.\n{READ}"),
    );
    check(b"</></ ><\\>", "");
}

#[test]
fn d01_unknown_roots_come_out_as_they_are() {
    check(b"<HELLO><INFO MSGID=\"a1\"></INFO></HELLO>", "HELLO/INFO MSGID=\"a1\"");
    check(b"<HELLO></HELLO>", "unknown [] There is no message HELLO: its root is unknown.");
    check(b"<INIT_LINK></INIT_LINK>", "malformed [] INIT_LINK has no child element.");
}

#[test]
fn document_type_declarations_are_not_read() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol9 \"&lol;&lol;\">]>\n<lolz>&lol9;</lolz>";
    let why = "malformed [] Document type declarations are not read; the next message is.";
    check(format!("{bomb}{INIT}").as_bytes(), &format!("{why}\n{READ}"));
    check(format!("<!-{INIT}<![CDAT{INIT}").as_bytes(), &format!("{why}\n{READ}\n{why}\n{READ}"));
}

#[test]
fn smaller_than_is_no_tag_before_what_is_no_name() {
    check(
        "<INIT_LINK><INFO MSGID=\"a1\" NAME=\"1 < 2 <3\"></INFO></INIT_LINK>".as_bytes(),
        "INIT_LINK/INFO MSGID=\"a1\" NAME=\"1 < 2 <3\"",
    );
    check(format!("<<{INIT}").as_bytes(), READ);
    let why = "malformed [] This is no message:";
    check(format!("a <  = b\nc < {INIT}").as_bytes(), &format!("{why} a < = b\n{why} c <\n{READ}"));
    let blanks = " ".repeat(1100);
    check(format!("a <{blanks}= b\nc").as_bytes(), &format!("{why} a <\n{why} = b"));
}

#[test]
fn a_message_past_the_limit_is_the_last() {
    let long = format!("<INIT_LINK><INFO MSGID=\"a1\" NAME=\"{}\"></INFO></INIT_LINK>", "x".repeat(1000));
    let said = "too long [a1] A message may have 1000 bytes; this one has more.";
    assert_eq!(conversation(&[&long, INIT]), [said, ".", "."]);
    let pieces: Vec<&str> = long.split_inclusive('x').chain([INIT]).collect();
    assert_eq!(conversation(&pieces).into_iter().filter(|line| line.len() > 3).collect::<Vec<_>>(), [said]);
    // What is no message may be as long as it likes, a piece of a line at a time.
    assert!(conversation(&[&"x".repeat(3000), INIT]).contains(&READ.to_owned()));
    // But neither a comment nor a name may, nor what follows a document type declaration.
    for endless in ["<!-- ", "<?", "<x", "<!DOCTYPE ", "</", "<x><y></y></z", "<INIT_LINK ", "<"] {
        let said = conversation(&[endless, &"y".repeat(600), &" ".repeat(600), &"y <z></z> ".repeat(200)]);
        assert!(
            said.iter().any(|line| line.starts_with("too long"))
                || endless == "</"
                || endless == "<x><y></y></z",
            "{endless}: {said:?}"
        );
    }
}

#[test]
fn pending_names_the_message_that_has_begun() {
    let mut framer = Framer::new(1000);
    let mut pending = |bytes: &str| {
        framer.push(bytes.as_bytes());
        while framer.next().is_some() {}
        framer.pending()
    };
    assert_eq!(pending(" \n"), None);
    assert_eq!(pending("<"), Some(1));
    assert_eq!(pending("INIT_LINK><INFO"), Some(1), "the same message");
    assert_eq!(pending("/></INIT_LINK><INIT"), Some(2), "the next one, with nothing seen between");
    assert_eq!(pending("_LINK><INFO></INFO></"), None, "the tail of an end tag keeps nobody waiting");
    assert_eq!(pending("INIT_LINK>"), None);
    assert_eq!(pending("hello"), None, "nor does text that is no message");
    assert_eq!(pending("<!--"), Some(3));
    assert_eq!(pending("-->"), None);
    assert_eq!(pending("<"), Some(4), "not the comment any more");
}

#[test]
fn what_is_unreadable_has_an_answer() {
    let mut framer = Framer::new(1000);
    framer.push(b"<DIALOUT MSGID=\"b2\"></DIALOUT>");
    let Some(Frame::Unreadable(error)) = framer.next() else { panic!("a root without a child") };
    let mut out = Vec::new();
    crate::Message::from(error.answer()).write(crate::Spelling::Memorandum, &mut out);
    let sent = "<ERROR>\n<RESPONSE MSGID=\"b2\" STATUS=\"MALFORMED_MESSAGE\" ERRORMSG=\"DIALOUT has no child element.\">\n</RESPONSE>\n</ERROR>\n";
    assert_eq!(String::from_utf8_lossy(&out), sent);
    assert_eq!(error.unread().root, "DIALOUT");
    assert_eq!(transcript(&out).split(' ').next(), Some("ERROR/RESPONSE"));
}
