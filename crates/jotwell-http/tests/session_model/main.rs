//! The protocol of sessions, explored exhaustively within limits. The models run the functions that the stores run:
//! `SessionRecord::exchange`, `check_start` and `is_alive`, `SubjectRevocation::following`, `Sequence::next`,
//! `StatusQuery::answer`.
//!
//! - [`rotation`]: one session and its refresh tokens: tabs that share a cookie, answers that are lost or late,
//!   retries, servers whose clocks differ, logout, expiry, a thief.
//! - [`revocations`]: logins on their way, logouts everywhere, machines whose clocks differ, and a store that forgets
//!   its last writes when a replica takes over.
//!
//! Each fault that was once in the code is put back by a switch of the model, and must be found.

#![forbid(unsafe_code)]

mod revocations;
mod rotation;

use std::fmt::Debug;
use std::hash::Hash;

use stateright::{Checker, Model};

/// Explores everything. All properties must hold, with at least this many states.
fn holds<M>(name: &str, model: M, at_least: usize)
where
    M: Model + Send + Sync + 'static,
    M::State: Debug + Hash + PartialEq + Clone + Send + Sync,
    M::Action: Debug + PartialEq + Clone,
{
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!("{name}: {} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
    assert!(checker.unique_state_count() >= at_least, "{name}: {} states", checker.unique_state_count());
}

/// Explores until that property is violated or the exploration is complete. Returns the number of steps of the
/// violation.
fn violation<M>(name: &str, model: M, property: &'static str) -> Option<usize>
where
    M: Model + Send + Sync + 'static,
    M::State: Debug + Hash + PartialEq + Clone + Send + Sync,
    M::Action: Debug + PartialEq + Clone,
{
    let wanted = std::collections::BTreeSet::from([property]);
    let checker =
        model.checker().threads(1).finish_when(stateright::HasDiscoveries::AnyOf(wanted)).spawn_bfs().join();
    let path = checker.discovery(property)?;
    let actions = path.into_actions();
    println!("{name}: {actions:?}");
    Some(actions.len())
}
