//! Rings and several processes: one that is killed at any system call, one whose system calls fail, and several at
//! once.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use jotwell::{Algorithm, KeyRing, KeyRingFile, KeyRingFileError, KeyRotationPolicy, NumericDate};

use crate::common::Desk;

const JOTWELL: &str = env!("CARGO_BIN_EXE_jotwell");
const INIT: &[&str] = &["ring", "init", "ring.json", "--alg", "ES256"];
/// Long after the time of any clock that this runs with.
const LATER: &str = "2100-01-01T00:00:00Z";
const ROTATE: &[&str] = &["ring", "rotate", "ring.json", "--at", LATER];

/// A system call: its name, and its index among the calls with that name.
type Call = (String, usize);

/// Runs the program under `strace`, which manipulates its system calls.
fn strace(desk: &Desk, options: &[&str], args: &[&str]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-qq", "-o", "trace"]).args(options).arg("--").arg(JOTWELL).args(args);
    command.current_dir(desk.path("")).stdin(Stdio::null()).output().expect("strace")
}

/// Returns `None` if tracing does not work, and prints a visible notice. With `JOTWELL_TESTS_SKIP_NOTHING` it panics.
fn desk() -> Option<Desk> {
    let desk = Desk::new();
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if traced.as_ref().is_ok_and(std::process::ExitStatus::success) {
        return Some(desk);
    }
    assert!(std::env::var_os("JOTWELL_TESTS_SKIP_NOTHING").is_none(), "strace: {traced:?}");
    let notice = "\n!!!! NOT TESTED: there is no `strace` here that works (Debian: apt install strace)\n\n";
    // Bypasses the test harness, which captures what tests print.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes());
    None
}

/// Returns the system calls of a run, from the first that concerns the ring.
fn calls(desk: &Desk, args: &[&str]) -> Vec<Call> {
    assert!(strace(desk, &[], args).status.success());
    let mut seen = BTreeMap::<String, usize>::new();
    let mut calls = Vec::new();
    for line in desk.read("trace").lines() {
        let Some((name, rest)) = line.split_once('(').filter(|(name, _)| !name.contains(['+', '-'])) else {
            continue;
        };
        let number = seen.entry(name.to_owned()).or_default();
        *number += 1;
        if !calls.is_empty() || rest.contains("O_PATH") {
            calls.push((name.to_owned(), *number));
        }
    }
    calls
}

/// Returns the name of the active key, and the number of keys. There must always be a complete ring.
fn state(desk: &Desk) -> (String, usize) {
    let (ring, _) = KeyRingFile::new(desk.path("ring.json")).load().expect("a ring");
    (ring.signing_key().key_id().expect("a name").to_owned(), ring.keys().count())
}

fn next(desk: &Desk) -> String {
    let (ring, _) = KeyRingFile::new(desk.path("ring.json")).load().expect("a ring");
    ring.keys().next().expect("a next key").0.key_id().expect("a name").to_owned()
}

/// Before the rename all readers have the former ring, and after it the new one. The lock is free, and leftover files
/// do not prevent the next rotation.
#[test]
fn a_rotation_killed_at_any_system_call_is_complete_or_has_no_effect() {
    let Some(desk) = desk() else { return };
    desk.run(INIT).ends(0);
    let kept = desk.read("ring.json");
    let (former, new) = (state(&desk), (next(&desk), 3));
    let calls = calls(&desk, ROTATE);
    for wanted in ["flock", "write", "fchmod", "fsync", "renameat"] {
        assert!(calls.iter().any(|(name, _)| name == wanted), "{wanted}: {calls:?}");
    }
    let mut happened = Vec::new();
    for (name, number) in &calls {
        desk.write("ring.json", &kept);
        let kill = format!("{name}:signal=KILL:when={number}");
        let run = strace(&desk, &["-e", &format!("trace={name}"), "-e", &format!("inject={kill}")], ROTATE);
        assert_eq!(run.status.signal(), Some(9), "{kill}: {run:?}");
        let found = state(&desk);
        assert!(found == former || found == new, "{kill}: {found:?}");
        happened.push(found == new);
        let again = desk.run(ROTATE);
        assert_eq!(again.code, i32::from(found == new), "{kill}: {}", again.stderr);
        assert_eq!(state(&desk), new, "{kill}");
    }
    assert!(happened.is_sorted(), "there is one moment: {happened:?}");
    assert!(happened.contains(&false) && happened.contains(&true));
    assert!(!desk.path("ring.json.new").exists(), "the next rotation has removed it");
}

#[test]
fn a_creation_killed_at_any_system_call_is_complete_or_has_no_effect() {
    let Some(desk) = desk() else { return };
    let calls = calls(&desk, INIT);
    for (name, number) in &calls {
        let _ = std::fs::remove_file(desk.path("ring.json"));
        let kill = format!("{name}:signal=KILL:when={number}");
        let run = strace(&desk, &["-e", &format!("trace={name}"), "-e", &format!("inject={kill}")], INIT);
        assert_eq!(run.status.signal(), Some(9), "{kill}: {run:?}");
        let there = desk.path("ring.json").exists();
        if there {
            assert_eq!(state(&desk).1, 2, "{kill}");
        }
        let again = desk.run(INIT);
        assert_eq!(again.code, if there { 2 } else { 0 }, "{kill}: {}", again.stderr);
    }
}

