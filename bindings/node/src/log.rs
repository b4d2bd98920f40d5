//! What the engine says beside its answers: its `tracing` events, on their way to JavaScript's loggers.
//!
//! Each thread of JavaScript that has a client listens from a level on. An event below the lowest of them costs one
//! comparison where it arises, since `tracing` is told the level. The queue to JavaScript is bounded: a thread that is busy for
//! long loses messages, and not memory.

use std::{
    fmt::{self, Write as _},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use napi::{
    bindgen_prelude::{FnArgs, Function},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use tracing::{
    Event, Level, Metadata, Subscriber,
    callsite::rebuild_interest_cache,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};

const QUEUE: usize = 1000;
type Arguments = FnArgs<(u8, String)>;
type Listener = ThreadsafeFunction<Arguments, (), Arguments, napi::Status, false, true, { QUEUE }>;

/// A thread of JavaScript that listens, until this is collected.
#[napi]
pub struct Log {
    sink: Arc<Sink>,
}

struct Sink {
    listener: Listener,
    level: AtomicU8,
}

#[napi]
impl Log {
    /// Messages are given to `listener(level, text)`; 1 is an error, 4 is for debugging. It begins silent.
    #[napi(constructor)]
    pub fn new(listener: Function<'_, Arguments, ()>) -> napi::Result<Self> {
        let listener = listener
            .build_threadsafe_function::<Arguments>()
            .callee_handled::<false>()
            .weak::<true>()
            .max_queue_size::<{ QUEUE }>()
            .build_callback(|cx| Ok(cx.value))?;
        let sink = Arc::new(Sink {
            listener,
            level: AtomicU8::new(SILENT),
        });
        sinks().push(Arc::clone(&sink));
        Ok(Self { sink })
    }

    /// From which level on; 0 for nothing.
    #[napi]
    pub fn set_level(&self, level: u8) {
        self.sink.level.store(level, Ordering::Relaxed);
        changed();
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        sinks().retain(|sink| !Arc::ptr_eq(sink, &self.sink));
        changed();
    }
}

/// Tells `tracing` from which level on anybody listens.
fn changed() {
    static SUBSCRIBED: OnceLock<()> = OnceLock::new();
    let level = sinks().iter().map(|sink| sink.level()).max();
    let level = level.unwrap_or(SILENT);
    if LEVEL.swap(level, Ordering::Relaxed) == level {
        return;
    }
    // Refused when the program that loads this has a subscriber of its own, which then hears everything.
    SUBSCRIBED.get_or_init(|| drop(tracing::subscriber::set_global_default(Ear)));
    rebuild_interest_cache();
}

impl Sink {
    fn level(&self) -> u8 {
        self.level.load(Ordering::Relaxed)
    }
}

fn sinks() -> MutexGuard<'static, Vec<Arc<Sink>>> {
    static SINKS: Mutex<Vec<Arc<Sink>>> = Mutex::new(Vec::new());
    SINKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hears the events of this project's crates; spans are none of its business.
struct Ear;

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        number(*metadata.level()) <= LEVEL.load(Ordering::Relaxed)
            && metadata.target().starts_with("heliogram")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match LEVEL.load(Ordering::Relaxed) {
            SILENT => LevelFilter::OFF,
            1 => LevelFilter::ERROR,
            2 => LevelFilter::WARN,
            3 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        })
    }

    fn event(&self, event: &Event<'_>) {
        let level = number(*event.metadata().level());
        let mut text = Text::default();
        event.record(&mut text);
        let text = text.finish();
        for sink in sinks().iter().filter(|sink| level <= sink.level()) {
            let told = (level, text.clone()).into();
            // Refused when the queue is full, or the thread has ended.
            sink.listener
                .call(told, ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// An event as one line: the message, and its fields behind it.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn finish(self) -> String {
        match self.fields.as_str() {
            "" => self.message,
            fields => format!("{} ({fields})", self.message),
        }
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
            return;
        }
        let comma = if self.fields.is_empty() { "" } else { ", " };
        let _ = write!(self.fields, "{comma}{}: {value:?}", field.name());
    }
}

fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

/// The most that any thread listens to.
static LEVEL: AtomicU8 = AtomicU8::new(SILENT);
const SILENT: u8 = 0;
