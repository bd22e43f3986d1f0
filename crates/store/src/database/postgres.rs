//! PostgreSQL. The connection is not encrypted: a server on another machine wants a tunnel or a network of its own.

use jiff::Timestamp;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Row, Statement};

use super::{StoreError, select, upsert};
use crate::call::CallRecord;
use crate::column::{Column, Kind, Value};
use crate::history::Sought;
use crate::limits;
use crate::migration;
use crate::spool::Entry;

const SIGN: char = '$';
/// One server at a time brings the tables up; the number is any, and ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7322901900)";

pub(crate) struct Postgres {
    client: Client,
    place: String,
    /// The statements for the first word on a leg and for the last, once prepared.
    statements: Option<[Statement; 2]>,
}

impl Postgres {
    pub(super) fn open(config: &Config) -> Result<Self, StoreError> {
        let mut postgres = Self::read(config)?;
        let known = migration::POSTGRES.len() as i64;
        let found = postgres.bring_up().map_err(|error| postgres.failed(&error))?;
        if found > known {
            return Err(StoreError::Newer { place: postgres.place, found, known });
        }
        Ok(postgres)
    }

    pub(super) fn read(config: &Config) -> Result<Self, StoreError> {
        let place = place(config);
        let mut config = config.clone();
        config
            .connect_timeout(limits::CONNECT)
            .tcp_user_timeout(limits::STATEMENT)
            .application_name("trunkline");
        let timeout = format!("SET statement_timeout = {}", limits::STATEMENT.as_millis());
        let connected = config.connect(NoTls).and_then(|mut client| {
            client.batch_execute(&timeout)?;
            Ok(client)
        });
        match connected {
            Ok(client) => Ok(Self { client, place, statements: None }),
            Err(error) => Err(StoreError::Closed {
                place,
                why: sentence(&error),
                hint: "see that it runs, and check store.url",
            }),
        }
    }

    /// Runs the migrations that are missing, and tells the number of the last one that it has.
    fn bring_up(&mut self) -> Result<i64, postgres::Error> {
        let mut transaction = self.client.transaction()?;
        transaction.batch_execute(LOCK)?;
        transaction.batch_execute(migration::TABLE)?;
        let found: i64 =
            transaction.query_one("SELECT coalesce(max(number), 0) FROM migrations", &[])?.try_get(0)?;
        for (number, sql) in migration::missing(migration::POSTGRES, found) {
            transaction.batch_execute(sql)?;
            transaction.execute("INSERT INTO migrations (number) VALUES ($1)", &[&number])?;
        }
        transaction.commit()?;
        Ok(found)
    }

    pub(super) fn write(&mut self, entries: &[&Entry]) -> Result<(), StoreError> {
        self.put(entries).map_err(|error| self.failed(&error))
    }

    fn put(&mut self, entries: &[&Entry]) -> Result<(), postgres::Error> {
        if self.statements.is_none() {
            let first = self.client.prepare(&upsert(SIGN, false))?;
            let last = self.client.prepare(&upsert(SIGN, true))?;
            self.statements = Some([first, last]);
        }
        let [first, last] = self.statements.as_ref().expect("they were prepared above");
        let mut transaction = self.client.transaction()?;
        for (statement, is_whole) in [(first, false), (last, true)] {
            for entry in entries.iter().filter(|entry| entry.is_whole == is_whole) {
                let cells =
                    typed(CallRecord::COLUMNS.iter().map(|column| column.kind).zip(entry.call.values()));
                transaction.execute(statement, &borrowed(&cells))?;
            }
        }
        transaction.commit()
    }

