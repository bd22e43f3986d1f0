//! The connection and the parameters: B1 to B10.

use crate::conform::{Family, Need, Row};

const OPENS: &str = "
    > INIT_LINK/INFO MSGID=1001
    < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS";

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Connection and parameters",
    rows: &[
        Row {
            behaviour: 1,
            title: "takes applications at TCP port 700",
            needs: &[Need::DefaultPort(true)],
            script: OPENS,
        },
        Row {
            behaviour: 2,
            title: "takes applications at the port that eee51 moved its link to",
            needs: &[Need::DefaultPort(false)],
            script: OPENS,
        },
        Row {
            behaviour: 3,
            title: "reads messages and writes them over that connection",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1001
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT={first}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={first} STATUS=*",
        },
        Row {
            behaviour: 4,
            title: "calls its port 1 by 1 + eee81, and knows no port 1 then",
            needs: &[Need::Shift(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT={first}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={first} STATUS=WAITING
                > APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT=1
                < APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=INVALID_TRUNKPORT",
        },
        Row {
            behaviour: 5,
            title: "never names a port of another server with another eee81",
            needs: &[Need::Later("two servers driven at once")],
            script: "",
        },
        Row {
            behaviour: 6,
            title: "has an XML interface, which bit 1 of xxx77 turns on",
            needs: &[],
            script: OPENS,
        },
        Row {
            behaviour: 7,
            title: "lets a link ask for the calls of a number where bit 8 of xxx77 is set",
            needs: &[Need::Mailbox, Need::Inbound(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS",
        },
        Row {
            behaviour: 8,
            title: "ignores the agents of a dial-out where eee30 is 0",
            needs: &[Need::Heeds(false)],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550114 AGENTS=25-34 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ arrived 3015550114
                < DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=*",
        },
        Row {
            behaviour: 9,
            title: "is at port 700 and counts its ports from 1 when nothing is configured",
            needs: &[Need::DefaultPort(true), Need::Shift(false)],
            script: "
                > INIT_LINK/INFO MSGID=1001
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                > APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING",
        },
        Row {
            behaviour: 10,
            title: "is connected to by several applications at once, and answers each on its own connection",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=1001
                2> INIT_LINK/INFO MSGID=2001
                2< INIT_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                < nothing
                2< nothing",
        },
    ],
};
