//! Mailboxes: adding, changing, asking, deleting. No answer is printed in a Format; all follow one pattern.

use crate::Text;

messages! { ($) mailbox

/// Changes what is known about a mailbox. Whatever is left out stays as it is.
MailboxUpdate = MAILBOX / UPDATE, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox.
    required boxno: Option<Text> = BOXNO [1..=10],
    /// Its name.
    optional boxname: Option<Text> = BOXNAME [1..=50],
    /// Where its owner gets mail.
    optional boxemail: Option<Text> = BOXEMAIL [3..=50],
    /// Its pass code, for callers.
    optional boxpwd: Option<Text> = BOXPWD [4..=10],
    /// A follow-me number.
    optional extens01: Option<Text> = EXTENS01 deviation "L25",
    /// A follow-me number.
    optional extens02: Option<Text> = EXTENS02 deviation "L25",
    /// A follow-me number.
    optional extens03: Option<Text> = EXTENS03 deviation "L25",
    /// A follow-me number.
    optional extens04: Option<Text> = EXTENS04 deviation "L25",
    /// A follow-me number.
    optional extens05: Option<Text> = EXTENS05 deviation "L25",
    /// A follow-me number.
    optional extens06: Option<Text> = EXTENS06 deviation "L25",
    /// A follow-me number.
    optional extens07: Option<Text> = EXTENS07 deviation "L25",
    /// The hot line of the call-back service, or one more follow-me number.
    optional extens08: Option<Text> = EXTENS08,
    /// The number to call back, or to follow to.
    optional extens09: Option<Text> = EXTENS09;
    example r#"MSGID="MB-5001" BOXNO="156" BOXNAME="Night Desk" BOXPWD="4711" EXTENS09="6095550142""#;
    decisions ["A01", "L01", "L05", "L09", "L10", "L11", "L25", "U94"];
}

/// Says whether the mailbox was changed.
MailboxUpdateResponse = MAILBOX / UPDATE_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO [1..=10],
    /// The outcome.
    required status: MailboxStatus = STATUS refused "FAILED" words MailboxStatus {
        /// Done.
        Success = "SUCCESS",
        /// Not done; ERRORCODE and ERRORMSG say why.
        Failed = "FAILED",
    },
    /// Why not, as a number: 4015 no such mailbox, 4017 no such record, 4018 the number is taken, 4020 a value
    /// that cannot be, 4021 the mailbox is in use, 4022 the request is not served.
    optional errorcode: Option<Text> = ERRORCODE [5..=5] refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG [1..=100] refused "REQUEST NOT SERVED";
    example r#"MSGID="MB-5001" BOXNO="156" STATUS="FAILED" ERRORCODE="4015" ERRORMSG="BOX DOES NOT EXIST""#;
    decisions ["L02", "U96", "U97", "X16"];
}

/// Changes the mailbox that stands at a place in the file of all mailboxes, and perhaps its number.
MailboxUpdateSer = MAILBOX / UPDATE_SER, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The place of the mailbox, counted from 1.
    required recno: Option<Text> = RECNO | RECONO,
    /// The number that the mailbox is to have from now on.
    optional boxno: Option<Text> = BOXNO [1..=10],
    /// Its name.
    optional boxname: Option<Text> = BOXNAME [1..=50],
    /// Where its owner gets mail.
    optional boxemail: Option<Text> = BOXEMAIL [3..=50],
    /// Its pass code, for callers.
    optional boxpwd: Option<Text> = BOXPWD [4..=10],
    /// How many messages it may hold; at 0 it is switched off.
    optional boxmsgs: Option<Text> = BOXMSGS;
    example r#"MSGID="MB-5002" RECNO="12" BOXNO="157" BOXMSGS="40""#;
    decisions ["A03", "C31", "P07", "U93", "U94"];
}

/// Says whether the record was changed.
MailboxUpdateSerResponse = MAILBOX / UPDATE_SER_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The place, as the request wrote it.
    required recno: Text = RECNO | RECONO,
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO [1..=10],
    /// The outcome.
    required status: MailboxStatus = STATUS refused "FAILED",
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE [5..=5] refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG [1..=100] refused "REQUEST NOT SERVED";
    example r#"MSGID="MB-5002" RECNO="12" BOXNO="157" STATUS="SUCCESS""#;
    decisions ["C31", "L02", "U96", "U97", "X16"];
}

