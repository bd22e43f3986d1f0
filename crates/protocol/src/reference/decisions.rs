//! Where the protocol is silent, misprinted or of two minds, and what was decided: a row to a decision.

/// A decision: its name, by which declarations and code cite it, and what was decided.
pub(super) type Decision = (&'static str, &'static str);

/// Decisions that read the memorandum, in the order of their names.
pub(super) const OF_THE_SHEET: &[Decision] = &[
    ("A05", "CAMPID and CAMP_ID are one attribute, wherever either is printed."),
    ("A11", "FILE is FILE1: one example prints it so."),
    ("A12", "The fourth file is FILE4; the table lists FILE3 twice."),
    (
        "A15",
        "Every message keeps its own name for a voice file; FILE, FILE_NAME and FILENAME are read as well where there is but one.",
    ),
    ("A18", "A DNIS is the number of a mailbox, too."),
    ("A20", "The answer to INIT_LINK carries MSGID and STATUS only; nothing else is echoed."),
    (
        "A28",
        "MSGID comes first in every message, also where a table forgot it; answers about a port name the port.",
    ),
    ("A29", "Any port may be asked about or disconnected, whichever side placed its call."),
    ("C01", "Asking for the state of a port never disturbs its call, whatever the text says."),
    ("C04", "The number dialled is the number given: no prefix is added."),
    (
        "C05",
        "A TERMINATION carries the MSGID of the request that began it, also where an example shows another.",
    ),
    ("C16", "`Port Number` in an example stands for the port of the request."),
    ("C19", "The answer to a request to stop is sent in every case, not only on errors."),
    (
        "C20",
        "A key that ends a play is reported as `EVENT=\"DTMF\" DTMF=\"3\"`; the printed example is garbled.",
    ),
    ("C37", "AGENTS takes single ports, ranges, and lists of both."),
    ("C45", "ANUMBER and BNUMBER are written into the line of digits, not into the name of its file."),
    (
        "D01",
        "Nothing is dropped in silence. What cannot be read, or is no known message, is answered with ERROR/RESPONSE, and reading goes on at the next message. The connection ends only past the limit of a message, after 100 unreadable messages in a row, or when a message that has begun is not complete in 30 seconds.",
    ),
    (
        "D02",
        "A lost connection does not terminate its link: for a time of grace its calls go on, and a connection with the same NAME takes them over.",
    ),
    (
        "D03",
        "An event that needs an answer and gets none within ten seconds is sent again with the same MSGID, three times in all.",
    ),
    (
        "D05",
        "The blank in `NUMBER_ TOO LONG` is an accident of the print: it is written `NUMBER_TOO LONG` in every message.",
    ),
    (
        "D08",
        "Requests are taken before INIT_LINK, unless the configuration demands it first; events go only to links that sent it.",
    ),
    ("D17", "A dial-out takes 3 to 14 digits; the upper limit is configuration."),
    ("D19", "Digits that a play collected also appear as DTMF in its TERMINATION."),
    ("L03", "CAMPID's least length is printed as a letter; it is 4."),
    ("L06", "More than 14 digits to dial are too many; the limit is configuration."),
    ("L07", "A calling number may have 3 to 32 digits."),
    ("L09", "A mailbox number may have 1 to 14 digits, everywhere."),
    ("L11", "A pass code may have 4 to 10 digits, everywhere."),
    ("L12", "Ports have one digit or more, with or without leading zeros; answers repeat them as they came."),
    ("L17", "A file name may have up to 260 characters."),
    ("L19", "RINGS may be absent; four rings are then meant, of six seconds each."),
    ("L22", "A campaign's name may have 1 to 50 characters."),
    ("L23", "The lengths printed for MODE are those of its words."),
    (
        "M05",
        "A value that is never closed ends where the next attribute begins; of a repeated attribute the first counts and the others are kept.",
    ),
    ("M09", "A backslash in an end tag is a slash."),
    ("M38", "Blanks before a comma in a printed list are no part of the word."),
    ("P06", "Collected digits are appended to PLAY_RESP_MMDDYYYYHH.Txt, a line to a play."),
    ("P08", "The operator's exit, or a signal to end, sends EXIT_LINK."),
    (
        "P10",
        "Windows paths are mapped below a configured directory, in any case, and never reach outside; they are repeated as they came.",
    ),
    ("P11", "A bare file name is looked up in the directory of the prompts."),
    ("S01", "The refusal of inbound calls is written as printed, misspelling included."),
    (
        "S02",
        "INIT_LINK's words have blanks where other messages have underscores; each is written as its own message prints it.",
    ),
    ("S04", "See D05."),
    ("S05", "FAILED is one word, though the list prints it twice."),
    ("S06", "BUSY and NO_AGENT_FREE are two words; the print lost the blank between them."),
    (
        "S07",
        "NO_MSI_AGENT_FREE is for agents of the station-card kind; others are reported as NO_AGENT_FREE.",
    ),
    ("S08", "INVALID_TRUNKPORT here and INVALID_TRUNK_PORT elsewhere: each message keeps its own."),
    ("S14", "LOOPDROP and FASTBUSY here, LOOP_DROP and FAST_BUSY elsewhere: each message keeps its own."),
    ("S15", "UNITCOLLECTDIG and UNINTCOLLECTDIG are one word."),
    ("S19", "An answered call is CONNECT here and CONNECTED elsewhere: each message keeps its own."),
    ("S20", "Person and machine are told apart by CONNECT and ANSMACHINE."),
    (
        "S34",
        "INVALID_CHANNEL_STATE: the port exists, but has no connected call, or one that is patched where that is not allowed.",
    ),
    ("T04", "The protocol has no answer to what cannot be read; ours is D01's."),
    ("T09", "Ids that the server makes have 4 to 20 letters or digits and do not repeat."),
    ("T10", "An answer that never comes is not waited for without end: five seconds for the exit."),
    ("T12", "A MSGID may be used again; requests to stop go by the port."),
    (
        "U01",
        "BUSY: another live connection owns the DNIS. The same one may repeat INIT_LINK, and resumes a paused link by it.",
    ),
    (
        "U02",
        "The refusals of INIT_LINK, first that applies: inbound calls switched off, no such mailbox, wrong or absent pass code, busy, failed.",
    ),
    ("U03", "INIT_LINK makes no mailbox: it must exist, and is restored when the link ends."),
    ("U04", "A paused link is resumed by INIT_LINK; meanwhile new calls are refused as busy."),
    ("U05", "TERMINATE_LINK disconnects, sends what is owed, then answers; the connection stays open."),
    (
        "U06",
        "After EXIT_LINK the server takes no new calls, waits five seconds for the answer, and closes whatever it says.",
    ),
    ("U09", "SUPERVISED listens who answered; BLIND patches or plays at the answer, and reports CONNECT."),
    (
        "U10",
        "One TERMINATION says how the call was answered; a second one, EOF, follows a message that was played.",
    ),
    ("U101", "A request to stop also stops a number that is being spoken."),
    ("U104", "An application that knows no such port changes nothing; it is noted in the log."),
    (
        "U11",
        "No free agent at the request: NO_AGENT_FREE. None left at the answer: CONNECT without AGENT, and the call stays up.",
    ),
    ("U111", "The TERMINATION of a request to stop has no label in print; it is a Format all the same."),
    ("U12", "BUSY: the server is at its capacity, or the link is paused."),
    ("U13", "FAX, INTERCEPT and NODIALTONE are told from tones, and from the network's refusals."),
    ("U14", "With parameter eee30 at 0 the agents of a dial-out are ignored."),
    ("U20", "A patched port is WAITING, as is one on which nothing goes on."),
    (
        "U21",
        "What goes on on a port that is disconnected is terminated first; then comes the answer, and no event.",
    ),
    ("U22", "Disconnecting an idle port succeeds."),
    (
        "U23",
        "When the network drops a call, what goes on on its port is terminated first; then comes the event.",
    ),
    ("U48", "An agent port counts as free when nobody logged in there, or whoever did takes such calls."),
    ("U62", "The files are played without a gap, with one TERMINATION for all."),
    (
        "U63",
        "A play on a patched port is refused; one on a member of a conference is heard by that member only.",
    ),
    ("U64", "NOISE is reported only where a detector is configured."),
    ("U65", "FASTBUSY is the network's reorder tone, heard in the sound of the call."),
    ("U66", "UNINTCOLLECTDIG ends with EOF; its digits are in the file, and in DTMF."),
    (
        "U67",
        "A stopped play: the answer to the request, then the play's TERMINATION, STOPPED, then that of the request.",
    ),
    (
        "U68",
        "Keys pressed before a play are forgotten when it begins; a key that ends it is reported and not kept.",
    ),
];

