//! The sessions that end when another begins.

use std::num::NonZeroU32;

use super::{SessionRecord, StoreId};

/// The sessions that end when one begins: in the same step, and only if it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionStart {
    /// A session that ends, of any subject: the one that the new session replaces, for example in a browser's cookie.
    pub replaces: Option<StoreId>,
    /// The maximum number of sessions of a subject, including the new one. The oldest end. `None` for no limit.
    pub limit: Option<NonZeroU32>,
}

impl SessionStart {
    /// Returns the sessions that end to make room for one more, given those of its subject that are
    /// [alive](SessionRecord::is_alive): the first by start, and within the same millisecond by name as base64url.
    #[must_use]
    pub fn displaced<'a>(&self, alive: impl Iterator<Item = (StoreId, &'a SessionRecord)>) -> Vec<StoreId> {
        let Some(limit) = self.limit else { return Vec::new() };
        let mut alive: Vec<_> = alive.map(|(id, session)| (session.started_at, name(id), id)).collect();
        alive.sort_unstable();
        let room = usize::try_from(limit.get().saturating_sub(1)).unwrap_or(usize::MAX);
        let too_many = alive.len().saturating_sub(room);
        alive.into_iter().take(too_many).map(|(_, _, id)| id).collect()
    }
}

/// As in a Redis script.
pub(super) fn name(id: StoreId) -> String {
    jotwell::base64url::encode(id.as_bytes())
}
