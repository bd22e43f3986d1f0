//! Recording: B149 to B161.

use crate::conform::{Family, Need, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Recording",
    rows: &[
        Row {
            behaviour: 149,
            title: "records the party until a key that ends it",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\KEY.VOX TERM_CODE=#
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ sings 900
                * wait 1500ms
                < nothing
                ~ press #
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=DTMF DTMF=#
                * file KEY.VOX holds 900",
        },
        Row {
            behaviour: 149,
            title: "ends a recording with LOOP_DROP when the party hangs up, and keeps it",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\DROP.WAV
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ sings 600
                * wait 1500ms
                ~ hang up
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=LOOP_DROP
                * file DROP.WAV holds 600
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 149,
            title: "ends a recording at silence, where that ends it",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\SILENCE.WAV TERM_CODE=SILENCE
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF",
        },
        Row {
            behaviour: 149,
            title: "ends a recording at the network's reorder tone, where that ends it",
            needs: &[Need::Files],
            script: "
                * up 3015550108
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\BUSY.WAV TERM_CODE=FAST_BUSY
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=FAST_BUSY",
        },
        Row {
            behaviour: 150,
            title: "refuses what it cannot record, with the reason",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={nowhere} FILE_NAME=C:\\CONFORM\\NONE.VOX
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNK_PORT
                > RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\NONE.VOX TERM_CODE=LOUD
                < RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=INVALID_TERMCODE
                > RECORD_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\..\\..\\..\\NONE.VOX
                < RECORD_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT={port} STATUS=FAILED_TO_CREATE_FILE",
        },
        Row {
            behaviour: 152,
            title: "stops a recording on request, and says when it has stopped (B151)",
            needs: &[Need::Files],
            script: "
                * up 3015550113
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\STOP.VOX
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                * ask 1 RECORDING
                * wait 1500ms
                > STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port}
                < STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                * file STOP.VOX holds 440
                < STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=SUCCESS
                * ask 1 WAITING",
        },
        Row {
            behaviour: 153,
            title: "answers a stop with OPTION=STAS when the file is complete",
            needs: &[Need::Files],
            script: "
                * up 3015550113
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\STAS.WAV
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                * wait 1500ms
                > STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port} OPTION=STAS
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                * file STAS.WAV holds 440
                < STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                < STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=SUCCESS",
        },
        Row {
            behaviour: 154,
            title: "says that there is no recording to stop",
            needs: &[],
            script: "
                * up 3015550114
                > STOP_RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port}
                < STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=VOICE_CHANNEL_NOT_RECORDING
                > STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={nowhere}
                < STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNK_PORT",
        },
        Row {
            behaviour: 155,
            title: "records the parties on two ports into one file until it is stopped (B157, B159)",
            needs: &[Need::Files],
            script: "
                * up 3015550113
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550114 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port2}
                > RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} FILE_NAME=C:\\CONFORM\\TALK.WAV
                < RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} STATUS=SUCCESS
                ~ sings 900
                * wait 2s
                > STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT={port2}
                < RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} EVENT=EOF
                < STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT={port2} EVENT=SUCCESS
                * file TALK.WAV holds 440 900",
        },
        Row {
            behaviour: 158,
            title: "records no port together with itself, nor one that is none",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_TWO_WAY_VOICE/INFO MSGID=1002 TRUNK_PORT1={port} TRUNK_PORT2={port} FILE_NAME=C:\\CONFORM\\NONE.VOX
                < RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1002 TRUNK_PORT1={port} TRUNK_PORT2={port} STATUS=TRUNK_PORTS_THE_SAME
                > RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1={nowhere} TRUNK_PORT2={port} FILE_NAME=C:\\CONFORM\\NONE.VOX
                < RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1={nowhere} TRUNK_PORT2={port} STATUS=INVALID_TRUNK_PORT1
                > RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT1={port} TRUNK_PORT2={nowhere} FILE_NAME=C:\\CONFORM\\NONE.VOX
                < RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1004 TRUNK_PORT1={port} TRUNK_PORT2={nowhere} STATUS=INVALID_TRUNK_PORT2",
        },
        Row {
            behaviour: 159,
            title: "accepts a recording of two whose file cannot be made, and ends it with the reason",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550114 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port2}
                > RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} FILE_NAME=C:\\CONFORM\\..\\..\\..\\NONE.VOX
                < RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} STATUS=SUCCESS
                < RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} EVENT=FAILD_FILE_CREATE",
        },
        Row {
            behaviour: 160,
            title: "says that there is no recording of two to stop",
            needs: &[],
            script: "
                * up 3015550114
                > STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1002 TRUNK_PORT={port}
                < STOP_RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1002 TRUNK_PORT1={port} STATUS=INVALID_TRUNK_PORT",
        },
        Row {
            behaviour: 161,
            title: "plays back what it recorded, in either format",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\BACK.VOX TERM_CODE=#
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ sings 1300
                * wait 1s
                ~ press #
                < RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=DTMF DTMF=#
                > PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port} FILE1=C:\\CONFORM\\BACK.VOX MODE=UNINTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 1300
                < PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=EOF",
        },
    ],
};
