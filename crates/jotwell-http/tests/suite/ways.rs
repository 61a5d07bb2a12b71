//! The ways in which this binary sends the requests of the table.

use crate::common::drive::{Drive, Way};

pub(crate) fn all() -> Vec<Box<dyn Way>> {
    Drive::ALL.into_iter().map(|drive| Box::new(drive) as Box<dyn Way>).collect()
}
