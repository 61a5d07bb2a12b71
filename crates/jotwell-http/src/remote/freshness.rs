//! How long a response may be cached: RFC 9111 §4.2, by `Cache-Control` and `Age` only. `Expires` is ignored, so a
//! response with only that has the default lifetime.

use std::time::Duration;

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL};

/// The minimum lifetime of a set, even if a response asks for none, so an issuer cannot cause constant fetches. It
/// exceeds [`MIN_FETCH_INTERVAL`](super::MIN_FETCH_INTERVAL) by the time of two fetches, so that this set too is
/// fetched again before it expires.
pub const MIN_FRESHNESS: Duration = Duration::from_secs(45);
/// The maximum lifetime of a set: a withdrawn key is noticed within a day.
pub const MAX_FRESHNESS: Duration = Duration::from_secs(24 * 60 * 60);
/// The lifetime of a set whose response does not specify one.
pub const DEFAULT_FRESHNESS: Duration = Duration::from_secs(5 * 60);
/// How long keys are used after their lifetime while they cannot be fetched.
pub const DEFAULT_STALE_IF_ERROR: Duration = Duration::from_secs(60 * 60);

/// Returns the lifetime of an unchanged set if the response specifies one; otherwise the former one remains (RFC 9111
/// §4.3.4).
pub(super) fn renewed_life(headers: &HeaderMap) -> Option<Duration> {
    headers.contains_key(CACHE_CONTROL).then(|| life(headers))
}

/// Returns the lifetime that these headers specify, within the limits.
pub(super) fn life(headers: &HeaderMap) -> Duration {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        // A field that is not text cannot be relied on.
        let Ok(value) = value.to_str() else { return MIN_FRESHNESS };
        for directive in value.split(',') {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            let name = name.trim();
            if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
                return MIN_FRESHNESS;
            }
            if name.eq_ignore_ascii_case("max-age") {
                // The shortest of several; an unreadable one counts as stale (§4.2.1).
                let age = seconds(argument.trim().trim_matches('"')).unwrap_or(0);
                max_age = Some(max_age.map_or(age, |other: u64| other.min(age)));
            }
        }
    }
    let Some(max_age) = max_age else { return DEFAULT_FRESHNESS };
    // An intermediate cache has kept it for that long already (§4.2.3).
    let age = match headers.get(AGE) {
        Some(value) => value.to_str().ok().and_then(|text| seconds(text.trim())).unwrap_or(u64::MAX),
        None => 0,
    };
    Duration::from_secs(max_age.saturating_sub(age)).clamp(MIN_FRESHNESS, MAX_FRESHNESS)
}

/// Parses `delta-seconds` (§1.2.2): digits. A value that is too large becomes the largest one.
fn seconds(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(http::HeaderName, &str)]) -> u64 {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, value.parse().unwrap());
        }
        life(&headers).as_secs()
    }

    fn cache_control(value: &str) -> u64 {
        of(&[(CACHE_CONTROL, value)])
    }

    #[test]
    fn a_response_specifies_its_lifetime() {
        assert_eq!(of(&[]), 300);
        assert_eq!(cache_control("public"), 300);
        assert_eq!(cache_control("max-age=600"), 600);
        assert_eq!(cache_control("public, MAX-AGE=\"600\", must-revalidate"), 600);
        assert_eq!(cache_control("s-maxage=900"), 300);
        assert_eq!(of(&[(CACHE_CONTROL, "public"), (CACHE_CONTROL, "max-age=700")]), 700);
    }

    #[test]
    fn within_bounds() {
        assert_eq!(cache_control("max-age=0"), 45);
        assert_eq!(cache_control("max-age=86400"), 86_400);
        assert_eq!(cache_control("max-age=86401"), 86_400);
        assert_eq!(cache_control("max-age=99999999999999999999999"), 86_400);
    }

    #[test]
    fn an_unclear_lifetime_is_short() {
        assert_eq!(cache_control("max-age=600, no-cache"), 45);
        assert_eq!(cache_control("no-store, max-age=600"), 45);
        assert_eq!(cache_control("max-age=soon"), 45);
        assert_eq!(cache_control("max-age=-600"), 45);
        assert_eq!(cache_control("max-age"), 45);
        assert_eq!(cache_control("max-age=900, max-age=600"), 600);
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, http::HeaderValue::from_bytes(b"max-age=600, \xff").unwrap());
        assert_eq!(life(&headers).as_secs(), 45);
    }

    #[test]
    fn time_in_an_intermediate_cache_counts() {
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=600"), (AGE, "500")]), 100);
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=600"), (AGE, "700")]), 45);
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=600"), (AGE, "old")]), 45);
    }
}
