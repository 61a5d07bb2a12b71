//! The scripts, by their digests: Redis is sent the text if it does not have it yet.

use ::redis::Script;

pub(super) struct Scripts {
    pub(super) sequence: Script,
    pub(super) create: Script,
    pub(super) session: Script,
    pub(super) exchange: Script,
    pub(super) end: Script,
    pub(super) revoke_token: Script,
    pub(super) revoke_subject: Script,
    pub(super) token_status: Script,
    pub(super) consume: Script,
}

/// A script out of files, each of which continues the one before it.
macro_rules! script {
    ($($file:literal),+) => {
        Script::new(concat!($(include_str!(concat!("scripts/", $file, ".lua"))),+))
    };
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            sequence: script!("format", "sequence"),
            create: script!("format", "mark", "subject", "remove", "create"),
            session: script!("format", "session"),
            exchange: script!("format", "subject", "remove", "exchange"),
            end: script!("format", "remove", "end"),
            revoke_token: script!("format", "mark", "revoke_token"),
            revoke_subject: script!("format", "mark", "revoke_subject"),
            token_status: script!("format", "subject", "token_status"),
            consume: script!("format", "mark", "consume"),
        }
    }
}
