//! Calls between two endpoints.

mod common;

use std::time::Duration;

use common::{pair, settings, start, trunk};
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
    for (n, cause, expected) in [
        (0, Cause::Busy, "Busy 486"),
        (1, Cause::Rejected, "Rejected 603"),
        (2, Cause::NoAnswer, "NoAnswer 480"),
        (3, Cause::NoCircuit, "NoCircuit 503"),
        (4, Cause::Incompatible, "Incompatible 488"),
        (5, Cause::Unallocated, "Unallocated 404"),
        (6, Cause::Overload, "NoCircuit 503"),
    ] {
        ours.dial(n, "1");
        network.next().await;
        network.hang_up(LegId::arrived(n), cause);
        ours.told(&[&format!("out-{n} ended by Network: {expected}")]).await;
        let status = expected.rsplit(' ').next().unwrap();
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
