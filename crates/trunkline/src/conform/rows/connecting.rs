//! Dial-outs for agents: B46 to B56.

use crate::conform::{Family, Need, Row};

const AGENTS: &[Need] = &[Need::Heeds(true), Need::Agents];
const AGENTS_AND_FILES: &[Need] = &[Need::Heeds(true), Need::Agents, Need::Files];

/// An agent takes calls that are dialled.
macro_rules! at_work {
    ($behaviour:literal, $title:literal, $needs:expr, $script:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: $needs,
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} MODE=PREDICTIVE
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS",
                $script
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Dial-outs for agents",
    rows: &[
        Row {
            behaviour: 46,
            title: "joins who answers with a free agent, whose port it names",
            needs: AGENTS,
            script: "* talk",
        },
        at_work!(
            46,
            "lets the telephone of the agent ring who has waited longest, and of the next one when he declines",
            AGENTS,
            "
                > AGENT_LOGIN/INFO MSGID=1002 AGENT_NO={agent2} MODE=PREDICTIVE
                < AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1003 DNIS=3015550114 AGENTS={agent}-{agent2} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ speaks customer
                ~ rings {agent}
                ~ declines busy
                ~ rings {agent2}
                ~ answers agent
                < DIALOUT/TERMINATION MSGID=1003 EVENT=CONNECT TRUNK_PORT={port} AGENT={agent2}
                ~ matrix customer:agent agent:customer
                # He declined, and has waited again since then: he is free.
                > DIALOUT/DIAL MSGID=1004 DNIS=7325550114 AGENTS={agent},{agent2} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1004 STATUS=SUCCESS
                ~ arrived 7325550114
                ~ rings {agent}
                ~ answers colleague
                < DIALOUT/TERMINATION MSGID=1004 EVENT=CONNECT TRUNK_PORT={port2} AGENT={agent}
                ~ matrix customer:agent agent:customer colleague:-"
        ),
        Row {
            behaviour: 46,
            title: "connects one customer after the other with an agent whose telephone is kept connected",
            needs: &[Need::Heeds(true), Need::Agents, Need::NailedUp],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={nailed} MODE=PREDICTIVE
                < AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS
                ~ rings {nailed}
                ~ answers agent
                * until {nailed} WAITING
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550114 AGENTS={nailed} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ speaks customer
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port} AGENT={nailed}
                ~ matrix customer:agent agent:customer
                ~ hang up customer
                < NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT={port}
                ~ matrix agent:-
                > DIALOUT/DIAL MSGID=1003 DNIS=7325550114 AGENTS={nailed} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
                ~ arrived 7325550114
                ~ speaks customer
                < DIALOUT/TERMINATION MSGID=1003 EVENT=CONNECT TRUNK_PORT={port2} AGENT={nailed}
                ~ matrix customer:agent agent:customer
                ~ no ring {nailed}",
        },
        at_work!(
            48,
            "plays LIVEMESSAGE to the person who answers when no agent comes",
            AGENTS_AND_FILES,
            "
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550114 AGENTS={agent} LIVEMESSAGE=C:\\CONFORM\\T600.VOX MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ rings {agent}
                ~ declines busy
                < DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port}
                ~ party 3015550114
                ~ heard 600
                ~ press 4
                < DIALOUT/TERMINATION MSGID=1002 EVENT=EOF TRUNK_PORT={port} DTMF=4"
        ),
        at_work!(
            49,
            "lets no telephone ring for an answering machine",
            AGENTS,
            "
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550105 AGENTS={agent} MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550105
                < DIALOUT/TERMINATION MSGID=1002 EVENT=ANSMACHINE TRUNK_PORT={port}
                ~ no ring {agent}"
        ),
        Row {
            behaviour: 51,
            title: "dials nothing while the agent talks",
            needs: AGENTS,
            script: "
                * talk
                > DIALOUT/DIAL MSGID=1003 DNIS=7325550114 AGENTS={agent} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1003 STATUS=NO_AGENT_FREE
                ~ no ring 7325550114",
        },
        Row {
            behaviour: 51,
            title: "says NO_MSI_AGENT_FREE of agents of the station-card kind",
            needs: &[Need::Heeds(true), Need::Agents, Need::StationCard],
            script: "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > DIALOUT/DIAL MSGID=1001 DNIS=3015550114 AGENTS={card} MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1001 STATUS=NO_MSI_AGENT_FREE
                < nothing
                ~ nobody called",
        },
        at_work!(
            54,
            "lets no telephone ring for a number that does not connect",
            AGENTS,
            "
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550102 AGENTS={agent} MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS
                < DIALOUT/TERMINATION MSGID=1002 EVENT=BUSY TRUNK_PORT=*
                > DIALOUT/DIAL MSGID=1003 DNIS=3015550480 AGENTS={agent} MODE=SUPERVISED
                < DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS
                < DIALOUT/TERMINATION MSGID=1003 EVENT=NOANS TRUNK_PORT=*
                ~ no ring {agent}"
        ),
        at_work!(
            56,
            "joins who answers a DIALOUT_IVR without a mailbox with a free agent",
            AGENTS,
            "
                > DIALOUT_IVR/DIAL MSGID=1002 DNIS=3015550114 AGENTS={agent} MODE=BLIND
                < DIALOUT_IVR/RESPONSE MSGID=1002 STATUS=SUCCESS
                ~ arrived 3015550114
                ~ speaks customer
                ~ rings {agent}
                ~ answers agent
                < DIALOUT_IVR/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port} AGENT={agent}
                ~ matrix customer:agent agent:customer"
        ),
    ],
};
