//! The scripts, by their digests: Redis is sent the text when it does not have it yet.

use ::redis::Script;

pub(super) struct Scripts {
    pub(super) create: Script,
    pub(super) exchange: Script,
    pub(super) deny: Script,
    pub(super) forbid: Script,
    pub(super) standing: Script,
    pub(super) consume: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            create: Script::new(include_str!("scripts/create.lua")),
            exchange: Script::new(include_str!("scripts/exchange.lua")),
            deny: Script::new(include_str!("scripts/revoke_token.lua")),
            forbid: Script::new(include_str!("scripts/revoke_subject.lua")),
            standing: Script::new(include_str!("scripts/token_status.lua")),
            consume: Script::new(include_str!("scripts/consume.lua")),
        }
    }
}
