//! The oddities of the protocol that the declared messages do not have yet: each must cost one declaration.

use super::element;
use crate::{Declared, Keyword, PortText, Spelling, Text, Word};

messages! { ($) oddities

/// A root and a child with two names each.
Patch = PATCH_PORTS | PORT_PATCH | PATCH_PORT / INFO | PATCH, Request to Server {
    /// Id.
    required msgid: Text = MSGID,
    /// A word, and what else is read for it.
    required mode: Option<Keyword<PatchMode>> = MODE [2..=5] words PatchMode {
        /// Two misprints and a blank.
        Cancel = "CANCELL" accepts ["CANCEL", "OFF", "CAN CEL"],
    };
    example r#"MSGID="1" MODE="CANCELL""#;
    decisions [];
}

/// A child whose name ends in _RESPONSE, with an attribute that is called RESPONSE.
ExistsResponse = MAILBOX / EXISTS_RESPONSE, Response to Application {
    /// Id.
    required msgid: Text = MSGID,
    /// Whether.
    required response: ExistsResponseWord = RESPONSE words ExistsResponseWord {
        /// It does.
        Yes = "EXISTSYES",
        /// It does not.
        No = "EXISTSNO",
    };
    example r#"MSGID="1" RESPONSE="EXISTSNO""#;
    decisions [];
}

/// Misspelt names of attributes, and one value under two names (decision D04).
Termination = DIAL_PATCH / TERMINATION, Termination to Application {
    /// Id.
    required msgid: Text = MSGID,
    /// The redirecting number.
    optional redirecting: Option<Text> = REDIRECTINING_NO | REDIRECTING_NUMBER corrected "REDIRECTING_NO",
    /// The port.
    required port: PortText = TRINK_PORT twin "TRUNK_PORT",
    /// The outcome.
    required status: DialPatchStatus = STATUS words DialPatchStatus {
        /// Good.
        Success = "SUCESS" corrected "SUCCESS",
        /// Not good, which is our word.
        Failed = "FAILED" deviation "X01",
    };
    example r#"MSGID="1" REDIRECTINING_NO="2" TRINK_PORT="04" TRUNK_PORT="04" STATUS="SUCESS""#;
    decisions [];
}

}

fn written(message: &impl Declared, spelling: Spelling) -> String {
    let mut out = Vec::new();
    message.write(spelling, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn roots_and_children_have_aliases() {
    for root in ["PATCH_PORTS", "PORT_PATCH", "PATCH_PORT"] {
        assert!(Patch::DECLARATION.has_root(root), "{root}");
    }
    assert!(Patch::DECLARATION.has_child("PATCH") && !Patch::DECLARATION.has_child("RESPONSE"));
    assert_eq!(Patch::NAME, "PATCH_PORTS/INFO");
}

#[test]
fn words_have_aliases_with_and_without_blanks() {
    for word in ["CANCELL", "cancel", "Off", "can cel"] {
        assert_eq!(PatchMode::from_text(word), Some(PatchMode::Cancel), "{word}");
    }
    assert_eq!(PatchMode::from_text("CANCE"), None);
}

#[test]
fn misspelt_names_are_written_as_printed_or_corrected_and_read_in_any_form() {
    let message = Termination {
        msgid: "1".into(),
        redirecting: Some("2".into()),
        port: "04".into(),
        status: DialPatchStatus::Success,
    };
    let tag = |printed: &str| printed.lines().nth(1).expect("the child").to_owned();
    assert_eq!(
        tag(&written(&message, Spelling::Memorandum)),
        r#"<TERMINATION MSGID="1" REDIRECTINING_NO="2" TRINK_PORT="04" TRUNK_PORT="04" STATUS="SUCESS">"#
    );
    assert_eq!(
        tag(&written(&message, Spelling::Corrected)),
        r#"<TERMINATION MSGID="1" REDIRECTING_NO="2" TRINK_PORT="04" TRUNK_PORT="04" STATUS="SUCCESS">"#
    );
    for (name, port) in [
        ("REDIRECTINING_NO", "TRINK_PORT"),
        ("REDIRECTING_NO", "TRUNK_PORT"),
        ("REDIRECTING_NUMBER", "TRUNK_PORT"),
    ] {
        let text = format!(
            "<DIAL_PATCH><TERMINATION MISGID=\"1\" {name}=\"2\" {port}=\"04\" STATUS=\"success\"/></DIAL_PATCH>"
        );
        assert_eq!(Termination::from_element(&element(text.as_bytes())), Ok(message.clone()), "{text}");
    }
}
