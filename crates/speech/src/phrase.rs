//! What the house says beside numbers: one phrase, one line of every catalogue.

use crate::catalogue::{Part, catalogue};
use crate::spoken::Spoken;
use crate::{Language, Prompt};

/// Declares the phrases with the names of their lines.
macro_rules! phrases {
    ($($phrase:ident = $name:literal,)*) => {
        /// Something the house says.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Phrase {
            $(#[doc = concat!("`", $name, "` of the catalogue.")] $phrase,)*
        }

        impl Phrase {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$phrase,)*];

            /// The name of its line in every catalogue.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$phrase => $name,)*
                }
            }
        }
    };
}

phrases! {
    Today = "today",
    Yesterday = "yesterday",
    Welcome = "welcome",
    Goodbye = "goodbye",
    ThankYou = "thank-you",
    PleaseWait = "please-wait",
    TryAgain = "try-again",
    Invalid = "invalid",
    NoEntry = "no-entry",
    Error = "error",
    CallRecorded = "call-recorded",
    Star = "star",
    Hash = "hash",
    EnterMailbox = "enter-mailbox",
    EnterPassCode = "enter-pass-code",
    EnterNewPassCode = "enter-new-pass-code",
    RepeatPassCode = "repeat-pass-code",
    PassCodeDiffers = "pass-code-differs",
    PassCodeWrong = "pass-code-wrong",
    PassCodeChanged = "pass-code-changed",
    NoSuchMailbox = "no-such-mailbox",
    MailboxFull = "mailbox-full",
    NotAvailable = "not-available",
    RecordMessage = "record-message",
    RecordGreeting = "record-greeting",
    PressFinish = "press-finish",
    TooShort = "too-short",
    YouHave = "you-have",
    NoMessages = "no-messages",
    FirstMessage = "first-message",
    NextMessage = "next-message",
    LastMessage = "last-message",
    NoMoreMessages = "no-more-messages",
    Received = "received",
    MessageDeleted = "message-deleted",
    MessageSaved = "message-saved",
    MessageSent = "message-sent",
    GreetingSaved = "greeting-saved",
    PressListen = "press-listen",
    PressRepeat = "press-repeat",
    PressSave = "press-save",
    PressDelete = "press-delete",
    PressNext = "press-next",
    PressCallBack = "press-call-back",
    PressRecordAgain = "press-record-again",
    PressSend = "press-send",
    PressGreeting = "press-greeting",
    PressPassCode = "press-pass-code",
    PressMenu = "press-menu",
    PressOperator = "press-operator",
    PressExit = "press-exit",
    Balance = "balance",
    BalanceLow = "balance-low",
    TimeLeft = "time-left",
    EnterNumber = "enter-number",
    NumberWrong = "number-wrong",
    Connecting = "connecting",
    NumberBusy = "number-busy",
    NoAnswer = "no-answer",
    CallFailed = "call-failed",
    CallEnds = "call-ends",
    EnterConference = "enter-conference",
    NoSuchConference = "no-such-conference",
    ConferenceFirst = "conference-first",
    ConferenceCount = "conference-count",
    ParticipantJoined = "participant-joined",
    ParticipantLeft = "participant-left",
    Muted = "muted",
    Unmuted = "unmuted",
    ConferenceFull = "conference-full",
    ConferenceLocked = "conference-locked",
    ConferenceRecorded = "conference-recorded",
    ConferenceEnds = "conference-ends",
    EnterAgent = "enter-agent",
    AgentLoggedIn = "agent-logged-in",
    AgentLoggedOut = "agent-logged-out",
    AgentsBusy = "agents-busy",
    CallForAgent = "call-for-agent",
}

/// The prompt of a phrase that has no place for anything else.
///
/// A phrase with a place gives the part before it, or else behind it: that is for [`sentence`].
pub fn phrase(language: Language, phrase: Phrase) -> Prompt {
    let parts = [Part::Whole, Part::Before, Part::After];
    let key = parts.into_iter().find_map(|part| catalogue(language).part(phrase.name(), part));
    Prompt { language, key: key.expect("a test holds every phrase against every catalogue") }
}

/// The prompts of a phrase with something in its place: "you have", "three new messages".
///
/// In a phrase without a place it comes last.
pub fn sentence(language: Language, phrase: Phrase, inner: impl IntoIterator<Item = Prompt>) -> Vec<Prompt> {
    let part = |part| catalogue(language).part(phrase.name(), part).map(|key| Prompt { language, key });
    let mut spoken = Spoken::new(language);
    spoken.say(part(Part::Whole));
    spoken.say(part(Part::Before));
    spoken.say(inner);
    spoken.say(part(Part::After));
    spoken.prompts()
}
