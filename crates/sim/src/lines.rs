//! Inputs and outputs of the switch as lines that people write and read.
//!
//! | line | is |
//! |---|---|
//! | `link 1 up`, `link 1 up from 10.0.0.1`, `link 1 down`, `link 1 arrived 7` | connection 1 came, went, has surely received message 7 |
//! | `link 1: DIALOUT/DIAL MSGID=1 DNIS=301 MODE=BLIND` | a message, either way |
//! | `found 1: 2000ms missing` | what a look for files found |
//! | `out-1 ringing`, `out-1 early`, `out-1 answered`, `out-1 ended network Busy 486`, `out-1 info 5` | signalling |
//! | `out-1 played 1`, `out-1 played 1 by 5`, `out-1 stopped 1`, `out-1 key 5`, `out-1 lost`, `out-1 silent` | sound |
//! | `out-1 keys sent`, `out-1 heard FastBusy` | sound that was sent, a sign in what is heard |
//! | `out-1 judged Human`, `out-1 cued` | who answered, a machine that may be spoken to |
//! | `made 2`, `made 2: disk full`, `recorded 2 Stopped`, `recorded 2 Key #`, `noted 3` | the disk |
//! | `station 24 up`, `station 24 down`, `agent 24 PREDICTIVE "Ines" SPRING`, `agent 24 out`, with `for 600s` as input | a telephone of the house, an agent to be remembered |
//! | `out-1 refers to 25`, `out-1 refers to in-2` | a telephone passes on whom it talks with |
//! | `trunk 0 down`, `trunk 0 up` | the network |
//! | `in-1 arrived 7322901900 from 301 via 302 on trunk-1` | a call; all but the number may be left out |
//! | `failed 7322901900 from 10.0.0.1`, with `for 600s` as input | a wrong pass code to be remembered |
//! | `exit` | the operator |

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use control::{
    Alert, CapOf, ConnectionId, Failure, Input, Missing, Note, Output, Shift, Sought, Standing, Ticket, Which,
};
use edge::signal::{self, Arrived, Callee, Cause, End, Referral, Side};
use edge::sound::{
    self, Barge, Clip, Codec, Direction, Media, PlayEnd, Profile, RecordEnd, Repeat, Sign, Verdict,
};
use edge::{Key, Keys, LegId, Line, PlayId, RecordId, StationId, TrunkId};
use protocol::{AgentLoginMode, Element, Frame, Framer, Message, Request, Spelling, Word as _};
use speech::Prompt;

/// Reads an input line.
///
/// # Panics
/// When the line is none: a test's own mistake.
#[must_use]
pub fn input(line: &str) -> Input {
    read(line).unwrap_or_else(|| panic!("not an input line: {line}"))
}

fn read(line: &str) -> Option<Input> {
    let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
    match what {
        "exit" => Some(Input::Exit),
        "link" => read_link(rest),
        "failed" => read_failed(rest),
        "found" => read_found(rest),
        "made" => {
            let (record, why) = rest.split_once(": ").map_or((rest, None), |(n, why)| (n, Some(why)));
            let result = why.map_or(Ok(()), |why| Err(Missing(why.to_owned())));
            Some(Input::Made { record: RecordId(record.parse().ok()?), result })
        }
        "noted" => Some(Input::Noted { ticket: Ticket(rest.parse().ok()?) }),
        "recorded" => {
            let (record, end) = rest.split_once(' ')?;
            let (record, end) = (RecordId(record.parse().ok()?), record_end(end)?);
            Some(Input::Sound(sound::Event::Recorded { record, end, length: Duration::ZERO }))
        }
        "trunk" => {
            let (trunk, state) = rest.split_once(' ')?;
            let trunk = TrunkId(trunk.parse().ok()?);
            Some(Input::Signal(match state {
                "up" => signal::Event::TrunkUp { trunk },
                _ => signal::Event::TrunkDown { trunk, why: state.to_owned() },
            }))
        }
        "station" => {
            let (station, state) = rest.split_once(' ')?;
            let station = StationId(station.parse().ok()?);
            Some(Input::Signal(match state {
                "up" => signal::Event::StationUp { station },
                _ => signal::Event::StationDown { station, why: state.to_owned() },
            }))
        }
        "agent" => read_agent(rest),
        leg => read_leg(leg_id(leg)?, rest),
    }
}

