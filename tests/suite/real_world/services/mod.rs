//! The authentication of services as they publicly behave, each as large as one module. "Theirs" are tokens from other
//! software; "ours" must be accepted by a reader that knows nothing of jotwell.

mod actix_template;
mod axum_example;
mod forum;
mod github_app;
mod registry;
mod vector_database;

use std::time::Duration;

use jotwell::{NumericDate, base64url};
use serde_json::Value;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// The header and the claims of a token, as any other software reads them.
fn parts(token: &str) -> (Value, Value) {
    let part = |index| {
        let part = token.split('.').nth(index).expect("three parts");
        serde_json::from_slice(&base64url::decode(part).expect("base64url")).expect("JSON")
    };
    (part(0), part(1))
}

/// Returns what follows `Bearer`, which clients write in either case.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
