//! What is kept of a verdict for later study: `CALL.toml` with what was decided and why, `CALL.wav` with the first
//! seconds of sound.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use media::amd::{Decision, Detector, Parameters, Reason, Span, Start, Verdict};
use media::progress::Country;
use media::wav::{self, Encoding, WavError};
use serde::{Deserialize, Serialize};

/// The directory of verdicts, below that of all data.
pub const KEPT: &str = "amd";
/// How much sound is kept, in milliseconds from the answer.
pub const KEPT_MS: u32 = 10_000;
/// Samples of that.
const KEPT_SAMPLES: usize = KEPT_MS as usize * 8;
/// Octets of a file that is read.
const MOST_OCTETS: u64 = 1 << 20;
/// Characters of a call's name.
const MOST_NAME: usize = 100;

/// A verdict as it is kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The call: the name of its files.
    pub call: String,
    /// Who answered.
    pub verdict: Verdict,
    /// When that was certain, in milliseconds from the answer.
    pub at_ms: u32,
    /// What decided.
    pub reason: Reason,
    /// When a message to a machine could start.
    pub start: Option<Start>,
    /// Whose tones the network's were: the code of a country.
    tones: String,
    /// What the detector went by.
    parameters: BTreeMap<String, i32>,
    /// What was heard.
    pub timeline: Vec<Span>,
}

/// Why a verdict cannot be kept or read.
#[derive(thiserror::Error, Debug)]
pub enum KeptError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file is not what is kept of a verdict.
    #[error("{} holds no verdict of a call: {fault}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// The sound beside it cannot be read.
    #[error("{}: {error}", path.display())]
    Sound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: WavError,
    },
    /// A call's name that cannot be a file's.
    #[error("{0:?} cannot name a file: up to {MOST_NAME} letters, digits and . _ - that begin with no dot")]
    Name(String),
}

impl Kept {
    /// What a detector says of a call once it has decided.
    #[must_use]
    pub fn of(call: &str, tones: Country, detector: &Detector) -> Option<Self> {
        let Decision { verdict, reason, at } = detector.decision()?;
        let parameters = Parameters::KEYS
            .iter()
            .filter_map(|key| Some((key.name.to_owned(), detector.parameters().get(key.name)?)));
        Some(Self {
            call: call.to_owned(),
            verdict,
            at_ms: at,
            reason,
            start: detector.start(),
            tones: tones.code().to_owned(),
            parameters: parameters.collect(),
            timeline: detector.timeline().spans().to_vec(),
        })
    }

    /// Whose tones the network's were; those of the United States where that country is not known any more.
    #[must_use]
    pub fn tones(&self) -> Country {
        Country::of_code(&self.tones).unwrap_or_default()
    }

    /// What the detector went by. A key that there is no more is left out; one that was not there yet has its
    /// default.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        for (name, value) in &self.parameters {
            let _ = parameters.set(name, *value);
        }
        parameters
    }

    /// Writes both files into a directory, which is made where it does not exist: of the sound at 8 kHz, the first
    /// [`KEPT_MS`]. Without sound there is but one.
    ///
    /// # Errors
    /// [`KeptError`]: the call cannot name a file, or a file cannot be written.
    pub fn write(&self, directory: &Path, samples: &[i16]) -> Result<PathBuf, KeptError> {
        let name = file_name(&self.call)?;
        let file = |path: &Path, octets: &[u8]| {
            std::fs::write(path, octets).map_err(|error| KeptError::File { path: path.to_path_buf(), error })
        };
        std::fs::create_dir_all(directory)
            .map_err(|error| KeptError::File { path: directory.to_path_buf(), error })?;
        let path = directory.join(format!("{name}.toml"));
        let text = toml::to_string(self)
            .map_err(|error| KeptError::Form { path: path.clone(), fault: error.to_string() })?;
        let sound = &samples[..samples.len().min(KEPT_SAMPLES)];
        // The sound first, so that a verdict without its sound means that none was kept.
        if !sound.is_empty() {
            file(&directory.join(format!("{name}.wav")), &wav::encode(sound, Encoding::Mulaw))?;
        }
        file(&path, text.as_bytes())?;
        Ok(path)
    }

    /// Reads a verdict, and its sound if it is there.
    ///
    /// # Errors
    /// [`KeptError`]: a file that cannot be read, or is not what it should be.
    pub fn read(path: &Path) -> Result<(Self, Option<Vec<i16>>), KeptError> {
        let text = String::from_utf8_lossy(&octets(path)?).into_owned();
        let kept = toml::from_str(&text)
            .map_err(|error| KeptError::Form { path: path.to_path_buf(), fault: error.to_string() })?;
        let beside = path.with_extension("wav");
        if !beside.exists() {
            return Ok((kept, None));
        }
        let samples = wav::decode(&octets(&beside)?, 2 * KEPT_SAMPLES)
            .map_err(|error| KeptError::Sound { path: beside, error })?;
        Ok((kept, Some(samples)))
    }

    /// The file of a call's verdict below the directory of all of them.
    ///
    /// # Errors
    /// [`KeptError::Name`]: the call cannot name a file.
    pub fn path(directory: &Path, call: &str) -> Result<PathBuf, KeptError> {
        Ok(directory.join(format!("{}.toml", file_name(call)?)))
    }
}

