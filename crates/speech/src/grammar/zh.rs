//! Chinese: steps of ten thousand, zero where a figure is skipped, 两 for a two that counts and 一十 behind
//! something else; years figure by figure.

use super::{Agreement, Dual, Field, Form, Grammar, Joint, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(100_000_000, "hundred-million", Form::Masculine),
        Scale::new(10_000, "ten-thousand", Form::Masculine),
        Scale::recorded(1_000),
        Scale::recorded(100),
    ],
    joint: Joint::Gap,
    agreement: Agreement::Alone,
    counts: &[],
    dual: Dual::No,
    feminine: &[],
    date: &[
        Part::Digits(Field::Year),
        Part::Word("year"),
        Part::Named(Field::Month, "month"),
        Part::Number(Field::Day, Form::Plain),
        Part::Word("day"),
        Part::Named(Field::Weekday, "weekday"),
    ],
    full_hour: &[Part::Counted(Field::Hour, "clock")],
    time: &[Part::Counted(Field::Hour, "clock"), Part::Padded(Field::Minute, "0"), Part::Word("past")],
};
