//! Calls between two endpoints.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::{pair, settings, show, start, trunk};
use edge::LegId;
use edge::signal::{Cause, Command, Event};

#[tokio::test]
async fn a_call_is_rung_answered_and_hung_up_by_the_caller() {
    let (mut ours, mut network) = pair().await;
    ours.dial(1, "5551234#");
    network.told(&["in-0 arrived for 5551234# from 5550001"]).await;
    let leg = LegId::arrived(0);
    network.endpoint.send(Command::Ring { leg });
    ours.told(&["out-1 ringing"]).await;
    network.endpoint.send(Command::Answer { leg });
    network.told(&["in-0 answered Pcmu 0 keys 101"]).await;
    let Event::Answered { media, .. } = ours.event().await else { panic!("not answered") };
    assert!(media.remote.ip().is_loopback() && media.remote.port() != 0);
    ours.hang_up(LegId::placed(1), Cause::Normal);
    ours.told(&["out-1 ended by Us: Normal"]).await;
    network.told(&["in-0 ended by Network: Normal"]).await;
    ours.quiet();
    network.quiet();
}

#[tokio::test]
async fn a_call_with_early_media_is_hung_up_by_the_party() {
    let (mut ours, mut network) = pair().await;
    ours.dial(1, "0104");
    network.next().await;
    let leg = LegId::arrived(0);
    network.endpoint.send(Command::Progress { leg });
    network.told(&["in-0 early media Pcmu 0 keys 101"]).await;
    ours.told(&["out-1 early media Pcmu 0 keys 101"]).await;
    network.endpoint.send(Command::Answer { leg });
    network.told(&["in-0 answered Pcmu 0 keys 101"]).await;
    ours.told(&["out-1 answered Pcmu 0 keys 101"]).await;
    network.hang_up(leg, Cause::Normal);
    network.told(&["in-0 ended by Us: Normal"]).await;
    ours.told(&["out-1 ended by Network: Normal"]).await;
    ours.quiet();
    network.quiet();
}

