//! Special information tones: three pitches in a row that say why a call cannot be completed.

use super::Sit;

/// The first, second and third tone as (Hz, ms).
type Tones = [(f64, u32); 3];

/// North America's, where the pitch and the length of the first two tones are the code (Telcordia SR-2275), and
/// last the one of ITU-T E.180.
const TABLE: [(Sit, Tones); 9] = [
    (Sit::Intercept, [(913.8, 274), (1_370.6, 274), THIRD]),
    (Sit::VacantCode, [(985.2, 380), (1_370.6, 274), THIRD]),
    (Sit::Reorder, [(913.8, 274), (1_428.5, 380), THIRD]),
    (Sit::NoCircuit, [(985.2, 380), (1_428.5, 380), THIRD]),
    (Sit::CarrierReorder, [(985.2, 274), (1_370.6, 380), THIRD]),
    (Sit::CarrierNoCircuit, [(913.8, 380), (1_370.6, 380), THIRD]),
    (Sit::Reserved1, [(913.8, 380), (1_428.5, 274), THIRD]),
    (Sit::Reserved2, [(985.2, 274), (1_428.5, 274), THIRD]),
    (Sit::International, [(950.0, 330), (1_400.0, 330), (1_800.0, 330)]),
];
const THIRD: (f64, u32) = (1_776.7, 380);

/// Half the way between neighbours in pitch and in length, which make a difference of one.
const HZ: f64 = 18.0;
const MS: f64 = 26.0;

impl Sit {
    /// The three tones, as (Hz, ms); none for one that is a tone with a cadence.
    pub(super) fn tones(self) -> Option<Tones> {
        TABLE.iter().find(|&&(sit, _)| sit == self).map(|&(_, tones)| tones)
    }

    /// The one whose tones are the most like these: the first two as (Hz, ms), and the third in Hz.
    pub(super) fn nearest(first: [(f64, u32); 2], third_hz: f64) -> Self {
        let difference = |tones: &Tones| {
            let pairs = first.iter().zip(tones);
            let two: f64 = pairs
                .map(|(is, due)| {
                    ((is.0 - due.0) / HZ).powi(2) + ((f64::from(is.1) - f64::from(due.1)) / MS).powi(2)
                })
                .sum();
            two + ((third_hz - tones[2].0) / HZ).powi(2)
        };
        let nearest = TABLE.iter().min_by(|a, b| difference(&a.1).total_cmp(&difference(&b.1)));
        nearest.map_or(Self::International, |&(sit, _)| sit)
    }
}
