//! What the audience sees: headings, calls as each side has them, and what was checked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use anstyle::{AnsiColor, Style};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

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
    /// The first that went wrong with stdout.
    failed: Option<std::io::Error>,
}

impl Show {
    /// From now on the server's calls are shown as well.
    pub(super) fn new(loud: bool) -> Self {
        let show = Self {
            inner: Arc::default(),
            loud,
        };
        if loud {
            // Fails when there is a subscriber already, and then that one shows what it wants.
            let _ = tracing_subscriber::registry()
                .with(ServerSide(show.clone()))
                .try_init();
        }
        show
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

    fn server(&self, arrow: &str, what: &str) {
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

/// What the server decoded and answered, from its journal.
struct ServerSide(Show);

impl<S: tracing::Subscriber> Layer<S> for ServerSide {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == JOURNAL
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut call = Call::default();
        event.record(&mut call);
        if call.call == GREETING {
            return;
        }
        self.0.server("←", &call.call);
        self.0.server("→", &call.answer);
    }
}

#[derive(Default)]
struct Call {
    call: String,
    answer: String,
}

impl Visit for Call {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "call" => value.clone_into(&mut self.call),
            "answer" => value.clone_into(&mut self.answer),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = write!(text, "{value:?}");
        self.record_str(field, &text);
    }
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
const JOURNAL: &str = "heliogram_server::journal";
const WIDTH: usize = 108;
