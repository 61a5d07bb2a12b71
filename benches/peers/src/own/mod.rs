//! jotwell, and the ways to use it.

mod jotwell;
#[cfg(feature = "native")]
mod jotwell_aws_lc;

pub(crate) use self::jotwell::Jotwell;
#[cfg(feature = "native")]
pub(crate) use self::jotwell_aws_lc::JotwellAwsLc;
