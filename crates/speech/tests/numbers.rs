//! Numbers as they are said, against a number-to-words crate that others wrote.

use num2words2_core::get_lang_by_key;
use speech::{Language, Prompt, Style, catalogue, number};

/// The written words of prompts, in their order.
fn text(prompts: &[Prompt]) -> String {
    let word = |prompt: &Prompt| {
        catalogue(prompt.language).words(prompt.key).expect("the catalogue has every key it gives").text
    };
    prompts.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn said(language: Language, number_text: &str, style: Style) -> String {
    text(&number(language, number_text, style).expect("a number"))
}

/// What is written and not heard, and what both ways of saying are right.
fn normal(language: Language, text: &str) -> String {
    let text: String = match language {
        // Plural letters, which are mute; hyphens by the spelling of 1990 or not.
        Language::French => text.replace("cents", "cent").replace("vingts", "vingt"),
        // Vowel signs; the case ending of a counted noun; an old spelling of the hundred; the waw, which is
        // written with the word behind it; and the crate drops the n of duals here and there.
        Language::Arabic => {
            let text = format!("{text} ");
            let letters: String = text.chars().filter(|c| !('\u{64b}'..='\u{652}').contains(c)).collect();
            letters
                .replace("مائة", "مئة")
                .replace("مائت", "مئت")
                .replace("ان ", "ا ")
                .replace('ا', "")
                .replace(['أ', 'إ'], "")
        }
        // Two words for two; 10^12 is 万亿, or of old 兆.
        Language::Chinese => {
            let text = text.replace('两', "二");
            match text.contains('亿') {
                true => text.replace('兆', "万"),
                false => text.replace('兆', "万亿"),
            }
        }
        _ => text.to_owned(),
    };
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Every number to 10,000, then steps that meet every figure and every gap up to 10^12 and beyond.
fn samples() -> impl Iterator<Item = u64> {
    let powers = (4..=14).flat_map(|power| {
        let unit = 10_u64.pow(power);
        (1..=9).flat_map(move |times| {
            let most = [1, 2, 3, 11, 20, 21, 99, 100, 101, 500, 1_000, 2_000, 12_000, 1_000_000].into_iter();
            [times * unit, times * unit - 1].into_iter().chain(most.map(move |more| times * unit + more))
        })
    });
    // A multiplicative sequence: far apart, all lengths, the same in every run.
    let mut seed = 1_u64;
    let spread = std::iter::repeat_with(move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let figures = u32::try_from(seed >> 60).expect("four bits") % 12 + 3;
        (seed >> 8) % 10_u64.pow(figures)
    });
    (0..=10_000).chain(powers).chain(spread.take(5_000))
}

fn check(language: Language, known: impl Fn(u64) -> bool) {
    let reference = get_lang_by_key(language.tag()).expect("the crate has the language");
    for n in samples().filter(|n| !known(*n)) {
        let expected = reference.to_cardinal(&n.into()).expect("a number it can say");
        let ours = said(language, &n.to_string(), Style::Integers);
        assert_eq!(normal(language, &ours), normal(language, &expected), "{n}: {ours} / {expected}");
    }
}

#[test]
fn b148_english_numbers() {
    check(Language::English, |_| false);
}

#[test]
fn b148_spanish_numbers() {
    check(Language::Spanish, |_| false);
}

#[test]
fn b148_french_numbers() {
    check(Language::French, |_| false);
}

/// The crate says "einhunderteinstausend"; a one before a noun has no s.
#[test]
fn b148_german_numbers() {
    let group = |n: u64, at: u32| n / 1_000_u64.pow(at) % 1_000;
    let one_before_word = |n: u64| (1..5).any(|at| group(n, at) > 1 && group(n, at) % 100 == 1);
    check(Language::German, one_before_word);
}

/// The crate says "a hundred and thousand thousand" for 101,000, and has no plural in 107 millions.
#[test]
fn b148_arabic_numbers() {
    let group = |n: u64, at: u32| n / 1_000_u64.pow(at) % 1_000;
    let one_to_ten = |n: u64| (1..5).any(|at| group(n, at) > 100 && (1..=10).contains(&(group(n, at) % 100)));
    check(Language::Arabic, one_to_ten);
}

#[test]
fn b148_farsi_numbers() {
    check(Language::Farsi, |_| false);
}

/// The crate leaves out the zero for four figures that are skipped before a thousand: 100,001,000 is
/// 一亿零一千.
#[test]
fn b148_chinese_numbers() {
    let group = |n: u64, at: u32| n / 10_000_u64.pow(at) % 10_000;
    let skipped = |n: u64| {
        (0..3).any(|at| group(n, at) >= 1_000 && group(n, at + 1) == 0 && n >= 10_000_u64.pow(at + 2))
    };
    check(Language::Chinese, skipped);
}
