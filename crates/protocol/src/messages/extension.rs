//! What we added to the protocol.

use crate::Text;

messages! { ($) extension

/// Something arrived that is no message. Nothing that an application sends is dropped in silence; the
/// configuration can switch this answer off (`link.error_messages = false`).
Error = ERROR / RESPONSE, Response to Application {
    /// That of the input, where it could be made out; else empty.
    required msgid: Text = MSGID,
    /// Why it is no message.
    required status: ErrorStatus = STATUS words ErrorStatus {
        /// It cannot be read.
        MalformedMessage = "MALFORMED_MESSAGE",
        /// It can be read, but there is no such message.
        UnknownMessage = "UNKNOWN_MESSAGE",
        /// Nothing is wrong with it: messages for this link were given up before it came back.
        MessagesLost = "MESSAGES_LOST",
    },
    /// What is wrong, as a sentence for people.
    required errormsg: Text = ERRORMSG;
    example r#"MSGID="XX-9001" STATUS="UNKNOWN_MESSAGE" ERRORMSG="There is no message HELLO/INFO.""#;
    decisions ["D01", "T04"];
}

}
