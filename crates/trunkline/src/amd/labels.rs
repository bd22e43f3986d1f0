//! The label file of recordings: what each truly is, a line each, as a table with commas.
//!
//! The first line names the columns, in any order: `file` and `label` must be there; `part`, `language`, `words`,
//! `voice_end_ms`, `beep_end_ms` and `remarks` may be. Cells have no quotes and no commas.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The columns as they are written.
const COLUMNS: &str = "file,label,part,language,words,voice_end_ms,beep_end_ms,remarks";

/// What a recording is.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Label {
    /// The recording, relative to the label file.
    pub file: String,
    /// `human`, `machine`, `fax`, `intercept`, `silence`, or any other word for what is none of them.
    pub label: String,
    /// Which half of the set it belongs to: `tuning` or `report`.
    pub part: String,
    /// The language spoken, such as `en`.
    pub language: String,
    /// How many words a person says.
    pub words: Option<u32>,
    /// Where the hello or the greeting ends, in milliseconds.
    pub voice_end_ms: Option<u32>,
    /// Where the beep ends, in milliseconds.
    pub beep_end_ms: Option<u32>,
    /// What else is in it.
    pub remarks: String,
}

/// Why a label file cannot be read.
#[derive(thiserror::Error, Debug)]
pub enum LabelError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A line that says nothing.
    #[error("{}:{line}: {fault}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
}

/// Reads a label file.
///
/// # Errors
/// [`LabelError`]: it cannot be read, or a line of it is wrong.
pub fn read(path: &Path) -> Result<Vec<Label>, LabelError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| LabelError::Read { path: path.to_path_buf(), error })?;
    parse(&text).map_err(|(line, fault)| LabelError::Line { path: path.to_path_buf(), line, fault })
}

fn parse(text: &str) -> Result<Vec<Label>, (usize, String)> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines.next().ok_or((1, format!("no columns; they are {COLUMNS}")))?;
    let columns: Vec<&str> = header.split(',').map(str::trim).collect();
    for needed in ["file", "label"] {
        if !columns.contains(&needed) {
            return Err((1, format!("no column {needed:?}; the columns are {COLUMNS}")));
        }
    }
    if let Some(other) = columns.iter().find(|column| !COLUMNS.split(',').any(|known| known == **column)) {
        return Err((1, format!("no column is called {other:?}; the columns are {COLUMNS}")));
    }
    lines.map(|(n, line)| label(&columns, line).map_err(|fault| (n + 1, fault))).collect()
}

fn label(columns: &[&str], line: &str) -> Result<Label, String> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    if cells.len() != columns.len() {
        return Err(format!("{} cells below {} columns", cells.len(), columns.len()));
    }
    let mut label = Label::default();
    for (column, cell) in columns.iter().zip(cells) {
        let number = || match cell {
            "" => Ok(None),
            _ => cell.parse().map(Some).map_err(|_| format!("{column} = {cell:?}: no whole number")),
        };
        match *column {
            "file" => label.file = cell.to_owned(),
            "label" => label.label = cell.to_owned(),
            "part" => label.part = cell.to_owned(),
            "language" => label.language = cell.to_owned(),
            "words" => label.words = number()?,
            "voice_end_ms" => label.voice_end_ms = number()?,
            "beep_end_ms" => label.beep_end_ms = number()?,
            _ => label.remarks = cell.to_owned(),
        }
    }
    if label.file.is_empty() || label.label.is_empty() {
        return Err("file and label must not be empty".into());
    }
    Ok(label)
}

/// The text of a label file.
#[must_use]
pub fn write(labels: &[Label]) -> String {
    let mut text = format!("{COLUMNS}\n");
    for label in labels {
        let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
        let Label { file, label: what, part, language, words, voice_end_ms, beep_end_ms, remarks } = label;
        let [words, voice, beep] = [words, voice_end_ms, beep_end_ms].map(|cell| number(*cell));
        let _ = writeln!(text, "{file},{what},{part},{language},{words},{voice},{beep},{remarks}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let labels = [
            Label { file: "a.wav".into(), label: "human".into(), words: Some(2), ..Label::default() },
            Label {
                file: "b.wav".into(),
                label: "machine".into(),
                beep_end_ms: Some(4_120),
                ..Label::default()
            },
        ];
        assert_eq!(parse(&write(&labels)), Ok(labels.to_vec()));
    }

    #[test]
    fn two_columns_in_any_order_are_enough() {
        let labels = parse("label, file\n\nhuman, x y.wav\n").expect("labels");
        assert_eq!((labels[0].file.as_str(), labels[0].label.as_str()), ("x y.wav", "human"));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, line, said) in [
            ("", 1, "no columns"),
            ("file,part\n", 1, "no column \"label\""),
            ("file,label,colour\n", 1, "no column is called \"colour\""),
            ("file,label\na.wav,human\nb.wav\n", 3, "1 cells below 2 columns"),
            ("file,label,words\na.wav,human,two\n", 2, "words = \"two\": no whole number"),
            ("file,label\n,human\n", 2, "must not be empty"),
        ] {
            let (at, fault) = parse(text).expect_err(text);
            assert!(at == line && fault.contains(said), "{text:?}: {at}: {fault}");
        }
    }
}
