//! Certificates in, faults out.

use std::path::PathBuf;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};

use super::*;
use crate::config::Environment;

/// A CA, and files with what it signed.
struct Office {
    directory: tempfile::TempDir,
    ca: Issuer<'static, KeyPair>,
    link: LinkTls,
}

impl Office {
    /// With a certificate that is valid through 2026.
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a CA");
        let path = |name| directory.path().join(name);
        let link = LinkTls {
            listen: Vec::new(),
            certificate: path("link.pem"),
            key: path("link.key"),
            client_ca: path("ca.pem"),
        };
        std::fs::write(&link.client_ca, certificate.pem()).expect("written");
        let office = Self { directory, ca: Issuer::new(params, key), link };
        let (certificate, key) = office.sign(|_| ());
        std::fs::write(&office.link.certificate, certificate.pem()).expect("written");
        std::fs::write(&office.link.key, key.serialize_pem()).expect("written");
        office
    }

    fn sign(&self, change: impl FnOnce(&mut CertificateParams)) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        (params.signed_by(&key, &self.ca).expect("signed"), key)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// Exactly these faults on the first of June 2026, a line each, with the directory left out.
    #[track_caller]
    fn check(&self, link: &LinkTls, faults: &str) {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_780_272_000));
        let directory = format!("{}/", self.directory.path().display());
        let said = match super::link(link, now) {
            Ok(_) => String::new(),
            Err(errors) => errors.iter().map(|error| format!("{error}\n").replace(&directory, "")).collect(),
        };
        let wanted: String = faults.lines().map(|line| format!("{}\n", line.trim())).collect();
        assert_eq!(said, wanted);
    }
}

/// The faults of a configuration for SIP, as [`Office::check`] has them.
#[track_caller]
fn check_sip(office: &Office, text: &str, faults: &str) -> Option<sip::Tls> {
    let now = UnixTime::since_unix_epoch(Duration::from_secs(1_780_272_000));
    let directory = format!("{}/", office.directory.path().display());
    let text = text.replace("@", &directory);
    let environment = Environment { variables: Default::default(), secret_file: |_| Ok(String::new()) };
    let config = Config::parse("t.toml", &text, &environment).expect("valid");
    let (tls, said) = match super::signalling(&config, now) {
        Ok(tls) => (tls, String::new()),
        Err(errors) => (None, errors.iter().map(|e| format!("{e}\n").replace(&directory, "")).collect()),
    };
    let wanted: String = faults.lines().map(|line| format!("{}\n", line.trim())).collect();
    assert_eq!(said, wanted);
    tls
}

#[test]
fn sip_speaks_tls_where_it_is_asked_to_and_not_elsewhere() {
    let office = Office::new();
    let trunk = "[[trunk]]\nname = \"t\"\nports = \"1\"\naddress = ";
    assert!(check_sip(&office, "", "").is_none());
    assert!(check_sip(&office, &format!("{trunk}\"sip:gw.test:5060\""), "").is_none());
    let ca = "[sip.tls]\nca = \"@ca.pem\"\n";
    for address in ["sip:gw.test;transport=tls", "sips:192.0.2.1", "sip:gw.test"] {
        let tls = check_sip(&office, &format!("{ca}{trunk}\"{address}\""), "").expect("it is spoken");
        assert!(tls.accepting.is_none());
    }
    let listens = "[sip]\nlisten = [\"tls://127.0.0.1:5061\"]\n[sip.tls]\ncertificate = \"@link.pem\"\nkey = \"@link.key\"\n";
    let accepting =
        |more: &str| check_sip(&office, &format!("{listens}{more}"), "").and_then(|tls| tls.accepting);
    assert!(!accepting("").expect("it is listened for").asks);
    assert!(accepting("client_ca = \"@ca.pem\"\n").expect("it is listened for").asks);
}

