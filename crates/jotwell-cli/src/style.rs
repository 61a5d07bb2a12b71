//! Colour, only for terminals.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};

pub(crate) const HEADER: Style = AnsiColor::Yellow.on_default();
pub(crate) const PAYLOAD: Style = AnsiColor::Magenta.on_default();
pub(crate) const SIGNATURE: Style = AnsiColor::Cyan.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

#[derive(Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    pub(crate) fn for_stdout() -> Self {
        Self::wanted(std::io::stdout().is_terminal())
    }

    pub(crate) fn for_stderr() -> Self {
        Self::wanted(std::io::stderr().is_terminal())
    }

    /// Handles `NO_COLOR` as no-color.org specifies: set, and not empty.
    fn wanted(terminal: bool) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { on: terminal && !refused && !dumb }
    }

    pub(crate) fn with(self, style: Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
