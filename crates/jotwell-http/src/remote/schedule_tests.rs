use proptest::prelude::*;

use super::*;
use crate::remote::MIN_FRESHNESS;

const LIFE: Duration = Duration::from_secs(400);
const STALE: Duration = Duration::from_secs(1000);

fn at(secs: i64) -> NumericDate {
    NumericDate::from_secs(secs)
}

fn keys(etag: u8, changed: bool) -> End<u8> {
    End::Keys { life: LIFE, etag: Some(etag), changed }
}

fn new() -> Engine<u8> {
    Engine::new(STALE)
}

/// Returns a machine with keys since 0.
fn holding() -> Engine<u8> {
    let mut engine = new();
    assert_eq!(engine.ask(Need::Unknown, at(0)), Step::Fetch { etag: None });
    engine.ended(keys(1, true), at(0));
    engine
}

#[test]
fn there_are_no_keys_before_the_first_fetch() {
    for need in [Need::Fresh, Need::Unknown] {
        let mut engine = new();
        assert_eq!(engine.view().read(at(0)), Reading::Ask);
        assert!(engine.view().is_due(at(0)));
        assert_eq!(engine.ask(need, at(0)), Step::Fetch { etag: None });
    }
}

#[test]
fn one_fetch_at_a_time() {
    let mut engine = new();
    assert_eq!(engine.ask(Need::Fresh, at(0)), Step::Fetch { etag: None });
    assert_eq!(engine.ask(Need::Unknown, at(0)), Step::Wait);
    assert_eq!(engine.ask(Need::Fresh, at(99)), Step::Wait);
    engine.ended(keys(1, true), at(100));
    assert_eq!(engine.ask(Need::Unknown, at(100)), Step::Known(ReloadOutcome::Changed));
}

#[test]
fn an_unknown_key_causes_a_fetch_every_30_seconds() {
    let mut engine = holding();
    assert_eq!(engine.ask(Need::Unknown, at(0)), Step::Known(ReloadOutcome::Changed));
    assert_eq!(engine.ask(Need::Unknown, at(29)), Step::Known(ReloadOutcome::Changed));
    assert_eq!(engine.ask(Need::Unknown, at(30)), Step::Fetch { etag: Some(1) });
    engine.ended(keys(2, false), at(31));
    assert_eq!(engine.ask(Need::Unknown, at(60)), Step::Known(ReloadOutcome::Unchanged));
    assert_eq!(engine.ask(Need::Unknown, at(61)), Step::Fetch { etag: Some(2) });
    engine.ended(End::Same { life: Some(LIFE) }, at(61));
    assert_eq!(engine.ask(Need::Unknown, at(61)), Step::Known(ReloadOutcome::Unchanged));
    assert_eq!(engine.ask(Need::Unknown, at(91)), Step::Fetch { etag: Some(2) });
}

#[test]
fn after_a_failure_an_unknown_key_cannot_be_judged() {
    let mut engine = holding();
    assert_eq!(engine.ask(Need::Unknown, at(50)), Step::Fetch { etag: Some(1) });
    engine.ended(End::Failed, at(55));
    assert_eq!(engine.ask(Need::Unknown, at(55)), Step::Known(ReloadOutcome::Failed));
    assert_eq!(engine.ask(Need::Unknown, at(84)), Step::Known(ReloadOutcome::Failed));
    assert_eq!(engine.view().read(at(84)), Reading::Keys);
    assert_eq!(engine.ask(Need::Unknown, at(85)), Step::Fetch { etag: Some(1) });
    engine.ended(End::Same { life: Some(LIFE) }, at(85));
    assert_eq!(engine.ask(Need::Unknown, at(85)), Step::Known(ReloadOutcome::Unchanged));
}

#[test]
fn fetches_after_three_quarters_of_a_lifetime() {
    let mut engine = holding();
    assert!(!engine.view().is_due(at(299)));
    assert_eq!(engine.ask(Need::Fresh, at(299)), Step::Known(ReloadOutcome::Unchanged));
    assert!(engine.view().is_due(at(300)));
    assert_eq!(engine.ask(Need::Fresh, at(300)), Step::Fetch { etag: Some(1) });
    assert_eq!(engine.view().read(at(300)), Reading::Keys);
    engine.ended(End::Failed, at(300));
    assert!(!engine.view().is_due(at(329)));
    assert_eq!(engine.ask(Need::Fresh, at(329)), Step::Known(ReloadOutcome::Failed));
    assert!(engine.view().is_due(at(330)));
}

