//! Rings: created, rotated, published.

use crate::common::{AUDIENCE, Desk, ISSUER};

const INIT: &[&str] = &[
    "ring",
    "init",
    "ring.json",
    "--alg",
    "ES256",
    "--publish-ahead",
    "5m",
    "--token-lifetime",
    "15m",
    "--leeway",
    "1m",
];
/// Long after the time of any clock that this runs with, and half an hour later.
const LATER: &str = "2100-01-01T00:00:00Z";
const LATER_STILL: &str = "2100-01-01T00:30:00Z";

fn published(desk: &Desk, at: &str) -> Vec<String> {
    let set = desk.run(&["ring", "publish", "ring.json", "--at", at]).ends(0).json();
    let keys = set["keys"].as_array().expect("keys");
    assert!(keys.iter().all(|key| key.get("d").is_none()), "private numbers are published");
    keys.iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_ring_rotates_when_its_next_key_is_known() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    let before = desk.read("ring.json");
    desk.run(&["ring", "rotate", "ring.json"]).ends(1).says("it is ready at 20");
    assert_eq!(desk.read("ring.json"), before);

    let first = published(&desk, LATER);
    assert_eq!(first.len(), 2);
    desk.run(&["ring", "rotate", "ring.json", "--at", LATER]).ends(0).says("publish the ring again");
    let second = published(&desk, LATER);
    assert_eq!(second.len(), 3);
    assert!(first.iter().all(|name| second.contains(name)));
    // Sixteen minutes later, the first key has expired.
    assert_eq!(published(&desk, LATER_STILL).len(), 2);
    desk.run(&["ring", "rotate", "ring.json", "--at", LATER]).ends(1).says("2100-01-01T00:05:00Z");
}

#[test]
fn the_file_is_private_complete_and_not_overwritten() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    let before = desk.read("ring.json");
    desk.run(INIT).ends(2).says("--force");
    // A mistake that would cost the private keys.
    desk.run(&["ring", "publish", "ring.json", "--out", "ring.json"]).ends(2).says("is not a JWK Set");
    assert_eq!(desk.read("ring.json"), before);
    desk.run(&["ring", "rotate", "ring.json", "--at", LATER]).ends(0);
    #[cfg(unix)]
    assert_eq!(crate::common::mode(&desk.path("ring.json")), 0o600);
    desk.run(&[INIT, &["--force"]].concat()).ends(0);
    #[cfg(unix)]
    assert_eq!(crate::common::mode(&desk.path("ring.json")), 0o600);
    let names = std::fs::read_dir(desk.path("")).expect("a folder");
    let names: std::collections::BTreeSet<_> =
        names.map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(names.iter().eq(["ring.json", "ring.json.lock"]), "nothing else is left beside it: {names:?}");
    assert_eq!(desk.read("ring.json.lock"), "");
}

#[test]
#[cfg(unix)]
fn a_link_to_the_ring_remains_a_link() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    std::os::unix::fs::symlink("ring.json", desk.path("link")).expect("a link");
    let before = desk.read("ring.json");
    desk.run(&["ring", "rotate", "link", "--at", LATER]).ends(0);
    assert!(desk.path("link").symlink_metadata().expect("a link").is_symlink());
    assert_ne!(desk.read("ring.json"), before);
}

#[test]
fn the_set_is_replaced_repeatedly_but_never_a_key() {
    let desk = Desk::with_token();
    desk.run(INIT).ends(0);
    for _ in 0..2 {
        desk.run(&["ring", "publish", "ring.json", "--out", "set.json"]).ends(0);
    }
    desk.run(&["jwks", "check", "set.json", "--alg", "ES256"]).ends(0);
    for name in ["private.jwk", "public.jwk", "token"] {
        let before = desk.read(name);
        desk.run(&["ring", "publish", "ring.json", "--out", name]).ends(2);
        assert_eq!(desk.read(name), before);
    }
}

