//! The life of a play, whatever asked for it: its sound is looked up, it plays, it ends.

use std::time::Instant;

use edge::signal::Cause;
use edge::sound::{self, Barge, Clip, PlayEnd, Repeat};
use edge::{LegId, PlayId};
use protocol::{DialoutEvent, Text};

use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::dial::{DialPending, Family};
use crate::digits::Typed;
use crate::ending::Ending;
use crate::input::{Missing, Note, Output, Sought, Ticket};
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::{Count, Switch};
use crate::voice::{Unfit, Voice};
use crate::{play, speak};

/// A play that a request asks for.
#[derive(Debug)]
pub(crate) struct Play {
    pub(crate) pending: Pending,
    pub(crate) purpose: Purpose,
    pub(crate) barge: Barge,
}

/// A play under way.
#[derive(Debug)]
pub(crate) struct Playing {
    pub(crate) play: PlayId,
    pending: Pending,
    purpose: Purpose,
    /// Requests to stop it.
    pub(crate) stops: Vec<Pending>,
    /// What stops it that is no request.
    cut: Option<Ending>,
}

/// What is played, and so in whose words its end is told.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// The files of PLAY_VOICE_FILE.
    Files {
        /// Which of FILE1 to FILE4 (0-based) each of them is.
        places: Vec<u8>,
        /// Whose digits are written down, for UNINTCOLLECTDIG.
        collect: Option<Numbers>,
    },
    /// The prompts of PLAY_NUMBER.
    Number,
    /// The message of a dial-out.
    Message(Family),
}

/// The two parties that the file of play responses names.
#[derive(Debug)]
pub(crate) struct Numbers {
    pub(crate) a: Text,
    pub(crate) b: Text,
}

/// A play is over, and the digits that were pressed meanwhile are being written down.
#[derive(Debug)]
pub(crate) struct Noting {
    ticket: Ticket,
    playing: Playing,
    ending: Ending,
    digits: Text,
}

impl Switch {
    /// Looks up the sound of a play, whose voice channel is free.
    pub(crate) fn look(
        &mut self,
        now: Instant,
        leg: LegId,
        play: Play,
        sought: Vec<Sought>,
        out: &mut Orders,
    ) {
        let ticket = self.ask_disk(now, leg);
        out.push(Output::Find { ticket, sought });
        self.set_voice(leg, Voice::Looking(ticket, play));
    }

    /// The sound of a play was looked up: it starts, or the first one missing is named.
    pub(crate) fn found(
        &mut self,
        now: Instant,
        ticket: Ticket,
        sounds: Vec<Result<Clip, Missing>>,
        out: &mut Orders,
    ) {
        let Some((own, call)) = self.asked.remove(&ticket).and_then(|leg| self.ports.call_mut(leg)) else {
            return;
        };
        if let Some(look) = call.joined.look.take_if(|look| look.is(ticket)) {
            self.music_found(now, look, sounds, out);
            return self.serve_deferred(now, own, out);
        }
        if call.seeks_greeting(ticket) {
            let leg = call.leg;
            return self.greet(now, leg, sounds, out);
        }
        let waits = |voice: &Voice| matches!(voice, Voice::Looking(waiting, _) if *waiting == ticket);
        if let Some(Voice::Looking(_, play)) = call.free_channel(waits, out) {
            let missing = sounds.iter().position(Result::is_err);
            match missing {
                Some(index) => play.purpose.missing(play.pending, index, out),
                None => {
                    play.purpose.accept(&play.pending, out);
                    let clips = sounds.into_iter().flatten().collect();
                    call.begin_play(PlayId(self.plays.next()), play, clips, out);
                    call.watch(self.settings.signs, out);
                }
            }
        }
        self.serve_deferred(now, own, out);
    }

    /// The engine ended a play.
    pub(crate) fn play_ended(
        &mut self,
        now: Instant,
        leg: LegId,
        play: PlayId,
        end: PlayEnd,
        out: &mut Orders,
    ) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if call.announces(play) {
            return self.drop_call(now, leg, Cause::Normal, out);
        }
        // The end of a play that was already ended by something else is none.
        let plays = |voice: &Voice| voice.play() == Some(play);
        let Some(Voice::Playing(playing)) = call.free_channel(plays, out) else { return };
        let ending = match end {
            PlayEnd::Finished => Ending::Finished,
            PlayEnd::Stopped => playing.cut.unwrap_or(Ending::Stopped),
            PlayEnd::Key(key) => {
                call.typed.forget(key);
                Ending::Key(key)
            }
        };
        match &playing.purpose {
            &Purpose::Message(family) if ending == Ending::Finished && playing.stops.is_empty() => {
                let pending = DialPending { pending: playing.pending, family };
                call.phase = Phase::Up(Voice::KeyWait { pending });
                self.alarms.set(now + limits::KEY_WAIT, Alarm::KeyWait(leg));
            }
            Purpose::Files { collect: Some(numbers), .. } => {
                let digits = call.typed.take_all();
                let note = numbers.note(&playing.pending, &digits);
                let ticket = self.ask_disk(now, leg);
                out.push(Output::Note { ticket, note });
                self.set_voice(leg, Voice::Noting(Noting { ticket, playing, ending, digits }));
            }
            _ => playing.settle(ending, Text::default(), out),
        }
        self.tune(leg, out);
    }

    /// What was pressed during a play is in its file (behaviour B144).
    pub(crate) fn noted(&mut self, now: Instant, ticket: Ticket, out: &mut Orders) {
        let Some((own, call)) = self.asked.remove(&ticket).and_then(|leg| self.ports.call_mut(leg)) else {
            return;
        };
        let waits = |voice: &Voice| matches!(voice, Voice::Noting(noting) if noting.ticket == ticket);
        if let Some(Voice::Noting(noting)) = call.free_channel(waits, out) {
            noting.settle(out);
        }
        self.serve_deferred(now, own, out);
    }
}

