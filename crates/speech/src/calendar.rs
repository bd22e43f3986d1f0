//! Dates and times of day.

use crate::grammar::{Field, Form, Part};
use crate::phrase::{Phrase, phrase};
use crate::spoken::Spoken;
use crate::{Language, Prompt};

/// A day of the Gregorian calendar, which has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A time of day, which has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Time {
    hour: u8,
    minute: u8,
}

/// A day and a time on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment {
    pub date: Date,
    pub time: Time,
}

/// There is no such day, or no such time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchDay;

impl std::fmt::Display for NoSuchDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a year is 1 to 9999, and day and time are in the calendar")
    }
}

impl std::error::Error for NoSuchDay {}

impl Date {
    /// A day: year 1 to 9999, month and day from 1.
    ///
    /// # Errors
    /// [`NoSuchDay`].
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, NoSuchDay> {
        let date = Self { year, month, day };
        let there_is = (1..=9999).contains(&year) && (1..=12).contains(&month);
        (there_is && (1..=date.days_of_month()).contains(&day)).then_some(date).ok_or(NoSuchDay)
    }

    fn leap(self) -> bool {
        self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn days_of_month(self) -> u8 {
        match self.month {
            2 if self.leap() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// 1 for Monday to 7 for Sunday, by Zeller's congruence.
    fn weekday(self) -> u8 {
        // January and February count as months 13 and 14 of the year before.
        let (year, month) = match self.month {
            1 | 2 => (u32::from(self.year) - 1, u32::from(self.month) + 12),
            month => (u32::from(self.year), u32::from(month)),
        };
        let sum =
            u32::from(self.day) + 13 * (month + 1) / 5 + year + year / 4 + year / 400 + 6 * (year / 100);
        // The congruence gives 0 for Saturday.
        u8::try_from((sum + 5) % 7 + 1).expect("a remainder of seven")
    }

    /// The day before, if this is not the first of all.
    fn yesterday(self) -> Option<Self> {
        let earlier = match (self.month, self.day) {
            (1, 1) => Self { year: self.year.checked_sub(1)?, month: 12, day: 31 },
            (_, 1) => {
                let before = Self { month: self.month - 1, ..self };
                Self { day: before.days_of_month(), ..before }
            }
            _ => Self { day: self.day - 1, ..self },
        };
        (earlier.year > 0).then_some(earlier)
    }

    fn field(self, field: Field) -> u16 {
        match field {
            Field::Year => self.year,
            Field::Month => self.month.into(),
            Field::Day => self.day.into(),
            Field::Weekday => self.weekday().into(),
            Field::Hour | Field::Hour12 | Field::Half | Field::DayPart | Field::Minute => 0,
        }
    }
}

impl Time {
    /// A time of day: hour 0 to 23, minute 0 to 59.
    ///
    /// # Errors
    /// [`NoSuchDay`].
    pub fn new(hour: u8, minute: u8) -> Result<Self, NoSuchDay> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute }).ok_or(NoSuchDay)
    }

    fn field(self, field: Field) -> u16 {
        match field {
            Field::Hour => self.hour.into(),
            Field::Hour12 => ((self.hour + 11) % 12 + 1).into(),
            Field::Half => (self.hour / 12).into(),
            Field::DayPart => u16::from(self.hour >= 12) + u16::from(self.hour >= 20),
            Field::Minute => self.minute.into(),
            Field::Year | Field::Month | Field::Day | Field::Weekday => 0,
        }
    }
}

/// The prompts that say a day, weekday and year included: "Sunday, November 22nd, 2026".
pub fn date(language: Language, date: Date) -> Vec<Prompt> {
    let mut spoken = Spoken::new(language);
    spoken.parts(spoken.grammar.date, |field| date.field(field));
    spoken.prompts()
}

/// The prompts that say a time of day: "three oh five PM".
pub fn time(language: Language, time: Time) -> Vec<Prompt> {
    let mut spoken = Spoken::new(language);
    let parts = if time.minute == 0 { spoken.grammar.full_hour } else { spoken.grammar.time };
    spoken.parts(parts, |field| time.field(field));
    spoken.prompts()
}

/// The prompts that say when something was: "today" or "yesterday" or the date, and the time.
pub fn moment(language: Language, moment: Moment, today: Date) -> Vec<Prompt> {
    let mut spoken = Spoken::new(language);
    if moment.date == today {
        spoken.say([phrase(language, Phrase::Today)]);
    } else if today.yesterday() == Some(moment.date) {
        spoken.say([phrase(language, Phrase::Yesterday)]);
    } else {
        spoken.say(date(language, moment.date));
    }
    spoken.word_if_any("at");
    spoken.say(time(language, moment.time));
    spoken.prompts()
}

impl Spoken {
    fn parts(&mut self, parts: &[Part], value: impl Fn(Field) -> u16) {
        for part in parts {
            match *part {
                Part::Word(name) => self.word(name),
                Part::Number(field, form) => self.whole(value(field).into(), form),
                Part::Padded(field, zero) => {
                    if value(field) < 10 {
                        self.word(zero);
                    }
                    self.whole(value(field).into(), Form::Plain);
                }
                Part::Counted(field, noun) => self.counted(noun, value(field).into()),
                Part::Digits(field) => self.digits(&value(field).to_string()),
                Part::Pairs(field) => self.pairs(value(field)),
                Part::Named(field, name) => self.named(name, value(field)),
            }
        }
    }

    /// Says the value by its own prompt, or as a number.
    fn named(&mut self, name: &str, value: u16) {
        if !self.word_if_any(&format!("{name}-{value}")) {
            self.whole(value.into(), Form::Plain);
        }
    }

    /// Says a year in pairs of figures, unless its century or its decade begins with no figure to say.
    fn pairs(&mut self, year: u16) {
        if year < 1000 || year % 1000 < 10 || year % 100 < 10 {
            return self.whole(year.into(), Form::Plain);
        }
        self.whole((year / 100).into(), Form::Plain);
        self.whole((year % 100).into(), Form::Plain);
    }
}
