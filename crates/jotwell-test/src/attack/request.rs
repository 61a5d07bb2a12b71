//! Invalid requests, independent of the claims of their token.

use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE};

use super::Attack;
use super::original::{Members, Original};
use super::report::Inconclusive;

/// The names of the cookies and of the header that `jotwell-http` reads. They are part of its interface for pages.
mod cookie {
    use http::HeaderName;

    pub(super) const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
    pub(super) const ACCESS: &str = "__Host-access";
    pub(super) const CSRF: &str = "__Host-csrf";
}

/// Returns the requests that must be accepted. Otherwise the service may reject attacks for an unrelated reason.
pub(super) fn controls(original: &Original, cookies: bool) -> Result<Vec<Attack>, Inconclusive> {
    let token = &original.token;
    let mut controls = vec![
        Attack::bearer("the valid token", token)?,
        // RFC 9110 §11.1: the names of schemes are case-insensitive.
        Attack::new("a scheme in lower case").with(token).header(AUTHORIZATION, format!("bearer {token}"))?,
    ];
    if cookies {
        controls.push(by_cookie("a cookie with its proof", token, &[PROOF], &[PROOF])?);
    }
    Ok(controls)
}

/// Returns attacks on `Authorization`: RFC 6750 §2.1 and §3.1.
pub(super) fn attacks(original: &Original) -> Result<Vec<Attack>, Inconclusive> {
    let token = &original.token;
    let good = format!("Bearer {token}");
    let bad = format!("Bearer {}", original.with_header(Members::new(), &original.stranger)?);
    let basic = "Basic c29tZWJvZHk6c2VjcmV0";
    let basic_token = format!("Basic {token}");
    let listed = format!("{good},{token}");
    let accented = [good.as_bytes(), b"\xe9"].concat();
    let headers: &[(&'static str, &[&[u8]])] = &[
        ("no token", &[]),
        ("Bearer without a token", &[b"Bearer"]),
        ("Bearer with a space for a token", &[b"Bearer "]),
        ("no scheme", &[token.as_bytes()]),
        ("the token after Basic", &[basic_token.as_bytes()]),
        ("two headers, the valid one first", &[good.as_bytes(), bad.as_bytes()]),
        ("two headers, the valid one last", &[bad.as_bytes(), good.as_bytes()]),
        ("two headers, Basic first", &[basic.as_bytes(), good.as_bytes()]),
        ("a comma between two tokens", &[listed.as_bytes()]),
        ("a Latin-1 letter after the token", &[&accented]),
    ];
    let mut attacks = Vec::new();
    for (name, values) in headers {
        let attack = values
            .iter()
            .try_fold(Attack::new(name).with(token), |attack, value| attack.header(AUTHORIZATION, value))?;
        attacks.push(attack);
    }
    let query = Attack::new("the token in the query").with(token);
    attacks.push(Attack { query: Some(format!("access_token={token}")), ..query });
    Ok(attacks)
}

/// Returns the requests that must be accepted by a service that reads a custom header.
pub(super) fn controls_in_header(
    original: &Original,
    name: &HeaderName,
) -> Result<Vec<Attack>, Inconclusive> {
    let token = &original.token;
    Ok(vec![Attack::new("the valid token").with(token).header(name.clone(), token)?])
}

/// Returns attacks on a header that contains only a token.
pub(super) fn in_header(original: &Original, name: &HeaderName) -> Result<Vec<Attack>, Inconclusive> {
    let token = &original.token;
    let bad = original.with_header(Members::new(), &original.stranger)?;
    let (scheme, listed) = (format!("Bearer {token}"), format!("{token},{bad}"));
    let accented = [token.as_bytes(), b"\xe9"].concat();
    let headers: &[(&'static str, &[&[u8]])] = &[
        ("no token", &[]),
        ("an empty token header", &[b""]),
        ("a scheme in the token header", &[scheme.as_bytes()]),
        ("two token headers, the valid one first", &[token.as_bytes(), bad.as_bytes()]),
        ("two token headers, the valid one last", &[bad.as_bytes(), token.as_bytes()]),
        ("a comma between two tokens", &[listed.as_bytes()]),
        ("a Latin-1 letter after the token", &[&accented]),
    ];
    let mut attacks = Vec::new();
    for (attack, values) in headers {
        let attack = values
            .iter()
            .try_fold(Attack::new(attack).with(token), |attack, value| attack.header(name.clone(), value))?;
        attacks.push(attack);
    }
    attacks.push(Attack::bearer("the token in Authorization", token)?);
    let query = Attack::new("the token in the query").with(token);
    attacks.push(Attack { query: Some(format!("access_token={token}")), ..query });
    Ok(attacks)
}

/// Returns attacks on cookies: requests that pages of other origins can cause, with wrong anti-forgery tokens.
pub(super) fn on_cookies(original: &Original) -> Result<Vec<Attack>, Inconclusive> {
    let token = &original.token;
    let bad = original.with_header(Members::new(), &original.stranger)?;
    let proven = |name| by_cookie(name, token, &[PROOF], &[PROOF]);
    Ok(vec![
        by_cookie("a cookie without its proof", token, &[PROOF], &[])?,
        by_cookie("a cookie with another proof", token, &[PROOF], &["bm90LXRoZS1zYW1lLXByb29m"])?,
        by_cookie(
            "a cookie with a part of its proof",
            token,
            &[PROOF],
            &[PROOF.get(..8).unwrap_or_default()],
        )?,
        by_cookie("a proof without its cookie", token, &[], &[PROOF])?,
        by_cookie("a cookie with an empty proof", token, &[""], &[""])?,
        by_cookie("a cookie with two proofs", token, &[PROOF], &["bm90LXRoZS1zYW1lLXByb29m", PROOF])?,
        by_cookie("a cookie by a stranger's key", &bad, &[PROOF], &[PROOF])?,
        proven("two cookies, the valid one first")?.header(COOKIE, format!("{}={bad}", cookie::ACCESS))?,
        by_cookie("two cookies, the valid one last", &bad, &[PROOF], &[PROOF])?
            .with(token)
            .header(COOKIE, format!("{}={token}", cookie::ACCESS))?,
        proven("a cookie and an invalid bearer token")?.header(AUTHORIZATION, format!("Bearer {bad}"))?,
    ])
}

/// An anti-forgery token. Any text will do, since it is only compared with itself.
const PROOF: &str = "cHJvb2Ytb2YtdGhlLXRlc3Q";

fn by_cookie(
    name: &'static str,
    token: &str,
    kept: &[&str],
    brought: &[&str],
) -> Result<Attack, Inconclusive> {
    let attack = Attack::new(name).with(token).header(COOKIE, format!("{}={token}", cookie::ACCESS))?;
    let attack = kept
        .iter()
        .try_fold(attack, |attack, kept| attack.header(COOKIE, format!("{}={kept}", cookie::CSRF)))?;
    brought.iter().try_fold(attack, |attack, proof| attack.header(cookie::CSRF_HEADER, proof))
}
