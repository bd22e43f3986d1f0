//! English: short scale, "and" before the last two figures, ordinals for days, twelve hours.

use super::{Agreement, Dual, Field, Form, Grammar, Joint, ONE, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(1_000_000_000_000, "trillion", Form::Plain),
        Scale::new(1_000_000_000, "billion", Form::Plain),
        Scale::new(1_000_000, "million", Form::Plain),
        Scale::new(1_000, "thousand", Form::Plain),
        Scale::recorded(100),
    ],
    joint: Joint::BelowHundred,
    agreement: Agreement::Last,
    counts: &[ONE],
    dual: Dual::No,
    feminine: &[],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Named(Field::Month, "month"),
        Part::Named(Field::Day, "day"),
        Part::Pairs(Field::Year),
    ],
    full_hour: &[Part::Number(Field::Hour12, Form::Plain), Part::Named(Field::Half, "half")],
    time: &[
        Part::Number(Field::Hour12, Form::Plain),
        Part::Padded(Field::Minute, "oh"),
        Part::Named(Field::Half, "half"),
    ],
};
