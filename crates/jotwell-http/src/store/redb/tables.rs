//! The tables of the file, and the effect of each operation on them inside a transaction.
//!
//! An operation reads before it writes, so a rejected one has written nothing, and other operations in its transaction
//! are not affected.

use ::redb::{ReadTransaction, ReadableTable, Table, TableDefinition, TableError, WriteTransaction};

use super::encoding::{from_bytes, to_bytes};
use super::fault;
use crate::store::{
    RecordChange, RefreshRotation, RotationOutcome, Sequence, SessionRecord, SessionStart, StatusQuery,
    StoreError, StoreId, SubjectRevocation, Timestamp, TokenStatus,
};

type Name = &'static [u8; 32];
type Until = (u64, u8, Name);
type OfSubject = (Name, Name);
type Revocation = (u64, u64, u64);

/// The version of the format, and the sequence.
const FILE: TableDefinition<&str, u64> = TableDefinition::new("file");
const FORMAT: &str = "version";
const SEQUENCE: &str = "sequence";
const SESSIONS: TableDefinition<Name, &[u8]> = TableDefinition::new("sessions");
/// When each revocation expires.
const DENIED: TableDefinition<Name, u64> = TableDefinition::new("denied");
/// The sessions of each subject: the name of the subject, and theirs.
const OF_SUBJECT: TableDefinition<OfSubject, ()> = TableDefinition::new("of_subject");
/// For each revoked subject the position, the time and the end.
const SUBJECTS: TableDefinition<Name, Revocation> = TableDefinition::new("subjects");
/// When each use expires.
const USED: TableDefinition<Name, u64> = TableDefinition::new("used");
/// All entries by their end, so that a purge reads only expired ones. An exchange does not change the end of a session,
/// so it does not write here.
const ENDS: TableDefinition<Until, ()> = TableDefinition::new("ends");

const VERSION: u64 = 3;
const A_SESSION: u8 = 0;
const A_DENIED: u8 = 1;
const A_SUBJECT: u8 = 2;
const A_USED: u8 = 3;

/// The reason why an operation has no result.
#[derive(Debug)]
pub(super) enum Halt {
    /// It is rejected. The others in its transaction continue.
    Refused(StoreError),
    /// An error that aborts the transaction.
    Broken(StoreError),
}

impl From<Halt> for StoreError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Refused(error) | Halt::Broken(error) => error,
        }
    }
}

impl From<::redb::StorageError> for Halt {
    fn from(error: ::redb::StorageError) -> Self {
        Self::Broken(fault(error))
    }
}

/// Creates the tables in a new file, and checks the format of any other.
pub(super) fn prepare(transaction: &WriteTransaction) -> Result<(), StoreError> {
    let mut file = transaction.open_table(FILE).map_err(fault)?;
    let version = file.get(FORMAT).map_err(fault)?.map(|version| version.value());
    match version {
        Some(VERSION) => {}
        None => drop(file.insert(FORMAT, VERSION).map_err(fault)?),
        Some(found) => return Err(StoreError::Format { found, expected: VERSION }),
    }
    drop(file);
    Tables::open(transaction).map(drop)
}

/// Returns a session, as of the last transaction.
pub(super) fn session(
    transaction: &ReadTransaction,
    id: StoreId,
) -> Result<Option<SessionRecord>, StoreError> {
    let bytes = transaction.open_table(SESSIONS).map_err(fault)?.get(id.as_bytes()).map_err(fault)?;
    bytes.map(|bytes| from_bytes(bytes.value())).transpose()
}

