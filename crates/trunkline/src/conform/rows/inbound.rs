//! Calls that come in: B129 to B136.

use crate::conform::{Family, Need, Row};

/// What every row needs: a mailbox that is linked, and where its number is called.
const CALLED: &[Need] = &[Need::Mailbox, Need::Inbound(true), Need::Sip];
const CALLED_AND_FILES: &[Need] = &[Need::Mailbox, Need::Inbound(true), Need::Sip, Need::Files];

const TREATED: &[Need] = &[Need::Mailbox, Need::Inbound(true), Need::Sip, Need::Files, Need::Announces];

/// A call has come in, on `{port}`, and rings.
macro_rules! rings {
    ($behaviour:literal, $title:literal, $needs:expr, $script:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: $needs,
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID={event} DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}",
                $script
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Calls that come in",
    rows: &[
        Row {
            behaviour: 129,
            title: "tells a call with its numbers and its port, and lets it ring",
            needs: CALLED,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID=* DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT={port}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=WAITING
                ~ hang up
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 129,
            title: "tells which number has sent a call on",
            needs: CALLED,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis} by 3015550199
                < RECEIVE_CALL/INFO MSGID=* DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=3015550199 TRUNK_PORT={port}
                ~ hang up
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 130,
            title: "makes the mailbox of a link one of type X",
            needs: &[Need::Later("MAILBOX/INFO, whose rows are still to come")],
            script: "",
        },
        Row {
            behaviour: 131,
            title: "sends a call away that is answered with DISCONNECT",
            needs: CALLED,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID={event} DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > RECEIVE_CALL/RESPONSE MSGID={event} STATUS=DISCONNECT
                ~ refused
                < nothing",
        },
        Row {
            behaviour: 131,
            title: "plays to a call that is answered with PLAY, and says under the same MSGID when that is over",
            needs: CALLED_AND_FILES,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID={event} DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > RECEIVE_CALL/RESPONSE MSGID={event} STATUS=PLAY PLAY_FILE=C:\\CONFORM\\LONG.WAV
                ~ hears 900
                ~ press 7
                < PLAY_VOICE_FILE/TERMINATION MSGID={event} TRUNK_PORT={port} EVENT=DTMF DTMF=7",
        },
        rings!(
            131,
            "records a call that is answered with RECORD, until the caller hangs up",
            CALLED_AND_FILES,
            "
                > RECEIVE_CALL/RESPONSE MSGID={event} STATUS=RECORD RECORD_FILE=C:\\CONFORM\\CALLER.WAV
                ~ speaks customer
                * ask 1 RECORDING
                * wait 1s
                ~ hang up
                < RECORD_VOICE_FILE/TERMINATION MSGID={event} TRUNK_PORT={port} EVENT=LOOP_DROP
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}
                * file CALLER.WAV holds 440"
        ),
        rings!(
            131,
            "connects a call that is answered with TRANSFER with the agent it names",
            &[Need::Mailbox, Need::Inbound(true), Need::Sip, Need::Agents],
            "
                > AGENT_LOGIN/INFO MSGID=1002 AGENT_NO={agent2} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS
                > RECEIVE_CALL/RESPONSE MSGID={event} STATUS=TRANSFER AGENT_NO={agent2}
                ~ speaks customer
                ~ rings {agent2}
                ~ answers agent
                < AGENT_TRANSFER/RESPONSE MSGID={event} SOURCE_AGENT_PORT={port} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" STATUS=CONNECTED
                ~ matrix customer:agent agent:customer"
        ),
        rings!(
            132,
            "treats a call by the mailbox of a number, and reports its end itself (B133)",
            TREATED,
            "
                > HANDLE_INBOUND_CALL/INFO MSGID=1002 DNIS={announces} ANI=6095550142 TRUNK_PORT={port}
                < HANDLE_INBOUND_CALL/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ hears 900
                ~ ended
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}"
        ),
        rings!(
            133,
            "ends the treatment of a call that the application disconnects, and makes no event of that",
            TREATED,
            "
                > HANDLE_INBOUND_CALL/INFO MSGID=1002 DNIS={announces} ANI=6095550142 TRUNK_PORT={port}
                < HANDLE_INBOUND_CALL/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ hears 900
                > APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT={port}
                < APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                ~ ended
                < nothing"
        ),
        rings!(
            134,
            "treats no call by a mailbox that is switched off",
            &[Need::Mailbox, Need::Inbound(true), Need::Sip, Need::Disabled],
            "
                > HANDLE_INBOUND_CALL/INFO MSGID=1002 DNIS={disabled} ANI=6095550142 TRUNK_PORT={port}
                < HANDLE_INBOUND_CALL/RESPONSE MSGID=1002 STATUS=DIABLED_MAILBOX"
        ),
        Row {
            behaviour: 134,
            title: "refuses to treat a call by a number that is none, or a mailbox that is none",
            needs: CALLED,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID=* DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > HANDLE_INBOUND_CALL/INFO MSGID=1002 DNIS=PEC TRUNK_PORT={port}
                < HANDLE_INBOUND_CALL/RESPONSE MSGID=1002 STATUS=INVALID_DNIS
                > HANDLE_INBOUND_CALL/INFO MSGID=1003 DNIS=9998887776 TRUNK_PORT={port}
                < HANDLE_INBOUND_CALL/RESPONSE MSGID=1003 STATUS=INVALID_MAILBOX",
        },
        Row {
            behaviour: 135,
            title: "answers a call that is accepted, and says when that is done",
            needs: CALLED,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID=* DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > ACCEPT/INFO MSGID=1002 TRUNK_PORT={port}
                < ACCEPT_CALL/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < ACCEPT_CALL/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                > ACCEPT_CALL/INFO MSGID=1003 TRUNK_PORT={nowhere}
                < ACCEPT_CALL/RESPONSE MSGID=1003 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNK_PORT
                ~ hang up
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 136,
            title: "sends a call away for a cause, and not without one",
            needs: CALLED,
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID=* DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > DECLINE/INFO MSGID=1002 TRUNK_PORT={port}
                < DECLINE_CALL/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=CAUSE_CODE_MISSING
                > DECLINE/INFO MSGID=1003 TRUNK_PORT={port} CAUSE_CODE=USER_BUSY
                < DECLINE_CALL/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                < DECLINE_CALL/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=EOF
                ~ refused",
        },
    ],
};
