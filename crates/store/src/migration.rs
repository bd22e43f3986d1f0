//! Migrations: how the tables came to be what they are. They are numbered from 1, run once each, in order, within one
//! transaction, and are never changed again.

/// SQLite's.
pub(crate) const SQLITE: &[&str] = &[include_str!("../migrations/sqlite/0001_calls.sql")];
/// PostgreSQL's: the same number brings the same change.
pub(crate) const POSTGRES: &[&str] = &[include_str!("../migrations/postgres/0001_calls.sql")];

/// Where it is written down which have run.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY)";

/// Those behind the last one that has run, with their numbers.
pub(crate) fn missing(all: &'static [&'static str], found: i64) -> impl Iterator<Item = (i64, &'static str)> {
    (1..).zip(all.iter().copied()).filter(move |&(number, _)| number > found)
}
