//! What telephone networks sound like, country by country: one table for those who listen and those who sound.
//!
//! Frequencies and times are those of ITU-T E.180 Supplement 2 as networks practise them. A tone that is one
//! sine multiplied by a low one, as 400 by 33 Hz, is written as the two that it consists of.

use super::{Sign, Sit};
use crate::tone::{Cadence, Part, Tone};

/// Tones by turns on and off.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sound {
    /// One frequency in Hz, or two that sound together.
    pub(super) hz: &'static [f64],
    /// On, off, on and so forth, in milliseconds; nothing for a tone without end.
    pub(super) ms: &'static [u16],
}

/// The tones of one country.
#[derive(PartialEq, Debug)]
struct Plan {
    code: &'static str,
    name: &'static str,
    dial: Sound,
    ringback: Sound,
    busy: Sound,
    congestion: Option<Sound>,
    /// For a number that is not in service, where that is one tone and no special information tone.
    unobtainable: Option<Sound>,
}

/// A country whose tones are known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Country(u8);

const fn tone(hz: &'static [f64], ms: &'static [u16]) -> Sound {
    Sound { hz, ms }
}

const US: Plan = Plan {
    code: "us",
    name: "United States",
    dial: tone(&[350.0, 440.0], &[]),
    ringback: tone(&[440.0, 480.0], &[2_000, 4_000]),
    busy: tone(&[480.0, 620.0], &[500, 500]),
    congestion: Some(tone(&[480.0, 620.0], &[250, 250])),
    unobtainable: None,
};

