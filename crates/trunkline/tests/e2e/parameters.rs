//! The memorandum's parameters over real sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::house::{Application, House, Plan, connect, octets};
use crate::process::Process;

#[test]
fn b002_eee51_moves_the_port_of_the_link() {
    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    let server = Process::start(directory.path(), house.carrier.address().unwrap(), "");
    // The process was told eee51 alone.
    let place = format!(" link=127.0.0.1:{} ", server.link.port());
    assert!(server.ready.contains(&place), "{}", server.ready);
    let mut app = Application::connect(server.link);
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    drop(server);
    house.stop();
}

#[test]
fn p03_without_bit_1_of_xxx77_no_application_can_connect() {
    let house =
        House::with(Plan { config: "[parameters]\nxxx77 = 8\n".into(), link: None, ..Plan::default() });
    assert_eq!(house.addresses.link, []);
    house.stop();
}

#[test]
fn b005_one_application_drives_two_servers_by_their_ports() {
    let with = |eee81: u16| {
        let config = format!("[parameters]\neee81 = {eee81}\n");
        House::with(Plan { config, ..Plan::default() })
    };
    // Ports 1-24 and, for the application, 257-280.
    let (low, high) = (with(0), with(256));
    let mut app = [low.application(), high.application()];
    for (n, (server, ports)) in app.iter_mut().zip([[1, 257], [257, 1]]).enumerate() {
        let [own, other] = ports;
        server.send(&format!("INIT_LINK/INFO MSGID={n}000"));
        server.expect(&format!("INIT_LINK/RESPONSE MSGID={n}000 STATUS=SUCCESS"));
        server.send(&format!("DIALOUT/DIAL MSGID={n}001 DNIS=3015550114 MODE=BLIND"));
        server.expect(&format!("DIALOUT/RESPONSE MSGID={n}001 STATUS=SUCCESS"));
        server.expect(&format!("DIALOUT/TERMINATION MSGID={n}001 EVENT=CONNECT TRUNK_PORT={own}"));
        server.send(&format!("APP_TRUNK_STATUS/INFO MSGID={n}002 TRUNK_PORT={own}"));
        server.expect(&format!("APP_TRUNK_STATUS/RESPONSE MSGID={n}002 TRUNK_PORT={own} STATUS=WAITING"));
        // The port of the other server is none of this one's.
        server.send(&format!("APP_TRUNK_DISCONNECT/INFO MSGID={n}003 TRUNK_PORT={other}"));
        server.expect(&format!(
            "APP_TRUNK_DISCONNECT/RESPONSE MSGID={n}003 TRUNK_PORT={other} STATUS=INVALID_TRUNKPORT"
        ));
    }
    // By its port alone the application knows which server a call is on.
    for (n, (server, own)) in app.iter_mut().zip([1, 257]).enumerate() {
        server.send(&format!("APP_TRUNK_DISCONNECT/INFO MSGID={n}004 TRUNK_PORT={own}"));
        server.expect(&format!("APP_TRUNK_DISCONNECT/RESPONSE MSGID={n}004 TRUNK_PORT={own} STATUS=SUCCESS"));
    }
    low.stop();
    high.stop();
}

#[test]
fn d09_what_is_idle_for_too_long_is_closed() {
    let config = "[link]\nidle = \"1s\"\n".into();
    let house = House::with(Plan { config, ..Plan::default() });
    let mut silent = house.application();
    let mut app = house.application();
    let since = std::time::Instant::now();
    let mut n = 0;
    // Who says something now and then stays.
    while since.elapsed().as_secs() < 2 {
        n += 1;
        app.send(&format!("APP_TRUNK_STATUS/INFO MSGID={n} TRUNK_PORT=1"));
        app.expect(&format!("APP_TRUNK_STATUS/RESPONSE MSGID={n} TRUNK_PORT=1 STATUS=WAITING"));
    }
    silent.expect_closed();
    app.expect_closed();
    house.stop();
}

/// As many connections as the system lets a process have, up to 10,000: each costs at most 20 kB, and the
/// next one is refused.
#[test]
fn ten_thousand_idle_connections_cost_at_most_200_mb() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let room = limit.maximum.map_or(usize::MAX, |room| usize::try_from(room).unwrap());
    // The test, and the server beside its links, need some hundred descriptors for other things.
    let many = room.saturating_sub(1_000).min(10_000);

    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    let more = format!("[link]\nmax_links = {many}\n");
    let server = Process::start(directory.path(), house.carrier.address().unwrap(), &more);
    let before = server.status().rss_bytes;
    let mut applications: Vec<TcpStream> = Vec::new();
    for _ in 0..many {
        // What was served once holds what serving takes.
        let mut app = connect(server.link);
        app.write_all(&octets("APP_TRUNK_STATUS/INFO MSGID=1 TRUNK_PORT=1")).unwrap();
        assert!(app.read(&mut [0; 1024]).unwrap() > 0);
        applications.push(app);
    }
    let after = server.until("all connected", |status| status.links == many as u64).rss_bytes;
    let each = after.saturating_sub(before) / many as u64;
    eprintln!("{many} idle connections: {each} octets each, {} kB in all", after / 1024);
    assert!(each <= 20_000, "{each} octets for a connection");

    let mut one_too_many = Application::connect(server.link);
    one_too_many.expect_closed();
    assert_eq!(
        server.security(),
        ["link refused: link.max_links is reached refused=\"max-links\" peer=127.0.0.1"]
    );
    // The others stay.
    applications[0].write_all(&octets("APP_TRUNK_STATUS/INFO MSGID=2 TRUNK_PORT=1")).unwrap();
    assert!(applications[0].read(&mut [0; 1024]).unwrap() > 0);
    drop(server);
    house.stop();
}

/// The words of the log, and that nothing of what the peer says gets into it.
#[test]
fn refusals_leave_their_line_in_the_security_log() {
    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    let more = "[link]\npass_code_failures = 1\n[[mailbox]]\nnumber = \"7322901900\"\npassword = \"2424\"\n";
    let carrier = house.carrier.address().unwrap();
    let server = Process::start(directory.path(), carrier, more);
    let mut app = Application::connect(server.link);
    let mut deny = |dnis: &str, status: &str| {
        app.send(&format!("INIT_LINK/INFO MSGID=1 DNIS={dnis} PASS_CODE=1234 NAME=\"refused=nobody\""));
        app.expect(&format!("INIT_LINK/RESPONSE MSGID=1 STATUS=\"{status}\""));
    };
    deny("999", "INVALID DNIS");
    deny("7322901900", "INVALID PASS CODE");
    deny("7322901900", "INVALID PASS CODE");
    assert_eq!(
        server.security(),
        [
            "INIT_LINK refused: there is no such mailbox refused=\"no-mailbox\" peer=127.0.0.1",
            "INIT_LINK refused: wrong pass code refused=\"pass-code\" peer=127.0.0.1",
            "INIT_LINK refused: too many wrong pass codes for this mailbox refused=\"mailbox-locked\" peer=127.0.0.1",
        ]
    );
    drop(server);

    // The server was killed; the lock holds.
    let server = Process::start(directory.path(), carrier, more);
    let mut app = Application::connect(server.link);
    app.send("INIT_LINK/INFO MSGID=2 DNIS=7322901900 PASS_CODE=2424");
    app.expect("INIT_LINK/RESPONSE MSGID=2 STATUS=\"INVALID PASS CODE\"");
    drop(server);
    house.stop();
}
