//! The operator's exit: B23 and B24. The server is gone after it.

use crate::conform::{Family, Need, Row};

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "The operator's exit",
    rows: &[Row {
        behaviour: 23,
        title: "tells applications of the operator's exit, takes their answer (B24), ends calls and links",
        needs: &[Need::Exit],
        script: "
                * up 3015550114
                * exit
                < EXIT_LINK/INFO MSGID={event}
                > DIALOUT/DIAL MSGID=1002 DNIS=3015550113 MODE=BLIND
                < DIALOUT/RESPONSE MSGID=1002 STATUS=BUSY
                # With the end tag that the memorandum prints.
                > raw <EXIT_LINK>\\n<RESPONSE MSGID=\"{event}\" STATUS=\"SUCCESS\">\\n<\\\\RESPONSE>\\n</EXIT_LINK>
                ~ ended
                < closed",
    }],
};
