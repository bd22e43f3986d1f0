//! The program `trunkline`: reads the command line and does what it says.

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc;

use clap::Parser as _;
use trunkline::amd::archive;
use trunkline::amd::corpus;
use trunkline::amd::explain::{self, ExplainError};
use trunkline::amd::kept::KEPT;
use trunkline::amd::replay::{self, ReplayError};
use trunkline::calls::CallsError;
use trunkline::cli::{
    Amd, AmdCommand, AmdCorpus, AmdExplain, Ask, Calls, Carrier, CarrierCommand, Check, Cli, Command, Demo,
    Prompts, PromptsCommand, Serve, Trace,
};
use trunkline::config::{Config, ConfigError, EXAMPLE};
use trunkline::conform::{self, ConformError, Shape};
use trunkline::control_socket::{self, AskError, Filter, Reply, Request};
use trunkline::demo::{self, DemoError};
use trunkline::network::{self, NetworkError};
use trunkline::output::{Output, OutputError};
use trunkline::paint::Paint;
use trunkline::prompts::{self, PromptsError};
use trunkline::send::SendError;
use trunkline::{calls, check, send, serve, signals};

/// Wrong usage or configuration.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) | Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Err(Failure::Config(errors)) => {
            complain(check::report(&errors).trim_end());
            ExitCode::from(USAGE)
        }
        Err(Failure::Sentence(sentence)) => {
            complain(format_args!("trunkline: {sentence}"));
            ExitCode::FAILURE
        }
    }
}

/// Why the program does not end well.
enum Failure {
    /// Nobody reads the output any more, which is nobody's fault.
    NobodyReads,
    /// The configuration is wrong.
    Config(Vec<ConfigError>),
    /// Anything else, as one sentence.
    Sentence(String),
}

fn run(command: Command) -> Result<(), Failure> {
    let mut output = Output::standard();
    match command {
        Command::Serve(Serve { file }) => {
            let config = Config::load(file.config.as_deref())?;
            // What is wrong with the certificates is a matter of configuration; they may still go bad
            // before the server reads them for itself.
            check::certificates(&config)?;
            serve::run(file.config.as_deref(), config, &mut output).map_err(Failure::sentence)
        }
        Command::Demo(Demo { keep }) => {
            let until = if keep { Some(interrupted()?) } else { None };
            Ok(demo::run(&mut output, until)?)
        }
        Command::Carrier(Carrier { command: Some(CarrierCommand::Call(call)), .. }) => {
            serve::log();
            Ok(network::call(call, &mut output)?)
        }
        Command::Carrier(Carrier { listen, command: None }) => {
            serve::log();
            Ok(network::listen(listen, &mut output)?)
        }
        Command::Send(arguments) => {
            let shape = match (arguments.json, Paint::standard()) {
                (true, _) => send::Shape::Json,
                (false, Paint::Coloured) => send::Shape::Coloured,
                (false, Paint::Plain) => send::Shape::Octets,
            };
            send::run(&arguments.to, arguments.file.as_deref(), arguments.wait, shape, &mut output)
                .map_err(Failure::from)
        }
        Command::Conform(arguments) if arguments.list => Ok(output.write(conform::document().as_bytes())?),
        Command::Conform(arguments) => {
            serve::log_errors();
            let shape = match arguments.json {
                true => Shape::Json,
                false => Shape::Table { brief: arguments.brief, paint: Paint::standard() },
            };
            Ok(conform::run(&arguments.target(), shape, &mut output)?)
        }
        Command::Amd(Amd { command }) => amd(command, &mut output),
        Command::Check(Check { print_defaults: true, .. }) => Ok(output.write(EXAMPLE.as_bytes())?),
        Command::Check(Check { file, .. }) => {
            let config = Config::load(file.config.as_deref())?;
            check::certificates(&config)?;
            Ok(check::explain(file.config.as_deref(), &config, &mut output)?)
        }
        Command::Prompts(Prompts { command }) => prompts(command, &mut output),
        Command::Status(arguments) if arguments.metrics => metrics(arguments.ask, &mut output),
        Command::Status(arguments) => ask(arguments.ask, Request::Status, &mut output),
        Command::Ports(arguments) => ask(arguments, Request::Ports, &mut output),
        Command::Agents(arguments) => ask(arguments, Request::Agents, &mut output),
        Command::Calls(arguments) if arguments.history => history(arguments, &mut output),
        Command::Calls(arguments) => ask(arguments.ask, Request::Calls, &mut output),
        Command::Links(arguments) => ask(arguments, Request::Links, &mut output),
        Command::Trace(arguments) => trace(arguments, &mut output),
        Command::Exit(arguments) => ask(arguments, Request::Exit, &mut output),
    }
}

/// Makes, lists or checks what the house says.
fn prompts(command: PromptsCommand, output: &mut Output<std::io::Stdout>) -> Result<(), Failure> {
    match command {
        PromptsCommand::List { languages } => Ok(prompts::list(&languages.chosen(), output)?),
        PromptsCommand::Check { languages, file } => {
            let config = Config::load(file.config.as_deref())?;
            Ok(prompts::check(&languages.chosen(), &config, output)?)
        }
        PromptsCommand::Build { languages, out } => Ok(prompts::build(&languages.chosen(), &out, output)?),
    }
}

