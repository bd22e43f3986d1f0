//! The notation of the rows' scripts: a line, a step.
//!
//! | line | is |
//! |---|---|
//! | `> ROOT/CHILD NAME=value` | the application sends this (`2>`: its second link) |
//! | `> raw <ROOT>\n<CHILD …>` | it sends these octets; `\n` and `\x94` stand for octets |
//! | `> close` | it closes the link |
//! | `< ROOT/CHILD NAME=value` | this must come next; `*` is any value, `{port}` any the first time and the same from then on |
//! | `< nothing` | nothing has come: the answer to a status query is the next to come |
//! | `< closed` | the server closes the link |
//! | `~ arrived 3015550114 from 8005551212` | the network is asked for this number |
//! | `~ nobody called` | it has not been asked for any |
//! | `~ hears 900`, `~ silent 900` | the called party hears a tone begin, end, in Hz |
//! | `~ heard 600 900` | all that it heard, in order, now that the last is over |
//! | `~ press 5`, `~ sings 900`, `~ hang up` | what the party does (`~ hang up agent`: what the agent does) |
//! | `~ speaks customer` | the party's call is up, and it says the customer's tone from now on |
//! | `~ keys 12#` | all the keys that it heard, in order, now that the last is pressed |
//! | `~ ended 3015550114` | the server has ended the call to this number, or of who is named so (none: the last) |
//! | `~ call 7322901900`, `~ call 7322901900 by 3015550199` | a party calls the server; another number has sent its call on |
//! | `~ refused` | and was not answered |
//! | `~ rings {agent}` | the telephone of this agent rings: it is the party now |
//! | `~ answers agent` | it answers, and says the agent's tone from now on |
//! | `~ declines busy`, `~ declines away` | it does not: 486, 480 |
//! | `~ matrix customer:agent agent:customer+supervisor colleague:-` | each of them hears those, and nobody else |
//! | `~ party customer` | the customer is the party now |
//! | `~ no ring {agent}` | no telephone of this agent (no number such as 7325550114) has rung beyond those that rang here |
//! | `~ never customer music` | the customer has heard no music at all |
//! | `* up 3015550114` | INIT_LINK, and a call that is up on `{port}` |
//! | `* talk` | INIT_LINK, and a customer on `{port}` who talks with `{agent}` |
//! | `* joined` | INIT_LINK, and the calls of a customer on `{port}` and an agent on `{port2}` joined with each other |
//! | `* fill 3015550115` | dial-outs until no port is free |
//! | `* empty` | TERMINATE_LINK, until all of its calls are down and a port is free |
//! | `* find DIALING` | status queries of all ports until one answers this: that is `{port}` (`* find DIALING {port3}`: another name) |
//! | `* ask 200 PLAYING` | so many status queries of `{port}`, each with this answer |
//! | `* until {nailed} WAITING` | status queries of this port until it answers this |
//! | `* wait 1500ms` | so long |
//! | `* file TALK.VOX holds 440 900` | some half second of the file that the server made in `C:\\CONFORM` has these tones |
//! | `* no directory Agent_Status` | there is none of this name below the drives |
//! | `* examples` | an example of every request, each printed in another way, each answered |
//! | `* emitted` | all that the server sent in this run, as a reader of XML and of the catalogue sees it |
//! | `* exit` | the operator's exit command |

use std::collections::BTreeSet;
use std::time::Duration;

use edge::Key;
use edge::signal::Cause;

use super::sounds::Voice;

/// A step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Send { link: usize, line: String },
    Octets { link: usize, octets: Vec<u8> },
    Close { link: usize },
    Expect { link: usize, line: String },
    ExpectNothing { link: usize },
    ExpectClosed { link: usize },
    Arrived { dnis: String, ani: Option<String> },
    NobodyCalled,
    Hears { hz: u16 },
    Silent { hz: u16 },
    Heard { hz: Vec<u16> },
    Press { key: Key },
    Sings { hz: u16 },
    Keys { keys: String },
    HangUp { who: Option<String> },
    Speaks { voice: Voice },
    Rings { agent: String },
    Answers { voice: Voice },
    Declines { cause: Cause },
    NoRing { whom: String },
    Party { who: String },
    Matrix { hears: Vec<(Voice, BTreeSet<Voice>)> },
    Never { who: Voice, heard: Voice },
    Ended { dnis: Option<String> },
    Call { dnis: String, by: Option<String> },
    Refused,
    Fill { dnis: String },
    Empty,
    Find { status: String, port: String },
    Ask { times: u32, status: String },
    Until { port: String, status: String },
    Wait { time: Duration },
    Holds { file: String, hz: Vec<u16> },
    NoDirectory { name: String },
    Examples,
    Emitted,
    Exit,
}

