//! Columns: what a table, a line of CSV and a field of JSON have in common.

use jiff::Timestamp;

/// A column of a table of the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name, in every form.
    pub name: &'static str,
    /// What stands in it.
    pub kind: Kind,
}

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// A number with a fraction.
    Real,
    /// A moment, to the millisecond.
    Moment,
}

/// What stands in one cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Nothing.
    Null,
    /// Of a [`Kind::Text`].
    Text(String),
    /// Of a [`Kind::Whole`].
    Whole(i64),
    /// Of a [`Kind::Real`].
    Real(f64),
    /// Of a [`Kind::Moment`].
    Moment(Timestamp),
}

impl Value {
    /// As it is written for people and programs: empty where there is nothing, moments in UTC as RFC 3339 has them.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Moment(moment) => format!("{moment:.3}"),
        }
    }
}

/// A type that a column can have.
pub(crate) trait Cell: Sized {
    const KIND: Kind;
    fn value(&self) -> Value;
    /// Nothing where the value is none of this type.
    fn of(value: Value) -> Option<Self>;
}

macro_rules! cell {
    ($type:ty, $kind:ident) => {
        impl Cell for $type {
            const KIND: Kind = Kind::$kind;
            fn value(&self) -> Value {
                Value::$kind(self.clone())
            }
            fn of(value: Value) -> Option<Self> {
                match value {
                    Value::$kind(inner) => Some(inner),
                    _ => None,
                }
            }
        }
    };
}

cell!(String, Text);
cell!(i64, Whole);
cell!(f64, Real);
cell!(Timestamp, Moment);

impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::value)
    }
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::of(value).map(Some),
        }
    }
}
