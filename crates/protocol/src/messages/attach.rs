//! Bringing a caller to a mailbox.

use crate::{PortText, Text};

messages! { ($) attach

/// Brings the party on a port to a mailbox: to leave a message, or, with the pass code, to hear those in it.
AttachMailbox = ATTACH_MAILBOX | ATTACH_MIALBOX / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The mailbox.
    required boxno: Option<Text> = BOXNO [7..=10],
    /// Its pass code; absent when a message is to be left.
    optional boxpwd: Option<Text> = BOXPWD [4..=4],
    /// The port.
    required trunk_port: Option<PortText> = TRUNK_PORT [2..=4];
    example r#"MSGID="AM-5201" BOXNO="6095550142" BOXPWD="4711" TRUNK_PORT="07""#;
    decisions ["L09", "L11", "L12", "N06", "N20", "U85"];
}

/// Says whether the party is there.
AttachMailboxResponse = ATTACH_MAILBOX | ATTACH_MIALBOX / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The pass code, as the request wrote it.
    echoed boxpwd: Option<Text> = BOXPWD,
    /// The outcome.
    required status: AttachMailboxStatus = STATUS refused "UNAVAILABLE_VOICE_RESOURCE" words AttachMailboxStatus {
        /// He is.
        Success = "SUCCESS",
        /// There is no such mailbox, or it takes no messages.
        InvalidBoxNo = "INVALID_BOX_NO" corrected "INVALID_MAILBOX",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// The pass code is not that of the mailbox.
        InvalidPassCode = "INVALID_PASS_CODE",
        /// The port is joined with another.
        TrunkPortIsPatched = "TRUNK_PORT_IS_PATCHED",
        /// The port has no connected call.
        CallNotConnected = "CALL_NOT_CONNECTED",
        /// Nothing is free to play and record with.
        UnavailableVoiceResource = "UNAVAILABLE_VOICE_RESOURCE",
    };
    example r#"MSGID="AM-5201" BOXNO="6095550142" TRUNK_PORT="07" BOXPWD="4711" STATUS="SUCCESS""#;
    decisions ["N06", "S17", "S33", "S35", "U86", "U87"];
}

}
