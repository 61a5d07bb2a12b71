//! The tokens of an Application Load Balancer: padded, without a key set, with facts in the header.

use std::time::Duration;

use jotwell::{NumericDate, VerifyError};
use jotwell_http::RequireRole;
use jotwell_http::provider::{Alb, AlbError};
use jotwell_test::TestClock;
use serde_json::json;

use super::*;

const ARN: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";
const KID: &str = "12345678-1234-4123-8123-123456789012";
const KEYS: &str = "https://public-keys.auth.elb.eu-central-1.amazonaws.com";

fn key() -> SigningKey {
    let pem = include_bytes!("../../../../../vectors/interop/keys/p256.pkcs8.pem");
    SigningKey::from_pem(Algorithm::ES256, pem).expect("a key")
}

fn padded(bytes: &[u8]) -> String {
    let mut text = base64url::encode(bytes);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn token(header: &Value, claims: &Value, encode: fn(&[u8]) -> String) -> String {
    let input =
        format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let signature = key().sign(input.as_bytes()).expect("a signature");
    format!("{input}.{}", encode(&signature))
}

struct Balancer {
    image: Image,
    clock: TestClock,
}

fn balancer() -> Balancer {
    let clock = TestClock::at(NumericDate::from_secs(1_800_000_000));
    let world = World::default().at(&format!("{KEYS}/{KID}"), key().verifying_key().to_pem().expect("PEM"));
    let alb = Alb::new(ARN, "client-1", "https://login.example").expect("an ARN").clock(clock.clone());
    let authenticator = alb.authenticator(world.clone()).expect("an authenticator");
    let header = json!({
        "typ": "JWT", "kid": KID, "alg": "ES256", "iss": "https://login.example", "client": "client-1",
        "signer": ARN, "exp": 1_800_000_120,
    });
    let claims = json!({
        "sub": "ada", "email": "ada@shop.example", "roles": ["admin"], "exp": 1_800_000_120, "iss": "https://login.example",
    });
    let carrier = Some("x-amzn-oidc-data");
    Balancer { image: Image { authenticator, world, key: key(), carrier, header, claims }, clock }
}

impl Balancer {
    async fn with_header(&self, changes: Value) -> Result<Auth, AuthErrorKind> {
        let mut header = self.image.header.clone();
        for (name, value) in changes.as_object().expect("an object") {
            header[name] = value.clone();
        }
        self.image.send(&token(&header, &self.image.claims, padded)).await
    }

    async fn rejects(&self, changes: Value, part: &str) {
        match self.with_header(changes.clone()).await {
            Err(AuthErrorKind::Token(error)) => {
                assert!(error.to_string().contains(part), "{changes}: {error}")
            }
            other => panic!("{changes}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn alb_tokens_are_accepted_with_their_padding() {
    let balancer = balancer();
    let auth = balancer.with_header(json!({})).await.expect("accepted");
    assert_eq!(auth.subject(), Some("ada"));
    // User attributes are not roles.
    assert!(auth.require(&RequireRole::new("admin")).is_err());
    let plain = token(&balancer.image.header, &balancer.image.claims, |bytes| base64url::encode(bytes));
    assert!(balancer.image.send(&plain).await.is_ok());
    assert_eq!(balancer.image.world.asked(), [format!("{KEYS}/{KID}")]);
}

#[tokio::test]
async fn alb_padding_is_read_strictly_and_by_this_preset_only() {
    let balancer = balancer();
    let good = token(&balancer.image.header, &balancer.image.claims, padded);
    assert!(good.contains('='), "{good}");
    let validator = jotwell::Validator::new(
        key().verifying_key(),
        jotwell::Issuer::unchecked(),
        jotwell::Audience::unchecked(),
    );
    assert!(matches!(validator.verify::<jotwell::NoClaims>(&good), Err(VerifyError::Base64 { .. })));
    let parts: Vec<&str> = good.split('.').collect();
    for changed in [
        good.replace('=', ""),
        format!("{good}="),
        format!("{good}===="),
        format!("={good}"),
        good.replacen('.', "==.", 1),
        good.replace('.', ".."),
        format!("{good}.{}", parts[2]),
        parts[..2].join("."),
    ] {
        let result = balancer.image.send(&changed).await;
        assert!(matches!(result, Err(AuthErrorKind::Token(_))), "{changed}: {result:?}");
    }
}

#[tokio::test]
async fn alb_tokens_of_another_balancer_client_or_issuer_are_rejected() {
    let balancer = balancer();
    let other = ARN.replace("50dc6c495c0c9188", "60dc6c495c0c9188");
    balancer.rejects(json!({"signer": other}), "`signer`").await;
    // Before anything is fetched.
    assert!(balancer.image.world.asked().is_empty());
    balancer.rejects(json!({"client": "client-2"}), "`client`").await;
    balancer.rejects(json!({"iss": "https://other.example"}), "`iss`").await;
    balancer.rejects(json!({"exp": 1_800_000_000}), "expired").await;
    balancer.rejects(json!({"alg": "none"}), "ES256").await;
    balancer.rejects(json!({"alg": "HS256"}), "ES256").await;
    balancer.rejects(json!({"crit": ["exp"]}), "`crit`").await;
    for missing in ["signer", "client", "iss", "exp", "kid", "alg"] {
        let mut header = balancer.image.header.clone();
        header.as_object_mut().expect("an object").remove(missing);
        let result = balancer.image.send(&token(&header, &balancer.image.claims, padded)).await;
        assert!(
            matches!(result, Err(AuthErrorKind::Token(VerifyError::Deserialize { .. }))),
            "{missing}: {result:?}"
        );
    }
    // The claims repeat the header, and must agree with it if they are present.
    let of = async |changes: Value| {
        let mut claims = balancer.image.claims.clone();
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        balancer.image.send(&token(&balancer.image.header, &claims, padded)).await
    };
    assert!(matches!(
        of(json!({"exp": 1_799_999_999})).await,
        Err(AuthErrorKind::Token(VerifyError::Expired { .. }))
    ));
    assert!(of(json!({"iss": "https://other.example"})).await.is_err());
    balancer.clock.advance(Duration::from_secs(120));
    balancer.rejects(json!({}), "expired").await;
}

#[tokio::test]
async fn alb_a_kid_that_is_not_a_uuid_is_not_part_of_an_address() {
    let balancer = balancer();
    for kid in [
        "",
        "../../latest",
        "12345678-1234-4123-8123-12345678901",
        "12345678-1234-4123-8123-12345678901/",
        "12345678123441238123123456789012",
        "12345678-1234-4123-8123-12345678901G",
        "@thief.example/?aaaaaaaaaaaaaaaaaaaa",
    ] {
        balancer.rejects(json!({"kid": kid}), "UUID").await;
    }
    assert!(balancer.image.world.asked().is_empty());
}

#[tokio::test]
async fn alb_unknown_keys_cause_a_bounded_number_of_fetches() {
    let balancer = balancer();
    let kid = |number: usize| format!("12345678-1234-4123-8123-{number:012}");
    for number in 0..50 {
        let result = balancer.with_header(json!({"kid": kid(number)})).await;
        assert!(matches!(result, Err(AuthErrorKind::Token(VerifyError::UnknownKey { .. }))), "{result:?}");
    }
    assert_eq!(balancer.image.world.asked().len(), 8);
    balancer.clock.advance(Duration::from_secs(31));
    assert!(balancer.with_header(json!({})).await.is_ok());
    // A signature by another key than the one at that address.
    let other = SigningKey::generate(Algorithm::ES256).expect("a key");
    let good = token(&balancer.image.header, &balancer.image.claims, padded);
    let (input, _) = good.rsplit_once('.').expect("three parts");
    let forged = format!("{input}.{}", padded(&other.sign(input.as_bytes()).expect("a signature")));
    assert!(matches!(
        balancer.image.send(&forged).await,
        Err(AuthErrorKind::Token(VerifyError::InvalidSignature))
    ));
}

#[test]
fn alb_invalid_settings_are_errors() {
    let world = World::default;
    for arn in [
        "",
        "shop",
        "arn:aws:elasticloadbalancing:eu/../x:1:loadbalancer/app/a/b",
        "arn:aws:elasticloadbalancing::1:loadbalancer/app/a/b",
        "arn:aws:ec2:eu-central-1:1:instance/a",
        "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/net/a/b",
    ] {
        assert!(matches!(Alb::new(arn, "c", "i"), Err(AlbError::Arn)), "{arn}");
    }
    for address in
        ["http://keys.example", "keys.example", "https://keys.example/?a=", "https://a@keys.example"]
    {
        let alb = Alb::new(ARN, "c", "i").expect("an ARN").keys_at(address);
        assert!(
            matches!(alb.authenticator::<jotwell::NoClaims>(world()), Err(AlbError::Address)),
            "{address}"
        );
    }
}
