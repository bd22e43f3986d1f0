//! The stage on which a row is played: its links, the network, what was said and heard.

mod hearing;
mod network;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::{Duration, Instant};

use carrier::Carrier;
use edge::LegId;
use protocol::{Element, line};

use super::link::{Came, Heard, Link};
use super::printed;
use super::recorded;
use super::report::{Finding, Moment, Verdict, Way};
use super::script::{self, Step};
use super::{Need, Row, Target};

/// How long anything that must happen may take: longer than the longest ringing of a row.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the server's trunk may take to find the network.
const TRUNK: Duration = Duration::from_secs(60);
/// Between two looks for it.
const BREATH: Duration = Duration::from_millis(500);
/// How long it is listened for what came beside what a row waited for.
const REST: Duration = Duration::from_millis(100);
/// Ports that a row fills at the most.
const PORTS: u32 = 10_000;
/// Lines of an exchange that are kept.
const MOMENTS: usize = 2_000;
/// How long the calls that a row leaves behind may take to end.
const CLEARING: Duration = Duration::from_secs(5);
/// A port that no server has.
const NOWHERE: &str = "9999";

/// What went otherwise, as a sentence.
pub(super) type Miss = String;

/// A row on the stage.
pub(super) struct Stage<'a> {
    pub target: &'a Target,
    carrier: &'a Carrier,
    pub heard: &'a mut Heard,
    links: BTreeMap<usize, Link>,
    values: BTreeMap<String, String>,
    /// The parties of this row by number and by name, and the last of them.
    parties: BTreeMap<String, LegId>,
    party: Option<LegId>,
    /// Calls that were somebody's already.
    known: BTreeSet<LegId>,
    began: Instant,
    exchange: Vec<Moment>,
}

/// Plays a row.
pub(super) async fn play(
    row: &'static Row,
    target: &Target,
    carrier: &Carrier,
    heard: &mut Heard,
) -> Finding {
    let mut stage = Stage::new(target, carrier, heard);
    let outcome = stage.follow(row.script).await;
    let took = stage.began.elapsed();
    if outcome.is_err() {
        stage.note_the_rest().await;
    }
    stage.leave();
    if row.needs.contains(&Need::Agents) {
        send_home(target, carrier).await;
    }
    stage.clear().await;
    let verdict = match outcome {
        Ok(()) => Verdict::Passed,
        Err(why) => Verdict::Failed(why),
    };
    Finding { row, verdict, took, exchange: stage.exchange }
}

/// Every agent begins as one who has gone home: who was never logged in would take calls of any kind. What a server
/// does not take of that is judged by the rows.
pub(super) async fn know_agents(target: &Target, carrier: &Carrier) {
    let mut heard = Heard::default();
    let mut stage = Stage::new(target, carrier, &mut heard);
    for (n, agent) in target.agents().enumerate() {
        let mode = format!("AGENT_LOGIN/INFO MSGID=KNOW-{n} AGENT_NO={agent} MODE=MANUAL");
        if stage.send(1, &mode).await.is_err() || stage.next(1, "AGENT_LOGIN/RESPONSE").await.is_err() {
            break;
        }
        if target.nailed_up == Some(agent) {
            let _ = stage.step(Step::Rings { agent: agent.to_string() }).await;
        }
    }
    stage.leave();
    send_home(target, carrier).await;
    stage.clear().await;
}

/// Sends all agents home. A server that does not take that is judged by the rows.
async fn send_home(target: &Target, carrier: &Carrier) {
    let mut heard = Heard::default();
    let mut stage = Stage::new(target, carrier, &mut heard);
    for (n, agent) in target.agents().enumerate() {
        let logout = format!("AGENT_LOGOUT/INFO MSGID=HOME-{n} AGENT_NO={agent}");
        if stage.send(1, &logout).await.is_err() || stage.next(1, "AGENT_LOGOUT/RESPONSE").await.is_err() {
            return;
        }
    }
}

