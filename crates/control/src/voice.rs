//! The voice channel of a call: it does one thing at a time.

use std::time::Instant;

use edge::sound::{self, Sign, Signs};
use edge::{LegId, PlayId};
use protocol::DialoutEvent;

use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::dial::DialPending;
use crate::digits::Collecting;
use crate::ending::Ending;
use crate::inbound::Announcing;
use crate::input::{Missing, Output, Ticket};
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::playing::{Noting, Play, Playing};
use crate::press::Sending;
use crate::progress::Announcement;
use crate::switch::Switch;

/// What the voice channel of a call does.
#[derive(Debug)]
pub(crate) enum Voice {
    /// Nothing.
    Quiet,
    /// The sound of a play is being looked up.
    Looking(Ticket, Play),
    /// Something plays.
    Playing(Playing),
    /// What was pressed during a play is being written down.
    Noting(Noting),
    /// The message of a dial-out waits for the end of a machine's greeting.
    Awaiting(Announcement),
    /// The message of a dial-out was played through; the party may still press a key.
    KeyWait { pending: DialPending },
    /// The file of a recording is being made: [`Call::recording`] says of which.
    Making,
    /// The party is recorded: [`Call::recording`].
    Recording,
    /// Keys are collected.
    Collecting(Collecting),
    /// Keys are sent.
    Sending(Sending),
    /// The mailbox of the number announces what it has to say.
    Announcing(Announcing),
}

/// Why a request cannot have the voice channel of a port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unfit {
    /// There is no such port.
    NoPort,
    /// Its call is not up, or it has none.
    NotUp,
    /// It does something already.
    Busy,
}

/// Every request that uses a voice channel says in the same words why it cannot (decision U100).
macro_rules! said_as {
    ($($status:ident)*) => { $(
        impl From<Unfit> for protocol::$status {
            fn from(unfit: Unfit) -> Self {
                match unfit {
                    Unfit::NoPort => Self::InvalidTrunkPort,
                    Unfit::NotUp => Self::InvalidChannelState,
                    Unfit::Busy => Self::VoiceChannelBusy,
                }
            }
        }
    )* };
}
said_as! { PlayVoiceFileStatus PlayNumberStatus RecordVoiceFileStatus DtmfReceiveStatus DtmfGenerateStatus }

impl Voice {
    /// The play under way, whatever it plays.
    pub(crate) const fn play(&self) -> Option<PlayId> {
        match self {
            Self::Playing(playing) => Some(playing.play),
            Self::Announcing(Announcing::Playing(play)) => Some(*play),
            _ => None,
        }
    }

    /// Whether the disk has the next word: requests for the port wait for it.
    pub(crate) const fn awaits_disk(&self) -> bool {
        matches!(self, Self::Looking(..) | Self::Noting(_) | Self::Making)
    }

    /// Every request that waits for it, but for those of a recording.
    pub(crate) fn owed(self) -> Vec<Pending> {
        match self {
            Self::Quiet | Self::Making | Self::Recording | Self::Announcing(_) => Vec::new(),
            Self::Looking(_, Play { pending, .. })
            | Self::Collecting(Collecting { pending, .. })
            | Self::Sending(Sending { pending, .. }) => vec![pending],
            Self::Awaiting(Announcement { pending, .. }) | Self::KeyWait { pending } => vec![pending.owed()],
            Self::Playing(playing) => playing.owed(),
            Self::Noting(noting) => noting.owed(),
        }
    }
}

impl Call {
    /// Lets a request have the voice channel, if nothing has it. Who waits for a key after a message has
    /// its answer with that: the application goes on.
    pub(crate) fn take_channel(&mut self, out: &mut Orders) -> Result<(), Unfit> {
        let Phase::Up(voice) = &mut self.phase else { return Err(Unfit::NotUp) };
        match std::mem::replace(voice, Voice::Quiet) {
            Voice::Quiet => {}
            Voice::KeyWait { pending } => pending.terminate(DialoutEvent::Eof, None, out),
            busy => {
                *voice = busy;
                return Err(Unfit::Busy);
            }
        }
        Ok(())
    }