/// A full disk, or a file system that returns errors: the exit code reports what has happened.
#[test]
fn a_rotation_with_failing_system_calls_reports_whether_it_has_happened() {
    const OF_FILES: &[&str] = &[
        "openat",
        "readlinkat",
        "fstat",
        "newfstatat",
        "statx",
        "flock",
        "read",
        "unlinkat",
        "write",
        "fchmod",
        "fsync",
        "renameat",
    ];
    let Some(desk) = desk() else { return };
    desk.run(INIT).ends(0);
    let kept = desk.read("ring.json");
    let (former, new) = (state(&desk), (next(&desk), 3));
    let calls = calls(&desk, ROTATE);
    for (name, number) in calls.iter().filter(|(name, _)| OF_FILES.contains(&name.as_str())) {
        for error in ["EIO", "ENOSPC"] {
            desk.write("ring.json", &kept);
            let fail = format!("{name}:error={error}:when={number}");
            let run =
                strace(&desk, &["-e", &format!("trace={name}"), "-e", &format!("inject={fail}")], ROTATE);
            let stderr = String::from_utf8_lossy(&run.stderr);
            let found = state(&desk);
            match run.status.code() {
                Some(0) => assert_eq!(found, new, "{fail}"),
                Some(2) if stderr.contains("ring.json was replaced") => assert_eq!(found, new, "{fail}"),
                Some(2) => {
                    assert_eq!(found, former, "{fail}: {stderr}");
                    assert!(stderr.contains("ring.json"), "{fail}: {stderr}");
                    assert!(!desk.path("ring.json.new").exists(), "{fail}: private keys are left behind");
                }
                other => panic!("{fail}: {other:?}: {stderr}"),
            }
        }
    }
    // A signal that a service handles is not a failure.
    desk.write("ring.json", &kept);
    let run = strace(&desk, &["-e", "trace=flock", "-e", "inject=flock:error=EINTR:when=1"], ROTATE);
    assert!(run.status.success(), "{run:?}");
}

/// Verifiers do not know the next key of the ring after the first rotation, so the others must be rejected.
#[test]
fn only_one_of_several_concurrent_rotations_succeeds() {
    let desk = Desk::new();
    for round in 0..10 {
        desk.run(&[INIT, &["--force"]].concat()).ends(0);
        let new = (next(&desk), 3);
        let spawn = || {
            let mut command = Command::new(JOTWELL);
            command.args(ROTATE).current_dir(desk.path("")).stderr(Stdio::piped()).spawn().expect("a process")
        };
        let processes: Vec<_> = (0..6).map(|_| spawn()).collect();
        let codes =
            processes.into_iter().map(|process| process.wait_with_output().expect("a process").status.code());
        let mut codes: Vec<_> = codes.collect();
        codes.sort_unstable();
        assert_eq!(codes, [0, 1, 1, 1, 1, 1].map(Some), "{round}");
        assert_eq!(state(&desk), new);
    }
}

/// A user runs `ring init` while a service starts that opens its keys: there is one ring, and both have it.
#[test]
fn only_one_of_several_concurrent_processes_creates_the_ring() {
    let desk = Desk::new();
    for round in 0..10 {
        let _ = std::fs::remove_file(desk.path("ring.json"));
        let created = AtomicUsize::new(0);
        let file = KeyRingFile::new(desk.path("ring.json"));
        let open = || {
            let policy = KeyRotationPolicy::new()
                .publish_ahead(std::time::Duration::from_secs(300))
                .token_lifetime(std::time::Duration::from_secs(900))
                .leeway(std::time::Duration::from_secs(60));
            let opened = file.load_or_create(|| {
                created.fetch_add(1, Ordering::Relaxed);
                Ok::<_, KeyRingFileError>(KeyRing::generate(
                    Algorithm::ES256,
                    policy,
                    NumericDate::default(),
                )?)
            });
            opened.expect("a ring").1
        };
        let versions: Vec<_> = std::thread::scope(|scope| {
            let spawn =
                || Command::new(JOTWELL).args(INIT).current_dir(desk.path("")).stderr(Stdio::null()).spawn();
            let processes: Vec<_> = (0..3).map(|_| spawn().expect("a process")).collect();
            // Some before the processes reach it, and some after.
            let open = &open;
            let openers: Vec<_> = (0..3)
                .map(|number| {
                    scope.spawn(move || {
                        std::thread::sleep(std::time::Duration::from_millis(number));
                        open()
                    })
                })
                .collect();
            for mut process in processes {
                match process.wait().expect("a process").code() {
                    Some(0) => drop(created.fetch_add(1, Ordering::Relaxed)),
                    code => assert_eq!(code, Some(2), "{round}"),
                }
            }
            openers.into_iter().map(|opener| opener.join().expect("a ring")).collect()
        });
        assert_eq!(created.into_inner(), 1, "{round}");
        let (_, version) = file.load().expect("a ring");
        assert!(versions.iter().all(|one| *one == version), "{round}");
    }
}
