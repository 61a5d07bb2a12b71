//! Logins in progress and logouts from all sessions, of one subject.

use jotwell_http::store::{
    RecordChange, RefreshRotation, RotationOutcome, Sequence, SessionRecord, StatusQuery, StoreId,
    SubjectRevocation, Timestamp, TokenHash, TokenStatus,
};
use stateright::{Model, Property};

use crate::{holds, violation};

/// The settings of an exploration.
#[derive(Clone, Copy, Debug)]
struct Revocations {
    logins: usize,
    bans: u8,
    ticks: u8,
    /// How far ahead the clock of one of two machines is, in ticks.
    skew: u8,
    /// How often a replica takes over, without the writes since it was last up to date.
    failovers: u8,
    /// How long that takes, in ticks.
    failover_ticks: u8,
    /// Whether a login reads the sequence before its credentials are checked. If not, a login survives
    /// `logout_everywhere`, which was a fault once.
    begins_early: bool,
    /// Whether the clock moves the sequence.
    clock_guards: bool,
}

impl Revocations {
    const SOUND: Self = Self {
        logins: 2,
        bans: 2,
        ticks: 3,
        skew: 2,
        failovers: 0,
        failover_ticks: 3,
        begins_early: true,
        clock_guards: true,
    };
    const LOSSY: Self = Self { failovers: 1, ..Self::SOUND };
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    now: u8,
    store: Store,
    /// The state of the replica.
    replica: Store,
    logins: Vec<Login>,
    failovers: u8,
    /// The number of bans.
    bans: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Store {
    sequence: u64,
    /// Position, time and end.
    revocation: Option<(u64, u64, u64)>,
    /// The session of each login, by its position.
    sessions: Vec<Option<Session>>,
    /// The number of bans that it has.
    bans: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Session {
    began: u64,
    started_at: u64,
    exchanges: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    New,
    Begun(u64),
    Complete,
    Refused,
    LoggedOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Login {
    step: Step,
    /// The first ban after the login began that the store has not lost.
    ban: Option<u8>,
    /// Whether it continued after that.
    outlived: bool,
    /// Whether it was rejected without one.
    wronged: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Begin(usize),
    Complete { login: usize, ahead: bool },
    Refresh { login: usize, ahead: bool },
    Logout(usize),
    Ban { ahead: bool },
    Replicate,
    FailOver,
    Tick,
}

/// A tick in milliseconds: more than the bans of one tick.
const TICK: u64 = 100;
const FAR: u64 = 1_000_000;
const EXCHANGES: u8 = 2;

impl Session {
    fn record(&self) -> SessionRecord {
        SessionRecord {
            subject: StoreId::from_bytes([7; 32]),
            began: Sequence::from_number(self.began),
            started_at: Timestamp::from_millis(self.started_at),
            expires_at: Timestamp::from_millis(FAR),
            current: TokenHash::from_bytes([self.exchanges; 32]),
            previous: None,
            data: Vec::new(),
        }
    }
}

impl Store {
    fn revocation(&self) -> Option<SubjectRevocation> {
        self.revocation.map(|(sequence, before, until)| SubjectRevocation {
            sequence: Sequence::from_number(sequence),
            before: Timestamp::from_millis(before),
            until: Timestamp::from_millis(until),
        })
    }

    /// Returns whether an access token of that session is accepted.
    fn accepts(&self, login: usize, now: Timestamp) -> bool {
        let record = self.sessions[login].map(|session| session.record());
        let session = Some(StoreId::from_bytes([1; 32]));
        let query = StatusQuery { token: None, subject: None, issued_at: now, session, now };
        query.answer(false, self.revocation().as_ref(), record.as_ref()) == TokenStatus::Active
    }
}

impl Revocations {
    fn clock(&self, state: &State, ahead: bool) -> Timestamp {
        Timestamp::from_millis(u64::from(state.now + if ahead { self.skew } else { 0 }) * TICK)
    }

    fn complete(&self, state: &mut State, login: usize, began: u64, now: Timestamp) {
        let began = if self.begins_early { began } else { state.store.sequence };
        let session = Session { began, started_at: now.as_millis(), exchanges: 0 };
        let is_banned = state.logins[login].ban.is_some();
        match session.record().check_start(state.store.revocation().as_ref(), now) {
            Ok(()) => {
                state.store.sessions[login] = Some(session);
                state.logins[login].step = Step::Complete;
            }
            Err(_) => {
                state.logins[login].step = Step::Refused;
                state.logins[login].wronged |= !is_banned;
            }
        }
    }

    fn refresh(&self, state: &mut State, login: usize, now: Timestamp) -> Option<()> {
        let session = state.store.sessions[login]?;
        let mut record = session.record();
        let successor = session.exchanges + 1;
        let rotation = RefreshRotation {
            presented: record.current,
            copy: record.current,
            successor: TokenHash::from_bytes([successor; 32]),
            salt: [successor; 32],
            grace: std::time::Duration::ZERO,
            presented_at: now,
            now,
        };
        let (outcome, change) = record.exchange(&rotation, state.store.revocation().as_ref());
        let is_banned = state.logins[login].ban.is_some();
        state.store.sessions[login] = match change {
            RecordChange::Remove => None,
            _ => Some(Session { exchanges: successor, ..session }),
        };
        if matches!(outcome, RotationOutcome::Rotated { .. }) {
            state.logins[login].outlived |= is_banned;
        } else {
            state.logins[login].wronged |= !is_banned;
        }
        Some(())
    }

    fn ban(&self, state: &mut State, now: Timestamp) {
        let clock = if self.clock_guards { now } else { Timestamp::default() };
        let sequence = Sequence::from_number(state.store.sequence).next(clock);
        let new = SubjectRevocation { sequence, before: now, until: Timestamp::from_millis(FAR) };
        let new = new.following(state.store.revocation(), now);
        state.store.sequence = sequence.as_number();
        state.store.revocation =
            Some((new.sequence.as_number(), new.before.as_millis(), new.until.as_millis()));
        state.bans += 1;
        state.store.bans = state.bans;
        for login in &mut state.logins {
            if matches!(login.step, Step::Begun(_) | Step::Complete) {
                login.ban.get_or_insert(state.bans);
            }
        }
    }

    /// Writes that the replica does not have never happened.
    fn fail_over(&self, state: &mut State) {
        state.store = state.replica.clone();
        state.now += self.failover_ticks;
        state.failovers += 1;
        for (login, session) in state.logins.iter_mut().zip(&state.store.sessions) {
            if login.ban.is_some_and(|ban| ban > state.store.bans) {
                login.ban = None;
            }
            match login.step {
                // The end of the session is lost.
                Step::LoggedOut if session.is_some() => login.step = Step::Complete,
                // The session itself is lost.
                Step::Complete if session.is_none() => login.step = Step::Refused,
                _ => {}
            }
        }
    }
}

impl Model for Revocations {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let store = Store { sequence: 0, revocation: None, sessions: vec![None; self.logins], bans: 0 };
        let login = Login { step: Step::New, ban: None, outlived: false, wronged: false };
        let logins = vec![login; self.logins];
        vec![State { now: 1, replica: store.clone(), store, logins, failovers: 0, bans: 0 }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (login, Login { step, .. }) in state.logins.iter().enumerate() {
            match step {
                Step::New => actions.push(Action::Begin(login)),
                Step::Begun(_) => {
                    actions.extend([false, true].map(|ahead| Action::Complete { login, ahead }))
                }
                Step::Complete => {
                    if state.store.sessions[login].is_some_and(|session| session.exchanges < EXCHANGES) {
                        actions.extend([false, true].map(|ahead| Action::Refresh { login, ahead }));
                    }
                    actions.push(Action::Logout(login));
                }
                Step::Refused | Step::LoggedOut => {}
            }
        }
        if state.bans < self.bans {
            actions.extend([false, true].map(|ahead| Action::Ban { ahead }));
        }
        if state.failovers < self.failovers {
            actions.extend([Action::Replicate, Action::FailOver]);
        }
        if state.now < self.ticks {
            actions.push(Action::Tick);
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        match action {
            Action::Begin(login) => next.logins[login].step = Step::Begun(state.store.sequence),
            Action::Complete { login, ahead } => {
                let Step::Begun(began) = state.logins[login].step else { return None };
                self.complete(&mut next, login, began, self.clock(state, ahead));
            }
            Action::Refresh { login, ahead } => self.refresh(&mut next, login, self.clock(state, ahead))?,
            Action::Logout(login) => {
                next.store.sessions[login] = None;
                next.logins[login].step = Step::LoggedOut;
            }
            Action::Ban { ahead } => self.ban(&mut next, self.clock(state, ahead)),
            Action::Replicate => next.replica = state.store.clone(),
            Action::FailOver => self.fail_over(&mut next),
            Action::Tick => next.now += 1,
        }
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("no session outlives a ban", |model: &Self, state: &State| {
                state.logins.iter().enumerate().all(|(place, login)| {
                    let lives = [false, true]
                        .iter()
                        .any(|ahead| state.store.accepts(place, model.clock(state, *ahead)));
                    !(login.outlived || login.ban.is_some() && lives)
                })
            }),
            Property::always("no refresh after logout", |model: &Self, state: &State| {
                state.logins.iter().enumerate().all(|(place, login)| {
                    login.step != Step::LoggedOut || !state.store.accepts(place, model.clock(state, false))
                })
            }),
            Property::always("a login after a ban is accepted", |model: &Self, state: &State| {
                state.logins.iter().enumerate().all(|(place, login)| {
                    let is_free = login.step == Step::Complete && login.ban.is_none();
                    let has_session = state.store.sessions[place].is_some();
                    let lives = state.store.accepts(place, model.clock(state, false));
                    !login.wronged && (!is_free || !has_session || lives)
                })
            }),
            Property::always("the sequence never decreases", |model: &Self, state: &State| {
                // For a store that has lost nothing; and the position of a revocation was reached.
                let reached =
                    state.store.revocation.is_none_or(|(position, ..)| position <= state.store.sequence);
                reached && (model.failovers > 0 || state.replica.sequence <= state.store.sequence)
            }),
            Property::sometimes("a login in progress is rejected", |_, state: &State| {
                state.logins.iter().any(|login| login.step == Step::Refused && login.ban.is_some())
            }),
            Property::sometimes("a login after a ban lives", |_, state: &State| {
                state.bans > 0
                    && state.logins.iter().any(|login| login.step == Step::Complete && login.ban.is_none())
            }),
        ];
        if self.failovers > 0 {
            properties
                .push(Property::sometimes("a ban is lost", |_, state: &State| state.bans > state.store.bans));
        }
        properties
    }
}

#[test]
fn no_session_outlives_a_ban() {
    holds("bans", Revocations::SOUND, 40_000);
}

#[test]
fn no_session_outlives_a_ban_that_was_kept() {
    holds("bans and a fail-over", Revocations::LOSSY, 1_400_000);
}

/// The former fault: the start of a login is recorded when its credentials have been checked.
#[test]
fn a_login_in_progress_is_found_if_it_begins_late() {
    let late = Revocations { begins_early: false, ..Revocations::SOUND };
    assert!(violation("a login in progress", late, "no session outlives a ban").is_some());
}

/// A sequence that only counts decreases with the store.
#[test]
fn a_lost_position_is_found_without_the_clock() {
    let counting = Revocations { clock_guards: false, ..Revocations::LOSSY };
    assert!(violation("a lost position", counting, "no session outlives a ban").is_some());
}

/// The remaining dependency on clocks: a failover that takes less time than their difference.
#[test]
fn a_lost_position_is_found_if_clocks_differ_by_more_than_a_failover_takes() {
    let fast = Revocations { failover_ticks: 1, ..Revocations::LOSSY };
    assert!(violation("a fast fail-over", fast, "no session outlives a ban").is_some());
}
