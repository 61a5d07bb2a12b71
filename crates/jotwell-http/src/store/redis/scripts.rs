//! The scripts, by their digests: Redis receives the text if it does not have it yet.

use ::redis::Script;

pub(super) struct Scripts {
    pub(super) sequence: Script,
    pub(super) create: Script,
    pub(super) session: Script,
    pub(super) sessions_of: Script,
    pub(super) exchange: Script,
    pub(super) end: Script,
    pub(super) revoke_token: Script,
    pub(super) revoke_subject: Script,
    pub(super) token_status: Script,
    pub(super) consume: Script,
}

/// Returns the text of a file.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("scripts/", $name, ".lua"))
    };
}

/// A script that reads.
fn reading(files: &[&str]) -> Script {
    Script::new(&[&[file!("format")], files].concat().concat())
}

impl Scripts {
    /// `confirmed` is whether replicas have to confirm the writes.
    pub(super) fn new(confirmed: bool) -> Self {
        let mark = if confirmed { file!("touch") } else { file!("mark") };
        let writing = |files: &[&str]| reading(&[&[mark], files].concat());
        Self {
            sequence: reading(&[file!("sequence")]),
            create: writing(&[file!("subject"), file!("remove"), file!("create")]),
            session: reading(&[file!("session")]),
            sessions_of: reading(&[file!("subject"), file!("sessions_of")]),
            exchange: writing(&[file!("subject"), file!("remove"), file!("exchange")]),
            end: writing(&[file!("remove"), file!("end")]),
            revoke_token: writing(&[file!("revoke_token")]),
            revoke_subject: writing(&[file!("revoke_subject")]),
            token_status: reading(&[file!("subject"), file!("token_status")]),
            consume: writing(&[file!("consume")]),
        }
    }
}
