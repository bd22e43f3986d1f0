//! The catalogue: every prompt of a language with the words that are said.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use crate::Language;

/// The name of a prompt, such as `goodbye`, `21`, `200.f` or `you-have.before`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    name: &'static str,
    part: Part,
}

/// Which part of its line a prompt is: a sentence with a place for something else is two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Part {
    Whole,
    Before,
    After,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        f.write_str(match self.part {
            Part::Whole => "",
            Part::Before => ".before",
            Part::After => ".after",
        })
    }
}

/// The words of a prompt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words {
    /// As one writes them.
    pub text: &'static str,
    /// What a speech synthesiser is given, where the written words mislead it.
    pub spoken: &'static str,
}

/// Every prompt of a language.
#[derive(Debug)]
pub struct Catalogue {
    prompts: BTreeMap<&'static str, BTreeMap<Part, Words>>,
}

/// What stands in a line where something else is said.
const PLACE: &str = "{}";

impl Catalogue {
    /// Reads lines `name = words` or `name = words | words for a synthesiser`; `#` begins a comment.
    fn read(texts: &'static str) -> Self {
        let mut prompts = BTreeMap::new();
        for line in texts.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, words)) = line.split_once(" = ") else { continue };
            let (text, spoken) = words.split_once(" | ").unwrap_or((words, words));
            let earlier = prompts.insert(name.trim(), parts(text.trim(), spoken.trim()));
            debug_assert!(earlier.is_none(), "{name} has one line");
        }
        Self { prompts }
    }

    /// The key of that name (`you-have.before` for the part before the place), if there is one.
    pub fn key(&self, name: &str) -> Option<Key> {
        let halves = [(".before", Part::Before), (".after", Part::After)];
        let half = halves.iter().find_map(|(end, part)| Some((name.strip_suffix(end)?, *part)));
        half.and_then(|(name, part)| self.part(name, part)).or_else(|| self.part(name, Part::Whole))
    }

    pub(crate) fn part(&self, name: &str, part: Part) -> Option<Key> {
        let (name, parts) = self.prompts.get_key_value(name)?;
        parts.contains_key(&part).then_some(Key { name, part })
    }

    /// The words of a key, if this language has it.
    pub fn words(&self, key: Key) -> Option<Words> {
        self.prompts.get(key.name)?.get(&key.part).copied()
    }

    /// All prompts, in the order of their names.
    pub fn prompts(&self) -> impl Iterator<Item = (Key, Words)> {
        self.prompts
            .iter()
            .flat_map(|(name, parts)| parts.iter().map(|(part, words)| (Key { name, part: *part }, *words)))
    }
}

/// The parts of a line: one, or what stands before and after its place, a full stop not counted.
fn parts(text: &'static str, spoken: &'static str) -> BTreeMap<Part, Words> {
    let whole = || BTreeMap::from([(Part::Whole, Words { text, spoken })]);
    let Some((before, after)) = text.split_once(PLACE) else { return whole() };
    let (spoken_before, spoken_after) = spoken.split_once(PLACE).unwrap_or((before, after));
    [(Part::Before, before, spoken_before), (Part::After, after, spoken_after)]
        .into_iter()
        .filter(|(_, text, _)| text.chars().any(char::is_alphanumeric))
        .map(|(part, text, spoken)| (part, Words { text: text.trim(), spoken: spoken.trim() }))
        .collect()
}

/// The catalogue of a language.
pub fn catalogue(language: Language) -> &'static Catalogue {
    static CATALOGUES: LazyLock<[Catalogue; 7]> = LazyLock::new(|| {
        Language::ALL.map(|language| {
            Catalogue::read(match language {
                Language::English => include_str!("../texts/en.txt"),
                Language::Spanish => include_str!("../texts/es.txt"),
                Language::French => include_str!("../texts/fr.txt"),
                Language::German => include_str!("../texts/de.txt"),
                Language::Arabic => include_str!("../texts/ar.txt"),
                Language::Farsi => include_str!("../texts/fa.txt"),
                Language::Chinese => include_str!("../texts/zh.txt"),
            })
        })
    });
    // The languages are declared in the order of `Language::ALL`.
    &CATALOGUES[language as usize]
}
