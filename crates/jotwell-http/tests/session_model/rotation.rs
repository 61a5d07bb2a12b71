//! One session and its refresh tokens.
//!
//! Secrets are numbers in the order of their creation. Copies are numbers that are distinct as long as anyone has them.
//! A server that crashes is a lost request or response.

use std::time::Duration;

use jotwell_http::store::{
    Previous, RecordChange, RefreshRotation, RotationOutcome, Sequence, SessionRecord, StoreId, Timestamp,
    TokenHash,
};
use stateright::{Model, Property};

use crate::{holds, violation};

/// The settings of an exploration.
#[derive(Clone, Copy, Debug)]
struct Rotation {
    /// The number of tabs that share the cookie.
    tabs: usize,
    /// The number of exchanges.
    generations: u8,
    /// The duration, in ticks.
    ticks: u8,
    /// The grace period, in ticks.
    grace: u8,
    /// The maximum number of ticks from a tab's first request to its response, with all retries.
    patience: u8,
    /// The number of lost messages.
    losses: u8,
    /// How far ahead the clock of one of two servers is, in ticks.
    skew: u8,
    /// When the session expires.
    life: u8,
    /// How often a tab presents the next token while requests with the previous one are still in progress.
    bursts: u8,
    /// Whether a thief copies the token, once.
    has_thief: bool,
    /// Whether a user may log out.
    has_logout: bool,
    /// Whether a store sees the copies of a token. If not, a thief who stays in lockstep is not noticed, which was a
    /// fault once.
    sees_copies: bool,
}

impl Rotation {
    const HONEST: Self = Self {
        tabs: 2,
        generations: 5,
        ticks: 9,
        grace: 4,
        patience: 1,
        losses: 3,
        skew: 1,
        life: 8,
        bursts: 0,
        has_thief: false,
        has_logout: true,
        sees_copies: true,
    };
    const STOLEN: Self = Self {
        generations: 5,
        ticks: 2,
        grace: 3,
        losses: 1,
        skew: 0,
        life: 9,
        has_thief: true,
        has_logout: false,
        ..Self::HONEST
    };
}

/// A refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Token {
    secret: u8,
    copy: u8,
}

/// A session as the store has it, in a form that can be compared and hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kept {
    current: u8,
    previous: Option<KeptPrevious>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct KeptPrevious {
    token: Token,
    salt: u8,
    exchanged_at: u8,
    is_forked: bool,
    forks_before: u8,
}

/// A message from or to a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Message {
    wait: Wait,
    /// The response, once the server has sent one.
    answer: Option<Token>,
}

/// A tab that waits for a response: since when, and which token it has presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Wait {
    since: u8,
    token: Token,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    now: u8,
    session: Option<Kept>,
    cookie: Token,
    stolen: Option<Token>,
    /// Sorted: tabs are interchangeable, and so are messages.
    waiting: Vec<Wait>,
    network: Vec<Message>,
    losses: u8,
    bursts: u8,
    is_logged_out: bool,
    /// The receivers of a response in the current generation: the browser, the thief.
    served: [bool; 2],
    /// The number of generations in which both received one.
    shared: u8,
    /// How the session ended although it should not have.
    end: Option<End>,
    /// Whether a response had another token than the one successor, came after the logout, or after the session
    /// expired.
    has_split: bool,
    after_logout: bool,
    after_expiry: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Reused,
    Forked,
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Send,
    Burst,
    Retry(Wait),
    GiveUp(Wait),
    Answer { request: Message, ahead: bool, presented_at_once: bool },
    Deliver(Message),
    Lose(Message),
    Tick,
    Logout,
    StealCookie,
    StealAnswer(Message),
    Thief { ahead: bool },
}

const BROWSER: usize = 0;
const THIEF: usize = 1;
/// A tick in milliseconds.
const TICK: u64 = 1_000;

fn at(tick: u8) -> Timestamp {
    Timestamp::from_millis(u64::from(tick) * TICK)
}

fn tick(moment: Timestamp) -> u8 {
    u8::try_from(moment.as_millis() / TICK).expect("few ticks")
}

fn hash(number: u8) -> TokenHash {
    TokenHash::from_bytes([number; 32])
}

fn number(hash: TokenHash) -> u8 {
    hash.as_bytes()[0]
}

