//! SQLite: a file beside the server's own, which other programs may read meanwhile (write-ahead log).
//!
//! A commit is on the disk when it is done (`synchronous = FULL`), for the spool forgets what was committed.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use super::{StoreError, select, upsert};
use crate::call::CallRecord;
use crate::column::{Column, Kind, Value};
use crate::history::Sought;
use crate::limits;
use crate::migration;
use crate::spool::Entry;

const SIGN: char = '?';

#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
    place: String,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let closed = |why: String| StoreError::Closed {
            place: path.display().to_string(),
            why,
            hint: "make room, or set files.data to a directory that this user can write",
        };
        // Whom somebody called is nobody else's business: the log beside it gets the same mode.
        let made = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        made.map_err(|error| closed(error.to_string()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| closed(error.to_string()))?;
        let mut sqlite = Self { connection, place: path.display().to_string() };
        sqlite.set_up().map_err(|error| closed(error.to_string()))?;
        sqlite.migrate()?;
        Ok(sqlite)
    }

    pub(super) fn read(path: &Path) -> Result<Self, StoreError> {
        let place = path.display().to_string();
        if !path.exists() {
            return Err(StoreError::Missing(place));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
            connection.busy_timeout(limits::BUSY)?;
            Ok(connection)
        });
        match opened {
            Ok(connection) => Ok(Self { connection, place }),
            Err(error) => Err(StoreError::Closed {
                place,
                why: error.to_string(),
                hint: "ask as the user that the server runs as",
            }),
        }
    }

    fn set_up(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(limits::BUSY)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        self.connection.pragma_update(None, "synchronous", "full")
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        let known = migration::SQLITE.len() as i64;
        let found = self.bring_up().map_err(|error| self.failed(&error))?;
        if found > known {
            return Err(StoreError::Newer { place: self.place.clone(), found, known });
        }
        Ok(())
    }

    /// Runs the migrations that are missing, and tells the number of the last one that it has.
    fn bring_up(&mut self) -> rusqlite::Result<i64> {
        let transaction =
            self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration::TABLE)?;
        let found: i64 =
            transaction.query_row("SELECT coalesce(max(number), 0) FROM migrations", [], |row| row.get(0))?;
        for (number, sql) in migration::missing(migration::SQLITE, found) {
            transaction.execute_batch(sql)?;
            transaction.execute("INSERT INTO migrations (number) VALUES (?1)", [number])?;
        }
        transaction.commit()?;
        Ok(found)
    }

    pub(super) fn write(&mut self, entries: &[&Entry]) -> Result<(), StoreError> {
        self.put(entries).map_err(|error| self.failed(&error))
    }

    fn put(&mut self, entries: &[&Entry]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        for is_whole in [false, true] {
            let mut statement = transaction.prepare_cached(&upsert(SIGN, is_whole))?;
            for entry in entries.iter().filter(|entry| entry.is_whole == is_whole) {
                statement.execute(params_from_iter(entry.call.values()))?;
            }
        }
        transaction.commit()
    }

    pub(super) fn purge(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let sql =
            "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE began < ?1 AND ended < ?1 LIMIT ?2)";
        let mut purged = 0;
        loop {
            let rows = self
                .connection
                .execute(sql, (Value::Moment(before), limits::PURGED))
                .map_err(|error| self.failed(&error))?;
            purged += rows as u64;
            if (rows as u64) < limits::PURGED.unsigned_abs() {
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

    fn seek(&self, sought: &Sought, row: &mut dyn FnMut(CallRecord) -> bool) -> rusqlite::Result<()> {
        let (sql, values) = select(sought, SIGN);
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(found) = rows.next()? {
            let values =
                CallRecord::COLUMNS.iter().enumerate().map(|(n, column)| value(column, found.get_ref(n)?));
            let values = values.collect::<rusqlite::Result<Vec<Value>>>()?;
            if !CallRecord::of(values).is_none_or(&mut *row) {
                break;
            }
        }
        Ok(())
    }

    fn failed(&self, error: &rusqlite::Error) -> StoreError {
        let (place, why) = (self.place.clone(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig) => {
                StoreError::Refused { place, why }
            }
            _ => StoreError::Failed { place, why },
        }
    }
}

/// What stands in a cell; nothing where it is not of its column's kind.
fn value(column: &Column, cell: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match (column.kind, cell) {
        (Kind::Text, ValueRef::Text(_)) => Value::Text(cell.as_str()?.to_owned()),
        (Kind::Whole, ValueRef::Integer(number)) => Value::Whole(number),
        (Kind::Real, ValueRef::Real(number)) => Value::Real(number),
        (Kind::Moment, ValueRef::Text(_)) => cell.as_str()?.parse().map_or(Value::Null, Value::Moment),
        _ => Value::Null,
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::Value as Own;
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Own::Null),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Whole(number) => ToSqlOutput::Owned(Own::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Owned(Own::Real(*number)),
            // In a form whose order is that of time.
            Self::Moment(_) => ToSqlOutput::Owned(Own::Text(self.text())),
        })
    }
}
