//! The link itself: opening, pausing, closing, and the operator's exit.

use crate::{Keyword, Text};

messages! { ($) link

/// Opens the link for this application. With a DNIS it also binds that number: calls to it are reported
/// on this link from then on. One INIT_LINK per DNIS; without one the link is for outbound work.
InitLink = INIT_LINK / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// Label of the application or its customer; becomes the name of the DNIS mailbox.
    optional name: Option<Text> = NAME [3..=30],
    /// The dialled number whose calls this link wants; also the number of its mailbox.
    optional dnis: Option<Text> = DNIS [3..=14],
    /// Pass code of that mailbox.
    optional pass_code: Option<Text> = PASS_CODE [4..=4];
    example r#"MSGID="LK-1001" NAME="Harbour Taxi" DNIS="6095550142" PASS_CODE="4711""#;
    decisions ["D02", "D08", "U01", "U02", "U03", "L09", "L11", "A18"];
}

/// Says whether the link is open, and the DNIS bound.
InitLinkResponse = INIT_LINK / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: InitLinkStatus = STATUS refused "FAILED" words InitLinkStatus {
        /// Open, and bound where a DNIS was given.
        Success = "SUCCESS",
        /// Another live connection owns the DNIS.
        Busy = "BUSY",
        /// The request lacks what it needs, or the server could not keep it.
        Failed = "FAILED",
        /// A DNIS was given, but inbound calls are switched off (parameter xxx77).
        InboundCallsNotSupported = "IBOUND CALLS NO SUPPORTED" corrected "INBOUND_CALLS_NOT_SUPPORTED"
            accepts ["INBOUND CALLS NOT SUPPORTED"],
        /// The pass code is not that of the mailbox.
        InvalidPassCode = "INVALID PASS CODE" corrected "INVALID_PASS_CODE",
        /// There is no mailbox of this number.
        InvalidDnis = "INVALID DNIS" corrected "INVALID_DNIS",
    };
    example r#"MSGID="LK-1001" STATUS="SUCCESS""#;
    decisions ["S01", "S02", "A20", "U01", "U02"];
}

/// Ends the application's use of the server: its calls are disconnected and no new ones taken.
TerminateLink = TERMINATE_LINK / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID;
    example r#"MSGID="LK-1002""#;
    decisions ["U05"];
}

/// Sent when the calls of the application are disconnected and their last messages gone.
TerminateLinkResponse = TERMINATE_LINK / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: TerminateLinkStatus = STATUS refused "FAILED" words TerminateLinkStatus {
        /// All calls are down.
        Success = "SUCCESS",
        /// There was no link to terminate.
        Failed = "FAILED",
    };
    example r#"MSGID="LK-1002" STATUS="SUCCESS""#;
    decisions ["U05"];
}

/// Lets the calls under way come to their end, and admits no new ones.
PauseLink = PAUSE_LINK / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID;
    example r#"MSGID="LK-1003""#;
    decisions ["U04"];
}

/// Says whether the link is paused.
PauseLinkResponse = PAUSE_LINK / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: PauseLinkStatus = STATUS refused "FAILED" words PauseLinkStatus {
        /// No new call will be taken or placed.
        Success = "SUCCESS",
        /// There was no link to pause.
        Failed = "FAILED",
    };
    example r#"MSGID="LK-1003" STATUS="SUCCESS""#;
    decisions ["U04"];
}

/// Tells the application that the operator is closing the server.
ExitLink = EXIT_LINK / INFO, Event to Application {
    /// Transaction id, chosen by the server.
    required msgid: Text = MSGID;
    example r#"MSGID="20481377""#;
    decisions ["T09", "U06", "P08"];
}

/// The application has heard of the exit; the server closes after it, or after five seconds.
ExitLinkResponse = EXIT_LINK / RESPONSE, Response to Server {
    /// That of the event.
    required msgid: Text = MSGID,
    /// Whether the application is ready; the server goes in either case.
    required status: Option<Keyword<ExitLinkStatus>> = STATUS words ExitLinkStatus {
        /// Ready.
        Success = "SUCCESS",
        /// Not ready; noted in the log.
        Failed = "FAILED" accepts ["FAILURE"],
    };
    example r#"MSGID="20481377" STATUS="SUCCESS""#;
    decisions ["T10", "U06", "M09"];
}

}
