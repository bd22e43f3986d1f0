//! A supervisor joins the talk of an agent with a customer, and leaves it.

use crate::{Entered, PortText, Text};

messages! { ($) barge_in

/// Lets a supervisor into the talk of an agent; he hears both. Sent again, it changes who hears him.
BargeIn = BARGE_IN / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The supervisor.
    required supervisor_port: Option<PortText> = SUPERVISOR_PORT,
    /// The agent, who talks with a customer.
    required agent_port: Option<PortText> = AGENT_PORT,
    /// Who hears the supervisor.
    required mode: Option<Entered<BargeInMode>> = MODE words BargeInMode {
        /// The agent only.
        Coach = "COACH",
        /// Nobody.
        Monitor = "MONITOR" accepts ["LISTEN"],
        /// Both.
        Full = "FULL",
    };
    example r#"MSGID="BI-8201" SUPERVISOR_PORT="23" AGENT_PORT="27" MODE="COACH""#;
    decisions ["L12", "P15", "S23", "U50", "U51", "X40", "X44"];
}

/// Says whether he is in it. A refusal repeats the one attribute that it refuses.
BargeInResponse = BARGE_IN / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The agent, as the request wrote it: with AGENT_NOT_CONNECTED and INVALID_AGENT_PORT.
    optional agent_port: Option<PortText> = AGENT_PORT,
    /// The mode, as the request wrote it: with INVALID_MODE.
    optional mode: Option<Text> = MODE,
    /// The supervisor, as the request wrote it: with INVALID_SUPERVISOR_PORT.
    optional supervisor_port: Option<PortText> = SUPERVISOR_PORT,
    /// The outcome.
    required status: BargeInStatus = STATUS refused "FAILED" words BargeInStatus {
        /// He is.
        Success = "SUCCESS",
        /// The supervisor talks with somebody, does not come, or there are too many.
        Failed = "FAILED",
        /// The agent talks with nobody.
        AgentNotConnected = "AGENT_NOT_CONNECTED",
        /// There is no such port.
        InvalidAgentPort = "INVALID_AGENT_PORT",
        /// MODE is none of the three.
        InvalidMode = "INVALID_MODE",
        /// The supervisor's is no port, or has neither a call nor a telephone that could ring.
        InvalidSupervisorPort = "INVALID_SUPERVISOR_PORT",
    };
    example r#"MSGID="BI-8201" AGENT_PORT="27" STATUS="AGENT_NOT_CONNECTED""#;
    decisions ["A25", "P15", "S09"];
}

/// Takes the supervisor out again; agent and customer go on alone.
BargeOut = BARGE_OUT / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The supervisor.
    required supervisor_port: Option<PortText> = SUPERVISOR_PORT,
    /// The agent.
    required agent_port: Option<PortText> = AGENT_PORT;
    example r#"MSGID="BO-8301" SUPERVISOR_PORT="23" AGENT_PORT="27""#;
    decisions ["C41", "L12", "P15"];
}

/// Says whether he is out of it. A refusal repeats the one attribute that it refuses.
BargeOutResponse = BARGE_OUT / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The agent, as the request wrote it: with AGENT_NOT_CONNECTED and INVALID_AGENT_PORT.
    optional agent_port: Option<PortText> = AGENT_PORT,
    /// The supervisor, as the request wrote it: with INVALID_SUPERVISOR_PORT.
    optional supervisor_port: Option<PortText> = SUPERVISOR_PORT,
    /// The outcome.
    required status: BargeOutStatus = STATUS refused "FAILED" words BargeOutStatus {
        /// He is.
        Success = "SUCCESS",
        /// It cannot be done, or is switched off.
        Failed = "FAILED",
        /// The agent talks with nobody.
        AgentNotConnected = "AGENT_NOT_CONNECTED",
        /// There is no such port.
        InvalidAgentPort = "INVALID_AGENT_PORT",
        /// The supervisor is not in this agent's talk.
        InvalidSupervisorPort = "INVALID_SUPERVISOR_PORT",
    };
    example r#"MSGID="BO-8301" SUPERVISOR_PORT="23" STATUS="INVALID_SUPERVISOR_PORT""#;
    decisions ["A25", "C41", "P15", "U52"];
}

}
