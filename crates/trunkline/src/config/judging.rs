//! Judging who answers, as it is written: `[amd]`, and `amd` of a campaign.

use std::time::Duration;

use media::amd::{Key, Parameters};

use super::Amd;
use super::read::{duration, within};
use super::reader::{Section, Written, Wrong};
use crate::amd::kept::KEPT_MS;

pub(super) fn amd(mut section: Section<'_, '_>) -> Amd {
    let default = Amd::default();
    let amd = Amd {
        judging: parameters(&mut section, default.judging),
        keep: section.read("keep", default.keep, within(0..=100_000)),
        keep_sound: section.read("keep_sound", default.keep_sound, |value| {
            let most = Duration::from_millis(KEPT_MS.into());
            duration(value).ok().filter(|time| *time <= most).ok_or_else(|| {
                Wrong::new("not such a time", format!("a time from \"0s\" to \"{}s\"", most.as_secs()))
            })
        }),
    };
    section.finish();
    amd
}

/// The parameters of a campaign: those that are not written are those of `[amd]`.
pub(super) fn own(mut section: Section<'_, '_>, all: Parameters) -> Option<Parameters> {
    let own = section.is_there().then(|| parameters(&mut section, all));
    section.finish();
    own
}

fn parameters(section: &mut Section<'_, '_>, mut parameters: Parameters) -> Parameters {
    for key in Parameters::KEYS {
        if let Some(value) = section.optional(key.name, |value| number(key, value)) {
            parameters.set(key.name, value).expect("the value is in the key's range");
        }
    }
    for (low, high) in [("shortest_beep", "longest_beep"), ("beep_low", "beep_high")] {
        if let (Some(least), Some(most)) = (parameters.get(low), parameters.get(high))
            && least > most
            && let Some(key) = [low, high].into_iter().find(|key| section.is_written(key))
        {
            section.complain(key, "no beep is both", format!("{low} up to {high}"));
        }
    }
    parameters
}

fn number(key: &Key, value: Written<'_>) -> Result<i32, Wrong> {
    let number = value.integer().and_then(|number| i32::try_from(number).ok());
    number.filter(|number| key.range.contains(number)).ok_or_else(|| {
        let (low, high) = (key.range.start(), key.range.end());
        Wrong::new("not such a number", format!("a whole number of {} from {low} to {high}", key.unit))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::{Config, EXAMPLE, Environment};

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables: BTreeMap<String, String> =
            variables.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        let environment = Environment { variables, secret_file: |_| Ok(String::new()) };
        Config::parse("t.toml", text, &environment).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            lines.join("\n")
        })
    }

    const TRUNK: &str = "[[trunk]]\nname = \"a\"\nports = \"1-24\"\naddress = \"sip:127.0.0.1:5070\"\n";

    #[test]
    fn a_campaign_has_its_own_parameters_and_those_of_all() {
        let text = format!(
            "[amd]\nhello_silence = 900\nmost_words = 5\n{TRUNK}\
             [[campaign]]\nname = \"a\"\n[campaign.amd]\nmost_words = 9\n\
             [[campaign]]\nname = \"b\"\n\
             [[campaign]]\nname = \"c\"\namd = {{ beep_low = 350 }}"
        );
        let config = parse(&text, &[("TRUNKLINE__AMD__ANALYSIS", "9000")]).expect("valid");
        let all = Parameters { hello_silence: 900, most_words: 5, analysis: 9_000, ..Parameters::default() };
        assert_eq!(config.amd.judging, all);
        let own: Vec<_> = config.campaigns.iter().map(|campaign| campaign.judging).collect();
        assert_eq!(
            own,
            [Some(Parameters { most_words: 9, ..all }), None, Some(Parameters { beep_low: 350, ..all })]
        );
    }

    #[test]
    fn what_a_detector_cannot_go_by_is_refused_where_it_stands() {
        let text = format!(
            "[amd]\nhello_silence = 100\nbeep_low = 2600\nkeep_sound = \"11s\"\n{TRUNK}\
             [[campaign]]\nname = \"a\"\namd = {{ most_words = \"five\", helo_silence = 900 }}"
        );
        let errors = parse(&text, &[]).expect_err("wrong");
        let expected = [
            "t.toml:2:17: amd.hello_silence = 100: not such a number; valid: a whole number of ms from 200 to 5000",
            "t.toml:3:12: amd.beep_low = 2600: no beep is both; valid: beep_low up to beep_high",
            "t.toml:4:14: amd.keep_sound = \"11s\": not such a time; valid: a time from \"0s\" to \"10s\"",
            "t.toml:11:22: campaign[1].amd.most_words = \"five\": not such a number; valid: a whole number of words from 1 to 50",
            "t.toml:11:30: campaign[1].amd.helo_silence: no such key; valid: did you mean hello_silence?",
        ];
        assert_eq!(errors, expected.join("\n"));
    }

    #[test]
    fn the_example_says_of_every_parameter_what_it_counts() {
        for key in Parameters::KEYS {
            let line = format!("{} = {}", key.name, key.default);
            assert!(
                EXAMPLE.lines().any(|text| text.split('#').next().is_some_and(|code| code.trim() == line)),
                "{line}"
            );
        }
    }
}
