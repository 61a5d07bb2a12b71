//! Exchanges of refresh tokens.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// 64 tasks present the current token at once, within the grace period. One of them rotates it, all others get the
/// same successor, and the session continues.
pub async fn one_of_a_crowd_rotates_and_the_others_repeat(store: Arc<dyn Store>) {
    let (name, subject) = (id("crowd, grace", 1), id("crowd, grace", 2));
    Asked(Arc::clone(&store)).create(name, &session(subject), at(0)).await;
    // Each task proposes another successor.
    let answers = crowd(&store, move |store, number| async move {
        let exchange = RefreshRotation {
            successor: token(100 + number),
            salt: [number; 32],
            ..exchange(0, at(1), GRACE)
        };
        (number, store.exchange(name, &exchange).await)
    })
    .await;
    let winners: Vec<u8> =
        answers.iter().filter(|(_, answer)| *answer == rotated()).map(|(number, _)| *number).collect();
    assert_eq!(winners.len(), 1, "one of a crowd gets Rotated: {winners:?}");
    for (number, answer) in answers.iter().filter(|(number, _)| *number != winners[0]) {
        assert_eq!(*answer, repeated(winners[0]), "all others repeat what the one did, so does {number}");
    }
    let next = RefreshRotation { presented: token(100 + winners[0]), ..exchange(1, at(2), GRACE) };
    let answer = Asked(store).exchange(name, &next).await;
    assert_eq!(answer, rotated(), "the successor of the one that rotated is current");
}

/// 64 tasks present the current token at once, without grace. One of them rotates it, and the next one ends the
/// session.
pub async fn one_of_a_crowd_rotates_and_the_others_end_the_session(store: Arc<dyn Store>) {
    let (name, subject) = (id("crowd, no grace", 1), id("crowd, no grace", 2));
    Asked(Arc::clone(&store)).create(name, &session(subject), at(0)).await;
    let answers = crowd(&store, move |store, number| async move {
        let exchange =
            RefreshRotation { successor: token(100 + number), ..exchange(0, at(1), Duration::ZERO) };
        (number, store.exchange(name, &exchange).await)
    })
    .await;
    let count = |wanted: &RotationOutcome| answers.iter().filter(|(_, answer)| answer == wanted).count();
    assert_eq!(count(&rotated()), 1, "one of a crowd gets Rotated: {answers:?}");
    assert_eq!(count(&RotationOutcome::Reused), 1, "one is the first that reuses: {answers:?}");
    assert_eq!(
        count(&RotationOutcome::Ended),
        usize::from(CROWD) - 2,
        "the others find nothing: {answers:?}"
    );
    let store = Asked(store);
    for (number, answer) in &answers {
        if *answer == rotated() {
            let next = RefreshRotation { presented: token(100 + number), ..exchange(1, at(2), GRACE) };
            assert_eq!(store.exchange(name, &next).await, RotationOutcome::Ended, "reuse ends the session");
        }
    }
    let standing = store.token_status(&about_session(name, None, at(2))).await;
    assert_eq!(standing, TokenStatus::SessionEnded, "reuse ends the session");
}

/// Presenting a token from before the previous one, or one that the session never had, ends it.
pub async fn reuse_ends_the_session(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("reuse", 0);
    for (number, presented) in [(1, 0), (2, 1), (3, 99)] {
        let name = id("reuse", number);
        store.create(name, &session(subject), at(0)).await;
        assert_eq!(store.exchange(name, &exchange(0, at(1), Duration::ZERO)).await, rotated());
        assert_eq!(store.exchange(name, &exchange(1, at(2), Duration::ZERO)).await, rotated());
        assert_eq!(store.token_status(&about_session(name, None, at(3))).await, TokenStatus::Active);
        let answer = store.exchange(name, &exchange(presented, at(3), Duration::ZERO)).await;
        assert_eq!(answer, RotationOutcome::Reused, "token {presented} of a session whose current one is 2");
        let answer = store.exchange(name, &exchange(2, at(4), Duration::ZERO)).await;
        assert_eq!(answer, RotationOutcome::Ended, "the current token of a session that reuse ended");
        let answer = store.exchange(name, &exchange(presented, at(4), Duration::ZERO)).await;
        assert_eq!(answer, RotationOutcome::Ended, "reuse once more");
        assert_eq!(store.token_status(&about_session(name, None, at(4))).await, TokenStatus::SessionEnded);
        assert!(!store.end(name).await, "there is nothing left to end");
    }
    let answer = store.exchange(id("reuse", 9), &exchange(0, at(1), GRACE)).await;
    assert_eq!(answer, RotationOutcome::Ended, "a session that never was");
}

