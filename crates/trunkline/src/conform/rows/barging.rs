//! A supervisor in the talk of an agent: B123 to B128.

use crate::conform::{Family, Need, Row};

const AGENTS: &[Need] = &[Need::Heeds(true), Need::Agents];

/// An agent talks with his customer, and a supervisor has come in.
macro_rules! supervised {
    ($behaviour:literal, $title:literal, $mode:literal, $matrix:literal, $script:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: AGENTS,
            script: concat!(
                "
                * talk
                > AGENT_LOGIN/INFO MSGID=1003 AGENT_NO={agent3} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS
                > BARGE_IN/INFO MSGID=1004 SUPERVISOR_PORT={agent3} AGENT_PORT={agent} MODE=",
                $mode,
                "
                ~ rings {agent3}
                ~ answers supervisor
                < BARGE_IN/RESPONSE MSGID=1004 STATUS=SUCCESS
                ~ matrix ",
                $matrix,
                $script
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Barge-in",
    rows: &[
        supervised!(
            123,
            "adds a supervisor to an agent and his customer, whose port is not named: all three hear each other (B124)",
            "FULL",
            "customer:agent+supervisor agent:customer+supervisor supervisor:customer+agent",
            ""
        ),
        supervised!(
            125,
            "lets a coach be heard by the agent alone",
            "COACH",
            "customer:agent agent:customer+supervisor supervisor:customer+agent",
            ""
        ),
        supervised!(
            125,
            "lets nobody hear who monitors, until he comes in again in another mode",
            "MONITOR",
            "customer:agent agent:customer supervisor:customer+agent",
            "
                > BARGE_IN/INFO MSGID=1005 SUPERVISOR_PORT={agent3} AGENT_PORT={agent} MODE=FULL
                < BARGE_IN/RESPONSE MSGID=1005 STATUS=SUCCESS
                ~ matrix customer:agent+supervisor agent:customer+supervisor supervisor:customer+agent"
        ),
        Row {
            behaviour: 126,
            title: "lets nobody barge in on an agent who talks with nobody",
            needs: AGENTS,
            script: "
                * talk
                > AGENT_LOGIN/INFO MSGID=1003 AGENT_NO={agent2} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS
                > AGENT_LOGIN/INFO MSGID=1004 AGENT_NO={agent3} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1004 STATUS=SUCCESS
                > BARGE_IN/INFO MSGID=1005 SUPERVISOR_PORT={agent3} AGENT_PORT={agent2} MODE=FULL
                < BARGE_IN/RESPONSE MSGID=1005 AGENT_PORT={agent2} STATUS=AGENT_NOT_CONNECTED
                ~ no ring {agent3}",
        },
        Row {
            behaviour: 127,
            title: "refuses a barge-in with the one attribute that is wrong",
            needs: AGENTS,
            script: "
                * talk
                > AGENT_LOGIN/INFO MSGID=1003 AGENT_NO={agent3} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS
                > BARGE_IN/INFO MSGID=1004 SUPERVISOR_PORT={agent3} AGENT_PORT={agent} MODE=Loud
                < BARGE_IN/RESPONSE MSGID=1004 MODE=Loud STATUS=INVALID_MODE
                > BARGE_IN/INFO MSGID=1005 SUPERVISOR_PORT={nowhere} AGENT_PORT={agent} MODE=FULL
                < BARGE_IN/RESPONSE MSGID=1005 SUPERVISOR_PORT={nowhere} STATUS=INVALID_SUPERVISOR_PORT
                > BARGE_IN/INFO MSGID=1006 SUPERVISOR_PORT={agent3} AGENT_PORT={nowhere} MODE=FULL
                < BARGE_IN/RESPONSE MSGID=1006 AGENT_PORT={nowhere} STATUS=INVALID_AGENT_PORT
                > BARGE_OUT/INFO MSGID=1007 SUPERVISOR_PORT={agent3} AGENT_PORT={agent}
                < BARGE_OUT/RESPONSE MSGID=1007 SUPERVISOR_PORT={agent3} STATUS=INVALID_SUPERVISOR_PORT
                ~ no ring {agent3}
                ~ matrix customer:agent agent:customer",
        },
        supervised!(
            128,
            "takes the supervisor out again, and leaves agent and customer with each other",
            "FULL",
            "customer:agent+supervisor agent:customer+supervisor supervisor:customer+agent",
            "
                > BARGE_OUT/INFO MSGID=1005 SUPERVISOR_PORT={agent3} AGENT_PORT={agent}
                < BARGE_OUT/RESPONSE MSGID=1005 STATUS=SUCCESS
                ~ matrix customer:agent agent:customer supervisor:-"
        ),
    ],
};
