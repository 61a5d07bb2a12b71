//! Every row of the table of answers (`AuthError`), every way: status, every header, body. The package
//! `tests/frameworks` runs the same through actix-web and tonic.

use std::error::Error;

use crate::common::cases::{Answer, Case, forged, missing};
use crate::common::drive::{Framework, Way};
use crate::common::rows;
use crate::ways;
use jotwell_http::{AuthError, AuthErrorKind};

/// Returns the expected response of a case for that way.
fn expected(drive: &dyn Way, case: &Case) -> Answer {
    let nobody = case.answer.why == missing().why
        // A rule needs a subject; the optional extractor's handler decides for itself.
        && (drive.is_optional_extractor() || case.rules.is_empty());
    // Without the method, a request counts as one that may change state.
    let unproven = !drive.sees_method() && matches!(case.name, "a cookie that reads" | "a bad cookie");
    let answer = if unproven {
        forged()
    } else if drive.is_optional() && nobody {
        Answer { status: 200, headers: Vec::new(), body: "nobody".into(), why: String::new() }
    } else {
        case.answer.clone()
    };
    if drive.framework() == Framework::Tonic { answer.by_grpc() } else { answer }
}

#[tokio::test]
async fn every_request_gets_the_documented_response() {
    for drive in ways::all() {
        // On new servers each time: a single-use token can be used once.
        for case in rows::all().await {
            let what = format!("{}, by {drive:?}", case.name);
            let expected = expected(&*drive, &case);
            let seen = drive.send(&case).await;
            assert_eq!(seen.status, expected.status, "{what}: {seen:?}");
            assert_eq!(seen.body, expected.body, "{what}");
            let why = seen.rejection.as_ref().map(ToString::to_string).unwrap_or_default();
            // A remedy may follow.
            let said = if expected.why.is_empty() { why.is_empty() } else { why.starts_with(&expected.why) };
            assert!(said, "{what}: {why:?} instead of {:?}", expected.why);
            let waits = seen.rejection.as_ref().and_then(AuthError::retry_after);
            assert_eq!(waits.is_some(), case.answer.status == 503, "{what}");
            if let Some(rejection) = &seen.rejection {
                let source = rejection.source().map(ToString::to_string);
                // An error whose text is that of its source does not return it as its source too: reports would repeat
                // it.
                assert_ne!(source, Some(rejection.to_string()), "{what}");
                let cause = match rejection.kind() {
                    AuthErrorKind::Token(error) => error.source(),
                    AuthErrorKind::Store(error) => error.source(),
                    _ => None,
                };
                assert_eq!(source, cause.map(ToString::to_string), "{what}");
            }

            let mut headers: Vec<_> =
                expected.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            if drive.framework() == Framework::Axum {
                headers.push(("content-length".into(), expected.body.len().to_string()));
            }
            let passed = expected.why.is_empty();
            if passed && matches!(drive.framework(), Framework::Axum | Framework::Actix) {
                headers.push(("content-type".into(), "text/plain; charset=utf-8".into()));
            }
            let accepts_cookies = format!("{:?}", case.authenticator).contains("cookies: true");
            let cookies = case.request().headers().get("cookie").filter(|_| accepts_cookies).cloned();
            let by_cookie =
                cookies.is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("__Host-access=")));
            if passed && by_cookie && drive.is_layer() {
                // Caches cannot detect that the response is for one user only.
                headers.push(("cache-control".into(), "no-store".into()));
            }
            headers.sort();
            assert_eq!(seen.headers, headers, "{what}");
        }
    }
}

/// Each status has its row, so that no row is missing here.
#[tokio::test]
async fn all_rows_exist() {
    let mut statuses: Vec<_> = rows::all().await.iter().map(|case| case.answer.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, [200, 400, 401, 403, 503]);
}