impl Kept {
    fn record(&self, life: u8) -> SessionRecord {
        SessionRecord {
            subject: StoreId::from_bytes([7; 32]),
            began: Sequence::default(),
            started_at: at(0),
            expires_at: at(life),
            current: hash(self.current),
            previous: self.previous.map(|previous| Previous {
                token: hash(previous.token.secret),
                copy: hash(previous.token.copy),
                salt: [previous.salt; 32],
                exchanged_at: at(previous.exchanged_at),
                is_forked: previous.is_forked,
                forks_before: previous.forks_before,
            }),
            data: Vec::new(),
        }
    }

    fn of(record: &SessionRecord) -> Self {
        Self {
            current: number(record.current),
            previous: record.previous.map(|previous| KeptPrevious {
                token: Token { secret: number(previous.token), copy: number(previous.copy) },
                salt: previous.salt[0],
                exchanged_at: tick(previous.exchanged_at),
                is_forked: previous.is_forked,
                forks_before: previous.forks_before,
            }),
        }
    }
}

impl Rotation {
    /// The store's operation, by the rule of the stores. The salt is the number of the successor.
    fn exchange(
        &self,
        session: &mut Option<Kept>,
        token: Token,
        presented_at: u8,
        now: u8,
    ) -> RotationOutcome {
        let Some(kept) = session else { return RotationOutcome::Ended };
        let mut record = kept.record(self.life);
        let successor = kept.current + 1;
        let rotation = RefreshRotation {
            presented: hash(token.secret),
            copy: hash(if self.sees_copies { token.copy } else { 0 }),
            successor: hash(successor),
            salt: [successor; 32],
            grace: Duration::from_millis(u64::from(self.grace) * TICK),
            presented_at: at(presented_at),
            now: at(now),
        };
        let (outcome, change) = record.exchange(&rotation, None);
        *session = match change {
            RecordChange::None => *session,
            RecordChange::Write => Some(Kept::of(&record)),
            RecordChange::Remove => None,
        };
        outcome
    }

    /// The server responds. Returns the token of the response, if it has one.
    fn serve(&self, state: &mut State, who: usize, token: Token, presented_at: u8, now: u8) -> Option<Token> {
        let was_over = state.session.is_none() || now >= self.life;
        let secret = match self.exchange(&mut state.session, token, presented_at, now) {
            RotationOutcome::Rotated { .. } => {
                state.served = [false; 2];
                state.session.map(|session| session.current)
            }
            // The successor follows from the token and the salt of the store.
            RotationOutcome::Retried { salt, .. } => Some(salt[0]),
            RotationOutcome::Reused => self.end(state, End::Reused),
            RotationOutcome::Forked => self.end(state, End::Forked),
            _ if was_over => None,
            _ => self.end(state, End::Ended),
        }?;
        let is_the_successor = state.session.is_some_and(|session| session.current == secret);
        state.has_split |= !is_the_successor;
        state.after_logout |= state.is_logged_out;
        state.after_expiry |= now >= self.life;
        if !state.served[who] {
            state.served[who] = true;
            let has_copy = state.stolen.is_some();
            state.shared += u8::from(has_copy && state.served[1 - who]);
        }
        Some(Token { secret, copy: state.fresh_copy() })
    }

    fn end(&self, state: &mut State, end: End) -> Option<u8> {
        state.end.get_or_insert(end);
        None
    }

    /// Whether time may advance: no tab and no message waits for longer than its limit.
    fn may_tick(&self, state: &State) -> bool {
        let waits = state.waiting.iter().chain(state.network.iter().map(|message| &message.wait));
        state.now < self.ticks && waits.into_iter().all(|wait| state.now < wait.since + self.patience)
    }
}

impl State {
    /// Returns an unused number.
    fn fresh_copy(&self) -> u8 {
        let kept = self.session.and_then(|session| session.previous).map(|previous| previous.token);
        let used: Vec<u8> = [Some(self.cookie), self.stolen, kept]
            .into_iter()
            .flatten()
            .chain(self.waiting.iter().map(|wait| wait.token))
            .chain(
                self.network.iter().flat_map(|message| [Some(message.wait.token), message.answer]).flatten(),
            )
            .map(|token| token.copy)
            .collect();
        (1..).find(|copy| !used.contains(copy)).expect("a number")
    }

    /// Returns whether responses to requests with older cookies are still in progress.
    fn is_late(&self) -> bool {
        let mut waits = self.waiting.iter().chain(self.network.iter().map(|message| &message.wait));
        waits.any(|wait| wait.token.secret != self.cookie.secret)
    }

