//! The database: SQLite in a file of our own, or PostgreSQL.

mod postgres;
mod sqlite;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::call::{CallRecord, moment};
use crate::column::Value;
use crate::history::Sought;
use crate::spool::Entry;
use crate::taker::Sink;
use postgres::Postgres;
use sqlite::Sqlite;

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// SQLite in this file.
    Sqlite(PathBuf),
    /// PostgreSQL. Its password is never shown.
    Postgres(Box<::postgres::Config>),
}

impl Place {
    /// The place that a URL names: `sqlite` is `trunkline.db` in `data`.
    ///
    /// # Errors
    /// What is wrong with the URL, without any part of it: it may hold a password.
    pub fn of_url(url: &str, data: &Path) -> Result<Self, &'static str> {
        if url == "sqlite" {
            return Ok(Self::Sqlite(data.join("trunkline.db")));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err("no database of these");
        }
        let config: ::postgres::Config = url.parse().map_err(|_| "not such a URL")?;
        match config.get_hosts() {
            [] => Err("names no host"),
            _ => Ok(Self::Postgres(Box::new(config))),
        }
    }
}

/// Why the database does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached.
    #[error("{place} cannot be opened: {why}; {hint}")]
    Closed {
        /// Where it is.
        place: String,
        /// What it says.
        why: String,
        /// What to do.
        hint: &'static str,
    },
    /// A newer version of this program has been at it.
    #[error(
        "the tables of {place} are of version {found}, and this program knows them up to {known}: run the newer program"
    )]
    Newer {
        /// Where it is.
        place: String,
        /// The number of its last migration.
        found: i64,
        /// The number of ours.
        known: i64,
    },
    /// It will never take this row.
    #[error("{place} refuses a row: {why}")]
    Refused {
        /// Where it is.
        place: String,
        /// What it says.
        why: String,
    },
    /// It failed, and may do better later.
    #[error("{place} failed: {why}")]
    Failed {
        /// Where it is.
        place: String,
        /// What it says.
        why: String,
    },
    /// There is none yet.
    #[error("{0} does not exist: no server has run with it yet")]
    Missing(String),
}

/// An open database.
pub(crate) enum Connection {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Connection {
    /// Opens it for writing, with its tables as they should be.
    pub(crate) fn open(place: &Place) -> Result<Self, StoreError> {
        match place {
            Place::Sqlite(path) => Sqlite::open(path).map(Self::Sqlite),
            Place::Postgres(config) => Postgres::open(config).map(|open| Self::Postgres(Box::new(open))),
        }
    }

    /// Opens it for reading alone.
    pub(crate) fn read(place: &Place) -> Result<Self, StoreError> {
        match place {
            Place::Sqlite(path) => Sqlite::read(path).map(Self::Sqlite),
            Place::Postgres(config) => Postgres::read(config).map(|open| Self::Postgres(Box::new(open))),
        }
    }

    fn write(&mut self, entries: &[&Entry]) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(entries),
            Self::Postgres(postgres) => postgres.write(entries),
        }
    }

    fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.purge(before),
            Self::Postgres(postgres) => postgres.purge(before),
        }
    }

    /// Gives the rows sought, the latest first, until `row` has enough and says false.
    pub(crate) fn each(
        &mut self,
        sought: &Sought,
        row: &mut dyn FnMut(CallRecord) -> bool,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.each(sought, row),
            Self::Postgres(postgres) => postgres.each(sought, row),
        }
    }
}

/// The sink of the database: connected while it can be.
pub(crate) struct Database {
    place: Place,
    keep: Option<Duration>,
    connection: Option<Connection>,
}

impl Database {
    pub(crate) const fn new(place: Place, keep: Option<Duration>) -> Self {
        Self { place, keep, connection: None }
    }

    fn connected(&mut self) -> Result<&mut Connection, StoreError> {
        if self.connection.is_none() {
            self.connection = Some(Connection::open(&self.place)?);
        }
        Ok(self.connection.as_mut().expect("it was opened above where there was none"))
    }

