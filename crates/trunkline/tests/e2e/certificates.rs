//! Who may connect: links under TLS with certificates, and pass codes (decisions D08, D09).

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};

use trunkline::control_socket::{Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan, connect, octets};
use crate::process::Process;

/// A CA that signs certificates of servers and applications.
struct Office {
    ca: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

/// What an application shows.
type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Office {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let (der, pem) = (certificate.der().clone(), certificate.pem());
        Self { ca: Issuer::new(params, key), certificate: der, pem }
    }

    /// An application's certificate.
    fn identity(&self, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(["application".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        (certificate.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }

    /// Writes what a server needs, and says so in the words of the configuration.
    fn configure(&self, directory: &Path) -> String {
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        let write = |name: &str, text: &str| {
            let path = directory.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        format!(
            "[link.tls]\nlisten = [\"127.0.0.1:0\"]\ncertificate = {:?}\nkey = {:?}\nclient_ca = {:?}\n",
            write("link.pem", &certificate.pem()),
            write("link.key", &key.serialize_pem()),
            write("ca.pem", &self.pem)
        )
    }

    /// A client that trusts this office.
    fn client(
        &self,
        identity: Option<Identity>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        match identity {
            Some((certificate, key)) => client.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => client.with_no_client_auth(),
        }
    }
}

/// A house with a TLS listener, and where that is.
fn house(office: &Office, more: &str) -> (House, SocketAddr, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let config = format!("{}{more}", office.configure(directory.path()));
    let house = House::with(Plan { config, ..Plan::default() });
    let address = house.addresses.link_tls[0];
    (house, address, directory)
}

const BOTH: &[&SupportedProtocolVersion] = rustls::ALL_VERSIONS;

/// What such a client sends is refused, before or after its own side of the handshake.
fn refused(to: SocketAddr, client: ClientConfig) {
    let session =
        ClientConnection::new(Arc::new(client), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(session, connect(to));
    let sent = stream.write_all(&octets("INIT_LINK/INFO MSGID=1000"));
    let read = sent.and_then(|()| stream.read(&mut [0; 1024]));
    assert!(read.is_err(), "{read:?}");
}

/// The plain listener and the TLS listener both serve.
fn serves(house: &House, to: SocketAddr, client: ClientConfig) {
    let mut plain = house.application();
    plain.send("INIT_LINK/INFO MSGID=1000");
    plain.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    let mut app = Application::under_tls(connect(to), client);
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
}

/// As soon as there is room for another handshake, an application is served.
fn serves_until(house: &House, to: SocketAddr, client: &ClientConfig) {
    let until = Instant::now() + PATIENCE;
    let shakes_hands = || {
        let server = ServerName::try_from("localhost").unwrap();
        let session = ClientConnection::new(Arc::new(client.clone()), server).unwrap();
        let mut stream = StreamOwned::new(session, connect(to));
        // A refusal may come after the client's own side is through.
        stream.write_all(&octets("INIT_LINK/INFO MSGID=1")).is_ok()
            && stream.read(&mut [0; 64]).is_ok_and(|n| n > 0)
    };
    while !shakes_hands() {
        assert!(Instant::now() < until, "never room for a handshake");
    }
    serves(house, to, client.clone());
}

#[test]
fn d09_an_application_with_a_certificate_is_served_under_tls() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "");
    for versions in [&[&rustls::version::TLS13][..], &[&rustls::version::TLS12]] {
        let mut app =
            Application::under_tls(connect(address), office.client(Some(office.identity(|_| ())), versions));
        app.send("INIT_LINK/INFO MSGID=1000 DNIS=7322901900 PASS_CODE=2424");
        app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
        for octet in octets("DIALOUT/DIAL MSGID=1001 DNIS=3015550114 MODE=BLIND") {
            app.octets(&[octet]);
        }
        app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
        app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=*");
        app.send("TERMINATE_LINK/INFO MSGID=1002");
        app.expect("TERMINATE_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS");
    }
    house.stop();
}

/// The application does not read for a while: the server seals what its socket takes and no more.
#[test]
fn what_waits_under_tls_arrives_whole() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "");
    let client = Arc::new(office.client(Some(office.identity(|_| ())), BOTH));
    let mut stream = connect(address);
    let mut session = ClientConnection::new(client, ServerName::try_from("localhost").unwrap()).unwrap();
    session.complete_io(&mut stream).unwrap();
    let many = 100_000;
    let request = |n| octets(&format!("APP_TRUNK_STATUS/INFO MSGID=M{n:06} TRUNK_PORT=1"));
    let requests: Vec<u8> = (0..many).flat_map(request).collect();
    session.set_buffer_limit(None);
    session.writer().write_all(&requests).unwrap();
    let mut sealed = Vec::new();
    while session.wants_write() {
        session.write_tls(&mut sealed).unwrap();
    }
    let mut writer = stream.try_clone().unwrap();
    let feeder = std::thread::spawn(move || writer.write_all(&sealed).unwrap());
    // Nothing is read until the server has more to send than its socket takes.
    let until = Instant::now() + PATIENCE;
    loop {
        match house.ask(Request::Links) {
            Reply::Links(links) if links.iter().any(|link| link.unsent_bytes > 100_000) => break,
            _ => assert!(Instant::now() < until, "the sockets take everything"),
        }
    }
    let mut app = Application::in_session(stream, session);
    for n in 0..many {
        app.expect(&format!("APP_TRUNK_STATUS/RESPONSE MSGID=M{n:06} TRUNK_PORT=1 STATUS=WAITING"));
    }
    feeder.join().unwrap();
    house.stop();
}

#[test]
fn d09_who_shows_no_good_certificate_is_refused() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "");
    let expired = office.identity(|params| params.not_after = date_time_ymd(2020, 1, 1));
    let early = office.identity(|params| params.not_before = date_time_ymd(4000, 1, 1));
    let not_for_clients =
        office.identity(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
    // Of the same name, as it happens.
    let stranger = Office::new().identity(|_| ());
    for identity in [None, Some(expired), Some(early), Some(not_for_clients), Some(stranger)] {
        refused(address, office.client(identity, BOTH));
    }
    serves(&house, address, office.client(Some(office.identity(|_| ())), BOTH));
    house.stop();
}

