//! The messages of RFC 4475 and RFC 5118, sent to a running endpoint. They lie beside the checkout; the
//! test says so and passes where they do not.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails where it must, and says what it skips"
)]

mod common;

use std::path::Path;

use common::peer::Peer;
use common::{PATIENCE, settings, start, trunk};
use edge::signal::{Cause, Command, Event};
use sip::Admit;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Requests that no reader may take for a call, whatever else they are (RFC 4475 §3.1.2, §3.3).
const MALFORMED: [&str; 9] =
    ["badinv01", "clerr", "ncl", "scalar02", "badvers", "mismatch01", "mismatch02", "insuf", "multi01"];

/// The name and octets of every message there is.
fn messages() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/sip-torture");
    let mut found = Vec::new();
    for set in ["rfc4475", "rfc5118"] {
        let Ok(entries) = std::fs::read_dir(root.join(set)) else {
            println!("skipped: {set} is not beside the checkout");
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let mut bytes = std::fs::read(&path).unwrap();
            if !bytes.windows(2).any(|w| w == b"\r\n") {
                // Kept with plain line ends.
                bytes = String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes();
            }
            found.push((path.file_stem().unwrap().to_string_lossy().into_owned(), bytes));
        }
    }
    found.sort();
    found
}

fn options(peer: &Peer, n: usize) -> String {
    let more = format!("From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: alive{n}\r\nCSeq: 1 OPTIONS\r\n");
    peer.request("OPTIONS", "sip:b@h", &format!("alive{n}"), &more, "")
}

/// Sends them all over UDP and TCP; an OPTIONS after each must be answered. The names of those that
/// became a call.
async fn torture(admitted: bool) -> Vec<String> {
    let peer = Peer::at("127.0.0.3:0").await;
    let mut ours = settings(&["udp://127.0.0.1:0", "tcp://127.0.0.1:0"]);
    ours.admit = Admit::Trunks;
    let gateway = if admitted { peer.address.to_string() } else { "127.0.0.2:5060".into() };
    ours.trunks = vec![trunk(&format!("sip:{gateway}"))];
    // The test is in more of a hurry than a stranger may be.
    ours.limits.strangers_per_second = 10_000;
    ours.limits.message_time = std::time::Duration::from_millis(100);
    let mut ours = start(ours).await;
    let tcp = ours.endpoint.listening()[1].address;
    let mut calls = Vec::new();
    for (n, (name, bytes)) in messages().into_iter().enumerate() {
        peer.socket.send_to(&bytes, ours.address).await.unwrap();
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(if admitted { "127.0.0.3:0" } else { "127.0.0.1:0" }.parse().unwrap()).unwrap();
        let mut stream: TcpStream = socket.connect(tcp).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut said = Vec::new();
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("closed in time");

        peer.say(&options(&peer, n), ours.address).await;
        loop {
            let heard = peer.expect("SIP/2.0").await;
            if heard.header("Call-ID") == Some(&format!("alive{n}")) {
                assert_eq!(heard.status(), 200, "{name}");
                break;
            }
        }
        while let Ok(event) = ours.events.try_recv() {
            if let Event::Arrived(arrived) = event {
                calls.push(name.clone());
                ours.endpoint.send(Command::HangUp { leg: arrived.leg, cause: Cause::Busy });
            }
        }
    }
    ours.endpoint.stop().await;
    calls
}

#[tokio::test]
async fn a_stranger_cannot_bring_it_down_or_start_a_call() {
    assert_eq!(torture(false).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_trunk_cannot_bring_it_down_or_start_a_call_with_what_is_malformed() {
    let calls = torture(true).await;
    for name in &calls {
        assert!(!MALFORMED.contains(&name.as_str()), "{name} became a call");
    }
    if !messages().is_empty() {
        // What is well-formed, does.
        assert!(calls.iter().any(|c| c == "wsinv" || c == "esc01" || c == "semiuri"), "{calls:?}");
        println!("calls: {calls:?}");
    }
}