    /// [`Call::take_channel`] for a play. Who is joined with another is not played to (decision U63).
    pub(crate) fn take_channel_to_play(&mut self, out: &mut Orders) -> Result<(), Unfit> {
        if self.joined.bridge.is_some() { Err(Unfit::NotUp) } else { self.take_channel(out) }
    }

    /// Frees the voice channel if this is what it does, and gives that back.
    pub(crate) fn free_channel(&mut self, is: impl Fn(&Voice) -> bool, out: &mut Orders) -> Option<Voice> {
        let Phase::Up(voice) = &mut self.phase else { return None };
        if !is(voice) {
            return None;
        }
        let voice = std::mem::replace(voice, Voice::Quiet);
        self.watch(Signs::NONE, out);
        Some(voice)
    }

    /// Has the engine watch for these signs and no others.
    pub(crate) fn watch(&mut self, signs: Signs, out: &mut Orders) {
        if self.watched != signs {
            self.watched = signs;
            out.push(Output::Sound(sound::Command::Watch { leg: self.leg, signs }));
        }
    }
}

impl Switch {
    /// Names something asked of the disk that a leg waits for.
    pub(crate) fn ask_disk(&mut self, now: Instant, leg: LegId) -> Ticket {
        let ticket = Ticket(self.tickets.next());
        self.asked.insert(ticket, leg);
        self.alarms.set(now + limits::DISK, Alarm::Disk(ticket));
        ticket
    }

    /// The disk did not answer in time: what was asked of it cannot be had.
    pub(crate) fn disk_over(&mut self, now: Instant, ticket: Ticket, out: &mut Orders) {
        let Some(leg) = self.asked.get(&ticket) else { return };
        let phase = self.ports.call_mut(*leg).map(|(_, call)| &call.phase);
        if let Some(Phase::Up(Voice::Noting(_))) = phase {
            return self.noted(now, ticket, out);
        }
        self.found(now, ticket, vec![Err(Missing("the disk does not answer".into()))], out);
    }

    /// A sign ends what the voice channel does, where that is watched for (behaviour B143).
    pub(crate) fn cut_by_sign(&mut self, leg: LegId, sign: Sign, out: &mut Orders) {
        let Some(ending) = Ending::of(sign) else { return };
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if !call.watched.has(sign) {
            return;
        }
        let (leg, is_collecting) = (call.leg, |voice: &Voice| matches!(voice, Voice::Collecting(_)));
        if let Some(Voice::Collecting(collecting)) = call.free_channel(is_collecting, out) {
            return collecting.settle(&mut call.typed, ending, out);
        }
        match &mut call.phase {
            Phase::Up(Voice::Playing(playing)) => playing.cut(leg, ending, out),
            Phase::Up(Voice::Recording) => {
                if let Some(record) = call.recording {
                    self.cut_recording(record, ending, out);
                }
            }
            _ => {}
        }
    }

    /// Ends what a voice channel does because its call ended. What is recorded ends with its file.
    pub(crate) fn end_voice(&mut self, leg: LegId, voice: Voice, ending: Ending, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        match voice {
            Voice::Quiet | Voice::Making | Voice::Recording | Voice::Announcing(_) => {}
            Voice::Looking(_, play) => play.purpose.refuse(play.pending, Unfit::NotUp, out),
            Voice::Playing(playing) => playing.abandon(&mut call.typed, &mut self.tickets, ending, out),
            Voice::Noting(noting) => noting.settle(out),
            // DIALOUT has no event for a drop after its message (decision U10): the message is over.
            Voice::Awaiting(Announcement { pending, .. }) | Voice::KeyWait { pending } => {
                pending.terminate(DialoutEvent::Eof, None, out);
            }
            Voice::Collecting(collecting) => collecting.settle(&mut call.typed, ending, out),
            Voice::Sending(sending) => sending.fail(out),
        }
    }

    pub(crate) fn set_voice(&mut self, leg: LegId, voice: Voice) {
        if let Some((_, call)) = self.ports.call_mut(leg) {
            call.phase = Phase::Up(voice);
        }
    }
}