fn read_link(rest: &str) -> Option<Input> {
    let split = rest.find([' ', ':'])?;
    let connection = ConnectionId(rest[..split].parse().ok()?);
    match rest[split..].trim_start_matches([' ', ':']).trim() {
        "up" => Some(Input::Connected { connection, peer: IpAddr::from([127, 0, 0, 1]) }),
        "down" => Some(Input::Disconnected { connection }),
        message => match message.split_once(' ')? {
            ("arrived", number) => Some(Input::Arrived { connection, number: number.parse().ok()? }),
            ("up", from) => {
                let peer = from.strip_prefix("from ")?.parse().ok()?;
                Some(Input::Connected { connection, peer })
            }
            _ => Some(Input::Request { connection, request: request(message) }),
        },
    }
}

fn read_failed(rest: &str) -> Option<Input> {
    let [mailbox, "from", peer, "for", seconds] = rest.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let failure = Failure { mailbox: mailbox.into(), peer: peer.parse().ok()? };
    let left = Duration::from_secs(seconds.strip_suffix('s')?.parse().ok()?);
    Some(Input::Failed { failures: vec![(failure, left)] })
}

fn read_agent(rest: &str) -> Option<Input> {
    let (agent, time) = rest.rsplit_once(" for ")?;
    let (number, shift) = agent.split_once(' ')?;
    let shift = match shift.splitn(3, ' ').collect::<Vec<_>>()[..] {
        ["out"] => None,
        [mode, name, campaign] => Some(Shift {
            mode: AgentLoginMode::from_text(mode)?,
            name: name.trim_matches('"').into(),
            campaign: campaign.trim_matches('"').into(),
        }),
        _ => return None,
    };
    let standing = Standing { agent: StationId(number.parse().ok()?), shift };
    let waited = Duration::from_secs(time.strip_suffix('s')?.parse().ok()?);
    Some(Input::Agents { agents: vec![(standing, waited)] })
}

fn read_found(rest: &str) -> Option<Input> {
    let (ticket, files) = rest.split_once(':')?;
    let file = |word: &str| match word.strip_suffix("ms") {
        Some(ms) => {
            let samples = ms.parse::<usize>().ok()? * 8;
            Some(Ok(Clip { samples: Arc::from(vec![0i16; samples]) }))
        }
        None => Some(Err(Missing(word.to_owned()))),
    };
    let files = files.split_whitespace().map(file).collect::<Option<_>>()?;
    Some(Input::Found { ticket: Ticket(ticket.trim().parse().ok()?), files })
}

fn read_leg(leg: LegId, rest: &str) -> Option<Input> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let play = |n: &str| n.parse().ok().map(PlayId);
    let key = |face: &str| face.chars().next().and_then(Key::from_face);
    let signal = |event| Some(Input::Signal(event));
    let sound = |event| Some(Input::Sound(event));
    match words.as_slice() {
        ["refers", "to", number] => {
            let to = leg_id(number).map_or_else(|| Referral::Number((*number).to_owned()), Referral::Leg);
            signal(signal::Event::Referred { leg, to })
        }
        ["faxing"] => signal(signal::Event::Faxing { leg }),
        ["ringing"] => signal(signal::Event::Ringing { leg }),
        ["early"] => signal(signal::Event::EarlyMedia { leg, media: media() }),
        ["answered"] => signal(signal::Event::Answered { leg, media: media() }),
        ["arrived", dnis, more @ ..] => signal(signal::Event::Arrived(arrived(leg, dnis, more)?)),
        ["ended", by, cause, status @ ..] => {
            let by = if *by == "us" { Side::Us } else { Side::Network };
            let status = status.first().and_then(|s| s.parse().ok());
            signal(signal::Event::Ended {
                leg,
                end: End { by, cause: cause_named(cause)?, status, q850: None },
            })
        }
        ["played", n] => sound(sound::Event::PlayEnded { leg, play: play(n)?, end: PlayEnd::Finished }),
        ["played", n, "by", face] => {
            sound(sound::Event::PlayEnded { leg, play: play(n)?, end: PlayEnd::Key(key(face)?) })
        }
        ["stopped", n] => sound(sound::Event::PlayEnded { leg, play: play(n)?, end: PlayEnd::Stopped }),
        ["info", face] => signal(signal::Event::Key { leg, key: key(face)? }),
        ["key", face] => sound(sound::Event::Key { leg, key: key(face)? }),
        ["keys", "sent"] => sound(sound::Event::KeysSent { leg }),
        ["heard", name] => {
            let sign = SIGNS.into_iter().find(|sign| format!("{sign:?}") == *name)?;
            sound(sound::Event::Heard { leg, sign })
        }
        ["judged", name] => {
            let verdict = VERDICTS.into_iter().find(|verdict| format!("{verdict:?}") == *name)?;
            sound(sound::Event::Judged { leg, verdict })
        }
        ["cued"] => sound(sound::Event::Cued { leg }),
        ["lost"] => sound(sound::Event::Lost { leg, why: "a test".into() }),
        ["silent"] => sound(sound::Event::Silent { leg }),
        _ => None,
    }
}