/// What `* up` stands for.
const UP: [&str; 6] = [
    "> INIT_LINK/INFO MSGID=1000",
    "< INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS",
    "> DIALOUT/DIAL MSGID=1001 DNIS={number} ANI=8005551212 MODE=BLIND",
    "< DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS",
    "~ arrived {number} from 8005551212",
    "< DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT={port}",
];

/// What `* talk` stands for: the telephone rings when the customer has answered.
const TALK: [&str; 12] = [
    "> INIT_LINK/INFO MSGID=1000",
    "< INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS",
    "> AGENT_LOGIN/INFO MSGID=1001 AGENT_NO={agent} MODE=PREDICTIVE",
    "< AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS",
    "> DIALOUT/DIAL MSGID=1002 DNIS=3015550114 ANI=8005551212 AGENTS={agent} MODE=BLIND",
    "< DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS",
    "~ arrived 3015550114",
    "~ speaks customer",
    "~ rings {agent}",
    "~ answers agent",
    "< DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port} AGENT={agent}",
    "~ matrix customer:agent agent:customer",
];

/// What `* joined` stands for: both are parties of the network.
const JOINED: [&str; 15] = [
    "> INIT_LINK/INFO MSGID=1000",
    "< INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS",
    "> DIALOUT/DIAL MSGID=1001 DNIS=3015550114 MODE=BLIND",
    "< DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS",
    "~ arrived 3015550114",
    "< DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT={port}",
    "~ speaks customer",
    "> DIALOUT/DIAL MSGID=1002 DNIS=7325550114 MODE=BLIND",
    "< DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS",
    "~ arrived 7325550114",
    "< DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT={port2}",
    "~ speaks agent",
    "> PATCH_PORTS/INFO MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2}",
    "< PATCH_PORTS/TERMINATION MSGID=1003 TRUNK_PORT1={port} TRUNK_PORT2={port2} EVENT=SUCCESS",
    "~ matrix customer:agent agent:customer",
];

/// Reads a script.
///
/// # Errors
/// The first line that is no step: a mistake of the row.
pub(super) fn read(script: &str) -> Result<Vec<Step>, String> {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut steps = Vec::new();
    for line in lines {
        let (lines, number) =
            match line.strip_prefix("* ").map(|rest| rest.split_once(' ').unwrap_or((rest, ""))) {
                Some(("up", number)) => (&UP[..], number),
                Some(("talk", "")) => (&TALK[..], ""),
                Some(("joined", "")) => (&JOINED[..], ""),
                _ => (&[line][..], ""),
            };
        for line in lines {
            steps.push(step(&line.replace("{number}", number))?);
        }
    }
    Ok(steps)
}

fn step(line: &str) -> Result<Step, String> {
    let wrong = || format!("not a step: {line}");
    let (sign, rest) = line.split_once(' ').ok_or_else(wrong)?;
    let step = match sign.as_bytes() {
        [b'>'] => sent(1, rest),
        [n @ b'1'..=b'9', b'>'] => sent(usize::from(n - b'0'), rest),
        [b'<'] => expected(1, rest),
        [n @ b'1'..=b'9', b'<'] => expected(usize::from(n - b'0'), rest),
        b"~" => network(rest),
        b"*" => composed(rest),
        _ => None,
    };
    step.ok_or_else(wrong)
}

fn sent(link: usize, rest: &str) -> Option<Step> {
    if rest == "close" {
        return Some(Step::Close { link });
    }
    match rest.strip_prefix("raw ") {
        Some(text) => Some(Step::Octets { link, octets: octets(text)? }),
        None => is_line(rest).then(|| Step::Send { link, line: rest.to_owned() }),
    }
}

fn expected(link: usize, rest: &str) -> Option<Step> {
    match rest {
        "nothing" => Some(Step::ExpectNothing { link }),
        "closed" => Some(Step::ExpectClosed { link }),
        line => is_line(line).then(|| Step::Expect { link, line: line.to_owned() }),
    }
}

fn is_line(line: &str) -> bool {
    protocol::line::read(line).is_some()
}

