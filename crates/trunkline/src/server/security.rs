//! The security log: one line for every refusal, in the same words for ever, and none of them the
//! peer's own. `docs/security-log.md` lists them for those who watch the log.

use std::cell::Cell;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use control::Denial;

use crate::limits;

/// Why someone was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// The address is not in `link.allow`.
    Address,
    /// There are `link.max_links` connections.
    MaxLinks,
    /// Too many TLS handshakes are under way.
    TlsBusy,
    /// The TLS handshake took too long.
    TlsSlow,
    /// The other side broke the TLS handshake off.
    TlsAborted,
    /// What came was no TLS, or broke its rules.
    TlsFault,
    /// No TLS version or cipher in common.
    TlsVersion,
    /// No client certificate.
    CertificateMissing,
    /// A client certificate that is expired.
    CertificateExpired,
    /// A client certificate that is not valid yet.
    CertificateEarly,
    /// A client certificate that `link.tls.client_ca` has not signed, or not for this.
    CertificateUntrusted,
    /// A message that was begun was not completed in time.
    SlowMessage,
    /// A message was longer than `link.max_message`.
    LongMessage,
    /// Too many unreadable messages in a row.
    Unreadable,
    /// INIT_LINK was denied a mailbox.
    Mailbox(Denial),
}

impl Refusal {
    /// Every one of them.
    #[cfg(test)]
    const ALL: [Self; 18] = [
        Self::Address,
        Self::MaxLinks,
        Self::TlsBusy,
        Self::TlsSlow,
        Self::TlsAborted,
        Self::TlsFault,
        Self::TlsVersion,
        Self::CertificateMissing,
        Self::CertificateExpired,
        Self::CertificateEarly,
        Self::CertificateUntrusted,
        Self::SlowMessage,
        Self::LongMessage,
        Self::Unreadable,
        Self::Mailbox(Denial::NoMailbox),
        Self::Mailbox(Denial::WrongPassCode),
        Self::Mailbox(Denial::MailboxLocked),
        Self::Mailbox(Denial::AddressLocked),
    ];

    /// The word for it, and a sentence; neither ever changes.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Address => ("address", "link refused: the address is not in link.allow"),
            Self::MaxLinks => ("max-links", "link refused: link.max_links is reached"),
            Self::TlsBusy => ("tls-busy", "link refused: too many TLS handshakes are under way"),
            Self::TlsSlow => ("tls-slow", "link refused: the TLS handshake took too long"),
            Self::TlsAborted => ("tls-aborted", "link refused: the TLS handshake was broken off"),
            Self::TlsFault => ("tls-fault", "link refused: this is not TLS, or breaks its rules"),
            Self::TlsVersion => ("tls-version", "link refused: no TLS version or cipher in common"),
            Self::CertificateMissing => ("certificate-missing", "link refused: no client certificate"),
            Self::CertificateExpired => {
                ("certificate-expired", "link refused: the client certificate is expired")
            }
            Self::CertificateEarly => {
                ("certificate-early", "link refused: the client certificate is not valid yet")
            }
            Self::CertificateUntrusted => (
                "certificate-untrusted",
                "link refused: link.tls.client_ca does not vouch for the certificate",
            ),
            Self::SlowMessage => {
                ("slow-message", "link closed: a message that was begun was not completed in time")
            }
            Self::LongMessage => ("long-message", "link closed: a message was longer than link.max_message"),
            Self::Unreadable => ("unreadable", "link closed: too many unreadable messages in a row"),
            Self::Mailbox(denial) => match denial {
                Denial::NoMailbox => ("no-mailbox", "INIT_LINK refused: there is no such mailbox"),
                Denial::WrongPassCode => ("pass-code", "INIT_LINK refused: wrong pass code"),
                Denial::MailboxLocked => {
                    ("mailbox-locked", "INIT_LINK refused: too many wrong pass codes for this mailbox")
                }
                Denial::AddressLocked => {
                    ("address-locked", "INIT_LINK refused: too many wrong pass codes from this address")
                }
            },
        }
    }
}

/// Writes the lines, and no more of them in a second than a disk can bear.
#[derive(Debug)]
pub(crate) struct SecurityLog {
    since: Cell<Instant>,
    lines: Cell<u64>,
}

impl SecurityLog {
    pub(crate) fn new() -> Self {
        Self { since: Cell::new(Instant::now()), lines: Cell::new(0) }
    }

    /// Writes a line about a peer.
    pub(crate) fn refuse(&self, peer: IpAddr, refusal: Refusal) {
        let (writes, left_out) = self.count(Instant::now());
        if left_out > 0 {
            tracing::warn!(target: "security", refused = "more", count = left_out, "refusals were not logged");
        }
        if writes {
            let (word, sentence) = refusal.words();
            tracing::warn!(target: "security", refused = word, peer = %peer.to_canonical(), "{sentence}");
        }
    }

    /// Whether a line may be written, and how many were left out in the second that is over.
    fn count(&self, now: Instant) -> (bool, u64) {
        let mut left_out = 0;
        if now.saturating_duration_since(self.since.get()) >= Duration::from_secs(1) {
            left_out = self.lines.get().saturating_sub(limits::SECURITY_LINES);
            self.since.set(now);
            self.lines.set(0);
        }
        self.lines.set(self.lines.get() + 1);
        (self.lines.get() <= limits::SECURITY_LINES, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_documented_in_its_own_words() {
        let book = include_str!("../../../../docs/security-log.md");
        let rows: Vec<&str> = book.lines().filter(|line| line.starts_with("| `")).collect();
        let wanted: Vec<String> = Refusal::ALL
            .iter()
            .map(|refusal| refusal.words())
            .map(|(word, sentence)| format!("| `{word}` | {sentence} |"))
            .chain(["| `more` | refusals were not logged |".to_owned()])
            .collect();
        for row in &wanted {
            assert!(rows.iter().any(|line| line.starts_with(row)), "docs/security-log.md lacks {row}");
        }
        assert_eq!(rows.len(), wanted.len(), "docs/security-log.md lists what there is not");
    }

    #[test]
    fn a_flood_of_refusals_is_counted_rather_than_written() {
        let log = SecurityLog::new();
        let start = log.since.get();
        let written = (0..1000).filter(|_| log.count(start).0).count();
        assert_eq!(written as u64, limits::SECURITY_LINES);
        let (writes, left_out) = log.count(start + Duration::from_secs(1));
        assert!(writes);
        assert_eq!(left_out, 1000 - limits::SECURITY_LINES);
        assert_eq!(log.count(start + Duration::from_secs(2)), (true, 0));
    }
}
