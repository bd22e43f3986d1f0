//! Dialling out, as it is written: `[dial]`, `[[campaign]]`, and what a trunk says of it.

use std::ops::RangeInclusive;
use std::time::Duration;

use control::EMERGENCY;

use super::error::shown;
use super::read::{PORTS, duration, label, ports, within};
use super::reader::{Section, Wrong};
use super::{Campaign, Config, Dial, Rules, Trunk, abandoned, judging};

/// Characters of a prefix: no number is longer (decision L04).
const LONGEST: usize = 32;
/// Prefixes of one list.
const PREFIXES: usize = 1000;
const PREFIX: &str = "the beginning of a number in quotes, of 1 to 32 of 0-9 * #, such as \"1900\"";

pub(super) fn dial(mut section: Section<'_, '_>) -> Dial {
    let default = Dial::default();
    let dial = Dial {
        // Below three digits the memorandum has no number; 32 is the longest it prints room for (decision L04).
        max_digits: section.read("max_digits", default.max_digits, within(3..=32)),
        rings: section.read("rings", default.rings, within(1..=99)),
        calls_per_second: section.read("calls_per_second", default.calls_per_second, within(1..=10_000)),
        trunk_timeout: section.read("trunk_timeout", default.trunk_timeout, |value| {
            let sensible = Duration::from_millis(500)..=Duration::from_secs(60);
            duration(value).ok().filter(|time| sensible.contains(time)).ok_or_else(|| {
                Wrong::new("not such a time", "a time from \"500ms\" to \"1m\", such as \"5s\"")
            })
        }),
        rules: rules(&mut section, "allow", "deny"),
        emergency: section.list("emergency", default.emergency, "emergency numbers", |text| {
            let is_one = EMERGENCY.contains(&text);
            is_one.then(|| text.to_owned()).ok_or_else(|| {
                Wrong::new("not an emergency number", format!("some of {}", EMERGENCY.join(", ")))
            })
        }),
        hourly_alarm: section.read("hourly_alarm", default.hourly_alarm, within(0..=10_000_000)),
    };
    section.finish();
    dial
}

/// The lists of prefixes under these two keys.
pub(super) fn rules(section: &mut Section<'_, '_>, allow: &'static str, deny: &'static str) -> Rules {
    let rules = Rules {
        allow: section.list(allow, Vec::new(), PREFIX, prefix),
        deny: section.list(deny, Vec::new(), PREFIX, prefix),
    };
    for (key, list) in [(allow, &rules.allow), (deny, &rules.deny)] {
        if list.len() > PREFIXES {
            section.complain(key, format!("{} prefixes", list.len()), format!("up to {PREFIXES}"));
        } else if list.iter().enumerate().any(|(index, prefix)| list[..index].contains(prefix)) {
            section.complain(key, "says the same twice", "each once");
        }
    }
    if let Some(both) = rules.deny.iter().find(|prefix| rules.allow.contains(prefix)) {
        section.complain(deny, format!("{both} stands in {allow} too"), "on one of the two lists");
    }
    rules
}

