//! One party of the simulated network: a call, what its script says next, and until when it waits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use edge::sound::{Barge, Clip, Media, Repeat};
use edge::{Key, LegId, PlayId, signal, sound};

use crate::limits;
use crate::log::Happening;
use crate::network::Turn;
use crate::script::{Script, Step};

/// Milliseconds of one key and the pause after it ([`sound::Command::Press`]).
const KEY_MS: u64 = 200;

/// What the party waits for before its next step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wait {
    /// Sound before the answer.
    EarlyMedia,
    /// The call to be up.
    Answer,
    /// A moment.
    Moment,
    /// The end of this play.
    Play(PlayId),
    /// The last of its keys.
    Keys,
    /// Nothing: the script is over.
    FarSide,
    /// The end of a call that it has hung up.
    End,
}

/// Who called whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    /// The server called this party.
    Called,
    /// This party calls the server.
    Calling,
}

/// One party.
#[derive(Debug)]
pub(crate) struct Party {
    leg: LegId,
    side: Side,
    script: Script,
    next: usize,
    wait: Wait,
    /// When the wait is over, whatever comes: every wait has its end.
    deadline: Instant,
    answered: Option<Instant>,
    media: Option<Media>,
    play: Option<PlayId>,
}

/// What becomes of a party after its deadline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Stays,
    Forgotten,
}

impl Party {
    /// A party that the server calls; its script begins at once.
    pub(crate) fn called(leg: LegId, script: Script, turn: &mut Turn<'_>) -> Self {
        let mut party = Self::new(leg, Side::Called, script, turn.now);
        party.proceed(turn);
        party
    }

    /// A party that calls the server; its script begins with the answer.
    pub(crate) fn calling(leg: LegId, script: Script, patience: Duration, turn: &Turn<'_>) -> Self {
        let mut party = Self::new(leg, Side::Calling, script, turn.now);
        party.wait = Wait::Answer;
        party.deadline = turn.now + patience.min(limits::CALL);
        party
    }

    fn new(leg: LegId, side: Side, script: Script, now: Instant) -> Self {
        let wait = Wait::Moment;
        Self { leg, side, script, next: 0, wait, deadline: now, answered: None, media: None, play: None }
    }

    pub(crate) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// From now on the party follows this script instead of its own.
    pub(crate) fn follow(&mut self, script: Script, turn: &mut Turn<'_>) {
        if self.wait == Wait::End {
            return;
        }
        self.script = script;
        self.next = 0;
        self.proceed(turn);
    }

    /// Sound flows before the answer.
    pub(crate) fn early(&mut self, media: Media, turn: &mut Turn<'_>) {
        turn.saw(self.leg, Happening::EarlyMedia { codec: media.codec });
        self.open(media, turn);
        if self.wait == Wait::EarlyMedia {
            self.proceed(turn);
        }
    }

    /// The call is up.
    pub(crate) fn answered(&mut self, media: Media, turn: &mut Turn<'_>) {
        turn.saw(self.leg, Happening::Answered { codec: media.codec });
        self.answered = Some(turn.now);
        self.open(media, turn);
        if self.wait == Wait::Answer {
            self.proceed(turn);
        }
    }

    /// The media changed in mid-call.
    pub(crate) fn renegotiated(&mut self, media: Media, turn: &mut Turn<'_>) {
        let Media { codec, direction, .. } = media;
        turn.saw(self.leg, Happening::Renegotiated { codec, direction });
        self.open(media, turn);
    }

    /// A play is over.
    pub(crate) fn play_ended(&mut self, play: PlayId, turn: &mut Turn<'_>) {
        if self.play == Some(play) {
            self.play = None;
        }
        if self.wait == Wait::Play(play) {
            turn.saw(self.leg, Happening::Said);
            self.proceed(turn);
        }
    }

    /// Keys have been sent.
    pub(crate) fn keys_sent(&mut self, turn: &mut Turn<'_>) {
        turn.saw(self.leg, Happening::KeysSent);
        if self.wait == Wait::Keys {
            self.proceed(turn);
        }
    }

    /// The wait has lasted as long as it may.
    pub(crate) fn due(&mut self, turn: &mut Turn<'_>) -> Fate {
        match self.wait {
            // The engine owes us an end that it did not tell: the script goes on without it.
            Wait::Moment | Wait::Play(_) | Wait::Keys => self.proceed(turn),
            Wait::Answer if self.side == Side::Calling => self.hang_up(signal::Cause::NoAnswer, turn),
            Wait::EarlyMedia | Wait::Answer => self.hang_up(signal::Cause::Lost, turn),
            Wait::FarSide => self.hang_up(signal::Cause::Normal, turn),
            Wait::End => return Fate::Forgotten,
        }
        Fate::Stays
    }

