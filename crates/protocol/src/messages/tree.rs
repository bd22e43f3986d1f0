//! Trees: menus that callers walk with their keys. The specification names them and says no more; these
//! messages are our own, in the manner of MAILBOX (decision D06).

use crate::{Keyword, PortText, Text};

messages! { ($) tree

/// Makes a menu of a mailbox, or gives a menu one more key. A menu plays its greeting, and each key leads the
/// caller to another mailbox, of whatever type, or to an agent. Menus may lead back to each other.
TreeAdd = TREE / ADD, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The mailbox that is the menu; it is made with type W where there is none.
    required boxno: Option<Text> = BOXNO [1..=14],
    /// The key to add; none makes the menu only.
    optional key: Option<Keyword<TreeKey>> = KEY words TreeKey {
        /// The key 0.
        Zero = "0",
        /// The key 1.
        One = "1",
        /// The key 2.
        Two = "2",
        /// The key 3.
        Three = "3",
        /// The key 4.
        Four = "4",
        /// The key 5.
        Five = "5",
        /// The key 6.
        Six = "6",
        /// The key 7.
        Seven = "7",
        /// The key 8.
        Eight = "8",
        /// The key 9.
        Nine = "9",
        /// The star.
        Star = "*",
        /// The hash.
        Hash = "#",
        /// No key within the time that the menu waits.
        Timeout = "TIMEOUT",
        /// A key that leads nowhere.
        Invalid = "INVALID",
    },
    /// The mailbox that the key leads to.
    optional destboxno: Option<Text> = DESTBOXNO [1..=14],
    /// Or the agent that it leads to.
    optional agent_port: Option<PortText> = AGENT_PORT,
    /// The voice file that greets the caller.
    optional prompt: Option<Text> = PROMPT [1..=260];
    example r#"MSGID="TR-5101" BOXNO="700" KEY="1" DESTBOXNO="156" PROMPT="C:\PROMPTS\WELCOME.VOX""#;
    decisions ["D06", "D07", "N17"];
}

/// Says whether it was added.
TreeAddResponse = TREE / ADD_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The menu, as the request wrote it.
    required boxno: Text = BOXNO [1..=14],
    /// The outcome.
    required status: TreeStatus = STATUS refused "FAILED" words TreeStatus {
        /// Done.
        Success = "SUCCESS",
        /// Not done; ERRORCODE and ERRORMSG say why.
        Failed = "FAILED",
    },
    /// Why not, as a number: those of MAILBOX.
    optional errorcode: Option<Text> = ERRORCODE refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG refused "REQUEST NOT SERVED";
    example r#"MSGID="TR-5101" BOXNO="700" STATUS="FAILED" ERRORCODE="4015" ERRORMSG="BOX DOES NOT EXIST""#;
    decisions ["D06", "U96", "X16"];
}

/// Changes where a key of a menu leads, or the menu's greeting. Whatever is left out stays as it is.
TreeUpdate = TREE / UPDATE, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The menu.
    required boxno: Option<Text> = BOXNO [1..=14],
    /// The key to change.
    optional key: Option<Keyword<TreeKey>> = KEY,
    /// The mailbox that it leads to from now on.
    optional destboxno: Option<Text> = DESTBOXNO [1..=14],
    /// Or the agent.
    optional agent_port: Option<PortText> = AGENT_PORT,
    /// The greeting from now on.
    optional prompt: Option<Text> = PROMPT [1..=260];
    example r#"MSGID="TR-5102" BOXNO="700" KEY="TIMEOUT" AGENT_PORT="24""#;
    decisions ["D06"];
}

/// Says whether it was changed.
TreeUpdateResponse = TREE / UPDATE_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The menu, as the request wrote it.
    required boxno: Text = BOXNO [1..=14],
    /// The outcome.
    required status: TreeStatus = STATUS refused "FAILED",
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG refused "REQUEST NOT SERVED";
    example r#"MSGID="TR-5102" BOXNO="700" STATUS="SUCCESS""#;
    decisions ["D06", "U96", "X16"];
}

/// Takes a key from a menu, or makes the menu an ordinary mailbox again.
TreeDelete = TREE / DELETE, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The menu.
    required boxno: Option<Text> = BOXNO [1..=14],
    /// The key; none means the whole menu.
    optional key: Option<Keyword<TreeKey>> = KEY;
    example r#"MSGID="TR-5103" BOXNO="700" KEY="9""#;
    decisions ["D06"];
}

/// Says whether it is gone.
TreeDeleteResponse = TREE / DELETE_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The menu, as the request wrote it.
    required boxno: Text = BOXNO [1..=14],
    /// The outcome.
    required status: TreeStatus = STATUS refused "FAILED",
    /// Whether there was such a key, or menu.
    optional response: Option<TreeExistence> = RESPONSE words TreeExistence {
        /// There is; after a deletion: there was.
        Yes = "EXISTSYES",
        /// There is none.
        No = "EXISTSNO",
    },
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG refused "REQUEST NOT SERVED";
    example r#"MSGID="TR-5103" BOXNO="700" STATUS="SUCCESS" RESPONSE="EXISTSYES""#;
    decisions ["D06", "U96", "X16"];
}

/// Asks whether there is such a menu, or such a key in it.
TreeExists = TREE / EXISTS, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The menu.
    required boxno: Option<Text> = BOXNO [1..=14],
    /// The key; none asks for the menu.
    optional key: Option<Keyword<TreeKey>> = KEY;
    example r##"MSGID="TR-5104" BOXNO="700" KEY="#""##;
    decisions ["D06"];
}

/// Says whether there is.
TreeExistsResponse = TREE / EXISTS_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The menu, as the request wrote it.
    required boxno: Text = BOXNO [1..=14],
    /// The outcome; that there is none is a success.
    required status: TreeStatus = STATUS refused "FAILED",
    /// Whether there is.
    optional response: Option<TreeExistence> = RESPONSE,
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG refused "REQUEST NOT SERVED";
    example r#"MSGID="TR-5104" BOXNO="700" STATUS="SUCCESS" RESPONSE="EXISTSNO""#;
    decisions ["D06", "U96", "X16"];
}

/// Asks for all that a menu does.
TreeInfo = TREE / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The menu.
    required boxno: Option<Text> = BOXNO [1..=14];
    example r#"MSGID="TR-5105" BOXNO="700""#;
    decisions ["D06"];
}

/// What a menu does.
TreeInfoResponse = TREE / INFO_RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID [4..=50],
    /// The menu, as the request wrote it.
    required boxno: Text = BOXNO [1..=14],
    /// The outcome; without SUCCESS, only the two attributes about the error follow.
    required status: TreeStatus = STATUS refused "FAILED",
    /// Its greeting.
    optional prompt: Option<Text> = PROMPT [1..=260],
    /// Its keys, with blanks between them.
    optional keys: Option<Text> = KEYS,
    /// Where each of them leads, in the same order: a mailbox, or an agent port behind an @.
    optional dests: Option<Text> = DESTS,
    /// Why not, as a number.
    optional errorcode: Option<Text> = ERRORCODE refused "4022",
    /// Why not, in words.
    optional errormsg: Option<Text> = ERRORMSG refused "REQUEST NOT SERVED";
    example r#"MSGID="TR-5105" BOXNO="700" STATUS="SUCCESS" PROMPT="C:\PROMPTS\WELCOME.VOX" KEYS="1 2 TIMEOUT" DESTS="156 157 @24""#;
    decisions ["D06", "U96", "X16", "X17"];
}

}