/// As most of Europe has them: 425 Hz throughout.
const fn european(
    [code, name]: [&'static str; 2],
    ringback: &'static [u16],
    busy: &'static [u16],
    congestion: Option<&'static [u16]>,
) -> Plan {
    Plan {
        code,
        name,
        dial: tone(&[425.0], &[]),
        ringback: tone(&[425.0], ringback),
        busy: tone(&[425.0], busy),
        congestion: match congestion {
            Some(ms) => Some(tone(&[425.0], ms)),
            None => None,
        },
        unobtainable: None,
    }
}

const PLANS: [Plan; 19] = [
    US,
    Plan { code: "ca", name: "Canada", ..US },
    Plan {
        code: "uk",
        name: "United Kingdom",
        dial: tone(&[350.0, 440.0], &[]),
        ringback: tone(&[400.0, 450.0], &[400, 200, 400, 2_000]),
        busy: tone(&[400.0], &[375, 375]),
        congestion: Some(tone(&[400.0], &[400, 350, 225, 525])),
        unobtainable: Some(tone(&[400.0], &[])),
    },
    european(["de", "Germany"], &[1_000, 4_000], &[480, 480], Some(&[240, 240])),
    Plan {
        code: "fr",
        name: "France",
        dial: tone(&[440.0], &[]),
        ringback: tone(&[440.0], &[1_500, 3_500]),
        busy: tone(&[440.0], &[500, 500]),
        congestion: Some(tone(&[440.0], &[250, 250])),
        unobtainable: None,
    },
    Plan {
        dial: tone(&[425.0], &[200, 200, 600, 1_000]),
        ..european(["it", "Italy"], &[1_000, 4_000], &[200, 200], None)
    },
    european(["es", "Spain"], &[1_500, 3_000], &[200, 200], Some(&[200, 200, 200, 200, 200, 600])),
    european(["nl", "Netherlands"], &[1_000, 4_000], &[500, 500], Some(&[250, 250])),
    european(["be", "Belgium"], &[1_000, 3_000], &[500, 500], Some(&[167, 167])),
    european(["ch", "Switzerland"], &[1_000, 4_000], &[500, 500], Some(&[200, 200])),
    european(["se", "Sweden"], &[1_000, 5_000], &[250, 250], Some(&[250, 750])),
    Plan {
        code: "za",
        name: "South Africa",
        dial: tone(&[367.0, 433.0], &[]),
        ringback: tone(&[367.0, 433.0], &[400, 200, 400, 2_000]),
        busy: tone(&[400.0], &[500, 500]),
        congestion: Some(tone(&[400.0], &[250, 250])),
        unobtainable: None,
    },
    Plan {
        code: "au",
        name: "Australia",
        dial: tone(&[413.0, 438.0], &[]),
        ringback: tone(&[383.0, 417.0], &[400, 200, 400, 2_000]),
        busy: tone(&[400.0], &[375, 375]),
        congestion: Some(tone(&[400.0], &[375, 375])),
        unobtainable: Some(tone(&[400.0], &[2_500, 500])),
    },
    Plan {
        code: "jp",
        name: "Japan",
        dial: tone(&[400.0], &[]),
        ringback: tone(&[384.0, 416.0], &[1_000, 2_000]),
        busy: tone(&[400.0], &[500, 500]),
        congestion: Some(tone(&[400.0], &[500, 500])),
        unobtainable: None,
    },
    Plan {
        unobtainable: Some(tone(&[425.0], &[750, 250, 250, 250])),
        ..european(["br", "Brazil"], &[1_000, 4_000], &[250, 250], Some(&[250, 250, 750, 250]))
    },
    european(["mx", "Mexico"], &[1_000, 4_000], &[250, 250], Some(&[250, 250])),
    Plan {
        code: "in",
        name: "India",
        dial: tone(&[375.0, 425.0], &[]),
        ringback: tone(&[375.0, 425.0], &[400, 200, 400, 2_600]),
        busy: tone(&[400.0], &[750, 750]),
        congestion: Some(tone(&[400.0], &[250, 250])),
        unobtainable: Some(tone(&[400.0], &[2_500, 500])),
    },
    Plan {
        code: "cn",
        name: "China",
        dial: tone(&[450.0], &[]),
        ringback: tone(&[450.0], &[1_000, 4_000]),
        busy: tone(&[450.0], &[350, 350]),
        congestion: Some(tone(&[450.0], &[700, 700])),
        unobtainable: Some(tone(&[450.0], &[100, 100, 100, 100, 100, 100, 400, 400])),
    },
    european(["ru", "Russia"], &[800, 3_200], &[400, 400], None),
];

/// The United States.
impl Default for Country {
    fn default() -> Self {
        Self::of_code("us").expect("it is in the table")
    }
}

impl Country {
    /// Every country whose tones are known.
    pub const ALL: [Self; PLANS.len()] = {
        let mut all = [Self(0); PLANS.len()];
        let mut n = 0;
        while n < all.len() {
            all[n] = Self(n as u8);
            n += 1;
        }
        all
    };

    /// The country with this code, in any case: that of ISO 3166, and `uk` or `gb`.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let code = if code.eq_ignore_ascii_case("gb") { "uk" } else { code };
        Self::ALL.into_iter().find(|country| country.code().eq_ignore_ascii_case(code))
    }

    /// Its code, as `us`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.plan().code
    }

    /// Its name in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.plan().name
    }

    /// Its place in [`Country::ALL`].
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    fn plan(self) -> &'static Plan {
        &PLANS[self.index()]
    }

    /// The signs that are one tone with a cadence, in the order in which one goes before another like it.
    pub(super) fn sounds(self) -> impl Iterator<Item = (Sign, Sound)> {
        let plan = self.plan();
        [
            (Sign::DialTone, Some(plan.dial)),
            (Sign::Ringback, Some(plan.ringback)),
            (Sign::Busy, Some(plan.busy)),
            (Sign::FastBusy, plan.congestion),
            (Sign::Sit(Sit::Unobtainable), plan.unobtainable),
        ]
        .into_iter()
        .filter_map(|(sign, sound)| Some((sign, sound?)))
    }

    /// How a sign sounds here, each frequency at this level in dBm0, over and over; none for one that this
    /// country does not have.
    ///
    /// ```
    /// use media::progress::{Country, Sign};
    /// let us = Country::of_code("us").expect("it is in the table");
    /// let busy = us.sound(Sign::Busy, -19.0).expect("it has one");
    /// assert_eq!(busy.samples(1_000)[4_100], 0);
    /// ```
    #[must_use]
    pub fn sound(self, sign: Sign, dbm0: f64) -> Option<Cadence> {
        match sign {
            Sign::Sit(sit) if sit != Sit::Unobtainable => {
                let tones = sit.tones().into_iter().flatten();
                let part = |(hz, ms)| Part { tone: Some(Tone::sine(hz, dbm0)), ms };
                let pause = Part { tone: None, ms: 1_000 };
                Some(Cadence::new(&tones.map(part).chain([pause]).collect::<Vec<_>>()))
            }
            // ITU-T T.30: half a second in three and a half.
            Sign::Cng => Some(Cadence::of(Tone::sine(1_100.0, dbm0), &[500, 3_000])),
            // ITU-T T.30: 2.6 to 4 s, once.
            Sign::Ced => Some(Cadence::of(Tone::sine(2_100.0, dbm0), &[3_300, 60_000])),
            _ => {
                let (_, sound) = self.sounds().find(|&(known, _)| known == sign)?;
                let tone = match *sound.hz {
                    [low, high] => Tone::dual([low, high], dbm0),
                    _ => Tone::sine(sound.hz[0], dbm0),
                };
                let ms: Vec<u32> = sound.ms.iter().map(|&ms| ms.into()).collect();
                Some(Cadence::of(tone, if ms.is_empty() { &[1_000] } else { &ms }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_found_by_code() {
        for country in Country::ALL {
            assert_eq!(Country::of_code(country.code()), Some(country));
            assert_eq!(Country::of_code(&country.code().to_uppercase()), Some(country));
        }
        assert_eq!(Country::of_code("gb"), Country::of_code("uk"));
        assert_eq!(Country::of_code("xx"), None);
        assert_eq!(Country::of_code("de").map(Country::name), Some("Germany"));
    }

    #[test]
    fn every_cadence_goes_on_and_off() {
        for (sign, sound) in Country::ALL.into_iter().flat_map(Country::sounds) {
            assert!(matches!(sound.hz.len(), 1 | 2), "{sign:?}");
            assert!(sound.ms.len().is_multiple_of(2) && sound.ms.iter().all(|&ms| ms >= 100), "{sign:?}");
        }
    }
}
