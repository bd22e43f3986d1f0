//! Certificates of the link and of SIP: read, held against each other and against the time, and every fault said.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::{Resumption, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{CertificateError, ClientConfig, InconsistentKeys, RootCertStore, ServerConfig};

use crate::config::{Agent, Config, ConfigError, LinkTls, Place, SipTls, Transport, TrunkAddress, shown};

/// Octets of a certificate or key file.
const MAX_FILE: u64 = 1 << 20;

/// What the link's listener needs of the certificates: TLS 1.2 or 1.3, and a client certificate that
/// `client_ca` has signed, shown anew at every connection.
///
/// # Errors
/// Every fault of the three files, with what to do.
pub(crate) fn link(tls: &LinkTls, now: UnixTime) -> Result<Arc<ServerConfig>, Vec<ConfigError>> {
    let files = Files { section: "link.tls", provider: Arc::new(ring::default_provider()) };
    let mut faults = Vec::new();
    let identity = files.identity(&tls.certificate, &tls.key, now, &mut faults);
    let roots = files.roots("client_ca", &tls.client_ca, CLIENT_CA).map_err(|fault| faults.push(fault)).ok();
    let (Some(identity), Some(roots)) = (identity, roots) else { return Err(faults) };
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&files.provider))
        .build()
        .map_err(|error| vec![files.fault("client_ca", &tls.client_ca, error.to_string(), CLIENT_CA)])?;
    Ok(files.server(identity, verifier))
}

/// What SIP needs of the certificates; none where nobody speaks TLS.
///
/// # Errors
/// Every fault of the files, with what to do.
pub(crate) fn signalling(config: &Config, now: UnixTime) -> Result<Option<sip::Tls>, Vec<ConfigError>> {
    let SipTls { identity, client_ca, ca } = &config.sip.tls;
    let files = Files { section: "sip.tls", provider: Arc::new(ring::default_provider()) };
    let mut faults = Vec::new();
    let shown = identity.as_ref();
    let shown = shown.and_then(|own| files.identity(&own.certificate, &own.key, now, &mut faults));
    let client_ca = client_ca.as_ref();
    let clients = client_ca.map(|path| files.clients(path)).transpose();
    let clients = clients.map_err(|fault| faults.push(fault)).ok().flatten();
    let need = Need::of(config);
    let roots = match ca {
        Some(path) => files.roots("ca", path, CA),
        None => files.roots_of_system(need),
    };
    let roots = roots.map_err(|fault| faults.push(fault)).ok();
    let Some(roots) = roots.filter(|_| faults.is_empty()) else { return Err(faults) };
    if need == Need::Nobody && !config.sip.listens_for_tls() {
        return Ok(None);
    }
    let asks = clients.is_some();
    let accepting = shown.clone().map(|own| {
        let verifier = clients.unwrap_or_else(WebPkiClientVerifier::no_client_auth);
        sip::Accepting { config: files.server(own, verifier), asks }
    });
    Ok(Some(sip::Tls { accepting, connecting: files.client(shown, roots) }))
}

/// Whether anybody is connected to under TLS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Need {
    Nobody,
    /// The DNS may say so.
    Perhaps,
    Somebody,
}

impl Need {
    fn of(config: &Config) -> Self {
        let trunks = || config.trunks.iter().map(|trunk| &trunk.address);
        let fixed = config.agents.iter().flat_map(Agent::contacts).filter_map(|(_, contact)| contact);
        let mut transports = trunks().map(TrunkAddress::transport).chain(fixed.map(|c| c.transport));
        if transports.any(|transport| transport == Transport::Tls) {
            return Self::Somebody;
        }
        let open = |address: &TrunkAddress| {
            address.transport.is_none() && address.port.is_none() && address.literal().is_none()
        };
        if trunks().any(open) { Self::Perhaps } else { Self::Nobody }
    }
}

