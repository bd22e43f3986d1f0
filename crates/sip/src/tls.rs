//! TLS under SIP (RFC 3261 §26.2.1, RFC 5922): handshakes, and whom their certificates speak for.

use std::io;
use std::sync::Arc;

use edge::TrunkId;
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

use crate::settings::Trunk;

/// What TLS is spoken with.
#[derive(Clone, Debug)]
pub struct Tls {
    /// With those who connect to us; none where nobody listens for them.
    pub accepting: Option<Accepting>,
    /// With those whom we connect to. It decides which certificates are trusted; they have to be for the host of
    /// the trunk's address, whatever the DNS made of that (RFC 5922 §7.3).
    pub connecting: Arc<ClientConfig>,
}

/// What TLS is spoken with towards those who connect to us.
#[derive(Clone, Debug)]
pub struct Accepting {
    /// Our certificate, and whose certificates are taken.
    pub config: Arc<ServerConfig>,
    /// Whether `config` asks for certificates. A trunk over TLS then has to show one for the host of its address
    /// (RFC 5922 §7.4); telephones need none, they prove themselves by digest.
    pub asks: bool,
}

/// Why a handshake with somebody who connected failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Broken {
    /// It took too long.
    Slow,
    /// The other side broke it off.
    Off,
    /// What came was no TLS, or broke its rules.
    Rules,
    /// No TLS version or cipher in common.
    Version,
    /// A certificate that is not trusted.
    Certificate,
}

impl Broken {
    /// The line of the security log; `docs/security-log.md` lists them.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Slow => "a TLS handshake that took too long",
            Self::Off => "a TLS handshake that was broken off",
            Self::Rules => "what is not TLS, or breaks its rules",
            Self::Version => "no TLS version or cipher in common",
            Self::Certificate => {
                "a certificate that is expired, or that sip.tls.client_ca does not vouch for"
            }
        }
    }

    fn of(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(CertificateError::BadEncoding)) => Self::Rules,
            Some(rustls::Error::InvalidCertificate(_)) => Self::Certificate,
            Some(rustls::Error::PeerIncompatible(_)) => Self::Version,
            Some(rustls::Error::AlertReceived(_)) | None => Self::Off,
            Some(_) => Self::Rules,
        }
    }
}

impl Accepting {
    /// Shakes hands with somebody who has connected.
    pub(crate) async fn accept(&self, stream: TcpStream) -> Result<server::TlsStream<TcpStream>, Broken> {
        let handshake = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream);
        handshake.await.map_err(|error| Broken::of(&error))
    }

    /// The trunks that somebody's certificate is for; none where none is asked for.
    pub(crate) fn certified(
        &self,
        shown: Option<&[CertificateDer<'_>]>,
        trunks: &[Trunk],
    ) -> Option<Arc<[TrunkId]>> {
        if !self.asks {
            return None;
        }
        let certificate = shown.and_then(|chain| ParsedCertificate::try_from(chain.first()?).ok());
        let is_for = |trunk: &Trunk| {
            let name = ServerName::try_from(trunk.address.host.as_str()).ok();
            certificate
                .as_ref()
                .zip(name)
                .is_some_and(|(shown, name)| verify_server_name(shown, &name).is_ok())
        };
        Some(of(trunks, is_for))
    }
}

impl Tls {
    /// Shakes hands with somebody whom we have connected to, and who has to be this host.
    pub(crate) async fn connect(
        &self,
        stream: TcpStream,
        host: &str,
    ) -> Result<client::TlsStream<TcpStream>, io::Error> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        TlsConnector::from(Arc::clone(&self.connecting)).connect(name, stream).await
    }
}

/// The trunks at a host that has shown a certificate for its name.
pub(crate) fn trunks_at(host: &str, trunks: &[Trunk]) -> Arc<[TrunkId]> {
    of(trunks, |trunk| trunk.address.host.eq_ignore_ascii_case(host))
}

/// The ids of those trunks for which this holds.
fn of(trunks: &[Trunk], holds: impl Fn(&Trunk) -> bool) -> Arc<[TrunkId]> {
    (0..).zip(trunks).filter(|(_, trunk)| holds(trunk)).map(|(id, _)| TrunkId(id)).collect()
}