/// What follows `arrived`: the number, then `from`, `via` and `on` with a word each.
fn arrived(leg: LegId, dnis: &str, more: &[&str]) -> Option<Arrived> {
    let mut arrived = Arrived {
        leg,
        line: Some(Line::Trunk(TrunkId(0))),
        dnis: dnis.to_owned(),
        ani: String::new(),
        redirecting: String::new(),
        replaces: None,
    };
    for words in more.chunks(2) {
        match *words {
            ["from", ani] => ani.clone_into(&mut arrived.ani),
            ["via", number] => number.clone_into(&mut arrived.redirecting),
            ["on", line] => {
                let (kind, n) = line.split_once('-').unwrap_or((line, "0"));
                let n = n.parse().ok()?;
                arrived.line = match kind {
                    "trunk" => Some(Line::Trunk(TrunkId(n))),
                    "station" => Some(Line::Station(StationId(n))),
                    "nothing" => None,
                    _ => return None,
                };
            }
            ["replacing", other] => arrived.replaces = Some(leg_id(other)?),
            _ => return None,
        }
    }
    Some(arrived)
}

/// Every verdict, so that lines can name them.
pub const VERDICTS: [Verdict; 6] =
    [Verdict::Human, Verdict::Machine, Verdict::Fax, Verdict::Intercept, Verdict::Silence, Verdict::NotSure];

/// Every sign, so that lines can name them.
pub const SIGNS: [Sign; 8] = [
    Sign::DialTone,
    Sign::Ringback,
    Sign::Busy,
    Sign::FastBusy,
    Sign::Information,
    Sign::Cng,
    Sign::Ced,
    Sign::Noise,
];

fn record_end(words: &str) -> Option<RecordEnd> {
    Some(match words {
        "Silence" => RecordEnd::Silence,
        "Longest" => RecordEnd::Longest,
        "Stopped" => RecordEnd::Stopped,
        "Gone" => RecordEnd::Gone,
        words => match words.split_once(' ')? {
            ("Key", face) => RecordEnd::Key(Key::from_face(face.chars().next()?)?),
            ("Failed", why) => RecordEnd::Failed(why.to_owned()),
            _ => return None,
        },
    })
}

/// Every cause, so that lines can name them.
pub const CAUSES: [Cause; 14] = [
    Cause::Normal,
    Cause::Busy,
    Cause::NoAnswer,
    Cause::Unallocated,
    Cause::Rejected,
    Cause::NoCircuit,
    Cause::NoRoute,
    Cause::Unauthorized,
    Cause::Incompatible,
    Cause::NoMedia,
    Cause::Lost,
    Cause::Overload,
    Cause::Barred,
    Cause::Capped,
];

fn cause_named(name: &str) -> Option<Cause> {
    CAUSES.into_iter().find(|cause| format!("{cause:?}") == name)
}

fn leg_id(name: &str) -> Option<LegId> {
    let (side, n) = name.split_once('-')?;
    let n = n.parse().ok()?;
    match side {
        "out" => Some(LegId::placed(n)),
        "in" => Some(LegId::arrived(n)),
        _ => None,
    }
}

