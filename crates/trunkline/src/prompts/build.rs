//! `trunkline prompts build`: speaks every prompt of the catalogue into a file.

use std::fs;
use std::io::Write;
use std::path::Path;

use speech::{Catalogue, Language, catalogue};

use super::{PromptsError, voice};
use crate::output::Output;

/// The file beside the prompts that says what was spoken.
pub(super) const WORDS: &str = "words.txt";

/// What the synthesiser is given for each prompt, a line each.
pub(super) fn words(catalogue: &Catalogue) -> String {
    catalogue.prompts().map(|(key, words)| format!("{key} = {}\n", words.spoken)).collect()
}

/// Writes `OUT/<language>/<key>.vox` for every prompt of these languages, and what was spoken into
/// `words.txt`. Other files are left alone.
///
/// # Errors
/// [`PromptsError`]: the synthesiser is missing or fails, a file cannot be written.
pub fn build(
    languages: &[Language],
    out: &Path,
    output: &mut Output<impl Write>,
) -> Result<(), PromptsError> {
    for &language in languages {
        let directory = out.join(language.tag());
        let cannot = |path: &Path| {
            let path = path.to_owned();
            move |error| PromptsError::Write { path, error }
        };
        fs::create_dir_all(&directory).map_err(cannot(&directory))?;
        let (mut prompts, mut octets) = (0, 0);
        for (key, words) in catalogue(language).prompts() {
            let sound = voice::speak(language, &key.to_string(), words)?;
            let path = directory.join(format!("{key}.vox"));
            fs::write(&path, &sound).map_err(cannot(&path))?;
            (prompts, octets) = (prompts + 1, octets + sound.len());
        }
        // Last: what a build that broke off has not spoken is not said to be.
        let path = directory.join(WORDS);
        fs::write(&path, words(catalogue(language))).map_err(cannot(&path))?;
        output.line(&format!("{}: {prompts} prompts, {octets} octets", directory.display()))?;
    }
    Ok(())
}