    /// Refuses, cancels or ends the call, once.
    pub(crate) fn hang_up(&mut self, cause: signal::Cause, turn: &mut Turn<'_>) {
        if self.wait != Wait::End {
            turn.signal(signal::Command::HangUp { leg: self.leg, cause });
            self.wait_for(Wait::End, limits::LEAVE, turn.now);
        }
    }

    fn open(&mut self, media: Media, turn: &mut Turn<'_>) {
        if self.media == Some(media) {
            return;
        }
        turn.sound(sound::Command::Open { leg: self.leg, media });
        if self.media.replace(media).is_none() {
            for &hz in turn.listen {
                turn.out.push(sound::Command::Listen { leg: self.leg, hz }.into());
            }
        }
    }

    /// Does the next steps, up to and with the first one that waits.
    fn proceed(&mut self, turn: &mut Turn<'_>) {
        let script = Arc::clone(&self.script);
        while let Some(step) = script.get(self.next).filter(|_| self.next < limits::STEPS) {
            self.next += 1;
            if let Some((wait, length)) = self.begin(step, turn) {
                return self.wait_for(wait, length, turn.now);
            }
        }
        self.wait_for(Wait::FarSide, limits::CALL, turn.now);
    }

    /// Begins a step; returns what to wait for before the next one, and how long at most.
    fn begin(&mut self, step: &Step, turn: &mut Turn<'_>) -> Option<(Wait, Duration)> {
        let leg = self.leg;
        let can_answer = self.side == Side::Called && self.answered.is_none();
        let can_talk = self.media.is_some();
        match step {
            Step::Ring if can_answer => turn.signal(signal::Command::Ring { leg }),
            Step::EarlyMedia if can_answer && !can_talk => {
                turn.signal(signal::Command::Progress { leg });
                return Some((Wait::EarlyMedia, limits::SETTLE));
            }
            Step::Answer if can_answer => {
                turn.signal(signal::Command::Answer { leg });
                return Some((Wait::Answer, limits::SETTLE));
            }
            Step::Wait(length) => return Some((Wait::Moment, (*length).min(limits::CALL))),
            Step::UntilAnswered(length) if let Some(answered) = self.answered => {
                let passed = turn.now.saturating_duration_since(answered);
                let rest = length.saturating_sub(passed).min(limits::CALL);
                return (rest > Duration::ZERO).then_some((Wait::Moment, rest));
            }
            Step::Say(clip) if can_talk => {
                let play = self.play(clip, Repeat::Once, turn);
                let length = Duration::from_millis(clip.milliseconds()).min(limits::CALL);
                return Some((Wait::Play(play), length + limits::LATE));
            }
            Step::Sound(clip) if can_talk => {
                self.play(clip, Repeat::Forever, turn);
            }
            Step::Quiet if let Some(play) = self.play.take() => {
                turn.sound(sound::Command::Stop { leg, play });
            }
            Step::Press(keys) if can_talk && !keys.is_empty() => {
                let keys: Vec<Key> = keys.iter().copied().take(limits::KEYS).collect();
                let length = Duration::from_millis(KEY_MS * keys.len() as u64);
                turn.sound(sound::Command::Press { leg, keys });
                return Some((Wait::Keys, length + limits::LATE));
            }
            Step::Echo if can_talk => turn.sound(sound::Command::Echo { leg }),
            Step::HangUp(cause) => {
                turn.signal(signal::Command::HangUp { leg, cause: *cause });
                return Some((Wait::End, limits::LEAVE));
            }
            out_of_place => turn.saw(leg, Happening::LeftOut(out_of_place.name())),
        }
        None
    }

    fn play(&mut self, clip: &Clip, repeat: Repeat, turn: &mut Turn<'_>) -> PlayId {
        let play = turn.next_play();
        let clips = vec![clip.clone()];
        turn.sound(sound::Command::Play { leg: self.leg, play, clips, barge: Barge::Never, repeat });
        self.play = Some(play);
        play
    }

    fn wait_for(&mut self, wait: Wait, length: Duration, now: Instant) {
        self.wait = wait;
        self.deadline = now + length;
    }
}