fn octets(path: &Path) -> Result<Vec<u8>, KeptError> {
    use io::Read as _;
    let mut octets = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_OCTETS).read_to_end(&mut octets))
        .map_err(|error| KeptError::File { path: path.to_path_buf(), error })?;
    Ok(octets)
}

/// The name, if no path can hide in it.
fn file_name(call: &str) -> Result<&str, KeptError> {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    let valid = (1..=MOST_NAME).contains(&call.len()) && call.chars().all(plain) && !call.starts_with('.');
    if valid { Ok(call) } else { Err(KeptError::Name(call.chars().take(MOST_NAME).collect())) }
}

#[cfg(test)]
mod tests {
    use media::amd::{Cue, Sound};
    use media::progress::Sit;

    use super::*;

    #[test]
    fn every_verdict_is_read_as_it_was_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let reasons = [
            Reason::ShortGreeting { voice: 420, words: 1, silence: 640 },
            Reason::LongGreeting { voice: 1_820, words: 3 },
            Reason::ManyWords { voice: 900, words: 5 },
            Reason::Beep { hz: 1_000, length: 200 },
            Reason::AnswerTone { length: 1_000 },
            Reason::CallingTone { length: 500 },
            Reason::Information { sit: Sit::VacantCode },
            Reason::NothingSaid { silence: 4_000 },
            Reason::TimeOver { voice: 0, words: 0 },
        ];
        let cues = [
            Cue::Beep { hz: 1_000, length: 200 },
            Cue::GreetingOver { silence: 2_000 },
            Cue::WaitedLongEnough,
        ];
        for (n, reason) in reasons.into_iter().enumerate() {
            let sounds = [
                Sound::Silence,
                Sound::Noise,
                Sound::Voice,
                Sound::Tone { hz: 440 },
                Sound::Tones { hz: 460 },
            ];
            let kept = Kept {
                call: format!("call-{n}"),
                verdict: Verdict::ALL[n % Verdict::ALL.len()],
                at_ms: 1_500,
                reason,
                start: cues.get(n).map(|&cue| Start { at: 3_000, cue }),
                tones: "de".into(),
                parameters: [("hello_silence".into(), 700)].into(),
                timeline: sounds.map(|sound| Span { from: 0, to: 20, sound }).to_vec(),
            };
            let path = kept.write(directory.path(), &vec![100; 200_000]).expect("written");
            let (read, samples) = Kept::read(&path).expect("read");
            assert_eq!(read, kept);
            assert_eq!(samples.map(|samples| samples.len()), Some(KEPT_SAMPLES));
            assert_eq!(read.parameters().hello_silence, 700);
            assert_eq!(read.parameters().initial_silence, Parameters::default().initial_silence);
        }
    }

    /// The words of the file are those of the detector; a file outlives the program that wrote it.
    #[test]
    fn what_was_kept_long_ago_is_read() {
        let text = "call = \"out-7\"\nverdict = \"not-sure\"\nat_ms = 1500\ntones = \"us\"\n\
            [reason]\nwhat = \"information\"\nsit = \"vacant-code\"\n\
            [start]\nat_ms = 3000\ncue = { what = \"waited-long-enough\" }\n\
            [parameters]\nhello_silence = 700\n\
            [[timeline]]\nfrom_ms = 0\nto_ms = 20\nsound = { what = \"tones\", hz = 460 }\n";
        let kept: Kept = toml::from_str(text).expect("it is read");
        let wanted = Kept {
            call: "out-7".into(),
            verdict: Verdict::NotSure,
            at_ms: 1_500,
            reason: Reason::Information { sit: Sit::VacantCode },
            start: Some(Start { at: 3_000, cue: Cue::WaitedLongEnough }),
            tones: "us".into(),
            parameters: [("hello_silence".into(), 700)].into(),
            timeline: vec![Span { from: 0, to: 20, sound: Sound::Tones { hz: 460 } }],
        };
        assert_eq!(kept, wanted);
    }

    #[test]
    fn no_call_leads_out_of_the_directory() {
        for call in ["", ".", "..", ".x", "a/b", "../../etc/passwd", "a\\b", "a b", "é", &"x".repeat(101)] {
            assert!(matches!(Kept::path(Path::new("d"), call), Err(KeptError::Name(_))), "{call:?}");
        }
        assert_eq!(Kept::path(Path::new("d"), "7-12.a_b").expect("a path"), Path::new("d/7-12.a_b.toml"));
    }

    #[test]
    fn a_file_that_is_no_verdict_is_said_to_be_none() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("x.toml");
        assert!(matches!(Kept::read(&path), Err(KeptError::File { .. })));
        std::fs::write(&path, "verdict = 3").expect("written");
        let error = Kept::read(&path).expect_err("no verdict");
        assert!(error.to_string().contains("holds no verdict of a call"), "{error}");
    }
}
