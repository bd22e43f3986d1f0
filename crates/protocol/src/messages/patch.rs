//! Joining two ports, and parting them.

use crate::{PortText, Text};

messages! { ($) patch

/// Dials a number and joins whoever answers with an agent.
DialPatch = DIAL_PATCH / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=20],
    /// The agent.
    required agent_port: Option<PortText> = AGENT_PORT [2..=4],
    /// The number to dial, exactly as given.
    required dnis: Option<Text> = DNIS [3..=14],
    /// The calling number to show.
    optional ani: Option<Text> = ANI [3..=14];
    example r#"MSGID="DP-6301" AGENT_PORT="24" DNIS="2015550100" ANI="6095550142""#;
    decisions ["A16", "C04", "D12", "D17", "L06", "L07", "L12", "U31", "U32", "X33"];
}

/// The checks are done: either the number is being dialled, or nothing happens.
DialPatchResponse = DIAL_PATCH / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome of the checks.
    required status: DialPatchStatus = STATUS refused "FAILED" words DialPatchStatus {
        /// The agent is joined with somebody.
        AgentPortAlreadyConnected = "AGENT_PORT_ALREADY_CONNECTED",
        /// The port is no agent's.
        InvalidAgentPort = "INVALID_AGENT_PORT",
        /// Every port that could dial is in use.
        NoDialoutPortFree = "NO_DIALOUT_PORT_FREE",
        /// It is being dialled; a TERMINATION follows.
        Success = "SUCCESS",
        /// The request lacks what it needs or cannot be carried out.
        Failed = "FAILED",
    };
    example r#"MSGID="DP-6301" STATUS="SUCCESS""#;
    decisions ["C19", "D17", "S31", "S32"];
}

/// What the call came to.
DialPatchTermination = DIAL_PATCH / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// How far it got.
    required event: DialPatchEvent = EVENT words DialPatchEvent {
        /// Answered, and joined with the agent.
        Connected = "CONNECTED" accepts ["CONNECT"],
        /// The party is busy.
        Busy = "BUSY",
        /// Nobody answered.
        Noans = "NOANS",
        /// The network says that the number cannot be reached.
        Intercept = "INTERCEPT",
        /// The agent got another call before the answer, or did not answer; the party was let go.
        AgentBusy = "AGENT_BUSY",
        /// No port could dial it: the trunk is down or has no circuit.
        FailedToGetDialoutPort = "FAILED_TO_GET_DIALOUT_PORT",
    },
    /// The port that the call is on; empty when there was none.
    required trink_port: PortText = TRINK_PORT twin "TRUNK_PORT";
    example r#"MSGID="DP-6301" EVENT="CONNECTED" TRINK_PORT="7" TRUNK_PORT="7""#;
    decisions ["A09", "D04", "S19", "S32", "U31", "U33", "U34", "X33"];
}

/// Joins the calls on two ports, so that their parties talk with each other.
PatchPorts = PATCH_PORTS | PORT_PATCH / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The one port.
    required trunk_port1: Option<PortText> = TRUNK_PORT1 [2..=4],
    /// The other port.
    required trunk_port2: Option<PortText> = TRUNK_PORT2 [2..=4];
    example r#"MSGID="PP-6401" TRUNK_PORT1="07" TRUNK_PORT2="12""#;
    decisions ["C21", "L12", "N10", "U35", "U36", "X45"];
}

/// The ports cannot be joined. Sent in that case only.
PatchPortsResponse = PATCH_PORTS | PORT_PATCH / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The one port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1,
    /// The other port, as the request wrote it.
    required trunk_port2: PortText = TRUNK_PORT2,
    /// Why not.
    required status: PatchPortsStatus = STATUS refused "INVALID_TRUNK_PORT1" words PatchPortsStatus {
        /// The first is no port.
        InvalidTrunkPort1 = "INVALID_TRUNK_PORT1",
        /// The second is no port, or the first.
        InvalidTrunkPort2 = "INVALID_TRUNK_PORT2",
        /// The first is joined with another.
        TrunkPort1AlreadyPatched = "TRUNK_PORT1_ALREADY_PATCHED",
        /// The second is joined with another.
        TrunkPort2AlreadyPatched = "TRUNK_PORT2_ALREADY_PATCHED",
    };
    example r#"MSGID="PP-6401" TRUNK_PORT1="07" TRUNK_PORT2="122" STATUS="INVALID_TRUNK_PORT2""#;
    decisions ["C21", "C22", "L13", "N10", "S31", "U35", "X18"];
}

/// Says whether the ports are joined.
PatchPortsTermination = PATCH_PORTS | PORT_PATCH / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The one port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1,
    /// The other port, as the request wrote it.
    required trunk_port2: PortText = TRUNK_PORT2,
    /// The outcome.
    required event: PatchPortsEvent = EVENT words PatchPortsEvent {
        /// They are.
        Success = "SUCCESS",
        /// They are not: one of them has no call, or lost it.
        Failed = "FAILED",
    };
    example r#"MSGID="PP-6401" TRUNK_PORT1="07" TRUNK_PORT2="12" EVENT="SUCCESS""#;
    decisions ["C22", "D18", "N10", "U36"];
}

/// Parts two ports; their calls stay.
TearPatch = TEAR_PATCH / INFO, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=20],
    /// The one port.
    required trunk_port1: Option<PortText> = TRUNK_PORT1 [2..=4],
    /// The other port.
    required trunk_port2: Option<PortText> = TRUNK_PORT2 [2..=4];
    example r#"MSGID="TP-6501" TRUNK_PORT1="12" TRUNK_PORT2="07""#;
    decisions ["L12", "U37", "X45"];
}

/// The ports cannot be parted. Sent in that case only.
TearPatchResponse = TEAR_PATCH / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The one port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1,
    /// The other port, as the request wrote it.
    required trunk_port2: PortText = TRUNK_PORT2,
    /// Why not.
    required status: TearPatchStatus = STATUS refused "TRUNK_PORTS_NOT_PATCHED" words TearPatchStatus {
        /// The first is no port.
        InvalidTrunkPort1 = "INVALID_TRUNK_PORT1",
        /// The second is no port.
        InvalidTrunkPort2 = "INVALID_TRUNK_PORT2",
        /// They are not joined with each other.
        TrunkPortsNotPatched = "TRUNK_PORTS_NOT_PATCHED",
    };
    example r#"MSGID="TP-6501" TRUNK_PORT1="12" TRUNK_PORT2="07" STATUS="TRUNK_PORTS_NOT_PATCHED""#;
    decisions ["C18"];
}

/// The ports are parted.
TearPatchTermination = TEAR_PATCH / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The one port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1,
    /// The other port, as the request wrote it.
    required trunk_port2: PortText = TRUNK_PORT2,
    /// The outcome.
    required event: TearPatchEvent = EVENT words TearPatchEvent {
        /// They are.
        Success = "SUCCESS",
    };
    example r#"MSGID="TP-6501" TRUNK_PORT1="12" TRUNK_PORT2="07" EVENT="SUCCESS""#;
    decisions ["A23", "C18", "U37"];
}

}
