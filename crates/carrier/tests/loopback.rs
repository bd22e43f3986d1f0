//! Two simulated networks that call each other over real SIP and RTP on this machine.

use std::future::Future;
use std::net::UdpSocket;
use std::time::Duration;

use carrier::{Carrier, Directory, Entry, Happening, Plan, Settings, Step, place_calls};
use edge::signal::{Cause, End};
use edge::sound::{Clip, RATE};
use edge::{Key, LegId};

/// Longer than anything here takes on a machine that is busy; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("it happens soon")
}

/// A network whose phones do not ring for long, on free ports; every test has RTP ports of its own.
fn settings(rtp: u16) -> Settings {
    Settings {
        listen: vec!["udp://127.0.0.1:0".parse().expect("it is a place to listen")],
        rtp_ports: rtp..=rtp + 39,
        directory: Directory::new(Duration::ZERO),
        ..Settings::default()
    }
}

fn calling(rtp: u16, callee: &Carrier, listen_hz: &[u16]) -> Settings {
    let sip::Listen { transport, address } = callee.listening()[0];
    let server = format!("sip:{address};transport={transport}").parse().expect("it is a trunk address");
    Settings { rtp_ports: rtp..=rtp + 39, listen_hz: listen_hz.to_vec(), ..Settings::calling(server) }
}

/// The network that is called, with this subscriber at 0777, and the one that calls, whose parties
/// listen for these frequencies.
async fn pair(rtp: u16, steps: Vec<Step>, listen_hz: &[u16]) -> (Carrier, Carrier) {
    let mut settings = settings(rtp);
    settings.directory = settings.directory.with("0777", steps);
    let callee = Carrier::start(settings).await.expect("it starts");
    let caller = Carrier::start(calling(rtp + 40, &callee, listen_hz)).await.expect("it starts");
    (callee, caller)
}

async fn stop(callee: Carrier, caller: Carrier) {
    caller.stop().await;
    callee.stop().await;
}

async fn until(carrier: &Carrier, leg: LegId, holds: impl Fn(&Happening) -> bool) -> Entry {
    soon(carrier.until(|entry| entry.leg == leg && holds(&entry.what))).await.expect("it is running")
}

async fn end(carrier: &Carrier, leg: LegId) -> End {
    match until(carrier, leg, |what| matches!(what, Happening::Ended(_))).await.what {
        Happening::Ended(end) => end,
        other => panic!("{other}"),
    }
}

async fn arrived(carrier: &Carrier) -> LegId {
    let arrival = carrier.until(|entry| matches!(entry.what, Happening::Arrived { .. }));
    soon(arrival).await.expect("it is running").leg
}

fn is_answered(what: &Happening) -> bool {
    matches!(what, Happening::Answered { .. })
}

fn began(hz: u16) -> impl Fn(&Happening) -> bool {
    move |what| *what == Happening::Tone { hz, present: true }
}

fn ended(hz: u16) -> impl Fn(&Happening) -> bool {
    move |what| *what == Happening::Tone { hz, present: false }
}

/// One second of a sine of whole cycles.
fn sine(hz: u16) -> Clip {
    let step = std::f64::consts::TAU * f64::from(hz) / f64::from(RATE);
    let samples = (0..RATE).map(|n| (8_000.0 * (step * f64::from(n)).sin()) as i16);
    Clip { samples: samples.collect() }
}

#[tokio::test]
async fn n0100_says_hello_and_sees_who_calls() {
    let (callee, caller) = pair(24_000, Vec::new(), &[]).await;
    let ours = caller.call("7325550100", Some("2125550123"), Vec::new()).unwrap();
    until(&caller, ours, |what| *what == Happening::Ringing).await;
    until(&caller, ours, is_answered).await;
    let theirs = arrived(&callee).await;
    let shown = Happening::Arrived {
        dnis: "7325550100".to_owned(),
        ani: "2125550123".to_owned(),
        redirecting: String::new(),
    };
    assert_eq!(callee.seen().first().map(|entry| &entry.what), Some(&shown));
    until(&callee, theirs, |what| *what == Happening::Said).await;
    caller.party(ours).hang_up().unwrap();
    assert_eq!(end(&callee, theirs).await.cause, Cause::Normal);
    let closed = until(&caller, ours, |what| matches!(what, Happening::Closed(_))).await;
    let Happening::Closed(seen) = closed.what else { unreachable!("it was asked for") };
    assert!(seen.received >= 25, "600 ms of hello are 30 packets: {seen:?}");
    stop(callee, caller).await;
}

