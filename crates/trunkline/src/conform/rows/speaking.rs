//! Speaking numbers: B148.

use crate::conform::{Family, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Speaking numbers",
    rows: &[
        Row {
            behaviour: 148,
            title: "speaks a number, and says when it is spoken",
            needs: &[],
            script: "
                * up 3015550114
                > PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT={port} NUMBER=105 MODE=UNINTERRUPTABLE FORMAT=INTEGERS
                < PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                > PLAY_NUMBER/INFO MSGID=1003 TRUNK_PORT={port} NUMBER=-3.14 MODE=INTERRUPTABLE FORMAT=DECIMAL
                < PLAY_NUMBER/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_NUMBER/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=EOF",
        },
        Row {
            behaviour: 148,
            title: "ends an interruptable number at any key",
            needs: &[],
            script: "
                * up 3015550114
                > PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT={port} NUMBER=123456789012 MODE=INTERRUPTABLE FORMAT=INTEGERS
                < PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ press 7
                < PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=DTMF DTMF=7",
        },
        Row {
            behaviour: 148,
            title: "stops a number when it is asked to stop playing",
            needs: &[],
            script: "
                * up 3015550114
                > PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT={port} NUMBER=123456789012 MODE=INTERRUPTABLE FORMAT=INTEGERS
                < PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                > STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port}
                < STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_NUMBER/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                < STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=SUCCESS",
        },
        Row {
            behaviour: 148,
            title: "refuses what is no number",
            needs: &[],
            script: "
                * up 3015550114
                > PLAY_NUMBER/INFO MSGID=1002 TRUNK_PORT={port} NUMBER=ONE MODE=INTERRUPTABLE FORMAT=INTEGERS
                < PLAY_NUMBER/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=NOT_NUMBER
                > PLAY_NUMBER/INFO MSGID=1003 TRUNK_PORT={nowhere} NUMBER=1 MODE=INTERRUPTABLE FORMAT=INTEGERS
                < PLAY_NUMBER/RESPONSE MSGID=1003 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNK_PORT",
        },
    ],
};