#[test]
fn faults_of_the_files_of_sip_are_found_at_once() {
    let office = Office::new();
    office.file("other.key", &KeyPair::generate().expect("a key").serialize_pem());
    let (expired, key) = office.sign(|params| params.not_after = date_time_ymd(2026, 5, 22));
    office.file("old.pem", &expired.pem());
    office.file("old.key", &key.serialize_pem());
    let listens = "[sip]\nlisten = [\"tls://127.0.0.1:5061\"]\n[sip.tls]\n";
    check_sip(
        &office,
        &format!("{listens}certificate = \"@old.pem\"\nkey = \"@old.key\"\nclient_ca = \"@none\"\nca = \"@old.key\"\n"),
        "old.pem: sip.tls.certificate: the certificate expired 10 days ago; valid: one that was renewed
         none: sip.tls.client_ca: cannot be read: No such file or directory (os error 2); valid: a PEM file with the certificates of the CAs that sign the trunks' ones
         old.key: sip.tls.ca: there is no PEM certificate in it; valid: a PEM file with the certificates of the CAs that sign those of whom we connect to",
    );
    check_sip(
        &office,
        &format!("{listens}certificate = \"@link.pem\"\nkey = \"@other.key\"\n"),
        "other.key: sip.tls.key: not the key of the certificate in link.pem; valid: a PEM file with the private key of sip.tls.certificate, without a passphrase",
    );
}

#[test]
fn good_certificates_are_good() {
    let office = Office::new();
    office.check(&office.link, "");
}

#[test]
fn missing_files_are_all_found_at_once() {
    let office = Office::new();
    let at = |name: &str| office.directory.path().join(name);
    let link = LinkTls { listen: vec![], certificate: at("a"), key: at("b"), client_ca: at("c") };
    office.check(
        &link,
        "a: link.tls.certificate: cannot be read: No such file or directory (os error 2); valid: a PEM file with the server's certificate and those between it and its CA
         b: link.tls.key: cannot be read: No such file or directory (os error 2); valid: a PEM file with the private key of link.tls.certificate, without a passphrase
         c: link.tls.client_ca: cannot be read: No such file or directory (os error 2); valid: a PEM file with the certificates of the CAs that sign the applications' ones",
    );
}

#[test]
fn files_that_hold_something_else_are_explained() {
    let office = Office::new();
    let junk = office.file("junk", "\u{1}\u{2}\u{3}\n");
    let link = LinkTls { listen: vec![], certificate: junk.clone(), key: junk.clone(), client_ca: junk };
    office.check(
        &link,
        "junk: link.tls.certificate: there is no PEM certificate in it; valid: a PEM file with the server's certificate and those between it and its CA
         junk: link.tls.key: there is no PEM private key in it that is readable without a passphrase; valid: a PEM file with the private key of link.tls.certificate, without a passphrase
         junk: link.tls.client_ca: there is no PEM certificate in it; valid: a PEM file with the certificates of the CAs that sign the applications' ones",
    );
    let broken = office.file("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    office.check(
        &LinkTls { certificate: broken.clone(), ..office.link.clone() },
        "broken: link.tls.certificate: its first certificate is broken; valid: a PEM file with the server's certificate and those between it and its CA",
    );
    office.check(
        &LinkTls { client_ca: broken, ..office.link.clone() },
        "broken: link.tls.client_ca: a certificate in it is broken: invalid peer certificate: BadEncoding; valid: a PEM file with the certificates of the CAs that sign the applications' ones",
    );
}

#[test]
fn a_key_of_another_certificate_is_explained() {
    let office = Office::new();
    let key = office.file("other.key", &KeyPair::generate().expect("a key").serialize_pem());
    let certificate = shown(&office.link.certificate.display().to_string());
    assert!(certificate.ends_with("link.pem"));
    office.check(
        &LinkTls { key, ..office.link.clone() },
        "other.key: link.tls.key: not the key of the certificate in link.pem; valid: a PEM file with the private key of link.tls.certificate, without a passphrase",
    );
}

#[test]
fn a_certificate_that_is_not_of_today_is_explained() {
    let office = Office::new();
    let with = |change: fn(&mut CertificateParams)| {
        let (certificate, key) = office.sign(change);
        let certificate = office.file("own.pem", &certificate.pem());
        let key = office.file("own.key", &key.serialize_pem());
        LinkTls { certificate, key, ..office.link.clone() }
    };
    office.check(
        &with(|params| params.not_after = date_time_ymd(2026, 5, 22)),
        "own.pem: link.tls.certificate: the certificate expired 10 days ago; valid: one that was renewed",
    );
    office.check(
        &with(|params| params.not_before = date_time_ymd(2026, 6, 2)),
        "own.pem: link.tls.certificate: the certificate is valid only 1 day from now; valid: one that is valid today; look at the clock too",
    );
    office.check(
        &with(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
        "own.pem: link.tls.certificate: the certificate is not for servers; valid: one whose extended key usage is serverAuth",
    );
}
