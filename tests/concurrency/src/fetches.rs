//! `Gate`: one fetch of a key set at a time, and readers that never wait.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::gate::Gate;

/// As in the fetcher: whether a fetch is running, and what readers see.
struct Set {
    gate: Gate<bool>,
    version: AtomicUsize,
    /// Fetches that are running, and that have begun.
    under_way: AtomicUsize,
    begun: AtomicUsize,
}

impl Set {
    fn new() -> Self {
        Self {
            gate: Gate::new(false),
            version: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
        }
    }

    /// Begins a fetch, unless one is running.
    fn begin(&self) -> bool {
        let Some(mut entered) = self.gate.enter_if_idle() else { return false };
        if *entered.state {
            return false;
        }
        *entered.state = true;
        entered.set_busy(true);
        assert_eq!(self.under_way.fetch_add(1, Ordering::Relaxed), 0, "two at a time");
        self.begun.fetch_add(1, Ordering::Relaxed);
        true
    }

    fn end(&self) {
        let mut entered = self.gate.lock();
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        *entered.state = false;
        // Only the gate orders this.
        self.version.store(self.begun.load(Ordering::Relaxed), Ordering::Relaxed);
        entered.set_busy(false);
    }
}

#[test]
fn one_fetch_at_a_time_and_the_flag_does_not_stay() {
    loom::model(|| {
        let set = Arc::new(Set::new());
        let fetch = |set: &Set| {
            if set.begin() {
                set.end();
            }
        };
        let others: Vec<_> = (0..2)
            .map(|_| {
                let set = set.clone();
                thread::spawn(move || fetch(&set))
            })
            .collect();
        fetch(&set);
        others.into_iter().for_each(|other| other.join().expect("no panic"));
        assert!(set.begun.load(Ordering::Relaxed) >= 1);
        assert_eq!(set.version.load(Ordering::Relaxed), set.begun.load(Ordering::Relaxed));
        assert!(set.begin(), "idle, and so is the flag");
    });
}

#[test]
fn a_thread_that_sees_the_end_of_a_fetch_sees_its_result() {
    loom::model(|| {
        let set = Arc::new(Set::new());
        assert!(set.begin());
        let fetch = {
            let set = set.clone();
            thread::spawn(move || set.end())
        };
        // Being idle means that the previous fetch has ended.
        if set.gate.enter_if_idle().is_some() {
            assert_eq!(set.version.load(Ordering::Relaxed), 1);
        }
        fetch.join().expect("no panic");
    });
}
