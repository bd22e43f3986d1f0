//! Every catalogue has what is said, and nothing else.

use std::collections::BTreeSet;

use speech::{
    Catalogue, Currency, Date, Key, Language, Moment, Noun, Phrase, Prompt, Style, Time, catalogue, counted,
    date, moment, money, number, phrase, sentence, time,
};

/// Everything that a language can say but phrases, and what joins them.
fn everything(language: Language) -> BTreeSet<Prompt> {
    let mut said = BTreeSet::new();
    let powers = (0..15).flat_map(|power| (1..=12).map(move |times| times * 10_u64.pow(power)));
    let with_rest = powers.clone().map(|n| n + 1).chain([12_345, 22_345, 1_000_010, 110_012_000]);
    let numbers: Vec<u64> =
        (0..=1_100).chain(powers).chain(with_rest).chain((10..20).map(|n| 100 + n)).collect();
    for n in &numbers {
        let text = format!("-{n}.05");
        if text.len() < speech::MAX_NUMBER {
            said.extend(number(language, &text, Style::Decimal).expect("a number"));
        }
        for noun in Noun::ALL {
            said.extend(counted(language, noun, *n));
        }
        for currency in Currency::ALL {
            let hundredths =
                i64::try_from(*n).expect("below 10^17") * 100 + i64::try_from(*n % 100).expect("small");
            said.extend(money(language, currency, hundredths));
        }
    }
    let days = (1..=31).flat_map(|day| (1..=12).map(move |month| Date::new(2026, month, day)));
    said.extend(days.flatten().flat_map(|day| date(language, day)));
    let minutes = (0..24).flat_map(|hour| (0..60).map(move |minute| Time::new(hour, minute)));
    said.extend(minutes.flat_map(|at| time(language, at.expect("a time of day"))));
    let today = Date::new(2026, 3, 1).expect("a day");
    let now = Moment { date: today, time: Time::new(0, 0).expect("midnight") };
    said.extend(moment(language, now, today));
    for phrase in Phrase::ALL {
        said.extend(sentence(language, *phrase, []));
    }
    said
}

#[test]
fn no_prompt_is_missing_and_none_is_unused() {
    for language in Language::ALL {
        // That none is missing, the interpreter asserts as it goes.
        let said: BTreeSet<Key> = everything(language).into_iter().map(|prompt| prompt.key).collect();
        let unused: Vec<String> = catalogue(language)
            .prompts()
            .filter(|(key, _)| !said.contains(key))
            .map(|(key, _)| key.to_string())
            .collect();
        assert!(unused.is_empty(), "{language} never says {unused:?}");
    }
}

#[test]
fn phrases_have_their_place_in_every_language_or_in_none() {
    let has_place = |catalogue: &Catalogue, phrase: Phrase| catalogue.key(phrase.name()).is_none();
    for language in Language::ALL {
        for phrase in Phrase::ALL {
            let name = phrase.name();
            let english = has_place(catalogue(Language::English), *phrase);
            assert_eq!(has_place(catalogue(language), *phrase), english, "{name} in {language}");
            assert_eq!(speech::phrase(language, *phrase).language, language);
        }
    }
}

#[test]
fn a_catalogue_is_moderate_and_each_key_is_its_own_name() {
    for language in Language::ALL {
        let catalogue = catalogue(language);
        let prompts = catalogue.prompts().count();
        assert!(prompts < 330, "{language}: {prompts}");
        for (key, words) in catalogue.prompts() {
            let name = key.to_string();
            assert_eq!(catalogue.key(&name), Some(key));
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b)),
                "{name}"
            );
            assert!(!words.text.is_empty() && !words.spoken.is_empty(), "{name}");
        }
    }
}

#[test]
fn what_stands_in_a_sentence_stands_at_its_place() {
    let say = |language| {
        let one = number(language, "1", Style::Integers).expect("a number");
        let keys = sentence(language, Phrase::YouHave, one).into_iter().map(|prompt| prompt.key.to_string());
        keys.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(say(Language::English), "you-have.before 1");
    assert_eq!(say(Language::Farsi), "you-have.before 1 you-have.after");
    assert_eq!(phrase(Language::German, Phrase::Goodbye).key.to_string(), "goodbye");
}
