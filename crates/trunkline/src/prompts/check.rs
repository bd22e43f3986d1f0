//! `trunkline prompts check`: what a caller would not hear, and files that nobody would ever play.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use speech::{Language, Prompt, catalogue};

use super::build::WORDS;
use super::{PromptsError, builtin};
use crate::config::Config;
use crate::output::Output;
use crate::voice_files::{Missing, OWN, Settings, Shelf};

/// Files of one directory that are looked at.
const MAX_ENTRIES: usize = 10_000;

/// Says of each language how many prompts there are, how many of them are the user's own, and what is
/// missing, unreadable or of no use.
///
/// # Errors
/// [`PromptsError::Missing`] if a prompt has no sound, or the user's own cannot be read.
pub fn check(
    languages: &[Language],
    config: &Config,
    output: &mut Output<impl Write>,
) -> Result<(), PromptsError> {
    let shelf = Shelf::new(&Settings::from(config));
    let mut faults = 0;
    for &language in languages {
        let directory = config.files.spoken_directory().join(language.tag());
        let (mut prompts, mut own, mut lines) = (0, 0, Vec::new());
        for (key, _) in catalogue(language).prompts() {
            let prompt = Prompt { language, key };
            prompts += 1;
            match shelf.own_prompt(prompt) {
                Ok(_) => own += 1,
                Err(Missing::NotFound) if builtin(prompt).is_some() => (),
                Err(Missing::NotFound) => lines.push(format!("  {key}: missing")),
                Err(missing) => lines.push(format!("  {key}: {}: {missing}", directory.display())),
            }
        }
        faults += lines.len();
        lines.extend(useless(language, &directory));
        output.line(&format!("{language} ({}): {prompts} prompts, {own} of your own", language.tag()))?;
        lines.iter().try_for_each(|line| output.line(line))?;
    }
    if faults > 0 { Err(PromptsError::Missing(faults)) } else { Ok(()) }
}

/// A line for each file of the user's that stands for no prompt; a directory that is not there has none.
fn useless(language: Language, directory: &Path) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return BTreeSet::new() };
    let names =
        entries.take(MAX_ENTRIES).flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let stands_for_one = |name: &str| {
        let (key, extension) = name.rsplit_once('.')?;
        let known = OWN.iter().any(|own| extension.eq_ignore_ascii_case(own));
        catalogue(language).key(&key.to_lowercase()).filter(|_| known)
    };
    names
        .filter(|name| name != WORDS && stands_for_one(name).is_none())
        .map(|name| format!("  {}: not in the catalogue, never played", directory.join(name).display()))
        .collect()
}
