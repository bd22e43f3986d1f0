//! The files of play responses: the digits pressed during plays, a line a play, a file an hour
//! (decision P06).

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use control::Note;
use jiff::Zoned;
use rustix::fs::{CWD, Mode, OFlags};

use super::{Full, Library};

/// Where the files of play responses lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Responses {
    directory: PathBuf,
}

impl Responses {
    /// Files in this directory, which need not exist yet.
    #[must_use]
    pub const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Writes a line to the file of the present hour, in local time, and calls `reply` on another thread
    /// when it is there, or cannot be, which is logged. Never waits.
    ///
    /// # Errors
    /// [`Full`]: nothing is written, and the reply will not be called.
    pub fn note(
        &self,
        library: &Library,
        note: Note,
        reply: impl FnOnce() + Send + 'static,
    ) -> Result<(), Full> {
        let directory = self.directory.clone();
        library.run(move |_| {
            let path = directory.join(file_name(&Zoned::now()));
            if let Err(error) = append(&path, &line(&note)) {
                tracing::error!(path = %path.display(), %error, msgid = %note.msgid, "the digits of a play are lost; make room on the disk, or give this user the right to write there");
            }
            reply();
        })
    }
}

/// `PLAY_RESP_MMDDYYYYHH.Txt`.
fn file_name(now: &Zoned) -> String {
    now.strftime("PLAY_RESP_%m%d%Y%H.Txt").to_string()
}

/// `MSGID="7865343" ANUMBER="7325367811" BNUMBER="7322901900" DTMF="343"`, and the end of a line. What
/// would end a value or a line is left out of it.
fn line(note: &Note) -> String {
    let plain = |value: &str| -> String { value.chars().filter(|&c| c != '"' && !c.is_control()).collect() };
    let Note { msgid, anumber, bnumber, dtmf } = note;
    format!(
        "MSGID=\"{}\" ANUMBER=\"{}\" BNUMBER=\"{}\" DTMF=\"{}\"\r\n",
        plain(msgid),
        plain(anumber),
        plain(bnumber),
        plain(dtmf)
    )
}

/// Appends in one write, so that lines of two threads are not mixed. Follows no link.
fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::openat(CWD, path, flags, Mode::from_raw_mode(0o666))?;
    File::from(file).write_all(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(msgid: &str, dtmf: &str) -> Note {
        Note {
            msgid: msgid.into(),
            anumber: "7325367811".into(),
            bnumber: "7322901900".into(),
            dtmf: dtmf.into(),
        }
    }

    #[test]
    fn p06_a_line_as_it_is_printed() {
        let printed = "MSGID=\"7865343\" ANUMBER=\"7325367811\" BNUMBER=\"7322901900\" DTMF=\"343\"\r\n";
        assert_eq!(line(&note("7865343", "343")), printed);
        assert_eq!(line(&note("78\"65343", "343")), printed, "no value ends its line or itself");
    }

    #[test]
    fn p06_a_file_an_hour_in_local_time() {
        let at = "2008-02-06T13:59:59-05:00[America/New_York]".parse().expect("a time");
        assert_eq!(file_name(&at), "PLAY_RESP_0206200813.Txt");
    }

    #[test]
    fn p06_lines_are_appended_and_no_link_is_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("c/pec/a.Txt");
        append(&path, "one\r\n").expect("written");
        append(&path, "two\r\n").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "one\r\ntwo\r\n");
        let link = directory.path().join("link.Txt");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        append(&link, "three\r\n").expect_err("a link");
    }
}
