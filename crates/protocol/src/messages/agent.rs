//! Agents at work and off it.

use crate::{Keyword, PortText, Text};

messages! { ($) agent

/// An agent begins to work, or changes which calls he takes.
AgentLogin = AGENT_LOGIN / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The agent's number, which is that of his port.
    required agent_no: Option<PortText> = AGENT_NO [2..=4],
    /// His name, for the records.
    optional agent_name: Option<Text> = AGENT_NAME [2..=30],
    /// The campaign that he works for.
    optional camp_id: Option<Text> = CAMP_ID | CAMPID [2..=10],
    /// Which calls he takes.
    required mode: Option<Keyword<AgentLoginMode>> = MODE [4..=10] words AgentLoginMode {
        /// Only those that are sent to him by hand.
        Manual = "MANUAL",
        /// Those that come in.
        Inbound = "INBOUND",
        /// Those that are dialled for him.
        Predictive = "PREDICTIVE",
        /// Both.
        Blended = "BLENDED",
        /// None.
        Busy = "BUSY",
    };
    example r#"MSGID="AL-8001" AGENT_NO="24" AGENT_NAME="Ines" CAMP_ID="SPRING" MODE="PREDICTIVE""#;
    decisions ["A05", "A16", "D13", "L12", "L22", "P05", "U46", "U47", "U48", "U107", "X30", "X32"];
}

/// Says whether he is at work.
AgentLoginResponse = AGENT_LOGIN / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: AgentLoginStatus = STATUS refused "FAILED" words AgentLoginStatus {
        /// He is, and takes the calls of this MODE.
        Success = "SUCCESS",
        /// He was before, with the same MODE.
        AlreadyLoggedIn = "ALREADY_LOGGED_IN",
        /// There is no agent of this number.
        InvalidAgentNo = "INVALID_AGENT_NO",
        /// MODE is none of the five, or the request cannot be carried out.
        Failed = "FAILED" deviation "U46",
    };
    example r#"MSGID="AL-8001" STATUS="SUCCESS""#;
    decisions ["D13", "U46"];
}

/// An agent stops working. His call, if he has one, stays.
AgentLogout = AGENT_LOGOUT / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The agent's number.
    required agent_no: Option<PortText> = AGENT_NO,
    /// The campaign; it makes no difference.
    optional camp_id: Option<Text> = CAMP_ID | CAMPID;
    example r#"MSGID="AO-8101" AGENT_NO="24" CAMP_ID="SPRING""#;
    decisions ["A05", "A16", "L12", "U49"];
}

/// Says whether he is off work.
AgentLogoutResponse = AGENT_LOGOUT / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome.
    required status: AgentLogoutStatus = STATUS refused "INVALID_AGENT_NO" words AgentLogoutStatus {
        /// He is.
        Success = "SUCCESS",
        /// He was before.
        AlreadyLoggedOut = "ALREADY_LOGGED_OUT",
        /// There is no agent of this number.
        InvalidAgentNo = "INVALID_AGENT_NO",
    };
    example r#"MSGID="AO-8101" STATUS="SUCCESS""#;
    decisions ["U49"];
}

}
