//! Numbers with a noun: messages, minutes, money.

use crate::grammar::{Dual, Form};
use crate::spoken::Spoken;
use crate::{Language, Prompt};

/// What the house counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noun {
    NewMessage,
    SavedMessage,
    Participant,
    Hour,
    Minute,
    Second,
}

impl Noun {
    pub const ALL: [Self; 6] =
        [Self::NewMessage, Self::SavedMessage, Self::Participant, Self::Hour, Self::Minute, Self::Second];

    fn name(self) -> &'static str {
        match self {
            Self::NewMessage => "new-message",
            Self::SavedMessage => "saved-message",
            Self::Participant => "participant",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// The currencies of the memorandum's CURRENCY.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum Currency {
    #[default]
    Dollars,
    Pesos,
    Euros,
    Pounds,
    Francs,
    Rupees,
    Dinars,
}

impl Currency {
    /// All of them, each at its number.
    pub const ALL: [Self; 7] =
        [Self::Dollars, Self::Pesos, Self::Euros, Self::Pounds, Self::Francs, Self::Rupees, Self::Dinars];

    /// The currency of a CURRENCY attribute, 0 to 6.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The names of its units, and how many of the smaller one a hundredth is.
    fn units(self) -> (&'static str, &'static str, u64) {
        match self {
            Self::Dollars => ("dollar", "cent", 1),
            Self::Pesos => ("peso", "centavo", 1),
            Self::Euros => ("euro", "euro-cent", 1),
            Self::Pounds => ("pound", "penny", 1),
            Self::Francs => ("franc", "centime", 1),
            Self::Rupees => ("rupee", "paisa", 1),
            // A dinar has a thousand fils.
            Self::Dinars => ("dinar", "fils", 10),
        }
    }
}

/// The prompts that say so many of something: "three new messages".
pub fn counted(language: Language, noun: Noun, n: u64) -> Vec<Prompt> {
    let mut spoken = Spoken::new(language);
    spoken.counted(noun.name(), n);
    spoken.prompts()
}

/// The prompts that say an amount, given in hundredths of the currency's unit whatever its smaller unit is.
/// What is nothing is not said, unless all is.
pub fn money(language: Language, currency: Currency, hundredths: i64) -> Vec<Prompt> {
    let (major, minor, part) = currency.units();
    let amount = hundredths.unsigned_abs();
    let (majors, minors) = (amount / 100, amount % 100 * part);
    let mut spoken = Spoken::new(language);
    if hundredths < 0 {
        spoken.word("minus");
    }
    if majors > 0 || minors == 0 {
        spoken.counted(major, majors);
    }
    if majors > 0 && minors > 0 {
        spoken.word_if_any("money-and");
    }
    if minors > 0 {
        spoken.counted(minor, minors);
    }
    spoken.prompts()
}

impl Spoken {
    /// Says so many of a noun.
    pub(crate) fn counted(&mut self, noun: &str, n: u64) {
        let feminine = self.grammar.feminine.contains(&noun);
        let form = if feminine { Form::Feminine } else { Form::Masculine };
        let said_by_noun = match self.grammar.dual {
            Dual::OneAndTwo if (1..=2).contains(&(n % 100)) => n % 100,
            Dual::OneAndTwo | Dual::No => 0,
        };
        let rest = n - said_by_noun;
        if rest > 0 || said_by_noun == 0 {
            self.whole(rest, form);
            self.noun(noun, rest);
        }
        if rest > 0 && said_by_noun > 0 {
            self.word("and");
        }
        if said_by_noun > 0 {
            self.noun(noun, said_by_noun);
        }
    }
}