    /// What failed once is opened anew the next time.
    fn with<T>(
        &mut self,
        act: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let done = self.connected().and_then(act);
        if matches!(done, Err(StoreError::Failed { .. })) {
            self.connection = None;
        }
        done
    }

    fn write(&mut self, entries: &[&Entry]) -> Result<(), StoreError> {
        match (self.with(|connection| connection.write(entries)), entries) {
            (Err(StoreError::Refused { why, .. }), [entry]) => {
                // It would keep all that follow from ever coming in.
                tracing::error!(call = ?entry.call, "the database refuses a call record, which is in the log alone: {why}");
                Ok(())
            }
            (Err(StoreError::Refused { .. }), _) => entries.iter().try_for_each(|entry| self.write(&[entry])),
            (done, _) => done,
        }
    }
}

impl Sink for Database {
    fn take(&mut self, entries: &[Entry]) -> Result<(), String> {
        let whole: BTreeSet<&str> =
            entries.iter().filter(|entry| entry.is_whole).map(|entry| entry.call.id.as_str()).collect();
        // What the same batch has the last word on need not be written twice.
        let needed: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.is_whole || !whole.contains(entry.call.id.as_str()))
            .collect();
        self.write(&needed).map_err(|error| error.to_string())
    }

    fn tidy(&mut self) -> Result<(), String> {
        // Opened even where nothing is deleted: a database that cannot be is told at the start.
        let before = self.keep.and_then(|keep| SystemTime::now().checked_sub(keep));
        let purged = match before {
            Some(before) => self.with(|connection| connection.purge(moment(before))),
            None => self.connected().map(|_| 0),
        };
        match purged.map_err(|error| error.to_string())? {
            0 => {}
            rows => tracing::info!(rows, "call records that were kept for long enough are deleted"),
        }
        Ok(())
    }
}

/// The statement that puts an entry in, with `sign` before the number of each place for a value. The first word on a
/// leg never takes the place of the last.
fn upsert(sign: char, is_whole: bool) -> String {
    let names: Vec<&str> = CallRecord::COLUMNS.iter().map(|column| column.name).collect();
    let places: Vec<String> = (1..=names.len()).map(|n| format!("{sign}{n}")).collect();
    let news: Vec<String> = names.iter().skip(1).map(|name| format!("{name} = excluded.{name}")).collect();
    let conflict = if is_whole { format!("UPDATE SET {}", news.join(", ")) } else { "NOTHING".to_owned() };
    format!(
        "INSERT INTO calls ({}) VALUES ({}) ON CONFLICT (id) DO {conflict}",
        names.join(", "),
        places.join(", ")
    )
}

/// The statement that seeks, and its values.
fn select(sought: &Sought, sign: char) -> (String, Vec<Value>) {
    let names: Vec<&str> = CallRecord::COLUMNS.iter().map(|column| column.name).collect();
    let (mut values, mut wheres) = (Vec::new(), Vec::new());
    let mut put = |value: Value| {
        values.push(value);
        format!("{sign}{}", values.len())
    };
    if let Some(since) = sought.since {
        wheres.push(format!("began >= {}", put(Value::Moment(since))));
    }
    if let Some(number) = &sought.number {
        let place = put(Value::Text(number.clone()));
        wheres.push(format!("(dnis = {place} OR ani = {place} OR redirecting = {place})"));
    }
    if let Some(campaign) = &sought.campaign {
        wheres.push(format!("lower(campaign) = lower({})", put(Value::Text(campaign.clone()))));
    }
    if let Some(agent) = sought.agent {
        wheres.push(format!("agent = {}", put(Value::Whole(agent))));
    }
    let limit = sought.limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
    let wheres = if wheres.is_empty() { String::new() } else { format!(" WHERE {}", wheres.join(" AND ")) };
    (format!("SELECT {} FROM calls{wheres} ORDER BY began DESC, id DESC{limit}", names.join(", ")), values)
}

#[cfg(test)]
mod tests;
