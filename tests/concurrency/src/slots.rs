//! `OnceSlots`: headers of verified tokens.

use loom::sync::Arc;
use loom::thread;

use crate::once_slots::OnceSlots;
use crate::tables::Table;

/// A name, and a value that must be complete when it is found.
type Slots<const N: usize> = OnceSlots<(u8, Table), N>;

fn has<const N: usize>(slots: &Slots<N>, name: u8) -> bool {
    slots.find(|(found, _)| *found == name).is_some_and(|(_, value)| value.is_complete())
}

fn add_unless_there<const N: usize>(slots: &Slots<N>, name: u8) -> bool {
    if !has(slots, name) {
        slots.add((name, Table::build()));
    }
    has(slots, name)
}

#[test]
fn what_was_added_is_found() {
    loom::model(|| {
        let slots = Arc::new(Slots::<2>::default());
        let other = {
            let slots = slots.clone();
            thread::spawn(move || add_unless_there(&slots, 1))
        };
        assert!(add_unless_there(&slots, 2));
        assert!(other.join().expect("no panic"));
        assert!(has(&slots, 1) && has(&slots, 2));
    });
}

#[test]
fn at_most_one_value_per_slot_is_kept_and_nothing_is_replaced() {
    loom::model(|| {
        let slots = Arc::new(Slots::<1>::default());
        let other = {
            let slots = slots.clone();
            thread::spawn(move || add_unless_there(&slots, 1))
        };
        let here = add_unless_there(&slots, 2);
        let there = other.join().expect("no panic");
        assert!(here != there, "one of two finds a place, and keeps it");
        assert_eq!((has(&slots, 2), has(&slots, 1)), (here, there));
    });
}
