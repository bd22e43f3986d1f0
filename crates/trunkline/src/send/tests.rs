//! A server's side of the conversation, scripted, against the client over a real connection.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use super::*;

const REQUEST: &str = "<INIT_LINK> \n<INFO MSGID=”A-1” NAME=”PEC”> \n</INFO> \n</INIT_LINK >\n";
const ANSWER: &str = "<INIT_LINK>\n<RESPONSE MSGID=\"A-1\" STATUS=\"SUCCESS\">\n</RESPONSE>\n</INIT_LINK>\n";

/// A server for one connection: waits for so many lines, then says its part and closes or stays.
struct Script {
    address: SocketAddr,
    thread: JoinHandle<String>,
}

impl Script {
    fn new(lines: usize, says: &'static str, closes: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let address = listener.local_addr().expect("bound");
        let thread = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
            let mut heard = String::new();
            for _ in 0..lines {
                reader.read_line(&mut heard).expect("a line");
            }
            stream.write_all(says.as_bytes()).expect("said");
            if closes {
                stream.shutdown(Shutdown::Both).expect("closed");
            } else {
                reader.read_to_string(&mut heard).expect("until the client ends");
            }
            heard
        });
        Self { address, thread }
    }

    /// Sends this to the server: what the client printed, and how it ended; and what the server heard.
    fn send(self, text: &'static str, wait: Option<Duration>) -> (String, Result<(), SendError>, String) {
        self.show(text, wait, Shape::Octets)
    }

    fn show(
        self,
        text: &'static str,
        wait: Option<Duration>,
        shape: Shape,
    ) -> (String, Result<(), SendError>, String) {
        let mut printed = Vec::new();
        let stream = connect(&self.address.to_string()).expect("connected");
        let ended =
            exchange(&stream, text.as_bytes(), "-".into(), wait, shape, &mut Output::new(&mut printed));
        let heard = self.thread.join().expect("the script is played");
        (String::from_utf8(printed).expect("text"), ended, heard)
    }
}

#[test]
fn the_octets_leave_as_they_are_and_the_answer_ends_it() {
    let (printed, ended, heard) = Script::new(4, ANSWER, false).send(REQUEST, None);
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!(printed, ANSWER);
    assert_eq!(heard, REQUEST);
}

#[test]
fn an_answer_of_another_request_is_none() {
    let other = "<INIT_LINK><RESPONSE MSGID=\"B-1\" STATUS=\"SUCCESS\"></RESPONSE></INIT_LINK>";
    let (printed, ended, _) = Script::new(4, other, true).send(REQUEST, None);
    assert_eq!(printed, other);
    let said = ended.expect_err("not answered").to_string();
    assert_eq!(said, "the server closed the connection and left unanswered: 1 request, MSGID \"A-1\"");
}

#[test]
fn with_wait_what_comes_later_is_printed_too() {
    let later = "<INIT_LINK><RESPONSE MSGID=\"A-1\" STATUS=\"SUCCESS\"></RESPONSE></INIT_LINK>\
                 <EXIT_LINK><INFO MSGID=\"1234\"></INFO></EXIT_LINK>";
    let (printed, ended, _) = Script::new(4, later, true).send(REQUEST, Some(Duration::from_secs(3600)));
    assert!(ended.is_ok(), "the server ended it: {ended:?}");
    assert_eq!(printed, later);
}

#[test]
fn what_is_not_answered_in_time_is_named() {
    let (printed, ended, _) = Script::new(4, "", false).send(REQUEST, Some(Duration::ZERO));
    assert_eq!(printed, "");
    let said = ended.expect_err("not answered").to_string();
    assert_eq!(said, "the server has not answered in 0 s: 1 request, MSGID \"A-1\"; --wait waits longer");
}

#[test]
fn requests_are_counted_by_what_answers_them() {
    let mut owed = Owed::new();
    let request =
        |root: &str, child: &str, id: &str| format!("<{root}><{child} MSGID=\"{id}\"></{child}></{root}>\n");
    owed.sent(request("MAILBOX", "ADD", "1").as_bytes());
    owed.sent(request("PATCH_PORTS", "INFO", "2").as_bytes());
    owed.sent(request("ACCEPT_CALL", "INFO", "3").as_bytes());
    owed.sent(request("EXIT_LINK", "RESPONSE", "4").as_bytes());
    owed.sent(b"hello\n");
    assert!(!owed.received(request("ACCEPT_CALL", "TERMINATION", "3").as_bytes()));
    assert_eq!(owed.to_string(), "4 requests, MSGID \"\", \"1\", \"2\", \"3\"");
    assert!(owed.received(request("ACCEPT_CALL", "RESPONSE", "3").as_bytes()));
    assert!(owed.received(request("PATCH_PORTS", "TERMINATION", "2").as_bytes()));
    assert!(owed.received(request("MAILBOX", "ADD_RESPONSE", "1").as_bytes()));
    assert!(!owed.is_nothing());
    assert!(owed.received(b"<ERROR><RESPONSE MSGID=\"\" STATUS=\"MALFORMED_MESSAGE\"></RESPONSE></ERROR>"));
    assert!(owed.is_nothing());
}

#[test]
fn nobody_there_says_where() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = listener.local_addr().expect("bound").to_string();
    drop(listener);
    let said = connect(&address).expect_err("nobody there").to_string();
    assert!(said.starts_with(&format!("cannot connect to {address}: ")), "{said}");
}

#[test]
fn json_is_a_line_to_each_message_either_way() {
    let (printed, ended, _) = Script::new(4, ANSWER, false).show(REQUEST, None, Shape::Json);
    assert!(ended.is_ok(), "{ended:?}");
    let lines: Vec<serde_json::Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "{printed}");
    assert_eq!((&lines[0]["direction"], &lines[0]["child"]), (&"to_server".into(), &"INFO".into()));
    assert_eq!(lines[0]["attributes"]["NAME"], "PEC");
    assert_eq!((&lines[1]["direction"], &lines[1]["root"]), (&"to_application".into(), &"INIT_LINK".into()));
    assert_eq!(lines[1]["attributes"]["STATUS"], "SUCCESS");
}

#[test]
fn colours_are_added_and_nothing_else_changed() {
    let (printed, ended, _) = Script::new(4, ANSWER, false).show(REQUEST, None, Shape::Coloured);
    assert!(ended.is_ok(), "{ended:?}");
    let mut plain = String::new();
    for (n, piece) in printed.split('\u{1b}').enumerate() {
        plain.push_str(if n == 0 { piece } else { piece.split_once('m').expect("a colour").1 });
    }
    assert_eq!(plain, ANSWER);
    assert!(printed.contains('\u{1b}'));
}
