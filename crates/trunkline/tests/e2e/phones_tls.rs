//! SIP over TLS with sound that is encrypted: agents' telephones that others wrote, and the phone network as a
//! trunk, found by the DNS and known by its certificate.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use carrier::{Carrier, Directory, Happening, Settings};
use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, NAPTR, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use trunkline::control_socket::AgentState;

use crate::house::{House, Plan};
use crate::telephones::{
    BARESIP_HZ, Baresip, LINPHONE_HZ, LISTENER, Linphone, connect, free_port, tones, until_tones,
};

/// A CA whose certificate lies in a file, with what it has signed.
struct Office {
    directory: tempfile::TempDir,
    ca: Issuer<'static, KeyPair>,
    roots: RootCertStore,
}

impl Office {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        std::fs::write(directory.path().join("ca.pem"), certificate.pem()).unwrap();
        Self { directory, ca: Issuer::new(params, key), roots }
    }

    fn ca(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// The lines of [sip] of a house that listens for TLS, and has a certificate of this office.
    fn house(&self, more: &str) -> String {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        let (own, private) = (self.directory.path().join("sip.pem"), self.directory.path().join("sip.key"));
        std::fs::write(&own, certificate.pem()).unwrap();
        std::fs::write(&private, key.serialize_pem()).unwrap();
        format!(
            "listen = [\"udp://127.0.0.1:0\", \"tls://127.0.0.1:0\"]\n{more}\n\
             [sip.tls]\ncertificate = {own:?}\nkey = {private:?}\nca = {:?}\n",
            self.ca()
        )
    }

    /// What the phone network speaks TLS with, under this name.
    fn network(&self, name: &str, port: u16) -> (Vec<sip::Listen>, Option<sip::Tls>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let chain = vec![params.signed_by(&key, &self.ca).unwrap().der().clone()];
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = Arc::new(config.with_single_cert(chain, key).unwrap());
        let connecting = ClientConfig::builder_with_provider(provider);
        let connecting = connecting.with_safe_default_protocol_versions().unwrap();
        let connecting = connecting.with_root_certificates(self.roots.clone()).with_no_client_auth();
        let accepting = Some(sip::Accepting { config, asks: false });
        let listen = vec![format!("tls://127.0.0.1:{port}").parse().unwrap()];
        (listen, Some(sip::Tls { accepting, connecting: Arc::new(connecting) }))
    }
}

/// A house whose agents' telephones have to encrypt, and whose office they trust.
fn house(office: &Office) -> House {
    let agents = "[[agent]]\nports = \"25\"\npassword = \"a-long-secret\"\ndigest = [\"MD5\"]\nsrtp = \"required\"\n\
                  [[agent]]\nports = \"26\"\npassword = \"a-long-secret\"\nsrtp = \"required\"\n";
    let directory = Directory::new(Duration::ZERO);
    House::with(Plan { sip: office.house(""), config: agents.into(), directory, ..Plan::default() })
}

#[test]
fn baresip_talks_in_secret() {
    let office = Office::new();
    let house = house(&office);
    let lines = format!("sip_cafile {}\nmodule srtp.so\n", office.ca().display());
    let Some(mut baresip) = Baresip::configured(&house, "tls", &lines, ";mediaenc=srtp-mand") else {
        return house.stop();
    };
    let row = house.until_agent(25, "there", |row| row.state == AgentState::Idle);
    assert!(row.phones[0].address.starts_with("tls://127.0.0.1:"), "{row:?}");
    let mut app = connect(&house, LISTENER, 25);
    house.until_tone(BARESIP_HZ, true);
    baresip.until_said("SRTP is Enabled");
    baresip.does("hold", "");
    house.until_tone(BARESIP_HZ, false);
    let before = tones(&house, BARESIP_HZ);
    baresip.does("resume", "");
    until_tones(&house, BARESIP_HZ, before + 1);
    baresip.does("hangup", "");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=25");
    house.until_agent(25, "free", |row| row.state == AgentState::Idle);
    drop(app);
    house.stop();
}

/// It looks at the certificate: the office it trusts, and the name.
#[test]
fn linphone_talks_in_secret() {
    let office = Office::new();
    let house = house(&office);
    let lines = format!(
        "media_encryption=srtp\nmedia_encryption_mandatory=1\nverify_server_certs=1\nverify_server_cn=1\nroot_ca={}",
        office.ca().display()
    );
    let Some(mut linphone) = Linphone::configured(&house, ("tls", "localhost"), &lines) else {
        return house.stop();
    };
    let row = house.until_agent(26, "there", |row| row.state == AgentState::Idle);
    assert!(row.phones[0].address.starts_with("tls://127.0.0.1:"), "{row:?}");
    let mut app = connect(&house, LISTENER, 26);
    house.until_tone(LINPHONE_HZ, true);
    linphone.does("terminate");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=26");
    house.until_agent(26, "free", |row| row.state == AgentState::Idle);
    drop(app);
    house.stop();
}