/// The grace period applies only to the previous token, however long it is.
pub async fn grace_applies_only_to_the_previous_token(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("grace for one", 1);
    store.create(name, &session(id("grace for one", 2)), at(0)).await;
    assert_eq!(store.exchange(name, &exchange(0, at(1), GRACE)).await, rotated());
    assert_eq!(store.exchange(name, &exchange(0, at(1), GRACE)).await, repeated(1));
    assert_eq!(store.exchange(name, &exchange(1, at(1), GRACE)).await, rotated());
    assert_eq!(store.exchange(name, &exchange(1, at(1), GRACE)).await, repeated(2));
    let answer = store.exchange(name, &exchange(0, at(1), GRACE)).await;
    assert_eq!(answer, RotationOutcome::Reused, "the token before the one before");
    assert_eq!(store.exchange(name, &exchange(2, at(1), GRACE)).await, RotationOutcome::Ended);
}

/// The grace period begins with the exchange, and is exact to the millisecond. If the clock was set back by less than
/// its length, nothing changes, and if by more, it does not apply.
pub async fn grace_has_exact_limits(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("grace", 0);
    let fraction = Duration::from_micros(1500);
    let cases = [
        (1, GRACE, 5_000 + 9_999, true),
        (2, GRACE, 5_000 + 10_000, false),
        (3, GRACE, 5_000, true),
        (4, GRACE, 4_000, true),
        (12, Duration::from_millis(1_001), 4_000, true),
        (13, Duration::from_millis(1_000), 4_000, false),
        (5, Duration::ZERO, 5_000, false),
        (6, Duration::ZERO, 4_000, false),
        (7, Duration::from_millis(1), 5_000, true),
        (8, Duration::from_millis(1), 5_001, false),
        (9, fraction, 5_001, true),
        (10, fraction, 5_002, false),
        (11, Duration::MAX, HOUR - 1, true),
    ];
    for (number, grace, again, is_repeated) in cases {
        let name = id("grace", number);
        store.create(name, &session(subject), at(0)).await;
        assert_eq!(store.exchange(name, &exchange(0, at(5_000), Duration::ZERO)).await, rotated());
        let wanted = if is_repeated { repeated(1) } else { RotationOutcome::Reused };
        let answer = store.exchange(name, &exchange(0, at(again), grace)).await;
        assert_eq!(answer, wanted, "exchanged at 5000, again at {again}, grace {grace:?}");
    }
}

/// A token is accepted if it was presented in time, regardless of when the store is asked. If another request has
/// exchanged it in the meantime, that is not a reuse.
pub async fn a_token_counts_from_when_it_was_presented(store: Arc<dyn Store>) {
    let store = Asked(store);
    let subject = id("presented", 0);
    let cases = [
        // Exchanged at 20 000.
        (1, GRACE, 29_999, 45_000, true),
        (2, GRACE, 30_000, 45_000, false),
        (3, GRACE, 5_000, 20_000, true),
        (4, GRACE, 5_000, 45_000, true),
        (5, Duration::from_millis(1), 5_000, 45_000, true),
        (6, Duration::ZERO, 5_000, 45_000, false),
        (7, Duration::ZERO, 20_000, 20_000, false),
        // The clock was set back before the store was asked, or before the token was presented.
        (8, GRACE, 25_000, 10_000, false),
        (9, GRACE, 25_000, 10_001, true),
        (10, GRACE, 5_000, 10_000, false),
    ];
    for (number, grace, presented_at, now, is_repeated) in cases {
        let name = id("presented", number);
        store.create(name, &session(subject), at(0)).await;
        let first = RefreshRotation { presented_at: at(3_000), ..exchange(0, at(20_000), Duration::ZERO) };
        assert_eq!(store.exchange(name, &first).await, rotated());
        let again = RefreshRotation { presented_at: at(presented_at), ..exchange(0, at(now), grace) };
        let wanted = if is_repeated { repeated(1) } else { RotationOutcome::Reused };
        assert_eq!(
            store.exchange(name, &again).await,
            wanted,
            "exchanged at 20000, presented at {presented_at}, again at {now}, grace {grace:?}"
        );
    }
}