impl Call {
    /// Plays to the party. What it pressed before is not meant for this (decision U68).
    pub(crate) fn begin_play(&mut self, id: PlayId, play: Play, clips: Vec<Clip>, out: &mut Orders) {
        let Play { pending, purpose, barge } = play;
        let (leg, repeat) = (self.leg, Repeat::Once);
        out.push(Output::Sound(sound::Command::Play { leg, play: id, clips, barge, repeat }));
        self.typed.clear();
        self.joined.forget_music();
        let playing = Playing { play: id, pending, purpose, stops: Vec::new(), cut: None };
        self.phase = Phase::Up(Voice::Playing(playing));
    }
}

impl Playing {
    /// A request stops it; its answer follows when it has ended.
    pub(crate) fn stop(&mut self, leg: LegId, stop: Pending, out: &mut Orders) {
        if self.is_running() {
            out.push(Output::Sound(sound::Command::Stop { leg, play: self.play }));
        }
        self.stops.push(stop);
    }

    /// Something else stops it.
    pub(crate) fn cut(&mut self, leg: LegId, why: Ending, out: &mut Orders) {
        if self.is_running() {
            out.push(Output::Sound(sound::Command::Stop { leg, play: self.play }));
            self.cut = Some(why);
        }
    }

    const fn is_running(&self) -> bool {
        self.stops.is_empty() && self.cut.is_none()
    }

    /// Ends it with its call: what was pressed until then counts, and the port waits for no disk.
    pub(crate) fn abandon(self, typed: &mut Typed, tickets: &mut Count, ending: Ending, out: &mut Orders) {
        let mut digits = Text::default();
        if let Purpose::Files { collect: Some(numbers), .. } = &self.purpose {
            digits = typed.take_all();
            let ticket = Ticket(tickets.next());
            out.push(Output::Note { ticket, note: numbers.note(&self.pending, &digits) });
        }
        self.settle(ending, digits, out);
    }

    /// The last words on it, and on the requests to stop it.
    fn settle(self, ending: Ending, digits: Text, out: &mut Orders) {
        let key = ending.key().map(|key| Text::from(key.to_string()));
        let dtmf = key.or((!digits.is_empty()).then_some(digits));
        match self.purpose {
            Purpose::Files { .. } => play::end(self.pending, ending, dtmf, out),
            Purpose::Number => speak::end(self.pending, ending, dtmf, out),
            // Whatever ends the message of a dial-out is its end (decision U10).
            Purpose::Message(family) => {
                DialPending { pending: self.pending, family }.terminate(DialoutEvent::Eof, dtmf, out);
            }
        }
        for stop in self.stops {
            play::end_stop(stop, out);
        }
    }

    /// Every request that waits for it.
    pub(crate) fn owed(self) -> Vec<Pending> {
        let mut owed = self.stops;
        owed.push(self.pending);
        owed
    }
}

impl Noting {
    /// What was written down is told.
    pub(crate) fn settle(self, out: &mut Orders) {
        self.playing.settle(self.ending, self.digits, out);
    }

    pub(crate) fn owed(self) -> Vec<Pending> {
        self.playing.owed()
    }
}

impl Purpose {
    /// All its sound is there.
    fn accept(&self, pending: &Pending, out: &mut Orders) {
        match self {
            Self::Files { .. } => play::accept(pending, out),
            Self::Number => speak::accept(pending, out),
            Self::Message(_) => {}
        }
    }

    /// The sound at this place of those that were looked up is missing.
    fn missing(&self, pending: Pending, index: usize, out: &mut Orders) {
        match self {
            Self::Files { places, .. } => {
                play::refuse(pending, play::missing(places.get(index).copied().unwrap_or_default()), out);
            }
            // There is no word for a house that lacks a prompt.
            Self::Number => speak::refuse(pending, Unfit::NotUp.into(), out),
            Self::Message(family) => {
                DialPending { pending, family: *family }.terminate(DialoutEvent::Eof, None, out);
            }
        }
    }

    /// It cannot begin any more.
    pub(crate) fn refuse(&self, pending: Pending, why: Unfit, out: &mut Orders) {
        match self {
            Self::Files { .. } => play::refuse(pending, why.into(), out),
            Self::Number => speak::refuse(pending, why.into(), out),
            Self::Message(family) => {
                DialPending { pending, family: *family }.terminate(DialoutEvent::Eof, None, out);
            }
        }
    }
}

impl Numbers {
    /// The line of these digits in the file of play responses (decision P06).
    fn note(&self, pending: &Pending, digits: &Text) -> Note {
        Note {
            msgid: pending.msgid().clone(),
            anumber: self.a.clone(),
            bnumber: self.b.clone(),
            dtmf: digits.clone(),
        }
    }
}
