//! A leg with its sockets: its turn, its reports, its end.

use std::io;
use std::net::SocketAddr;

use edge::sound::Event;

use crate::clock;
use crate::departures::Departures;
use crate::leg::{Heard, Leg};
use crate::limits::{CONTROL_READS, DATAGRAM, PACKET, READS};
use crate::ports::Pair;
use crate::tally::Tally;

/// The tag of frames whose way nobody follows.
pub const UNFOLLOWED: usize = usize::MAX;

/// An open leg and its sockets.
pub struct Served {
    /// The leg.
    pub leg: Leg,
    sockets: Pair,
    /// Turns in a row in which its sockets failed.
    failures: u32,
}

impl Served {
    /// A leg that has just opened.
    #[must_use]
    pub const fn new(leg: Leg, sockets: Pair) -> Self {
        Self { leg, sockets, failures: 0 }
    }

    /// The leg's turn: reads what has come, then puts its frame among the departures, which must have
    /// room. `tag` names the leg there.
    pub fn serve(
        &mut self,
        turn: u64,
        tag: usize,
        departures: &mut Departures,
        events: &mut Vec<Event>,
        tally: &Tally,
    ) {
        self.read(events, tally);
        let frame = departures.next();
        let done = self.leg.turn(turn, &mut frame.octets, events);
        tally.late.add(done.late);
        if let Some(length) = done.length {
            frame.length = length;
            frame.descriptor = self.sockets.rtp.descriptor();
            frame.to = self.leg.destination();
            frame.tag = tag;
            departures.commit();
        }
    }

    fn read(&mut self, events: &mut Vec<Event>, tally: &Tally) {
        let mut buffer = [0; DATAGRAM];
        for _ in 0..READS {
            let datagram = match self.sockets.rtp.receive(&mut buffer) {
                Ok(datagram) => datagram,
                Err(error) if is_passing(&error) => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.failures += 1;
                    return;
                }
            };
            // A datagram longer than any that was negotiated is not looked into.
            let octets = if datagram.cut { &[] } else { &buffer[..datagram.length] };
            match self.leg.hear(octets, datagram.from, datagram.arrived, events) {
                Heard::Taken => tally.received.add(1),
                Heard::Control => {}
                Heard::Stranger => tally.strangers.add(1),
                Heard::Malformed => tally.malformed.add(1),
                Heard::Latched(party) => {
                    tally.received.add(1);
                    self.latch(party);
                }
            }
        }
    }

    fn latch(&mut self, party: SocketAddr) {
        if let Err(error) = self.sockets.rtp.connect(party) {
            // The leg compares addresses itself; only the kernel's filter is missing.
            tracing::warn!(leg = %self.leg.id(), %party, %error, "the RTP socket cannot be connected to its party");
            self.failures += 1;
        }
    }

    /// Takes packets from anywhere again: the party is elsewhere.
    pub fn unlatch(&mut self) {
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
                // The far side's port may open again; whether the call lives is for signalling to say.
                if !is_passing(error) {
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
        let frame = departures.next();
        let Some(room) = frame.octets.get_mut(..report.len()) else { return };
        room.copy_from_slice(&report);
        frame.length = report.len();
        frame.tag = UNFOLLOWED;
        if self.leg.is_multiplexed() {
            frame.descriptor = self.sockets.rtp.descriptor();
            frame.to = self.leg.destination();
        } else {
            frame.descriptor = self.sockets.rtcp.descriptor();
            frame.to = Some(self.leg.media().rtcp);
        }
        departures.commit();
    }

    fn read_control(&mut self) {
        let mut buffer = [0; DATAGRAM];
        for _ in 0..CONTROL_READS {
            match self.sockets.rtcp.receive(&mut buffer) {
                Ok(datagram) => {
                    let arrived = if datagram.arrived.is_zero() { clock::wall() } else { datagram.arrived };
                    self.leg.hear_control(&buffer[..datagram.length], datagram.from, arrived);
                }
                Err(error) if is_passing(&error) => {}
                Err(_) => return,
            }
        }
    }

    /// Says goodbye (RFC 3550 §6.6), after reading the far side's last report.
    pub fn close(&mut self, turn: u64) {
        self.read_control();
        if !self.leg.owes_goodbye() {
            return;
        }
        let mut report = Vec::with_capacity(PACKET);
        self.leg.report(turn, clock::wall(), 0, true, &mut report);
        let socket = if self.leg.is_multiplexed() { &self.sockets.rtp } else { &self.sockets.rtcp };
        if let Err(error) = socket.send_to(&report, self.leg.media().rtcp) {
            tracing::debug!(leg = %self.leg.id(), %error, "the RTCP goodbye was not sent");
        }
    }
}

/// Errors that say nothing about the next packet: a port that refused an earlier one, a signal.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::Interrupted)
}
