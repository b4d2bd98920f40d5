//! The one way from the clients' thread to JavaScript's.
//!
//! A promise of Node-API's own costs a queue each. Here is one queue for all: what arrives is named by the number that
//! JavaScript gave to the call, and what waits together is delivered together. The queue does not keep the process
//! alive; whether anything is worth waiting for, JavaScript knows.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use heliogram_tl::reflect::Type;
use napi::{
    bindgen_prelude::{FnArgs, Function},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use tokio::sync::Notify;

use crate::{
    failure::{self, Failure},
    js::{self, Any},
    tl::{Codec, Shapes, read_whole},
    updates::{self, Told},
};

/// What is told to JavaScript, and which call it belongs to.
pub(crate) struct Delivery {
    pub(crate) call: u32,
    pub(crate) what: What,
}

pub(crate) enum What {
    Nothing,
    /// TL bytes, to be made an object of.
    Value(Type, Bytes),
    Text(String),
    Bytes(Vec<u8>),
    /// How much of how much.
    Progress(u64, u64),
    /// What happened to the account.
    Updates(Vec<Told>),
    Failed(Failure),
}

/// How JavaScript hears: `(call, problem, value, code, name)`. `problem` is null when all is well; otherwise `value` is
/// the message, and `code` and `name` are those of the server's error.
type Arguments = FnArgs<(u32, Option<&'static str>, Any, Option<i32>, Option<String>)>;
type Listener = ThreadsafeFunction<Delivery, (), Arguments, napi::Status, false, true>;

/// The way to the JavaScript that made it. Cheap to clone; good on any thread.
#[napi]
#[derive(Clone)]
pub struct Channel {
    listener: Arc<Listener>,
    stops: Arc<Stops>,
}

/// The calls that JavaScript may give up.
#[derive(Default)]
struct Stops {
    /// How many there are, so that all other calls need no lock.
    count: AtomicUsize,
    by_call: Mutex<HashMap<u32, Arc<Notify>>>,
}

#[napi]
impl Channel {
    /// Everything is given to `listener(call, error, value)`; objects are of the codec's classes.
    #[napi(constructor)]
    pub fn new(codec: &Codec, listener: Function<'_, Arguments, ()>) -> napi::Result<Self> {
        let shapes = codec.shapes();
        let listener = listener
            .build_threadsafe_function::<Delivery>()
            .callee_handled::<false>()
            .weak::<true>()
            .build_callback(move |cx| {
                let env = js::Env::new(&cx.env);
                arguments(env, &shapes, cx.value)
            })?;
        Ok(Self {
            listener: Arc::new(listener),
            stops: Arc::default(),
        })
    }

    /// Says of a call, before it begins, that it may be given up.
    #[napi]
    pub fn allow_stop(&self, call: u32) {
        let mut calls = self.stops.lock();
        calls.insert(call, Arc::default());
        self.stops.count.store(calls.len(), Ordering::Relaxed);
    }

    /// Drops what a call that may be given up is doing; nothing is told of it any more. Does nothing when the call is over.
    #[napi]
    pub fn stop(&self, call: u32) {
        if let Some(stop) = self.take_stop(call) {
            stop.notify_one();
        }
    }

    /// What tells that a call is given up, if it may be.
    pub(crate) fn stop_of(&self, call: u32) -> Option<Arc<Notify>> {
        if self.stops.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        self.stops.lock().get(&call).cloned()
    }

    /// The same, and forgets it: the call is over.
    pub(crate) fn take_stop(&self, call: u32) -> Option<Arc<Notify>> {
        let mut calls = self.stops.lock();
        let stop = calls.remove(&call);
        self.stops.count.store(calls.len(), Ordering::Relaxed);
        stop
    }

    pub(crate) fn send(&self, call: u32, what: What) {
        // Refused only when JavaScript's thread has ended, and nobody waits any more.
        self.listener.call(
            Delivery { call, what },
            ThreadsafeFunctionCallMode::NonBlocking,
        );
    }
}

impl Stops {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Arc<Notify>>> {
        self.by_call.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn arguments(env: js::Env<'_>, shapes: &Shapes, delivery: Delivery) -> napi::Result<Arguments> {
    let Delivery { call, what } = delivery;
    let made = match what {
        What::Nothing => env.undefined().map_err(failure::pending),
        What::Value(ty, bytes) => read_whole(env, shapes, &bytes, ty),
        What::Text(text) => env.string(text.as_bytes()).map_err(failure::pending),
        What::Bytes(bytes) => env.buffer(&bytes).map_err(failure::pending),
        What::Progress(done, of) => pair(env, done, of).map_err(failure::pending),
        What::Updates(told) => updates::list(env, shapes, told),
        What::Failed(failure) => {
            let message = env.string(failure.message.as_bytes());
            let message = message.map_err(failure::pending)?;
            let name = (!failure.name.is_empty()).then_some(failure.name);
            return Ok((
                call,
                Some(failure.kind),
                message.into(),
                Some(failure.code),
                name,
            )
                .into());
        }
    };
    match made {
        Ok(value) => Ok((call, None, value.into(), None, None).into()),
        Err(error) => {
            let message = env
                .string(error.reason.as_bytes())
                .map_err(failure::pending)?;
            Ok((call, Some("unreadable"), message.into(), None, None).into())
        }
    }
}

/// Numbers below 2^53, as the sizes of files are.
fn pair(env: js::Env<'_>, done: u64, of: u64) -> Result<js::Value<'_>, js::Refused> {
    let pair = env.array(2)?;
    env.set_element(pair, 0, env.double(done as f64)?)?;
    env.set_element(pair, 1, env.double(of as f64)?)?;
    Ok(pair)
}
