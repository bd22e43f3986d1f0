//! What must survive a restart: call detail records in SQLite or PostgreSQL, and as lines of a CSV file.
//!
//! Whoever has a record never waits: [`Spool::put`] appends it to a file ([`spool`]). Takers on threads of their own
//! ([`Store`]) bring what lies there to the database and to the CSV file, each in order and as fast as it can; what
//! they cannot bring waits in the spool. Rows are plain ([`CallRecord`]); queries are typed ([`Sought`]).
#![forbid(unsafe_code)]

mod call;
mod column;
pub mod csv;
mod database;
mod history;
mod limits;
mod migration;
pub mod spool;
mod taker;

pub use call::{CallRecord, clean, moment};
pub use column::{Column, Kind, Value};
pub use database::{Place, StoreError};
pub use history::{History, Sought};
pub use spool::Spool;
pub use taker::{Settings, Store};