    fn send(&mut self, wait: Wait) {
        self.waiting.push(wait);
        self.network.push(Message { wait, answer: None });
    }

    fn remove(&mut self, message: &Message) {
        let place = self.network.iter().position(|one| one == message).expect("a message");
        self.network.swap_remove(place);
    }

    fn is_lost(&self, wait: &Wait) -> bool {
        let waiting = self.waiting.iter().filter(|one| *one == wait).count();
        waiting > self.network.iter().filter(|message| message.wait == *wait).count()
    }
}

impl Model for Rotation {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            now: 0,
            session: Some(Kept { current: 0, previous: None }),
            cookie: Token { secret: 0, copy: 1 },
            stolen: None,
            waiting: Vec::new(),
            network: Vec::new(),
            losses: 0,
            bursts: 0,
            is_logged_out: false,
            served: [false; 2],
            shared: 0,
            end: None,
            has_split: false,
            after_logout: false,
            after_expiry: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.waiting.len() < self.tabs && state.cookie.secret < self.generations {
            if !state.is_late() {
                actions.push(Action::Send);
            } else if state.bursts < self.bursts {
                actions.push(Action::Burst);
            }
        }
        for (place, wait) in state.waiting.iter().enumerate() {
            if !state.waiting[..place].contains(wait) && state.is_lost(wait) {
                // Another tab may have received the next token in the meantime. Then no retry is needed; a tab that
                // retries makes a burst.
                let is_current = wait.token.secret == state.cookie.secret;
                if is_current || state.bursts < self.bursts && state.cookie.secret < self.generations {
                    actions.push(Action::Retry(*wait));
                }
                if !is_current {
                    actions.push(Action::GiveUp(*wait));
                }
            }
        }
        for (place, message) in state.network.iter().enumerate() {
            if state.network[..place].contains(message) {
                continue;
            }
            if state.losses < self.losses {
                actions.push(Action::Lose(*message));
            }
            if message.answer.is_some() {
                actions.push(Action::Deliver(*message));
                if self.has_thief && state.stolen.is_none() {
                    actions.push(Action::StealAnswer(*message));
                }
                continue;
            }
            for ahead in [false, true] {
                for presented_at_once in [false, true] {
                    let same_clock = ahead && self.skew == 0;
                    let same_moment = presented_at_once && message.wait.since == state.now;
                    if !same_clock && !same_moment {
                        actions.push(Action::Answer { request: *message, ahead, presented_at_once });
                    }
                }
            }
        }
        if self.may_tick(state) {
            actions.push(Action::Tick);
        }
        if self.has_logout && !state.is_logged_out {
            actions.push(Action::Logout);
        }
        match state.stolen {
            None if self.has_thief => actions.push(Action::StealCookie),
            Some(token) if token.secret < self.generations => {
                actions.push(Action::Thief { ahead: false });
                if self.skew > 0 {
                    actions.push(Action::Thief { ahead: true });
                }
            }
            _ => {}
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        let clock = |ahead: bool| state.now + if ahead { self.skew } else { 0 };
        match action {
            Action::Send | Action::Burst => {
                next.bursts += u8::from(action == Action::Burst);
                next.send(Wait { since: state.now, token: state.cookie });
            }
            Action::Retry(wait) => {
                let place = next.waiting.iter().position(|one| *one == wait)?;
                next.waiting.swap_remove(place);
                next.bursts += u8::from(wait.token.secret != state.cookie.secret);
                // With the current cookie, and within the same time limit.
                next.send(Wait { token: state.cookie, ..wait });
            }
            Action::GiveUp(wait) => {
                let place = next.waiting.iter().position(|one| *one == wait)?;
                next.waiting.swap_remove(place);
            }
            Action::Answer { request, ahead, presented_at_once } => {
                next.remove(&request);
                let Wait { since, token } = request.wait;
                let presented_at = if presented_at_once { since } else { state.now };
                let presented_at = presented_at + if ahead { self.skew } else { 0 };
                match self.serve(&mut next, BROWSER, token, presented_at, clock(ahead)) {
                    Some(answer) => next.network.push(Message { answer: Some(answer), ..request }),
                    // The tab learns that the session has ended, and stops.
                    None => {
                        let place = next.waiting.iter().position(|one| *one == request.wait)?;
                        next.waiting.swap_remove(place);
                    }
                }
            }
            Action::Deliver(message) => {
                next.remove(&message);
                let place = next.waiting.iter().position(|one| *one == message.wait)?;
                next.waiting.swap_remove(place);
                next.cookie = message.answer?;
            }
            Action::Lose(message) => {
                next.remove(&message);
                next.losses += 1;
            }
            Action::Tick => next.now += 1,
            Action::Logout => {
                next.session = None;
                next.is_logged_out = true;
            }
            Action::StealCookie => next.stolen = Some(state.cookie),
            Action::StealAnswer(message) => next.stolen = message.answer,
            Action::Thief { ahead } => {
                let now = clock(ahead);
                if let Some(token) = self.serve(&mut next, THIEF, state.stolen?, now, now) {
                    next.stolen = Some(token);
                }
            }
        }
        next.waiting.sort_unstable();
        next.network.sort_unstable();
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("never two live successors", |model: &Self, state: &State| {
                let live = (0..=model.generations + 1).filter(|secret| {
                    let token = Token { secret: *secret, copy: 0 };
                    let outcome = model.exchange(&mut state.session.clone(), token, state.now, state.now);
                    matches!(outcome, RotationOutcome::Rotated { .. })
                });
                live.count() <= 1 && !state.has_split
            }),
            Property::always("no refresh after logout", |_, state: &State| !state.after_logout),
            Property::always("no refresh after expiry", |_, state: &State| !state.after_expiry),
            Property::always("theft is noticed within the bound", |_, state: &State| {
                // With the first copy of both, and once more: the third time ends it.
                state.shared <= 1 + Previous::MAX_FORKS
            }),
        ];
        if self.tabs > 1 {
            properties.push(Property::sometimes("a token is presented again", |_, state: &State| {
                let answered = state.network.iter().filter(|message| message.answer.is_some());
                answered.count() == 2
            }));
        }
        if self.has_thief {
            properties.push(Property::sometimes("a thief is noticed", |_, state: &State| {
                state.end == Some(End::Forked)
            }));
            properties.push(Property::sometimes("a thief is served", |_, state: &State| state.shared > 0));
        } else if self.bursts > 0 {
            properties.push(Property::always("one burst is forgiven", |_, state: &State| {
                state.end != Some(End::Forked)
            }));
            properties.push(Property::sometimes("a burst forks", |_, state: &State| {
                let previous = state.session.and_then(|session| session.previous);
                previous.is_some_and(|previous| previous.is_forked)
            }));
        } else {
            properties.push(Property::always(
                "an honest client that retries keeps its session",
                |_, state: &State| state.end.is_none() || state.is_logged_out,
            ));
        }
        properties
    }
}

