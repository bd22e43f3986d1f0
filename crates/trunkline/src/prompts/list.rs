//! `trunkline prompts list`: what each prompt says.

use std::io::Write;

use speech::{Language, catalogue};

use crate::output::{Output, OutputError};

/// Writes a line `<language>/<key>  words` for every prompt of these languages.
///
/// # Errors
/// [`OutputError`]: nothing more can be written.
pub fn list(languages: &[Language], output: &mut Output<impl Write>) -> Result<(), OutputError> {
    for language in languages {
        let lines = catalogue(*language)
            .prompts()
            .map(|(key, words)| format!("{:<32} {}\n", format!("{}/{key}", language.tag()), words.text));
        output.write(lines.collect::<String>().as_bytes())?;
    }
    Ok(())
}
