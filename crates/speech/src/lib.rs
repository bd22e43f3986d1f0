//! What the house says: the catalogue of prompts with their texts in seven languages, and how numbers,
//! money, dates and times are put together from them.
//!
//! A prompt is named, never worded: [`Prompt`] is a language and a [`Key`]; somebody else turns it into
//! sound. Which prompts make a number is grammar, and grammar is a table: a file a language in `grammar/`,
//! read by one small interpreter ([`number`], [`counted`], [`money`], [`date`], [`time`]). Words are in
//! `texts/`, a file a language, a line a prompt. No IO here.
#![forbid(unsafe_code)]

mod calendar;
mod catalogue;
mod counted;
mod grammar;
mod language;
mod number;
mod phrase;
mod spoken;

pub use calendar::{Date, Moment, NoSuchDay, Time, date, moment, time};
pub use catalogue::{Catalogue, Key, Words, catalogue};
pub use counted::{Currency, Noun, counted, money};
pub use language::Language;
pub use number::{MAX_NUMBER, NotNumber, Style, digits, number};
pub use phrase::{Phrase, phrase, sentence};

/// What is to be said: a language and a key of its catalogue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Prompt {
    pub language: Language,
    pub key: Key,
}