/// Dials until a call comes to the network: the server may have looked for it before it was there.
pub(super) async fn until_trunk_is_up(target: &Target, carrier: &Carrier) -> Result<(), Miss> {
    let until = Instant::now() + TRUNK;
    let mut heard = Heard::default();
    loop {
        let mut stage = Stage::new(target, carrier, &mut heard);
        let tried = stage.follow("* up 3015550114").await;
        let Err(why) = tried else { return Ok(()) };
        // The answer that says so is NODIALTONE; anything else is for the rows to judge.
        if !why.contains("NODIALTONE") && !stage.links.is_empty() {
            return Ok(());
        }
        if Instant::now() > until || stage.links.is_empty() {
            let place = target.carrier;
            return Err(format!("{why}; does a trunk of the server lead to {place}?"));
        }
        tokio::time::sleep(BREATH).await;
    }
}

impl<'a> Stage<'a> {
    fn new(target: &'a Target, carrier: &'a Carrier, heard: &'a mut Heard) -> Self {
        let mailbox = |n: usize| target.mailboxes.get(n).cloned().unwrap_or_default();
        let (dnis, code) = mailbox(0);
        let (dnis2, code2) = mailbox(1);
        let text = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let agent = |n: usize| text(target.ringing.get(n).copied());
        let values = [
            ("agent", agent(0)),
            ("agent2", agent(1)),
            ("agent3", agent(2)),
            ("nailed", text(target.nailed_up)),
            ("card", text(target.station_card)),
            ("announces", target.announces.clone().unwrap_or_default()),
            ("disabled", target.disabled.clone().unwrap_or_default()),
            ("wrong", otherwise(&code)),
            ("dnis", dnis),
            ("code", code),
            ("dnis2", dnis2),
            ("code2", code2),
            ("first", (target.eee81 + 1).to_string()),
            ("nowhere", NOWHERE.to_owned()),
        ];
        Self {
            target,
            carrier,
            heard,
            links: BTreeMap::new(),
            values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            parties: BTreeMap::new(),
            party: None,
            known: BTreeSet::new(),
            began: Instant::now(),
            exchange: Vec::new(),
        }
    }

    /// Notes what had come that nobody waited for: it may say why something else did not.
    async fn note_the_rest(&mut self) {
        for number in self.links.keys().copied().collect::<Vec<_>>() {
            let Some(link) = self.links.get_mut(&number) else { continue };
            let mut rest = Vec::new();
            while let Ok(Ok(Came::Line(element))) = tokio::time::timeout(REST, link.next(self.heard)).await {
                rest.push(line::shown(&element));
            }
            rest.iter().for_each(|line| self.note(Way::Received, number, line));
        }
    }

    /// Closes its links.
    fn leave(&mut self) {
        for (_, link) in std::mem::take(&mut self.links) {
            link.leave(self.heard);
        }
    }

    async fn follow(&mut self, script: &str) -> Result<(), Miss> {
        for step in script::read(script)? {
            self.step(step).await?;
        }
        Ok(())
    }

    async fn step(&mut self, step: Step) -> Result<(), Miss> {
        match step {
            Step::Send { link, line } => self.send(link, &line).await,
            Step::Octets { link, octets } => self.octets(link, &octets).await,
            Step::Close { link } => {
                self.note(Way::Sent, link, "close");
                if let Some(link) = self.links.remove(&link) {
                    link.leave(self.heard);
                }
                Ok(())
            }
            Step::Expect { link, line } => self.expect(link, &line).await,
            Step::ExpectNothing { link } => self.expect_nothing(link).await,
            Step::ExpectClosed { link } => self.expect_closed(link).await,
            Step::Fill { dnis } => self.fill(&dnis).await,
            Step::Empty => self.empty().await,
            Step::Find { status, port } => self.find(&status, port).await,
            Step::Ask { times, status } => self.ask(times, &status).await,
            Step::Until { port, status } => self.until_port(&port, &status).await,
            Step::Wait { time } => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Step::Holds { file, hz } => {
                let drives = self.target.files.as_deref().ok_or("the drives are not known")?;
                recorded::holds(drives, &file, &hz)
            }
            Step::NoDirectory { name } => {
                let drives = self.target.files.as_deref().ok_or("the drives are not known")?;
                recorded::no_directory(drives, &name)
            }
            Step::Examples => printed::examples(self).await,
            Step::Emitted => printed::emitted(self),
            Step::Exit => self.exit().await,
            step => self.network(step).await,
        }
    }