const CERTIFICATE: &str = "a PEM file with the server's certificate and those between it and its CA";
const CLIENT_CA: &str = "a PEM file with the certificates of the CAs that sign the applications' ones";
const TRUNKS_CA: &str = "a PEM file with the certificates of the CAs that sign the trunks' ones";
const CA: &str = "a PEM file with the certificates of the CAs that sign those of whom we connect to";

/// The files of one section of the configuration.
struct Files {
    section: &'static str,
    provider: Arc<CryptoProvider>,
}

impl Files {
    /// The certificate with its key, if both are good and belong together.
    fn identity(
        &self,
        certificate: &Path,
        key: &Path,
        now: UnixTime,
        faults: &mut Vec<ConfigError>,
    ) -> Option<Arc<SingleCertAndKey>> {
        let mut keep = |fault| faults.push(fault);
        let chain = self.chain(certificate, now).map_err(&mut keep).ok();
        let private = self.key(key).map_err(&mut keep).ok();
        let (chain, private) = chain.zip(private)?;
        let certified = self.certified((certificate, key), chain, private).map_err(&mut keep).ok()?;
        Some(Arc::new(SingleCertAndKey::from(certified)))
    }

    /// TLS 1.2 or 1.3 with those who connect.
    fn server(&self, own: Arc<SingleCertAndKey>, verifier: Arc<dyn ClientCertVerifier>) -> Arc<ServerConfig> {
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .expect("the provider has ciphers for both")
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(own);
        // Connections live for long: what a resumption saves is not worth a certificate that nobody looks at.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Arc::new(config)
    }

    /// TLS 1.2 or 1.3 with those whom we connect to. Each has to show its certificate anew.
    fn client(&self, own: Option<Arc<SingleCertAndKey>>, roots: RootCertStore) -> Arc<ClientConfig> {
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .expect("the provider has ciphers for both")
            .with_root_certificates(roots);
        let mut config = match own {
            Some(own) => config.with_client_cert_resolver(own),
            None => config.with_no_client_auth(),
        };
        config.resumption = Resumption::disabled();
        Arc::new(config)
    }

    /// Who looks at the certificates of those who connect and show one.
    fn clients(&self, path: &Path) -> Result<Arc<dyn ClientCertVerifier>, ConfigError> {
        let roots = self.roots("client_ca", path, TRUNKS_CA)?;
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .allow_unauthenticated()
            .build()
            .map_err(|error| self.fault("client_ca", path, error.to_string(), TRUNKS_CA))
    }

    /// The CAs that the system trusts, as far as anybody needs them.
    fn roots_of_system(&self, need: Need) -> Result<RootCertStore, ConfigError> {
        let mut roots = RootCertStore::empty();
        if need == Need::Nobody {
            return Ok(roots);
        }
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() && need == Need::Somebody {
            let why = found
                .errors
                .first()
                .map_or_else(String::new, |error| format!(": {}", shown(&error.to_string())));
            let problem = format!("the system trusts no CA{why}");
            let place = Place::File("the configuration".into());
            let key = format!("{}.ca", self.section);
            let valid = format!("{CA}, or a system that has some (Debian: ca-certificates)");
            return Err(ConfigError { place, key, value: None, problem, valid });
        }
        Ok(roots)
    }

