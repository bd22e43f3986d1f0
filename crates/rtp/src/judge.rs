//! Judging who answered on one leg, and what is left of it for study.

use std::fmt;
use std::sync::Arc;

use edge::LegId;
use edge::sound::FRAME;
use media::amd::{self, Detector};
use media::{g711, progress};

/// Takes what was judged, from any of the engine's threads; must be quick. What it does not want is gone.
pub type Take = Arc<dyn Fn(Judged) + Send + Sync>;

/// Who takes what was judged of each leg, and how much of its sound goes with it.
#[derive(Clone)]
pub struct Study {
    /// Takes it.
    pub take: Take,
    /// Milliseconds of sound, from the answer; 0: none.
    pub sound: u32,
}

impl fmt::Debug for Study {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Study").field("sound", &self.sound).finish_non_exhaustive()
    }
}

/// What was judged of a leg.
#[derive(Debug)]
pub struct Judged {
    /// Which.
    pub leg: LegId,
    /// The detector, which has decided.
    pub detector: Box<Detector>,
    /// The first of what it heard: G.711 µ-law, 8 kHz.
    pub sound: Vec<u8>,
}

/// Judges who answered. Whatever ends it, what was decided goes to who studies it.
#[derive(Debug)]
pub struct Judge {
    /// Something until it is dropped.
    under_way: Option<Judged>,
    study: Option<Study>,
}

impl Judge {
    /// A judge of this leg that has heard nothing yet.
    #[must_use]
    pub fn new(leg: LegId, parameters: amd::Parameters, study: Option<Study>) -> Self {
        let octets = study.as_ref().map_or(0, |study| study.sound as usize * OCTETS_PER_MS);
        let detector = Box::new(Detector::new(parameters));
        Self { under_way: Some(Judged { leg, detector, sound: Vec::with_capacity(octets) }), study }
    }

    /// Takes a sign that a bank told of the frame that comes next.
    pub fn sign(&mut self, heard: progress::Heard) {
        if let Some(judged) = &mut self.under_way {
            judged.detector.sign(heard);
        }
    }

    /// Whether a tone of the network sounds in the frame that comes next.
    pub const fn tone(&mut self, sounds: bool) {
        if let Some(judged) = &mut self.under_way {
            judged.detector.tone(sounds);
        }
    }

    /// Takes the next frame.
    pub fn hear(&mut self, frame: &[i16; FRAME]) -> Option<amd::Event> {
        let judged = self.under_way.as_mut()?;
        // What has its room from the beginning never grows here.
        if judged.sound.capacity() - judged.sound.len() >= FRAME {
            let mut octets = [0; FRAME];
            g711::mu_encode(frame, &mut octets);
            judged.sound.extend_from_slice(&octets);
        }
        judged.detector.hear(frame)
    }

    /// Whether all is told.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.under_way.as_ref().is_none_or(|judged| judged.detector.is_over())
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        if let (Some(judged), Some(study)) = (self.under_way.take(), &self.study)
            && judged.detector.decision().is_some()
        {
            (study.take)(judged);
        }
    }
}

/// Octets of a millisecond of G.711.
const OCTETS_PER_MS: usize = edge::sound::RATE as usize / 1_000;

#[cfg(test)]
mod tests {
    use media::amd::Verdict;
    use media::tone::Tone;

    use super::*;

    /// What is left for study of a judge that heard so many frames of silence.
    fn left(frames: usize, sound: u32) -> Option<Judged> {
        let (sender, left) = std::sync::mpsc::channel();
        let study = Study { take: Arc::new(move |judged| sender.send(judged).unwrap()), sound };
        let mut judge = Judge::new(LegId::placed(7), amd::Parameters::default(), Some(study));
        let mut tone = Tone::sine(1_000.0, -70.0);
        for _ in 0..frames {
            let mut frame = [0; FRAME];
            tone.fill(&mut frame);
            judge.hear(&frame);
        }
        drop(judge);
        left.try_recv().ok()
    }

    #[test]
    fn what_was_decided_is_left_with_the_first_of_its_sound() {
        let judged = left(300, 1_000).expect("decided");
        assert_eq!((judged.leg, judged.sound.len()), (LegId::placed(7), 8_000));
        assert_eq!(judged.detector.decision().map(|decision| decision.verdict), Some(Verdict::Silence));
        assert!(left(300, 0).expect("decided").sound.is_empty());
    }

    #[test]
    fn nothing_is_left_of_a_call_that_was_not_judged() {
        assert!(left(20, 1_000).is_none());
    }
}
