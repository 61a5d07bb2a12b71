//! jotwell, and the ways to use it.

mod jotwell;

pub(crate) use self::jotwell::Jotwell;