/// Hears recordings, makes them, or explains a verdict.
fn amd(command: AmdCommand, output: &mut Output<std::io::Stdout>) -> Result<(), Failure> {
    match command {
        AmdCommand::Replay(arguments) => Ok(replay::run(&arguments.replay(), output).map(drop)?),
        AmdCommand::Corpus(AmdCorpus { out, clips, seed }) => {
            let labels = corpus::make(&out, clips, seed).map_err(Failure::sentence)?;
            Ok(output.line(&format!("{} clips and {} in {}", labels.len(), corpus::LABELS, out.display()))?)
        }
        AmdCommand::Explain(AmdExplain { file, what }) => {
            let named = std::path::Path::new(&what).with_extension("toml");
            // A file needs no configuration.
            let path = if named.is_file() {
                named
            } else {
                let directory = Config::load(file.config.as_deref())?.files.data.join(KEPT);
                archive::find(&directory, &what).map_err(Failure::sentence)?
            };
            Ok(explain::run(&path, output)?)
        }
    }
}

/// Something that comes at the first SIGTERM or SIGINT.
fn interrupted() -> Result<mpsc::Receiver<()>, Failure> {
    let (tell, told) = mpsc::channel();
    signals::watch(move || tell.send(()).is_ok()).map_err(Failure::sentence)?;
    Ok(told)
}

/// Asks the running server whose socket is named, or whose configuration is.
fn ask(arguments: Ask, request: Request, output: &mut Output<std::io::Stdout>) -> Result<(), Failure> {
    let json = arguments.json;
    Ok(control_socket::run(&socket(arguments)?, request, json, output)?)
}

/// The status of the running server, for a program that watches it.
fn metrics(arguments: Ask, output: &mut Output<std::io::Stdout>) -> Result<(), Failure> {
    let path = socket(arguments)?;
    match control_socket::ask(&path, Request::Status)? {
        (Reply::Status(status), _) => Ok(output.write(control_socket::metrics(&status).as_bytes())?),
        (other, _) => {
            Err(AskError::Unreadable { path, why: format!("the status was asked, not {other:?}") }.into())
        }
    }
}

/// Reads the call records.
fn history(arguments: Calls, output: &mut Output<std::io::Stdout>) -> Result<(), Failure> {
    let config = Config::load(arguments.ask.file.config.as_deref())?;
    let shape = match (arguments.ask.json, arguments.csv) {
        (true, _) => calls::Shape::Json,
        (false, true) => calls::Shape::Csv,
        (false, false) => calls::Shape::Table,
    };
    let sought = store::Sought {
        since: arguments.since.map(|since| since.moment(std::time::SystemTime::now())),
        number: arguments.number,
        campaign: arguments.campaign,
        agent: arguments.agent.map(i64::from),
        limit: Some(arguments.limit.into()),
    };
    let waiting = calls::run(&config, &sought, shape, output)?;
    if waiting > 0 {
        complain(format_args!(
            "trunkline: {waiting} entries of the spool are not in the database yet: the server brings them as soon as it can"
        ));
    }
    Ok(())
}

/// Follows the traffic of that server.
fn trace(arguments: Trace, output: &mut Output<std::io::Stdout>) -> Result<(), Failure> {
    let Trace { ask, link, port, msgid } = arguments;
    let json = ask.json;
    let filter = Filter { link, port, msgid };
    Ok(control_socket::trace(&socket(ask)?, filter, json, Paint::standard(), output)?)
}

fn socket(arguments: Ask) -> Result<PathBuf, Failure> {
    match arguments.socket {
        Some(socket) => Ok(socket),
        None => Ok(Config::load(arguments.file.config.as_deref())?.control_socket()),
    }
}

/// Writes a sentence to the standard error, which may be closed: then there is nobody left to tell.
fn complain(sentence: impl Display) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

impl Failure {
    fn sentence(error: impl Display) -> Self {
        Self::Sentence(error.to_string())
    }
}

impl From<Vec<ConfigError>> for Failure {
    fn from(errors: Vec<ConfigError>) -> Self {
        Self::Config(errors)
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Closed => Self::NobodyReads,
            OutputError::Failed(_) => Self::Sentence(error.to_string()),
        }
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Output(error) => error.into(),
            error => Self::Sentence(error.to_string()),
        }
    }
}

impl From<CallsError> for Failure {
    fn from(error: CallsError) -> Self {
        match error {
            CallsError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}

impl From<ConformError> for Failure {
    fn from(error: ConformError) -> Self {
        match error {
            ConformError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}

impl From<ExplainError> for Failure {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}

impl From<NetworkError> for Failure {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Output(error) => error.into(),
            error => Self::Sentence(error.to_string()),
        }
    }
}

impl From<PromptsError> for Failure {
    fn from(error: PromptsError) -> Self {
        match error {
            PromptsError::Output(error) => error.into(),
            error => Self::sentence(error),
        }
    }
}
