//! Every limit of the crate: those an operator may want to move in [`Limits`], the others as constants.

use std::time::Duration;

/// What the signalling side takes on at most. Every field has a default that suits one server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Calls at once, both directions; above it a dial ends with `Overload`, an arrival gets 503.
    pub calls: usize,
    /// New calls from the network a second, over all sources; above it 503 with Retry-After.
    pub arrivals_per_second: u32,
    /// SIP transactions kept at once, running or remembered; above it new requests get 503.
    pub transactions: usize,
    /// Messages a second from one address that belongs to a trunk (or from anyone, where anyone may
    /// call); above it they are dropped.
    pub messages_per_second: u32,
    /// Messages a second from one address that belongs to nobody; above it they are dropped.
    pub strangers_per_second: u32,
    /// Events kept for a sink that is full; from there on new calls are refused.
    pub events: usize,
    /// Connections at once, over TCP and TLS, both directions.
    pub connections: usize,
    /// A connection that says nothing for this long is closed.
    pub connection_idle: Duration,
    /// A message that began on a connection must be whole within this, and so must the TLS handshake of somebody who
    /// has connected.
    pub message_time: Duration,
    /// A call that arrived and that nobody answers ends with 480 after this.
    pub unanswered: Duration,
    /// A call that we placed and to which nothing at all came back, not even a 100, ends with `NoRoute`
    /// after this.
    pub silence: Duration,
    /// A call that we placed and that nobody answers is cancelled after this.
    pub ringing: Duration,
    /// Between two OPTIONS to a trunk; zero sends none.
    pub health_interval: Duration,
    /// How long a trunk has to answer an OPTIONS.
    pub health_patience: Duration,
    /// The life of a registration that we ask for.
    pub registration: Duration,
    /// The first pause after a failed registration; it doubles with every
    /// further one, up to five minutes.
    pub registration_pause: Duration,
    /// The shortest life that a telephone's registration with us may ask for; below it 423.
    pub contact_least: Duration,
    /// The longest life that a telephone's registration with us is granted: after a restart of ours all
    /// telephones are back within it.
    pub contact_longest: Duration,
    /// T1 of RFC 3261 §17.1.1.1: the estimate of the round-trip time. Tests shorten it.
    pub t1: Duration,
    /// How long [`crate::Endpoint::stop`] waits for calls to end and for registrations to go.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls: 2_000,
            arrivals_per_second: 500,
            transactions: 40_000,
            messages_per_second: 10_000,
            strangers_per_second: 10,
            events: 16_384,
            connections: 256,
            connection_idle: Duration::from_secs(300),
            message_time: Duration::from_secs(10),
            unanswered: Duration::from_secs(180),
            silence: Duration::from_secs(5),
            ringing: Duration::from_secs(300),
            health_interval: Duration::from_secs(30),
            health_patience: Duration::from_secs(5),
            registration: Duration::from_secs(3600),
            registration_pause: Duration::from_secs(5),
            contact_least: Duration::from_secs(60),
            contact_longest: Duration::from_secs(300),
            t1: Duration::from_millis(500),
            drain: Duration::from_secs(3),
        }
    }
}

