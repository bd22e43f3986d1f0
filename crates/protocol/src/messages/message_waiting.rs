//! News of messages that callers left.

use crate::{Keyword, Text};

messages! { ($) message_waiting

/// Somebody left a message in a mailbox.
MsgWait = MSG_WAIT / INFO, Event to Application {
    /// Transaction id, chosen by the server.
    required msgid: Text = MSGID [4..=20],
    /// The mailbox.
    required boxno: Text = BOXNO [1..=10],
    /// Its pass code; never sent.
    optional boxpwd: Option<Text> = BOXPWD [4..=10],
    /// Its name.
    optional boxname: Option<Text> = BOXNAME [3..=40],
    /// The number that the caller dialled, or that was dialled for the call.
    required dnis: Text = DNIS [3..=14],
    /// The caller's number.
    optional ani: Option<Text> = ANI [3..=14],
    /// The file with the message.
    required file: Text = FILE [10..=50],
    /// How it is recorded.
    optional format: Option<MsgWaitFormat> = FORMAT [3..=3] words MsgWaitFormat {
        /// A WAV file.
        Wav = "WAV",
        /// A VOX file.
        Vox = "VOX",
    },
    /// How many messages nobody has heard yet, in three digits at least.
    required unread_msgs: Text = UNREAD_MSGS [3..=4],
    /// How many messages there are, in three digits at least.
    required total_msgs: Text = TOTAL_MSGS | TOTAL_MSG [3..=4];
    example r#"MSGID="20481380" BOXNO="156" BOXNAME="Night Desk" DNIS="6095550142" ANI="2015550100" FILE="C:\BOXES\156\0001.VOX" FORMAT="VOX" UNREAD_MSGS="003" TOTAL_MSGS="053""#;
    decisions ["A04", "D03", "D10", "L10", "L17", "L18", "S21", "U07", "U08", "U103"];
}

/// The application knows of the message; until it says so, the event is sent up to three times.
MsgWaitResponse = MSG_WAIT / RESPONSE, Response to Server {
    /// That of the event.
    required msgid: Text = MSGID [4..=20],
    /// The mailbox.
    required boxno: Option<Text> = BOXNO [1..=10],
    /// What the application made of it; noted in the log.
    required status: Option<Keyword<MsgWaitStatus>> = STATUS [6..=8] words MsgWaitStatus {
        /// Understood.
        Success = "SUCCESS" accepts ["SUCESS"],
        /// Not understood.
        Failed = "FAILED" accepts ["FAILURE"],
    };
    example r#"MSGID="20481380" BOXNO="156" STATUS="SUCCESS""#;
    decisions ["C36", "D03", "S11", "S18"];
}

}
