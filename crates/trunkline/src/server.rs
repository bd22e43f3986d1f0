//! The server, whole: the link's listeners, the switch and its shell, signalling, sound and files.

mod agents;
mod answered;
mod connection;
mod failures;
mod flight;
mod journal;
mod lines;
mod links;
mod records;
mod rows;
mod security;
mod shell;
mod signalling;
mod stream;
mod traces;

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use control::{Dialling, Input, Switch, Tracks};
use edge::sound::{Command, Event, Profile, Sign};
use rustls::pki_types::UnixTime;
use store::Store;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::mpsc;

use crate::amd::archive;
use crate::amd::kept::KEPT;
use crate::config::{Agent, Amd, Campaign, Config, ConfigError, MediaIo, TwoWay};
use crate::limits;
use crate::tls;
use crate::voice_files::{self, Library, Recorded, Recorder, Responses};
use agents::AgentFile;
use answered::AnsweredFile;
use failures::FailureFile;
use journal::Journals;
use links::{Door, Handshakes};
use records::Records;
use shell::{Hands, Shell};
use signalling::Signalling;

/// Why the server did not start, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A link address cannot be listened on.
    #[error("cannot listen for applications on {address}: {source}; {hint}")]
    Link {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
        /// What to do.
        hint: String,
    },
    /// The certificates of the link cannot be used.
    #[error("cannot listen for applications under TLS: {}", lines(.0))]
    Certificates(Vec<ConfigError>),
    /// The certificates of SIP cannot be used.
    #[error("cannot speak SIP over TLS: {}", lines(.0))]
    SipCertificates(Vec<ConfigError>),
    /// The media engine did not start.
    #[error("cannot start the media engine: {0}")]
    Sound(#[from] rtp::StartError),
    /// The SIP endpoint did not start.
    #[error("cannot start SIP: {0}")]
    Signal(#[from] sip::StartError),
    /// The control socket cannot be made.
    #[error(transparent)]
    Socket(#[from] crate::control_socket::BindError),
    /// The messages kept for links cannot be reached.
    #[error("cannot use {}: {source}; set files.data to a directory that this user can write", path.display())]
    Outbox {
        /// Where.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The spool of call records cannot be reached.
    #[error("cannot use {}: {source}; set files.data to a directory that this user can write", path.display())]
    Records {
        /// Where.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A thread or a runtime could not be made.
    #[error("cannot start a thread: {0}; raise the limit of processes (ulimit -u)")]
    Thread(#[source] io::Error),
    /// Call control panicked again and again.
    #[error("call control panicked twice in a row; the flight record in the data directory says on what")]
    Broken,
}

/// Where a server listens.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// For applications.
    pub link: Vec<SocketAddr>,
    /// For applications with certificates.
    pub link_tls: Vec<SocketAddr>,
    /// For SIP.
    pub sip: Vec<sip::Listen>,
}

/// What an operator does to a running server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// The exit command: EXIT_LINK, drain, close. A second one ends at once.
    Exit,
}

/// Runs a server until its exit.
///
/// `link` overrides the addresses that the configuration gives for the link, for a server inside another
/// program (port 0 takes a free one). `ready` is called once every listener is up.
///
/// # Errors
/// When it cannot start, or call control is broken; the sentence says what to do.
pub fn run(
    config: Config,
    link: Option<Vec<SocketAddr>>,
    operator: mpsc::Receiver<Operator>,
    ready: impl FnOnce(&Addresses),
) -> Result<(), ServeError> {
    // A LocalSet would do, but it wakes the runtime for every event.
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    runtime.map_err(ServeError::Thread)?.block_on(serve(config, link, operator, ready))
}

async fn serve(
    config: Config,
    link: Option<Vec<SocketAddr>>,
    operator: mpsc::Receiver<Operator>,
    ready: impl FnOnce(&Addresses),
) -> Result<(), ServeError> {
    let (inbox, events) = mpsc::channel(limits::INBOX);
    let (plain, link) = listen(link.unwrap_or_else(|| link_addresses(&config)), PLAIN).await?;
    let (under_tls, link_tls) = listen_tls(&config).await?;
    let (tape, pieces) = voice_files::tape();
    let sound = Arc::new(start_sound(&config, inbox.clone(), tape)?);
    let signal = Signalling::start(&config, Arc::clone(&sound), inbox.clone()).await?;
    let library = Library::start(&(&config).into()).map_err(ServeError::Thread)?;
    let voice = recorder_voice(&sound, inbox.clone());
    let recorder = Recorder::start(config.files.drives_root(), pieces, voice).map_err(ServeError::Thread)?;
    let responses = Responses::new(config.files.play_responses());
    let (spool, store) = Store::start(&config.store_settings())
        .map_err(|source| ServeError::Records { path: config.spool(), source })?;
    let trunks = config.trunks.iter().map(|trunk| trunk.name.clone()).collect();
    let hands = Hands {
        signal: signal.endpoint(),
        sound: Arc::clone(&sound),
        library,
        recorder,
        responses,
        records: RefCell::new(Some(Records::new(spool, trunks, SystemTime::now()))),
        inbox,
    };
    let (journals, kept) = Journals::open(&config.files.data)
        .map_err(|source| ServeError::Outbox { path: config.files.data.join("outbox"), source })?;
    let switch = Switch::new(settings(&config));
    let (file, failures) = FailureFile::open(&config.files.data, SystemTime::now());
    let (agent_file, agents) = AgentFile::open(&config.files.data, SystemTime::now());
    let (answered_file, counted) = AnsweredFile::open(&config.files.data, SystemTime::now());
    let shell = Rc::new(Shell::new(config, switch, journals, file, agent_file, answered_file, hands));
    shell.handle(Input::Failed { failures });
    shell.handle(Input::Agents { agents });
    shell.handle(Input::Answered { counted });
    for (name, messages) in kept {
        tracing::info!("{} messages wait for the link of {name:?}", messages.len());
        shell.handle(Input::Restored { name, messages });
    }

    for (listener, door) in plain.into_iter().map(|listener| (listener, Door::Plain)).chain(under_tls) {
        tokio::task::spawn_local(links::accept(Rc::clone(&shell), listener, door));
    }
    tokio::task::spawn_local(take_events(Rc::clone(&shell), events));
    tokio::task::spawn_local(keep_time(Rc::clone(&shell)));
    tokio::task::spawn_local(links::tell_arrivals(Rc::clone(&shell)));
    tokio::task::spawn_local(obey(Rc::clone(&shell), operator));
    let answers = rows::serve(&shell)?;
    ready(&Addresses { link, link_tls, sip: signal.listening() });

    shell.over.notified().await;
    shell.flush();
    let broken = shell.fatal.get();
    let goodbye = async {
        while shell.unsent() || shell.has_open_records() {
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let _ = tokio::time::timeout(limits::LAST_WORDS, goodbye).await;
    signal.stop().await;
    shell.hands.recorder.end(limits::LAST_RECORDINGS);
    shell.end_records();
    store.end(limits::LAST_RECORDS);
    shell.traces.end();
    answers.end().await;
    if broken { Err(ServeError::Broken) } else { Ok(()) }
}

/// The addresses that the configuration gives for the link; none when xxx77 turns it off (decision P03).
fn link_addresses(config: &Config) -> Vec<SocketAddr> {
    if !config.parameters.xml_messaging() {
        return Vec::new();
    }
    config.link.listen.iter().map(|&address| SocketAddr::new(address, config.link_port())).collect()
}

/// The keys that say where is listened: where, and its port.
type Keys = (&'static str, &'static str);
const PLAIN: Keys = ("check link.listen", "parameters.eee51");
const UNDER_TLS: Keys = ("check link.tls.listen", "link.tls.listen");

/// The listeners under TLS with what they ask for, if there are any (decision P03).
async fn listen_tls(config: &Config) -> Result<(Vec<(TcpListener, Door)>, Vec<SocketAddr>), ServeError> {
    let Some(link) = config.link.tls.as_ref().filter(|_| config.parameters.xml_messaging()) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let config = tls::link(link, UnixTime::now()).map_err(ServeError::Certificates)?;
    let (listeners, bound) = listen(link.listen.clone(), UNDER_TLS).await?;
    let under_way = Rc::new(Handshakes::default());
    let door = || Door::Tls { config: Arc::clone(&config), under_way: Rc::clone(&under_way) };
    Ok((listeners.into_iter().map(|listener| (listener, door())).collect(), bound))
}

fn lines(errors: &[ConfigError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

async fn listen(
    addresses: Vec<SocketAddr>,
    (check, port): Keys,
) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), ServeError> {
    let mut listeners = Vec::new();
    let mut bound = Vec::new();
    for address in addresses {
        let fault = |source: io::Error| {
            let hint = match source.kind() {
                io::ErrorKind::PermissionDenied => {
                    format!("ports below 1024 need root or CAP_NET_BIND_SERVICE; {port} moves the port")
                }
                io::ErrorKind::AddrInUse => {
                    format!("another server has it; end that one or move the port with {port}")
                }
                _ => check.to_owned(),
            };
            ServeError::Link { address, source, hint }
        };
        let listener = TcpListener::bind(address).await.map_err(fault)?;
        bound.push(listener.local_addr().map_err(fault)?);
        listeners.push(listener);
    }
    Ok((listeners, bound))
}

fn start_sound(
    config: &Config,
    inbox: mpsc::Sender<Input>,
    tape: rtp::Tape,
) -> Result<rtp::Engine, ServeError> {
    let study = study(config).map_err(ServeError::Thread)?;
    let settings = rtp::Settings {
        addresses: sip::addresses(&config.sip.listen),
        ports: config.media.rtp_ports.clone(),
        workers: usize::from(config.media.workers),
        io: match config.media.io {
            MediaIo::Auto => rtp::Io::Auto,
            MediaIo::Syscalls => rtp::Io::SystemCalls,
            MediaIo::IoUring => rtp::Io::IoUring,
        },
        silence_limit: config.media.silence,
        listening: rtp::Listening {
            inband_keys: config.media.inband_keys,
            country: config.media.tones,
            noise: (!config.media.noise.is_zero()).then_some(rtp::Noise {
                dbm0: config.media.noise_level,
                milliseconds: u32::try_from(config.media.noise.as_millis()).unwrap_or(u32::MAX),
            }),
            judging: profiles(config).into(),
            study,
        },
    };
    let sink: rtp::Sink = Arc::new(move |event| {
        inbox.try_send(Input::Sound(event)).map_err(|full| match full.into_inner() {
            Input::Sound(event) => event,
            _ => unreachable!("the event that was sent comes back"),
        })
    });
    Ok(rtp::Engine::start(settings, sink, tape)?)
}

/// By what it is judged who answers: what holds for all, then what each campaign has of its own.
fn profiles(config: &Config) -> Vec<media::amd::Parameters> {
    let own = config.campaigns.iter().filter_map(|campaign| campaign.judging);
    std::iter::once(config.amd.judging).chain(own).collect()
}

/// Keeps the verdicts of calls, where any are to be kept.
fn study(config: &Config) -> io::Result<Option<rtp::Study>> {
    let Amd { keep, keep_sound, .. } = config.amd;
    if keep == 0 {
        return Ok(None);
    }
    let take = archive::start(config.files.data.join(KEPT), keep, config.media.tones)?;
    Ok(Some(rtp::Study { take, sound: u32::try_from(keep_sound.as_millis()).unwrap_or(u32::MAX) }))
}

/// Lets the recorder stop legs, and tell the switch that a recording is over.
fn recorder_voice(sound: &Arc<rtp::Engine>, inbox: mpsc::Sender<Input>) -> voice_files::Voice {
    let sound = Arc::downgrade(sound);
    let stop = move |leg, record| {
        if let Some(sound) = sound.upgrade() {
            sound.send(Command::StopRecord { leg, record });
        }
    };
    let tell = move |Recorded { record, end, length }| {
        // The thread of a disk may wait for the switch. Only at the end of the process is the switch gone.
        let _ = inbox.blocking_send(Input::Sound(Event::Recorded { record, end, length }));
    };
    voice_files::Voice { stop: Box::new(stop), tell: Box::new(tell) }
}

fn group_of_agents(group: &Agent) -> control::Agent {
    control::Agent {
        ports: group.ports.clone(),
        nailed_up: group.nailed_up,
        station_card: group.station_card,
        ring: group.ring,
        rules: group.rules.clone(),
    }
}

fn campaigns(config: &Config) -> Vec<control::Campaign> {
    let mut profiles = 0;
    let campaign = |campaign: &Campaign| control::Campaign {
        name: campaign.name.clone(),
        ports: campaign.ports.clone(),
        calls_per_second: campaign.calls_per_second,
        rules: campaign.rules.clone(),
        hourly_cap: campaign.hourly_cap,
        attendance: campaign.attendance.clone(),
        // Those that have parameters of their own are counted as `profiles` lists them.
        judged_by: campaign.judging.map_or_else(Profile::default, |_| {
            profiles += 1;
            Profile(profiles)
        }),
    };
    config.campaigns.iter().map(campaign).collect()
}

fn settings(config: &Config) -> control::Settings {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    control::Settings {
        parameters: control::Parameters {
            inbound: config.parameters.inbound_calls(),
            offset: u32::from(config.parameters.eee81),
            agents: config.parameters.eee30,
        },
        trunks: config
            .trunks
            .iter()
            .map(|trunk| control::Trunk {
                name: trunk.name.clone(),
                ports: trunk.ports.clone(),
                priority: trunk.priority,
                rules: trunk.rules.clone(),
                hourly_cap: trunk.hourly_cap,
            })
            .collect(),
        agents: config.agents.iter().map(group_of_agents).collect(),
        mailboxes: config
            .mailboxes
            .iter()
            .map(|mailbox| control::Mailbox {
                number: mailbox.number.clone(),
                kind: mailbox.kind.letter(),
                password: mailbox.password.as_ref().map(|p| p.reveal().to_owned()),
                name: mailbox.name.clone(),
                greeting: mailbox.greeting.clone(),
                max_messages: mailbox.max_messages,
            })
            .collect(),
        dialling: Dialling {
            max_digits: usize::from(config.dial.max_digits),
            rings: u32::from(config.dial.rings),
            calls_per_second: u32::from(config.dial.calls_per_second),
            rules: config.dial.rules.clone(),
            emergency: config.dial.emergency.clone(),
            hourly_alarm: Some(config.dial.hourly_alarm).filter(|&calls| calls > 0),
        },
        campaigns: campaigns(config),
        recording: control::Recording {
            longest: config.record.longest,
            silence: config.record.silence,
            beep: config.record.beep,
            idle: config.record.idle,
            two_way: match config.record.two_way {
                TwoWay::Sum => Tracks::Sum,
                TwoWay::Stereo => Tracks::Stereo,
            },
        },
        speech: control::Speech { language: config.speech.language, integers: config.speech.integers },
        signs: [(Sign::FastBusy, config.media.fast_busy), (Sign::Noise, !config.media.noise.is_zero())]
            .into_iter()
            .filter_map(|(sign, counts)| counts.then_some(sign))
            .collect(),
        require_init: config.link.require_init,
        grace: config.link.grace,
        receive_call_timeout: config.link.receive_call_timeout,
        pass_code_failures: config.link.pass_code_failures,
        // A counter seeded by time, so that a restarted server does not repeat itself (decision T09).
        first_msgid: (seconds % 100_000_000) as u32,
    }
}

/// Feeds the switch what signalling, sound and files tell, a few at a time.
async fn take_events(shell: Rc<Shell>, mut events: mpsc::Receiver<Input>) {
    let mut turn = Vec::with_capacity(limits::INBOX_TURN);
    loop {
        let taken = events.recv_many(&mut turn, limits::INBOX_TURN).await;
        for input in turn.drain(..) {
            shell.handle(input);
        }
        shell.flush();
        match taken {
            0 => return,
            // More may wait: the links have their turn first.
            limits::INBOX_TURN => tokio::task::yield_now().await,
            _ => {}
        }
    }
}

/// Tells the switch when its next timeout is due, and has records written in time.
async fn keep_time(shell: Rc<Shell>) {
    loop {
        let next = shell.next_due();
        shell.armed.set(next);
        match next {
            None => shell.rearm.notified().await,
            Some(at) => {
                tokio::select! {
                    () = tokio::time::sleep_until(at.into()) => {
                        shell.handle(Input::Tick);
                        shell.flush();
                    }
                    () = shell.rearm.notified() => {}
                }
            }
        }
    }
}

async fn obey(shell: Rc<Shell>, mut operator: mpsc::Receiver<Operator>) {
    while let Some(Operator::Exit) = operator.recv().await {
        tracing::info!("exit: applications are told, calls are ended");
        shell.handle(Input::Exit);
        shell.flush();
    }
}