/// The largest message we take, in octets. The stack's own bound for a datagram.
pub(crate) const MESSAGE: usize = 8_192;
/// The largest datagram there is.
pub(crate) const DATAGRAM: usize = 65_535;
/// The longest start line, in octets.
pub(crate) const START_LINE: usize = 1_024;
/// The longest header line (after unfolding), in octets.
pub(crate) const HEADER_LINE: usize = 4_096;
/// The most header lines of one message.
pub(crate) const HEADER_LINES: usize = 128;
/// The most Via headers of one request.
pub(crate) const VIAS: usize = 32;
/// The largest SDP that is looked at, in octets.
pub(crate) const SDP: usize = 4_096;
/// The most media lines of an SDP offer that is answered.
pub(crate) const MEDIA_LINES: usize = 16;
/// What waits for one call: commands, requests in the dialog, messages of its INVITE.
pub(crate) const INBOX: usize = 32;
/// Forked 2xx answers of one INVITE that are acknowledged and ended.
pub(crate) const FORKS: u32 = 8;
/// Calls that were cancelled and refused which are remembered for an answer that comes all the same.
pub(crate) const CANCELLED: usize = 1_024;
/// Early-media descriptions of one call that are told.
pub(crate) const EARLY_MEDIA: u32 = 16;
/// Characters of a number or name that came from a header.
pub(crate) const NUMBER: usize = 64;
/// Entries of a Route set.
pub(crate) const ROUTES: usize = 16;
/// Source addresses whose rate is remembered.
pub(crate) const SOURCES: usize = 4_096;
/// Answers a second to all strangers together: a forged source is no amplifier (security row 35).
pub(crate) const STRANGER_ANSWERS: u32 = 200;
/// Lines a second in the security log.
pub(crate) const SECURITY_LINES: u32 = 5;
/// Messages that wait to be written to one connection.
pub(crate) const WRITES: usize = 256;
/// How long a write to a connection may take.
pub(crate) const WRITE_TIME: Duration = Duration::from_secs(5);
/// How long a connection of ours may take to open, with its TLS handshake.
pub(crate) const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long a host name may take to resolve.
pub(crate) const RESOLVE_TIME: Duration = Duration::from_secs(3);
/// How long its NAPTR records may take, before it is looked for without them.
pub(crate) const POINTER_TIME: Duration = Duration::from_secs(1);
/// Servers of one trunk that are known at once.
pub(crate) const SERVERS: usize = 8;
/// A server that did not answer is passed over for this long, where there are others.
pub(crate) const SERVER_REST: Duration = Duration::from_secs(60);
/// After a CANCEL the end is told at the latest after this, whether or not the far side has answered.
pub(crate) const CANCEL_PATIENCE: Duration = Duration::from_secs(2);
/// Between two looks at the transactions' timers, the shortest of which is T1.
pub(crate) const TIMERS: Duration = Duration::from_millis(20);
/// Between two attempts to hand events to a sink that was full.
pub(crate) const SINK_PAUSE: Duration = Duration::from_millis(5);
/// Seconds after which a caller turned away may try again.
pub(crate) const RETRY_AFTER: u32 = 2;
/// The longest pause between two registrations that failed.
pub(crate) const REGISTRATION_PAUSE_MAX: Duration = Duration::from_secs(300);
/// The longest session between two refreshes (RFC 4028) that we agree to.
pub(crate) const SESSION_LONGEST: Duration = Duration::from_secs(86_400);
/// So long before a session runs out it is ended (RFC 4028 §10), or a third of it where that is less.
pub(crate) const SESSION_MARGIN: Duration = Duration::from_secs(32);
/// Early dialogs of one INVITE of ours whose reliable responses are acknowledged.
pub(crate) const EARLY_DIALOGS: usize = 8;
/// Commands that wait until the far side has acknowledged a reliable response.
pub(crate) const POSTPONED: usize = 8;
/// Failed OPTIONS in a row that take a trunk down.
pub(crate) const HEALTH_FAILURES: u32 = 2;
/// Places that one station is registered at; those beyond take the place of what runs out first.
pub(crate) const CONTACTS: usize = 5;
/// Contacts of one REGISTER.
pub(crate) const CONTACTS_ASKED: usize = 16;
/// The longest URI of a Contact that is registered, in octets.
pub(crate) const CONTACT: usize = 256;
/// How long a nonce of ours is good for.
pub(crate) const NONCE_LIFE: Duration = Duration::from_secs(300);
/// Nonces whose counts are remembered; older ones are stale.
pub(crate) const NONCES: usize = 4_096;
/// The longest value of a parameter of credentials, in octets.
pub(crate) const CREDENTIAL: usize = 512;
/// Wrong answers to our challenges for one station from one address in [`FAILURE_TIME`], after which
/// none is looked at until that is over.
pub(crate) const FAILURES: u32 = 10;
/// The same over all stations from one address: a whole office may stand behind it.
pub(crate) const FAILURES_ADDRESS: u32 = 100;
/// How long wrong answers are remembered.
pub(crate) const FAILURE_TIME: Duration = Duration::from_secs(600);
/// Pairs of address and station whose wrong answers are remembered.
pub(crate) const FAILURES_KEPT: usize = 4_096;
