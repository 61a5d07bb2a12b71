//! Providers of tokens for CI jobs.

use jotwell_http::provider;
use serde_json::{Value, json};

use super::*;

fn github() -> Image {
    let issuer = "https://token.actions.githubusercontent.com";
    let keys = "https://token.actions.githubusercontent.com/.well-known/jwks";
    let world = World::default().issuer(issuer, keys, &set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "jti": "j", "sub": "repo:shop/orders:environment:prod", "environment": "prod", "aud": "deploy.example",
        "ref": "refs/heads/main", "sha": "s", "repository": "shop/orders", "repository_owner": "shop",
        "repository_id": "74", "run_id": "1", "actor": "ada", "event_name": "push", "ref_type": "branch",
        "job_workflow_ref": "shop/orders/.github/workflows/deploy.yml@refs/heads/main",
        "iss": issuer, "nbf": now() - 300, "iat": now(), "exp": now() + 300,
    });
    let header = json!({"typ": "JWT", "alg": "RS256", "x5t": "key-1", "kid": "key-1"});
    Image::new(&provider::github_actions("deploy.example", "shop/orders"), world, header, claims)
}

#[tokio::test]
async fn github_actions_jobs_of_the_repository_are_accepted() {
    let image = github();
    assert_eq!(image.accepted().await.subject(), Some("repo:shop/orders:environment:prod"));
    image.refuses_the_usual().await;
}

#[tokio::test]
async fn github_actions_jobs_of_another_repository_or_audience_are_rejected() {
    let image = github();
    for repository in
        [json!("thief/orders"), json!("shop/orders2"), json!("Shop/orders"), json!(""), Value::Null]
    {
        image.rejects(json!({"repository": repository}), "`repository`").await;
    }
    image.rejects(json!({"aud": "https://github.com/shop"}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://token.actions.githubusercontent.com/thief"}), "\"iss\"").await;
}

fn gitlab() -> Image {
    let issuer = "https://gitlab.example";
    let keys = "https://gitlab.example/oauth/discovery/keys";
    let world = World::default().issuer(issuer, keys, &set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "namespace_id": "72", "namespace_path": "shop", "project_id": "20", "project_path": "shop/orders",
        "user_login": "ada", "pipeline_id": "574", "job_id": "302", "ref": "main", "ref_type": "branch",
        "ref_protected": "true", "jti": "j", "iss": issuer, "iat": now(), "nbf": now() - 5, "exp": now() + 3600,
        "sub": "project_path:shop/orders:ref_type:branch:ref:main", "aud": "deploy.example",
    });
    let header = json!({"kid": "key-1", "typ": "JWT", "alg": "RS256"});
    Image::new(&provider::gitlab(issuer, "deploy.example", "shop/orders"), world, header, claims)
}

#[tokio::test]
async fn gitlab_jobs_of_the_project_are_accepted() {
    let image = gitlab();
    image.accepted().await;
    image.refuses_the_usual().await;
}

#[tokio::test]
async fn gitlab_jobs_of_another_project_or_instance_are_rejected() {
    let image = gitlab();
    for project in [json!("thief/orders"), json!("shop"), json!("shop/orders/fork"), Value::Null] {
        image.rejects(json!({"project_path": project}), "`project_path`").await;
    }
    image.rejects(json!({"aud": "other.example"}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://gitlab.com"}), "\"iss\"").await;
}
