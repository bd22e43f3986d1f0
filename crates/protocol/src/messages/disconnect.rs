//! The state of a port, and disconnects from either side.

use crate::{Keyword, PortText, Text};

messages! { ($) disconnect

/// Asks what a port is doing. The call on it is left alone.
AppTrunkStatus = APP_TRUNK_STATUS / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The port to look at.
    required trunk_port: Option<PortText> = TRUNK_PORT;
    example r#"MSGID="ST-3001" TRUNK_PORT="07""#;
    decisions ["A28", "A29", "C01", "L12"];
}

/// What the port is doing.
AppTrunkStatusResponse = APP_TRUNK_STATUS / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// Its state.
    required status: AppTrunkStatusStatus = STATUS refused "INVALID_TRUNKPORT" words AppTrunkStatusStatus {
        /// Idle, or connected with nothing going on.
        Waiting = "WAITING",
        /// A voice file or number is being played.
        Playing = "PLAYING",
        /// The caller is being recorded.
        Recording = "RECORDING",
        /// A call is being placed.
        Dialing = "DIALING",
        /// There is no such port.
        InvalidTrunkport = "INVALID_TRUNKPORT" corrected "INVALID_TRUNK_PORT",
    };
    example r#"MSGID="ST-3001" TRUNK_PORT="07" STATUS="PLAYING""#;
    decisions ["A28", "S08", "U20", "L12", "X21"];
}

/// Disconnects the call on a port.
AppTrunkDisconnect = APP_TRUNK_DISCONNECT / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID,
    /// The port to disconnect.
    required trunk_port: Option<PortText> = TRUNK_PORT;
    example r#"MSGID="DC-3101" TRUNK_PORT="7""#;
    decisions ["A28", "A29", "L12", "U21", "U22"];
}

/// The network has been told to disconnect.
AppTrunkDisconnectResponse = APP_TRUNK_DISCONNECT / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required status: AppTrunkDisconnectStatus = STATUS refused "INVALID_TRUNKPORT" words AppTrunkDisconnectStatus {
        /// The port is idle now, or was so before.
        Success = "SUCCESS",
        /// There is no such port.
        InvalidTrunkport = "INVALID_TRUNKPORT" corrected "INVALID_TRUNK_PORT",
    };
    example r#"MSGID="DC-3101" TRUNK_PORT="7" STATUS="SUCCESS""#;
    decisions ["A28", "C16", "S08", "U21", "U22"];
}

/// The network ended the call on a port.
NetworkTrunkDisconnect = NETWORK_TRUNK_DISCONNECT / INFO, Event to Application {
    /// Transaction id, chosen by the server.
    required msgid: Text = MSGID,
    /// The port that is idle now.
    required trunk_port: PortText = TRUNK_PORT;
    example r#"MSGID="20481378" TRUNK_PORT="7""#;
    decisions ["A28", "D03", "L12", "T09", "U23"];
}

/// The application knows of the disconnect; until it says so, the event is sent up to three times.
NetworkTrunkDisconnectResponse = NETWORK_TRUNK_DISCONNECT / RESPONSE, Response to Server {
    /// That of the event.
    required msgid: Text = MSGID,
    /// The port.
    optional trunk_port: Option<PortText> = TRUNK_PORT,
    /// What the application made of it; noted in the log.
    required status: Option<Keyword<NetworkTrunkDisconnectStatus>> = STATUS words NetworkTrunkDisconnectStatus {
        /// Understood.
        Success = "SUCCESS",
        /// The application knows of no such port.
        InvalidTrunkport = "INVALID_TRUNKPORT" corrected "INVALID_TRUNK_PORT",
    };
    example r#"MSGID="20481378" TRUNK_PORT="7" STATUS="SUCCESS""#;
    decisions ["A28", "C16", "D03", "S08", "U104"];
}

}
