//! French: long scale, "une" before a feminine noun, nothing and one in the singular, "de" after whole
//! millions.

use super::{Agreement, Count, Dual, Field, Form, Grammar, Joint, ONE, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(1_000_000_000_000, "trillion", Form::Masculine),
        Scale::new(1_000_000_000, "billion", Form::Masculine),
        Scale::new(1_000_000, "million", Form::Masculine),
        Scale::new(1_000, "thousand", Form::Masculine),
        Scale::recorded(100),
    ],
    joint: Joint::None,
    agreement: Agreement::Last,
    counts: &[
        ONE,
        Count { modulus: None, from: 0, to: 0, form: "one" },
        Count { modulus: Some(1_000_000), from: 0, to: 0, form: "of" },
    ],
    dual: Dual::No,
    feminine: &["pound", "rupee", "hour", "minute", "second"],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Named(Field::Day, "day"),
        Part::Named(Field::Month, "month"),
        Part::Number(Field::Year, Form::Plain),
    ],
    full_hour: &[Part::Counted(Field::Hour, "hour")],
    time: &[Part::Counted(Field::Hour, "hour"), Part::Number(Field::Minute, Form::Feminine)],
};