fn network(rest: &str) -> Option<Step> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let hz = |word: &str| word.parse::<u16>().ok();
    Some(match words.as_slice() {
        ["arrived", dnis] => Step::Arrived { dnis: (*dnis).into(), ani: None },
        ["arrived", dnis, "from", ani] => Step::Arrived { dnis: (*dnis).into(), ani: Some((*ani).into()) },
        ["nobody", "called"] => Step::NobodyCalled,
        ["hears", tone] => Step::Hears { hz: hz(tone)? },
        ["silent", tone] => Step::Silent { hz: hz(tone)? },
        ["heard", tones @ ..] => {
            Step::Heard { hz: tones.iter().map(|tone| hz(tone)).collect::<Option<_>>()? }
        }
        ["press", key] => Step::Press { key: Key::from_face(key.chars().next()?)? },
        ["sings", tone] => Step::Sings { hz: hz(tone)? },
        ["keys", keys] => Step::Keys { keys: (*keys).into() },
        ["hang", "up"] => Step::HangUp { who: None },
        ["hang", "up", who] => Step::HangUp { who: Some((*who).into()) },
        ["speaks", voice] => Step::Speaks { voice: Voice::of_name(voice)? },
        ["rings", agent] => Step::Rings { agent: (*agent).into() },
        ["answers", voice] => Step::Answers { voice: Voice::of_name(voice)? },
        ["declines", "busy"] => Step::Declines { cause: Cause::Busy },
        ["declines", "away"] => Step::Declines { cause: Cause::NoAnswer },
        ["no", "ring", whom] => Step::NoRing { whom: (*whom).into() },
        ["party", who] => Step::Party { who: (*who).into() },
        ["matrix", hears @ ..] => {
            Step::Matrix { hears: hears.iter().map(|one| hears_whom(one)).collect::<Option<_>>()? }
        }
        ["never", who, heard] => Step::Never { who: Voice::of_name(who)?, heard: Voice::of_name(heard)? },
        ["ended"] => Step::Ended { dnis: None },
        ["ended", dnis] => Step::Ended { dnis: Some((*dnis).into()) },
        ["call", dnis] => Step::Call { dnis: (*dnis).into(), by: None },
        ["call", dnis, "by", by] => Step::Call { dnis: (*dnis).into(), by: Some((*by).into()) },
        ["refused"] => Step::Refused,
        _ => return None,
    })
}

/// One line of a matrix: `agent:customer+supervisor`, `colleague:-`.
fn hears_whom(text: &str) -> Option<(Voice, BTreeSet<Voice>)> {
    let (who, hears) = text.split_once(':')?;
    let hears = match hears {
        "-" => Some(BTreeSet::new()),
        voices => voices.split('+').map(Voice::of_name).collect(),
    };
    Some((Voice::of_name(who)?, hears?))
}

fn composed(rest: &str) -> Option<Step> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    Some(match words.as_slice() {
        ["fill", dnis] => Step::Fill { dnis: (*dnis).into() },
        ["empty"] => Step::Empty,
        ["find", status] => Step::Find { status: (*status).into(), port: "port".into() },
        ["find", status, port] => {
            let port = port.strip_prefix('{')?.strip_suffix('}')?;
            Step::Find { status: (*status).into(), port: port.into() }
        }
        ["no", "directory", name] => Step::NoDirectory { name: (*name).into() },
        ["ask", times, status] => Step::Ask { times: times.parse().ok()?, status: (*status).into() },
        ["until", port, status] => Step::Until { port: (*port).into(), status: (*status).into() },
        ["wait", time] => Step::Wait { time: duration(time)? },
        ["file", name, "holds", tones @ ..] => Step::Holds {
            file: (*name).into(),
            hz: tones.iter().map(|tone| tone.parse().ok()).collect::<Option<_>>()?,
        },
        ["examples"] => Step::Examples,
        ["emitted"] => Step::Emitted,
        ["exit"] => Step::Exit,
        _ => return None,
    })
}

/// A time such as `1s` or `500ms`.
fn duration(text: &str) -> Option<Duration> {
    match text.strip_suffix("ms") {
        Some(ms) => ms.parse().ok().map(Duration::from_millis),
        None => text.strip_suffix('s')?.parse().ok().map(Duration::from_secs),
    }
}

/// The octets that a text stands for: UTF-8, with `\n` and `\x94`.
fn octets(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        octets.extend_from_slice(before.as_bytes());
        if let Some(after) = escape.strip_prefix('n') {
            octets.push(b'\n');
            rest = after;
        } else if let Some(after) = escape.strip_prefix('\\') {
            octets.push(b'\\');
            rest = after;
        } else {
            let digits = escape.strip_prefix('x')?.get(..2)?;
            octets.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &escape[3..];
        }
    }
    octets.extend_from_slice(rest.as_bytes());
    octets.push(b'\n');
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_have_their_escapes() {
        assert_eq!(octets("a\\n\\x94\\\\R").expect("octets"), b"a\n\x94\\R\n");
        assert_eq!(octets("\\q"), None);
        assert_eq!(octets("\\x9"), None);
    }

    #[test]
    fn a_line_that_is_no_step_is_named() {
        for line in
            ["hello", "> HELLO", "~ sings", "~ matrix agent", "* talk loudly", "< A/B C", "* dance", "0> A/B"]
        {
            assert_eq!(read(line), Err(format!("not a step: {line}")));
        }
    }
}
