//! The languages the house speaks, under the numbers of the memorandum's LANGUAGE.

/// A language that the house speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum Language {
    #[default]
    English,
    Spanish,
    French,
    German,
    Arabic,
    Farsi,
    Chinese,
}

impl Language {
    /// All of them, each at its number.
    pub const ALL: [Self; 7] =
        [Self::English, Self::Spanish, Self::French, Self::German, Self::Arabic, Self::Farsi, Self::Chinese];

    /// The language of a LANGUAGE attribute, 0 to 6.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The language of a tag, in any case.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// Its tag by ISO 639-1, which is also the name of its directory of prompts.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::German => "de",
            Self::Arabic => "ar",
            Self::Farsi => "fa",
            Self::Chinese => "zh",
        }
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::English => "English",
            Self::Spanish => "Spanish",
            Self::French => "French",
            Self::German => "German",
            Self::Arabic => "Arabic",
            Self::Farsi => "Farsi",
            Self::Chinese => "Chinese",
        })
    }
}
