//! `typ`: several at once, as in a migration, none, and unchecked.

use jotwell::{NoClaims, Typ, VerifyError};

use super::{says, token_with_header, validator};

fn verify(accepted: impl Into<Typ>, typ: &str) -> Result<(), VerifyError> {
    let typ = if typ.is_empty() { String::new() } else { format!(r#","typ":{typ:?}"#) };
    let token = token_with_header(&format!(r#"{{"alg":"HS256"{typ}}}"#));
    validator().typ(accepted).verify::<NoClaims>(&token).map(drop)
}

#[test]
fn several_types_are_accepted_at_once() {
    let migration = || Typ::any_of(["JWT", "at+jwt"]);
    for typ in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        assert_eq!(verify(migration(), typ), Ok(()), "{typ}");
    }
    for typ in ["", "logout+jwt", "dpop+jwt", "JOSE"] {
        assert!(matches!(verify(migration(), typ), Err(VerifyError::TypMismatch { .. })), "{typ}");
    }
    assert_eq!(verify(migration().or_absent(), ""), Ok(()));
}

#[test]
fn typ_is_unchecked_only_if_that_is_explicit() {
    for typ in ["", "JWT", "JOSE", "anything at all"] {
        assert_eq!(verify(Typ::unchecked(), typ), Ok(()), "{typ}");
    }
    assert_eq!((verify(Typ::jwt(), ""), verify(Typ::jwt(), "JWT")), (Ok(()), Ok(())));
    assert!(verify(Typ::jwt(), "at+jwt").is_err());
    assert!(verify("JWT", "").is_err());
}

#[test]
fn the_error_says_expected_found_and_which_setting() {
    let error = verify(Typ::jwt(), "at+jwt").unwrap_err();
    assert_eq!(
        error,
        VerifyError::TypMismatch { expected: vec!["JWT".into()], found: Some("at+jwt".into()) }
    );
    says(&error, &["\"JWT\"", "\"at+jwt\"", "Validator::typ"]);
    let error = verify(Typ::any_of(["JWT", "at+jwt"]), "").unwrap_err();
    says(&error, &["missing", "\"JWT\" or \"at+jwt\"", "Validator::typ"]);
}