/// A repetition does not restart the grace period, and does not change the session.
pub async fn a_repetition_changes_nothing(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("repetition", 1);
    store.create(name, &session(id("repetition", 2)), at(0)).await;
    assert_eq!(store.exchange(name, &exchange(0, at(0), GRACE)).await, rotated());
    let other = RefreshRotation { successor: token(77), salt: [77; 32], ..exchange(0, at(9_000), GRACE) };
    assert_eq!(store.exchange(name, &other).await, repeated(1), "what a repetition brings is not taken");
    assert_eq!(store.exchange(name, &exchange(1, at(9_500), GRACE)).await, rotated());
    let answer = store.exchange(name, &exchange(1, at(19_499), GRACE)).await;
    assert_eq!(answer, repeated(2), "each exchange has a grace period of its own");

    let name = id("repetition", 3);
    store.create(name, &session(id("repetition", 2)), at(0)).await;
    assert_eq!(store.exchange(name, &exchange(0, at(0), GRACE)).await, rotated());
    assert_eq!(store.exchange(name, &exchange(0, at(9_999), GRACE)).await, repeated(1));
    let answer = store.exchange(name, &exchange(0, at(10_000), GRACE)).await;
    assert_eq!(
        answer,
        RotationOutcome::Reused,
        "the grace period counts from the exchange, not from a repetition"
    );
}

/// Presenting the same copy many times in each generation, as tabs of one browser do, is allowed.
pub async fn one_copy_may_be_repeated_in_every_generation(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("one copy", 1);
    store.create(name, &session(id("one copy", 2)), at(0)).await;
    for generation in 0..20 {
        // Each generation has another copy.
        let tabs = RefreshRotation { copy: token(100 + generation), ..exchange(generation, at(1), GRACE) };
        assert_eq!(store.exchange(name, &tabs).await, rotated());
        for _ in 0..3 {
            assert_eq!(
                store.exchange(name, &tabs).await,
                repeated(generation + 1),
                "generation {generation}"
            );
        }
    }
}

/// Two clients present different copies in each generation, as a thief and the victim do. The first time the session
/// continues, and the second time it ends, whichever of the two comes first.
pub async fn two_copies_end_the_session_in_the_second_generation_in_a_row(store: Arc<dyn Store>) {
    let store = Asked(store);
    for (number, swap) in [(1, [false, false]), (2, [true, true]), (3, [false, true]), (4, [true, false])] {
        let name = id("two copies", number);
        store.create(name, &session(id("two copies", 9)), at(0)).await;
        let both = |generation: u8, swap: bool| {
            let one = RefreshRotation { copy: token(100), ..exchange(generation, at(1), GRACE) };
            let other = RefreshRotation { copy: token(101), ..exchange(generation, at(1), GRACE) };
            if swap { [other, one] } else { [one, other] }
        };
        let [first, second] = both(0, swap[0]);
        assert_eq!(store.exchange(name, &first).await, rotated());
        // Repetitions within one generation count once.
        for _ in 0..3 {
            assert_eq!(store.exchange(name, &second).await, forked(1), "{swap:?}");
            assert_eq!(store.exchange(name, &first).await, repeated(1), "{swap:?}");
        }
        let [first, second] = both(1, swap[1]);
        assert_eq!(store.exchange(name, &first).await, rotated(), "{swap:?}");
        assert_eq!(store.exchange(name, &first).await, repeated(2), "{swap:?}");
        assert_eq!(store.exchange(name, &second).await, RotationOutcome::Forked, "{swap:?}");
        assert_eq!(store.token_status(&about_session(name, None, at(1))).await, TokenStatus::SessionEnded);
    }
}