#[test]
fn an_honest_client_keeps_its_session() {
    holds("two tabs", Rotation::HONEST, 100_000);
}

#[test]
fn three_tabs_keep_their_session() {
    let three = Rotation { tabs: 3, generations: 4, ticks: 6, life: 5, ..Rotation::HONEST };
    holds("three tabs", three, 250_000);
}

#[test]
fn theft_is_noticed() {
    holds("a thief and two tabs", Rotation::STOLEN, 450_000);
}

#[test]
fn theft_is_noticed_if_clocks_differ() {
    let skewed = Rotation { tabs: 1, ticks: 6, grace: 4, skew: 1, losses: 3, ..Rotation::STOLEN };
    holds("a thief and one client", skewed, 260_000);
}

#[test]
fn theft_is_noticed_despite_bursts() {
    let bursts = Rotation { bursts: 2, ticks: 1, losses: 0, ..Rotation::STOLEN };
    holds("a thief and bursts", bursts, 700_000);
}

#[test]
fn one_burst_of_tabs_is_forgiven() {
    holds("a burst", Rotation { bursts: 1, ticks: 7, losses: 2, ..Rotation::HONEST }, 450_000);
}

/// The former fault: a store that does not see copies.
#[test]
fn a_thief_in_lockstep_is_found_if_copies_are_not_seen() {
    let blind = Rotation { sees_copies: false, ..Rotation::STOLEN };
    let steps = violation("a thief in lockstep", blind, "theft is noticed within the bound");
    assert!(steps.is_some(), "the model does not find the fault");
}

/// Honest clients rely on timely responses.
#[test]
fn a_retry_after_the_grace_period_is_found() {
    let late = Rotation { patience: 4, skew: 0, ..Rotation::HONEST };
    let steps = violation("a late client", late, "an honest client that retries keeps its session");
    assert!(steps.is_some(), "the model does not find it");
}
