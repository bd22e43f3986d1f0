//! What a party does, as data.

use std::sync::Arc;
use std::time::Duration;

use edge::Key;
use edge::signal::Cause;
use edge::sound::Clip;

/// What a party does, one step after the other. When it is over, the party stays and listens until the
/// far side hangs up.
pub type Script = Arc<[Step]>;

/// One thing a party does. A step that makes no sense where it stands (talking before there is sound,
/// answering twice) is left out and logged as [`crate::Happening::LeftOut`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Let the caller hear that the phone rings (180).
    Ring,
    /// Talk before the answer (183 with SDP); the next step comes when sound can flow.
    EarlyMedia,
    /// Lift the receiver (200); the next step comes when the call is up.
    Answer,
    /// Do nothing for this long.
    Wait(Duration),
    /// Do nothing until this long after the answer.
    UntilAnswered(Duration),
    /// Say this; the next step comes when its last sample has left.
    Say(Clip),
    /// Sound this over and over; the next step comes at once.
    Sound(Clip),
    /// Stop what sounds.
    Quiet,
    /// Press these keys as telephone-events; the next step comes when all have been sent.
    Press(Vec<Key>),
    /// Send back what is heard, from now on.
    Echo,
    /// Refuse the call or hang up.
    HangUp(Cause),
}

impl Step {
    /// What the step is called in the log.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::EarlyMedia => "early media",
            Self::Answer => "answer",
            Self::Wait(_) => "wait",
            Self::UntilAnswered(_) => "wait since the answer",
            Self::Say(_) => "say",
            Self::Sound(_) => "sound",
            Self::Quiet => "quiet",
            Self::Press(_) => "press",
            Self::Echo => "echo",
            Self::HangUp(_) => "hang up",
        }
    }
}