    /// The link of this number, connected if it was not.
    async fn link(&mut self, number: usize) -> Result<&mut Link, Miss> {
        if !self.links.contains_key(&number) {
            let to = &self.target.to;
            let link = Link::connect(to).await.map_err(|error| format!("cannot connect to {to}: {error}"))?;
            self.links.insert(number, link);
        }
        self.links.get_mut(&number).ok_or_else(|| "the link is gone".into())
    }

    pub async fn send(&mut self, link: usize, line: &str) -> Result<(), Miss> {
        let line = self.filled(line);
        let element = line::read(&line).ok_or_else(|| format!("not a message: {line}"))?;
        self.note(Way::Sent, link, &line::shown(&element));
        let mut octets = Vec::new();
        element.write(&mut octets);
        self.link(link).await?.send(&octets).await.map_err(|error| format!("cannot send: {error}"))
    }

    pub async fn octets(&mut self, link: usize, octets: &[u8]) -> Result<(), Miss> {
        let octets = &self.filled_octets(octets)[..];
        let shown = String::from_utf8_lossy(octets).trim_end().escape_debug().to_string();
        self.note(Way::Sent, link, &format!("raw {}", shown.replace("\\\"", "\"")));
        self.link(link).await?.send(octets).await.map_err(|error| format!("cannot send: {error}"))
    }

    /// The next message of a link, which must be this.
    async fn expect(&mut self, link: usize, wanted: &str) -> Result<(), Miss> {
        let wanted = self.filled(wanted);
        let pattern = line::read(&wanted).ok_or_else(|| format!("not a message: {wanted}"))?;
        let got = self.next(link, &line::shown(&pattern)).await?;
        let values = matched(&pattern, &got)
            .ok_or_else(|| format!("wanted {}, but got {}", line::shown(&pattern), line::shown(&got)))?;
        self.values.extend(values);
        Ok(())
    }

    /// The next message of a link, when `wanted` is.
    pub async fn next(&mut self, link: usize, wanted: &str) -> Result<Element, Miss> {
        match self.came(link, wanted).await? {
            Came::Line(element) => {
                self.note(Way::Received, link, &line::shown(&element));
                Ok(element)
            }
            Came::Junk(why) => Err(format!("wanted {wanted}, but got no message: {why}")),
            Came::End => {
                self.note(Way::Received, link, "closed");
                Err(format!("wanted {wanted}, but the server closed the link"))
            }
        }
    }

    async fn came(&mut self, number: usize, wanted: &str) -> Result<Came, Miss> {
        self.link(number).await?;
        let Some(link) = self.links.get_mut(&number) else { return Err("the link is gone".into()) };
        match tokio::time::timeout(PATIENCE, link.next(self.heard)).await {
            Ok(Ok(came)) => Ok(came),
            Ok(Err(error)) => Err(format!("wanted {wanted}, but the link broke: {error}")),
            Err(_) => Err(format!("wanted {wanted}, but nothing came in {} s", PATIENCE.as_secs())),
        }
    }

    async fn expect_nothing(&mut self, link: usize) -> Result<(), Miss> {
        self.send(link, "APP_TRUNK_STATUS/INFO MSGID=NOTHING TRUNK_PORT={first}").await?;
        self.expect(link, "APP_TRUNK_STATUS/RESPONSE MSGID=NOTHING TRUNK_PORT={first} STATUS=*").await
    }

