//! Conferences: those that an application puts together, and those that callers dial into.

use crate::{Keyword, PortText, Text};

messages! { ($) conference

/// Puts a party into a conference, and makes the conference if it is new.
InitConference = INIT_CONFERENCE / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The number of the conference, chosen by the application.
    required conference_id: Option<Text> = CONFERENCE_ID,
    /// The agent to put in.
    optional agent_no: Option<PortText> = AGENT_NO,
    /// The port to put in.
    optional trunk_port: Option<PortText> = TRUNK_PORT,
    /// How the party takes part.
    required mode: Option<Keyword<InitConferenceMode>> = MODE words InitConferenceMode {
        /// Speaks and hears.
        Full = "FULL",
        /// Hears only.
        Listen = "LISTEN" accepts ["MONITOR"],
        /// No more.
        Remove = "REMOVE",
    };
    example r#"MSGID="IC-7001" CONFERENCE_ID="4" TRUNK_PORT="07" MODE="FULL""#;
    decisions ["A16", "C47", "S23", "U38", "U39", "U40"];
}

/// Says what came of it.
InitConferenceResponse = INIT_CONFERENCE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: InitConferenceStatus = STATUS refused "FAILURE" words InitConferenceStatus {
        /// The conference is new, and the party in it.
        ConfCreated = "CONF_CREATED",
        /// There is no room.
        Full = "FULL" corrected "CONFERENCE_FULL",
        /// The party is in the conference.
        Added = "ADDED",
        /// The party is out of the conference.
        Success = "SUCCESS" deviation "U39",
        /// There is no such port or agent, or it has no call.
        InvalidTrunkPort = "INVALID_TRUNK_PORT" deviation "U39",
        /// There is no such conference.
        InvalidConferenceId = "INVALID_CONFERENCE_ID" deviation "U39",
        /// MODE is none of the three.
        InvalidMod = "INVALID_MOD" corrected "INVALID_MODE" deviation "U39",
        /// The request cannot be carried out.
        Failure = "FAILURE" corrected "FAILED" deviation "U39",
    };
    example r#"MSGID="IC-7001" STATUS="CONF_CREATED""#;
    decisions ["A19", "C47", "S18", "S24", "U39", "U40"];
}

/// Binds a number to this application: who calls it is put into its conference and reported here.
InitConferenceLink = INIT_CONFERENCE_LINK / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The name of the conference; becomes that of the mailbox.
    required name: Option<Text> = NAME [3..=30],
    /// The number that is called, which is also that of the mailbox.
    required dnis: Option<Text> = DNIS [3..=14],
    /// The mailbox's pass code.
    required pass_code: Option<Text> = PASS_CODE [4..=4],
    /// The number that the conference is to have; the server chooses one where there is none.
    optional conference_id: Option<Text> = CONFERENCE_ID deviation "C12";
    example r#"MSGID="CL-7101" NAME="Morning Round" DNIS="6095550143" PASS_CODE="4712""#;
    decisions ["A18", "A21", "C10", "C12", "L09", "L11"];
}

/// Says whether the number is bound.
InitConferenceLinkResponse = INIT_CONFERENCE_LINK / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The number, as the request wrote it.
    required dnis: Text = DNIS,
    /// The pass code, as the request wrote it.
    required pass_code: Text = PASS_CODE,
    /// The name, as the request wrote it.
    required name: Text = NAME,
    /// The outcome.
    required status: InitConferenceLinkStatus = STATUS refused "CONFERENCE_CALLS_NO_SUPPORTED" words InitConferenceLinkStatus {
        /// Inbound calls are switched off (parameter xxx77).
        ConferenceCallsNotSupported = "CONFERENCE_CALLS_NO_SUPPORTED" corrected "CONFERENCE_CALLS_NOT_SUPPORTED",
        /// The pass code is not that of the mailbox.
        InvalidPassCode = "INVALID_PASS_CODE",
        /// There is no mailbox of this number, or another link owns it.
        InvalidDnis = "INVALID_DNIS",
        /// Bound.
        Success = "SUCCESS",
    };
    example r#"MSGID="CL-7101" DNIS="6095550143" PASS_CODE="4712" NAME="Morning Round" STATUS="SUCCESS""#;
    decisions ["A20", "A21", "S02", "S03"];
}

/// Somebody called the number of a conference, and is in it.
InboundConference = INBOUND_CONFERENCE / INFO, Event to Application {
    /// Transaction id, chosen by the server.
    required msgid: Text = MSGID,
    /// The number dialled.
    required dnis: Text = DNIS,
    /// The caller's number; empty when it is kept back.
    required ani: Text = ANI,
    /// The number that passed the call on; empty when none did.
    required redirectining_no: Text = REDIRECTINING_NO | REDIRECTING_NUMBER corrected "REDIRECTING_NO",
    /// The mailbox of the conference.
    required boxno: Text = BOXNO,
    /// The caller's port.
    required trunk_port: PortText = TRUNK_PORT,
    /// The number of the conference.
    required conference_id: Text = CONFERENCE_ID,
    /// How many take part now, the caller included.
    required total_conferees: Text = TOTAL_CONFEREES;
    example r#"MSGID="20481381" DNIS="6095550143" ANI="2015550100" REDIRECTINING_NO="" BOXNO="6095550143" TRUNK_PORT="7" CONFERENCE_ID="4" TOTAL_CONFEREES="1""#;
    decisions ["A10", "C10", "C24", "L12", "T09"];
}