#[test]
fn a_short_lifetime_does_not_cause_a_fetch_within_the_minimum_interval() {
    let mut engine = new();
    engine.ask(Need::Fresh, at(0));
    engine.ended(End::Keys { life: MIN_FETCH_INTERVAL, etag: None, changed: true }, at(0));
    assert!(!engine.view().is_due(at(29)));
    assert!(engine.view().is_due(at(30)));
    assert_eq!(engine.ask(Need::Fresh, at(30)), Step::Fetch { etag: None });
}

#[test]
fn the_shortest_lifetime_is_refreshed_before_it_ends() {
    let mut engine = new();
    engine.ask(Need::Fresh, at(0));
    engine.ended(End::Keys { life: MIN_FRESHNESS, etag: None, changed: true }, at(0));
    let due = (0..).find(|second| engine.view().is_due(at(*second))).unwrap();
    assert_eq!(engine.ask(Need::Fresh, at(due)), Step::Fetch { etag: None });
    // Time for the fetch, during which the old keys are used.
    let ended = (due..).find(|second| engine.view().read(at(*second)) != Reading::Keys).unwrap();
    assert!(ended - due >= 10, "due after {due} s, over after {ended}");
}

#[test]
fn stale_keys_are_used_for_a_limited_time() {
    let mut engine = holding();
    engine.ask(Need::Fresh, at(399));
    assert_eq!(engine.ended(End::Failed, at(399)), ReloadOutcome::Failed);
    assert_eq!(engine.view().read(at(1399)), Reading::Keys);
    assert_eq!(engine.view().read(at(1400)), Reading::Ask);
    engine.ask(Need::Fresh, at(1400));
    engine.ended(End::Failed, at(1400));
    assert_eq!(engine.view().read(at(1400)), Reading::Refuse);
    assert_eq!(engine.view().read(at(1429)), Reading::Refuse);
    assert_eq!(engine.view().read(at(1430)), Reading::Ask);
    assert_eq!(engine.ask(Need::Unknown, at(1430)), Step::Fetch { etag: Some(1) });
    // They are usable again, which is a change for readers that had no keys.
    assert_eq!(engine.ended(End::Same { life: Some(LIFE) }, at(1430)), ReloadOutcome::Changed);
    assert_eq!(engine.ask(Need::Unknown, at(1430)), Step::Known(ReloadOutcome::Changed));
    assert_eq!(engine.view().read(at(1430)), Reading::Keys);
    assert_eq!(engine.view().read(at(1829)), Reading::Keys);
    assert_eq!(engine.view().read(at(1830)), Reading::Ask);
}

#[test]
fn expired_keys_are_used_only_after_a_failed_fetch() {
    let mut engine = holding();
    assert_eq!(engine.view().read(at(399)), Reading::Keys);
    // No read since they were fetched, so they may include a withdrawn key.
    assert_eq!(engine.view().read(at(400)), Reading::Ask);
    engine.ask(Need::Unknown, at(500));
    assert_eq!(engine.ended(End::Failed, at(500)), ReloadOutcome::Changed);
    assert_eq!(engine.view().read(at(500)), Reading::Keys);
    assert_eq!(engine.view().read(at(1399)), Reading::Keys);
    assert_eq!(engine.view().read(at(1400)), Reading::Ask);
}

#[test]
fn an_unchanged_set_keeps_its_lifetime_by_default() {
    let mut engine = holding();
    for (life, wanted) in
        [(None, LIFE), (Some(MIN_FETCH_INTERVAL * 2), MIN_FETCH_INTERVAL * 2), (None, MIN_FETCH_INTERVAL * 2)]
    {
        engine.ask(Need::Unknown, at(100));
        engine.ended(End::Same { life }, at(100));
        let held = engine.view().held.unwrap();
        assert_eq!(held.fresh_until.saturating_since(held.fetched_at), wanted);
        engine.view.held =
            Some(Times { fetched_at: at(0), fresh_until: at(0).saturating_add(wanted), ..held });
    }
}

#[test]
fn a_missing_set_cannot_be_unchanged() {
    let mut engine = new();
    engine.ask(Need::Fresh, at(0));
    engine.ended(End::Same { life: Some(LIFE) }, at(0));
    assert_eq!(engine.view().read(at(0)), Reading::Refuse);
    assert_eq!(engine.ask(Need::Unknown, at(0)), Step::Known(ReloadOutcome::Failed));
}

#[test]
fn after_a_clock_was_set_back_future_times_are_not_trusted() {
    let mut engine = holding();
    assert_eq!(engine.view().read(at(-1)), Reading::Ask);
    assert!(engine.view().is_due(at(-1)));
    assert_eq!(engine.ask(Need::Unknown, at(-1)), Step::Fetch { etag: Some(1) });
    engine.ended(End::Failed, at(-1));
    assert_eq!(engine.ask(Need::Unknown, at(-1)), Step::Known(ReloadOutcome::Failed));
    assert_eq!(engine.view().read(at(-1)), Reading::Refuse);
    assert_eq!(engine.ask(Need::Unknown, at(-9)), Step::Fetch { etag: Some(1) });
}

