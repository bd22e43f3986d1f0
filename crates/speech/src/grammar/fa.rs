//! Farsi: short scale with milliard, "o" between all parts, spoken with the part before it (`100.rest`);
//! nouns stay as they are.

use super::{Agreement, Dual, Field, Form, Grammar, Joint, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(1_000_000_000_000, "trillion", Form::Plain),
        Scale::new(1_000_000_000, "billion", Form::Plain),
        Scale::new(1_000_000, "million", Form::Plain),
        Scale::new(1_000, "thousand", Form::Plain),
        Scale::recorded(100),
    ],
    joint: Joint::None,
    agreement: Agreement::Last,
    counts: &[],
    dual: Dual::No,
    feminine: &[],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Named(Field::Day, "day"),
        Part::Named(Field::Month, "month"),
        Part::Number(Field::Year, Form::Plain),
    ],
    full_hour: &[Part::Word("clock"), Part::Number(Field::Hour, Form::Plain)],
    time: &[
        Part::Word("clock"),
        Part::Number(Field::Hour, Form::Plain),
        Part::Word("and"),
        Part::Counted(Field::Minute, "minute"),
    ],
};
