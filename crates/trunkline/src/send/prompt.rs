//! The interactive prompt: history, completion of message names, a template for each of them.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::thread;

use protocol::{Declaration, Request};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Context, Editor, ExternalPrinter, Helper};

use super::{PIECE, SendError};

const PROMPT: &str = "trunkline> ";
/// Lines of history that are kept.
const HISTORY: usize = 1000;

/// Reads lines until the end of the input or of the connection, sends messages, prints what comes.
pub(super) fn run(to: &str, stream: &TcpStream) -> Result<(), SendError> {
    let failed = |error: ReadlineError| SendError::Prompt(error.to_string());
    let settings =
        rustyline::Config::builder().completion_type(CompletionType::List).max_history_size(HISTORY);
    let settings = settings.map_err(failed)?.build();
    let mut editor = Editor::<Names, DefaultHistory>::with_config(settings).map_err(failed)?;
    editor.set_helper(Some(Names));
    let history = history_file();
    if let Some(file) = &history {
        // The first time there is none.
        let _ = editor.load_history(file);
    }
    let mut printer = editor.create_external_printer().map_err(failed)?;
    let greeting = format!(
        "Connected to {}. Type a message, or the name of one for a template; Tab completes; Ctrl-D ends.\n",
        crate::config::shown(to)
    );
    printer.print(greeting).map_err(failed)?;
    let reading = stream.try_clone().map_err(SendError::Broken)?;
    thread::spawn(move || print_all(reading, printer));
    let ended = converse(&mut editor, stream);
    let _ = stream.shutdown(Shutdown::Both);
    if let Some(file) = &history {
        let _ = editor.save_history(file);
    }
    ended
}

fn converse(editor: &mut Editor<Names, DefaultHistory>, mut stream: &TcpStream) -> Result<(), SendError> {
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
        stream.write_all(format!("{line}\n").as_bytes()).map_err(SendError::Broken)?;
    }
}

/// Prints what comes, above the line that is being typed.
fn print_all(mut stream: TcpStream, mut printer: impl ExternalPrinter) {
    let mut piece = vec![0; PIECE];
    loop {
        let text = match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => String::from_utf8_lossy(&piece[..read]).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        if printer.print(printable(&text)).is_err() {
            return;
        }
    }
    // Nobody is there any more who could be told that the terminal has gone too.
    let _ = printer.print("The server closed the connection; Ctrl-D ends.\n".into());
}

/// A text that cannot steer the terminal: it may come from whoever called in.
fn printable(text: &str) -> String {
    let keeps = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    text.chars().map(|character| if keeps(character) { character } else { '\u{fffd}' }).collect()
}

/// Where lines are remembered: as the XDG directories say, `~/.local/state/trunkline/send-history`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let directory = state.or_else(home)?.join("trunkline");
    std::fs::create_dir_all(&directory).ok()?;
    Some(directory.join("send-history"))
}

/// What completes a line: the names of the messages.
struct Names;

impl Helper for Names {}
impl Highlighter for Names {}
impl Validator for Names {}
impl Hinter for Names {
    type Hint = String;
}

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok((0, line.get(..pos).map(completions).unwrap_or_default()))
    }
}

/// The names that a line may become.
fn completions(line: &str) -> Vec<String> {
    let typed = line.trim_start().to_ascii_uppercase();
    let mut names: Vec<String> = Request::DECLARATIONS.iter().map(|declaration| name(declaration)).collect();
    names.retain(|name| name.starts_with(&typed));
    names.sort();
    names
}

/// The message of this name: its root, and its child where the root has several.
fn named(line: &str) -> Option<&'static Declaration> {
    let typed = line.trim().to_ascii_uppercase();
    Request::DECLARATIONS.iter().copied().find(|declaration| name(declaration) == typed)
}

fn name(declaration: &Declaration) -> String {
    let with_root = Request::DECLARATIONS.iter().filter(|other| other.root == declaration.root);
    if with_root.count() == 1 {
        declaration.root.to_owned()
    } else {
        format!("{} {}", declaration.root, declaration.child)
    }
}

/// The message's example on one line under an id of this session, ready to be edited.
fn template(declaration: &Declaration, id: u32) -> String {
    let line: String = declaration.example.lines().collect();
    let Some((before, rest)) = line.split_once("MSGID=\"") else { return line };
    let Some((_, after)) = rest.split_once('"') else { return line };
    format!("{before}MSGID=\"T-{id:04}\"{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_complete_in_any_case() {
        assert_eq!(completions("init_l"), ["INIT_LINK"]);
        assert!(completions("").len() > 5);
        assert_eq!(completions("<INIT"), [""; 0]);
    }

    #[test]
    fn every_name_has_a_template_that_the_server_reads() {
        for name in completions("") {
            let template = template(named(&name).expect("a name"), 7);
            let mut framer = protocol::Framer::new(protocol::MAX_MESSAGE);
            framer.push(template.as_bytes());
            let Some(protocol::Frame::Element(element)) = framer.next() else { panic!("{template}") };
            assert_eq!(Request::read(&element).expect("a request").msgid().as_str(), "T-0007", "{template}");
        }
    }

    #[test]
    fn what_comes_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2J\n\tb"), "a\u{fffd}[2J\n\tb");
    }
}