#[tokio::test]
async fn a_refusal_says_why() {
    let (mut ours, mut network) = pair().await;
    for (n, cause, expected, status) in [
        (0, Cause::Busy, "Busy 486 Q.850 17", 486),
        (1, Cause::Rejected, "Rejected 603 Q.850 21", 603),
        (2, Cause::NoAnswer, "NoAnswer 480", 480),
        (3, Cause::NoCircuit, "NoCircuit 503 Q.850 34", 503),
        (4, Cause::Incompatible, "Incompatible 488", 488),
        (5, Cause::Unallocated, "Unallocated 404 Q.850 1", 404),
        (6, Cause::Overload, "NoCircuit 503 Q.850 42", 503),
    ] {
        ours.dial(n, "1");
        network.next().await;
        network.hang_up(LegId::arrived(n), cause);
        ours.told(&[&format!("out-{n} ended by Network: {expected}")]).await;
        network.told(&[&format!("in-{n} ended by Us: {cause:?} {status}")]).await;
    }
    ours.quiet();
    network.quiet();
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_cancelled() {
    let (mut ours, mut network) = pair().await;
    ours.dial(1, "0103");
    network.next().await;
    network.endpoint.send(Command::Ring { leg: LegId::arrived(0) });
    ours.told(&["out-1 ringing"]).await;
    ours.hang_up(LegId::placed(1), Cause::NoAnswer);
    network.told(&["in-0 ended by Network: NoAnswer 487"]).await;
    ours.told(&["out-1 ended by Us: NoAnswer 487"]).await;
    ours.quiet();
    network.quiet();
}

#[tokio::test]
async fn nobody_there_is_no_route() {
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    // A socket that is bound and never read: nothing comes back, not even an error.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    ours.trunks = vec![trunk(&format!("sip:{}", silent.local_addr().unwrap()))];
    ours.limits.t1 = Duration::from_millis(2);
    let mut ours = start(ours).await;
    ours.dial(1, "1");
    ours.told(&["out-1 ended by Network: NoRoute"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_call_over_ipv6_is_like_any_other() {
    let mut network = start(settings(&["udp://[::1]:0"])).await;
    let mut ours = settings(&["udp://127.0.0.1:0", "udp://[::1]:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", network.address))];
    let mut ours = start(ours).await;
    ours.dial(1, "1");
    network.told(&["in-0 arrived for 1 from 5550001"]).await;
    network.endpoint.send(Command::Answer { leg: LegId::arrived(0) });
    ours.told(&["out-1 answered Pcmu 0 keys 101"]).await;
    network.hang_up(LegId::arrived(0), Cause::Normal);
    ours.told(&["out-1 ended by Network: Normal"]).await;
    ours.quiet();
}

#[tokio::test]
async fn a_sink_without_room_loses_nothing_and_lets_no_new_call_begin() {
    let open = Arc::new(AtomicBool::new(false));
    let (told, mut events) = tokio::sync::mpsc::unbounded_channel();
    let gate = Arc::clone(&open);
    let sink: sip::Sink = Arc::new(move |event| {
        if gate.load(Ordering::SeqCst) { told.send(event).map_err(|refused| refused.0) } else { Err(event) }
    });
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.limits.events = 2;
    ours.trunks = vec![trunk("sip:127.0.0.1:9;transport=tcp")];
    let endpoint = sip::Endpoint::start(ours, common::sockets(), sink).await.unwrap();
    let dial = |n| {
        let to = edge::signal::Callee::Number { trunk: edge::TrunkId(9), number: "1".into() };
        Command::Dial(edge::signal::Dial { leg: LegId::placed(n), to, caller: None, redirecting: None })
    };
    for n in 0..2 {
        endpoint.send(dial(n));
    }
    let mut patience = 10_000;
    while endpoint.counters().events_waiting < 2 && patience > 0 {
        patience -= 1;
        tokio::task::yield_now().await;
    }
    endpoint.send(dial(2));
    open.store(true, Ordering::SeqCst);
    let mut lines = Vec::new();
    for _ in 0..3 {
        let event = tokio::time::timeout(common::PATIENCE, events.recv()).await.unwrap().unwrap();
        lines.push(common::show(&event));
    }
    assert_eq!(
        lines,
        ["out-0 ended by Us: NoRoute", "out-1 ended by Us: NoRoute", "out-2 ended by Us: Overload"]
    );
}

#[tokio::test]
async fn an_endpoint_that_stops_ends_every_call() {
    let (mut ours, mut network) = pair().await;
    ours.dial(1, "1");
    network.next().await;
    network.endpoint.send(Command::Answer { leg: LegId::arrived(0) });
    ours.told(&["out-1 answered Pcmu 0 keys 101"]).await;
    ours.dial(2, "2");
    network.told(&["in-0 answered Pcmu 0 keys 101", "in-1 arrived for 2 from 5550001"]).await;
    ours.endpoint.stop().await;
    let mut left = vec![show(&ours.events.recv().await.unwrap()), show(&ours.events.recv().await.unwrap())];
    left.sort();
    assert!(left[0].starts_with("out-1 ended by Us: Overload"), "{left:?}");
    assert!(left[1].starts_with("out-2 ended by Us: Overload"), "{left:?}");
    let mut right = vec![network.next().await, network.next().await];
    right.sort();
    assert_eq!(right, ["in-0 ended by Network: Normal", "in-1 ended by Network: NoAnswer 487"]);
    network.quiet();
}

#[tokio::test]
async fn two_hundred_calls_leave_nothing() {
    let (mut ours, mut network) = pair().await;
    for n in 0..200 {
        ours.dial(n, "1");
        network.next().await;
        let leg = LegId::arrived(n);
        network.endpoint.send(Command::Answer { leg });
        network.next().await;
        ours.next().await;
        ours.hang_up(LegId::placed(n), Cause::Normal);
        assert_eq!(network.next().await, format!("in-{n} ended by Network: Normal"));
        assert_eq!(ours.next().await, format!("out-{n} ended by Us: Normal"));
    }
    ours.quiet();
    network.quiet();
}