#[derive(Clone, Debug)]
enum Action {
    Ask(Need),
    End(End<u8>),
    Wait(u16),
}

fn action() -> impl Strategy<Value = Action> {
    let life = (30_u64..2000).prop_map(Duration::from_secs);
    prop_oneof![
        3 => Just(Action::Ask(Need::Unknown)),
        3 => Just(Action::Ask(Need::Fresh)),
        1 => (life.clone(), any::<Option<u8>>(), any::<bool>())
            .prop_map(|(life, etag, changed)| Action::End(End::Keys { life, etag, changed })),
        1 => prop::option::of(life).prop_map(|life| Action::End(End::Same { life })),
        2 => Just(Action::End(End::Failed)),
        3 => (0_u16..40).prop_map(Action::Wait),
        1 => (0_u16..2000).prop_map(Action::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_happens(actions in prop::collection::vec(action(), 1..120)) {
        let mut engine = new();
        let (mut now, mut in_flight) = (at(1_000_000), false);
        let mut last_end: Option<(NumericDate, bool)> = None;
        // When the keys were fetched or confirmed, and their lifetime from then.
        let mut good: Option<(NumericDate, Duration)> = None;
        let (mut last_etag, mut changed) = (None, false);
        for action in actions {
            match action {
                Action::Wait(secs) => now = now.saturating_add(Duration::from_secs(secs.into())),
                Action::End(_) if !in_flight => {}
                Action::End(end) => {
                    let before = engine.view();
                    let served = before.read(now) == Reading::Keys;
                    let renewal = engine.ended(end.clone(), now);
                    changed = match end {
                        End::Keys { changed, .. } => changed || !served,
                        _ => !served,
                    };
                    let expected = if changed { ReloadOutcome::Changed } else { ReloadOutcome::Unchanged };
                    let revived = !served
                        && good.is_some_and(|(since, life)| now.saturating_since(since) < life + STALE);
                    let failed = end == End::Failed || (matches!(end, End::Same { .. }) && good.is_none());
                    let of_failure = if revived { ReloadOutcome::Changed } else { ReloadOutcome::Failed };
                    prop_assert_eq!(renewal, if failed { of_failure } else { expected });
                    in_flight = false;
                    let life = match end {
                        End::Keys { life, etag, .. } => { last_etag = etag; Some(life) }
                        End::Same { life } => life.or(good.map(|(_, life)| life)).filter(|_| good.is_some()),
                        _ => None,
                    };
                    match life {
                        Some(life) => good = Some((now, life)),
                        // A failure does not remove keys.
                        None => prop_assert_eq!(engine.view().held, before.held),
                    }
                    last_end = Some((now, life.is_some()));
                }
                Action::Ask(need) => {
                    let recent = last_end.filter(|(ended, _)| now.saturating_since(*ended) < MIN_FETCH_INTERVAL);
                    match engine.ask(need, now) {
                        Step::Fetch { etag } => {
                            prop_assert!(!in_flight, "two at a time");
                            prop_assert!(recent.is_none(), "too early");
                            prop_assert_eq!(etag, last_etag);
                            in_flight = true;
                        }
                        Step::Wait => prop_assert!(in_flight),
                        Step::Known(renewal) => match recent {
                            Some((_, false)) => prop_assert_eq!(renewal, ReloadOutcome::Failed),
                            Some((_, true)) => prop_assert_eq!(renewal == ReloadOutcome::Changed, changed),
                            None => prop_assert_eq!((need, renewal), (Need::Fresh, ReloadOutcome::Unchanged)),
                        },
                    }
                }
            }
            // Beyond their lifetime only if a fetch of other keys has failed.
            let failed = last_end.is_some_and(|(_, good)| !good);
            let may_serve = good.is_some_and(|(since, life)| {
                now.saturating_since(since) < if failed { life + STALE } else { life }
            });
            prop_assert_eq!(engine.view().read(now) == Reading::Keys, may_serve);
            // A caller for whom it is due gets a fetch, or waits for one.
            if engine.view().is_due(now) {
                let mut probe = Engine { stale: STALE, view: engine.view(), etag: None::<u8>, changed: false, in_flight };
                let step = probe.ask(Need::Fresh, now);
                prop_assert!(matches!(step, Step::Fetch { .. } | Step::Wait), "{:?}", step);
            }
        }
    }
}
