//! The interactive prompt: history, completion of all that has a name, a template for each message.

use std::borrow::Cow;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::thread;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Context, Editor, ExternalPrinter, Helper};

use super::completion::{self, named, template};
use super::markup::{Markup, printable};
use super::{PIECE, SendError};
use crate::paint::Paint;

const PROMPT: &str = "trunkline> ";
/// Lines of history that are kept.
const HISTORY: usize = 1000;

/// Reads lines until the end of the input or of the connection, sends messages, prints what comes.
pub(super) fn run(to: &str, stream: &TcpStream, paint: Paint) -> Result<(), SendError> {
    let failed = |error: ReadlineError| SendError::Prompt(error.to_string());
    let settings =
        rustyline::Config::builder().completion_type(CompletionType::List).max_history_size(HISTORY);
    let settings = settings.map_err(failed)?.build();
    let mut editor = Editor::<Aid, DefaultHistory>::with_config(settings).map_err(failed)?;
    editor.set_helper(Some(Aid(paint)));
    let history = history_file();
    if let Some(file) = &history {
        // The first time there is none.
        let _ = editor.load_history(file);
    }
    let mut printer = editor.create_external_printer().map_err(failed)?;
    let greeting = format!(
        "Connected to {}. Type a message as XML or as ROOT/CHILD NAME=value, or the name of one for a\n\
         template; Tab completes names, attributes and words; Ctrl-D ends.\n",
        crate::config::shown(to)
    );
    printer.print(greeting).map_err(failed)?;
    let reading = stream.try_clone().map_err(SendError::Broken)?;
    thread::spawn(move || print_all(reading, printer, Markup::new(paint)));
    let ended = converse(&mut editor, stream);
    let _ = stream.shutdown(Shutdown::Both);
    if let Some(file) = &history {
        let _ = editor.save_history(file);
    }
    ended
}

fn converse(editor: &mut Editor<Aid, DefaultHistory>, mut stream: &TcpStream) -> Result<(), SendError> {
    let mut initial = String::new();
    let mut next_id: u32 = 1;
    loop {
        let line = match editor.readline_with_initial(PROMPT, (&initial, "")) {
            Ok(line) => line,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
            Err(error) => return Err(SendError::Prompt(error.to_string())),
        };
        initial.clear();
        if line.trim().is_empty() {
            continue;
        }
        if let Some(declaration) = named(&line) {
            initial = template(declaration, next_id);
            next_id = next_id.saturating_add(1);
            continue;
        }
        editor.add_history_entry(line.as_str()).map_err(|error| SendError::Prompt(error.to_string()))?;
        stream.write_all(&octets(&line)).map_err(SendError::Broken)?;
    }
}

/// Prints what comes, above the line that is being typed.
fn print_all(mut stream: TcpStream, mut printer: impl ExternalPrinter, mut markup: Markup) {
    let mut piece = vec![0; PIECE];
    loop {
        let text = match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => String::from_utf8_lossy(&piece[..read]).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        if printer.print(markup.piece(&printable(&text))).is_err() {
            return;
        }
    }
    // Nobody is there any more who could be told that the terminal has gone too.
    let _ = printer.print("The server closed the connection; Ctrl-D ends.\n".into());
}

/// Where lines are remembered: as the XDG directories say, `~/.local/state/trunkline/send-history`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let directory = state.or_else(home)?.join("trunkline");
    std::fs::create_dir_all(&directory).ok()?;
    Some(directory.join("send-history"))
}

/// What helps with a line: completion, and colours.
struct Aid(Paint);

impl Helper for Aid {}
impl Validator for Aid {}
impl Hinter for Aid {
    type Hint = String;
}

impl Highlighter for Aid {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        match self.0 {
            Paint::Plain => Cow::Borrowed(line),
            Paint::Coloured => Cow::Owned(Markup::new(self.0).piece(line)),
        }
    }

    fn highlight_char(&self, line: &str, _: usize, _: CmdKind) -> bool {
        self.0 == Paint::Coloured && line.contains('<')
    }
}

impl Completer for Aid {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(line.get(..pos).map(completion::complete).unwrap_or_default())
    }
}

/// The octets of what was typed: a message as a line (`DIALOUT/DIAL MSGID=1 …`) becomes one, anything
/// else is sent as it is.
fn octets(line: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    match protocol::line::read(line) {
        Some(element) => element.write(&mut octets),
        None => octets.extend_from_slice(format!("{line}\n").as_bytes()),
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_sent_as_the_message_it_stands_for() {
        assert_eq!(octets("a/b C=\"d e\""), b"<A>\n<B C=\"d e\">\n</B>\n</A>\n");
        assert_eq!(octets("<A> <B C=\"d\"/> </A>"), b"<A> <B C=\"d\"/> </A>\n");
    }
}
