//! From DIALOUT on the link to the INVITE at the trunk, which is a bare socket and always busy.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use protocol::Message;

use crate::Plan;
use crate::application::{Application, PATIENCE, dialout};
use crate::figures::{Times, median};
use crate::server::{NETWORK, Server};

/// Dial-outs of a round.
const DIALS: usize = 1_000;

pub fn measure(plan: &Plan) {
    let trunk = UdpSocket::bind((NETWORK, 0)).expect("a free port");
    trunk.set_read_timeout(Some(PATIENCE)).expect("a socket of ours");
    let server = Server::start(trunk.local_addr().expect("a bound socket"));
    let mut application = Application::connect(server.link);
    dials(&trunk, &mut application, DIALS / 10);
    let mut rounds = Vec::new();
    let before = server.process.usage();
    for _ in 0..plan.rounds {
        let times = dials(&trunk, &mut application, DIALS);
        rounds.push([times.within(0.5), times.within(0.99)]);
    }
    let usage = server.process.usage().since(&before);
    let column = |n: usize| median(rounds.iter().map(|round| round[n]).collect());
    println!(
        "  DIALOUT to INVITE: p50 {:.0} µs (target 500), p99 {:.0} µs (target 1500)",
        column(0),
        column(1)
    );
    println!("  CPU of a busy call: {}", usage.each((DIALS * plan.rounds) as f64));
}

/// One call after the other, each of them refused.
fn dials(trunk: &UdpSocket, application: &mut Application, count: usize) -> Times {
    let mut buffer = [0; 65_536];
    let mut dial = |call| -> Duration {
        let began = Instant::now();
        application.send(&dialout(call));
        let (invite, from) = next(trunk, &mut buffer, "INVITE ");
        let took = began.elapsed();
        answer(trunk, &invite, from, "486 Busy Here");
        for _ in 0..2 {
            let message = application.next();
            assert!(
                matches!(message, Message::DialoutResponse(_) | Message::DialoutTermination(_)),
                "{message:?}"
            );
        }
        next(trunk, &mut buffer, "ACK ");
        took
    };
    Times::new((0..count).map(|call| dial(u32::try_from(call).expect("a few"))).collect())
}

/// The next request of this method; what asks whether the trunk lives is told that it does.
fn next(trunk: &UdpSocket, buffer: &mut [u8], method: &str) -> (String, SocketAddr) {
    loop {
        let (length, from) = trunk.recv_from(buffer).expect("the server calls");
        let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if message.starts_with("OPTIONS ") {
            answer(trunk, &message, from, "200 OK");
        } else if message.starts_with(method) {
            return (message, from);
        }
    }
}

/// RFC 3261 §8.2.6.2: what a response repeats of its request.
fn answer(trunk: &UdpSocket, request: &str, to: SocketAddr, status: &str) {
    let mut response = format!("SIP/2.0 {status}\r\n");
    for line in request.lines().skip(1).take_while(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap_or_default().trim();
        let repeated =
            ["Via", "From", "To", "Call-ID", "CSeq"].iter().any(|kept| name.eq_ignore_ascii_case(kept));
        if repeated {
            let tag =
                if name.eq_ignore_ascii_case("To") && !line.contains(";tag=") { ";tag=busy" } else { "" };
            response.push_str(&format!("{line}{tag}\r\n"));
        }
    }
    response.push_str("Content-Length: 0\r\n\r\n");
    trunk.send_to(response.as_bytes(), to).expect("a socket of ours");
}
