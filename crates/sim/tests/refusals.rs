//! What is not served yet is refused, each with the nearest word of its own RESPONSE: decision T05.

use control::{ConnectionId, Input, Output};
use protocol::{Declaration, Element, Frame, Framer, Kind, MAX_MESSAGE, Message, Request};
use sim::transcript::House;
use sim::{check, settings};

#[expect(clippy::print_stdout, reason = "says when the document is not there")]
#[path = "../../protocol/src/tests/blocks.rs"]
mod blocks;

#[test]
fn t05_mailboxes_are_refused() {
    check(
        r##"> link 1 up
         > link 1: MAILBOX/UPDATE MSGID=MB-5001 BOXNO=156 BOXNAME="Night Desk" BOXPWD=4711 EXTENS09=6095550142
         < link 1: MAILBOX/UPDATE_RESPONSE MSGID=MB-5001 BOXNO=156 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: MAILBOX/UPDATE_SER MSGID=MB-5002 RECNO=12 BOXNO=157 BOXMSGS=40
         < link 1: MAILBOX/UPDATE_SER_RESPONSE MSGID=MB-5002 RECNO=12 BOXNO=157 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: MAILBOX/ADD MSGID=MB-5003 SRCBOXNO=100 BOXNO=158 BOXNAME="Spare Parts"
         < link 1: MAILBOX/ADD_RESPONSE MSGID=MB-5003 BOXNO=158 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: MAILBOX/INFO MSGID=MB-5004 BOXNO=156
         < link 1: MAILBOX/INFO_RESPONSE MSGID=MB-5004 BOXNO=156 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: MAILBOX/DELETE MSGID=MB-5005 BOXNO=158
         < link 1: MAILBOX/DELETE_RESPONSE MSGID=MB-5005 BOXNO=158 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: MAILBOX/EXISTS MSGID=MB-5006 BOXNO=158
         < link 1: MAILBOX/EXISTS_RESPONSE MSGID=MB-5006 BOXNO=158 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED""##,
    );
}

#[test]
fn t05_trees_are_refused() {
    check(
        r##"> link 1 up
         > link 1: TREE/ADD MSGID=TR-5101 BOXNO=700 KEY=1 DESTBOXNO=156 PROMPT=C:\PROMPTS\WELCOME.VOX
         < link 1: TREE/ADD_RESPONSE MSGID=TR-5101 BOXNO=700 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: TREE/UPDATE MSGID=TR-5102 BOXNO=700 KEY=TIMEOUT AGENT_PORT=24
         < link 1: TREE/UPDATE_RESPONSE MSGID=TR-5102 BOXNO=700 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: TREE/DELETE MSGID=TR-5103 BOXNO=700 KEY=9
         < link 1: TREE/DELETE_RESPONSE MSGID=TR-5103 BOXNO=700 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: TREE/EXISTS MSGID=TR-5104 BOXNO=700 KEY=#
         < link 1: TREE/EXISTS_RESPONSE MSGID=TR-5104 BOXNO=700 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED"
         > link 1: TREE/INFO MSGID=TR-5105 BOXNO=700
         < link 1: TREE/INFO_RESPONSE MSGID=TR-5105 BOXNO=700 STATUS=FAILED ERRORCODE=4022 ERRORMSG="REQUEST NOT SERVED""##,
    );
}

#[test]
fn t05_call_backs_are_refused() {
    check(
        r##"> link 1 up
         > link 1: CALLBACK/INITIATE MSGID=CB-2101 LEG_ONE_NO=6095550142 LEG_TWO_NO=2015550100 ACCT_TYPE=2 DURATION=600
         < link 1: CALLBACK/INITIATE_RESPONSE MSGID=CB-2101 STATUS=FAILED"##,
    );
}

#[test]
fn t05_conferences_are_refused() {
    check(
        r##"> link 1 up
         > link 1: INIT_CONFERENCE/INFO MSGID=IC-7001 CONFERENCE_ID=4 TRUNK_PORT=07 MODE=FULL
         < link 1: INIT_CONFERENCE/RESPONSE MSGID=IC-7001 STATUS=FAILURE
         > link 1: INIT_CONFERENCE_LINK/INFO MSGID=CL-7101 NAME="Morning Round" DNIS=6095550143 PASS_CODE=4712
         < link 1: INIT_CONFERENCE_LINK/RESPONSE MSGID=CL-7101 DNIS=6095550143 PASS_CODE=4712 NAME="Morning Round" STATUS=CONFERENCE_CALLS_NO_SUPPORTED
         > link 1: CHANGE_CONFEREE_MODE/INFO MSGID=CM-7201 TRUNK_PORT=07 CONFERENCE_ID=4 BOXNO=6095550143 MODE=MONITOR
         < link 1: CHANGE_CONFEREE_MODE/RESPONSE MSGID=CM-7201 CONFERENCE_ID=4 BOXNO=6095550143 TRUNK_PORT=07 STATUS=FAILURE
         > link 1: ACTIVE_TALKERS_LIST/INFO MSGID=TL-7301 CONFERENCE_ID=4 BOXNO=6095550143
         < link 1: ACTIVE_TALKERS_LIST/RESPONSE MSGID=TL-7301 BOXNO=6095550143 TOTAL_TALKERS=0 LIST="" STATUS=FAILURE"##,
    );
}

