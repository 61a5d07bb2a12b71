//! Example requests, which a shell can run from top to bottom.

use serde_json::json;

use crate::users::Users;

/// Prints instructions for the operator to standard output. The passwords are not logged.
pub(crate) fn print(base: &str, tls: bool, users: &Users) {
    println!("listening on {base}\n");
    println!("Users of this run (USER_PASSWORD and ADMIN_PASSWORD set the passwords):");
    for (name, password) in users.seeded() {
        println!("  {name:<6} {password}");
    }
    println!(
        "\nOpen {base} in a browser. Sign in as one of them: the page lists orders, shows how long its access token is\n\
         valid, and refreshes it. Its tokens are in cookies that scripts cannot read.\n\n\
         Or run these requests in a shell, from top to bottom:\n"
    );
    for line in lines(base, tls, users) {
        println!("  {line}");
    }
    println!();
}

fn lines(base: &str, tls: bool, users: &Users) -> Vec<String> {
    // The certificate is self-signed.
    let curl = if tls { "curl -sk" } else { "curl -s" };
    let show = format!("{curl} -w '  %{{http_code}}\\n'");
    let member = |name: &str| format!(r#"sed -E 's/.*"{name}":"([^"]+)".*/\1/'"#);
    let json = "-H 'content-type: application/json'";
    let bearer = r#"-H "authorization: Bearer $TOKEN""#;
    let mut lines = Vec::new();
    let mut section = |title: &str, of: Vec<String>| {
        lines.push(format!("# {title}"));
        lines.extend(of);
    };
    let login = |name: &str| {
        let password =
            users.seeded().iter().find(|(seeded, _)| *seeded == name).map(|(_, password)| password);
        let body = json!({ "name": name, "password": password }).to_string();
        vec![
            format!("LOGIN=$({curl} {base}/login {json} -d {})", quoted(&body)),
            format!(r#"TOKEN=$(echo "$LOGIN" | {})"#, member("access_token")),
        ]
    };
    section("Log in.", login("user"));
    section(
        "200 for what a customer may do, 403 for what an administrator may do.",
        vec![
            format!("{show} {base}/me {bearer}"),
            format!("{show} {base}/orders {bearer}"),
            format!("{show} {base}/admin {bearer}"),
        ],
    );
    section(
        "Exchange the refresh token for new tokens, and list the sessions of this user.",
        vec![
            format!(r#"REFRESH=$(echo "$LOGIN" | {})"#, member("refresh_token")),
            format!(
                r#"TOKEN=$({curl} {base}/refresh {json} -d "{{\"refresh_token\":\"$REFRESH\"}}" | {})"#,
                member("access_token")
            ),
            format!("{show} {base}/sessions {bearer}"),
        ],
    );
    section(
        "Log out: 204, and the access token is rejected from then on.",
        vec![format!("{show} -X POST {base}/logout {bearer}"), format!("{show} {base}/me {bearer}")],
    );
    section("Log in as the administrator and rotate the keys. The set has the new keys and the old one.", {
        let mut of = login("admin");
        of.push(format!("{show} {base}/admin {bearer}"));
        of.push(format!("{show} -X POST {base}/admin/keys/rotate {bearer}"));
        of.push(format!("{show} {base}/.well-known/jwks.json"));
        of
    });
    section(
        "End every session of the administrator.",
        vec![format!("{show} -X POST {base}/logout-everywhere {bearer}")],
    );
    lines
}

/// Quotes a word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
