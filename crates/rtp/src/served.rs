//! A leg with its sockets: its turn, its reports, its end.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use edge::sound::{Event, Media};
use media::srtp::OVERHEAD;

use crate::bridge::Bridged;
use crate::clock;
use crate::departures::Departures;
use crate::leg::{Came, Heard, Leg, Sends};
use crate::limits::{CATCH_UP, CONTROL_READS, DATAGRAM, PACKET, READS, SLOT, SLOTS};
use crate::ports::Pair;
use crate::secured::Secured;
use crate::socket::Datagram;
use crate::tally::Tally;
use crate::tape::{Piece, Tape};

/// The tag of frames whose way nobody follows.
pub const UNFOLLOWED: usize = usize::MAX;
/// From one turn to the next.
const TURN: Duration = Duration::from_nanos(SLOT.subsec_nanos() as u64 * SLOTS);
/// A sender that no packet is taken from.
const NOBODY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));

/// An open leg and its sockets.
pub struct Served {
    /// The leg.
    pub leg: Leg,
    sockets: Pair,
    /// Where its packets are secured; few are, so its size is nobody else's.
    secured: Option<Box<Secured>>,
    filter: Filter,
    /// Turns in a row in which its sockets failed.
    failures: u32,
}

/// Whose packets the RTP socket gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Filter {
    /// Anyone's.
    Anyone,
    /// The party's, since it is connected, and those that anyone sent before.
    Mixed(SocketAddr),
    /// The party's alone: it was empty once since it is connected.
    Party(SocketAddr),
    /// Anyone's again: nothing came from where the party was, and it may be elsewhere.
    Search,
}

/// What the legs of a worker need in their turns.
pub struct Turn<'a> {
    /// Which turn of 20 ms it is.
    pub number: u64,
    /// The wall clock.
    pub wall: Duration,
    /// Room for a datagram.
    pub buffer: &'a mut [u8; DATAGRAM],
    /// Where the frames go.
    pub departures: &'a mut Departures,
    /// Where the events go.
    pub events: &'a mut Vec<Event>,
    /// Where recordings go.
    pub tape: &'a Tape,
    /// What is counted.
    pub tally: &'a Tally,
}

impl Served {
    /// A leg that has just opened.
    #[must_use]
    pub fn new(leg: Leg, sockets: Pair) -> Self {
        let secured = leg.media().security.map(|agreed| Box::new(Secured::new(agreed)));
        Self { leg, sockets, secured, filter: Filter::Anyone, failures: 0 }
    }

    /// Changes what was negotiated.
    pub fn reopen(&mut self, media: Media) {
        match (&mut self.secured, media.security) {
            (Some(secured), Some(agreed)) => secured.agree(agreed),
            (secured, agreed) => *secured = agreed.map(|agreed| Box::new(Secured::new(agreed))),
        }
        if self.leg.reopen(media) {
            self.unlatch(Filter::Anyone);
        }
    }

    /// The first half of the leg's turn: reads what has come and listens to it.
    pub fn hear(&mut self, turn: &mut Turn<'_>) {
        self.read(turn);
        self.leg.listen(turn.number, turn.events);
        if self.leg.is_astray() && matches!(self.filter, Filter::Mixed(_) | Filter::Party(_)) {
            self.unlatch(Filter::Search);
        }
        self.leg.offer(turn.tape);
    }

    /// The second half: puts what the leg sends among the departures, which must have room for
    /// [`PASSED`](crate::limits::PASSED) frames. `tag` names the leg there; `from` is whose packets it is
    /// passed, if it is.
    pub fn speak(&mut self, tag: usize, bridged: &Bridged<'_>, from: Option<&Leg>, turn: &mut Turn<'_>) {
        let to = self.destination();
        let descriptor = self.sockets.rtp.descriptor();
        let secured = &mut self.secured;
        let mut commit = |departures: &mut Departures, length| {
            let frame = departures.next();
            let length = match secured {
                Some(secured) => secured.seal(&mut frame.octets, length),
                None => Some(length),
            };
            let Some(length) = length else { return };
            (frame.length, frame.descriptor, frame.to, frame.tag) = (length, descriptor, to, tag);
            departures.commit();
        };
        match self.leg.turn(bridged, &mut turn.departures.next().octets, turn.events) {
            Sends::Nothing => {}
            Sends::Packet { length, late } => {
                turn.tally.late.add(late);
                commit(turn.departures, length);
            }
            Sends::Passes => {
                let Some(from) = from else { return };
                for packet in from.said().packets() {
                    let octets = &mut turn.departures.next().octets;
                    if let Some(length) = self.leg.pass(from.id(), &packet, octets) {
                        commit(turn.departures, length);
                    }
                }
            }
        }
    }