#[tokio::test]
async fn keys_arrive_both_ways() {
    let five = Key::from_face('5').unwrap();
    let (callee, caller) = pair(24_100, vec![Step::Answer, Step::Press(vec![five])], &[]).await;
    let ours = caller.call("7325550777", None, Vec::new()).unwrap();
    until(&caller, ours, |what| *what == Happening::Key(five)).await;
    caller.party(ours).press("12#").unwrap();
    let theirs = arrived(&callee).await;
    until(&callee, theirs, |what| *what == Happening::Key(Key::from_face('#').unwrap())).await;
    let keys: String = callee
        .seen()
        .iter()
        .filter_map(|entry| match entry.what {
            Happening::Key(key) => Some(key.face()),
            _ => None,
        })
        .collect();
    assert_eq!(keys, "12#");
    stop(callee, caller).await;
}

#[tokio::test]
async fn a_refused_call_says_why() {
    let (callee, caller) = pair(24_200, vec![Step::HangUp(Cause::Unallocated)], &[]).await;
    let refusals = [
        ("7325550102", Cause::Busy, 486),
        ("7325550110", Cause::NoCircuit, 503),
        ("7325550777", Cause::Unallocated, 404),
    ];
    for (number, cause, status) in refusals {
        let leg = caller.call(number, None, Vec::new()).unwrap();
        let end = end(&caller, leg).await;
        assert_eq!((end.cause, end.status), (cause, Some(status)), "{number}");
    }
    stop(callee, caller).await;
}

#[tokio::test]
async fn n0113_is_heard_and_n0114_is_not() {
    let (callee, caller) = pair(24_300, Vec::new(), &[440]).await;
    let silent = caller.call("7325550114", None, Vec::new()).unwrap();
    until(&caller, silent, is_answered).await;
    let tone = caller.call("7325550113", None, Vec::new()).unwrap();
    until(&caller, tone, began(440)).await;
    assert!(!caller.seen().iter().any(|entry| entry.leg == silent && began(440)(&entry.what)));
    stop(callee, caller).await;
}

#[tokio::test]
async fn a_party_hears_every_tone_that_it_may_listen_for() {
    let tones: Vec<u16> = (0..carrier::limits::FREQUENCIES as u16).map(|n| 440 + 200 * n).collect();
    let says =
        tones.iter().map(|&hz| Step::Say(Clip { samples: sine(hz).samples[..3_200].into() })).collect();
    let (callee, caller) = pair(25_100, [vec![Step::Answer], says].concat(), &tones).await;
    let leg = caller.call("7325550777", None, Vec::new()).unwrap();
    for hz in tones {
        until(&caller, leg, began(hz)).await;
        until(&caller, leg, ended(hz)).await;
    }
    stop(callee, caller).await;
}

#[tokio::test]
async fn n0112_sends_back_what_it_hears() {
    let (callee, caller) = pair(24_400, Vec::new(), &[700]).await;
    let leg = caller.call("7325550112", None, vec![Step::Sound(sine(700))]).unwrap();
    until(&caller, leg, began(700)).await;
    caller.party(leg).follow(vec![Step::Quiet]).unwrap();
    until(&caller, leg, ended(700)).await;
    stop(callee, caller).await;
}

#[tokio::test]
async fn n0107_is_busy_by_ear_alone() {
    let (callee, caller) = pair(24_500, Vec::new(), &[620]).await;
    let leg = caller.call("7325550107", None, Vec::new()).unwrap();
    until(&caller, leg, |what| matches!(what, Happening::EarlyMedia { .. })).await;
    until(&caller, leg, began(620)).await;
    until(&caller, leg, ended(620)).await;
    assert!(!caller.seen().iter().any(|entry| is_answered(&entry.what)));
    caller.party(leg).hang_up().unwrap();
    let theirs = arrived(&callee).await;
    end(&callee, theirs).await;
    stop(callee, caller).await;
}

