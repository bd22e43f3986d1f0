//! Every request can be refused with a RESPONSE of its own.

use super::element;
use crate::refusal::response_to;
use crate::*;

/// The refusal of a request, as written.
fn refusal(request: &str) -> String {
    let request = Request::read(&element(request.as_bytes())).expect("a request");
    let mut out = Vec::new();
    request.refusal().expect("has a RESPONSE").write(Spelling::Memorandum, &mut out);
    String::from_utf8(out).expect("UTF-8").lines().nth(1).expect("the child").to_owned()
}

#[test]
fn t05_every_request_has_a_refusal_and_no_answer_has_one() {
    for declaration in Request::DECLARATIONS {
        let request = Request::read(&element(declaration.example.as_bytes())).expect("the example is one");
        let refusal = request.refusal();
        assert_eq!(refusal.is_some(), declaration.kind == Kind::Request, "{}", declaration.name);
        let Some(refusal) = refusal else { continue };
        assert_eq!(refusal.declaration().root, declaration.root);
        assert_eq!(refusal.declaration().kind, Kind::Response);
        assert_eq!(refusal.msgid(), request.msgid());
    }
}

/// A refusal says no: the words that mean success or mere waiting are none.
#[test]
fn t05_the_word_of_a_refusal_is_one_of_the_list_and_no_success() {
    for declaration in Message::DECLARATIONS {
        for attribute in declaration.attributes.iter().filter(|attribute| attribute.refused.is_some()) {
            assert_eq!(declaration.kind, Kind::Response, "{}", declaration.name);
            let Some(words) = attribute.words else { continue };
            let word = attribute.refused.expect("has one");
            assert!(words.iter().any(|declared| declared.memorandum == word), "{}: {word}", declaration.name);
            assert!(!["SUCCESS", "SUCESS", "CONNECTED", "WAITING"].contains(&word), "{}", declaration.name);
        }
    }
}

/// Every RESPONSE to the application answers one request, and ERROR answers what is none.
#[test]
fn every_response_answers_a_request() {
    for declaration in Message::DECLARATIONS.iter().filter(|declaration| declaration.kind == Kind::Response) {
        let answered = Request::DECLARATIONS
            .iter()
            .filter(|request| response_to(request).is_some_and(|response| response.name == declaration.name));
        assert_eq!(answered.count(), usize::from(declaration.root != "ERROR"), "{}", declaration.name);
    }
}

#[test]
fn a_refusal_echoes_what_the_request_wrote() {
    assert_eq!(
        refusal("<HOLD><INFO MISGID=\"a1\" SOURCE_AGENT_PORT=\"04\" MODE=\" cancel \"/></HOLD>"),
        r#"<RESPONSE MSGID="a1" AGENT_PORT="04" ON_HOLD_FILE="" MODE="cancel" STATUS="AGENT_NOT_CONNECTED">"#
    );
    assert_eq!(
        refusal("<ATTACH_MIALBOX><INFO MSGID=\"a1\" BOXNO=\"007\" BOXPWD=\"4711\"/></ATTACH_MIALBOX>"),
        r#"<RESPONSE MSGID="a1" BOXNO="007" TRUNK_PORT="" BOXPWD="4711" STATUS="UNAVAILABLE_VOICE_RESOURCE">"#
    );
    assert_eq!(
        refusal(
            "<EXEC_IVR_MAILBOX><INFO MSGID=\"a1\" MAIL_BOX=\"9\" TRUNK_PORT=\"1\" VAR=\"x\" VAR3=\"z\"/></EXEC_IVR_MAILBOX>"
        ),
        r#"<RESPONSE MSGID="a1" BOXNO="9" TRUNK_PORT="1" VAR1="x" VAR3="z" STATUS="INVALID_MAILBOX">"#
    );
    assert_eq!(
        refusal(
            "<STOP_VOICE_TWO_WAY_RECORD><INFO MSGID=\"a1\" TRUNK_PORT2=\"09\"/></STOP_VOICE_TWO_WAY_RECORD>"
        ),
        r#"<RESPONSE MSGID="a1" TRUNK_PORT1="09" STATUS="INVALID_TRUNK_PORT">"#
    );
}

/// Decision A25: only the refused attribute is repeated, and FAILED refuses none.
#[test]
fn a_refusal_leaves_out_what_is_optional() {
    assert_eq!(
        refusal(
            "<BARGE_IN><INFO MSGID=\"a1\" SUPERVISOR_PORT=\"1\" AGENT_PORT=\"2\" MODE=\"FULL\"/></BARGE_IN>"
        ),
        r#"<RESPONSE MSGID="a1" STATUS="FAILED">"#
    );
    assert_eq!(
        refusal("<MAILBOX><INFO MSGID=\"a1\" BOXNO=\"12\"/></MAILBOX>"),
        r#"<INFO_RESPONSE MSGID="a1" BOXNO="12" STATUS="FAILED" ERRORCODE="4022" ERRORMSG="REQUEST NOT SERVED">"#
    );
}

#[test]
fn a_request_names_its_first_port() {
    for (text, port) in [
        ("<TEAR_PATCH><INFO TRUNK_PORT1=\"07\" TRUNK_PORT2=\"8\"/></TEAR_PATCH>", Some("07")),
        ("<MUTE><INFO AGENT_PORT=\"24\"/></MUTE>", Some("24")),
        ("<MUTE><INFO MODE=\"ON\"/></MUTE>", None),
        ("<DIALOUT><DIAL DNIS=\"24\"/></DIALOUT>", None),
    ] {
        let request = Request::read(&element(text.as_bytes())).expect("a request");
        assert_eq!(request.port(), port.map(PortText::from).as_ref(), "{text}");
    }
}
