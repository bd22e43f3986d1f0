//! Agent transfers, mute and hold: B80 to B91.

use crate::conform::{Family, Need, Row};

const AGENTS: &[Need] = &[Need::Heeds(true), Need::Agents];
const AGENTS_AND_FILES: &[Need] = &[Need::Heeds(true), Need::Agents, Need::Files];

/// An agent talks with his customer, and another one is at work.
macro_rules! talk {
    ($behaviour:literal, $title:literal, $needs:expr, $script:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: $needs,
            script: concat!(
                "
                * talk
                > AGENT_LOGIN/INFO MSGID=1003 AGENT_NO={agent2} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS",
                $script
            ),
        }
    };
}

/// The customer waits, and the two agents talk.
macro_rules! consultation {
    ($behaviour:literal, $title:literal, $script:literal) => {
        Row {
            behaviour: $behaviour,
            title: $title,
            needs: AGENTS_AND_FILES,
            script: concat!(
                "
                * talk
                > AGENT_LOGIN/INFO MSGID=1003 AGENT_NO={agent2} MODE=MANUAL
                < AGENT_LOGIN/RESPONSE MSGID=1003 STATUS=SUCCESS
                > AGENT_TRANSFER/INFO MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV MODE=INITIATE
                ~ rings {agent2}
                # Until he answers nothing changes, and nothing is said (B84).
                < nothing
                ~ matrix customer:agent agent:customer
                ~ answers colleague
                < AGENT_TRANSFER/RESPONSE MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV STATUS=CONNECTED
                ~ matrix customer:music agent:colleague colleague:agent",
                $script
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Transfer, mute and hold",
    rows: &[
        consultation!(80, "lets an agent consult another one while the customer hears music", ""),
        consultation!(
            81,
            "gives the customer to the agent who was consulted: ACCEPT",
            "
                > AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} MODE=ACCEPT
                < AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" STATUS=CONNECTED
                ~ matrix customer:colleague agent:- colleague:customer"
        ),
        consultation!(
            82,
            "gives the customer back to the first agent: CANCEL",
            "
                > AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} MODE=CANCEL
                < AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" STATUS=CONNECTED
                ~ matrix customer:agent agent:customer colleague:-"
        ),
        talk!(
            83,
            "passes a customer on in one step, without music",
            AGENTS_AND_FILES,
            "
                > AGENT_TRANSFER/INFO MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV MODE=BLIND
                ~ rings {agent2}
                ~ answers colleague
                < AGENT_TRANSFER/RESPONSE MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV STATUS=CONNECTED
                ~ matrix customer:colleague agent:- colleague:customer
                ~ never customer music"
        ),
        talk!(
            84,
            "says why an agent did not come, and changes nothing then",
            AGENTS,
            "
                > AGENT_TRANSFER/INFO MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} MODE=BLIND
                ~ rings {agent2}
                ~ declines busy
                < AGENT_TRANSFER/RESPONSE MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" STATUS=BUSY
                > AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} MODE=INITIATE
                ~ rings {agent2}
                ~ declines away
                < AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" STATUS=NOANS
                > AGENT_LOGOUT/INFO MSGID=1006 AGENT_NO={agent2}
                < AGENT_LOGOUT/RESPONSE MSGID=1006 STATUS=SUCCESS
                > AGENT_TRANSFER/INFO MSGID=1007 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} MODE=BLIND
                < AGENT_TRANSFER/RESPONSE MSGID=1007 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" STATUS=INVALID_AGENT
                ~ matrix customer:agent agent:customer"
        ),
        talk!(
            85,
            "refuses a transfer with its mode as it was entered, and the reason",
            AGENTS,
            "
                > AGENT_TRANSFER/INFO MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} MODE=Perhaps
                < AGENT_TRANSFER/RESPONSE MSGID=1004 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" MODE=Perhaps STATUS=INVALIDE_MODE
                > AGENT_TRANSFER/INFO MSGID=1005 SOURCE_AGENT_PORT={nowhere} DESTINATION_AGENT_PORT={agent2} MODE=INITIATE
                < AGENT_TRANSFER/RESPONSE MSGID=1005 SOURCE_AGENT_PORT={nowhere} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=\"\" MODE=INITIATE STATUS=INVALID_SOURCE_AGENT_PORT
                > AGENT_TRANSFER/INFO MSGID=1006 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={nowhere} MODE=BLIND
                < AGENT_TRANSFER/RESPONSE MSGID=1006 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={nowhere} ON_HOLD_FILE=\"\" MODE=BLIND STATUS=INVALIDE_DESTINATION_AGENT_PORT
                > AGENT_TRANSFER/INFO MSGID=1007 SOURCE_AGENT_PORT={agent2} DESTINATION_AGENT_PORT={agent} MODE=INITIATE
                < AGENT_TRANSFER/RESPONSE MSGID=1007 SOURCE_AGENT_PORT={agent2} DESTINATION_AGENT_PORT={agent} ON_HOLD_FILE=\"\" MODE=INITIATE STATUS=SOURCE_AGENT_NOT_CONNECTED
                > AGENT_TRANSFER/INFO MSGID=1008 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={port} MODE=BLIND
                < AGENT_TRANSFER/RESPONSE MSGID=1008 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={port} ON_HOLD_FILE=\"\" MODE=BLIND STATUS=DESTINATION_AGENT_ALREADY_CONNECTED
                > AGENT_TRANSFER/INFO MSGID=1009 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=NOWHERE3.VOX MODE=INITIATE
                < AGENT_TRANSFER/RESPONSE MSGID=1009 SOURCE_AGENT_PORT={agent} DESTINATION_AGENT_PORT={agent2} ON_HOLD_FILE=NOWHERE3.VOX MODE=INITIATE STATUS=FILE_MISSING
                ~ matrix customer:agent agent:customer
                ~ no ring {agent2}"
        ),
        talk!(
            86,
            "keeps the customer from hearing a muted agent, who hears him all the same",
            AGENTS,
            "
                > MUTE/INFO MSGID=1004 AGENT_PORT={agent} MODE=ON
                < MUTE/RESPONSE MSGID=1004 AGENT_PORT={agent} MODE=ON STATUS=SUCCESS
                ~ matrix customer:- agent:customer"
        ),
        talk!(
            87,
            "lets both hear each other when the mute is off",
            AGENTS,
            "
                > MUTE/INFO MSGID=1004 AGENT_PORT={agent} MODE=ON
                < MUTE/RESPONSE MSGID=1004 AGENT_PORT={agent} MODE=ON STATUS=SUCCESS
                ~ matrix customer:- agent:customer
                > MUTE/INFO MSGID=1005 AGENT_PORT={agent} MODE=OFF
                < MUTE/RESPONSE MSGID=1005 AGENT_PORT={agent} MODE=OFF STATUS=SUCCESS
                ~ matrix customer:agent agent:customer"
        ),
        talk!(
            88,
            "mutes nobody whom it should not, with the reason",
            AGENTS,
            "
                > MUTE/INFO MSGID=1004 AGENT_PORT={agent} MODE=Loud
                < MUTE/RESPONSE MSGID=1004 AGENT_PORT={agent} MODE=Loud STATUS=INVALID_MODE
                > MUTE/INFO MSGID=1005 AGENT_PORT={nowhere} MODE=ON
                < MUTE/RESPONSE MSGID=1005 AGENT_PORT={nowhere} MODE=ON STATUS=INVALID_AGENT_PORT
                > MUTE/INFO MSGID=1006 AGENT_PORT={agent2} MODE=ON
                < MUTE/RESPONSE MSGID=1006 AGENT_PORT={agent2} MODE=ON STATUS=AGENT_NOT_CONNECTED
                ~ matrix customer:agent agent:customer"
        ),
        talk!(
            89,
            "lets a customer wait with music: he and his agent do not hear each other",
            AGENTS_AND_FILES,
            "
                > HOLD/INFO MSGID=1004 AGENT_PORT={agent} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV MODE=ON
                < HOLD/RESPONSE MSGID=1004 AGENT_PORT={agent} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV MODE=ON STATUS=SUCESS
                ~ matrix customer:music agent:-"
        ),
        talk!(
            90,
            "stops the music at the end of a hold, and lets both hear each other",
            AGENTS_AND_FILES,
            "
                > HOLD/INFO MSGID=1004 AGENT_PORT={agent} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV MODE=ON
                < HOLD/RESPONSE MSGID=1004 AGENT_PORT={agent} ON_HOLD_FILE=C:\\CONFORM\\LONG.WAV MODE=ON STATUS=SUCESS
                ~ matrix customer:music agent:-
                > HOLD/INFO MSGID=1005 AGENT_PORT={agent} MODE=CANCELL
                < HOLD/RESPONSE MSGID=1005 AGENT_PORT={agent} ON_HOLD_FILE=\"\" MODE=CANCELL STATUS=SUCESS
                ~ matrix customer:agent agent:customer"
        ),
        talk!(
            91,
            "holds nobody whom it should not, with the reason",
            AGENTS,
            "
                > HOLD/INFO MSGID=1004 AGENT_PORT={agent} MODE=Wait
                < HOLD/RESPONSE MSGID=1004 AGENT_PORT={agent} ON_HOLD_FILE=\"\" MODE=Wait STATUS=INVALIDE_MODE
                > HOLD/INFO MSGID=1005 AGENT_PORT={nowhere} MODE=ON
                < HOLD/RESPONSE MSGID=1005 AGENT_PORT={nowhere} ON_HOLD_FILE=\"\" MODE=ON STATUS=INVALID_AGENT_PORT
                > HOLD/INFO MSGID=1006 AGENT_PORT={agent2} MODE=ON
                < HOLD/RESPONSE MSGID=1006 AGENT_PORT={agent2} ON_HOLD_FILE=\"\" MODE=ON STATUS=AGENT_NOT_CONNECTED
                > HOLD/INFO MSGID=1007 AGENT_PORT={agent} ON_HOLD_FILE=NOWHERE3.VOX MODE=ON
                < HOLD/RESPONSE MSGID=1007 AGENT_PORT={agent} ON_HOLD_FILE=NOWHERE3.VOX MODE=ON STATUS=FILE_MISSING
                ~ matrix customer:agent agent:customer"
        ),
    ],
};
