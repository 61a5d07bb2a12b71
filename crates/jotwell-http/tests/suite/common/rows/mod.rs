//! Every row of the table of responses, with all its causes.

mod remembered;
mod requests;
mod rules;
mod step_up;
mod tokens;

use super::cases::Case;

/// Returns all rows, on servers that have not received a request yet.
pub(crate) async fn all() -> Vec<Case> {
    let mut cases = requests::presented();
    cases.extend(requests::cookies());
    cases.extend(tokens::bad());
    cases.extend(tokens::times_and_claims());
    cases.extend(rules::rules());
    cases.extend(step_up::step_up());
    cases.extend(rules::foreign_claims());
    cases.extend(remembered::revoked().await);
    cases.extend(remembered::replayed().await);
    cases.extend(remembered::keys());
    cases.extend(remembered::unreachable());
    cases
}
