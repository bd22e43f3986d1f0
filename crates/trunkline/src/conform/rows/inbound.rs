//! Calls that come in: B129 to B136.

use crate::conform::{Family, Need, Row};

/// What every row needs: a mailbox that is linked, and where its number is called.
const CALLED: &[Need] = &[Need::Mailbox, Need::Inbound(true), Need::Sip];
const CALLED_AND_FILES: &[Need] = &[Need::Mailbox, Need::Inbound(true), Need::Sip, Need::Files];

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
        Row {
            behaviour: 132,
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
