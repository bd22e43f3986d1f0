//! Playing voice files: B137 to B147.

use crate::conform::{Family, Need, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Playing",
    rows: &[
        Row {
            behaviour: 137,
            title: "plays up to four files, in order, of either format",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE4=C:\\CONFORM\\T1700.WAV FILE1=C:\\CONFORM\\T600.VOX FILE2=c:/conform/t900.wav FILE3=C:\\CONFORM\\T1300.WAV MODE=UNINTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                ~ heard 600 900 1300 1700",
        },
        Row {
            behaviour: 138,
            title: "answers before the play ends",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\TWO.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                < nothing
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF",
        },
        Row {
            behaviour: 139,
            title: "ends an interruptable play at any key",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                ~ press #
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=DTMF DTMF=#
                ~ silent 900",
        },
        Row {
            behaviour: 140,
            title: "plays on through keys when the play is uninterruptable",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\TWO.WAV FILE2=C:\\CONFORM\\T600.VOX MODE=UNINTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                ~ press 5
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                ~ heard 900 600",
        },
        Row {
            behaviour: 141,
            title: "names the file that is missing, and plays nothing",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\T600.VOX FILE2=C:\\CONFORM\\NOWHERE.VOX MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=FILE2_MISSING
                > PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port} FILE1=C:\\CONFORM\\NOWHERE.VOX MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=FILE1_MISSING
                > PLAY_VOICE_FILE/INFO MSGID=1004 TRUNK_PORT={port} FILE1=C:\\CONFORM\\T1300.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1004 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_VOICE_FILE/TERMINATION MSGID=1004 TRUNK_PORT={port} EVENT=EOF
                ~ heard 1300",
        },
        Row {
            behaviour: 142,
            title: "says once how a play ended",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=0{port} FILE1=C:\\CONFORM\\T600.VOX MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=0{port} STATUS=SUCCESS
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=0{port} EVENT=EOF
                ~ press 5
                < nothing",
        },
        Row {
            behaviour: 143,
            title: "ends a play with LOOPDROP when the party hangs up",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                ~ hang up
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=LOOPDROP
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 143,
            title: "ends a play with STOPPED when the application disconnects",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                > APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT={port}
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=STOPPED
                < APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                ~ ended",
        },
        Row {
            behaviour: 143,
            title: "ends a play with FASTBUSY at the network's reorder tone",
            needs: &[Need::Files],
            script: "
                * up 3015550108
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=FASTBUSY",
        },
        Row {
            behaviour: 144,
            title: "tells the digits that were pressed during a play that collects them",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\TWO.WAV FILE2=C:\\CONFORM\\T600.VOX ANUMBER=7325550111 BNUMBER=7325550122 MODE=UNINTCOLLECTDIG
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                ~ press 3
                ~ press 4
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF DTMF=34
                ~ heard 900 600",
        },
        Row {
            behaviour: 145,
            title: "stops a play on request, and says so when it has stopped",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\LONG.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ hears 900
                > STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port}
                < STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=SUCCESS
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=STOPPED
                < STOP_PLAY_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT={port} EVENT=SUCCESS
                ~ silent 900",
        },
        Row {
            behaviour: 146,
            title: "says that there is no play to stop",
            needs: &[],
            script: "
                * up 3015550114
                > STOP_PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port}
                < STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=VOICE_CHANNEL_NOT_PLAYING
                > STOP_PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={nowhere}
                < STOP_PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNK_PORT",
        },
        Row {
            behaviour: 147,
            title: "refuses a second play on a port that plays",
            needs: &[Need::Files],
            script: "
                * up 3015550114
                > PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT={port} FILE1=C:\\CONFORM\\TWO.WAV MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                > PLAY_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT={port} FILE1=C:\\CONFORM\\T600.VOX MODE=INTERRUPTABLE
                < PLAY_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=VOICE_CHANNEL_BUSY
                < PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=EOF
                ~ heard 900",
        },
    ],
};
