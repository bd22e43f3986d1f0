//! German: long scale, units before tens (in the recorded numbers), "ein" before a noun, ordinals for days.

use super::{Agreement, Dual, Field, Form, Grammar, Joint, ONE, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(1_000_000_000_000, "trillion", Form::Feminine),
        Scale::new(1_000_000_000, "billion", Form::Feminine),
        Scale::new(1_000_000, "million", Form::Feminine),
        Scale::new(1_000, "thousand", Form::Masculine),
        Scale::recorded(100),
    ],
    joint: Joint::None,
    agreement: Agreement::Last,
    counts: &[ONE],
    dual: Dual::No,
    feminine: &["rupee", "new-message", "saved-message", "hour", "minute", "second"],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Named(Field::Day, "day"),
        Part::Named(Field::Month, "month"),
        Part::Number(Field::Year, Form::Plain),
    ],
    full_hour: &[Part::Counted(Field::Hour, "clock")],
    time: &[Part::Counted(Field::Hour, "clock"), Part::Number(Field::Minute, Form::Plain)],
};
