//! Looking into what was stored.

use jiff::Timestamp;

use crate::call::CallRecord;
use crate::database::{Connection, Place, StoreError};

/// Which calls are sought; none of a part: any.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sought {
    /// Those that began then or later.
    pub since: Option<Timestamp>,
    /// Those to, from or redirected by this number.
    pub number: Option<String>,
    /// Those of this campaign, in either case.
    pub campaign: Option<String>,
    /// Those of this agent.
    pub agent: Option<i64>,
    /// So many at most, the latest.
    pub limit: Option<u64>,
}

/// The calls that were, beside a running server or without one.
pub struct History {
    connection: Connection,
}

impl History {
    /// Opens the database for reading alone.
    ///
    /// # Errors
    /// [`StoreError`]: it is not there, or not ours to read.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        Ok(Self { connection: Connection::read(place)? })
    }

    /// Gives the calls sought, the latest first, until `row` has enough and says false.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn each(
        &mut self,
        sought: &Sought,
        mut row: impl FnMut(CallRecord) -> bool,
    ) -> Result<(), StoreError> {
        self.connection.each(sought, &mut row)
    }
}