    async fn expect_closed(&mut self, link: usize) -> Result<(), Miss> {
        match self.came(link, "the end of the link").await? {
            Came::End => {
                self.note(Way::Received, link, "closed");
                Ok(())
            }
            Came::Line(element) => {
                Err(format!("wanted the end of the link, but got {}", line::shown(&element)))
            }
            Came::Junk(why) => Err(format!("wanted the end of the link, but got no message: {why}")),
        }
    }

    /// Dials until no port is free.
    async fn fill(&mut self, dnis: &str) -> Result<(), Miss> {
        for n in 1..=PORTS {
            let msgid = format!("FILL-{n}");
            self.send(1, &format!("DIALOUT/DIAL MSGID={msgid} DNIS={dnis} MODE=BLIND")).await?;
            let answer = self.next(1, "DIALOUT/RESPONSE").await?;
            match (answer.msgid() == msgid, answer.get("STATUS")) {
                (true, Some("SUCCESS")) => {}
                (true, Some("NO_DIALOUT_PORT_FREE")) if n > 1 => return Ok(()),
                _ => return Err(format!("wanted a DIALOUT/RESPONSE, but got {}", line::shown(&answer))),
            }
        }
        Err(format!("more than {PORTS} ports are free"))
    }

    /// Terminates the link, and waits until what its calls leave behind is over.
    async fn empty(&mut self) -> Result<(), Miss> {
        self.send(1, "TERMINATE_LINK/INFO MSGID=EMPTY").await?;
        loop {
            let told = self.next(1, "TERMINATE_LINK/RESPONSE").await?;
            match (told.root(), told.child(), told.get("STATUS")) {
                ("TERMINATE_LINK", "RESPONSE", Some("SUCCESS")) => break,
                ("DIALOUT", "TERMINATION", _) => {}
                _ => return Err(format!("wanted TERMINATE_LINK/RESPONSE, but got {}", line::shown(&told))),
            }
        }
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            self.send(1, "APP_TRUNK_STATUS/INFO MSGID=EMPTY TRUNK_PORT={first}").await?;
            if self.next(1, "APP_TRUNK_STATUS/RESPONSE").await?.get("STATUS") == Some("WAITING") {
                return Ok(());
            }
            tokio::time::sleep(BREATH).await;
        }
        Err(format!("the port is not free {} s after TERMINATE_LINK", PATIENCE.as_secs()))
    }

    /// Asks one port after the other until one has this status.
    async fn find(&mut self, status: &str, name: String) -> Result<(), Miss> {
        let first = self.target.eee81 + 1;
        for port in first..first.saturating_add(PORTS) {
            self.send(1, &format!("APP_TRUNK_STATUS/INFO MSGID=FIND-{port} TRUNK_PORT={port}")).await?;
            match self.next(1, "APP_TRUNK_STATUS/RESPONSE").await?.get("STATUS") {
                Some(found) if found == status => {
                    self.values.insert(name, port.to_string());
                    return Ok(());
                }
                Some("INVALID_TRUNKPORT") => break,
                _ => {}
            }
        }
        Err(format!("no port from {first} on is {status}"))
    }

    async fn until_port(&mut self, port: &str, status: &str) -> Result<(), Miss> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            self.send(1, &format!("APP_TRUNK_STATUS/INFO MSGID=UNTIL TRUNK_PORT={port}")).await?;
            if self.next(1, "APP_TRUNK_STATUS/RESPONSE").await?.get("STATUS") == Some(status) {
                return Ok(());
            }
        }
        Err(format!("port {} was not {status} in {} s", self.filled(port), PATIENCE.as_secs()))
    }

    async fn ask(&mut self, times: u32, status: &str) -> Result<(), Miss> {
        for n in 1..=times {
            self.send(1, &format!("APP_TRUNK_STATUS/INFO MSGID=ASK-{n} TRUNK_PORT={{port}}")).await?;
            let answer =
                format!("APP_TRUNK_STATUS/RESPONSE MSGID=ASK-{n} TRUNK_PORT={{port}} STATUS={status}");
            self.expect(1, &answer).await?;
        }
        Ok(())
    }

    async fn exit(&mut self) -> Result<(), Miss> {
        let command = self.target.exit.clone().unwrap_or_default();
        self.note(Way::Did, 0, &format!("exit command: {command}"));
        let child = tokio::task::spawn_blocking(move || {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &command]).stdin(Stdio::null()).stdout(Stdio::null());
            shell.stderr(Stdio::null()).spawn()
        });
        match child.await {
            Ok(Ok(mut child)) => {
                // It may wait for the server's end, as ours does; somebody must wait for it in turn.
                std::thread::spawn(move || child.wait());
                Ok(())
            }
            Ok(Err(error)) => Err(format!("cannot run the exit command: {error}")),
            Err(error) => Err(format!("cannot run the exit command: {error}")),
        }
    }

    /// A line with the values that are known put in.
    fn filled(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (name, value) in &self.values {
            line = line.replace(&format!("{{{name}}}"), value);
        }
        line
    }

    /// Octets with the same put in.
    fn filled_octets(&self, octets: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(octets.len());
        let mut rest = octets;
        while let Some((first, after)) = rest.split_first() {
            let value = self.values.iter().find_map(|(name, value)| {
                let after = rest.strip_prefix(format!("{{{name}}}").as_bytes())?;
                Some((value, after))
            });
            match value {
                Some((value, after)) => {
                    filled.extend_from_slice(value.as_bytes());
                    rest = after;
                }
                None => {
                    filled.push(*first);
                    rest = after;
                }
            }
        }
        filled
    }

    fn note(&mut self, way: Way, link: usize, text: &str) {
        if self.exchange.len() < MOMENTS {
            self.exchange.push(Moment { at: self.began.elapsed(), way, link, text: text.to_owned() });
        }
    }
}