#[test]
fn d09_what_is_no_tls_is_refused() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "");
    let mut app = Application::connect(address);
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect_closed();
    // TLS 1.0 and 1.1: a ClientHello of 1.1 with one cipher that all of them know (RFC 4346 §7.4.1.2).
    for minor in [1, 2] {
        let mut hello = vec![22, 3, 1, 0, 45, 1, 0, 0, 41, 3, minor];
        hello.extend([7; 32]);
        hello.extend([0, 0, 2, 0, 0x2f, 1, 0]);
        let mut app = Application::connect(address);
        app.octets(&hello);
        app.expect_closed();
    }
    // A ClientHello as long as a record may be, with a server name that fills it (RFC 6066 §3).
    let mut hello = vec![22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0x13, 0x01, 1, 0]);
    let name = 16_384 - 4 - 41 - 2 - 9;
    for length in [name + 7 + 2, name + 5, name + 3] {
        hello.extend(u16::try_from(length).unwrap().to_be_bytes());
        if length == name + 7 + 2 {
            hello.extend([0, 0]);
        }
    }
    hello.resize(5 + 16_384, b'a');
    let mut app = Application::connect(address);
    app.octets(&hello);
    app.expect_closed();
    serves(&house, address, office.client(Some(office.identity(|_| ())), BOTH));
    house.stop();
}

#[test]
fn p03_without_bit_1_of_xxx77_nobody_listens_under_tls() {
    let office = Office::new();
    let directory = tempfile::tempdir().unwrap();
    let config = format!("{}[parameters]\nxxx77 = 8\n", office.configure(directory.path()));
    let house = House::with(Plan { config, ..Plan::default() });
    assert_eq!(house.addresses.link_tls, []);
    house.stop();
}

/// Decision D02 holds under TLS: what may not have arrived comes again.
#[test]
fn d02_a_named_application_comes_back_under_tls() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "");
    let client = office.client(Some(office.identity(|_| ())), BOTH);
    let mut app = Application::under_tls(connect(address), client.clone());
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=1 STATUS=WAITING");
    drop(app);
    let until = Instant::now() + PATIENCE;
    loop {
        let mut app = Application::under_tls(connect(address), client.clone());
        app.send("INIT_LINK/INFO MSGID=2000 NAME=PEC");
        app.expect("INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS");
        app.send("TERMINATE_LINK/INFO MSGID=2001");
        // It may be back before the server knows that it was gone.
        match app.next("what was owed, or the end").as_str() {
            "APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=1 STATUS=WAITING" => break,
            "TERMINATE_LINK/RESPONSE MSGID=2001 STATUS=SUCCESS" => assert!(Instant::now() < until),
            other => panic!("{other}"),
        }
    }
    house.stop();
}

