//! Dialling out.

use crate::{Keyword, PortText, Text};

messages! { ($) outbound

/// Places a call, and says what becomes of it when it is answered: patch it to a free agent, play a
/// message to a person or to an answering machine, or wait for further requests.
Dial = DIALOUT / DIAL, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=50],
    /// The campaign that the call belongs to.
    optional campid: Option<Text> = CAMPID | CAMP_ID [4..=20],
    /// The number to dial, exactly as given.
    required dnis: Option<Text> = DNIS [3..=14],
    /// The calling number to show.
    optional ani: Option<Text> = ANI [3..=14],
    /// The agent ports to choose from when a person answers: `24`, `24-27`, `24,26,30-34`.
    optional agents: Option<Text> = AGENTS [1..=20],
    /// The voice file to play when a person answers.
    optional livemessage: Option<Text> = LIVEMESSAGE [4..=60],
    /// The voice file to play when an answering machine answers.
    optional ansmessage: Option<Text> = ANSMESSAGE [4..=60],
    /// How many rings, of six seconds each, until it counts as not answered.
    optional rings: Option<Text> = RINGS [1..=2],
    /// How the answer is judged.
    required mode: Option<Keyword<DialMode>> = MODE [5..=10] words DialMode {
        /// Patch or play at the answer, whoever gave it.
        Blind = "BLIND",
        /// Tell persons, machines, fax and network announcements apart first.
        Supervised = "SUPERVISED",
    };
    example r#"MSGID="DL-2001" CAMPID="SPRING" DNIS="2015550100" ANI="6095550142" AGENTS="25-34" MODE="SUPERVISED""#;
    decisions ["A05", "C04", "C37", "L03", "L06", "L07", "L17", "L19", "L22", "D17", "U09", "U14", "U48", "X27", "X31", "X32", "X34"];
}

/// The checks are done: either the call is being placed, or nothing is dialled.
DialoutResponse = DIALOUT / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The outcome of the checks.
    required status: DialoutStatus = STATUS refused "FAILED" words DialoutStatus {
        /// The call is being placed; a TERMINATION follows.
        Success = "SUCCESS",
        /// The number has more digits than may be dialled.
        NumberTooLong = "NUMBER_TOO LONG" corrected "NUMBER_TOO_LONG" accepts ["NUMBER_ TOO LONG"],
        /// The request lacks what it needs or cannot be carried out.
        Failed = "FAILED",
        /// The server is at its capacity, or the link is paused.
        Busy = "BUSY",
        /// None of the AGENTS is free.
        NoAgentFree = "NO_AGENT_FREE",
        /// None of the AGENTS is free, and they are of the station-card kind.
        NoMsiAgentFree = "NO_MSI_AGENT_FREE",
        /// Every port that could dial is in use.
        NoDialoutPortFree = "NO_DIALOUT_PORT_FREE",
        /// There is no file LIVEMESSAGE.
        LivemessageFileMissing = "LIVEMESSAGE_FILE_MISSING",
        /// There is no file ANSMESSAGE.
        AnsmessageFileMissing = "ANSMESSAGE_FILE_MISSING",
    };
    example r#"MSGID="DL-2001" STATUS="SUCCESS""#;
    decisions ["A28", "D05", "D17", "S04", "S05", "S06", "S07", "U11", "U12", "X19"];
}

/// What the call came to; a second one, with EOF, follows when a message has been played.
DialoutTermination = DIALOUT / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// How far the call got.
    required event: DialoutEvent = EVENT words DialoutEvent {
        /// Answered by a person (or, under BLIND, by anyone).
        Connect = "CONNECT" accepts ["CONNECTED"],
        /// The party is busy.
        Busy = "BUSY",
        /// Nobody answered in the given rings.
        Noans = "NOANS",
        /// The network says that the number cannot be reached.
        Intercept = "INTERCEPT",
        /// Answered by an answering machine.
        Ansmachine = "ANSMACHINE",
        /// Answered by a fax.
        Fax = "FAX",
        /// No way into the network: the trunk is down or has no circuit.
        Nodialtone = "NODIALTONE",
        /// The message has been played.
        Eof = "EOF",
    },
    /// The port that the call is on.
    required trunk_port: PortText = TRUNK_PORT,
    /// The agent port that it was patched to.
    optional agent: Option<PortText> = AGENT,
    /// The keys that the party pressed around the message.
    optional dtmf: Option<Text> = DTMF;
    example r#"MSGID="DL-2001" EVENT="CONNECT" TRUNK_PORT="7" AGENT="26""#;
    decisions ["A28", "C05", "S19", "S20", "U10", "U11", "U13", "U14", "X26", "X31"];
}

