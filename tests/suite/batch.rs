//! A batch of tokens has the same results as single verifications.

use std::time::Duration;

use jotwell::{Algorithm, Audience, Claims, Issuer, NumericDate, SigningKey, Validator, VerifyError};
use serde::{Deserialize, Serialize};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Numbered {
    number: usize,
}

#[test]
fn results_are_those_of_single_verifications_in_the_same_order() {
    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let validator =
        Validator::with_clock(key.verifying_key(), Issuer::is("issuer"), Audience::is("audience"), NOW);
    let token = |number: usize| {
        let claims = Claims::new(Numbered { number }).issuer("issuer");
        let claims = claims.audience(if number % 5 == 1 { "others" } else { "audience" });
        let lifetime = Duration::from_secs(if number % 5 == 2 { 0 } else { 900 });
        let token = claims.expires_at(NOW.saturating_add(lifetime)).sign(&key).expect("a token");
        match number % 5 {
            3 => token.replace('.', "A."),
            4 => String::new(),
            _ => token,
        }
    };
    for size in [0, 1, 7, 8, 9, 500] {
        let tokens: Vec<_> = (0..size).map(token).collect();
        let together = validator.verify_batch::<Numbered>(&tokens);
        assert_eq!(together.len(), size);
        for (number, (answer, token)) in together.into_iter().zip(&tokens).enumerate() {
            let answer = answer.map(|verified| verified.into_inner());
            assert_eq!(answer, validator.verify::<Numbered>(token).map(|verified| verified.into_inner()));
            match number % 5 {
                0 => assert_eq!(answer, Ok(Numbered { number })),
                1 => assert!(matches!(answer, Err(VerifyError::AudienceMismatch { .. }))),
                2 => assert_eq!(answer, Err(VerifyError::Expired { expired_at: NOW, now: NOW })),
                _ => assert!(answer.is_err()),
            }
        }
    }
}