/// Decisions of our own, where the sheet says nothing.
pub(super) const OURS: &[Decision] = &[
    (
        "X01",
        "A play whose MODE is none of the three is answered INVALID_MODE: the printed list has no word for it.",
    ),
    (
        "X02",
        "The corrected spelling is one spelling for one thing: underscores for blanks, INVALID_TRUNK_PORT, LOOP_DROP, FAST_BUSY.",
    ),
    (
        "X03",
        "Only tags decide where a message ends, never quotes or attributes. It is delivered with the first byte after its closed child that can begin the root's end tag or another message, so that an end tag without its `>` keeps nobody waiting.",
    ),
    (
        "X04",
        "An end tag with the name of the open root, or of any known root, ends the message also when the child was not closed, or has unclosed elements in it.",
    ),
    (
        "X05",
        "A known root begins a message wherever it stands, outside comments. What was open before it is taken as complete if its child was closed, and is malformed otherwise.",
    ),
    ("X06", "A second child of a root is a second message."),
    ("X07", "Elements inside a child, and text that looks like no attribute, are ignored."),
    (
        "X08",
        "Single quotes, values without quotes, elements that close themselves, and CDATA sections are read; so are attributes behind a premature `>` when the tag before it is proper XML. A `<` that begins no tag is part of its value.",
    ),
    (
        "X09",
        "Of the references, the five of XML and the numeric ones are replaced; any other stays as it is. There are no entities, so nothing can grow.",
    ),
    (
        "X10",
        "A document type declaration is malformed, and what follows is skipped up to the next known root.",
    ),
    (
        "X11",
        "Between messages, a line without a letter or digit is skipped; any other is malformed. A line longer than 1024 bytes counts as several.",
    ),
    (
        "X12",
        "A message in the wrong direction, or of a known root with an unknown child, is an unknown message; a known root without a child is a malformed one.",
    ),
    (
        "X13",
        "Characters that XML cannot carry are replaced by U+FFFD on their way in, so that whatever is read can be written.",
    ),
    ("X14", "Input that is not UTF-8 is taken as Windows-1252, each message for itself."),
    ("X15", "An answer that names a port carries an empty TRUNK_PORT when the request had none."),
];
