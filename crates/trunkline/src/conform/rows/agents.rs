//! Agents at work: B115 to B122.

use crate::conform::{Family, Need, Row};

const AGENTS: &[Need] = &[Need::Heeds(true), Need::Agents];
const ROUTED: &[Need] = &[Need::Heeds(true), Need::Agents, Need::Mailbox, Need::Inbound(true), Need::Sip];

/// Which calls an agent takes in this mode: one that was dialled for agents, and one that came in.
macro_rules! mode {
    ($behaviour:literal, $title:literal, $mode:literal, $dialled:literal, $came_in:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: ROUTED,
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1000 DNIS={dnis} PASS_CODE={code}
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} MODE=",
                $mode,
                "
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550114 AGENTS={agent} MODE=BLIND",
                $dialled,
                "
                ~ call {dnis}
                < RECEIVE_CALL/INFO MSGID={event} DNIS={dnis} ANI=6095550142 REDIRECTINING_NO=\"\" TRUNK_PORT={port}
                > RECEIVE_CALL/RESPONSE MSGID={event} STATUS=TRANSFER",
                $came_in
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Agents",
    rows: &[
        Row {
            behaviour: 115,
            title: "logs an agent in once in a mode, again in another one, and nobody who is none",
            needs: AGENTS,
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} AGENT_NAME=Ines CAMP_ID=SPRING MODE=PREDICTIVE
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1002 AGENT_NO={agent} AGENT_NAME=Ines CAMP_ID=SPRING MODE=PREDICTIVE
                < AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=ALREADY_LOGGED_IN
                > AGENT_LOGIN/INFO MSGID=1003 AGENT_NO={agent} MODE=BLENDED
                < AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1004 AGENT_NO={nowhere} MODE=PREDICTIVE
                < AGENT_LOGIN/RESPONSE MSGID=1004 STATUS=INVALID_AGENT_NO",
        },
        mode!(
            116,
            "routes no call to an agent in mode MANUAL",
            "MANUAL",
            "
                < DIALOUT/RESPONSE MSGID=1002 STATUS=NO_AGENT_FREE",
            "
                < AGENT_TRANSFER/RESPONSE MSGID={event} SOURCE_AGENT_PORT={port} DESTINATION_AGENT_PORT=\"\" ON_HOLD_FILE=\"\" STATUS=BUSY
                ~ no ring {agent}"
        ),
        mode!(
            117,
            "routes calls that come in, and no others, to an agent in mode INBOUND",
            "INBOUND",
            "
                < DIALOUT/RESPONSE MSGID=1002 STATUS=NO_AGENT_FREE",
            "
                ~ rings {agent}"
        ),
        mode!(
            118,
            "routes calls that are dialled, and no others, to an agent in mode PREDICTIVE",
            "PREDICTIVE",
            "
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ rings {agent}
                ~ declines away
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=*",
            "
                < AGENT_TRANSFER/RESPONSE MSGID={event} SOURCE_AGENT_PORT={port} DESTINATION_AGENT_PORT=\"\" ON_HOLD_FILE=\"\" STATUS=BUSY
                ~ no ring {agent}"
        ),
        mode!(
            119,
            "routes calls of either kind to an agent in mode BLENDED",
            "BLENDED",
            "
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ rings {agent}
                ~ declines away
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=*",
            "
                ~ rings {agent}"
        ),
        mode!(
            120,
            "routes no call to an agent in mode BUSY",
            "BUSY",
            "
                < DIALOUT/RESPONSE MSGID=1002 STATUS=NO_AGENT_FREE",
            "
                < AGENT_TRANSFER/RESPONSE MSGID={event} SOURCE_AGENT_PORT={port} DESTINATION_AGENT_PORT=\"\" ON_HOLD_FILE=\"\" STATUS=BUSY
                ~ no ring {agent}"
        ),
        Row {
            behaviour: 121,
            title: "logs an agent out once, routes him no call then, and leaves him the one he has",
            needs: AGENTS,
            script: "
                * talk
                > AGENT_LOGOUT/INFO MSGID=1003 AGENT_NO={agent} CAMP_ID=SPRING
                < AGENT_LOGOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
                > AGENT_LOGOUT/INFO MSGID=1004 AGENT_NO={agent}
                < AGENT_LOGOUT/RESPONSE MSGID=1004 STATUS=ALREADY_LOGGED_OUT
                > AGENT_LOGOUT/INFO MSGID=1005 AGENT_NO={nowhere}
                < AGENT_LOGOUT/RESPONSE MSGID=1005 STATUS=INVALID_AGENT_NO
                ~ matrix customer:agent agent:customer
                ~ hang up agent
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={agent}
                > DIALOUT/DIAL MSGID=1006 DNIS=7325550114 AGENTS={agent} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1006 STATUS=NO_AGENT_FREE",
        },
        Row {
            behaviour: 122,
            title: "makes no directory Agent_Status among the files that it shares",
            needs: &[Need::Heeds(true), Need::Agents, Need::Files],
            script: "
                * talk
                * no directory Agent_Status",
        },
    ],
};
