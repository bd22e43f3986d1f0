//! How a language puts numbers, nouns, dates and times together, as tables: a file a language.

mod ar;
mod de;
mod en;
mod es;
mod fa;
mod fr;
mod zh;

use crate::Language;

/// How a language speaks.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// Where a number is taken apart, the largest first. What is below the smallest is recorded.
    pub scales: &'static [Scale],
    /// What stands between the two parts.
    pub joint: Joint,
    /// Which part of a number agrees with the noun that follows.
    pub agreement: Agreement,
    /// Which form a noun has after a number; none of these: its own.
    pub counts: &'static [Count],
    /// Which numbers are not said beside a noun, because its form says them.
    pub dual: Dual,
    /// The nouns that are feminine; all others count as masculine.
    pub feminine: &'static [&'static str],
    /// The parts of a date.
    pub date: &'static [Part],
    /// The parts of a time at the full hour.
    pub full_hour: &'static [Part],
    /// The parts of any other time.
    pub time: &'static [Part],
}

/// A power of ten at which a number is taken apart: so many of it, and a rest.
#[derive(Debug)]
pub(crate) struct Scale {
    pub value: u64,
    /// The word for it. Multiples that are recorded whole (`200`, `1000`) go before it.
    pub word: &'static str,
    /// How the multiplier agrees with the word.
    pub form: Multiplier,
    pub order: Order,
}

impl Scale {
    pub(crate) const fn new(value: u64, word: &'static str, form: Form) -> Self {
        Self { value, word, form: Multiplier::Agrees(form), order: Order::HeadFirst }
    }
    /// A scale whose multiples are all recorded.
    pub(crate) const fn recorded(value: u64) -> Self {
        Self { value, word: "", form: Multiplier::Agrees(Form::Plain), order: Order::HeadFirst }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Multiplier {
    /// With the scale's own word.
    Agrees(Form),
    /// With the noun behind the whole number, and as before a masculine one where there is none:
    /// Spanish "doscientas mil libras", "veintiún mil".
    FollowsNoun,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    HeadFirst,
    /// Arabic: one and twenty.
    RestFirst,
}

/// What stands between the head of a number and its rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Joint {
    /// Nothing, or what the head's own form for this brings along (`100.rest`).
    None,
    /// "and", always.
    Always,
    /// "and" before the last two figures: one thousand and five, one thousand one hundred.
    BelowHundred,
    /// "zero" where a figure is skipped: 一千零五.
    Gap,
}

/// Which part of a number agrees with the noun that follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Agreement {
    /// The last: veintiuna libras.
    Last,
    /// Only a number that is one prompt: 两美元, 十二美元.
    Alone,
}

/// What a number agrees with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// No noun follows.
    Plain,
    Masculine,
    Feminine,
}

/// Numbers after which a noun has a form of its own: those whose remainder is in the range.
#[derive(Debug)]
pub(crate) struct Count {
    /// None: it is the number itself that is in the range.
    pub modulus: Option<u64>,
    pub from: u64,
    pub to: u64,
    /// The ending of the noun's key.
    pub form: &'static str,
}

/// One, and nothing else, has a form of its own.
pub(crate) const ONE: Count = Count { modulus: None, from: 1, to: 1, form: "one" };

/// Which numbers a noun's form says by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dual {
    /// None.
    No,
    /// One and two, also behind hundreds: مئة دينار وديناران.
    OneAndTwo,
}

/// A part of a date or a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// A prompt by its name.
    Word(&'static str),
    /// The value as a number.
    Number(Field, Form),
    /// The value as a number of two figures, with this prompt for the first where it is a zero.
    Padded(Field, &'static str),
    /// The value with a noun.
    Counted(Field, &'static str),
    /// The value figure by figure.
    Digits(Field),
    /// The value in pairs of figures where that is how one says it: nineteen ninety-nine, twenty ten.
    Pairs(Field),
    /// A prompt of its own for the value, such as `month-11`, and its number where it has none.
    Named(Field, &'static str),
}

/// What a part says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Field {
    Year,
    Month,
    Day,
    /// 1 is Monday, 7 Sunday.
    Weekday,
    Hour,
    /// 1 to 12.
    Hour12,
    /// 0 before noon, 1 from then on.
    Half,
    /// 0 before noon, 1 until eight, 2 from then on.
    DayPart,
    Minute,
}

/// The grammar of a language.
pub(crate) fn grammar(language: Language) -> &'static Grammar {
    match language {
        Language::English => &en::GRAMMAR,
        Language::Spanish => &es::GRAMMAR,
        Language::French => &fr::GRAMMAR,
        Language::German => &de::GRAMMAR,
        Language::Arabic => &ar::GRAMMAR,
        Language::Farsi => &fa::GRAMMAR,
        Language::Chinese => &zh::GRAMMAR,
    }
}
