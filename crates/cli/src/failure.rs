//! How the program fails: what happened, a hint, and an exit code that scripts can rely on.

use std::io::Write as _;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

/// The exit codes beside 0, as `--help` and `docs/cli.md` list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The call was answered by an error, or a check did not hold.
    Failed = 1,
    /// The command line cannot mean anything: the same code as for an unknown option.
    Usage = 2,
    /// No server was found, or it does not answer.
    Unreachable = 3,
}

/// An error to be shown to a person.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    hint: Option<String>,
}

impl Failure {
    /// The call was answered by an error, or a check did not hold.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::new(Exit::Failed, what)
    }

    /// The command line asks for something that does not exist.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// No server was found, or it does not answer.
    pub(crate) fn unreachable(what: impl Into<String>) -> Self {
        Self::new(Exit::Unreachable, what)
    }

    /// What to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Shows it on stderr.
    pub(crate) fn report(&self) -> ExitCode {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let bold = Style::new().bold();
        let mut stderr = anstream::stderr().lock();
        // When even stderr is closed the exit code is all that can still be said.
        let _ = writeln!(stderr, "{red}error:{red:#} {}", self.what);
        if let Some(hint) = &self.hint {
            let _ = writeln!(stderr, "{bold}hint:{bold:#}  {hint}");
        }
        ExitCode::from(self.exit as u8)
    }

    fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            hint: None,
        }
    }
}