/// What is to be done with that caller; without an answer he stays.
InboundConferenceResponse = INBOUND_CONFERENCE / RESPONSE, Response to Server {
    /// That of the event.
    required msgid: Text = MSGID,
    /// What to do.
    required status: Option<Keyword<InboundConferenceStatus>> = STATUS words InboundConferenceStatus {
        /// Disconnect him.
        Disconnect = "DISCONNECT" accepts ["FAILED", "FAILURE", "DECLINE"],
        /// Play a voice file to him, then let him back.
        Play = "PLAY",
        /// Take him out, to an agent.
        Transfer = "TRANSFER",
        /// Record the conference.
        Record = "RECORD",
        /// Nothing: he stays.
        Accept = "ACCEPT" accepts ["SUCCESS", "SUCESS"] deviation "S28",
    },
    /// The agent for TRANSFER.
    optional agent_no: Option<PortText> = AGENT_NO,
    /// The voice file for PLAY.
    optional play_file: Option<Text> = PLAY_FILE,
    /// The voice file for RECORD; the server names one where there is none.
    optional record_file: Option<Text> = RECORD_FILE deviation "C46";
    example r#"MSGID="20481381" STATUS="PLAY" PLAY_FILE="C:\PROMPTS\WELCOME.VOX""#;
    decisions ["A15", "A16", "C46", "S28", "U41"];
}

/// Changes how a port takes part in a conference.
ChangeConfereeMode = CHANGE_CONFEREE_MODE / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The port.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// The number of the conference.
    required conference_id: Option<Text> = CONFERENCE_ID,
    /// The mailbox of the conference.
    required boxno: Option<Text> = BOXNO,
    /// How from now on.
    required mode: Option<Keyword<ChangeConfereeModeMode>> = MODE words ChangeConfereeModeMode {
        /// Hears only.
        Monitor = "MONITOR" accepts ["LISTEN"],
        /// Speaks and hears.
        Full = "FULL",
        /// Is out of it; the call stays.
        Remove = "REMOVE",
        /// Is in it, speaks and hears.
        Add = "ADD",
    };
    example r#"MSGID="CM-7201" TRUNK_PORT="07" CONFERENCE_ID="4" BOXNO="6095550143" MODE="MONITOR""#;
    decisions ["C25", "C26", "L12", "S23", "U42", "U43"];
}

/// Says what came of it.
ChangeConfereeModeResponse = CHANGE_CONFEREE_MODE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The conference, as the request wrote it.
    required conference_id: Text = CONFERENCE_ID,
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required status: ChangeConfereeModeStatus = STATUS refused "FAILURE" words ChangeConfereeModeStatus {
        /// Done.
        Success = "SUCCESS",
        /// There is no such port, or it does not take part.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// There is no such conference.
        InvalidConferenceId = "INVALID_CONFERENCE_ID",
        /// There is no such mailbox.
        InvalidMailBoxNo = "INVALID_MAIL_BOX_NO" corrected "INVALID_MAILBOX",
        /// MODE is none of the four.
        InvalidMod = "INVALID_MOD" corrected "INVALID_MODE",
        /// It cannot be carried out.
        Failure = "FAILURE" corrected "FAILED",
        /// There is no room.
        ConferenceFull = "CONFERENCE_FULL",
    };
    example r#"MSGID="CM-7201" CONFERENCE_ID="4" BOXNO="6095550143" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["C26", "S09", "S17", "S18", "S24", "U40", "U42"];
}

/// Asks who is talking in a conference right now. Made to be asked ten times a second.
ActiveTalkersList = ACTIVE_TALKERS_LIST | ACTIVE_TALKER_LIST / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The number of the conference.
    required conference_id: Option<Text> = CONFERENCE_ID,
    /// The mailbox of the conference.
    required boxno: Option<Text> = BOXNO;
    example r#"MSGID="TL-7301" CONFERENCE_ID="4" BOXNO="6095550143""#;
    decisions ["N05", "T14", "U44"];
}

/// Who is talking.
ActiveTalkersListResponse = ACTIVE_TALKERS_LIST | ACTIVE_TALKER_LIST / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO,
    /// How many.
    required total_talkers: Text = TOTAL_TALKERS refused "0",
    /// Their ports in rising order, with blanks between them; empty when nobody talks.
    required list: Text = LIST,
    /// The outcome.
    required status: ActiveTalkersListStatus = STATUS refused "FAILURE" words ActiveTalkersListStatus {
        /// This is the list.
        Success = "SUCCESS",
        /// There is no such conference.
        Failure = "FAILURE" corrected "FAILED",
        /// There is no such mailbox.
        InvalidMailBoxNo = "INVALID_MAIL_BOX_NO" corrected "INVALID_MAILBOX",
    };
    example r#"MSGID="TL-7301" BOXNO="6095550143" TOTAL_TALKERS="2" LIST="3 21" STATUS="SUCCESS""#;
    decisions ["A19", "L12", "N05", "S17", "S18", "U44", "U45", "U106"];
}

}
