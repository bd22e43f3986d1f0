//! Speech: espeak-ng, run as a program, and the prompts that Debian packages.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use media::wav;

use super::CorpusError;
use super::sounds::trimmed;

/// The program that speaks.
const PROGRAM: &str = "espeak-ng";
/// Samples of one sentence: a minute.
const MAX_SAMPLES: usize = 60 * 8_000;
/// Where Debian's packages asterisk-core-sounds-* put their voices, a directory each.
const PROMPTS: &str = "/usr/share/asterisk/sounds";

/// How a sentence is spoken.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Voice {
    /// The language's voice and its variant, such as `en-gb+f3`.
    pub(super) name: String,
    /// Words a minute.
    pub(super) speed: u32,
    /// 0 to 99.
    pub(super) pitch: u32,
}

impl Voice {
    /// The sentence in this voice at 8 kHz, without silence around it.
    pub(super) fn say(&self, sentence: &str) -> Result<Vec<i16>, CorpusError> {
        let Self { name, speed, pitch } = self;
        let (speed, pitch) = (speed.to_string(), pitch.to_string());
        // -z: no pause at the end; --: the sentence may begin with anything.
        let output = Command::new(PROGRAM)
            .args(["-v", name, "-s", &speed, "-p", &pitch, "-z", "--stdout", "--", sentence])
            .stdin(Stdio::null())
            .output()
            .map_err(CorpusError::NoSpeaker)?;
        let failed =
            |fault: String| CorpusError::Speech { voice: name.clone(), sentence: sentence.into(), fault };
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let samples = wav::decode(&output.stdout, MAX_SAMPLES).map_err(|error| failed(error.to_string()))?;
        let samples = trimmed(&samples);
        if samples.is_empty() { Err(failed("nothing was said".into())) } else { Ok(samples) }
    }
}

/// Whether there is a program that speaks.
#[must_use]
pub fn can_speak() -> bool {
    let version = Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// What a recorded voice says as a machine: prompts in turn, where they are installed.
const RECORDED: [&[&str]; 8] = [
    &["vm-theperson", "vm-isunavail", "vm-intro"],
    &["vm-nobodyavail", "vm-leavemsg"],
    &["vm-sorry", "vm-nobodyavail", "vm-pls-try-again"],
    &["hello-world", "vm-intro"],
    &["tt-allbusy", "vm-leavemsg"],
    &["vm-theperson", "vm-isonphone", "vm-leavemsg"],
    &["number-not-answering", "vm-intro"],
    &["im-sorry", "vm-nobodyavail", "vm-intro"],
];

/// The recorded greetings that are installed, as the samples of each prompt.
pub(super) fn recorded() -> Vec<Vec<Vec<i16>>> {
    let Ok(voices) = std::fs::read_dir(PROMPTS) else { return Vec::new() };
    // English only, as the prompts are called.
    let english =
        |path: &Path| path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with("en"));
    let mut voices: Vec<PathBuf> =
        voices.flatten().map(|entry| entry.path()).filter(|path| english(path)).collect();
    voices.sort();
    let prompt = |voice: &Path, name: &str| {
        let bytes = std::fs::read(voice.join(format!("{name}.wav"))).ok()?;
        Some(trimmed(&wav::decode(&bytes, MAX_SAMPLES).ok()?))
    };
    voices
        .iter()
        .flat_map(|voice| {
            RECORDED.iter().filter_map(|names| names.iter().map(|name| prompt(voice, name)).collect())
        })
        .collect()
}
