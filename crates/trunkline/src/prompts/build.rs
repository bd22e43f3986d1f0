//! `trunkline prompts build`: speaks every prompt of the catalogue into a file.

use std::fs;
use std::io::Write;
use std::path::Path;

use speech::{Language, catalogue};

use super::{PromptsError, voice};
use crate::output::Output;

/// Writes `OUT/<language>/<key>.vox` for every prompt of these languages. Other files are left alone.
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
        output.line(&format!("{}: {prompts} prompts, {octets} octets", directory.display()))?;
    }
    Ok(())
}
