//! The life of a link: B11 to B22 and B25.

use crate::conform::{Family, Need, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Link",
    rows: &[
        Row {
            behaviour: 11,
            title: "opens a link with INIT_LINK, and dials for it then",
            needs: &[],
            script: "
                * up 3015550114
                < nothing",
        },
        Row {
            behaviour: 12,
            title: "binds a mailbox to the link that gives its DNIS and PASS_CODE",
            needs: &[Need::Mailbox, Need::Inbound(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS",
        },
        Row {
            behaviour: 13,
            title: "gives the mailbox the NAME of the link",
            needs: &[Need::Later("MAILBOX/INFO, whose rows are still to come")],
            script: "",
        },
        Row {
            behaviour: 14,
            title: "reports a call to a bound DNIS on its link",
            needs: &[Need::Mailbox, Need::Inbound(true), Need::Sip],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID=* DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}",
        },
        Row {
            behaviour: 15,
            title: "refuses a DNIS where inbound calls are switched off",
            needs: &[Need::Mailbox, Need::Inbound(false)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=\"IBOUND CALLS NO SUPPORTED\"
                > INIT_LINK/INFO MSGID=1002
                < INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS",
        },
        Row {
            behaviour: 16,
            title: "binds several DNIS to one link, by an INIT_LINK each",
            needs: &[Need::SecondMailbox, Need::Inbound(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                > INIT_LINK/INFO MSGID=1002 DNIS={dnis2} PASS_CODE={code2}
                < INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
                # Both are its own: another link gets neither.
                2> INIT_LINK/INFO MSGID=2001 DNIS={dnis} PASS_CODE={code}
                2< INIT_LINK/RESPONSE MSGID=2001 STATUS=BUSY
                2> INIT_LINK/INFO MSGID=2002 DNIS={dnis2} PASS_CODE={code2}
                2< INIT_LINK/RESPONSE MSGID=2002 STATUS=BUSY",
        },
        Row {
            behaviour: 17,
            title: "refuses a wrong pass code",
            needs: &[Need::Mailbox, Need::Inbound(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={wrong}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=\"INVALID PASS CODE\"
                > INIT_LINK/INFO MSGID=1002 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS",
        },
        Row {
            behaviour: 18,
            title: "refuses a DNIS that is no mailbox",
            needs: &[Need::Inbound(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS=9998887776 PASS_CODE=1111
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=\"INVALID DNIS\"",
        },
        Row {
            behaviour: 19,
            title: "reports no inbound call to a link without DNIS, and refuses the call",
            needs: &[Need::Mailbox, Need::Sip],
            script: "
                > INIT_LINK/INFO MSGID=1001
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ call {dnis}
                ~ refused
                < nothing",
        },
        Row {
            behaviour: 20,
            title: "says BUSY to a link that asks for the DNIS of another live one",
            needs: &[Need::Mailbox, Need::Inbound(true)],
            script: "
                > INIT_LINK/INFO MSGID=1001 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS
                2> INIT_LINK/INFO MSGID=2001 DNIS={dnis} PASS_CODE={code}
                2< INIT_LINK/RESPONSE MSGID=2001 STATUS=BUSY
                # The same link may ask again.
                > INIT_LINK/INFO MSGID=1002 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS",
        },
        Row {
            behaviour: 21,
            title: "disconnects every call of a link that is terminated, and dials no more for it",
            needs: &[],
            script: "
                * up 3015550114
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550113 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550113
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=*
                > TERMINATE_LINK/INFO MSGID=1003
                < TERMINATE_LINK/RESPONSE MSGID=1003 STATUS=SUCCESS
                ~ ended 3015550114
                ~ ended 3015550113
                > DIALOUT/DIAL MSGID=1004 DNIS=3015550114 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1004 STATUS=FAILED",
        },
        Row {
            behaviour: 22,
            title: "lets the calls of a paused link go on, and begins none",
            needs: &[],
            script: "
                * up 3015550114
                > PAUSE_LINK/INFO MSGID=1002
                < PAUSE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1003 DNIS=3015550113 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1003 STATUS=BUSY
                > APP_TRUNK_STATUS/INFO MSGID=1004 TRUNK_PORT={port}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1004 TRUNK_PORT={port} STATUS=WAITING
                ~ hang up
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}
                # INIT_LINK opens the link again.
                > INIT_LINK/INFO MSGID=1005
                < INIT_LINK/RESPONSE MSGID=1005 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1006 DNIS=3015550113 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1006 STATUS=SUCCESS
                ~ arrived 3015550113",
        },
        Row {
            behaviour: 25,
            title: "repeats the MSGID of a request in its response, whatever it is",
            needs: &[],
            script: "
                > INIT_LINK/INFO MSGID=\"a b-c_D.7\"
                < INIT_LINK/RESPONSE MSGID=\"a b-c_D.7\" STATUS=SUCCESS
                > APP_TRUNK_STATUS/INFO MSGID=781234A6 TRUNK_PORT={nowhere}
                < APP_TRUNK_STATUS/RESPONSE MSGID=781234A6 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT
                > APP_TRUNK_STATUS/INFO MSGID=781234A6 TRUNK_PORT={nowhere}
                < APP_TRUNK_STATUS/RESPONSE MSGID=781234A6 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT",
        },
    ],
};
