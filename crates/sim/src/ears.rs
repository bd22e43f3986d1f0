//! Who hears whom, as the media engine is told: a model of it that knows nothing of bridges.

use std::collections::BTreeMap;

use control::{Input, Output};
use edge::sound::{Command, Direction, Event};
use edge::{LegId, PlayId};

/// What one party hears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// These others, and no one else.
    Voices(Vec<LegId>),
    /// Something that plays, of so many samples.
    Play(usize),
}

/// The legs that are open, and what they are told to hear.
#[derive(Clone, Default, Debug)]
pub struct Ears(BTreeMap<LegId, Ear>);

#[derive(Clone, Debug)]
struct Ear {
    of: Vec<LegId>,
    play: Option<(PlayId, usize)>,
    direction: Direction,
}

impl Ears {
    /// Does what the engine does on an output.
    pub fn take(&mut self, output: &Output) {
        let Output::Sound(command) = output else { return };
        match command {
            Command::Open { leg, media } => {
                let ear = Ear { of: Vec::new(), play: None, direction: media.direction };
                self.0.entry(*leg).or_insert(ear).direction = media.direction;
            }
            Command::Close { leg } => {
                self.0.remove(leg);
            }
            Command::Hear { leg, of } => self.ear(*leg).of.clone_from(of),
            Command::Play { leg, play, clips, .. } => {
                let samples = clips.iter().map(|clip| clip.samples.len()).sum();
                self.ear(*leg).play = Some((*play, samples));
            }
            Command::Stop { leg, play } => self.end(*leg, *play),
            _ => {}
        }
    }

    /// Takes note of what the engine tells.
    pub fn tell(&mut self, input: &Input) {
        if let Input::Sound(Event::PlayEnded { leg, play, .. }) = input {
            self.end(*leg, *play);
        }
    }

    fn ear(&mut self, leg: LegId) -> &mut Ear {
        self.0.get_mut(&leg).unwrap_or_else(|| panic!("{leg} is told to hear something and is not open"))
    }

    fn end(&mut self, leg: LegId, play: PlayId) {
        if let Some(ear) = self.0.get_mut(&leg)
            && ear.play.is_some_and(|(playing, _)| playing == play)
        {
            ear.play = None;
        }
    }

    /// What this leg hears; none where it is not open.
    #[must_use]
    pub fn heard(&self, leg: LegId) -> Option<Heard> {
        let ear = self.0.get(&leg)?;
        if !ear.direction.sends() {
            return Some(Heard::Voices(Vec::new()));
        }
        if let Some((_, samples)) = ear.play {
            return Some(Heard::Play(samples));
        }
        let speaks = |leg: &&LegId| self.0.get(leg).is_some_and(|ear| ear.direction.receives());
        Some(Heard::Voices(ear.of.iter().filter(speaks).copied().collect()))
    }

    /// How many legs are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.len()
    }
}