#[tokio::test]
async fn calls_come_over_tcp_and_ipv6_as_well() {
    for (n, listen) in ["tcp://127.0.0.1:0", "udp://[::1]:0", "tcp://[::1]:0"].into_iter().enumerate() {
        let rtp = 25_200 + 100 * u16::try_from(n).unwrap();
        let listen: sip::Listen = listen.parse().unwrap();
        if UdpSocket::bind(listen.address).is_err() {
            println!("skipped {listen}: this machine does not have the address");
            continue;
        }
        let listen = vec![listen];
        let callee = Carrier::start(Settings { listen, ..settings(rtp) }).await.unwrap();
        let caller = Carrier::start(calling(rtp + 40, &callee, &[440])).await.unwrap();
        let leg = caller.call("7325550113", None, Vec::new()).unwrap();
        until(&caller, leg, began(440)).await;
        caller.party(leg).hang_up().unwrap();
        let theirs = arrived(&callee).await;
        assert_eq!(end(&callee, theirs).await.cause, Cause::Normal);
        stop(callee, caller).await;
    }
}

#[tokio::test]
async fn a_caller_who_gives_up_cancels() {
    let (callee, caller) = pair(24_700, vec![Step::Ring], &[]).await;
    let ours = caller.call("7325550777", None, Vec::new()).unwrap();
    until(&caller, ours, |what| *what == Happening::Ringing).await;
    caller.party(ours).hang_up().unwrap();
    end(&caller, ours).await;
    let theirs = arrived(&callee).await;
    assert_eq!(end(&callee, theirs).await.by, edge::signal::Side::Network);
    stop(callee, caller).await;
}

#[tokio::test]
async fn stopping_hangs_up() {
    let (callee, caller) = pair(24_800, Vec::new(), &[]).await;
    let ours = caller.call("7325550114", None, Vec::new()).unwrap();
    until(&caller, ours, is_answered).await;
    soon(callee.stop()).await;
    assert_eq!(end(&caller, ours).await.cause, Cause::Normal);
    caller.stop().await;
}

#[tokio::test]
async fn a_network_that_is_dropped_hangs_up_as_well() {
    let (callee, caller) = pair(25_500, Vec::new(), &[]).await;
    let ours = caller.call("7325550114", None, Vec::new()).unwrap();
    until(&caller, ours, is_answered).await;
    drop(callee);
    assert_eq!(end(&caller, ours).await.cause, Cause::Normal);
    caller.stop().await;
}

#[tokio::test]
async fn a_load_reports_what_every_call_heard() {
    let callee = Carrier::start(settings(24_900)).await.unwrap();
    let plan = Plan {
        calls: 5,
        rate: 50.0,
        hold: Some(Duration::from_millis(800)),
        expect: vec![440],
        ..Plan::new("7325550113")
    };
    let report =
        soon(place_calls(plan, calling(24_940, &callee, &[]), std::future::pending())).await.unwrap();
    assert!(report.is_good(), "{report}");
    assert_eq!(report.calls.len(), 5);
    assert!(report.seen().received >= 5 * 20, "{report}");
    callee.stop().await;
}

#[tokio::test]
async fn a_load_counts_failures_by_their_cause() {
    let callee = Carrier::start(settings(25_000)).await.unwrap();
    let plan = Plan { calls: 3, rate: 100.0, ..Plan::new("7325550102") };
    let report =
        soon(place_calls(plan, calling(25_040, &callee, &[]), std::future::pending())).await.unwrap();
    let failures: Vec<(String, usize)> =
        report.failures().into_iter().map(|(failure, count)| (failure.to_string(), count)).collect();
    assert_eq!(failures, [("not answered: Busy (486)".to_owned(), 3)]);
    callee.stop().await;
}

#[tokio::test]
async fn a_load_that_is_told_to_stop_hangs_up_and_reports() {
    let callee = Carrier::start(settings(25_100)).await.unwrap();
    let plan = Plan { calls: 1_000, rate: 0.01, ..Plan::new("7325550114") };
    let answered = async {
        callee.until(|entry| is_answered(&entry.what)).await;
    };
    let report = soon(place_calls(plan, calling(25_140, &callee, &[]), answered)).await.unwrap();
    assert_eq!(report.calls.len(), 1);
    assert!(report.calls[0].ended.is_some());
    callee.stop().await;
}