/// Returns the newest sessions of a subject, as of the last transaction.
pub(super) fn sessions_of(
    transaction: &ReadTransaction,
    subject: StoreId,
    now: Timestamp,
) -> Result<Vec<(StoreId, SessionRecord)>, StoreError> {
    let (names, sessions) = (transaction.open_table(OF_SUBJECT), transaction.open_table(SESSIONS));
    let (names, sessions) = (names.map_err(fault)?, sessions.map_err(fault)?);
    let revocation =
        transaction.open_table(SUBJECTS).map_err(fault)?.get(subject.as_bytes()).map_err(fault)?;
    let revocation = revocation.map(|entry| of_entry(entry.value()));
    let mut failed = None;
    let found = named(&names, &sessions, subject)
        .map_err(StoreError::from)?
        .map_while(|found| found.map_err(|halt| failed = Some(StoreError::from(halt))).ok());
    let alive = found.flatten().filter(|(_, session)| session.is_alive(revocation.as_ref(), now));
    let newest = SessionRecord::newest(alive);
    match failed {
        None => Ok(newest),
        Some(error) => Err(error),
    }
}

/// Returns the sessions in the index of a subject, reading one at a time. `None` for one that does not exist.
fn named(
    names: &impl ReadableTable<OfSubject, ()>,
    sessions: &impl ReadableTable<Name, &'static [u8]>,
    subject: StoreId,
) -> Result<impl Iterator<Item = Result<Option<(StoreId, SessionRecord)>, Halt>>, Halt> {
    let (first, last) = ([u8::MIN; 32], [u8::MAX; 32]);
    let range = names.range((subject.as_bytes(), &first)..=(subject.as_bytes(), &last))?;
    Ok(range.map(move |entry| {
        let id = StoreId::from_bytes(*entry?.0.value().1);
        let Some(bytes) = sessions.get(id.as_bytes())? else { return Ok(None) };
        from_bytes(bytes.value()).map(|session| Some((id, session))).map_err(Halt::Refused)
    }))
}

/// Returns the status of a token, as of the last transaction.
pub(super) fn token_status(
    transaction: &ReadTransaction,
    question: &StatusQuery,
) -> Result<TokenStatus, StoreError> {
    let mut denied = false;
    if let Some(token) = question.token {
        let until = transaction.open_table(DENIED).map_err(fault)?.get(token.as_bytes()).map_err(fault)?;
        denied = until.is_some_and(|until| question.now < Timestamp::from_millis(until.value()));
    }
    let session = question.session.map(|id| session(transaction, id)).transpose()?.flatten();
    let mut revocation = None;
    if let Some(subject) = question.subject.or(session.as_ref().map(|session| session.subject)) {
        let table = transaction.open_table(SUBJECTS).map_err(fault)?;
        revocation = table.get(subject.as_bytes()).map_err(fault)?.map(|entry| of_entry(entry.value()));
    }
    Ok(question.answer(denied, revocation.as_ref(), session.as_ref()))
}

/// Returns the sequence, as of the last transaction.
pub(super) fn sequence(transaction: &ReadTransaction) -> Result<Sequence, StoreError> {
    let number = transaction.open_table(FILE).map_err(fault)?.get(SEQUENCE).map_err(fault)?;
    Ok(Sequence::from_number(number.map_or(0, |number| number.value())))
}

fn of_entry((sequence, before, until): Revocation) -> SubjectRevocation {
    SubjectRevocation {
        sequence: Sequence::from_number(sequence),
        before: Timestamp::from_millis(before),
        until: Timestamp::from_millis(until),
    }
}

/// The tables in a write transaction.
pub(super) struct Tables<'t> {
    file: Table<'t, &'static str, u64>,
    sessions: Table<'t, Name, &'static [u8]>,
    denied: Table<'t, Name, u64>,
    of_subject: Table<'t, OfSubject, ()>,
    subjects: Table<'t, Name, Revocation>,
    used: Table<'t, Name, u64>,
    ends: Table<'t, Until, ()>,
    /// Whether anything was written.
    pub(super) changed: bool,
}

