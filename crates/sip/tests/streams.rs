//! What a far side may do with a TCP connection, and what it may not.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{PATIENCE, Side, settings, start};
use sip::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn server(limits: Limits) -> Side {
    let mut ours = settings(&["tcp://127.0.0.1:0"]);
    ours.limits = limits;
    start(ours).await
}

fn options(n: u32) -> String {
    format!(
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK{n}\r\nFrom: <sip:c@d>;tag=1\r\n\
         To: <sip:a@b>\r\nCall-ID: x{n}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
}

/// What comes back until so many empty lines were read, or the connection closes.
async fn hear(stream: &mut TcpStream, messages: usize) -> String {
    let mut text = String::new();
    let mut chunk = [0; 4_096];
    while text.matches("\r\n\r\n").count() < messages {
        let length =
            tokio::time::timeout(PATIENCE, stream.read(&mut chunk)).await.expect("in time").unwrap_or(0);
        if length == 0 {
            break;
        }
        text.push_str(std::str::from_utf8(&chunk[..length]).unwrap());
    }
    text
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test]
async fn messages_are_cut_out_of_the_stream_however_it_comes() {
    let ours = server(common::limits()).await;
    let mut stream = connect(ours.address).await;
    for piece in options(1).as_bytes().chunks(7) {
        stream.write_all(piece).await.unwrap();
    }
    assert!(hear(&mut stream, 1).await.starts_with("SIP/2.0 200 OK\r\n"));
    stream.write_all(format!("\r\n{}{}", options(2), options(3)).as_bytes()).await.unwrap();
    let both = hear(&mut stream, 2).await;
    assert!(both.contains("Call-ID: x2\r\n") && both.contains("Call-ID: x3\r\n"), "{both}");
    // RFC 5626 §4.4.1: a ping has its pong.
    stream.write_all(b"\r\n\r\n").await.unwrap();
    let mut pong = [0; 2];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut pong)).await.unwrap().unwrap();
    assert_eq!(&pong, b"\r\n");
}

#[tokio::test]
async fn a_stream_that_cannot_be_cut_is_closed_after_an_answer() {
    let ours = server(common::limits()).await;
    for (text, answer) in [
        (options(1).replace("Content-Length: 0\r\n", ""), "SIP/2.0 400 Missing Content-Length\r\n"),
        (options(1).replace("Length: 0", "Length: -1"), "SIP/2.0 400 Malformed Content-Length\r\n"),
        (options(1).replace("Length: 0", "Length: 60000"), "SIP/2.0 513 Message Too Large\r\n"),
        ("x".repeat(9_000), ""),
    ] {
        let mut stream = connect(ours.address).await;
        stream.write_all(text.as_bytes()).await.unwrap();
        let heard = hear(&mut stream, 2).await;
        assert!(heard.starts_with(answer) && (!answer.is_empty() || heard.is_empty()), "{heard}");
    }
}

#[tokio::test]
async fn who_is_slow_or_silent_is_let_go() {
    let limits = Limits {
        message_time: Duration::from_millis(50),
        connection_idle: Duration::from_millis(50),
        ..common::limits()
    };
    let ours = server(limits).await;
    for begun in [&options(1)[..20], ""] {
        let mut stream = connect(ours.address).await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert_eq!(hear(&mut stream, 1).await, "");
    }
}

#[tokio::test]
async fn connections_are_counted() {
    let ours = server(Limits { connections: 2, ..common::limits() }).await;
    let mut held = Vec::new();
    for n in 0..2 {
        let mut stream = connect(ours.address).await;
        stream.write_all(options(n).as_bytes()).await.unwrap();
        assert!(hear(&mut stream, 1).await.starts_with("SIP/2.0 200"));
        held.push(stream);
    }
    let mut stream = connect(ours.address).await;
    assert_eq!(hear(&mut stream, 1).await, "", "one too many");
    assert_eq!(ours.endpoint.counters().connections, 2);
}
