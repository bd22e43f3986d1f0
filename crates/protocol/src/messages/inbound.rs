//! Calls that come in.

use crate::{Keyword, PortText, Text};

messages! { ($) inbound

/// A call rings at a number of this link.
ReceiveCall = RECEIVE_CALL / INFO, Event to Application {
    /// Transaction id, chosen by the server.
    required msgid: Text = MSGID,
    /// The number dialled.
    required dnis: Text = DNIS,
    /// The caller's number; empty when it is kept back.
    required ani: Text = ANI,
    /// The number that passed the call on; empty when none did.
    required redirectining_no: Text = REDIRECTINING_NO | REDIRECTING_NUMBER corrected "REDIRECTING_NO",
    /// The port that it rings on.
    required trunk_port: PortText = TRUNK_PORT;
    example r#"MSGID="20481382" DNIS="6095550142" ANI="2015550100" REDIRECTINING_NO="" TRUNK_PORT="7""#;
    decisions ["A10", "C10", "L12", "T09", "U53", "X36"];
}

/// What is to be done with the call.
ReceiveCallResponse = RECEIVE_CALL / RESPONSE, Response to Server {
    /// That of the event.
    required msgid: Text = MSGID,
    /// What to do.
    required status: Option<Keyword<ReceiveCallStatus>> = STATUS words ReceiveCallStatus {
        /// Decline it.
        Disconnect = "DISCONNECT" accepts ["FAILED", "FAILURE", "DECLINE"],
        /// Answer it, and play a voice file.
        Play = "PLAY",
        /// Answer it, and give it to an agent.
        Transfer = "TRANSFER",
        /// Answer it, and record it.
        Record = "RECORD",
        /// Nothing yet: the application says what in messages of its own.
        Accept = "ACCEPT" accepts ["SUCCESS", "SUCESS"] deviation "S28",
    },
    /// The agent for TRANSFER; the one who has been idle longest where there is none.
    optional agent_no: Option<PortText> = AGENT_NO,
    /// The voice file for PLAY.
    optional play_file: Option<Text> = PLAY_FILE,
    /// The voice file for RECORD.
    optional record_file: Option<Text> = RECORD_FILE;
    example r#"MSGID="20481382" STATUS="TRANSFER" AGENT_NO="24""#;
    decisions ["A15", "A16", "D16", "S28", "U47", "U54", "U55", "U56", "U57"];
}

/// Asks the server to treat a call as the mailbox of a number would.
HandleInboundCall = HANDLE_INBOUND_CALL / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The number whose mailbox is meant.
    required dnis: Option<Text> = DNIS,
    /// The caller's number.
    required ani: Option<Text> = ANI,
    /// The number that passed the call on.
    optional redirectining_no: Option<Text> = REDIRECTINING_NO | REDIRECTING_NUMBER corrected "REDIRECTING_NO",
    /// The port of the call.
    required trunk_port: Option<PortText> = TRUNK_PORT;
    example r#"MSGID="HI-8401" DNIS="6095550142" ANI="2015550100" TRUNK_PORT="07""#;
    decisions ["A10", "C48", "L12", "N21", "U24", "U58"];
}

/// Says whether the mailbox has the call.
HandleInboundCallResponse = HANDLE_INBOUND_CALL / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: HandleInboundCallStatus = STATUS refused "FAILED" words HandleInboundCallStatus {
        /// It has.
        Success = "SUCCESS",
        /// DNIS is no number.
        InvalidDnis = "INVALID_DNIS",
        /// There is no such mailbox, or its type has no treatment.
        InvalidMailbox = "INVALID_MAILBOX",
        /// The mailbox is switched off.
        DiabledMailbox = "DIABLED_MAILBOX" corrected "DISABLED_MAILBOX",
        /// There is no such port, or no call on it.
        Failed = "FAILED" deviation "U58",
    };
    example r#"MSGID="HI-8401" STATUS="SUCCESS""#;
    decisions ["S13", "S17", "U58", "U59"];
}

/// Answers a call that rings.
AcceptCall = ACCEPT_CALL | ACCEPT / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port that it rings on.
    required trunk_port: Option<PortText> = TRUNK_PORT;
    example r#"MSGID="AC-8501" TRUNK_PORT="07""#;
    decisions ["L12", "N01"];
}

/// Says whether the call is being answered.
AcceptCallResponse = ACCEPT_CALL | ACCEPT / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: AcceptCallStatus = STATUS refused "INVALID_TRUNK_PORT" words AcceptCallStatus {
        /// It is; a TERMINATION follows.
        Success = "SUCCESS",
        /// There is no such port, or no call rings on it.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
    };
    example r#"MSGID="AC-8501" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["N01"];
}

/// The call is answered. When the caller left meanwhile, NETWORK_TRUNK_DISCONNECT says so instead.
AcceptCallTermination = ACCEPT_CALL | ACCEPT / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required event: AcceptCallEvent = EVENT words AcceptCallEvent {
        /// The network knows.
        Eof = "EOF",
    };
    example r#"MSGID="AC-8501" TRUNK_PORT="07" EVENT="EOF""#;
    decisions ["N01", "U60"];
}

/// Sends a call away that rings.
DeclineCall = DECLINE_CALL | DECLINE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port that it rings on.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// Why, for the network: a cause of ITU-T Q.850; what is none counts as the first.
    required cause_code: Option<Keyword<DeclineCallCauseCode>> = CAUSE_CODE words DeclineCallCauseCode {
        /// For no reason in particular.
        NormalClearing = "NORMAL_CLEARING",
        /// The party is busy.
        UserBusy = "USER_BUSY" deviation "U61",
        /// The party does not want the call.
        CallRejected = "CALL_REJECTED" deviation "U61",
    };
    example r#"MSGID="DE-8601" TRUNK_PORT="07" CAUSE_CODE="NORMAL_CLEARING""#;
    decisions ["L12", "N02", "U61", "X35"];
}

/// Says whether the call is being sent away.
DeclineCallResponse = DECLINE_CALL | DECLINE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: DeclineCallStatus = STATUS refused "INVALID_TRUNK_PORT" words DeclineCallStatus {
        /// It is; a TERMINATION follows.
        Success = "SUCCESS",
        /// The request has no CAUSE_CODE.
        CauseCodeMissing = "CAUSE_CODE_MISSING",
        /// There is no such port, or no call rings on it.
        InvalidTrunkPort = "INVALID_TRUNK_PORT" deviation "U61",
    };
    example r#"MSGID="DE-8601" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["N02", "U61"];
}

/// The call is gone.
DeclineCallTermination = DECLINE_CALL | DECLINE / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required event: DeclineCallEvent = EVENT words DeclineCallEvent {
        /// The network knows.
        Eof = "EOF",
    };
    example r#"MSGID="DE-8601" TRUNK_PORT="07" EVENT="EOF""#;
    decisions ["N02"];
}

}