/// Whether a message is as wanted; the values that it gives to names in braces.
fn matched(wanted: &Element, got: &Element) -> Option<Vec<(String, String)>> {
    let count = (wanted.attributes().count(), got.attributes().count());
    if wanted.root() != got.root() || wanted.child() != got.child() || count.0 != count.1 {
        return None;
    }
    let mut values = Vec::new();
    for (name, pattern) in wanted.attributes() {
        let (_, value) = got.attributes().find(|(other, _)| *other == name)?;
        match pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(variable) => {
                let is_another = |(name, known): &(String, String)| name == variable && known != value;
                if values.iter().any(is_another) {
                    return None;
                }
                values.push((variable.to_owned(), value.to_owned()));
            }
            None if pattern == "*" || pattern == value => {}
            None => return None,
        }
    }
    Some(values)
}

/// A code of the same length that is another.
fn otherwise(code: &str) -> String {
    let mut code = code.to_owned();
    match code.pop() {
        Some('0') => code.push('1'),
        _ => code.push('0'),
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, got: &str) -> Option<Vec<(String, String)>> {
        matched(&line::read(wanted).expect("a line"), &line::read(got).expect("a line"))
    }

    #[test]
    fn attributes_match_in_any_order_and_none_is_too_much() {
        let wanted = "A/B MSGID=1 TRUNK_PORT={port} STATUS=*";
        let port = Some(vec![("port".to_owned(), "7".to_owned())]);
        assert_eq!(check(wanted, "A/B STATUS=\"X Y\" TRUNK_PORT=7 MSGID=1"), port);
        assert_eq!(check(wanted, "A/B MSGID=2 TRUNK_PORT=7 STATUS=X"), None);
        assert_eq!(check(wanted, "A/B MSGID=1 TRUNK_PORT=7 STATUS=X DTMF=5"), None);
        assert_eq!(check(wanted, "A/C MSGID=1 TRUNK_PORT=7 STATUS=X"), None);
    }

    #[test]
    fn a_wrong_code_is_another() {
        assert_eq!((otherwise("2424"), otherwise("2420")), ("2420".into(), "2421".into()));
    }
}
