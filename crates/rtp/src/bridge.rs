//! Who hears whom among the legs of a slot, and what each hears of the others in a turn.
//!
//! Who hears one party in the codec it speaks is passed its packets as they come, and nothing is decoded
//! for that. All others hear a mix: of one party, too, where the codecs differ.

use std::collections::HashMap;

use edge::LegId;
use edge::sound::{Codec, FRAME};
use media::codec::Encoder;
use media::mix::Sum;

use crate::leg::Leg;
use crate::said::Said;
use crate::voice::{Payload, coding};

/// How many hear a party.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Audience {
    /// Those that are passed its packets.
    pub passed: usize,
    /// Those that hear it in a mix.
    pub mixed: usize,
}

/// What a leg hears of the bridge in a turn.
#[derive(Debug)]
pub enum Bridged<'a> {
    /// Nobody.
    Nobody,
    /// One party, in its packets.
    Passed(&'a Said),
    /// These samples.
    Mixed(&'a [i16; FRAME]),
    /// A mix that was encoded for others too.
    Encoded(&'a Payload),
}

/// What each leg of a slot hears, by its place there.
#[derive(Debug)]
pub struct Bridge {
    /// Empty when nobody hears anybody.
    sources: Vec<Source>,
    mixes: Vec<Mix>,
    /// What was taken out of a mix last.
    frame: Box<[i16; FRAME]>,
}

/// What a leg hears.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Nobody.
    Nobody,
    /// The leg at this place, in its packets.
    One(usize),
    /// The mix of this number, without its own voice if that is in it.
    Mix(usize, Own),
}

/// Whether a listener's own voice is in its mix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    /// It is, and is taken out for it.
    In,
    /// It is not.
    Out,
}

/// What several hear, but for their own voices.
#[derive(Debug)]
struct Mix {
    /// The places of those who are in it, in order.
    of: Vec<usize>,
    sum: Sum,
    /// What it is in G.711 for all whose own voice is not in it: µ-law and A-law.
    encoded: [Option<Payload>; 2],
}

impl Default for Bridge {
    fn default() -> Self {
        Self { sources: Vec::new(), mixes: Vec::new(), frame: Box::new([0; FRAME]) }
    }
}

impl Bridge {
    /// Who hears whom among these legs, and who of them is heard by how many.
    #[must_use]
    pub fn among<'a>(legs: impl Iterator<Item = &'a Leg> + Clone) -> (Self, Vec<Audience>) {
        let count = legs.clone().count();
        let mut audiences = vec![Audience::default(); count];
        if legs.clone().all(|leg| leg.hears().is_empty()) {
            return (Self::default(), audiences);
        }
        let all: Vec<&Leg> = legs.collect();
        let places: HashMap<LegId, usize> =
            all.iter().enumerate().map(|(tag, leg)| (leg.id(), tag)).collect();
        let place = |heard: &LegId| places.get(heard).copied();
        let heard = all.iter().map(|leg| leg.hears().iter().filter_map(place).collect());
        let mut heard: Vec<Vec<usize>> = heard.collect();
        let mut sources = vec![Source::Nobody; count];
        for (tag, of) in heard.iter_mut().enumerate() {
            of.sort_unstable();
            match of[..] {
                [] => {}
                [one] if all[one].media().codec == all[tag].media().codec => {
                    audiences[one].passed += 1;
                    sources[tag] = Source::One(one);
                }
                _ => of.iter().for_each(|&one| audiences[one].mixed += 1),
            }
        }
        let mut bridge = Self { sources, ..Self::default() };
        for (tag, of) in heard.into_iter().enumerate() {
            if bridge.sources[tag] == Source::Nobody && !of.is_empty() {
                bridge.sources[tag] = bridge.mix_of(tag, of, audiences[tag]);
            }
        }
        (bridge, audiences)
    }

    /// The mix of these for the leg at this place. Who speaks in mixes himself hears one that he is in,
    /// without himself, so that all of a conference share one.
    fn mix_of(&mut self, tag: usize, mut of: Vec<usize>, audience: Audience) -> Source {
        let own = if audience.mixed > 0 && of.len() > 1 { Own::In } else { Own::Out };
        if own == Own::In {
            let place = of.binary_search(&tag).unwrap_or_else(|place| place);
            of.insert(place, tag);
        }
        let known = self.mixes.iter().position(|mix| mix.of == of);
        let number = known.unwrap_or_else(|| {
            self.mixes.push(Mix { of, sum: Sum::default(), encoded: [None, None] });
            self.mixes.len() - 1
        });
        Source::Mix(number, own)
    }

    /// Mixes what these legs say in this turn.
    pub fn mix<'a>(&mut self, leg: impl Fn(usize) -> &'a Leg) {
        for mix in &mut self.mixes {
            mix.sum = mix.of.iter().filter_map(|&tag| leg(tag).says()).collect();
            mix.encoded = [None, None];
        }
    }

    /// Where the leg at this place hears from.
    #[must_use]
    pub fn source(&self, tag: usize) -> Source {
        self.sources.get(tag).copied().unwrap_or(Source::Nobody)
    }

    /// The places of those who are in this mix.
    #[must_use]
    pub fn members(&self, number: usize) -> &[usize] {
        &self.mixes[number].of
    }

    /// How many are in each mix.
    #[cfg(test)]
    pub fn mixes(&self) -> impl Iterator<Item = usize> {
        self.mixes.iter().map(|mix| mix.of.len())
    }

    /// What this leg hears of a mix in this turn.
    pub fn hear(&mut self, number: usize, own: Own, listener: &Leg) -> Bridged<'_> {
        let mix = &mut self.mixes[number];
        let heard = &mut *self.frame;
        let law = match (own, listener.media().codec) {
            (Own::Out, Codec::Pcmu) => 0,
            (Own::Out, Codec::Pcma) => 1,
            (Own::In, _) | (_, Codec::G722) => {
                match (own, listener.says()) {
                    (Own::In, Some(own)) => mix.sum.without(own, heard),
                    _ => mix.sum.all(heard),
                }
                return Bridged::Mixed(heard);
            }
        };
        let encoded = mix.encoded[law].get_or_insert_with(|| {
            let mut payload = [0; FRAME];
            mix.sum.all(heard);
            Encoder::new(coding(listener.media().codec)).encode(heard, &mut payload);
            payload
        });
        Bridged::Encoded(encoded)
    }
}