    /// Our own certificate and those between it and its CA.
    fn chain(&self, path: &Path, now: UnixTime) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
        let chain = self.certificates("certificate", path, CERTIFICATE)?;
        let wrong = |problem: String, valid| Err(self.fault("certificate", path, problem, valid));
        let Some(parsed) = chain.first().and_then(|own| ParsedCertificate::try_from(own).ok()) else {
            return wrong("its first certificate is broken".into(), CERTIFICATE);
        };
        // Whether a client will trust it is the client's matter: no CA is given, and everything else that
        // clients look at is looked at before the lack of one.
        let algorithms = self.provider.signature_verification_algorithms.all;
        let checked =
            verify_server_cert_signed_by_trust_anchor(&parsed, &RootCertStore::empty(), &[], now, algorithms);
        match checked {
            Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
                not_after, ..
            })) => {
                let ago = span(not_after, now);
                wrong(format!("the certificate expired {ago} ago"), "one that was renewed")
            }
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
                not_before,
                ..
            })) => {
                let ahead = span(now, not_before);
                wrong(
                    format!("the certificate is valid only {ahead} from now"),
                    "one that is valid today; look at the clock too",
                )
            }
            Err(rustls::Error::InvalidCertificate(
                CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
            )) => wrong(
                "the certificate is not for servers".into(),
                "one whose extended key usage is serverAuth",
            ),
            Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) | Ok(()) => Ok(chain),
            Err(error) => wrong(
                format!("no client will take this certificate: {}", shown(&error.to_string())),
                CERTIFICATE,
            ),
        }
    }

    fn key(&self, path: &Path) -> Result<PrivateKeyDer<'static>, ConfigError> {
        let octets = self.read("key", path, &self.valid_key())?;
        PrivateKeyDer::from_pem_slice(&octets).map_err(|error| {
            let problem = match error {
                pem::Error::NoItemsFound => {
                    "there is no PEM private key in it that is readable without a passphrase".into()
                }
                error => format!("not PEM: {}", shown(&error.to_string())),
            };
            self.fault("key", path, problem, &self.valid_key())
        })
    }

    fn valid_key(&self) -> String {
        format!("a PEM file with the private key of {}.certificate, without a passphrase", self.section)
    }

    fn roots(&self, key: &str, path: &Path, valid: &str) -> Result<RootCertStore, ConfigError> {
        let mut roots = RootCertStore::empty();
        for certificate in self.certificates(key, path, valid)? {
            roots.add(certificate).map_err(|error| {
                self.fault(key, path, format!("a certificate in it is broken: {error}"), valid)
            })?;
        }
        Ok(roots)
    }

    /// The certificate with its key, if they belong together.
    fn certified(
        &self,
        (certificate, path): (&Path, &Path),
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<CertifiedKey, ConfigError> {
        let key = self.provider.key_provider.load_private_key(key).map_err(|_| {
            self.fault("key", path, "a key of a kind that is not supported", "RSA, ECDSA or Ed25519")
        })?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                let certificate = shown(&certificate.display().to_string());
                let problem = format!("not the key of the certificate in {certificate}");
                Err(self.fault("key", path, problem, &self.valid_key()))
            }
            _ => Ok(certified),
        }
    }

    fn certificates(
        &self,
        key: &str,
        path: &Path,
        valid: &str,
    ) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
        let octets = self.read(key, path, valid)?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&octets).collect();
        match certificates {
            Ok(none) if none.is_empty() => {
                Err(self.fault(key, path, "there is no PEM certificate in it", valid))
            }
            Ok(certificates) => Ok(certificates),
            Err(error) => {
                Err(self.fault(key, path, format!("not PEM: {}", shown(&error.to_string())), valid))
            }
        }
    }

    fn read(&self, key: &str, path: &Path, valid: &str) -> Result<Vec<u8>, ConfigError> {
        let octets = File::open(path).and_then(|file| {
            let mut octets = Vec::new();
            file.take(MAX_FILE + 1).read_to_end(&mut octets)?;
            match octets.len() as u64 {
                0..=MAX_FILE => Ok(octets),
                _ => {
                    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {MAX_FILE} octets")))
                }
            }
        });
        octets.map_err(|error| self.fault(key, path, format!("cannot be read: {error}"), valid))
    }

    /// What is wrong with one of the files.
    fn fault(&self, key: &str, path: &Path, problem: impl Into<String>, valid: &str) -> ConfigError {
        ConfigError {
            place: Place::File(shown(&path.display().to_string())),
            key: format!("{}.{key}", self.section),
            value: None,
            problem: problem.into(),
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