#[test]
fn a_telephone_that_does_not_trust_the_server_stays_away() {
    let office = Office::new();
    let house = house(&office);
    let stranger = Office::new();
    let lines = format!("verify_server_certs=1\nverify_server_cn=1\nroot_ca={}", stranger.ca().display());
    let Some(linphone) = Linphone::configured(&house, ("tls", "localhost"), &lines) else {
        return house.stop();
    };
    linphone.until("SSL handshake failed", 1);
    house.until_agent(26, "away", |row| row.state == AgentState::Away && row.phones.is_empty());
    house.stop();
}

/// A name server that says of `gw.test` that it is reached over TLS, at a port where nobody is and then at this one.
fn name_server(port: u16) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    let ports = [free_port(), port];
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let query = Message::from_vec(&buffer[..length]).unwrap();
            let question = query.queries[0].clone();
            let found = records(&question.name().to_utf8(), question.query_type(), ports);
            let mut response = Message::response(query.metadata.id, OpCode::Query);
            if found.is_empty() {
                response.metadata.response_code = ResponseCode::NXDomain;
            }
            let name = question.name().clone();
            response.add_query(question);
            response.add_answers(found.into_iter().map(|data| Record::from_rdata(name.clone(), 60, data)));
            socket.send_to(&response.to_vec().unwrap(), from).unwrap();
        }
    });
    address
}

fn records(name: &str, kind: RecordType, ports: [u16; 2]) -> Vec<RData> {
    let named = |name: &str| Name::from_str(name).unwrap();
    let pointer = |preference, service: &[u8], target| {
        let target = named(target);
        let naptr =
            NAPTR::new(10, preference, b"s".as_slice().into(), service.into(), Box::default(), target);
        RData::NAPTR(naptr)
    };
    match (name, kind) {
        ("gw.test.", RecordType::NAPTR) => vec![
            pointer(20, b"SIP+D2U", "_sip._udp.gw.test."),
            pointer(10, b"SIPS+D2T", "_sips._tcp.gw.test."),
        ],
        ("_sips._tcp.gw.test.", RecordType::SRV) => {
            let server = |(priority, port)| RData::SRV(SRV::new(priority, 0, port, named("one.gw.test.")));
            (1..).zip(ports).map(server).collect()
        }
        ("one.gw.test.", RecordType::A) => vec![RData::A(A::new(127, 0, 0, 1))],
        _ => Vec::new(),
    }
}

/// RFC 3263, RFC 5922, RFC 4568: NAPTR, SRV and A lead to the second server, whose certificate is for the name that was
/// asked for, and nobody between the two hears a word.
#[test]
fn a_trunk_is_found_known_and_talked_to_in_secret() {
    let office = Office::new();
    let port = free_port();
    let servers = format!("name_servers = [\"{}\"]", name_server(port));
    let house = House::with(Plan {
        sip: office.house(&servers),
        carrier: office.network("gw.test", port),
        trunk: Some("sip:gw.test".into()),
        trunk_lines: "srtp = \"required\"",
        ..Plan::default()
    });
    house.tone("hello.wav", 600, 800);
    let mut app = house.call("3015550111");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=hello.wav MODE=UNINTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    house.until_tone(600, true);
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    house.stop();
}

#[test]
fn a_trunk_with_another_certificate_is_not_dialled() {
    let office = Office::new();
    let house = House::with(Plan {
        sip: office.house(""),
        carrier: office.network("gw.test", 0),
        trunk: Some("sip:127.0.0.1:{port};transport=tls".into()),
        ..Plan::default()
    });
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1");
    assert!(house.carrier.seen().is_empty());
    house.stop();
}

/// Calls come in over TLS, and over nothing else from a trunk that is reached over it.
#[test]
fn a_trunk_under_tls_calls_under_tls() {
    let office = Office::new();
    let house = House::with(Plan {
        sip: office.house(""),
        config: "[[mailbox]]\nnumber = \"100\"\ntype = \"E\"\ngreeting = \"hello.wav\"\n".into(),
        carrier: office.network("127.0.0.1", 0),
        trunk: Some("sip:127.0.0.1:{port};transport=tls".into()),
        ..Plan::default()
    });
    house.tone("hello.wav", 600, 800);
    let tls = office.network("127.0.0.1", 0).1;
    for (transport, taken) in [("tls", true), ("udp", false)] {
        let to = format!("sip:{};transport={transport}", house.sip_over(transport));
        let settings =
            Settings { tls: tls.clone(), listen_hz: vec![600], ..Settings::calling(to.parse().unwrap()) };
        let caller = house.runtime.block_on(Carrier::start(settings)).unwrap();
        caller.call("100", Some("2015550100"), Vec::new()).unwrap();
        let over = caller
            .until(|entry| matches!(entry.what, Happening::Tone { present: true, .. } | Happening::Ended(_)));
        let entry = house.runtime.block_on(over).unwrap();
        assert_eq!(entry.what == Happening::Tone { hz: 600, present: true }, taken, "{entry:?}");
        house.runtime.block_on(caller.stop());
    }
    house.stop();
}
