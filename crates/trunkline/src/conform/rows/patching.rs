//! Numbers that are dialled for one agent, ports that are joined and parted: B92 to B99.

use crate::conform::{Family, Need, Row};

const AGENTS: &[Need] = &[Need::Agents];
const NAILED_UP: &[Need] = &[Need::Agents, Need::NailedUp];

/// A number is dialled for an agent who takes no calls but such ones, and he talks with who answered.
macro_rules! dialled {
    ($behaviour:literal, $title:literal, $script:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: AGENTS,
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                > DIAL_PATCH/INFO MSGID=1002 AGENT_PORT={agent} DNIS=3015550114 ANI=8005551212
                < DIAL_PATCH/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114 from 8005551212
                ~ speaks customer
                ~ rings {agent}
                ~ answers agent
                < DIAL_PATCH/TERMINATION MSGID=1002 EVENT=CONNECTED TRINK_PORT={port}
                ~ matrix customer:agent agent:customer",
                $script
            ),
        }
    };
}

/// A customer and an agent are joined, both of them parties of the network.
macro_rules! joined {
    ($behaviour:literal, $title:literal, $script:literal) => {
        Row { behaviour: $behaviour, title: $title, needs: &[], script: concat!("* joined", $script) }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Dial and patch, patch and tear",
    rows: &[
        dialled!(92, "dials a number for an agent, and joins whoever answers with him", ""),
        Row {
            behaviour: 92,
            title: "joins whoever answers with an agent who is connected already, and lets nothing ring",
            needs: NAILED_UP,
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={nailed} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ rings {nailed}
                ~ answers agent
                * until {nailed} WAITING
                > DIAL_PATCH/INFO MSGID=1002 AGENT_PORT={nailed} DNIS=3015550114
                < DIAL_PATCH/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ speaks customer
                < DIAL_PATCH/TERMINATION MSGID=1002 EVENT=CONNECTED TRINK_PORT={port}
                ~ matrix customer:agent agent:customer
                ~ no ring {nailed}",
        },
        dialled!(
            93,
            "breaks the patch when the called party hangs up, and leaves the agent his call",
            "
                ~ hang up customer
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}
                ~ matrix agent:-
                > APP_TRUNK_STATUS/INFO MSGID=1003 TRUNK_PORT={agent}
                < APP_TRUNK_STATUS/RESPONSE MSGID=1003 TRUNK_PORT={agent} STATUS=WAITING"
        ),
        dialled!(
            94,
            "dials for no agent who talks already, and for none that is none",
            "
                > DIAL_PATCH/INFO MSGID=1003 AGENT_PORT={agent} DNIS=7325550114
                < DIAL_PATCH/RESPONSE MSGID=1003 STATUS=AGENT_PORT_ALREADY_CONNECTED
                > DIAL_PATCH/INFO MSGID=1004 AGENT_PORT={nowhere} DNIS=7325550114
                < DIAL_PATCH/RESPONSE MSGID=1004 STATUS=INVALID_AGENT_PORT
                < nothing
                ~ matrix customer:agent agent:customer"
        ),
        Row {
            behaviour: 94,
            title: "says what became of a number that was dialled for an agent, and lets his telephone ring for none of it",
            needs: AGENTS,
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                > DIAL_PATCH/INFO MSGID=1002 AGENT_PORT={agent} DNIS=3015550102
                < DIAL_PATCH/RESPONSE MSGID=1002 STATUS=SUCCESS
                < DIAL_PATCH/TERMINATION MSGID=1002 EVENT=BUSY TRINK_PORT={busy}
                > DIAL_PATCH/INFO MSGID=1003 AGENT_PORT={agent} DNIS=3015550404
                < DIAL_PATCH/RESPONSE MSGID=1003 STATUS=SUCCESS
                < DIAL_PATCH/TERMINATION MSGID=1003 EVENT=INTERCEPT TRINK_PORT={intercept}
                > DIAL_PATCH/INFO MSGID=1004 AGENT_PORT={agent} DNIS=3015550480
                < DIAL_PATCH/RESPONSE MSGID=1004 STATUS=SUCCESS
                < DIAL_PATCH/TERMINATION MSGID=1004 EVENT=NOANS TRINK_PORT={noans}
                > DIAL_PATCH/INFO MSGID=1005 AGENT_PORT={agent} DNIS=3015550110
                < DIAL_PATCH/RESPONSE MSGID=1005 STATUS=SUCCESS
                < DIAL_PATCH/TERMINATION MSGID=1005 EVENT=FAILED_TO_GET_DIALOUT_PORT TRINK_PORT=\"\"
                ~ no ring {agent}",
        },
        Row {
            behaviour: 94,
            title: "lets the called party go when the agent does not take the call, and says AGENT_BUSY",
            needs: AGENTS,
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                > DIAL_PATCH/INFO MSGID=1002 AGENT_PORT={agent} DNIS=3015550114
                < DIAL_PATCH/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ rings {agent}
                ~ declines busy
                < DIAL_PATCH/TERMINATION MSGID=1002 EVENT=AGENT_BUSY TRINK_PORT={port}
                ~ ended 3015550114",
        },
        joined!(95, "joins two ports, whose parties hear each other then", ""),
        joined!(
            96,
            "joins no port that is joined, and none that is none",
            "
                > PATCH_PORTS/INFO MSGID=1004 TRUNK_PORT1={port} TRUNK_PORT2={port2}
                < PATCH_PORTS/RESPONSE MSGID=1004 TRUNK_PORT1={port} TRUNK_PORT2={port2} STATUS=TRUNK_PORT1_ALREADY_PATCHED
                > DIALOUT/DIAL MSGID=1005 DNIS=3015550115 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1005 STATUS=SUCCESS
                ~ arrived 3015550115
                * find DIALING {port3}
                > PATCH_PORTS/INFO MSGID=1006 TRUNK_PORT1={port3} TRUNK_PORT2={port2}
                < PATCH_PORTS/RESPONSE MSGID=1006 TRUNK_PORT1={port3} TRUNK_PORT2={port2} STATUS=TRUNK_PORT2_ALREADY_PATCHED
                > PATCH_PORTS/INFO MSGID=1007 TRUNK_PORT1={nowhere} TRUNK_PORT2={port2}
                < PATCH_PORTS/RESPONSE MSGID=1007 TRUNK_PORT1={nowhere} TRUNK_PORT2={port2} STATUS=INVALID_TRUNK_PORT1
                > PATCH_PORTS/INFO MSGID=1008 TRUNK_PORT1={port3} TRUNK_PORT2={nowhere}
                < PATCH_PORTS/RESPONSE MSGID=1008 TRUNK_PORT1={port3} TRUNK_PORT2={nowhere} STATUS=INVALID_TRUNK_PORT2
                ~ matrix customer:agent agent:customer"
        ),
        Row {
            behaviour: 96,
            title: "says that a patch failed when one of its ports has no call",
            needs: &[],
            script: "
                * up 3015550114
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550102 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                < DIALOUT/TERMINATION MSGID=1002 EVENT=BUSY TRUNK_PORT={idle}
                > PATCH_PORTS/INFO MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={idle}
                < PATCH_PORTS/TERMINATION MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={idle} EVENT=FAILED",
        },
        joined!(
            97,
            "writes the ports of a patch as they were entered",
            "
                > PATCH_PORTS/INFO MSGID=1004 TRUNK_PORT1=00{port} TRUNK_PORT2={port2}
                < PATCH_PORTS/RESPONSE MSGID=1004 TRUNK_PORT1=00{port} TRUNK_PORT2={port2} STATUS=TRUNK_PORT1_ALREADY_PATCHED
                > PATCH_PORTS/INFO MSGID=1005 TRUNK_PORT1=12672 TRUNK_PORT2=0{port2}
                < PATCH_PORTS/RESPONSE MSGID=1005 TRUNK_PORT1=12672 TRUNK_PORT2=0{port2} STATUS=INVALID_TRUNK_PORT1"
        ),
        joined!(
            98,
            "parts two ports: neither hears the other, and both calls stay",
            "
                > TEAR_PATCH/INFO MSGID=1004 TRUNK_PORT1={port2} TRUNK_PORT2={port}
                < TEAR_PATCH/TERMINATION MSGID=1004 TRUNK_PORT1={port2} TRUNK_PORT2={port} EVENT=SUCCESS
                ~ matrix customer:- agent:-
                > PATCH_PORTS/INFO MSGID=1005 TRUNK_PORT1={port2} TRUNK_PORT2={port}
                < PATCH_PORTS/TERMINATION MSGID=1005 TRUNK_PORT1={port2} TRUNK_PORT2={port} EVENT=SUCCESS
                ~ matrix customer:agent agent:customer"
        ),
        Row {
            behaviour: 99,
            title: "parts no ports that are not joined with each other",
            needs: &[],
            script: "
                * up 3015550114
                > DIALOUT/DIAL MSGID=1002 DNIS=7325550114 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 7325550114
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port2}
                > TEAR_PATCH/INFO MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2}
                < TEAR_PATCH/RESPONSE MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} STATUS=TRUNK_PORTS_NOT_PATCHED
                > TEAR_PATCH/INFO MSGID=1004 TRUNK_PORT1={nowhere} TRUNK_PORT2={port2}
                < TEAR_PATCH/RESPONSE MSGID=1004 TRUNK_PORT1={nowhere} TRUNK_PORT2={port2} STATUS=INVALID_TRUNK_PORT1",
        },
    ],
};
