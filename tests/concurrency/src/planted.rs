//! Deliberate races: each test passes because loom finds one.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use crate::sync::Once;
use crate::tables::Table;

/// `Slot::offer`, with a load and a store instead of a swap.
#[test]
#[should_panic(expected = "built twice")]
fn a_claim_that_is_not_one_step_is_found() {
    loom::model(|| {
        let shared = Arc::new((AtomicBool::new(false), Once::<Table>::new(), AtomicUsize::new(0)));
        let offer = |(claimed, built, count): &(AtomicBool, Once<Table>, AtomicUsize)| {
            if !claimed.load(Ordering::Relaxed) {
                claimed.store(true, Ordering::Relaxed);
                assert_eq!(count.fetch_add(1, Ordering::Relaxed), 0, "built twice");
                let _ = built.set(Table::build());
            }
        };
        let other = {
            let shared = shared.clone();
            thread::spawn(move || offer(&shared))
        };
        offer(&shared);
        other.join().expect("built twice");
    });
}

/// `Gate`, with a flag without memory ordering.
#[test]
#[should_panic(expected = "the old keys")]
fn a_flag_without_ordering_is_found() {
    loom::model(|| {
        let shared = Arc::new((AtomicBool::new(true), AtomicUsize::new(0)));
        let fetch = {
            let shared = shared.clone();
            thread::spawn(move || {
                shared.1.store(1, Ordering::Relaxed);
                shared.0.store(false, Ordering::Relaxed);
            })
        };
        if !shared.0.load(Ordering::Relaxed) {
            assert_eq!(shared.1.load(Ordering::Relaxed), 1, "the old keys");
        }
        fetch.join().expect("no panic");
    });
}

/// `Gate`, idle before the keys are stored.
#[test]
#[should_panic(expected = "the old keys")]
fn a_flag_that_is_cleared_too_early_is_found() {
    loom::model(|| {
        let shared = Arc::new((AtomicBool::new(true), AtomicUsize::new(0)));
        let fetch = {
            let shared = shared.clone();
            thread::spawn(move || {
                shared.0.store(false, Ordering::Release);
                shared.1.store(1, Ordering::Relaxed);
            })
        };
        if !shared.0.load(Ordering::Acquire) {
            assert_eq!(shared.1.load(Ordering::Relaxed), 1, "the old keys");
        }
        fetch.join().expect("no panic");
    });
}

/// A table that is published before it is complete.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_table_that_is_read_while_it_is_built_is_found() {
    loom::model(|| {
        let shared = Arc::new((AtomicBool::new(false), loom::cell::Cell::new(0)));
        let build = {
            let shared = shared.clone();
            thread::spawn(move || {
                shared.1.set(7);
                shared.0.store(true, Ordering::Relaxed);
            })
        };
        if shared.0.load(Ordering::Relaxed) {
            assert_eq!(shared.1.get(), 7);
        }
        build.join().expect("no panic");
    });
}