    /// Reads what has come, within bounds. One packet is due in a turn, and asking in vain for a second
    /// costs as much as half of a packet: a packet of the party that came since the last turn is taken
    /// for the last one. Were it not, the next will be older than a turn when it is read, and more are
    /// read with it.
    fn read(&mut self, turn: &mut Turn<'_>) {
        for _ in 0..READS {
            let received = match self.filter {
                Filter::Anyone | Filter::Mixed(_) | Filter::Search => self.sockets.rtp.receive(turn.buffer),
                Filter::Party(_) => self.sockets.rtp.receive_connected(turn.buffer),
            };
            let datagram = match received {
                Ok(datagram) => datagram,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if let Filter::Mixed(party) = self.filter {
                        self.filter = Filter::Party(party);
                    }
                    return;
                }
                Err(error) if is_broken(&error) => {
                    self.failures += 1;
                    return;
                }
                Err(_) => {
                    turn.tally.unsent.add(1);
                    continue;
                }
            };
            self.take(&datagram, turn);
            let age = turn.wall.saturating_sub(datagram.arrived);
            if matches!(self.filter, Filter::Party(_)) && age < TURN {
                return;
            }
        }
    }

    fn take(&mut self, datagram: &Datagram, turn: &mut Turn<'_>) {
        let from = match self.filter {
            Filter::Party(party) => party,
            Filter::Anyone | Filter::Mixed(_) | Filter::Search => datagram.from.unwrap_or(NOBODY),
        };
        // A datagram longer than any that was negotiated is not looked into, nor one that was not secured with
        // the key that was agreed on.
        let length = if datagram.cut { None } else { Some(datagram.length) };
        let length = match (&mut self.secured, length) {
            (Some(secured), Some(length)) => secured.open(&mut turn.buffer[..length]),
            (_, length) => length,
        };
        let octets = length.map_or(&[][..], |length| &turn.buffer[..length]);
        let turns = turn.wall.saturating_sub(datagram.arrived).as_nanos() / TURN.as_nanos();
        // A clock that is set back and forth makes no packet older than a leg remembers.
        let turns = if datagram.arrived.is_zero() { 0 } else { turns.min(CATCH_UP.into()) as u64 };
        let came = Came { at: datagram.arrived, turn: turn.number.saturating_sub(turns) };
        match self.leg.hear(octets, from, came, turn.events) {
            Heard::Taken => {
                turn.tally.received.add(1);
                if self.filter == Filter::Search {
                    self.latch(from);
                }
            }
            Heard::Control => {}
            Heard::Stranger => turn.tally.strangers.add(1),
            Heard::Malformed => turn.tally.malformed.add(1),
            Heard::Latched(party) => {
                turn.tally.received.add(1);
                self.latch(party);
            }
        }
    }

    fn latch(&mut self, party: SocketAddr) {
        match self.sockets.rtp.connect(party) {
            Ok(()) => self.filter = Filter::Mixed(party),
            // The leg compares addresses itself; only the kernel's filter is missing.
            Err(error) => {
                tracing::warn!(leg = %self.leg.id(), %party, %error, "the RTP socket is not connected to its party");
            }
        }
    }

    /// Where its packets go; none when the socket is connected.
    fn destination(&self) -> Option<SocketAddr> {
        match self.filter {
            Filter::Anyone | Filter::Search => Some(self.leg.destination()),
            Filter::Mixed(_) | Filter::Party(_) => None,
        }
    }

    /// Takes packets from anywhere again: the party is elsewhere, or may be.
    fn unlatch(&mut self, filter: Filter) {
        self.filter = filter;
        if let Err(error) = self.sockets.rtp.disconnect() {
            tracing::warn!(leg = %self.leg.id(), %error, "the RTP socket cannot be disconnected");
        }
    }

    /// Learns how its frame of `length` octets left.
    pub fn departed(&mut self, length: usize, result: &io::Result<()>, tally: &Tally) {
        match result {
            Ok(()) => {
                self.failures = 0;
                self.leg.count_sent(length);
                tally.sent.add(1);
            }
            Err(error) => {
                tally.unsent.add(1);
                if is_broken(error) {
                    self.failures += 1;
                }
            }
        }
    }

    /// Turns in a row in which its sockets failed.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Puts an RTCP report among the departures, which must have room, after reading the far side's.
    pub fn report(&mut self, turn: u64, chance: u64, departures: &mut Departures) {
        self.read_control();
        let mut report = Vec::with_capacity(PACKET);
        self.leg.report(turn, clock::wall(), chance, false, &mut report);
        let Some(report) = self.sealed(report) else { return };
        let frame = departures.next();
        let Some(room) = frame.octets.get_mut(..report.len()) else { return };
        room.copy_from_slice(&report);
        frame.length = report.len();
        frame.tag = UNFOLLOWED;
        if self.leg.is_multiplexed() {
            frame.descriptor = self.sockets.rtp.descriptor();
            frame.to = self.destination();
        } else {
            frame.descriptor = self.sockets.rtcp.descriptor();
            frame.to = Some(self.leg.control());
        }
        departures.commit();
    }

    /// A report of ours as it leaves; none where it cannot be secured.
    fn sealed(&mut self, mut report: Vec<u8>) -> Option<Vec<u8>> {
        let Some(secured) = &mut self.secured else { return Some(report) };
        let length = report.len();
        report.resize(length + OVERHEAD, 0);
        let sealed = secured.seal(&mut report, length)?;
        report.truncate(sealed);
        Some(report)
    }

    fn read_control(&mut self) {
        let mut buffer = [0; DATAGRAM];
        for _ in 0..CONTROL_READS {
            match self.sockets.rtcp.receive(&mut buffer) {
                Ok(datagram) => {
                    let arrived = if datagram.arrived.is_zero() { clock::wall() } else { datagram.arrived };
                    let from = datagram.from.unwrap_or(NOBODY);
                    let length = match &mut self.secured {
                        Some(secured) => secured.open(&mut buffer[..datagram.length]),
                        None => Some(datagram.length),
                    };
                    if let Some(length) = length {
                        self.leg.hear_control(&buffer[..length], from, arrived);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock || is_broken(&error) => return,
                Err(_) => {}
            }
        }
    }

    /// Its sockets, for another leg; none when they cannot serve one.
    #[must_use]
    pub fn into_sockets(self) -> Option<Pair> {
        let free = match self.filter {
            Filter::Anyone | Filter::Search => true,
            Filter::Mixed(_) | Filter::Party(_) => self.sockets.rtp.disconnect().is_ok(),
        };
        (free && self.failures == 0).then_some(self.sockets)
    }

    /// The engine stops: says goodbye; what the tape has not taken yet.
    #[must_use]
    pub fn end(mut self, turn: u64) -> VecDeque<Piece> {
        self.close(turn);
        self.leg.end_recordings()
    }

    /// Says goodbye (RFC 3550 §6.6), after reading the far side's last report.
    pub fn close(&mut self, turn: u64) {
        self.read_control();
        if !self.leg.owes_goodbye() {
            return;
        }
        let mut report = Vec::with_capacity(PACKET);
        self.leg.report(turn, clock::wall(), 0, true, &mut report);
        let Some(report) = self.sealed(report) else { return };
        let sent = if self.leg.is_multiplexed() {
            self.sockets.rtp.send_to(&report, self.leg.destination())
        } else {
            self.sockets.rtcp.send_to(&report, self.leg.control())
        };
        if let Err(error) = sent {
            tracing::debug!(leg = %self.leg.id(), %error, "the RTCP goodbye was not sent");
        }
    }
}

/// Whether a socket fails for a reason of its own. Others pass: a far side's port that is closed, a
/// route that is gone, a firewall, a full queue. Whether the call lives then is for signalling to say,
/// which [`Event::Silent`] tells.
fn is_broken(error: &io::Error) -> bool {
    const BROKEN: [i32; 5] =
        [libc::EBADF, libc::ENOTSOCK, libc::EINVAL, libc::EAFNOSUPPORT, libc::EDESTADDRREQ];
    error.raw_os_error().is_some_and(|code| BROKEN.contains(&code))
}
