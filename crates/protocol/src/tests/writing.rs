//! R-OUT and R-LIT: what is written, byte for byte.

use super::element;
use crate::*;

fn written(message: impl Into<Message>, spelling: Spelling) -> String {
    let mut out = Vec::new();
    message.into().write(spelling, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_layout_is_that_of_the_printed_formats() {
    let event = DialoutTermination {
        msgid: "671".into(),
        event: DialoutEvent::Connect,
        trunk_port: 14.into(),
        agent: Some(26.into()),
        dtmf: None,
    };
    let expected = "<DIALOUT>\n<TERMINATION MSGID=\"671\" EVENT=\"CONNECT\" TRUNK_PORT=\"14\" AGENT=\"26\">\n</TERMINATION>\n</DIALOUT>\n";
    assert_eq!(written(event, Spelling::Memorandum), expected);
}

#[test]
fn values_are_escaped() {
    let error = Error {
        msgid: "<&>\"'".into(),
        status: ErrorStatus::MalformedMessage,
        errormsg: "é \u{1}\u{ffff}”".into(),
    };
    let expected = "<ERROR>\n<RESPONSE MSGID=\"&lt;&amp;&gt;&quot;'\" STATUS=\"MALFORMED_MESSAGE\" ERRORMSG=\"é \u{fffd}\u{fffd}”\">\n</RESPONSE>\n</ERROR>\n";
    assert_eq!(written(error.clone(), Spelling::Memorandum), expected);
    let read = Message::read(&element(expected.as_bytes())).expect("our own message");
    assert_eq!(read, Message::Error(error));
}

#[test]
fn misprints_are_written_as_printed_or_corrected() {
    let cases: [(Message, &str, &str); 5] = [
        (
            InitLinkResponse { msgid: "1".into(), status: InitLinkStatus::InboundCallsNotSupported }.into(),
            "\"IBOUND CALLS NO SUPPORTED\"",
            "\"INBOUND_CALLS_NOT_SUPPORTED\"",
        ),
        (
            DialoutResponse { msgid: "1".into(), status: DialoutStatus::NumberTooLong }.into(),
            "\"NUMBER_TOO LONG\"",
            "\"NUMBER_TOO_LONG\"",
        ),
        (
            AppTrunkStatusResponse {
                msgid: "1".into(),
                trunk_port: "x".into(),
                status: AppTrunkStatusStatus::InvalidTrunkport,
            }
            .into(),
            "\"INVALID_TRUNKPORT\"",
            "\"INVALID_TRUNK_PORT\"",
        ),
        (
            InitLinkResponse { msgid: "1".into(), status: InitLinkStatus::InvalidPassCode }.into(),
            "\"INVALID PASS CODE\"",
            "\"INVALID_PASS_CODE\"",
        ),
        (
            PlayVoiceFileTermination {
                msgid: "1".into(),
                trunk_port: "1".into(),
                event: PlayEvent::Loopdrop,
                dtmf: None,
            }
            .into(),
            "\"LOOPDROP\"",
            "\"LOOP_DROP\"",
        ),
    ];
    for (message, printed, corrected) in cases {
        assert!(written(message.clone(), Spelling::Memorandum).contains(printed), "{printed}");
        let right = written(message.clone(), Spelling::Corrected);
        assert!(right.contains(corrected), "{corrected}");
        assert_eq!(Message::read(&element(right.as_bytes())), Ok(message), "both spellings are read");
    }
}

#[test]
fn an_empty_port_is_written_and_an_absent_one_is_not() {
    let mut answer = PlayVoiceFileResponse {
        msgid: "1".into(),
        trunk_port: PortText::default(),
        status: PlayVoiceFileStatus::InvalidTrunkPort,
    };
    assert!(written(answer.clone(), Spelling::Memorandum).contains("MSGID=\"1\" TRUNK_PORT=\"\" STATUS="));
    answer.trunk_port = "04".into();
    assert!(written(answer, Spelling::Memorandum).contains("TRUNK_PORT=\"04\""));
}

/// Every word of every message is written in both spellings as declared, and every message is XML: so says
/// the reader, which falls back on its tolerance for nothing here.
#[test]
fn b176_every_word_that_is_written_is_declared() {
    for declaration in Request::DECLARATIONS.iter().chain(Message::DECLARATIONS) {
        let words = declaration.attributes.iter().filter_map(|attribute| attribute.words).flatten();
        for word in words {
            let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if ["*", "#"].contains(&word.memorandum) {
                continue;
            }
            assert!(word.corrected.chars().all(is_name), "{}", word.corrected);
            assert!(word.memorandum.chars().all(|c| is_name(c) || c == ' '), "{}", word.memorandum);
            assert!(word.is_spelled(word.memorandum) && word.is_spelled(word.corrected));
        }
        let names = declaration.attributes.iter().map(|attribute| attribute.name);
        assert_eq!(names.clone().next(), Some("MSGID"), "{} begins with its MSGID", declaration.name);
        let unique: std::collections::BTreeSet<_> = names.clone().collect();
        assert_eq!(unique.len(), names.count(), "{} names an attribute twice", declaration.name);
    }
}
