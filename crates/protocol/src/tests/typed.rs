//! From elements to typed messages: requests, answers, and what is neither.

use super::element;
use crate::*;

fn request(message: &str) -> Result<Request, ReadError> {
    Request::read(&element(message.as_bytes()))
}

#[test]
fn a_request_keeps_what_it_was_given() {
    let play = request(
        "<PLAY_VOICE_FILE><INFO MSGID=\"a1\" TRUNK_PORT=\" 04 \" FILE=\"C:\\X.VOX\" MODE=\"unitcollectdig\"></INFO></PLAY_VOICE_FILE>",
    );
    let expected = PlayVoiceFile {
        msgid: "a1".into(),
        trunk_port: Some("04".into()),
        file1: Some("C:\\X.VOX".into()),
        file2: None,
        file3: None,
        file4: None,
        anumber: None,
        bnumber: None,
        mode: Some(PlayMode::UnintCollectDig.into()),
    };
    assert_eq!(play, Ok(Request::PlayVoiceFile(expected)));
}

#[test]
fn a_keyword_that_nobody_knows_is_for_call_control_to_refuse() {
    let Ok(Request::Dial(dial)) = request("<DIALOUT><DIAL MODE=\"Sideways\" CAMP_ID=\"x\"></DIAL></DIALOUT>")
    else {
        panic!("a request")
    };
    assert_eq!(dial.mode, Some(Keyword::Unknown("Sideways".into())));
    assert_eq!(dial.mode.as_ref().and_then(Keyword::known), None);
    assert_eq!(dial.campid, Some("x".into()));
    assert_eq!(dial.msgid, Text::default());
}

#[test]
fn a_port_keeps_its_text_and_has_a_number() {
    for (text, number) in [("04", Some(4)), ("7", Some(7)), ("0", Some(0)), ("4294967295", Some(u32::MAX))] {
        assert_eq!(PortText::from(text).number(), number, "{text}");
    }
    for text in ["", "-1", "+1", "1.0", "x", "4294967296", "１", "Port Number"] {
        assert_eq!(PortText::from(text).number(), None, "{text}");
    }
    assert_eq!(PortText::from(4).to_string(), "4");
}

#[test]
fn text_is_tidy_however_it_is_made() {
    assert_eq!(Text::from(" a\r\n b\t"), Text::from(String::from("a b")));
    assert_eq!(Text::from("\u{0}x").as_str(), "\u{fffd}x");
    assert_eq!(Text::from(" \n").as_str(), "");
    assert_eq!(Text::default().as_str(), "");
}

#[test]
fn what_there_is_no_message_of_says_why() {
    let cases = [
        ("<HELLO><INFO MSGID=\"a1\"></INFO></HELLO>", "There is no message HELLO/INFO: its root is unknown."),
        (
            "<DIALOUT><INFO MSGID=\"a1\"></INFO></DIALOUT>",
            "There is no message DIALOUT/INFO: DIALOUT has no child of that name.",
        ),
        (
            "<DIALOUT><RESPONSE MSGID=\"a1\"></RESPONSE></DIALOUT>",
            "DIALOUT/RESPONSE goes the other way: whoever sent it is the side that reads it.",
        ),
    ];
    for (message, why) in cases {
        let error = request(message).expect_err(message);
        assert!(matches!(error, ReadError::UnknownMessage(_)), "{error:?}");
        assert_eq!(error.to_string(), why);
        let answer = error.answer();
        assert_eq!((answer.msgid.as_str(), answer.status), ("a1", ErrorStatus::UnknownMessage));
    }
}

#[test]
fn an_answer_without_its_word_is_malformed() {
    let read = |message: &str| Message::read(&element(message.as_bytes())).expect_err(message).to_string();
    assert_eq!(
        read("<PAUSE_LINK><RESPONSE MSGID=\"a1\"></RESPONSE></PAUSE_LINK>"),
        "PAUSE_LINK/RESPONSE was not understood: its attribute STATUS is missing."
    );
    assert_eq!(
        read("<PAUSE_LINK><RESPONSE MSGID=\"a1\" STATUS=\"MAYBE\"></RESPONSE></PAUSE_LINK>"),
        "PAUSE_LINK/RESPONSE was not understood: its attribute STATUS is \"MAYBE\", which is none of SUCCESS, FAILED."
    );
}

#[test]
fn every_message_can_be_looked_up_by_its_names() {
    for declaration in Request::DECLARATIONS {
        let read = Request::read(&element(declaration.example.as_bytes())).expect(declaration.name);
        assert_eq!(read.name(), format!("{}/{}", declaration.root, declaration.child));
        assert_eq!(read.declaration().name, declaration.name);
        assert!(!read.msgid().is_empty());
    }
    for declaration in Message::DECLARATIONS {
        let read = Message::read(&element(declaration.example.as_bytes())).expect(declaration.name);
        assert_eq!(read.name(), format!("{}/{}", declaration.root, declaration.child));
        assert_eq!(read.declaration().name, declaration.name);
    }
    assert_eq!(
        Request::DECLARATIONS.len() + Message::DECLARATIONS.len(),
        113 + 10 + 1,
        "the catalogue, TREE, ERROR"
    );
}

/// The framer takes the name of a root for the beginning of a message wherever it stands.
#[test]
fn no_child_has_the_name_of_a_root() {
    for declaration in Request::DECLARATIONS.iter().chain(Message::DECLARATIONS) {
        for child in std::iter::once(&declaration.child).chain(declaration.child_aliases) {
            assert!(
                !crate::roots::is_root(child.as_bytes()),
                "{child}, child of {}, is a root",
                declaration.root
            );
        }
    }
    assert!(
        crate::roots::is_root(b"init_Link")
            && !crate::roots::is_root(b"INIT_LIN")
            && !crate::roots::is_root(b"")
    );
}

/// Two messages of one side that share a name could not be told apart.
#[test]
fn no_two_messages_share_their_names() {
    for list in [Request::DECLARATIONS, Message::DECLARATIONS] {
        for (at, one) in list.iter().enumerate() {
            for other in &list[at + 1..] {
                assert!(
                    !(other.has_root(one.root) && other.has_child(one.child)),
                    "{} and {}",
                    one.name,
                    other.name
                );
            }
        }
    }
}
