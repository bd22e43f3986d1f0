//! What an agent does with the customer on the line: pass him on, not be heard, let him wait.

use crate::{Entered, PortText, Text};

messages! { ($) transfer

/// Passes a customer from one agent to another, at once or after the two agents have talked.
AgentTransfer = AGENT_TRANSFER / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The agent who talks with the customer.
    required source_agent_port: Option<PortText> = SOURCE_AGENT_PORT [2..=4],
    /// The agent who is to take over.
    required destination_agent_port: Option<PortText> = DESTINATION_AGENT_PORT [2..=4],
    /// The voice file that the customer hears meanwhile, again and again.
    optional on_hold_file: Option<Text> = ON_HOLD_FILE | ON_HOLD_MESSAGE [10..=64],
    /// Which step of it this is.
    required mode: Option<Entered<AgentTransferMode>> = MODE [5..=8] words AgentTransferMode {
        /// The customer waits, the agents talk.
        Initiate = "INITIATE",
        /// The customer goes to the other agent at once.
        Blind = "BLIND",
        /// After INITIATE: the customer goes to the other agent.
        Accept = "ACCEPT",
        /// After INITIATE: the customer goes back to the first agent.
        Cancel = "CANCEL",
    };
    example r#"MSGID="AT-6001" SOURCE_AGENT_PORT="24" DESTINATION_AGENT_PORT="26" ON_HOLD_FILE="C:\PROMPTS\MUSIC.VOX" MODE="INITIATE""#;
    decisions ["A02", "A07", "A16", "L12", "L14", "U25", "U26", "U27", "U28", "U29", "X40", "X42", "X43", "X46"];
}

/// Says what came of the step.
AgentTransferResponse = AGENT_TRANSFER / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The first agent, as the request wrote it.
    required source_agent_port: PortText = SOURCE_AGENT_PORT,
    /// The other one, as the request wrote it.
    required destination_agent_port: PortText = DESTINATION_AGENT_PORT,
    /// The file, as the request wrote it; empty when it named none.
    required on_hold_file: Text = ON_HOLD_FILE | ON_HOLD_MESSAGE,
    /// The step, as the request wrote it; left out with CONNECTED, BUSY, NOANS and INVALID_AGENT.
    optional mode: Option<Text> = MODE,
    /// The outcome.
    required status: AgentTransferStatus = STATUS refused "INVALID_AGENT" words AgentTransferStatus {
        /// Whoever the step joins can talk now.
        Connected = "CONNECTED",
        /// The other agent is busy.
        Busy = "BUSY",
        /// The other agent does not answer.
        Noans = "NOANS",
        /// Nobody works at the other agent's port.
        InvalidAgent = "INVALID_AGENT",
        /// There is no such step, or not now.
        InvalideMode = "INVALIDE_MODE" corrected "INVALID_MODE",
        /// The first is no port.
        InvalidSourceAgentPort = "INVALID_SOURCE_AGENT_PORT",
        /// The other is no port, or the first.
        InvalideDestinationAgentPort = "INVALIDE_DESTINATION_AGENT_PORT" corrected "INVALID_DESTINATION_AGENT_PORT",
        /// The first agent talks with nobody.
        SourceAgentNotConnected = "SOURCE_AGENT_NOT_CONNECTED",
        /// The other agent talks with somebody else.
        DestinationAgentAlreadyConnected = "DESTINATION_AGENT_ALREADY_CONNECTED",
        /// There is no such file.
        FileMissing = "FILE_MISSING",
    };
    example r#"MSGID="AT-6001" SOURCE_AGENT_PORT="24" DESTINATION_AGENT_PORT="26" ON_HOLD_FILE="C:\PROMPTS\MUSIC.VOX" STATUS="CONNECTED""#;
    decisions ["A24", "S09", "S10", "S19", "S30", "S31", "U25", "U26", "U28", "X42"];
}

/// Keeps the customer from hearing the agent; the agent still hears the customer.
Mute = MUTE / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The agent.
    required agent_port: Option<PortText> = AGENT_PORT [2..=4],
    /// Whether to begin or to end it.
    required mode: Option<Entered<MuteMode>> = MODE [2..=3] words MuteMode {
        /// Not heard from now on.
        On = "ON",
        /// Heard again.
        Off = "OFF",
    };
    example r#"MSGID="MU-6101" AGENT_PORT="24" MODE="ON""#;
    decisions ["A02", "A16", "L12", "U30", "X40", "X41"];
}

/// Says whether it was done.
MuteResponse = MUTE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The agent, as the request wrote it.
    required agent_port: PortText = AGENT_PORT,
    /// On or off, as the request wrote it.
    required mode: Text = MODE,
    /// The outcome.
    required status: MuteStatus = STATUS refused "AGENT_NOT_CONNECTED" words MuteStatus {
        /// Done.
        Success = "SUCCESS",
        /// Neither ON nor OFF.
        InvalidMode = "INVALID_MODE",
        /// There is no such port.
        InvalidAgentPort = "INVALID_AGENT_PORT",
        /// The agent talks with nobody.
        AgentNotConnected = "AGENT_NOT_CONNECTED",
    };
    example r#"MSGID="MU-6101" AGENT_PORT="24" MODE="ON" STATUS="SUCCESS""#;
    decisions ["S09", "U30"];
}

/// Lets a customer wait with a voice file, or ends that.
Hold = HOLD / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The agent who talks with the customer.
    required agent_port: Option<PortText> = AGENT_PORT | SOURCE_AGENT_PORT [2..=4],
    /// The voice file that the customer hears, again and again; needed to begin only.
    optional on_hold_file: Option<Text> = ON_HOLD_FILE | ON_HOLD_MESSAGE [10..=64],
    /// Whether to begin or to end it.
    required mode: Option<Entered<HoldMode>> = MODE [2..=5] words HoldMode {
        /// The customer waits from now on.
        On = "ON",
        /// The customer is with the agent again.
        Cancell = "CANCELL" corrected "CANCEL" accepts ["OFF"],
    };
    example r#"MSGID="HO-6201" AGENT_PORT="24" ON_HOLD_FILE="C:\PROMPTS\MUSIC.VOX" MODE="ON""#;
    decisions ["A02", "A07", "A08", "A16", "L12", "L14", "L15", "L16", "S12", "U29", "X40", "X41"];
}

/// Says whether it was done.
HoldResponse = HOLD / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The agent, as the request wrote it.
    required agent_port: PortText = AGENT_PORT | SOURCE_AGENT_PORT,
    /// The file, as the request wrote it; empty when it named none.
    required on_hold_file: Text = ON_HOLD_FILE | ON_HOLD_MESSAGE,
    /// On or off, as the request wrote it.
    required mode: Text = MODE,
    /// The outcome.
    required status: HoldStatus = STATUS refused "AGENT_NOT_CONNECTED" words HoldStatus {
        /// Done.
        Sucess = "SUCESS" corrected "SUCCESS",
        /// Neither ON nor CANCELL.
        InvalideMode = "INVALIDE_MODE" corrected "INVALID_MODE",
        /// There is no such port.
        InvalidAgentPort = "INVALID_AGENT_PORT",
        /// The agent talks with nobody.
        AgentNotConnected = "AGENT_NOT_CONNECTED",
        /// There is no such file.
        FileMissing = "FILE_MISSING",
    };
    example r#"MSGID="HO-6201" AGENT_PORT="24" ON_HOLD_FILE="C:\PROMPTS\MUSIC.VOX" MODE="ON" STATUS="SUCESS""#;
    decisions ["L15", "S09", "S11", "S12"];
}

}
