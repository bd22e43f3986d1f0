//! Dial-outs: B45 to B59 and B61, as far as they need no agent and no call flow.

use crate::conform::{Family, Need, Row};

/// An outcome of a dial-out to a number.
macro_rules! outcome {
    ($title:literal, $number:literal, $event:literal) => {
        Row {
            behaviour: 54,
            title: $title,
            needs: &[],
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=",
                $number,
                " MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived ",
                $number,
                "
                < DIALOUT/TERMINATION MSGID=1001 EVENT=",
                $event,
                " TRUNK_PORT={port}
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT={port}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=WAITING
                < nothing"
            ),
        }
    };
}

/// A request that is refused before anything is dialled.
macro_rules! refused {
    ($title:literal, $needs:expr, $attributes:literal, $status:literal) => {
        Row {
            behaviour: 51,
            title: $title,
            needs: $needs,
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 ",
                $attributes,
                "
                < DIALOUT/RESPONSE MSGID=1001 STATUS=\"",
                $status,
                "\"
                < nothing
                ~ nobody called"
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Dial-outs",
    rows: &[
        Row {
            behaviour: 45,
            title: "answers a dial-out at once, and tells its outcome when there is one",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=781234A6 CAMPID=\"ROTARY CLUB\" DNIS=3015550115 ANI=8005551212 MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=781234A6 STATUS=SUCCESS
                ~ arrived 3015550115
                # It rings: nothing is known yet.
                < nothing
                ~ hang up
                < DIALOUT/TERMINATION MSGID=781234A6 EVENT=* TRUNK_PORT=*",
        },
        Row {
            behaviour: 47,
            title: "holds the call for further requests after it connected",
            needs: &[],
            script: "
                * up 3015550114
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT={port}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=WAITING
                < nothing",
        },
        Row {
            behaviour: 48,
            title: "plays LIVEMESSAGE to the person who answers",
            needs: &[Need::Files],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550114 LIVEMESSAGE=C:\\CONFORM\\T600.VOX MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550114
                < DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT={port}
                ~ heard 600
                < DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT={port}",
        },
        Row {
            behaviour: 48,
            title: "finds out that a person answers, and plays LIVEMESSAGE then",
            needs: &[Need::Files],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550100 LIVEMESSAGE=C:\\CONFORM\\T600.VOX ANSMESSAGE=C:\\CONFORM\\T900.WAV MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550100
                < DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT={port}
                ~ heard 600
                ~ press 1
                < DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT={port} DTMF=1",
        },
        Row {
            behaviour: 49,
            title: "finds out that an answering machine answers, and plays ANSMESSAGE after its greeting",
            needs: &[Need::Files],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550105 LIVEMESSAGE=C:\\CONFORM\\T600.VOX ANSMESSAGE=C:\\CONFORM\\T900.WAV MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550105
                < DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT={port}
                ~ heard 900
                ~ press 2
                < DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT={port} DTMF=2",
        },
        Row {
            behaviour: 49,
            title: "tells of an answering machine without a message for it, and keeps the call",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550105 MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550105
                < DIALOUT/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT={port}
                > APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT={port}
                < APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ ended",
        },
        Row {
            behaviour: 50,
            title: "ends the message at a key of the called party, and reports the key",
            needs: &[Need::Files],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550114 LIVEMESSAGE=C:\\CONFORM\\LONG.WAV MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550114
                < DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT={port}
                ~ hears 900
                ~ press 5
                < DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT={port} DTMF=5
                ~ silent 900",
        },
        Row {
            behaviour: 50,
            title: "reports a key that comes after the message too",
            needs: &[Need::Files],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550114 LIVEMESSAGE=C:\\CONFORM\\T600.VOX MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550114
                < DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT={port}
                ~ heard 600
                ~ press 7
                < DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT={port} DTMF=7",
        },
        refused!(
            "dials no number that is too long",
            &[],
            "DNIS=123456789012345678901234567890 MODE=BLIND",
            "NUMBER_TOO LONG"
        ),
        refused!("dials no number that is none", &[], "DNIS=301;phone MODE=BLIND", "FAILED"),
        refused!("dials nothing without a MODE", &[], "DNIS=3015550114", "FAILED"),
        refused!(
            "dials nothing when none of the agents is free",
            &[Need::Heeds(true)],
            "DNIS=3015550114 AGENTS=9001-9002 MODE=BLIND",
            "NO_AGENT_FREE"
        ),
        refused!(
            "dials nothing when LIVEMESSAGE is not there",
            &[],
            "DNIS=3015550114 LIVEMESSAGE=NOWHERE1.VOX MODE=BLIND",
            "LIVEMESSAGE_FILE_MISSING"
        ),
        refused!(
            "dials nothing when ANSMESSAGE is not there",
            &[],
            "DNIS=3015550114 ANSMESSAGE=NOWHERE2.VOX MODE=BLIND",
            "ANSMESSAGE_FILE_MISSING"
        ),
        Row {
            behaviour: 51,
            title: "dials nothing when no port is free, and dials again when one is",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                * fill 3015550115
                * empty
                * up 3015550114",
        },
        Row {
            behaviour: 52,
            title: "gives up a dial-out after RINGS rings of six seconds",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550103 RINGS=1 MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550103
                < DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=*
                ~ ended",
        },
        Row {
            behaviour: 53,
            title: "shows ANI as the calling number",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550114 ANI=8009871212 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550114 from 8009871212
                < DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=*",
        },
        outcome!("reports a busy number as BUSY", "3015550102", "BUSY"),
        outcome!("reports a number out of service as INTERCEPT", "3015550404", "INTERCEPT"),
        outcome!("reports a number that sounds busy before any answer as BUSY", "3015550107", "BUSY"),
        outcome!("reports information tones before any answer as INTERCEPT", "3015550104", "INTERCEPT"),
        outcome!("reports a fax that answers as FAX", "3015550106", "FAX"),
        outcome!("reports reorder tone after the answer as NODIALTONE", "3015550108", "NODIALTONE"),
        outcome!("reports a network without a circuit as NODIALTONE", "3015550110", "NODIALTONE"),
        Row {
            behaviour: 55,
            title: "accepts both modes, in any case",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550102 MODE=blind
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                < DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=*
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550102 MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                < DIALOUT/TERMINATION MSGID=1002 EVENT=BUSY TRUNK_PORT=*",
        },
        Row {
            behaviour: 56,
            title: "connects a DIALOUT_IVR without a mailbox as a DIALOUT, under its own name",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT_IVR/DIAL MSGID=1001 DNIS=3015550100 ANI=8009871212 VAR1=4711 MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550100 from 8009871212
                < DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=*",
        },
        Row {
            behaviour: 57,
            title: "reports what does not connect as a TERMINATION of DIALOUT_IVR",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT_IVR/DIAL MSGID=1001 DNIS=3015550102 MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1001 STATUS=SUCCESS
                < DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=*
                > DIALOUT_IVR/DIAL MSGID=1002 DNIS=3015550404 MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1002 STATUS=SUCCESS
                < DIALOUT_IVR/TERMINATION MSGID=1002 EVENT=INTERCEPT TRUNK_PORT=*
                > DIALOUT_IVR/DIAL MSGID=1003 DNIS=3015550480 MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1003 STATUS=SUCCESS
                < DIALOUT_IVR/TERMINATION MSGID=1003 EVENT=NOANS TRUNK_PORT=*
                > DIALOUT_IVR/DIAL MSGID=1004 DNIS=3015550110 MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1004 STATUS=SUCCESS
                < DIALOUT_IVR/TERMINATION MSGID=1004 EVENT=NODIALTONE TRUNK_PORT=*",
        },
        Row {
            behaviour: 58,
            title: "has VAR1 to VAR5 of a DIALOUT_IVR in its call flow",
            needs: &[Need::Later("call flows, whose rows are still to come")],
            script: "",
        },
        Row {
            behaviour: 59,
            title: "tells a person from an answering machine under DIALOUT_IVR's name too, before any flow",
            needs: &[Need::Files],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT_IVR/DIAL MSGID=1001 DNIS=3015550105 LIVEMESSAGE=C:\\CONFORM\\T600.VOX ANSMESSAGE=C:\\CONFORM\\T900.WAV MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550105
                > DIALOUT_IVR/DIAL MSGID=1002 DNIS=3015550100 LIVEMESSAGE=C:\\CONFORM\\T600.VOX ANSMESSAGE=C:\\CONFORM\\T900.WAV MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550100
                < DIALOUT_IVR/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={live}
                ~ heard 600
                ~ press 5
                < DIALOUT_IVR/TERMINATION MSGID=1002 EVENT=EOF TRUNK_PORT={live} DTMF=5
                ~ party 3015550105
                < DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=ANSMACHINE TRUNK_PORT={machine}
                ~ hears 900
                ~ press 6
                < DIALOUT_IVR/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT={machine} DTMF=6",
        },
        Row {
            behaviour: 61,
            title: "runs no flow of a mailbox that does not exist, and dials nothing",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT_IVR/DIAL MSGID=1001 DNIS=3015550114 BOXNO=999999999999 MODE=SUPERVISED
                < DIALOUT_IVR/RESPONSE MSGID=1001 STATUS=INVALID_MAILBOX
                < nothing
                ~ nobody called",
        },
    ],
};
