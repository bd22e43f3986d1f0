//! The network's side of a row: its parties, the agents' telephones among them, and what they do.

use std::collections::BTreeSet;

use carrier::{Entry, Happening, Step as Act};
use edge::LegId;
use edge::signal::Side;
use edge::sound::Clip;
use media::tone::Tone;

use super::{CLEARING, Miss, PATIENCE, Stage};
use crate::conform::report::Way;
use crate::conform::script::Step;
use crate::conform::sounds::Voice;

/// The level of a party that sings, in dBm0.
const SINGS: f64 = -13.0;

impl Stage<'_> {
    /// What the network does and hears.
    pub(super) async fn network(&mut self, step: Step) -> Result<(), Miss> {
        match step {
            Step::Arrived { dnis, ani } => self.arrived(&dnis, ani.as_deref()).await,
            Step::NobodyCalled => self.nobody_called(),
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
                self.does(vec![Act::Sound(tone(hz))])
            }
            Step::Matrix { hears } => self.matrix(&hears).await,
            Step::Never { who, heard } => self.never(who, heard),
            Step::Keys { keys } => self.keys(&keys).await,
            Step::HangUp { who } => {
                self.note(Way::Did, 0, &format!("{} hangs up", who.as_deref().unwrap_or("the party")));
                let party = self.named(who.as_deref())?;
                self.carrier.party(party).hang_up().map_err(|error| error.to_string())
            }
            Step::Speaks { voice } => {
                let party = self.party()?;
                let is_up = |what: &Happening| matches!(what, Happening::Answered { .. });
                self.until(party, "the call to be up", is_up).await?;
                self.speaks(voice, vec![Act::Sound(tone(voice.hz()))])
            }
            Step::Rings { agent } => {
                let telephone = self.telephone(&agent)?;
                self.arrived(&telephone, None).await
            }
            Step::Answers { voice } => {
                self.speaks(voice, vec![Act::Answer, Act::Sound(tone(voice.hz()))])?;
                let is_up = |what: &Happening| matches!(what, Happening::Answered { .. });
                self.until(self.party()?, "the call to be up", is_up).await.map(drop)
            }
            Step::NoRing { whom } => self.no_ring(&whom),
            Step::Party { who } => {
                self.party = Some(self.named(Some(&who))?);
                Ok(())
            }
            Step::Declines { cause } => {
                self.note(Way::Did, 0, &format!("decline: {cause:?}"));
                self.does(vec![Act::HangUp(cause)])
            }
            Step::Ended { dnis } => {
                let party = self.named(dnis.as_deref())?;
                let ended =
                    |what: &Happening| matches!(what, Happening::Ended(end) if end.by == Side::Network);
                self.until(party, "the end of the call", ended).await.map(drop)
            }
            Step::Call { dnis, by } => self.call(&dnis, by.as_deref()),
            Step::Refused => self.refused().await,
            _ => Err("a step of no network".into()),
        }
    }

    fn nobody_called(&self) -> Result<(), Miss> {
        let began = self.began;
        let called = |entry: &Entry| entry.at >= began && matches!(entry.what, Happening::Arrived { .. });
        match self.carrier.seen().into_iter().find(called) {
            Some(entry) => Err(format!("nobody should be called, but: {}", entry.what)),
            None => Ok(()),
        }
    }

    /// Somebody calls this number of the server.
    fn call(&mut self, dnis: &str, by: Option<&str>) -> Result<(), Miss> {
        let dnis = self.filled(dnis);
        self.note(Way::Did, 0, &format!("call {dnis}"));
        let called = self.carrier.call_sent_on(&dnis, Some("6095550142"), by, Vec::new());
        self.party = Some(called.map_err(|error| error.to_string())?);
        Ok(())
    }

    async fn refused(&mut self) -> Result<(), Miss> {
        let party = self.party()?;
        let over = |what: &Happening| matches!(what, Happening::Ended(_) | Happening::Answered { .. });
        match self.until(party, "the refusal", over).await? {
            Happening::Ended(end) if end.by == Side::Network => Ok(()),
            what => Err(format!("the call should be refused, but: {}", told(&what))),
        }
    }

    /// The number at which this agent's telephone is called.
    fn telephone(&self, agent: &str) -> Result<String, Miss> {
        let agent: u32 = self.filled(agent).parse().map_err(|_| format!("no agent: {agent}"))?;
        Ok(self.target.telephone(agent))
    }

    /// Nobody else has called this agent, or this number.
    fn no_ring(&self, whom: &str) -> Result<(), Miss> {
        let number = if whom.starts_with('{') { self.telephone(whom)? } else { whom.to_owned() };
        let is_call = |entry: &Entry| {
            let is_new = entry.at >= self.began && !self.known.contains(&entry.leg);
            is_new && matches!(&entry.what, Happening::Arrived { dnis, .. } if *dnis == number)
        };
        match self.carrier.seen().into_iter().find(is_call) {
            Some(entry) => Err(format!("nobody should ring there, but: {}", entry.what)),
            None => Ok(()),
        }
    }

    /// The party is this one from now on, and does that.
    fn speaks(&mut self, voice: Voice, acts: Vec<Act>) -> Result<(), Miss> {
        self.note(Way::Did, 0, &format!("{} speaks: {} Hz", voice.name(), voice.hz()));
        self.parties.insert(voice.name().to_owned(), self.party()?);
        self.does(acts)
    }

    fn does(&self, acts: Vec<Act>) -> Result<(), Miss> {
        self.carrier.party(self.party()?).follow(acts).map_err(|error| error.to_string())
    }

    /// The next call to this number: each is somebody's once.
    async fn arrived(&mut self, dnis: &str, ani: Option<&str>) -> Result<(), Miss> {
        let (began, wanted, known) = (self.began, dnis, &self.known);
        let seen = self.carrier.until(|entry| {
            let is_new = entry.at >= began && !known.contains(&entry.leg);
            is_new && matches!(&entry.what, Happening::Arrived { dnis, .. } if dnis == wanted)
        });
        let entry = match tokio::time::timeout(PATIENCE, seen).await {
            Ok(Some(entry)) => entry,
            Ok(None) => return Err("the simulated network has stopped".into()),
            Err(_) => return Err(format!("nobody called {dnis} in {} s", PATIENCE.as_secs())),
        };
        self.note(Way::Saw, 0, &entry.what.to_string());
        self.party = Some(entry.leg);
        self.known.insert(entry.leg);
        self.parties.insert(dnis.to_owned(), entry.leg);
        match (&entry.what, ani) {
            (Happening::Arrived { ani, .. }, Some(wanted)) if ani != wanted => {
                Err(format!("the call should come from {wanted}, but comes from {ani:?}"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn party(&self) -> Result<LegId, Miss> {
        self.party.ok_or_else(|| "nobody is on the phone".into())
    }

    /// The party of this number or name; none: the last.
    pub(super) fn named(&self, who: Option<&str>) -> Result<LegId, Miss> {
        let Some(who) = who else { return self.party() };
        self.parties.get(who).copied().ok_or_else(|| format!("{who} is not on the phone"))
    }

    /// Takes everybody off the phone whom this row has left there.
    pub(super) async fn clear(&self) {
        let mut left = BTreeSet::new();
        for entry in self.carrier.seen().into_iter().filter(|entry| entry.at >= self.began) {
            match entry.what {
                Happening::Arrived { .. } | Happening::Placed { .. } => left.insert(entry.leg),
                Happening::Ended(_) | Happening::Forgotten => left.remove(&entry.leg),
                _ => false,
            };
        }
        for &leg in &left {
            // What it does not take now, the network is too far behind for: it is seen below.
            let _ = self.carrier.party(leg).hang_up();
        }
        let all_gone = self.carrier.until(|entry| {
            if matches!(entry.what, Happening::Ended(_) | Happening::Forgotten) {
                left.remove(&entry.leg);
            }
            left.is_empty()
        });
        // Who is still there then is not the next row's.
        let _ = tokio::time::timeout(CLEARING, all_gone).await;
    }

    /// Waits until this happened to a party.
    pub(super) async fn until(
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

/// A second of whole cycles, to be repeated without a seam.
fn tone(hz: u16) -> Clip {
    Clip { samples: Tone::sine(f64::from(hz), SINGS).samples(1_000).into() }
}
