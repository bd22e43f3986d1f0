//! The stage on which a row is played: its links, the network, what was said and heard.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use carrier::{Carrier, Entry, Happening};
use edge::LegId;
use edge::signal::Side;
use edge::sound::Clip;
use media::tone::Tone;
use protocol::{Element, line};

use super::link::{Came, Heard, Link};
use super::printed;
use super::recorded;
use super::report::{Finding, Moment, Verdict, Way};
use super::script::{self, Step};
use super::{Row, Target};

/// How long anything that must happen may take: longer than the longest ringing of a row.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the server's trunk may take to find the network.
const TRUNK: Duration = Duration::from_secs(60);
/// Between two looks for it.
const BREATH: Duration = Duration::from_millis(500);
/// Ports that a row fills at the most.
const PORTS: u32 = 10_000;
/// Lines of an exchange that are kept.
const MOMENTS: usize = 2_000;
/// The level of a party that sings, in dBm0.
const SINGS: f64 = -13.0;
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
    /// The parties of this row by number, and the last of them.
    parties: BTreeMap<String, LegId>,
    party: Option<LegId>,
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
    for (_, link) in std::mem::take(&mut stage.links) {
        link.leave(stage.heard);
    }
    let verdict = match outcome {
        Ok(()) => Verdict::Passed,
        Err(why) => Verdict::Failed(why),
    };
    Finding { row, verdict, took: stage.began.elapsed(), exchange: stage.exchange }
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
        let values = [
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
            began: Instant::now(),
            exchange: Vec::new(),
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
            Step::Find { status } => self.find(&status).await,
            Step::Ask { times, status } => self.ask(times, &status).await,
            Step::Wait { time } => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Step::Holds { file, hz } => {
                let drives = self.target.files.as_deref().ok_or("the drives are not known")?;
                recorded::holds(drives, &file, &hz)
            }
            Step::Examples => printed::examples(self).await,
            Step::Emitted => printed::emitted(self),
            Step::Exit => self.exit().await,
            step => self.network(step).await,
        }
    }

    /// What the network does and hears.
    async fn network(&mut self, step: Step) -> Result<(), Miss> {
        match step {
            Step::Arrived { dnis, ani } => self.arrived(&dnis, ani.as_deref()).await,
            Step::NobodyCalled => {
                let began = self.began;
                let called =
                    |entry: &Entry| entry.at >= began && matches!(entry.what, Happening::Arrived { .. });
                match self.carrier.seen().into_iter().find(called) {
                    Some(entry) => Err(format!("nobody should be called, but: {}", entry.what)),
                    None => Ok(()),
                }
            }
            Step::Hears { hz } => self.tone(hz, true).await,
            Step::Silent { hz } => self.tone(hz, false).await,
            Step::Heard { hz } => self.all_tones(&hz).await,
            Step::Press { key } => {
                self.note(Way::Did, 0, &format!("press {key}"));
                let party = self.party()?;
                self.carrier.party(party).press(&key.face().to_string()).map_err(|error| error.to_string())
            }
            Step::Sings { hz } => {
                self.note(Way::Did, 0, &format!("sing {hz} Hz"));
                let clip = Clip { samples: Tone::sine(f64::from(hz), SINGS).samples(1_000).into() };
                self.carrier.party(self.party()?).sound(clip).map_err(|error| error.to_string())
            }
            Step::Keys { keys } => self.keys(&keys).await,
            Step::HangUp => {
                self.note(Way::Did, 0, "hang up");
                let party = self.party()?;
                self.carrier.party(party).hang_up().map_err(|error| error.to_string())
            }
            Step::Ended { dnis } => {
                let dnis = dnis.and_then(|dnis| self.parties.get(&dnis).copied());
                let party = dnis.map_or_else(|| self.party(), Ok)?;
                let ended =
                    |what: &Happening| matches!(what, Happening::Ended(end) if end.by == Side::Network);
                self.until(party, "the end of the call", ended).await.map(drop)
            }
            Step::Call { dnis } => {
                let dnis = self.filled(&dnis);
                self.note(Way::Did, 0, &format!("call {dnis}"));
                let called = self.carrier.call(&dnis, Some("6095550142"), Vec::new());
                self.party = Some(called.map_err(|error| error.to_string())?);
                Ok(())
            }
            Step::Refused => {
                let party = self.party()?;
                let over =
                    |what: &Happening| matches!(what, Happening::Ended(_) | Happening::Answered { .. });
                match self.until(party, "the refusal", over).await? {
                    Happening::Ended(end) if end.by == Side::Network => Ok(()),
                    what => Err(format!("the call should be refused, but: {}", told(&what))),
                }
            }
            _ => Err("a step of no network".into()),
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
    async fn find(&mut self, status: &str) -> Result<(), Miss> {
        let first = self.target.eee81 + 1;
        for port in first..first.saturating_add(PORTS) {
            self.send(1, &format!("APP_TRUNK_STATUS/INFO MSGID=FIND-{port} TRUNK_PORT={port}")).await?;
            match self.next(1, "APP_TRUNK_STATUS/RESPONSE").await?.get("STATUS") {
                Some(found) if found == status => {
                    self.values.insert("port".into(), port.to_string());
                    return Ok(());
                }
                Some("INVALID_TRUNKPORT") => break,
                _ => {}
            }
        }
        Err(format!("no port from {first} on is {status}"))
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

    async fn arrived(&mut self, dnis: &str, ani: Option<&str>) -> Result<(), Miss> {
        let (began, wanted) = (self.began, dnis);
        let seen = self.carrier.until(|entry| {
            entry.at >= began && matches!(&entry.what, Happening::Arrived { dnis, .. } if dnis == wanted)
        });
        let entry = match tokio::time::timeout(PATIENCE, seen).await {
            Ok(Some(entry)) => entry,
            Ok(None) => return Err("the simulated network has stopped".into()),
            Err(_) => return Err(format!("nobody called {dnis} in {} s", PATIENCE.as_secs())),
        };
        self.note(Way::Saw, 0, &entry.what.to_string());
        self.party = Some(entry.leg);
        self.parties.insert(dnis.to_owned(), entry.leg);
        match (&entry.what, ani) {
            (Happening::Arrived { ani, .. }, Some(wanted)) if ani != wanted => {
                Err(format!("the call should come from {wanted}, but comes from {ani:?}"))
            }
            _ => Ok(()),
        }
    }

    fn party(&self) -> Result<LegId, Miss> {
        self.party.ok_or_else(|| "nobody is on the phone".into())
    }

    async fn tone(&mut self, hz: u16, present: bool) -> Result<(), Miss> {
        let party = self.party()?;
        let name = format!("the {} of {hz} Hz", if present { "beginning" } else { "end" });
        self.until(party, &name, |what| *what == Happening::Tone { hz, present }).await.map(drop)
    }

    async fn all_tones(&mut self, wanted: &[u16]) -> Result<(), Miss> {
        if let Some(&last) = wanted.last() {
            self.tone(last, false).await?;
        }
        let party = self.party()?;
        let tone = |entry: Entry| match entry.what {
            Happening::Tone { hz, present: true } if entry.leg == party => Some(hz),
            _ => None,
        };
        let heard: Vec<u16> = self.carrier.seen().into_iter().filter_map(tone).collect();
        if heard == wanted {
            Ok(())
        } else {
            Err(format!("wanted the tones {wanted:?}, but heard {heard:?}"))
        }
    }

    /// Waits for as many keys as these, which must be these.
    async fn keys(&mut self, wanted: &str) -> Result<(), Miss> {
        let party = self.party()?;
        let key = |entry: Entry| match entry.what {
            Happening::Key(key) if entry.leg == party => Some(key.face()),
            _ => None,
        };
        let mut came = 0;
        let last = |what: &Happening| matches!(what, Happening::Key(_));
        let seen = self.carrier.until(|entry| {
            came += usize::from(entry.leg == party && last(&entry.what));
            came == wanted.chars().count()
        });
        let told = tokio::time::timeout(PATIENCE, seen).await;
        let heard: String = self.carrier.seen().into_iter().filter_map(key).collect();
        self.note(Way::Saw, 0, &format!("heard keys {heard}"));
        match told {
            Ok(Some(_)) if heard == wanted => Ok(()),
            _ => Err(format!("wanted the keys {wanted}, but heard {heard}")),
        }
    }

    /// Waits until this happened to a party.
    async fn until(
        &mut self,
        party: LegId,
        name: &str,
        holds: impl Fn(&Happening) -> bool,
    ) -> Result<Happening, Miss> {
        let seen = self.carrier.until(|entry| entry.leg == party && holds(&entry.what));
        match tokio::time::timeout(PATIENCE, seen).await {
            Ok(Some(entry)) => {
                self.note(Way::Saw, 0, &told(&entry.what));
                Ok(entry.what)
            }
            Ok(None) => Err("the simulated network has stopped".into()),
            Err(_) => Err(format!("the party waited {} s for {name}", PATIENCE.as_secs())),
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

/// What happened, told from outside: to the network's parties, the far side is the server.
fn told(what: &Happening) -> String {
    match what {
        Happening::Ended(end) => {
            let who = if end.by == Side::Network { "the server" } else { "the party" };
            format!("{who} ended the call: {:?}", end.cause)
        }
        what => what.to_string(),
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
            Some(variable) => values.push((variable.to_owned(), value.to_owned())),
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
