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
    counts: &[ONE, Count { modulus: 1_000_000, from: 0, to: 0, form: "of" }],
    dual: Dual::No,
    feminine: &["pound", "rupee", "hour"],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Number(Field::Day, Form::Plain),
        Part::Named(Field::Month, "month"),
        Part::Word("of"),
        Part::Number(Field::Year, Form::Plain),
    ],
    full_hour: &[Part::Counted(Field::Hour, "hour")],
    time: &[Part::Counted(Field::Hour, "hour"), Part::Word("and"), Part::Counted(Field::Minute, "minute")],
};