    pub(super) fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let sql =
            "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE began < $1 AND ended < $1 LIMIT $2)";
        let mut purged = 0;
        loop {
            let rows =
                self.client.execute(sql, &[&before, &limits::PURGED]).map_err(|error| self.failed(&error))?;
            purged += rows;
            if rows < limits::PURGED.unsigned_abs() {
                return Ok(purged);
            }
        }
    }

    pub(super) fn each(
        &mut self,
        sought: &Sought,
        row: &mut dyn FnMut(CallRecord) -> bool,
    ) -> Result<(), StoreError> {
        self.seek(sought, row).map_err(|error| self.failed(&error))
    }

    fn seek(
        &mut self,
        sought: &Sought,
        row: &mut dyn FnMut(CallRecord) -> bool,
    ) -> Result<(), postgres::Error> {
        let (sql, values) = select(sought, SIGN);
        let cells = typed(values.into_iter().map(|value| (kind(&value), value)));
        let mut rows = self.client.query_raw(&sql, borrowed(&cells))?;
        while let Some(found) = rows.next()? {
            let values = CallRecord::COLUMNS.iter().enumerate().map(|(n, column)| value(column, &found, n));
            let values = values.collect::<Result<Vec<Value>, _>>()?;
            if !CallRecord::of(values).is_none_or(&mut *row) {
                break;
            }
        }
        Ok(())
    }

    fn failed(&self, error: &postgres::Error) -> StoreError {
        let (place, why) = (self.place.clone(), sentence(error));
        // Classes 22, data exceptions, and 23, violations of a constraint.
        match error.code() {
            Some(state) if state.code().starts_with("22") || state.code().starts_with("23") => {
                StoreError::Refused { place, why }
            }
            _ => StoreError::Failed { place, why },
        }
    }
}

/// What it is called in sentences.
fn place(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(postgres::config::Host::Tcp(host)) => host.clone(),
        Some(postgres::config::Host::Unix(path)) => path.display().to_string(),
        None => "nowhere".to_owned(),
    };
    format!("the PostgreSQL database {} at {host}", config.get_dbname().unwrap_or("of its user's name"))
}

/// What an error and those behind it say.
fn sentence(error: &postgres::Error) -> String {
    let behind = std::iter::successors(std::error::Error::source(error), |error| error.source());
    std::iter::once(error.to_string()).chain(behind.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

type Cell = Box<dyn ToSql + Sync>;

/// Values as PostgreSQL wants them: nothing, too, is of a type.
fn typed(cells: impl Iterator<Item = (Kind, Value)>) -> Vec<Cell> {
    cells
        .map(|(kind, value)| -> Cell {
            match (kind, value) {
                (_, Value::Text(text)) => Box::new(text),
                (_, Value::Whole(number)) => Box::new(number),
                (_, Value::Real(number)) => Box::new(number),
                (_, Value::Moment(moment)) => Box::new(moment),
                (Kind::Text, Value::Null) => Box::new(None::<String>),
                (Kind::Whole, Value::Null) => Box::new(None::<i64>),
                (Kind::Real, Value::Null) => Box::new(None::<f64>),
                (Kind::Moment, Value::Null) => Box::new(None::<Timestamp>),
            }
        })
        .collect()
}

fn borrowed(cells: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    cells.iter().map(|cell| &**cell).collect()
}

/// The kind of a value that is there; that of nothing does not matter.
const fn kind(value: &Value) -> Kind {
    match value {
        Value::Text(_) | Value::Null => Kind::Text,
        Value::Whole(_) => Kind::Whole,
        Value::Real(_) => Kind::Real,
        Value::Moment(_) => Kind::Moment,
    }
}

fn value(column: &Column, row: &Row, n: usize) -> Result<Value, postgres::Error> {
    Ok(match column.kind {
        Kind::Text => row.try_get::<_, Option<String>>(n)?.map_or(Value::Null, Value::Text),
        Kind::Whole => row.try_get::<_, Option<i64>>(n)?.map_or(Value::Null, Value::Whole),
        Kind::Real => row.try_get::<_, Option<f64>>(n)?.map_or(Value::Null, Value::Real),
        Kind::Moment => row.try_get::<_, Option<Timestamp>>(n)?.map_or(Value::Null, Value::Moment),
    })
}
