//! Common properties of all presets.

use jotwell::MultiIssuerValidator;
use jotwell_http::provider::{self, Facts, KeycloakRoles};

use super::*;

#[test]
fn no_preset_accepts_an_algorithm_with_a_shared_secret() {
    for facts in Facts::ALL {
        assert!(!facts.algorithms.is_empty(), "{}", facts.name);
        assert!(facts.algorithms.iter().all(|algorithm| !algorithm.is_symmetric()), "{}", facts.name);
        assert!(!facts.documentation.is_empty() && !facts.documentation.contains("http"), "{}", facts.name);
    }
    let names: Vec<_> = Facts::ALL.iter().map(|facts| facts.name.to_lowercase()).collect();
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), Facts::ALL.len());
}

#[tokio::test]
async fn several_providers_can_be_combined_and_keep_their_claims() {
    let set = jotwell::JwkSet::from_keys([rsa().verifying_key()]).expect("a set");
    let keycloak = provider::keycloak("https://sso.example/realms/a", "api", KeycloakRoles::Realm);
    let okta = provider::okta("https://shop.okta.com/oauth2/default", "api");
    let validators = [keycloak.validator(set.clone()), okta.validator(set)];
    let authenticator: Authenticator =
        Authenticator::new(MultiIssuerValidator::new(validators).expect("issuers"));
    let roles = async |claims: Value| {
        let token = sign(&rsa(), &json!({"alg": "RS256", "kid": "key-1", "typ": "JWT"}), &claims);
        let headers =
            [("authorization".parse().expect("a name"), format!("Bearer {token}").parse().expect("a value"))];
        let auth = authenticator.authenticate(&Method::GET, &headers.into_iter().collect()).await;
        auth.map(|auth| auth.roles().to_vec()).map_err(|error| error.to_string())
    };
    let both = json!({"groups": ["g"], "realm_access": {"roles": ["r"]}, "roles": ["x"], "aud": "api", "exp": now() + 60,
        "typ": "Bearer", "cid": "c"});
    let of = |issuer: &str| {
        let mut claims = both.clone();
        claims["iss"] = json!(issuer);
        claims
    };
    assert_eq!(roles(of("https://sso.example/realms/a")).await, Ok(vec!["r".to_owned()]));
    assert_eq!(roles(of("https://shop.okta.com/oauth2/default")).await, Ok(vec!["g".to_owned()]));
    assert!(roles(of("https://other.example")).await.is_err());
}