/// Places a call, and runs the call flow of a mailbox with whoever answers; without a mailbox it is as DIALOUT,
/// under this name.
DialoutIvr = DIALOUT_IVR / DIAL, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=50],
    /// The campaign that the call belongs to.
    optional campid: Option<Text> = CAMPID | CAMP_ID [4..=20],
    /// The number to dial, exactly as given.
    required dnis: Option<Text> = DNIS [3..=14],
    /// The calling number to show.
    optional ani: Option<Text> = ANI [3..=14],
    /// The agent ports to choose from when a person answers, as in DIALOUT.
    optional agents: Option<Text> = AGENTS [1..=20],
    /// The voice file to play when a person answers.
    optional livemessage: Option<Text> = LIVEMESSAGE [4..=60],
    /// The voice file to play when an answering machine answers.
    optional ansmessage: Option<Text> = ANSMESSAGE [4..=60],
    /// The mailbox of the call flow.
    optional boxno: Option<Text> = BOXNO [1..=12],
    /// The value that the flow begins with in its first variable.
    optional var1: Option<Text> = VAR1 | VAR [1..=40],
    /// In its second.
    optional var2: Option<Text> = VAR2 [1..=40],
    /// In its third.
    optional var3: Option<Text> = VAR3 [1..=40],
    /// In its fourth.
    optional var4: Option<Text> = VAR4 [1..=40],
    /// In its fifth, until the answer puts there who gave it: LIVE_CONNECT or ANSWERING_MACHINE.
    optional var5: Option<Text> = VAR5 [1..=40],
    /// How many rings, of six seconds each, until it counts as not answered.
    optional rings: Option<Text> = RINGS [1..=2],
    /// How the answer is judged.
    required mode: Option<Keyword<DialMode>> = MODE [5..=10];
    example r#"MSGID="DV-2201" DNIS="2015550100" BOXNO="800" VAR1="4711" MODE="SUPERVISED""#;
    decisions ["A05", "A06", "A32", "C03", "C04", "C37", "D17", "L03", "L06", "L07", "L09", "L17", "L19", "L20", "S20", "U16", "X27"];
}

/// The checks are done: either the call is being placed, or nothing is dialled.
DialoutIvrResponse = DIALOUT_IVR / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The outcome of the checks.
    required status: DialoutIvrStatus = STATUS refused "FAILED" words DialoutIvrStatus {
        /// The call is being placed; a TERMINATION follows.
        Success = "SUCCESS",
        /// The number has more digits than may be dialled.
        NumberTooLong = "NUMBER_TOO LONG" corrected "NUMBER_TOO_LONG" accepts ["NUMBER_ TOO LONG"],
        /// The request lacks what it needs or cannot be carried out.
        Failed = "FAILED",
        /// The server is at its capacity, or the link is paused.
        Busy = "BUSY",
        /// None of the AGENTS is free.
        NoAgentFree = "NO_AGENT_FREE",
        /// None of the AGENTS is free, and they are of the station-card kind.
        NoMsiAgentFree = "NO_MSI_AGENT_FREE",
        /// Every port that could dial is in use.
        NoDialoutPortFree = "NO_DIALOUT_PORT_FREE",
        /// There is no file LIVEMESSAGE.
        LivemessageFileMissing = "LIVEMESSAGE_FILE_MISSING",
        /// There is no file ANSMESSAGE.
        AnsmessageFileMissing = "ANSMESSAGE_FILE_MISSING",
        /// There is no such mailbox, or it has no call flow.
        InvalidMailbox = "INVALID_MAILBOX",
        /// The port that was to dial cannot.
        InvalidChannelState = "INVALID_CHANNEL_STATE",
    };
    example r#"MSGID="DV-2201" STATUS="SUCCESS""#;
    decisions ["A28", "D05", "D17", "S04", "S05", "S07", "S17", "U11", "U12", "X19"];
}

/// What the call came to. When a call flow runs, EXEC_IVR_MAILBOX/TERMINATION says so at its end instead.
DialoutIvrTermination = DIALOUT_IVR / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// How far the call got.
    required event: DialoutEvent = EVENT,
    /// The port that the call is on.
    required trunk_port: PortText = TRUNK_PORT,
    /// The agent port that it was patched to.
    optional agent: Option<PortText> = AGENT,
    /// The keys that the party pressed around the message.
    optional dtmf: Option<Text> = DTMF;
    example r#"MSGID="DV-2201" EVENT="NOANS" TRUNK_PORT="7""#;
    decisions ["A28", "C03", "C05", "S19", "S20", "U10", "U11", "U13", "U14", "U15", "X26"];
}

}