/// What every answer in a test negotiates.
#[must_use]
pub fn media() -> Media {
    let at = |port| std::net::SocketAddr::from(([127, 0, 0, 2], port));
    Media {
        remote: at(4000),
        rtcp: at(4001),
        codec: Codec::Pcmu,
        payload_type: 0,
        keys: Some(101),
        direction: Direction::Both,
        security: None,
        signals_from: None,
    }
}

/// The request that `ROOT/CHILD NAME=value NAME="two words"` stands for, read as an application's octets.
///
/// # Panics
/// When it is none: a test's own mistake.
#[must_use]
pub fn request(line: &str) -> Request {
    let written = protocol::line::read(line).unwrap_or_else(|| panic!("not a message: {line}"));
    let mut octets = Vec::new();
    written.write(&mut octets);
    let element = element(&octets);
    Request::read(&element).unwrap_or_else(|error| panic!("{line}: {error:?}"))
}

fn element(octets: &[u8]) -> Element {
    let mut framer = Framer::new(65_536);
    framer.push(octets);
    match framer.next() {
        Some(Frame::Element(element)) => element,
        other => panic!("not a message: {other:?}: {}", String::from_utf8_lossy(octets)),
    }
}

/// A message as a line: `ROOT/CHILD NAME=value NAME="two words"`.
#[must_use]
pub fn message(message: &Message) -> String {
    let mut octets = Vec::new();
    message.write(Spelling::Memorandum, &mut octets);
    protocol::line::write(&element(&octets))
}

/// An output as a line.
#[must_use]
pub fn output(output: &Output) -> String {
    match output {
        Output::Send { connection, message: m, .. } => format!("link {}: {}", connection.0, message(m)),
        Output::Close { connection } => format!("link {} close", connection.0),
        Output::Keep { name, number, .. } => format!("keep {name} {number}"),
        Output::Forget { name, which: Which::UpTo(number) } => format!("forget {name} up to {number}"),
        Output::Forget { name, which: Which::One(number) } => format!("forget {name} {number}"),
        Output::Unsaid { link, refusal } => format!("unsaid to {link}: {}", message(refusal)),
        Output::Denied { peer, denial } => format!("denied {peer} {denial:?}"),
        Output::Failed(failure) => format!("failed {} from {}", failure.mailbox, failure.peer),
        Output::Answered { campaign, is_abandoned } => {
            format!("answered {campaign}{}", if *is_abandoned { " abandoned" } else { "" })
        }
        Output::Agent(Standing { agent, shift: None }) => format!("agent {} out", agent.0),
        Output::Agent(Standing { agent, shift: Some(Shift { mode, name, campaign }) }) => {
            format!("agent {} {} {name:?} {campaign:?}", agent.0, mode.text(Spelling::Memorandum))
        }
        Output::Find { ticket, sought } => {
            let name = |sought: &Sought| match sought {
                Sought::File(name) => name.to_string(),
                Sought::Prompt(Prompt { language, key }) => format!("{}/{key}", language.tag()),
            };
            format!("find {}: {}", ticket.0, sought.iter().map(name).collect::<Vec<_>>().join(" "))
        }
        Output::Make { record, name, tracks, idle } => {
            let idle = idle.map(|idle| format!(" idle {idle:?}")).unwrap_or_default();
            format!("make {}: {name} {tracks:?}{idle}", record.0)
        }
        Output::Discard { record } => format!("discard {}", record.0),
        Output::Note { ticket, note } => {
            let Note { msgid, anumber, bnumber, dtmf } = note;
            format!("note {}: {msgid} {anumber:?} {bnumber:?} {dtmf:?}", ticket.0)
        }
        Output::Signal(command) => signal_line(command),
        Output::Sound(command) => sound_line(command),
        Output::Record(cdr) => {
            let talk = cdr.talk.map_or_else(|| "-".to_owned(), |talk| format!("{:.1}s", talk.as_secs_f64()));
            let (total, end) = (cdr.total.as_secs_f64(), cdr.end);
            let port = cdr.port.map_or_else(|| "-".to_owned(), |port| port.to_string());
            let agent = cdr.agent.filter(|_| matches!(cdr.line, Some(Line::Trunk(_))));
            let agent = agent.map(|agent| format!(" with agent {}", agent.0)).unwrap_or_default();
            format!(
                "record {} port {port} to {}{agent} total {total:.1}s talk {talk}: {:?} by {:?}",
                cdr.leg, cdr.dnis, end.cause, end.by
            )
        }
        Output::Alert(Alert { of, calls, cap }) => match of {
            CapOf::Server => format!("alert server {calls} of {cap}"),
            CapOf::Trunk(trunk) => format!("alert {trunk} {calls} of {cap}"),
            CapOf::Campaign(name) => format!("alert campaign {name} {calls} of {cap}"),
        },
        Output::Exited => "exited".into(),
    }
}

