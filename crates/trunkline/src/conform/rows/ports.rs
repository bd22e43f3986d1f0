//! Port status and disconnects: B75 to B79.

use crate::conform::{Family, Need, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Ports",
    rows: &[
        Row {
            behaviour: 75,
            title: "says what a port does: waits, or dials",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550102 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                < DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT={idle}
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT={idle}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={idle} STATUS=WAITING
                > DIALOUT/DIAL MSGID=1003 DNIS=3015550115 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
                ~ arrived 3015550115
                # On which port it dials is told with the outcome alone.
                * find DIALING
                ~ hang up
                < DIALOUT/TERMINATION MSGID=1003 EVENT=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 75,
            title: "says that a port plays",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                > APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT={port}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=PLAYING",
        },
        Row {
            behaviour: 75,
            title: "says that a port records",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE_NAME=C:\\CONFORM\\BUSY.VOX
                < RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                * ask 1 RECORDING",
        },
        Row {
            behaviour: 75,
            title: "says that a port is none, and writes it as it was asked",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT={nowhere}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=0{first}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=0{first} STATUS=WAITING",
        },
        Row {
            behaviour: 76,
            title: "lets a status query disturb nothing: 200 of them leave no gap in a tone",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                * ask 200 PLAYING
                ~ press 1
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=DTMF DTMF=1
                ~ heard 900",
        },
        Row {
            behaviour: 77,
            title: "disconnects the call of a port from the network, and says so",
            needs: &[],
            script: "
                * up 3015550114
                > APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT={port}
                < APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ ended
                # Of its own disconnect it makes no event; asked again, the port is free.
                < nothing
                > APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT={port}
                < APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS",
        },
        Row {
            behaviour: 78,
            title: "disconnects no port that is none",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > APP_TRUNK_DISCONNECT/INFO MSGID=1001 TRUNK_PORT={nowhere}
                < APP_TRUNK_DISCONNECT/RESPONSE MSGID=1001 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT",
        },
        Row {
            behaviour: 79,
            title: "reports a party that hangs up, and takes the answer to the report",
            needs: &[],
            script: "
                * up 3015550114
                ~ hang up
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID={event} TRUNK_PORT={port}
                > NETWORK_TRUNK_DISCONNECT/RESPONSE MSGID={event} TRUNK_PORT={port} STATUS=SUCCESS
                < nothing",
        },
    ],
};
