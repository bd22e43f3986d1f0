//! Call flows: programs of questions and answers that a mailbox runs with a caller.

use crate::{PortText, Text};

messages! { ($) flow

/// Runs the call flow of a mailbox with the party on a port.
ExecIvrMailbox = EXEC_IVR_MAILBOX / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=20],
    /// The mailbox of the call flow.
    required boxno: Option<Text> = BOXNO | MAIL_BOX | MAILBOX [1..=12],
    /// The port.
    required trunk_port: Option<PortText> = TRUNK_PORT [2..=4],
    /// The value that the flow begins with in its first variable.
    optional var1: Option<Text> = VAR1 | VAR [1..=40],
    /// In its second.
    optional var2: Option<Text> = VAR2 [1..=40],
    /// In its third.
    optional var3: Option<Text> = VAR3 [1..=40],
    /// In its fourth.
    optional var4: Option<Text> = VAR4 [1..=40],
    /// In its fifth.
    optional var5: Option<Text> = VAR5 [1..=40];
    example r#"MSGID="EX-9101" BOXNO="800" TRUNK_PORT="07" VAR1="4711" VAR2="Harbour Taxi""#;
    decisions ["A06", "A13", "A32", "C44", "L09", "L12", "P09", "U88"];
}

/// Says at once whether it runs.
ExecIvrMailboxResponse = EXEC_IVR_MAILBOX / RESPONSE | INFO, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO | MAIL_BOX | MAILBOX,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The first value, as the request wrote it.
    echoed var1: Option<Text> = VAR1 | VAR,
    /// The second.
    echoed var2: Option<Text> = VAR2,
    /// The third.
    echoed var3: Option<Text> = VAR3,
    /// The fourth.
    echoed var4: Option<Text> = VAR4,
    /// The fifth.
    echoed var5: Option<Text> = VAR5,
    /// The outcome of the checks.
    required status: ExecIvrMailboxStatus = STATUS refused "INVALID_MAILBOX" words ExecIvrMailboxStatus {
        /// It does; a TERMINATION follows.
        Success = "SUCCESS",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// There is no such mailbox, or it has no call flow.
        InvalidMailbox = "INVALID_MAILBOX",
        /// The port is playing or recording already.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY",
        /// The port has no connected call, or is patched.
        InvalidChannelState = "INVALID_CHANNEL_STATE",
    };
    example r#"MSGID="EX-9101" BOXNO="800" TRUNK_PORT="07" VAR1="4711" VAR2="Harbour Taxi" STATUS="SUCCESS""#;
    decisions ["C23", "N04", "S17", "S33", "S34", "U92"];
}

/// The call flow is over.
ExecIvrMailboxTermination = EXEC_IVR_MAILBOX / TERMINATION, Termination to Application {
    /// That of the request that began it, EXEC_IVR_MAILBOX or DIALOUT_IVR.
    required msgid: Text = MSGID,
    /// The mailbox, as that request wrote it.
    required boxno: Text = BOXNO | MAIL_BOX | MAILBOX,
    /// The port that it ran on.
    required trunk_port: PortText = TRUNK_PORT,
    /// What its first variable holds now.
    optional var1: Option<Text> = VAR1 | VAR,
    /// Its second.
    optional var2: Option<Text> = VAR2,
    /// Its third.
    optional var3: Option<Text> = VAR3,
    /// Its fourth.
    optional var4: Option<Text> = VAR4,
    /// Its fifth.
    optional var5: Option<Text> = VAR5,
    /// How it ended.
    required event: ExecIvrMailboxEvent = EVENT words ExecIvrMailboxEvent {
        /// At its end.
        Eocs = "EOCS",
        /// Before its end: the call ended, or a step could not be done.
        Eocf = "EOCF",
        /// By a request to stop.
        Stopped = "STOPPED",
    };
    example r#"MSGID="EX-9101" BOXNO="800" TRUNK_PORT="7" VAR1="4711" VAR3="2" EVENT="EOCS""#;
    decisions ["A13", "N16", "N19", "U15", "U16", "U89", "U90"];
}

/// Stops the call flow on a port.
StopExecIvrMailbox = STOP_EXEC_IVR_MAILBOX | STOP_EXE_IVR_MAILBOX / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The mailbox of the call flow.
    required boxno: Option<Text> = BOXNO | MAIL_BOX | MAILBOX,
    /// The port.
    required trunk_port: Option<PortText> = TRUNK_PORT;
    example r#"MSGID="SX-9201" BOXNO="800" TRUNK_PORT="07""#;
    decisions ["A13", "L12", "N09", "N19", "T12"];
}

/// Says whether there was one to stop.
StopExecIvrMailboxResponse = STOP_EXEC_IVR_MAILBOX | STOP_EXE_IVR_MAILBOX / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO | MAIL_BOX | MAILBOX,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required status: StopExecIvrMailboxStatus = STATUS refused "MAIL_BOX_NOT_EXECUTING" words StopExecIvrMailboxStatus {
        /// It is being stopped; EXEC_IVR_MAILBOX/TERMINATION follows.
        Success = "SUCCESS",
        /// There is no such mailbox.
        InvalidMailBox = "INVALID_MAIL_BOX" corrected "INVALID_MAILBOX",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// No call flow of this mailbox runs on the port.
        MailBoxNotExecuting = "MAIL_BOX_NOT_EXECUTING" corrected "MAILBOX_NOT_EXECUTING",
    };
    example r#"MSGID="SX-9201" BOXNO="800" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["C19", "N09", "N19", "S17", "U91"];
}

}
