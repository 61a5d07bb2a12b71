use jotwell_http::{store::MemoryStore, *};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = IssuerKeys::single(jotwell::SigningKey::generate(jotwell::Algorithm::ES256)?.with_key_id("1"))?;
    let (issuer, api) = (IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
    let sessions = Sessions::new(std::sync::Arc::new(MemoryStore::new()), key, issuer, api);
    let login = auth_routes(&sessions, async |Credentials { name, password }| match password.as_str() {
        "correct horse" => Ok((name, AccessClaims::default())), // Ask your database here.
        _ => Err(CredentialsError::Invalid),
    });
    let me = axum::routing::get(async |auth: Auth| auth.subject().unwrap_or_default().to_owned());
    let app = axum::Router::new().route("/me", me).with_state(sessions.authenticator()).merge(login);
    let listener = tokio::net::TcpListener::bind(std::env::args().nth(1).expect("an address")).await?;
    Ok(axum::serve(listener, app.into_make_service_with_connect_info::<std::net::SocketAddr>()).await?)
}
