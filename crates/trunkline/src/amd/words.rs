//! What the detector tells, in words.

use media::amd::{Cue, Parameters, Reason, Sound};
use media::progress::Sit;

/// Why, with the parameters that it went by.
pub(super) fn reason(reason: Reason, parameters: &Parameters) -> String {
    match reason {
        Reason::ShortGreeting { voice, words, silence } => {
            format!("{} and then {silence} ms of silence", said(voice, words))
        }
        Reason::LongGreeting { voice, words } => {
            format!("{}: more than longest_hello = {} ms", said(voice, words), parameters.longest_hello)
        }
        Reason::ManyWords { voice, words } => {
            format!("{}: more than most_words = {}", said(voice, words), parameters.most_words)
        }
        Reason::Beep { hz, length } => format!("a beep of {hz} Hz for {length} ms"),
        Reason::AnswerTone { length } => format!("{length} ms of a fax's answer tone"),
        Reason::CallingTone { length } => format!("a fax's calling tone for {length} ms"),
        Reason::Information { sit } => format!("a special information tone: {}", information(sit)),
        Reason::NothingSaid { silence } => format!("nothing said for {silence} ms"),
        Reason::TimeOver { voice, words } => {
            format!("{}, and analysis = {} ms were over", said(voice, words), parameters.analysis)
        }
    }
}

fn said(voice: u32, words: u32) -> String {
    match words {
        0 => "nothing said".into(),
        1 => format!("{voice} ms of voice in 1 word"),
        _ => format!("{voice} ms of voice in {words} words"),
    }
}

/// What a special information tone says (ITU-T E.180, and the classes of North America).
const fn information(sit: Sit) -> &'static str {
    match sit {
        Sit::Intercept => "the number is vacant or has changed",
        Sit::VacantCode => "no such code",
        Sit::Reorder => "reorder, near us",
        Sit::NoCircuit => "no circuit, near us",
        Sit::CarrierReorder => "reorder, at a carrier",
        Sit::CarrierNoCircuit => "no circuit, at a carrier",
        Sit::Reserved1 | Sit::Reserved2 => "a class that is not in use",
        Sit::International => "it does not say what",
        Sit::Unobtainable => "number unobtainable",
    }
}

/// Why a message may start.
pub(super) fn cue(cue: Cue) -> String {
    match cue {
        Cue::Beep { hz, length } => format!("after a beep of {hz} Hz for {length} ms"),
        Cue::GreetingOver { silence } => format!("after {silence} ms of silence"),
        Cue::WaitedLongEnough => "as it was waited for long enough".into(),
    }
}

/// What was heard.
pub(super) fn sound(sound: Sound) -> String {
    match sound {
        Sound::Silence => "silence".into(),
        Sound::Noise => "noise".into(),
        Sound::Voice => "voice".into(),
        Sound::Tone { hz } => format!("a tone of {hz} Hz"),
        Sound::Tones { hz } => format!("tones around {hz} Hz"),
    }
}

/// Milliseconds as seconds.
pub(super) fn seconds(ms: u32) -> String {
    format!("{}.{:02} s", ms / 1_000, ms % 1_000 / 10)
}
