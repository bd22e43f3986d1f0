//! What the parties of a row hear: tones, keys, each other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use carrier::{Entry, Happening};
use edge::LegId;

use super::{Miss, PATIENCE, Stage};
use crate::conform::report::Way;
use crate::conform::sounds::Voice;

/// For so long nothing may change before it is taken as settled who hears whom: a tone that begins or ends is told
/// within 200 ms.
const STEADY: Duration = Duration::from_millis(300);

/// Who hears whom.
type Matrix = [(Voice, BTreeSet<Voice>)];

impl Stage<'_> {
    pub(super) async fn tone(&mut self, hz: u16, present: bool) -> Result<(), Miss> {
        let party = self.party()?;
        let name = format!("the {} of {hz} Hz", if present { "beginning" } else { "end" });
        self.until(party, &name, |what| *what == Happening::Tone { hz, present }).await.map(drop)
    }

    pub(super) async fn all_tones(&mut self, wanted: &[u16]) -> Result<(), Miss> {
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
    pub(super) async fn keys(&mut self, wanted: &str) -> Result<(), Miss> {
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

    /// Waits until each of these hears those and nobody else, and goes on doing so.
    pub(super) async fn matrix(&mut self, wanted: &Matrix) -> Result<(), Miss> {
        let legs: Vec<LegId> =
            wanted.iter().map(|(who, _)| self.named(Some(who.name()))).collect::<Result<_, _>>()?;
        let until = Instant::now() + PATIENCE;
        loop {
            let (heard, changes) = self.hearing(&legs);
            let is = |(leg, (_, hears)): (&LegId, &(Voice, BTreeSet<Voice>))| heard.get(leg) == Some(hears);
            let is_so = legs.iter().zip(wanted).all(is);
            let left = until.saturating_duration_since(Instant::now());
            let mut told = 0;
            let next = self.carrier.until(|entry| {
                told += usize::from(is_change(entry, &legs));
                told > changes
            });
            let wait = if is_so { STEADY } else { left };
            match tokio::time::timeout(wait, next).await {
                Ok(Some(_)) if !left.is_zero() => {}
                Ok(None) => return Err("the simulated network has stopped".into()),
                Err(_) if is_so => {
                    self.note(Way::Saw, 0, &shown(wanted));
                    return Ok(());
                }
                Ok(Some(_)) | Err(_) => {
                    let heard = |(leg, (who, _)): (&LegId, &(Voice, BTreeSet<Voice>))| {
                        (*who, heard.get(leg).cloned().unwrap_or_default())
                    };
                    let heard: Vec<_> = legs.iter().zip(wanted).map(heard).collect();
                    return Err(format!(
                        "who hears whom should be {}, but is {}",
                        shown(wanted),
                        shown(&heard)
                    ));
                }
            }
        }
    }

    /// Whom each of these hears now, and how many changes of that were told.
    fn hearing(&self, legs: &[LegId]) -> (BTreeMap<LegId, BTreeSet<Voice>>, usize) {
        let mut heard: BTreeMap<LegId, BTreeSet<Voice>> =
            legs.iter().map(|&leg| (leg, BTreeSet::new())).collect();
        let mut changes = 0;
        for entry in self.carrier.seen().into_iter().filter(|entry| is_change(entry, legs)) {
            changes += 1;
            let Happening::Tone { hz, present } = entry.what else { continue };
            let (Some(voice), Some(hears)) = (Voice::of_hz(hz), heard.get_mut(&entry.leg)) else { continue };
            if present {
                hears.insert(voice)
            } else {
                hears.remove(&voice)
            };
        }
        (heard, changes)
    }

    /// This party has not heard that one at all.
    pub(super) fn never(&self, who: Voice, voice: Voice) -> Result<(), Miss> {
        let party = self.named(Some(who.name()))?;
        let began = Happening::Tone { hz: voice.hz(), present: true };
        match self.carrier.seen().into_iter().any(|entry| entry.leg == party && entry.what == began) {
            true => Err(format!("{} should not have heard {}", who.name(), voice.name())),
            false => Ok(()),
        }
    }
}

/// Whether one of these hears somebody from now on, or no longer.
fn is_change(entry: &Entry, legs: &[LegId]) -> bool {
    matches!(entry.what, Happening::Tone { .. }) && legs.contains(&entry.leg)
}

/// As the rows write it.
fn shown(matrix: &Matrix) -> String {
    let one = |(who, hears): &(Voice, BTreeSet<Voice>)| {
        let hears: Vec<&str> = hears.iter().map(|voice| voice.name()).collect();
        let hears = if hears.is_empty() { "-".to_owned() } else { hears.join("+") };
        format!("{}:{hears}", who.name())
    };
    matrix.iter().map(one).collect::<Vec<_>>().join(" ")
}
