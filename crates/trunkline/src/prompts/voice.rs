//! From words to a prompt: what the synthesiser says, cut, levelled and coded.

use std::io::{self, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use media::tone;
use media::vox::{self, VoxFormat};
use media::wav;
use speech::{Language, Words};

use super::{MAX_SAMPLES, PromptsError};

/// The program that speaks.
const SYNTHESISER: &str = "espeak-ng";
/// How long it may take for one prompt.
const PATIENCE: Duration = Duration::from_secs(20);
/// Octets it may give for one prompt: a minute at 22,050 Hz and 16 bits.
const MAX_OCTETS: u64 = 60 * 2 * 22_050;

/// Level of the speech while it lasts: a comfortable voice on a telephone line, as ITU-T P.56 means it.
pub(super) const LEVEL_DBM0: f64 = -20.0;
/// No sample is louder: the last step below full scale that ADPCM does not run over.
const MAX_PEAK: f64 = 28_000.0;
/// Samples that are looked at together: 5 ms.
const FRAME: usize = 40;
/// How far below the loudest frame still is speech, in dB.
const ACTIVE_DB: f64 = 25.0;
/// How far below the loudest frame is nothing, at the ends, in dB: the ends of words are quiet.
const SILENT_DB: f64 = 36.0;
/// Samples kept before the first and behind the last that is heard: 5 and 15 ms.
const BEFORE: usize = 40;
const BEHIND: usize = 120;
/// Samples of silence behind a sentence: 100 ms. Within a sentence, words follow at once.
const PAUSE: usize = 800;

/// How the synthesiser speaks a language: its voice, words a minute, pitch of 0 to 99.
fn settings(language: Language) -> (&'static str, &'static str, &'static str) {
    match language {
        Language::English => ("en-us", "175", "45"),
        Language::Spanish => ("es-419", "185", "45"),
        Language::French => ("fr-fr", "170", "45"),
        Language::German => ("de", "170", "45"),
        Language::Arabic => ("ar", "175", "45"),
        Language::Farsi => ("fa", "175", "45"),
        // The voice `cmn` of version 1.51 spells the syllables out as if they were English.
        Language::Chinese => ("cmn-latn-pinyin", "180", "45"),
    }
}

/// The octets of a prompt, as a file of OKI ADPCM at 8 kHz holds them.
pub(super) fn speak(language: Language, key: &str, words: Words) -> Result<Vec<u8>, PromptsError> {
    let problem = |problem| PromptsError::Synthesiser { language, key: key.to_owned(), problem };
    let octets = match synthesise(language, words.spoken) {
        Ok(octets) => octets,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(PromptsError::NoSynthesiser(error));
        }
        Err(error) => return Err(problem(error.to_string())),
    };
    let samples = wav::decode(&octets, MAX_SAMPLES).map_err(|error| problem(error.to_string()))?;
    let mut samples = trim(&samples).ok_or_else(|| problem("it is silent".into()))?.to_vec();
    level(&mut samples);
    if words.text.ends_with(['.', '。']) {
        samples.resize(samples.len() + PAUSE, 0);
    }
    Ok(vox::encode(&samples, VoxFormat::Adpcm8000))
}

/// Runs the synthesiser: a WAV file.
fn synthesise(language: Language, words: &str) -> io::Result<Vec<u8>> {
    let (voice, speed, pitch) = settings(language);
    let mut command = Command::new(SYNTHESISER);
    command.args(["-v", voice, "-s", speed, "-p", pitch, "-b", "1", "--stdout", "--", words]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().expect("it was asked for");
    let read = read(stdout);
    if read.is_err() {
        // Whatever it does then, it is not to go on.
        let _ = child.kill();
    }
    let ended = end(&mut child);
    let octets = read?;
    ended?;
    Ok(octets)
}

/// All the child writes, in good time and within bounds.
fn read(stdout: ChildStdout) -> io::Result<Vec<u8>> {
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut octets = Vec::new();
        let read = stdout.take(MAX_OCTETS + 1).read_to_end(&mut octets);
        // Nobody waits any more: then it is too late.
        let _ = tell.send(read.map(|_| octets));
    });
    match told.recv_timeout(PATIENCE) {
        Ok(Ok(octets)) if octets.len() as u64 > MAX_OCTETS => Err(io::Error::other("it does not end")),
        Ok(read) => read,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(io::Error::other(format!("it takes longer than {} s", PATIENCE.as_secs())))
        }
    }
}

