//! Links in Markdown files are valid, and README files are displayed correctly on the page of a repository.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The greatest number of lines of a README of a package.
const README_LINES: usize = 150;

/// Folders that contain nothing of the project.
const FOREIGN: &[&str] = &["target", "node_modules", ".git"];

#[derive(Default)]
struct Page {
    /// Targets of links and pictures.
    links: Vec<String>,
    /// Valid targets of `#…`.
    anchors: BTreeSet<String>,
    /// Links in brackets only, which rustdoc resolves and a repository's page does not.
    unresolved: Vec<String>,
    /// Blocks of Rust.
    rust: Vec<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut unresolved = Vec::new();
        let mut page = Self::default();
        let mut times: HashMap<String, usize> = HashMap::new();
        let (mut heading, mut is_rust): (Option<String>, bool) = (None, false);
        let broken = |link: BrokenLink<'_>| {
            unresolved.push(link.reference.into_string());
            None
        };
        for event in Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(broken)) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::Text(text) | Event::Code(text) if heading.is_some() => {
                    heading.get_or_insert_default().push_str(&text);
                }
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let before = times.entry(anchor.clone()).or_default();
                    page.anchors.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
                    *before += 1;
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    is_rust = language.starts_with("rust");
                }
                Event::Text(code) if is_rust => page.rust.push(code.into_string()),
                Event::End(TagEnd::CodeBlock) => is_rust = false,
                _ => {}
            }
        }
        page.unresolved = unresolved;
        page
    }
}

/// Returns the anchor that the page of a repository gives to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, pages: &mut BTreeMap<PathBuf, Page>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            if !FOREIGN.iter().any(|foreign| name == *foreign) {
                collect(&path, pages);
            }
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).expect("text");
            pages.insert(path, Page::read(&text));
        }
    }
}

fn pages() -> BTreeMap<PathBuf, Page> {
    let mut pages = BTreeMap::new();
    collect(root(), &mut pages);
    assert!(pages.len() > 10, "{:?}", pages.keys());
    pages
}

/// Removes `.` and `..` from a path.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    let pages = pages();
    let mut wrong = Vec::new();
    let mut followed = 0;
    for (path, page) in &pages {
        for link in page.links.iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            followed += 1;
            let (file, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
            let target = match file {
                "" => path.clone(),
                file => plain(&path.parent().expect("a folder").join(file)),
            };
            let leads = target.exists()
                && target.starts_with(root())
                && anchor.is_none_or(|anchor| {
                    pages.get(&target).is_some_and(|page| page.anchors.contains(anchor))
                });
            if !leads {
                wrong.push(format!("{}: {link}", path.strip_prefix(root()).expect("within").display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(followed > 30, "{followed}");
}

#[test]
fn a_readme_is_displayed_correctly_on_the_page_of_a_repository() {
    let pages = pages();
    let readmes: Vec<_> =
        ["."].into_iter().chain(CRATES).map(|folder| plain(&root().join(folder).join("README.md"))).collect();
    for path in readmes {
        let page = pages.get(&path).unwrap_or_else(|| panic!("{} is missing", path.display()));
        let name = path.display();
        assert!(page.unresolved.is_empty(), "{name} has links for rustdoc alone: {:?}", page.unresolved);
        for code in &page.rust {
            let hidden: Vec<_> = code.lines().filter(|line| *line == "#" || line.starts_with("# ")).collect();
            assert!(hidden.is_empty(), "{name} has lines that rustdoc alone hides: {hidden:?}");
        }
        let lines = fs::read_to_string(&path).expect("text").lines().count();
        assert!(lines <= README_LINES, "{name} has {lines} lines");
    }
}

const CRATES: [&str; 4] =
    ["crates/jotwell-cli", "crates/jotwell-client", "crates/jotwell-http", "crates/jotwell-test"];

#[test]
fn headings_get_the_anchors_of_a_repository() {
    let page = Page::read(
        "# A `Key`, and *more*\n## Same\n## Same\n[gone] and [`Gone`]\n[there](x.md#y)\n```rust\n# hidden\n```\n",
    );
    assert_eq!(page.anchors.iter().collect::<Vec<_>>(), ["a-key-and-more", "same", "same-1"]);
    assert_eq!(page.unresolved, ["gone", "`Gone`"]);
    assert_eq!(page.links, ["x.md#y"]);
    assert_eq!(page.rust, ["# hidden\n"]);
}

/// Returns the text under a heading of a README, up to the next one.
fn section<'a>(readme: &'a str, heading: &str) -> &'a str {
    let rest =
        readme.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no section {heading}"));
    rest.split("\n## ").next().expect("the section")
}

/// Returns the code in the first column of a table.
fn first_column(section: &str) -> BTreeSet<String> {
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells = rows.map_while(|row| row.strip_prefix('|')?.split('|').next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn a_readme_lists_the_features_and_the_rust_version_of_its_manifest() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    for folder in CRATES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let readme = fs::read_to_string(root().join(folder).join("README.md")).expect("a README");
        let version = [&manifest, &workspace].into_iter().find_map(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("rust-version = \""))?;
            line.strip_suffix('"').map(str::to_owned)
        });
        let version = version.expect("a version");
        assert!(readme.contains(&version), "{folder}: the minimum supported Rust version is {version}");
        let Some(features) = manifest.split("\n[features]\n").nth(1) else { continue };
        let features = features.split("\n[").next().expect("features");
        let declared: BTreeSet<_> = features
            .lines()
            .filter_map(|line| line.split_once(" = ["))
            .map(|(name, _)| name.to_owned())
            .filter(|name| name != "default")
            .collect();
        if folder == "crates/jotwell-cli" {
            assert!(
                declared.iter().all(|name| readme.contains(&format!("feature `{name}`"))),
                "{declared:?}"
            );
        } else {
            assert_eq!(first_column(section(&readme, "Features")), declared, "{folder}");
        }
    }
}

#[test]
fn the_commands_of_the_readme_are_those_of_the_program() {
    let interface =
        fs::read_to_string(root().join("crates/jotwell-cli/interface.txt")).expect("the interface");
    let words: BTreeSet<_> = interface
        .lines()
        .filter_map(|line| line.strip_prefix("jotwell "))
        .filter(|rest| !rest.contains(['-', '<', '[']) && !rest.is_empty())
        .map(str::to_owned)
        .collect();
    // `key` without a subcommand does nothing; its subcommands are the commands.
    let commands: BTreeSet<_> = words
        .iter()
        .filter(|one| !words.iter().any(|other| other.starts_with(&format!("{one} "))))
        .cloned()
        .collect();
    let readme = fs::read_to_string(root().join("crates/jotwell-cli/README.md")).expect("the README");
    assert_eq!(first_column(section(&readme, "Commands")), commands);
}

#[test]
fn the_readme_counts_the_fuzz_targets() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("the manifest");
    let count = manifest.matches("[[bin]]").count();
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    assert!(readme.contains(&format!("{count} fuzz targets")), "{count}");
}
