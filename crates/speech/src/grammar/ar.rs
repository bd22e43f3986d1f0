//! Arabic: "and" everywhere, units before tens, the gender of three to nineteen is the opposite of the
//! noun's (the recorded forms are those for a masculine noun, `.f` those for a feminine one), and a noun
//! says one and two by itself, has a plural from three to ten and two forms of the singular beyond.

use super::{Agreement, Count, Dual, Field, Form, Grammar, Joint, Multiplier, ONE, Order, Part, Scale};

pub(crate) static GRAMMAR: Grammar = Grammar {
    scales: &[
        Scale::new(1_000_000_000_000, "trillion", Form::Masculine),
        Scale::new(1_000_000_000, "billion", Form::Masculine),
        Scale::new(1_000_000, "million", Form::Masculine),
        Scale::new(1_000, "thousand", Form::Masculine),
        Scale::recorded(100),
        Scale { value: 10, word: "", form: Multiplier::Agrees(Form::Plain), order: Order::RestFirst },
    ],
    joint: Joint::Always,
    agreement: Agreement::Last,
    counts: &[
        ONE,
        Count { modulus: None, from: 2, to: 2, form: "two" },
        Count { modulus: Some(100), from: 3, to: 10, form: "few" },
        Count { modulus: Some(100), from: 11, to: 99, form: "many" },
    ],
    dual: Dual::OneAndTwo,
    feminine: &["rupee", "paisa", "new-message", "saved-message", "hour", "minute", "second"],
    date: &[
        Part::Named(Field::Weekday, "weekday"),
        Part::Named(Field::Day, "day"),
        Part::Named(Field::Month, "month"),
        Part::Number(Field::Year, Form::Plain),
    ],
    full_hour: &[Part::Named(Field::Hour12, "hour"), Part::Named(Field::Half, "half")],
    time: &[
        Part::Named(Field::Hour12, "hour"),
        Part::Word("and"),
        Part::Counted(Field::Minute, "minute"),
        Part::Named(Field::Half, "half"),
    ],
};