fn prefix(text: &str) -> Result<String, Wrong> {
    if text.starts_with('+') {
        return Err(Wrong::new("begins with +", "the digits alone: a + before a number does not count"));
    }
    let fits = (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#'));
    fits.then(|| text.to_owned()).ok_or_else(|| Wrong::new("not the beginning of a number", PREFIX))
}

/// A cap by the hour, or none.
pub(super) fn hourly_cap(section: &mut Section<'_, '_>) -> Option<u32> {
    section.optional("hourly_cap", within(1..=10_000_000))
}

/// A campaign, or nothing where its name is missing or wrong. What `config` holds stands before it.
pub(super) fn campaign(mut section: Section<'_, '_>, config: &Config) -> Option<Campaign> {
    let Config { campaigns: others, trunks, amd, .. } = config;
    let name = section.required("name", "a name of 1 to 50 characters", label(1, 50));
    let range = section.optional("ports", ports);
    let campaign = Campaign {
        name: name.unwrap_or_default(),
        ports: range,
        calls_per_second: section.optional("calls_per_second", within(1..=10_000)),
        rules: rules(&mut section, "allow", "deny"),
        hourly_cap: hourly_cap(&mut section),
        judging: judging::own(section.table("amd", "campaign.amd"), amd.judging),
        attendance: abandoned::attendance(section.table("abandoned", "campaign.abandoned")),
    };
    // CAMPID is compared as keywords are, in either case.
    let same = |other: &&Campaign| other.name.eq_ignore_ascii_case(&campaign.name);
    if let Some(other) = others.iter().find(same) {
        section.complain(
            "name",
            format!("campaign {} has this name already, in either case", shown(&other.name)),
            "a name of its own",
        );
    }
    if let Some(own) = &campaign.ports
        && !trunks.iter().any(|trunk| meet(&trunk.ports, own))
    {
        section.complain("ports", "no trunk has any of these ports", PORTS);
    }
    section.finish();
    (!campaign.name.is_empty()).then_some(campaign)
}

pub(super) fn meet(one: &RangeInclusive<u16>, other: &RangeInclusive<u16>) -> bool {
    one.start() <= other.end() && other.start() <= one.end()
}

/// What is written about dialling and cannot have the effect that was probably meant, a sentence each.
pub(super) fn warnings(dial: &Dial, trunks: &[Trunk], campaigns: &[Campaign]) -> Vec<String> {
    let mut warnings = lists(&dial.rules, "dial", "allow", "deny");
    for trunk in trunks {
        let place = format!("trunk {}", shown(&trunk.name));
        warnings.extend(lists(&trunk.rules, &place, "dial_allow", "dial_deny"));
    }
    for campaign in campaigns {
        let place = format!("campaign {}", shown(&campaign.name));
        warnings.extend(lists(&campaign.rules, &place, "allow", "deny"));
        if campaign.calls_per_second.is_some_and(|own| own > u32::from(dial.calls_per_second)) {
            warnings.push(format!(
                "{place}: calls_per_second is over that of [dial], {}, which holds for all calls together",
                dial.calls_per_second
            ));
        }
    }
    warnings
}

/// Prefixes that decide nothing.
pub(super) fn lists(rules: &Rules, place: &str, allow: &str, deny: &str) -> Vec<String> {
    let without = |prefixes: &[String], others: &[String]| -> Vec<String> {
        let has_shorter = |prefix: &str| others.iter().any(|other| prefix.starts_with(other.as_str()));
        prefixes.iter().filter(|prefix| !has_shorter(prefix)).cloned().collect()
    };
    if rules.allow.is_empty() {
        return Vec::new();
    }
    without(&rules.deny, &rules.allow)
        .into_iter()
        .map(|prefix| {
            format!(
                "{place}: {deny} {prefix} changes nothing, for {allow} does not let its numbers be dialled"
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::config::{Config, Environment};

    fn parse(text: &str) -> Result<Config, String> {
        let environment = Environment { variables: BTreeMap::new(), secret_file: |_| Ok(String::new()) };
        Config::parse("t.toml", text, &environment).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            lines.join("\n")
        })
    }

    /// Exactly these errors, a line each, come from this text.
    #[track_caller]
    fn check(text: &str, errors: &str) {
        let found = parse(text).err().unwrap_or_default();
        let expected: Vec<&str> = errors.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(found, expected.join("\n"), "for {text}");
    }

    const TRUNK: &str = "[[trunk]]\nname = \"a\"\nports = \"1-24\"\naddress = \"sip:127.0.0.1:5070\"\n";

    #[test]
    fn prefixes_are_the_beginnings_of_numbers() {
        let config = parse("[dial]\nallow = [\"1\", \"*671\"]\ndeny = [\"1900\"]\nemergency = [\"911\"]")
            .expect("valid");
        assert_eq!(config.dial.rules.allow, ["1", "*671"]);
        assert_eq!(config.dial.rules.deny, ["1900"]);
        assert_eq!(config.dial.emergency, ["911"]);
        check(
            "[dial]\nallow = [\"+44\", \"1-900\", \"\", \"1\", \"1\"]\ndeny = [\"1\"]\nemergency = [\"0911\"]\n\
             hourly_alarm = -1\ntrunk_timeout = \"2m\"",
            "t.toml:2:9: dial.allow = [\"+44\", \"1-900\", \"\", \"1\", \"1\"]: says the same twice; valid: each once
             t.toml:2:10: dial.allow = \"+44\": begins with +; valid: the digits alone: a + before a number does not count
             t.toml:2:17: dial.allow = \"1-900\": not the beginning of a number; valid: the beginning of a number in quotes, of 1 to 32 of 0-9 * #, such as \"1900\"
             t.toml:2:26: dial.allow = \"\": not the beginning of a number; valid: the beginning of a number in quotes, of 1 to 32 of 0-9 * #, such as \"1900\"
             t.toml:3:8: dial.deny = [\"1\"]: 1 stands in allow too; valid: on one of the two lists
             t.toml:4:14: dial.emergency = \"0911\": not an emergency number; valid: some of 000, 108, 110, 111, 112, 113, 115, 117, 118, 119, 122, 911, 988, 999
             t.toml:5:16: dial.hourly_alarm = -1: not such a number; valid: a whole number from 0 to 10000000
             t.toml:6:17: dial.trunk_timeout = \"2m\": not such a time; valid: a time from \"500ms\" to \"1m\", such as \"5s\"",
        );
    }

    #[test]
    fn a_trunk_has_a_priority_lists_and_a_cap() {
        let text = format!(
            "{TRUNK}priority = 2\ndial_allow = [\"44\"]\ndial_deny = [\"4470\"]\nhourly_cap = 600\nallow = [\"10.0.0.0/8\"]"
        );
        let trunk = parse(&text).expect("valid").trunks.remove(0);
        assert_eq!((trunk.priority, trunk.hourly_cap), (2, Some(600)));
        assert_eq!((trunk.rules.allow, trunk.rules.deny), (vec!["44".into()], vec!["4470".into()]));
        assert_eq!(parse(TRUNK).expect("valid").trunks[0].priority, 1);
        check(
            &format!("{TRUNK}priority = 0\nhourly_cap = 0\ndeny = [\"1\"]"),
            "t.toml:5:12: trunk[1].priority = 0: not such a number; valid: a whole number from 1 to 99
             t.toml:6:14: trunk[1].hourly_cap = 0: not such a number; valid: a whole number from 1 to 10000000
             t.toml:7:1: trunk[1].deny: no such key; valid: name, ports, address, username, password, register, allow, codecs, srtp, priority, dial_allow, dial_deny, hourly_cap",
        );
    }

    #[test]
    fn campaigns_have_names_of_their_own_and_ports_that_exist() {
        let text = format!(
            "{TRUNK}[[campaign]]\nname = \"4H CLUB\"\nports = \"1-12\"\ncalls_per_second = 5\nallow = [\"1\"]\nhourly_cap = 900"
        );
        let campaign = parse(&text).expect("valid").campaigns.remove(0);
        assert_eq!((campaign.ports, campaign.calls_per_second), (Some(1..=12), Some(5)));
        assert_eq!((campaign.rules.allow, campaign.hourly_cap), (vec!["1".into()], Some(900)));
        check(
            &format!(
                "{TRUNK}[[campaign]]\nname = \"a\"\nports = \"25-30\"\n[[campaign]]\nname = \"A\"\nrate = 1\n[[campaign]]\nports = \"1\""
            ),
            "t.toml:7:9: campaign[1].ports = \"25-30\": no trunk has any of these ports; valid: a range of ports from 1 to 65535 in quotes, such as \"1-24\"
             t.toml:9:8: campaign[2].name = \"A\": campaign a has this name already, in either case; valid: a name of its own
             t.toml:10:1: campaign[2].rate: no such key; valid: name, ports, calls_per_second, allow, deny, hourly_cap, amd, abandoned
             t.toml:11:1: campaign[3].name: must be written; valid: a name of 1 to 50 characters",
        );
    }

    #[test]
    fn what_cannot_have_an_effect_is_a_warning() {
        let text = format!(
            "[dial]\nallow = [\"1\"]\ndeny = [\"1900\", \"44\"]\ncalls_per_second = 10\n{TRUNK}\
             dial_allow = [\"4\"]\ndial_deny = [\"5\"]\n[[campaign]]\nname = \"c\"\ncalls_per_second = 11"
        );
        assert_eq!(
            parse(&text).expect("valid").warnings(),
            [
                "dial: deny 44 changes nothing, for allow does not let its numbers be dialled",
                "trunk a: dial_deny 5 changes nothing, for dial_allow does not let its numbers be dialled",
                "campaign c: calls_per_second is over that of [dial], 10, which holds for all calls together",
            ]
        );
    }
}