impl<'t> Tables<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction) -> Result<Self, StoreError> {
        let open = || -> Result<Self, TableError> {
            Ok(Self {
                file: transaction.open_table(FILE)?,
                sessions: transaction.open_table(SESSIONS)?,
                denied: transaction.open_table(DENIED)?,
                of_subject: transaction.open_table(OF_SUBJECT)?,
                subjects: transaction.open_table(SUBJECTS)?,
                used: transaction.open_table(USED)?,
                ends: transaction.open_table(ENDS)?,
                changed: false,
            })
        };
        open().map_err(fault)
    }

    fn session(&self, id: StoreId) -> Result<Option<SessionRecord>, Halt> {
        let bytes = self.sessions.get(id.as_bytes())?;
        bytes.map(|bytes| from_bytes(bytes.value())).transpose().map_err(Halt::Refused)
    }

    fn revocation(&self, subject: StoreId) -> Result<Option<SubjectRevocation>, Halt> {
        Ok(self.subjects.get(subject.as_bytes())?.map(|entry| of_entry(entry.value())))
    }

    /// Records the new end of an entry.
    fn move_end(&mut self, kind: u8, id: StoreId, from: Option<u64>, to: Option<u64>) -> Result<(), Halt> {
        self.changed = true;
        if from == to {
            return Ok(());
        }
        if let Some(from) = from {
            self.ends.remove((from, kind, id.as_bytes()))?;
        }
        if let Some(to) = to {
            self.ends.insert((to, kind, id.as_bytes()), ())?;
        }
        Ok(())
    }

    pub(super) fn create(
        &mut self,
        id: StoreId,
        session: &SessionRecord,
        start: SessionStart,
        now: Timestamp,
    ) -> Result<u64, Halt> {
        let revocation = self.revocation(session.subject)?;
        session.check_start(revocation.as_ref(), now).map_err(Halt::Refused)?;
        let there = self.session(id)?;
        if there.as_ref().is_some_and(|there| now < there.expires_at) {
            return Err(Halt::Refused(StoreError::Occupied));
        }
        let mut alive = self.of_subject(session.subject, start)?;
        alive.retain(|(other, session)| {
            *other != id && start.replaces != Some(*other) && session.is_alive(revocation.as_ref(), now)
        });
        let displaced = start.displaced(alive.iter().map(|(id, session)| (*id, session)));
        let replaced = start.replaces.map(|id| self.session(id)).transpose()?.flatten();

        // All reads are done. Writes follow.
        if let Some(there) = &there {
            self.remove(id, there)?;
        }
        if let (Some(id), Some(session)) = (start.replaces.filter(|it| *it != id), &replaced) {
            self.remove(id, session)?;
        }
        for (id, session) in alive.iter().filter(|(id, _)| displaced.contains(id)) {
            self.remove(*id, session)?;
        }
        self.sessions.insert(id.as_bytes(), to_bytes(session).as_slice())?;
        self.of_subject.insert((session.subject.as_bytes(), id.as_bytes()), ())?;
        self.move_end(A_SESSION, id, None, Some(session.expires_at.as_millis()))?;
        Ok(u64::try_from(displaced.len()).unwrap_or(u64::MAX))
    }

    /// Returns the sessions of a subject, if their number is limited.
    fn of_subject(
        &self,
        subject: StoreId,
        start: SessionStart,
    ) -> Result<Vec<(StoreId, SessionRecord)>, Halt> {
        if start.limit.is_none() {
            return Ok(Vec::new());
        }
        named(&self.of_subject, &self.sessions, subject)?.filter_map(Result::transpose).collect()
    }

    pub(super) fn exchange(
        &mut self,
        id: StoreId,
        exchange: &RefreshRotation,
    ) -> Result<RotationOutcome, Halt> {
        let Some(mut session) = self.session(id)? else { return Ok(RotationOutcome::Ended) };
        let revocation = self.revocation(session.subject)?;
        let (exchanged, change) = session.exchange(exchange, revocation.as_ref());
        match change {
            RecordChange::None => {}
            RecordChange::Write => {
                self.sessions.insert(id.as_bytes(), to_bytes(&session).as_slice())?;
                self.changed = true;
            }
            RecordChange::Remove => self.remove(id, &session)?,
        }
        Ok(exchanged)
    }

    pub(super) fn end(&mut self, id: StoreId) -> Result<bool, Halt> {
        let Some(session) = self.session(id)? else { return Ok(false) };
        self.remove(id, &session)?;
        Ok(true)
    }

    fn remove(&mut self, id: StoreId, session: &SessionRecord) -> Result<(), Halt> {
        self.sessions.remove(id.as_bytes())?;
        self.of_subject.remove((session.subject.as_bytes(), id.as_bytes()))?;
        self.move_end(A_SESSION, id, Some(session.expires_at.as_millis()), None)
    }

    /// Removes an expired session. One that is unreadable remains in the index of its subject.
    fn purge_session(&mut self, id: &[u8; 32]) -> Result<(), Halt> {
        let subject = match self.sessions.remove(id)? {
            Some(bytes) => from_bytes(bytes.value()).ok().map(|session| session.subject),
            None => None,
        };
        if let Some(subject) = subject {
            self.of_subject.remove((subject.as_bytes(), id))?;
        }
        Ok(())
    }

    pub(super) fn revoke_token(&mut self, token: StoreId, until: Timestamp) -> Result<(), Halt> {
        let old = self.denied.get(token.as_bytes())?.map(|until| until.value());
        let until = until.as_millis().max(old.unwrap_or_default());
        self.denied.insert(token.as_bytes(), until)?;
        self.move_end(A_DENIED, token, old, Some(until))
    }

    pub(super) fn revoke_subject(
        &mut self,
        subject: StoreId,
        before: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Halt> {
        let last = self.file.get(SEQUENCE)?.map_or(0, |number| number.value());
        let sequence = Sequence::from_number(last).next(now);
        let old = self.revocation(subject)?;
        let new = SubjectRevocation { sequence, before, until }.following(old, now);
        let until = new.until.as_millis();
        self.file.insert(SEQUENCE, sequence.as_number())?;
        let entry = (new.sequence.as_number(), new.before.as_millis(), until);
        self.subjects.insert(subject.as_bytes(), entry)?;
        self.move_end(A_SUBJECT, subject, old.map(|old| old.until.as_millis()), Some(until))
    }

    pub(super) fn consume(&mut self, token: StoreId, until: Timestamp, now: Timestamp) -> Result<bool, Halt> {
        let old = self.used.get(token.as_bytes())?.map(|until| until.value());
        if old.is_some_and(|until| now < Timestamp::from_millis(until)) {
            return Ok(false);
        }
        self.used.insert(token.as_bytes(), until.as_millis())?;
        self.move_end(A_USED, token, old, Some(until.as_millis()))?;
        Ok(true)
    }

    /// Removes expired entries, up to this number, and returns how many.
    pub(super) fn purge(&mut self, now: Timestamp, limit: usize) -> Result<usize, Halt> {
        let last = (now.as_millis(), u8::MAX, &[u8::MAX; 32]);
        let mut over = Vec::new();
        for end in self.ends.range(..=last)?.take(limit) {
            let (end, ()) = end.map(|(end, nothing)| (end, nothing.value()))?;
            let (until, kind, id) = end.value();
            over.push((until, kind, *id));
        }
        for (until, kind, id) in &over {
            match *kind {
                A_SESSION => self.purge_session(id)?,
                A_DENIED => drop(self.denied.remove(id)?),
                A_SUBJECT => drop(self.subjects.remove(id)?),
                A_USED => drop(self.used.remove(id)?),
                _ => return Err(Halt::Broken(StoreError::Corrupt { what: "the end of an entry" })),
            }
            self.ends.remove((*until, *kind, id))?;
            self.changed = true;
        }
        Ok(over.len())
    }
}