#[test]
fn t05_attached_mailboxes_and_call_flows_are_refused() {
    check(
        r##"> link 1 up
         > link 1: ATTACH_MAILBOX/INFO MSGID=AM-5201 BOXNO=6095550142 BOXPWD=4711 TRUNK_PORT=07
         < link 1: ATTACH_MAILBOX/RESPONSE MSGID=AM-5201 BOXNO=6095550142 TRUNK_PORT=07 BOXPWD=4711 STATUS=UNAVAILABLE_VOICE_RESOURCE
         > link 1: EXEC_IVR_MAILBOX/INFO MSGID=EX-9101 BOXNO=800 TRUNK_PORT=07 VAR1=4711 VAR2="Harbour Taxi"
         < link 1: EXEC_IVR_MAILBOX/RESPONSE MSGID=EX-9101 BOXNO=800 TRUNK_PORT=07 VAR1=4711 VAR2="Harbour Taxi" STATUS=INVALID_MAILBOX
         > link 1: STOP_EXEC_IVR_MAILBOX/INFO MSGID=SX-9201 BOXNO=800 TRUNK_PORT=07
         < link 1: STOP_EXEC_IVR_MAILBOX/RESPONSE MSGID=SX-9201 BOXNO=800 TRUNK_PORT=07 STATUS=MAIL_BOX_NOT_EXECUTING"##,
    );
}

/// An answer to an event that was never sent changes nothing, and is not answered itself.
#[test]
fn t05_answers_are_not_answered() {
    check(
        "> link 1 up
         > link 1: MSG_WAIT/RESPONSE MSGID=20481380 BOXNO=156 STATUS=SUCCESS
         > link 1: RECEIVE_CALL/RESPONSE MSGID=20481382 STATUS=TRANSFER AGENT_NO=24
         > link 1: INBOUND_CONFERENCE/RESPONSE MSGID=20481381 STATUS=RECORD",
    );
}

/// The message in these bytes, if it is a request of an application.
fn request(bytes: &[u8]) -> Option<(Element, Request)> {
    let mut framer = Framer::new(MAX_MESSAGE);
    framer.push(bytes);
    let Some(Frame::Element(element)) = framer.next() else { return None };
    let request = Request::read(&element).ok()?;
    // EXEC_IVR_MAILBOX prints its answer with the child of its request (N04).
    let asks = request.declaration().kind == Kind::Request && element.get("STATUS").is_none();
    asks.then_some((element, request))
}

/// What a fresh house answers to a request at once, its files being there.
fn answers(request: Request) -> Vec<Message> {
    let mut house = House::new(settings());
    let connection = ConnectionId(1);
    house.handle(Input::Connected { connection, peer: std::net::Ipv4Addr::LOCALHOST.into() });
    let mut outputs = house.handle(Input::Request { connection, request });
    if let Some(Output::Find { ticket, sought }) = outputs.first() {
        let found = sim::lines::input(&format!("found {}: {}", ticket.0, "20ms ".repeat(sought.len())));
        outputs.extend(house.handle(found));
    }
    let message = |output| match output {
        Output::Send { message, .. } => Some(message),
        _ => None,
    };
    outputs.into_iter().filter_map(message).collect()
}

/// Exactly one answer: the RESPONSE of the request's root, with its MSGID.
fn is_answered(what: &str, element: &Element, request: Request) {
    let declaration: &Declaration = request.declaration();
    let answers = answers(request);
    let [answer] = answers.as_slice() else { panic!("{what}: {answers:?}") };
    assert_eq!(answer.declaration().root, declaration.root, "{what}");
    assert_eq!(answer.declaration().kind, Kind::Response, "{what}");
    assert_eq!(answer.msgid().as_str(), element.msgid(), "{what}");
    // R-ECHO: what the answer names of the request, it names as the request did.
    for (name, value) in answer.element().attributes() {
        let asked = element.get(name).filter(|_| !matches!(name, "STATUS" | "RESPONSE"));
        assert!(asked.is_none_or(|asked| asked == value), "{what}: {name} is {value}, not {asked:?}");
    }
}

#[test]
fn every_declared_request_gets_one_answer_of_its_own() {
    for declaration in Request::DECLARATIONS {
        if let Some((element, request)) = request(declaration.example.as_bytes()) {
            is_answered(declaration.name, &element, request);
        } else {
            assert_eq!(declaration.kind, Kind::Response, "{}", declaration.name);
        }
    }
}

#[test]
fn b175_every_printed_request_gets_its_answer() {
    let mut asked = 0;
    let blocks = blocks::blocks();
    for block in &blocks {
        let Some((element, request)) = request(block.text.as_bytes()) else { continue };
        is_answered(&format!("line {}", block.line), &element, request);
        asked += 1;
    }
    println!("{asked} printed requests of {} blocks", blocks.len());
    assert!(asked >= 43 || blocks.is_empty());
}
