//! Keys: B162 to B165.

use crate::conform::{Family, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Keys",
    rows: &[
        Row {
            behaviour: 162,
            title: "collects as many keys as asked, and reports them",
            needs: &[],
            script: "
                * up 3015550114
                > DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT={port} NUMBER_OF_DIGITS=3
                < DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ press 4
                ~ press *
                ~ press #
                < DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT={port} DATA=4*# EVENT=DTMF",
        },
        Row {
            behaviour: 162,
            title: "reports what came when no further key comes",
            needs: &[],
            script: "
                * up 3015550114
                > DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT={port} NUMBER_OF_DIGITS=3
                < DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ press 4
                < DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT={port} DATA=4 EVENT=EOF",
        },
        Row {
            behaviour: 163,
            title: "refuses to collect too many keys, or none",
            needs: &[],
            script: "
                * up 3015550114
                > DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT={port} NUMBER_OF_DIGITS=1000
                < DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=TOO_MANY_DIGITS
                > DTMF_RECEIVE/INFO MSGID=1003 TRUNK_PORT={port} NUMBER_OF_DIGITS=0
                < DTMF_RECEIVE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=TOO_MANY_DIGITS",
        },
        Row {
            behaviour: 164,
            title: "reports what came when the party hangs up",
            needs: &[],
            script: "
                * up 3015550114
                > DTMF_RECEIVE/INFO MSGID=1002 TRUNK_PORT={port} NUMBER_OF_DIGITS=3
                < DTMF_RECEIVE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                ~ press 4
                * wait 1s
                ~ hang up
                < DTMF_RECEIVE/TERMINATION MSGID=1002 TRUNK_PORT={port} DATA=4 EVENT=LOOP_DROP
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}",
        },
        Row {
            behaviour: 165,
            title: "sends keys, and says when all are sent",
            needs: &[],
            script: "
                * up 3015550114
                > DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT={port} DTMF_STRING=\"19,0*#A\"
                < DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=NORMAL
                ~ keys 190*#A",
        },
        Row {
            behaviour: 165,
            title: "fails to send what is no key, and refuses to send too many",
            needs: &[],
            script: "
                * up 3015550114
                > DTMF_GENERATE/INFO MSGID=1002 TRUNK_PORT={port} DTMF_STRING=12Z
                < DTMF_GENERATE/RESPONSE MSGID=1002 TRUNK_PORT={port} STATUS=SUCCESS
                < DTMF_GENERATE/TERMINATION MSGID=1002 TRUNK_PORT={port} EVENT=FAILED
                > DTMF_GENERATE/INFO MSGID=1003 TRUNK_PORT={port} DTMF_STRING=1234567890123456789012345678901234567890
                < DTMF_GENERATE/RESPONSE MSGID=1003 TRUNK_PORT={port} STATUS=TOO_MANY_DIGITS",
        },
    ],
};