/// Waits for a child that has closed its output or was killed.
fn end(child: &mut Child) -> io::Result<()> {
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("it ended with {status}"))) }
}

/// Mean squares of the frames; what is left over at the end counts as one.
fn powers(samples: &[i16]) -> impl Iterator<Item = f64> {
    samples.chunks(FRAME).map(|frame| {
        let sum: f64 = frame.iter().map(|&sample| f64::from(sample).powi(2)).sum();
        sum / frame.len() as f64
    })
}

/// The power that is so far below the loudest frame, or nothing where all is silent.
fn below_loudest(samples: &[i16], db: f64) -> Option<f64> {
    let loudest = powers(samples).fold(0.0, f64::max);
    (loudest > 0.0).then(|| loudest * 10_f64.powf(-db / 10.0))
}

/// The samples without the silence at both ends.
fn trim(samples: &[i16]) -> Option<&[i16]> {
    let threshold = below_loudest(samples, SILENT_DB)?;
    let heard: Vec<bool> = powers(samples).map(|power| power > threshold).collect();
    let first = heard.iter().position(|heard| *heard)? * FRAME;
    let last = (heard.iter().rposition(|heard| *heard)? + 1) * FRAME;
    samples.get(first.saturating_sub(BEFORE)..(last + BEHIND).min(samples.len()))
}

/// Root mean square of the samples in which somebody speaks, or nothing where nobody does.
pub(super) fn active_level(samples: &[i16]) -> Option<f64> {
    let threshold = below_loudest(samples, ACTIVE_DB)?;
    let (mut sum, mut frames) = (0.0, 0.0);
    for power in powers(samples).filter(|power| *power > threshold) {
        sum += power;
        frames += 1.0;
    }
    Some((sum / frames).sqrt())
}

/// Makes the speech as loud as all other, unless a peak would be cut.
fn level(samples: &mut [i16]) {
    let Some(level) = active_level(samples) else { return };
    let wanted = tone::peak(LEVEL_DBM0) / 2_f64.sqrt();
    let peak = samples.iter().map(|sample| f64::from(sample.unsigned_abs())).fold(1.0, f64::max);
    let gain = (wanted / level).min(MAX_PEAK / peak);
    for sample in samples {
        *sample = (f64::from(*sample) * gain).round() as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half a second of nothing, half a second of a tone, half a second of nothing.
    fn beep(amplitude: f64) -> Vec<i16> {
        let tone = (0..4_000).map(|n| (amplitude * (f64::from(n) * 0.5).sin()) as i16);
        let silence = || std::iter::repeat_n(0, 4_000);
        silence().chain(tone).chain(silence()).collect()
    }

    #[test]
    fn silence_at_both_ends_goes() {
        let samples = beep(5_000.0);
        let trimmed = trim(&samples).expect("there is a tone").len();
        assert!((4_000..=4_000 + BEFORE + BEHIND + 2 * FRAME).contains(&trimmed), "{trimmed}");
        assert_eq!(trim(&[0; 4_000]), None);
        assert_eq!(trim(&[]), None);
    }

    #[test]
    fn all_speech_becomes_equally_loud() {
        for amplitude in [50.0, 2_000.0, 32_000.0] {
            let mut samples = beep(amplitude);
            level(&mut samples);
            let level = active_level(&samples).expect("there is a tone");
            let off = 20.0 * (level / (tone::peak(LEVEL_DBM0) / 2_f64.sqrt())).log10();
            assert!(off.abs() < 0.2, "{amplitude}: {off} dB");
        }
    }

    #[test]
    fn no_peak_is_cut() {
        let mut samples = vec![100; 8_000];
        samples[4_000] = 32_767;
        level(&mut samples);
        assert!(samples.iter().all(|sample| f64::from(sample.unsigned_abs()) <= MAX_PEAK));
    }
}
