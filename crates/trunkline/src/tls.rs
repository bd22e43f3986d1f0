//! Certificates of the link: read, held against each other and against the time, and every fault said.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{CertificateError, InconsistentKeys, RootCertStore, ServerConfig};

use crate::config::{ConfigError, LinkTls, Place, shown};

/// Octets of a certificate or key file.
const MAX_FILE: u64 = 1 << 20;

/// What the listener needs of the certificates: TLS 1.2 or 1.3, and a client certificate that
/// `client_ca` has signed, shown anew at every connection.
///
/// # Errors
/// Every fault of the three files, with what to do.
pub(crate) fn acceptor(tls: &LinkTls, now: UnixTime) -> Result<Arc<ServerConfig>, Vec<ConfigError>> {
    let provider = Arc::new(ring::default_provider());
    let mut faults = Vec::new();
    let mut keep = |fault: Fault| faults.push(fault.into());
    let chain = chain(&tls.certificate, &provider, now).map_err(&mut keep).ok();
    let key = key(&tls.key).map_err(&mut keep).ok();
    let roots = roots(&tls.client_ca).map_err(&mut keep).ok();
    let certified =
        chain.zip(key).and_then(|(chain, key)| certified(tls, chain, key, &provider).map_err(&mut keep).ok());
    let (Some(certified), Some(roots)) = (certified, roots) else { return Err(faults) };
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| vec![fault("client_ca", &tls.client_ca, error.to_string(), CLIENT_CA).into()])?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .expect("the provider has ciphers for both")
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    // A link lives for long: what a resumption saves is not worth a certificate that nobody looks at.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

const CERTIFICATE: &str = "a PEM file with the server's certificate and those between it and its CA";
const KEY: &str = "a PEM file with the private key of link.tls.certificate, without a passphrase";
const CLIENT_CA: &str = "a PEM file with the certificates of the CAs that sign the applications' ones";

/// The server's own certificate and those between it and its CA.
fn chain(
    path: &Path,
    provider: &CryptoProvider,
    now: UnixTime,
) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let chain = certificates("certificate", path, CERTIFICATE)?;
    let wrong = |problem: String, valid| Err(fault("certificate", path, problem, valid));
    let Some(parsed) = chain.first().and_then(|own| ParsedCertificate::try_from(own).ok()) else {
        return wrong("its first certificate is broken".into(), CERTIFICATE);
    };
    // Whether a client will trust it is the client's matter: no CA is given, and everything else that
    // clients look at is looked at before the lack of one.
    let algorithms = provider.signature_verification_algorithms.all;
    let checked =
        verify_server_cert_signed_by_trust_anchor(&parsed, &RootCertStore::empty(), &[], now, algorithms);
    match checked {
        Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            let ago = span(not_after, now);
            wrong(format!("the certificate expired {ago} ago"), "one that was renewed")
        }
        Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
            not_before, ..
        })) => {
            let ahead = span(now, not_before);
            wrong(
                format!("the certificate is valid only {ahead} from now"),
                "one that is valid today; look at the clock too",
            )
        }
        Err(rustls::Error::InvalidCertificate(
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
        )) => {
            wrong("the certificate is not for servers".into(), "one whose extended key usage is serverAuth")
        }
        Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) | Ok(()) => Ok(chain),
        Err(error) => {
            wrong(format!("no client will take this certificate: {}", shown(&error.to_string())), CERTIFICATE)
        }
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, Fault> {
    let octets = read("key", path, KEY)?;
    PrivateKeyDer::from_pem_slice(&octets).map_err(|error| match error {
        pem::Error::NoItemsFound => {
            fault("key", path, "there is no PEM private key in it that is readable without a passphrase", KEY)
        }
        error => fault("key", path, format!("not PEM: {}", shown(&error.to_string())), KEY),
    })
}

fn roots(path: &Path) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("client_ca", path, CLIENT_CA)? {
        roots.add(certificate).map_err(|error| {
            fault("client_ca", path, format!("a certificate in it is broken: {error}"), CLIENT_CA)
        })?;
    }
    Ok(roots)
}

/// The certificate with its key, if they belong together.
fn certified(
    tls: &LinkTls,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, Fault> {
    let key = provider.key_provider.load_private_key(key).map_err(|_| {
        fault("key", &tls.key, "a key of a kind that is not supported", "RSA, ECDSA or Ed25519")
    })?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            let certificate = shown(&tls.certificate.display().to_string());
            Err(fault("key", &tls.key, format!("not the key of the certificate in {certificate}"), KEY))
        }
        _ => Ok(certified),
    }
}

fn certificates(
    key: &'static str,
    path: &Path,
    valid: &'static str,
) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let octets = read(key, path, valid)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&octets).collect();
    match certificates {
        Ok(none) if none.is_empty() => Err(fault(key, path, "there is no PEM certificate in it", valid)),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(fault(key, path, format!("not PEM: {}", shown(&error.to_string())), valid)),
    }
}

fn read(key: &'static str, path: &Path, valid: &'static str) -> Result<Vec<u8>, Fault> {
    let octets = File::open(path).and_then(|file| {
        let mut octets = Vec::new();
        file.take(MAX_FILE + 1).read_to_end(&mut octets)?;
        match octets.len() as u64 {
            0..=MAX_FILE => Ok(octets),
            _ => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {MAX_FILE} octets"))),
        }
    });
    octets.map_err(|error| fault(key, path, format!("cannot be read: {error}"), valid))
}

/// What is wrong with one of the files.
struct Fault {
    key: &'static str,
    path: PathBuf,
    problem: String,
    valid: &'static str,
}

fn fault(key: &'static str, path: &Path, problem: impl Into<String>, valid: &'static str) -> Fault {
    Fault { key, path: path.to_owned(), problem: problem.into(), valid }
}

impl From<Fault> for ConfigError {
    fn from(Fault { key, path, problem, valid }: Fault) -> Self {
        Self {
            place: Place::File(shown(&path.display().to_string())),
            key: format!("link.tls.{key}"),
            value: None,
            problem,
            valid: valid.to_owned(),
        }
    }
}

/// The time between two times, in the largest whole unit.
fn span(from: UnixTime, to: UnixTime) -> String {
    let span = Duration::from_secs(to.as_secs().saturating_sub(from.as_secs())).as_secs();
    match (span / 86_400, span / 3600, span / 60) {
        (0, 0, 0) => format!("{span} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, _) => format!("{hours} h"),
        (1, ..) => "1 day".into(),
        (days, ..) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests;