#[test]
fn the_status_shows_states_and_dates_and_nothing_private() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    desk.run(&["ring", "rotate", "ring.json", "--at", LATER]).ends(0);
    let run = desk.run(&["ring", "status", "ring.json"]).ends(0);
    let text = run.text();
    for wanted in [
        "next      ES256",
        "active    ES256",
        "published until 2100-01-01T00:16:00Z",
        "ready     2100-01-01T00:05:00Z",
        "publish ahead 300 s, token lifetime 900 s, leeway 60 s",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let ring: serde_json::Value = serde_json::from_str(&desk.read("ring.json")).expect("a ring");
    for key in ring["keys"].as_array().expect("keys") {
        let secret = key["jwk"]["d"].as_str().expect("a private number");
        assert!(!text.contains(secret));
    }
}

#[test]
fn its_tokens_verify_with_the_published_set() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    desk.run(&["ring", "publish", "ring.json", "--out", "set.json"]).ends(0);
    let ring: serde_json::Value = serde_json::from_str(&desk.read("ring.json")).expect("a ring");
    let keys = ring["keys"].as_array().expect("keys");
    let active = keys.iter().find(|key| key["state"] == "active").expect("an active key");
    desk.write("private.jwk", active["jwk"].to_string());
    desk.sign(&[]);
    let args = [
        "verify",
        "token",
        "--jwks",
        "set.json",
        "--alg",
        "ES256",
        "--issuer",
        ISSUER,
        "--audience",
        AUDIENCE,
    ];
    desk.run(&args).ends(0);
}

#[test]
fn a_file_that_is_not_a_ring_is_rejected() {
    let desk = Desk::with_token();
    desk.run(&["ring", "init", "ring.json", "--alg", "HS256"]).ends(2).says("cannot be published");
    desk.run(&["ring", "init", "-", "--alg", "ES256"]).ends(2).says("kept in a file");
    for command in ["rotate", "publish", "status"] {
        desk.run(&["ring", command, "private.jwk"]).ends(2).says("jotwell ring init");
        desk.run(&["ring", command, "missing"]).ends(2).says("missing cannot be opened");
    }
}

#[test]
#[cfg(unix)]
fn a_ring_that_others_have_access_to_is_rejected() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    desk.run(INIT).ends(0);
    let chmod = |name: &str, mode| {
        std::fs::set_permissions(desk.path(name), std::fs::Permissions::from_mode(mode))
            .expect("permissions");
    };
    for mode in [0o644, 0o444, 0o660] {
        chmod("ring.json", mode);
        for command in ["rotate", "publish", "status"] {
            desk.run(&["ring", command, "ring.json"]).ends(2).says("run `chmod 600 ring.json`");
            let code = if mode == 0o660 { 2 } else { i32::from(command == "rotate") };
            desk.run(&["ring", command, "ring.json", "--allow-world-readable"]).ends(code);
        }
    }
    chmod("ring.json", 0o444);
    desk.run(&["ring", "status", "ring.json"]).ends(2).says("--allow-world-readable");
    desk.run(&["ring", "rotate", "ring.json", "--allow-world-readable", "--at", LATER]).ends(0);
    assert_eq!(crate::common::mode(&desk.path("ring.json")), 0o444);
    chmod("", 0o777);
    desk.run(&["ring", "publish", "ring.json", "--allow-world-readable"]).ends(2).says("run `chmod o-w .`");
}

#[test]
fn a_ring_is_published_from_standard_input_too() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    let set = desk.run(&["ring", "publish", "ring.json"]).ends(0).text();
    let piped = desk.run_with(&["ring", "publish", "-"], desk.read("ring.json").as_bytes(), &[]).ends(0);
    assert_eq!(piped.text(), set);
    desk.run(&["ring", "rotate", "-"]).ends(2);
}

/// A service that revokes all keys holds the lock of the file. A rotation must not write an older ring over its keys.
#[test]
fn a_rotation_waits_for_the_lock() {
    let desk = Desk::new();
    desk.run(INIT).ends(0);
    let before = desk.read("ring.json");
    std::thread::scope(|scope| {
        let rotation = jotwell::KeyRingFile::new(desk.path("ring.json")).change(|_| {
            let rotation = scope.spawn(|| desk.run(&["ring", "rotate", "ring.json", "--at", LATER]).ends(0));
            // However long the command takes to reach the lock, it must wait there.
            std::thread::sleep(std::time::Duration::from_millis(500));
            assert_eq!(desk.read("ring.json"), before);
            drop(rotation);
            Ok::<_, jotwell::KeyRingFileError>(())
        });
        rotation.expect("the lock");
    });
    assert_ne!(desk.read("ring.json"), before);
}
