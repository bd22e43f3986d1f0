//! What those are promised who answer a campaign and get no agent in time, as it is written: `abandoned` of a
//! campaign.

use std::time::Duration;

use control::{Attendance, Window};

use super::read::{duration, label, one_of};
use super::reader::{Section, Written, Wrong};

/// Who makes the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Profile {
    UsFcc,
    UkOfcomLegacy,
    Custom,
}

const PROFILES: [(&str, Profile); 3] =
    [("us-fcc", Profile::UsFcc), ("uk-ofcom-legacy", Profile::UkOfcomLegacy), ("custom", Profile::Custom)];

/// What the rules of a profile say, and `custom` leaves to these keys.
const RULES: [&str; 3] = ["within", "limit", "window"];

/// None where nothing is written, or the profile is missing.
pub(super) fn attendance(mut section: Section<'_, '_>) -> Option<Attendance> {
    if !section.is_there() {
        return None;
    }
    let profile =
        section.required("profile", "\"us-fcc\", \"uk-ofcom-legacy\" or \"custom\"", one_of(&PROFILES));
    let message = section.optional("message", label(1, 260));
    let within = section.read("within", Attendance::WITHIN, |value| {
        let sensible = Duration::from_millis(500)..=Duration::from_secs(30);
        duration(value)
            .ok()
            .filter(|time| sensible.contains(time))
            .ok_or_else(|| Wrong::new("not such a time", "a time from \"500ms\" to \"30s\", such as \"2s\""))
    });
    let limit = section.optional("limit", percent);
    let window = section.read("window", Window::Day, one_of(&[("24h", Window::Day), ("30d", Window::Month)]));
    if let Some(Profile::UsFcc | Profile::UkOfcomLegacy) = profile {
        if let Some(key) = RULES.into_iter().find(|key| section.is_written(key)) {
            section.complain(key, "the profile says this", "profile = \"custom\" with this key");
        }
        if message.is_none() && !section.is_refused("message") {
            section.complain(
                "message",
                "must be written with this profile",
                "a voice file that says who called",
            );
        }
    }
    section.finish();
    Some(match profile? {
        Profile::UsFcc => Attendance::us_fcc(message?),
        Profile::UkOfcomLegacy => Attendance::uk_ofcom_legacy(message?),
        Profile::Custom => {
            Attendance { within, message, most: limit.map(|thousandths| (thousandths, window)) }
        }
    })
}

/// `"3%"` or `"2.5%"`, in thousandths.
fn percent(value: Written<'_>) -> Result<u32, Wrong> {
    let share = value.text().and_then(|text| text.strip_suffix('%'));
    let thousandths = share.and_then(|share| {
        let (whole, tenths) = share.split_once('.').unwrap_or((share, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = is_number(whole) && is_number(tenths) && tenths.len() == 1;
        fits.then(|| Some(whole.parse::<u32>().ok()?.checked_mul(10)? + tenths.parse::<u32>().ok()?))?
    });
    thousandths.filter(|share| (1..=1000).contains(share)).ok_or_else(|| {
        Wrong::new("not such a share", "a share from \"0.1%\" to \"100%\", such as \"3%\" or \"2.5%\"")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::{Config, Environment};

    fn parse(text: &str) -> Result<Option<Attendance>, String> {
        let text = format!(
            "[[trunk]]\nname = \"a\"\nports = \"1-24\"\naddress = \"sip:127.0.0.1:5070\"\n[[campaign]]\nname = \"c\"\n{text}"
        );
        let environment = Environment { variables: BTreeMap::new(), secret_file: |_| Ok(String::new()) };
        match Config::parse("t.toml", &text, &environment) {
            Ok(mut config) => Ok(config.campaigns.remove(0).attendance),
            Err(errors) => {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Err(lines.join("\n"))
            }
        }
    }

    #[test]
    fn a_profile_says_what_a_law_says() {
        assert_eq!(parse(""), Ok(None));
        assert_eq!(
            parse("abandoned = { profile = \"us-fcc\", message = \"SAFE.VOX\" }"),
            Ok(Some(Attendance::us_fcc("SAFE.VOX")))
        );
        assert_eq!(
            parse("abandoned = { profile = \"uk-ofcom-legacy\", message = 'C:\\PROMPTS\\SAFE.VOX' }"),
            Ok(Some(Attendance::uk_ofcom_legacy("C:\\PROMPTS\\SAFE.VOX")))
        );
    }

    #[test]
    fn rules_of_ones_own_are_written_out() {
        assert_eq!(
            parse(
                "abandoned = { profile = \"custom\", within = \"1500ms\", limit = \"2.5%\", window = \"30d\" }"
            ),
            Ok(Some(Attendance {
                within: Duration::from_millis(1500),
                message: None,
                most: Some((25, Window::Month)),
            }))
        );
        assert_eq!(
            parse("abandoned = { profile = \"custom\" }"),
            Ok(Some(Attendance { within: Duration::from_secs(2), message: None, most: None }))
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |text: &str, said: &str| {
            let errors = parse(text).expect_err("it is wrong");
            assert!(errors.contains(said), "{errors}");
        };
        refused("abandoned = { message = \"A.VOX\" }", "profile: must be written");
        refused("abandoned = { profile = \"us-fcc\" }", "message: must be written with this profile");
        refused(
            "abandoned = { profile = \"us-fcc\", message = \"A\", limit = \"5%\" }",
            "limit = \"5%\": the profile says this",
        );
        for limit in ["3", "0%", "101%", "2.55%", "-1%", "%", ".5%"] {
            refused(
                &format!("abandoned = {{ profile = \"custom\", limit = \"{limit}\" }}"),
                "not such a share",
            );
        }
        refused("abandoned = { profile = \"custom\", within = \"1m\" }", "not such a time");
        refused("abandoned = { profile = \"eu\" }", "not a word of this key");
    }
}
