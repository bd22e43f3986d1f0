//! Certificates, and a scripted far side over a connection under TLS or without.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part, and fails where it must")]

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use sip::{Accepting, Tls};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::PATIENCE;
use super::peer::Heard;

/// A CA, and those whom it signs for.
pub struct Office {
    ca: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Office {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { ca: Issuer::new(params, key), certificate }
    }

    fn sign(&self, name: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        (vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        roots
    }

    /// Who has a certificate for this name; asks for certificates of this office, or not.
    pub fn server(&self, name: &str, asks: bool) -> Arc<ServerConfig> {
        let (chain, key) = self.sign(name);
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let roots = Arc::new(self.roots());
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).allow_unauthenticated();
        let config = if asks {
            config.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            config.with_no_client_auth()
        };
        Arc::new(config.with_single_cert(chain, key).unwrap())
    }

    /// Who trusts this office, and shows a certificate for this name.
    pub fn client(&self, name: Option<&str>) -> Arc<ClientConfig> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(self.roots());
        Arc::new(match name.map(|name| self.sign(name)) {
            Some((chain, key)) => config.with_client_auth_cert(chain, key).unwrap(),
            None => config.with_no_client_auth(),
        })
    }

    /// What an endpoint speaks TLS with that has a certificate for this name.
    pub fn tls(&self, name: &str, asks: bool) -> Tls {
        let accepting = Some(Accepting { config: self.server(name, asks), asks });
        Tls { accepting, connecting: self.client(Some(name)) }
    }
}

/// What a line's octets cross.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A connection, at whose other end an endpoint is.
pub struct Line {
    wire: Box<dyn Wire>,
    pub own: SocketAddr,
    pub peer: SocketAddr,
    read: Vec<u8>,
}

impl Line {
    fn new(wire: impl Wire + 'static, (own, peer): (SocketAddr, SocketAddr)) -> Self {
        Self { wire: Box::new(wire), own, peer, read: Vec::new() }
    }

    /// Connects as it is.
    pub async fn plain(to: SocketAddr) -> Self {
        Self::bare(TcpStream::connect(to).await.unwrap())
    }

    /// Speaks as it is over a connection that is there.
    pub fn bare(stream: TcpStream) -> Self {
        let ends = ends(&stream);
        Self::new(stream, ends)
    }

    /// Connects under TLS; the error says why that failed.
    pub async fn secured(to: SocketAddr, config: Arc<ClientConfig>) -> Result<Self, String> {
        Self::over(TcpStream::connect(to).await.unwrap(), config).await
    }

    /// Speaks TLS over a connection that is there.
    pub async fn over(stream: TcpStream, config: Arc<ClientConfig>) -> Result<Self, String> {
        let ends = ends(&stream);
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|e| e.to_string())?;
        Ok(Self::new(stream, ends))
    }

    /// Takes the next connection, under TLS.
    pub async fn accept(listener: &TcpListener, config: Arc<ServerConfig>) -> Result<Self, String> {
        let accepted = tokio::time::timeout(PATIENCE, listener.accept());
        let (stream, _) = accepted.await.expect("a connection in time").unwrap();
        let ends = ends(&stream);
        let stream = TlsAcceptor::from(config).accept(stream).await.map_err(|e| e.to_string())?;
        Ok(Self::new(stream, ends))
    }

    pub async fn say(&mut self, text: &str) {
        self.wire.write_all(text.as_bytes()).await.unwrap();
        self.wire.flush().await.unwrap();
    }

    /// The next message; none when the connection is closed.
    pub async fn heard(&mut self) -> Option<Heard> {
        loop {
            if let Some(end) = self.read.windows(4).position(|w| w == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
                let length =
                    head.split("\r\n").find_map(|l| l.strip_prefix("Content-Length: ")?.parse().ok());
                let whole = end + 4 + length.unwrap_or(0_usize);
                if self.read.len() >= whole {
                    let text: Vec<u8> = self.read.drain(..whole).collect();
                    return Some(Heard {
                        text: String::from_utf8_lossy(&text).into_owned(),
                        from: self.peer,
                    });
                }
            }
            let mut chunk = [0; 4_096];
            let read = tokio::time::timeout(PATIENCE, self.wire.read(&mut chunk));
            match read.await.expect("octets in time") {
                Ok(length) if length > 0 => self.read.extend_from_slice(&chunk[..length]),
                _ => return None,
            }
        }
    }

    /// The next message of this method (or `SIP/2.0`); what is of others is passed over.
    pub async fn expect(&mut self, method: &str) -> Heard {
        loop {
            let heard = self.heard().await.unwrap_or_else(|| panic!("no {method}"));
            if heard.method() == method {
                return heard;
            }
        }
    }

    /// A response with a Contact that leads back here.
    pub async fn reply(&mut self, request: &Heard, status: &str, body: &str) {
        let contact = format!("Contact: <sip:{};transport=tls>\r\n", self.own);
        self.say(&request.response(status, "there", &contact, body)).await;
    }
}

/// Connects from this place, which may have other connections elsewhere.
pub async fn from(place: SocketAddr, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(place).unwrap();
    socket.connect(to).await.unwrap()
}

fn ends(stream: &TcpStream) -> (SocketAddr, SocketAddr) {
    (stream.local_addr().unwrap(), stream.peer_addr().unwrap())
}