fn signal_line(command: &signal::Command) -> String {
    use signal::Command;
    match command {
        Command::Dial(dial) => {
            let from = dial.caller.as_deref().map(|c| format!(" from {c}")).unwrap_or_default();
            let by = dial.redirecting.as_deref().map(|number| format!(" via {number}")).unwrap_or_default();
            match &dial.to {
                Callee::Number { trunk, number } => {
                    format!("{} dial {number} on {trunk}{from}{by}", dial.leg)
                }
                Callee::Station(station) => format!("{} call {station}{from}{by}", dial.leg),
            }
        }
        Command::Ring { leg } => format!("{leg} ring"),
        Command::Progress { leg } => format!("{leg} progress"),
        Command::Answer { leg } => format!("{leg} answer"),
        Command::HangUp { leg, cause } => format!("{leg} hang up {cause:?}"),
        Command::TellTransfer { leg, progress } => format!("{leg} transfer {progress:?}"),
    }
}

fn sound_line(command: &sound::Command) -> String {
    use sound::Command;
    match command {
        Command::Open { leg, .. } => format!("{leg} open"),
        Command::Play { leg, play, clips, barge, repeat } => {
            let clips: Vec<String> = clips.iter().map(|clip| format!("{}ms", clip.milliseconds())).collect();
            let barge = match barge {
                Barge::AnyKey => " until a key",
                Barge::Never => "",
            };
            let repeat = match repeat {
                Repeat::Once => "",
                Repeat::Forever => " for ever",
            };
            format!("{leg} play {}: {}{barge}{repeat}", play.0, clips.join(" "))
        }
        Command::Stop { leg, play } => format!("{leg} stop {}", play.0),
        Command::Press { leg, keys } => {
            format!("{leg} press {}", keys.iter().map(|k| k.face()).collect::<String>())
        }
        Command::Pressed { leg, key } => format!("{leg} pressed {key}"),
        Command::Record { leg, record, track, until } => {
            let mut line = format!("{leg} record {} {track:?}", record.0);
            if until.keys != Keys::NONE {
                line += &format!(" until {:?}", until.keys);
            }
            if let Some(silence) = until.silence {
                line += &format!(" silence {silence:?}");
            }
            if let Some(longest) = until.longest {
                line += &format!(" longest {longest:?}");
            }
            line + if until.beep { " after a beep" } else { "" }
        }
        Command::StopRecord { leg, record } => format!("{leg} stop recording {}", record.0),
        Command::Watch { leg, signs } => {
            let watched = SIGNS.into_iter().filter(|&sign| signs.has(sign)).map(|sign| format!(" {sign:?}"));
            format!("{leg} watch for{}", watched.reduce(|all, one| all + &one).unwrap_or(" nothing".into()))
        }
        Command::Judge { leg, by: Profile(0) } => format!("{leg} judge"),
        Command::Judge { leg, by } => format!("{leg} judge by {}", by.0),
        Command::Hear { leg, of } => {
            let heard: Vec<String> = of.iter().map(ToString::to_string).collect();
            format!("{leg} hears {}", if heard.is_empty() { "nobody".to_owned() } else { heard.join(" ") })
        }
        Command::Echo { leg } => format!("{leg} echo"),
        Command::Listen { leg, hz } => format!("{leg} listen {hz} Hz"),
        Command::Close { leg } => format!("{leg} close"),
    }
}
