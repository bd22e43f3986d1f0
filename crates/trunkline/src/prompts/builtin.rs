//! The prompts that come with the program.

use speech::Prompt;

/// All files of `/prompts`, one after the other.
static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/prompts.pack"));
/// Where each lies in the pack: its name without extension (`en/goodbye`), first octet and octets, in the
/// order of the names.
static INDEX: &[(&str, usize, usize)] = include!(concat!(env!("OUT_DIR"), "/prompts.index"));

/// The sound of a prompt that comes with the program: OKI ADPCM at 8 kHz.
pub fn builtin(prompt: Prompt) -> Option<&'static [u8]> {
    let name = format!("{}/{}", prompt.language.tag(), prompt.key);
    let at = INDEX.binary_search_by(|(entry, _, _)| (*entry).cmp(&name)).ok()?;
    let (_, first, octets) = INDEX[at];
    PACK.get(first..first + octets)
}

/// The names of all that come with the program: `en/goodbye`.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    INDEX.iter().map(|(name, _, _)| *name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use media::tone;
    use media::vox::{self, VoxFormat};
    use speech::{Language, catalogue};

    use super::*;
    use crate::prompts::{build, voice};

    const REMEDY: &str = "run `cargo run -- prompts build --out prompts` and commit what it writes";

    fn all() -> impl Iterator<Item = Prompt> {
        Language::ALL
            .into_iter()
            .flat_map(|language| catalogue(language).prompts().map(move |(key, _)| Prompt { language, key }))
    }

    #[test]
    fn every_prompt_has_its_sound() {
        let missing: Vec<_> = all().filter(|prompt| builtin(*prompt).is_none()).collect();
        assert!(missing.is_empty(), "no sound for {missing:?}: {REMEDY}");
        for name in names() {
            let (tag, key) = name.split_once('/').expect("language/key");
            let language = Language::of_tag(tag).expect("a directory of a language");
            assert!(catalogue(language).key(key).is_some(), "nobody says prompts/{name}.vox: remove it");
        }
    }

    #[test]
    fn every_prompt_says_the_words_of_the_catalogue() {
        for language in Language::ALL {
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts").join(language.tag());
            let spoken = std::fs::read_to_string(directory.join(build::WORDS)).expect("a build writes it");
            let words = build::words(catalogue(language));
            let stale: Vec<_> =
                words.lines().filter(|line| !spoken.lines().any(|said| said == *line)).collect();
            assert!(stale.is_empty(), "{language} was spoken before these were written: {stale:?}: {REMEDY}");
            assert_eq!(spoken, words, "{language}: {REMEDY}");
        }
    }

    /// What an ear wants of a set that is put together from pieces: one level, no long gaps, no clipping.
    #[test]
    fn all_prompts_are_equally_loud_and_begin_at_once() {
        for prompt in all() {
            let octets = builtin(prompt).expect("the test before says what to do");
            let samples =
                vox::decode(octets, VoxFormat::Adpcm8000, super::super::MAX_SAMPLES).expect("short");
            let seconds = samples.len() as f64 / 8_000.0;
            assert!((0.05..12.0).contains(&seconds), "{prompt:?} lasts {seconds} s");
            let level = voice::active_level(&samples).expect("it is not silent");
            let off = 20.0 * (level / (tone::peak(voice::LEVEL_DBM0) / 2_f64.sqrt())).log10();
            assert!(off.abs() < 2.0, "{prompt:?} is {off:.1} dB off");
            let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().expect("it is not empty");
            assert!(peak < 32_700, "{prompt:?} is clipped");
        }
    }
}