/// Makes a mailbox, with what it is given here and, where another is named, the rest from that one.
MailboxAdd = MAILBOX / ADD, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox to copy from.
    optional srcboxno: Option<Text> = SRCBOXNO [1..=10],
    /// The number of the new one.
    required boxno: Option<Text> = BOXNO [1..=10],
    /// Its name.
    optional boxname: Option<Text> = BOXNAME [1..=50],
    /// Where its owner gets mail.
    optional boxemail: Option<Text> = BOXEMAIL [3..=50],
    /// Its pass code, for callers.
    optional boxpwd: Option<Text> = BOXPWD [4..=10];
    example r#"MSGID="MB-5003" SRCBOXNO="100" BOXNO="158" BOXNAME="Spare Parts""#;
    decisions ["L09", "L10", "L11", "U95"];
}

/// Says whether the mailbox is there now.
MailboxAddResponse = MAILBOX / ADD_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO [1..=10],
    /// The outcome.
    required status: MailboxStatus = STATUS refused "FAILED",
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE [5..=5] refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG [1..=100] refused "REQUEST NOT SERVED";
    example r#"MSGID="MB-5003" BOXNO="158" STATUS="SUCCESS""#;
    decisions ["L02", "U95", "U96", "U97", "X16"];
}

/// Asks what is known about a mailbox.
MailboxInfo = MAILBOX / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox.
    required boxno: Option<Text> = BOXNO [1..=10];
    example r#"MSGID="MB-5004" BOXNO="156""#;
    decisions ["L09"];
}

/// What is known about a mailbox.
MailboxInfoResponse = MAILBOX / INFO_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO [1..=10],
    /// The outcome; without SUCCESS, only the two attributes about the error follow.
    required status: MailboxStatus = STATUS refused "FAILED",
    /// Its name.
    optional boxname: Option<Text> = BOXNAME [1..=50],
    /// Where its owner gets mail.
    optional boxemail: Option<Text> = BOXEMAIL [3..=50],
    /// Its pass code, unless the configuration keeps it back.
    optional boxpwd: Option<Text> = BOXPWD [4..=10],
    /// Its type: U messages, X application, C conference, W menu, J call flow, E announcement.
    optional boxtype: Option<Text> = BOXTYPE,
    /// How many messages nobody has heard yet.
    optional newmsgs: Option<Text> = NEWMSGS,
    /// How many messages there are.
    optional totmsgs: Option<Text> = TOTMSGS,
    /// How many faxes there are; left out, since none are received.
    optional totfaxes: Option<Text> = TOTFAXES,
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE [5..=5] refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG [1..=100] refused "REQUEST NOT SERVED";
    example r#"MSGID="MB-5004" BOXNO="156" STATUS="SUCCESS" BOXNAME="Night Desk" BOXTYPE="U" NEWMSGS="3" TOTMSGS="53""#;
    decisions ["A26", "C32", "C33", "D07", "D10", "L18", "U105", "X16"];
}

/// Deletes a mailbox, and the messages in it.
MailboxDelete = MAILBOX / DELETE, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox.
    required boxno: Option<Text> = BOXNO [1..=10];
    example r#"MSGID="MB-5005" BOXNO="158""#;
    decisions ["L09", "U98"];
}

/// Says whether the mailbox is gone.
MailboxDeleteResponse = MAILBOX / DELETE_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO [1..=10],
    /// The outcome.
    required status: MailboxStatus = STATUS refused "FAILED",
    /// Whether there was such a mailbox.
    optional response: Option<MailboxExistence> = RESPONSE words MailboxExistence {
        /// There is; after a deletion: there was.
        Yes = "EXISTSYES",
        /// There is none.
        No = "EXISTSNO",
    },
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE [5..=5] refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG [1..=100] refused "REQUEST NOT SERVED";
    example r#"MSGID="MB-5005" BOXNO="158" STATUS="SUCCESS" RESPONSE="EXISTSYES""#;
    decisions ["C33", "C34", "U96", "U98", "X16"];
}

/// Asks whether there is such a mailbox.
MailboxExists = MAILBOX / EXISTS, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox.
    required boxno: Option<Text> = BOXNO [1..=10];
    example r#"MSGID="MB-5006" BOXNO="158""#;
    decisions ["L09"];
}

/// Says whether there is such a mailbox.
MailboxExistsResponse = MAILBOX / EXISTS_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox, as the request wrote it.
    required boxno: Text = BOXNO [1..=10],
    /// The outcome; that there is none is a success.
    required status: MailboxStatus = STATUS refused "FAILED",
    /// Whether there is.
    optional response: Option<MailboxExistence> = RESPONSE,
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE [5..=5] refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG [1..=100] refused "REQUEST NOT SERVED";
    example r#"MSGID="MB-5006" BOXNO="158" STATUS="SUCCESS" RESPONSE="EXISTSNO""#;
    decisions ["C33", "C35", "U96", "X16"];
}

}
