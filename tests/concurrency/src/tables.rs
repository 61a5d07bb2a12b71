//! `Slot`: the slot of a precomputed table.

use loom::cell::Cell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::slot::Slot;
use crate::sync::{AtomicBool, Once};

/// A table. loom reports a read that does not happen after the write.
pub(crate) struct Table(Cell<u32>);

impl Table {
    pub(crate) fn build() -> Self {
        let table = Self(Cell::new(0));
        table.0.set(7);
        table
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.0.get() == 7
    }
}

fn empty() -> Slot<Table> {
    Slot::of(AtomicBool::new(false), Once::new())
}

#[test]
fn only_one_of_several_threads_builds() {
    loom::model(|| {
        let (slot, built) = (Arc::new(empty()), Arc::new(AtomicUsize::new(0)));
        let offer = |slot: &Slot<Table>, built: &AtomicUsize| {
            slot.offer(|| {
                built.fetch_add(1, Ordering::Relaxed);
                Some(Table::build())
            });
            slot.get().is_none_or(Table::is_complete)
        };
        let other = {
            let (slot, built) = (slot.clone(), built.clone());
            thread::spawn(move || offer(&slot, &built))
        };
        assert!(offer(&slot, &built));
        assert!(other.join().expect("no panic"));
        assert_eq!(built.load(Ordering::Relaxed), 1);
        assert!(slot.get().expect("built").is_complete());
    });
}

#[test]
fn a_required_table_is_available_without_waiting() {
    loom::model(|| {
        let slot = Arc::new(empty());
        let other = {
            let slot = slot.clone();
            thread::spawn(move || slot.offer(|| Some(Table::build())))
        };
        slot.require(|| Some(Table::build()));
        assert!(slot.get().expect("required").is_complete());
        other.join().expect("no panic");
    });
}

#[test]
fn a_table_that_cannot_be_built_stays_absent() {
    loom::model(|| {
        let slot = Arc::new(empty());
        let other = {
            let slot = slot.clone();
            thread::spawn(move || slot.offer(|| None))
        };
        assert!(slot.get().is_none());
        other.join().expect("no panic");
        slot.offer(|| Some(Table::build()));
        assert!(slot.get().is_none());
    });
}
