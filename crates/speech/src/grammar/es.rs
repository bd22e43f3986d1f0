//! Spanish: long scale, so that a thousand million has no word; gender in ones and hundreds, "un" before a
//! noun, "de" after whole millions.

use super::{Agreement, Count, Dual, Field, Form, Grammar, Joint, Multiplier, ONE, Order, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(1_000_000_000_000, "trillion", Form::Masculine),
        Scale::new(1_000_000, "million", Form::Masculine),
        Scale { value: 1_000, word: "thousand", form: Multiplier::FollowsNoun, order: Order::HeadFirst },
        Scale::recorded(100),
    ],
    joint: Joint::None,
    agreement: Agreement::Last,
    counts: &[ONE, Count { modulus: Some(1_000_000), from: 0, to: 0, form: "of" }],
    dual: Dual::No,
    feminine: &["pound", "rupee", "paisa", "hour"],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Named(Field::Day, "day"),
        Part::Named(Field::Month, "month"),
        Part::Word("of"),
        Part::Number(Field::Year, Form::Plain),
    ],
    full_hour: &[Part::Named(Field::Hour12, "hour"), Part::Named(Field::DayPart, "daypart")],
    time: &[
        Part::Named(Field::Hour12, "hour"),
        Part::Word("and"),
        Part::Number(Field::Minute, Form::Plain),
        Part::Named(Field::DayPart, "daypart"),
    ],
};
