//! What the audience sees: headings, calls as each side has them, and what was checked.

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use anstyle::{AnsiColor, Style};
use heliogram_server::{CallAnswer, Core, Entry, Filter};
use heliogram_tl::reflect::{from_json, method, value_from_json};

use super::stage::operation;
use crate::failure::Failure;

/// The lines, and what was checked so far. Cloning gives another handle to the same.
#[derive(Clone)]
pub(super) struct Show {
    inner: Arc<Mutex<Inner>>,
    /// Whether anything is printed.
    loud: bool,
}

#[derive(Default)]
struct Inner {
    checked: Vec<String>,
    /// The number of the last call of the server's that was shown.
    told: u64,
    /// The first that went wrong with stdout.
    failed: Option<std::io::Error>,
}

impl Show {
    pub(super) fn new(loud: bool) -> Self {
        Self {
            inner: Arc::default(),
            loud,
        }
    }

    /// Begins a scene.
    pub(super) fn scene(&self, title: &str) {
        let style = Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()));
        self.line(&format!("\n{style}{title}{style:#}"));
    }

    /// Somebody calls, in full.
    pub(super) fn call(&self, who: &str, call: &str) {
        let bold = Style::new().bold();
        self.line(&format!("  {bold}{who:<8}{bold:#} → {call}"));
    }

    /// Somebody is answered.
    pub(super) fn answer(&self, who: &str, answer: &str) {
        let bold = Style::new().bold();
        self.line(&format!("  {bold}{who:<8}{bold:#} ← {}", fit(answer)));
    }

    /// What the server decoded and answered since this was last asked, from its journal.
    pub(super) fn server(&self, core: &Core) -> Result<(), Failure> {
        let since = self.lock().told;
        let calls = Filter {
            since,
            ..Filter::default()
        };
        let entries = core.journal().read(&calls).map_err(operation)?;
        for entry in &entries {
            self.lock().told = entry.number;
            if entry.method != Some(GREETING) {
                let (request, answer) = sides(entry);
                self.server_line("←", &request);
                self.server_line("→", &answer);
            }
        }
        Ok(())
    }

    /// Something beside the calls: a text on a phone, a clock that moves.
    pub(super) fn aside(&self, who: &str, what: &str) {
        let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
        self.line(&format!("  {who:<8} {cyan}{what}{cyan:#}"));
    }

    /// A check: `what` has to hold, and then stands in the list.
    pub(super) fn check(&self, holds: bool, what: &str) -> Result<(), Failure> {
        if !holds {
            return Err(Failure::failed(format!("this does not hold: {what}")));
        }
        let green = Style::new().fg_color(Some(AnsiColor::Green.into()));
        self.line(&format!("  {green}✓ {what}{green:#}"));
        self.lock().checked.push(what.to_owned());
        Ok(())
    }

    /// The last line.
    pub(super) fn end(&self, text: &str) {
        let bold = Style::new().bold();
        self.line(&format!("\n{bold}{text}{bold:#}"));
    }

    /// What was checked.
    pub(super) fn checked(&self) -> Vec<String> {
        self.lock().checked.clone()
    }

    /// Whether everything could be shown.
    pub(super) fn written(&self) -> Result<(), Failure> {
        crate::output::written(self.lock().failed.take().map_or(Ok(()), Err))
    }

    fn server_line(&self, arrow: &str, what: &str) {
        let dim = Style::new().dimmed();
        self.line(&format!(
            "  {dim}{:<8} {arrow} {}{dim:#}",
            "server",
            fit(what)
        ));
    }

    fn line(&self, line: &str) {
        if self.loud {
            let mut inner = self.lock();
            if let Err(error) = writeln!(anstream::stdout(), "{line}") {
                inner.failed.get_or_insert(error);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The request of a call and its answer, as the schema's types print themselves: without secrets.
fn sides(entry: &Entry) -> (String, String) {
    let request = entry.request.as_ref().and_then(|json| from_json(json).ok());
    let ty = entry.method.and_then(method);
    let ty = ty.map(|method| method.combinator().result);
    let answer = match &entry.answer {
        CallAnswer::Error(error) => format!("{}: {}", error.code, error.message),
        CallAnswer::Result(json) => ty
            .and_then(|ty| value_from_json(ty, json, "result").ok())
            .map_or_else(|| "an answer".to_owned(), |value| format!("{value:?}")),
    };
    let request = request.map_or_else(
        || format!("{} bytes that are no call", entry.request_bytes),
        |request| format!("{request:?}"),
    );
    (request, answer)
}

/// One line of it.
fn fit(text: &str) -> String {
    let text = text.replace('\n', " ");
    if text.chars().count() <= WIDTH {
        return text;
    }
    let cut: String = text.chars().take(WIDTH - 1).collect();
    format!("{cut}…")
}

/// What every client asks after the key exchange; told once, as "connects".
const GREETING: &str = "help.getConfig";
const WIDTH: usize = 108;
