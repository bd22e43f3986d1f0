//! Comma-separated values, RFC 4180: lines end with CR LF, and cells with a comma, a quote or a line's end stand in
//! quotes.
//!
//! A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, and who calls us chooses what
//! stands in some texts. Such a text gets an apostrophe before it, which spreadsheets show as the text that follows;
//! a text that is a telephone number with its `+` stays as it is: there is nothing in it to work out.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use crate::call::CallRecord;
use crate::column::Value;
use crate::spool::Entry;
use crate::taker::Sink;

/// The line of the columns' names.
#[must_use]
pub fn header() -> String {
    let names: Vec<&str> = CallRecord::COLUMNS.iter().map(|column| column.name).collect();
    names.join(",") + "\r\n"
}

/// The line of a record.
#[must_use]
pub fn line(record: &CallRecord) -> String {
    let cells: Vec<String> = record.values().iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Text(text) if is_formula(text) => format!("'{text}"),
        value => value.text(),
    };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Whether a spreadsheet might work this text out.
fn is_formula(text: &str) -> bool {
    let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    match text.strip_prefix('+') {
        Some(rest) => !is_number(rest),
        // Blanks and tabs before it do not keep every spreadsheet from it.
        None => text.trim_start().starts_with(['=', '+', '-', '@']),
    }
}

/// A file to which each record is appended once it is whole.
#[derive(Debug)]
pub struct CsvFile {
    path: PathBuf,
}

impl CsvFile {
    /// A file that may exist already; it is made with the first record.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn append(&self, text: &str) -> io::Result<()> {
        // Opened anew each time: whoever moves the file away gets a new one.
        let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
        let length = file.metadata()?.len();
        let head = if length == 0 { header() } else { String::new() };
        let written = file.write_all((head + text).as_bytes()).and_then(|()| file.sync_data());
        // Half of it must not stay: all of it comes again.
        written.inspect_err(|_| drop(File::set_len(&file, length)))
    }
}

impl Sink for CsvFile {
    fn take(&mut self, entries: &[Entry]) -> Result<(), String> {
        let whole = entries.iter().filter(|entry| entry.is_whole);
        let text: String = whole.map(|entry| line(&entry.call)).collect();
        if text.is_empty() {
            return Ok(());
        }
        self.append(&text).map_err(|error| {
            format!(
                "{} cannot be written: {error}; make room or set cdr.csv to another file",
                self.path.display()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::record;

    fn check(text: &str, wanted: &str) {
        assert_eq!(cell(&Value::Text(text.into())), wanted);
    }

    #[test]
    fn cells_stand_in_quotes_where_they_must() {
        check("plain", "plain");
        check("a,b", "\"a,b\"");
        check("say \"hi\"", "\"say \"\"hi\"\"\"");
        check("two\r\nlines", "\"two\r\nlines\"");
        check("", "");
    }

    #[test]
    fn no_cell_is_a_formula() {
        check("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"");
        check("@SUM(A1)", "'@SUM(A1)");
        check("-2+3", "'-2+3");
        check("  =1", "'  =1");
        check("+1+2", "'+1+2");
        check("+", "'+");
        check("+13015550114", "+13015550114");
        check("*67", "*67");
        assert_eq!(cell(&Value::Real(-0.5)), "-0.5");
        assert_eq!(cell(&Value::Whole(-1)), "-1");
    }

    #[test]
    fn a_line_has_a_cell_for_each_column() {
        let names = header();
        assert!(
            names.starts_with("id,began,answered,ended,total_ms,") && names.ends_with(",mos\r\n"),
            "{names}"
        );
        let line = line(&record(7));
        assert_eq!(line.matches(',').count(), names.matches(',').count());
        assert!(line.contains(
            ".000Z,62000,60000,outbound,3015550007,8005551212,,carrier,1,Spring,,,network,normal,,16,"
        ));
    }

    #[test]
    fn the_file_has_one_header_and_only_whole_records() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("cdr.csv");
        let mut file = CsvFile::new(path.clone());
        let entry = |n, is_whole| Entry { is_whole, call: record(n) };
        file.take(&[entry(1, false)]).expect("nothing to do");
        assert!(!path.exists());
        file.take(&[entry(1, true), entry(2, false)]).expect("written");
        file.take(&[entry(2, true)]).expect("written");
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert_eq!(text, header() + &line(&record(1)) + &line(&record(2)));
        assert_eq!(path.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
        std::fs::rename(&path, directory.path().join("old.csv")).expect("moved");
        file.take(&[entry(3, true)]).expect("written");
        assert!(std::fs::read_to_string(&path).expect("a new one").starts_with("id,"));
    }
}