/// Half a handshake, as often as one likes: the other listener serves on, and so does this one as soon as
/// there is room.
#[test]
fn handshakes_that_do_not_go_on_cost_nobody_else() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "");
    let mut held: Vec<TcpStream> = (0..1_000).map(|_| connect(address)).collect();
    // The 33rd of one address and those after it are refused at once.
    let closed = |stream: &mut TcpStream| matches!(stream.read(&mut [0; 16]), Ok(0) | Err(_));
    assert!(held[32..].iter_mut().all(closed));
    // At once: the others still have their time.
    for stream in &mut held[..32] {
        stream.set_nonblocking(true).unwrap();
        let read = stream.read(&mut [0; 16]);
        assert!(read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
        stream.set_nonblocking(false).unwrap();
    }
    // Some break off what they have not begun, and there is room for others.
    held.drain(..16);
    serves_until(&house, address, &office.client(Some(office.identity(|_| ())), BOTH));
    let mut plain = house.application();
    plain.send("INIT_LINK/INFO MSGID=1000");
    plain.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    // The first ones have their 10 s.
    assert!(held[..16].iter_mut().all(closed));
    serves(&house, address, office.client(Some(office.identity(|_| ())), BOTH));
    house.stop();
}

#[test]
fn d09_the_allow_list_holds_under_tls_too() {
    let office = Office::new();
    let (house, address, _files) = house(&office, "[link]\nallow = [\"127.0.0.9/32\"]\n");
    refused(address, office.client(Some(office.identity(|_| ())), BOTH));
    house.stop();
}

#[test]
fn d09_wrong_pass_codes_lock_the_mailbox() {
    let house = House::new();
    let mut app = house.application();
    for n in 0..10 {
        app.send(&format!("INIT_LINK/INFO MSGID={n} DNIS=7322901900 PASS_CODE=0000"));
        app.expect(&format!("INIT_LINK/RESPONSE MSGID={n} STATUS=\"INVALID PASS CODE\""));
    }
    let mut other = house.application();
    other.send("INIT_LINK/INFO MSGID=R DNIS=7322901900 PASS_CODE=2424");
    other.expect("INIT_LINK/RESPONSE MSGID=R STATUS=\"INVALID PASS CODE\"");
    let remembered = std::fs::read_to_string(house.data.path().join("wrong-pass-codes")).unwrap();
    assert_eq!(remembered.lines().count(), 10);
    let named = r#""peer":"127.0.0.1","mailbox":"7322901900"}"#;
    assert!(remembered.lines().all(|line| line.ends_with(named)), "{remembered}");
    house.stop();
}

#[test]
fn ten_thousand_idle_connections_under_tls_cost_at_most_200_mb() {
    let office = Office::new();
    let directory = tempfile::tempdir().unwrap();
    let carrier = "127.0.0.1:9".parse().unwrap();
    let server = Process::start(directory.path(), carrier, &office.configure(directory.path()));
    let (_, place) = server.ready.split_once(" link-tls=").unwrap();
    let address = place.split(' ').next().unwrap().parse().unwrap();
    let client = office.client(Some(office.identity(|_| ())), BOTH);
    let mut applications = Vec::new();
    let mut connect_some = |some: usize| {
        for n in 0..some {
            let mut app = Application::under_tls(connect(address), client.clone());
            app.send(&format!("APP_TRUNK_STATUS/INFO MSGID={n} TRUNK_PORT=1"));
            app.expect(&format!("APP_TRUNK_STATUS/RESPONSE MSGID={n} TRUNK_PORT=1 STATUS=WAITING"));
            applications.push(app);
        }
        server.status().rss_bytes
    };
    // A tenth and then some: the first ones also pay for what all of them share.
    let (many, before) = (500, connect_some(100));
    let each = connect_some(many).saturating_sub(before) / many as u64;
    eprintln!("{many} idle connections under TLS: {each} octets each");
    assert!(each <= 20_000, "{each} octets for a connection");
}
