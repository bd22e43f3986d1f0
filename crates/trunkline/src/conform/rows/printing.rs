//! Messages as they are printed: B174 to B176.

use crate::conform::{Family, Row};

/// A status query printed in some way, and read all the same.
macro_rules! printed {
    ($title:literal, $octets:literal) => {
        Row {
            behaviour: 174,
            title: $title,
            needs: &[],
            script: concat!(
                "
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > raw ",
                $octets,
                "
                < APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT
                < nothing"
            ),
        }
    };
}

/// The family.
pub(super) const FAMILY: Family = Family {
    title: "Messages as they are printed",
    rows: &[
        printed!(
            "reads curly quotes in UTF-8",
            r"<APP_TRUNK_STATUS>\n<INFO MSGID=”1001” TRUNK_PORT=“9999”>\n</INFO>\n</APP_TRUNK_STATUS>"
        ),
        printed!(
            "reads curly quotes in Windows-1252",
            r"<APP_TRUNK_STATUS>\n<INFO MSGID=\x941001\x94 TRUNK_PORT=\x939999\x94>\n</INFO>\n</APP_TRUNK_STATUS>"
        ),
        printed!(
            "reads commas between attributes, and blanks anywhere",
            r#"< APP_TRUNK_STATUS >\n< INFO MSGID = "1001", TRUNK_PORT= " 9999" >\n</INFO >\n</ APP_TRUNK_STATUS>"#
        ),
        printed!(
            "reads a missing >",
            r#"<APP_TRUNK_STATUS>\n<INFO MSGID="1001" TRUNK_PORT="9999"\n</INFO>\n</APP_TRUNK_STATUS>"#
        ),
        printed!(
            "reads a premature >",
            r#"<APP_TRUNK_STATUS>\n<INFO MSGID="1001">\nTRUNK_PORT="9999">\n</INFO>\n</APP_TRUNK_STATUS>"#
        ),
        printed!(
            "reads end tags with a backslash, in another case, of another name",
            r#"<APP_TRUNK_STATUS>\n<INFO MSGID="1001" TRUNK_PORT="9999">\n<\\Info>\n</APP_TRUNK_STATUS>"#
        ),
        printed!(
            "reads a child without its end tag",
            r#"<APP_TRUNK_STATUS>\n<INFO MSGID="1001" TRUNK_PORT="9999">\n</APP_TRUNK_STATUS>"#
        ),
        printed!(
            "reads names in any case",
            r#"<app_trunk_status>\n<Info msgid="1001" Trunk_Port="9999">\n</Info>\n</app_trunk_status>"#
        ),
        printed!(
            "reads attributes over several lines",
            r#"<APP_TRUNK_STATUS>\n<INFO\nMSGID="1001"\n\n  TRUNK_PORT="9999"\n>\n</INFO>\n</APP_TRUNK_STATUS>"#
        ),
        Row {
            behaviour: 174,
            title: "reads messages that follow each other without a line end, and in pieces",
            needs: &[],
            script: r#"
                > INIT_LINK/INFO MSGID=1000
                < INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS
                > raw <APP_TRUNK_STATUS><INFO MSGID="1001" TRUNK_PORT="9999"></INFO></APP_TRUNK_STATUS><APP_TRUNK_STATUS><INFO MSGID="1002" TRUNK_PORT=
                > raw "9999"></INFO></APP_TRUNK_STATUS>
                < APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT
                < APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT={nowhere} STATUS=INVALID_TRUNKPORT
                < nothing"#,
        },
        Row {
            behaviour: 175,
            title: "answers an example of every request, however it is printed, under its own root",
            needs: &[],
            script: "* examples",
        },
        Row {
            behaviour: 176,
            title: "has sent well-formed XML alone in all these rows, of known names and words",
            needs: &[],
            script: "* emitted",
        },
    ],
};
