//! Modules import downwards only. `docs/DESIGN.md` shows the same layers.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up. Modules of one layer do not import each other.
type Layers = &'static [&'static [&'static str]];

/// The library.
const LIBRARY: Layers = &[
    &["bytes", "names"],
    &["backend", "base64url", "curve", "json", "private_file", "sync", "time"],
    &["algorithm"],
    &["content_encryption", "key_management"],
    &["key_type"],
    &["error"],
    &["claims", "numbers"],
    &["der"],
    &["jwk"],
    &["unbound"],
    &["key"],
    &["header"],
    &["jws"],
    &["jwe"],
    &["jwt", "keyset"],
    &["keyring"],
    &["keyring_file"],
    // Documentation alone.
    &["guide"],
];

/// The HTTP crate.
const HTTP: Layers = &[
    &[
        "access_claims",
        "audit",
        "challenge",
        "cookie_keys",
        "counters",
        "plain_response",
        "reload_keys",
        "request_head",
        "same_keys",
        "sync",
        "timestamp",
    ],
    &["bearer", "metadata", "response"],
    &["cookie", "keys", "remote", "store"],
    &["auth_error", "jwks"],
    &["grpc", "revocation"],
    &["auth"],
    &["provider", "session", "tower"],
    &["routes"],
    &["actix_web", "axum", "tonic"],
    // Documentation alone.
    &["guide"],
];

/// The command.
const CLI: Layers = &[
    &["eddsa", "printable", "style", "time"],
    &["failure", "json"],
    &["format", "output", "remote"],
    &["pasted"],
    &["content"],
    &["input"],
    &["keyfile"],
    &["args"],
    &["decrypt", "encrypt", "inspect", "jwks", "key", "keygen", "ring", "shell"],
    &["keys", "sign"],
    &["jws", "verify"],
    &["cli"],
];

/// The client crate.
const CLIENT: Layers = &[
    &["access_token", "challenge", "endpoint", "form", "monotonic", "transport"],
    &["error", "origin", "refresh_token"],
    &["grant", "response"],
    &["client_auth", "exchange"],
    &["source"],
    &["authorization", "client_credentials", "session"],
    &["reqwest", "tower"],
];

fn layer(layers: Layers, module: &str) -> Option<usize> {
    layers.iter().position(|modules| modules.contains(&module))
}

/// Returns the modules that a source names by `crate::`, except in comments and documentation.
fn imports(source: &str) -> Vec<String> {
    let code =
        source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut imports = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        // `$crate::` and `other_crate::` do not count.
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[at + path.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().split(',').map(str::trim).collect(),
            None => vec![rest],
        };
        for name in names {
            let end = name.find(|after: char| !after.is_alphanumeric() && after != '_').unwrap_or(name.len());
            imports.push(name[..end].to_owned());
        }
    }
    imports
}

/// Returns the imports of `source`, a file of `module`, that are not allowed.
fn violations(layers: Layers, module: &str, source: &str) -> Vec<String> {
    let own = layer(layers, module);
    imports(source)
        .into_iter()
        .filter(|import| import != module && layer(layers, import) >= own)
        .map(|import| format!("{module} imports {import}"))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn modules_import_downwards_only() {
    let crates = [
        ("src", LIBRARY),
        ("crates/jotwell-http/src", HTTP),
        ("crates/jotwell-client/src", CLIENT),
        ("crates/jotwell-cli/src", CLI),
    ];
    for (folder, layers) in crates {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut seen = Vec::new();
        for path in sources(&src) {
            let inside = path.strip_prefix(&src).expect("inside").with_extension("");
            let module = inside.iter().next().expect("a name").to_str().expect("UTF-8").to_owned();
            if module == "lib"
                || module == "main"
                || path.extension().is_none_or(|extension| extension != "rs")
            {
                continue;
            }
            assert!(layer(layers, &module).is_some(), "{folder}: {module} has no layer");
            let source = fs::read_to_string(&path).expect("a source");
            assert_eq!(violations(layers, &module, &source), Vec::<String>::new(), "{}", path.display());
            seen.push(module);
        }
        assert!(
            layers.iter().copied().flatten().all(|module| seen.iter().any(|one| one == module)),
            "{seen:?}"
        );
    }
}

/// The core of authentication works with every framework and every version of `http`. Types of `http` 1 are only in
/// `request_head`, `plain_response` and `auth/http1.rs`.
#[test]
fn the_core_of_authentication_is_independent_of_the_http_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/jotwell-http/src");
    for file in ["auth/authenticator.rs", "auth/carrier.rs", "auth/guard.rs", "auth/policy.rs", "bearer.rs"] {
        let source = fs::read_to_string(root.join(file)).expect("a source");
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        assert_eq!(code.filter(|line| line.contains("http::")).collect::<Vec<_>>(), [""; 0], "{file}");
    }
}

#[test]
fn a_planted_import_upwards_or_sideways_is_found() {
    assert_eq!(violations(LIBRARY, "json", "use crate::jwt::Validator;"), ["json imports jwt"]);
    assert_eq!(
        violations(LIBRARY, "key", "fn f() -> crate::header::Header { todo!() }"),
        ["key imports header"]
    );
    assert_eq!(violations(LIBRARY, "json", "use crate::{time::NumericDate, base64url};").len(), 2);
    assert_eq!(violations(LIBRARY, "claims", "use crate::numbers::Numbers;"), ["claims imports numbers"]);
    assert_eq!(violations(LIBRARY, "jwt", "use crate::unheard_of::Thing;"), Vec::<String>::new());
    assert_eq!(violations(LIBRARY, "jwt", "use crate::json::JsonError; // crate::jwt"), Vec::<String>::new());
    assert_eq!(violations(HTTP, "store", "use crate::session::Sessions;"), ["store imports session"]);
    assert_eq!(
        violations(CLIENT, "source", "use crate::session::SessionClient;"),
        ["source imports session"]
    );
}
