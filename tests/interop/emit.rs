//! Prints a token for every algorithm and the JWK to verify it with as JSON lines, for other libraries.
#![forbid(unsafe_code)]

use jotwell::algorithm::Family;
use jotwell::{Algorithm, Claims, NumericDate, SigningKey};
use serde::Serialize;

#[derive(Serialize)]
struct Account {
    roles: [&'static str; 1],
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for algorithm in Algorithm::ALL {
        let name = match (algorithm.family(), algorithm.curve()) {
            (_, Some(curve)) => curve.name().to_lowercase().replace('-', ""),
            (Family::Hmac, None) => algorithm.name().to_lowercase(),
            (_, None) => "rsa2048".to_owned(),
        };
        let read = |form| {
            std::fs::read(format!("{}/vectors/interop/keys/{name}.{form}", env!("CARGO_MANIFEST_DIR")))
        };
        let key = match algorithm.is_symmetric() {
            true => SigningKey::hmac(*algorithm, read("bin")?)?,
            false => SigningKey::from_pem(*algorithm, read("pkcs8.pem")?)?,
        };
        let token = Claims::new(Account { roles: ["editor"] })
            .issuer("https://auth.example")
            .subject("user-42")
            .audience("orders-api")
            .expires_at(NumericDate::from_secs(4_102_444_800))
            .not_before(NumericDate::from_secs(1_767_225_600))
            .issued_at(NumericDate::from_secs(1_767_225_600))
            .jwt_id(format!("jotwell-{algorithm}"))
            .sign(&key)?;
        let jwk = key.to_jwk();
        let jwk = match algorithm.is_symmetric() {
            true => jwk.to_json_with_private_members()?,
            false => jwk.to_json()?,
        };
        println!(r#"{{"alg":"{algorithm}","key":"{name}","token":"{token}","jwk":{jwk}}}"#);
    }
    Ok(())
}