/// A generation in which only one copy was presented restarts the count, and so does one without repetition.
pub async fn copies_are_counted_by_generations_in_a_row(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("in a row", 1);
    store.create(name, &session(id("in a row", 2)), at(0)).await;
    for generation in 0..12 {
        let one = exchange(generation, at(1), GRACE);
        assert_eq!(store.exchange(name, &one).await, rotated(), "generation {generation}");
        let next = generation + 1;
        match generation % 3 {
            0 => {
                let other = RefreshRotation { copy: token(101), ..one };
                assert_eq!(store.exchange(name, &other).await, forked(next), "generation {generation}");
            }
            1 => assert_eq!(store.exchange(name, &one).await, repeated(next), "generation {generation}"),
            _ => {}
        }
    }
    // Then twice in a row.
    let answers = [forked(13), RotationOutcome::Forked];
    for (generation, answer) in (12..).zip(answers) {
        let one = exchange(generation, at(1), GRACE);
        assert_eq!(store.exchange(name, &one).await, rotated());
        let other = RefreshRotation { copy: token(101), ..one };
        assert_eq!(store.exchange(name, &other).await, answer, "generation {generation}");
    }
}

/// After a session was ended because of two copies, none of its tokens is valid. After the grace period another copy
/// is a reuse.
pub async fn a_session_ended_by_copies_stays_ended(store: Arc<dyn Store>) {
    let store = Asked(store);
    let name = id("final", 1);
    store.create(name, &session(id("final", 2)), at(0)).await;
    for generation in 0..2 {
        let one = exchange(generation, at(1), GRACE);
        assert_eq!(store.exchange(name, &one).await, rotated());
        let other = RefreshRotation { copy: token(101), ..one };
        let answer = store.exchange(name, &other).await;
        assert_eq!(answer, if generation == 0 { forked(1) } else { RotationOutcome::Forked });
    }
    for generation in 0..4 {
        let answer = store.exchange(name, &exchange(generation, at(2), GRACE)).await;
        assert_eq!(answer, RotationOutcome::Ended, "token {generation}");
    }
    let name = id("final", 3);
    store.create(name, &session(id("final", 2)), at(0)).await;
    let one = exchange(0, at(1), GRACE);
    assert_eq!(store.exchange(name, &one).await, rotated());
    let late = at(1).saturating_add(GRACE);
    let other = RefreshRotation { copy: token(101), presented_at: late, now: late, ..one };
    assert_eq!(store.exchange(name, &other).await, RotationOutcome::Reused);
}

/// A session is ended while its tokens are being exchanged. A token that is presented after the end was acknowledged
/// gets nothing.
pub async fn nothing_is_exchanged_after_the_end(store: Arc<dyn Store>) {
    for round in 0..40 {
        let name = id("end, exchange", round);
        Asked(Arc::clone(&store)).create(name, &session(id("end, exchange", 99)), at(0)).await;
        let ended = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let (store, ended) = (Asked(Arc::clone(&store)), Arc::clone(&ended));
            tasks.spawn(async move {
                loop {
                    let was_ended = ended.load(Ordering::SeqCst);
                    // Its successor is the token itself, so it stays current and each exchange succeeds while the
                    // session lives.
                    let same = RefreshRotation { successor: token(0), ..exchange(0, at(1), Duration::ZERO) };
                    let answer = store.exchange(name, &same).await;
                    if was_ended {
                        assert_eq!(answer, RotationOutcome::Ended, "round {round}: exchanged after the end");
                        return;
                    }
                    // With a store that responds at once, the ending task would otherwise get no thread.
                    tokio::task::yield_now().await;
                }
            });
        }
        let (store, ended) = (Asked(Arc::clone(&store)), Arc::clone(&ended));
        tasks.spawn(async move {
            for _ in 0..round % 5 {
                tokio::task::yield_now().await;
            }
            assert!(store.end(name).await, "round {round}: the session was there");
            ended.store(true, Ordering::SeqCst);
            assert_eq!(
                store.token_status(&about_session(name, None, at(1))).await,
                TokenStatus::SessionEnded
            );
        });
        tasks.join_all().await;
    }
}
