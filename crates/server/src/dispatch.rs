//! Which method is answered by which handler.
//!
//! The table in `methods.rs` is the only place that says so; coverage is derived from it. A query is checked in
//! the order that clients of the real servers see: can it be read, is there a handler, may this
//! caller call it. So a method that nobody wrote yet answers `METHOD_NOT_IMPLEMENTED` to everybody, logged in
//! or not.

use bytes::Bytes;
use heliogram_tl::reflect::{self, LayerError, Type, Value};
use heliogram_tl::{
    AnyMethodError, Availability, Combinator, Encode, Fault, LAYER, Method, MethodError, RpcError,
};

use crate::cx::{Cx, Raise, Ran};
use crate::files::Files;
use crate::methods;
use crate::password::Need;
use crate::store::StoreError;
use crate::wrappers::fetch_error;

/// A line of the table.
pub(crate) struct Entry {
    pub(crate) id: u32,
    pub(crate) name: &'static str,
    pub(crate) access: Access,
    /// Whether it changes anything; if so its reply is kept.
    pub(crate) writes: bool,
    pub(crate) decode: fn(&Bytes) -> Result<Box<dyn Decoded>, heliogram_tl::DecodeError>,
}

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone, whatever the key is worth.
    Free,
    /// Anyone with a permanent key behind the call: the ways into an account.
    Login,
    /// Accounts.
    Account,
}

/// A call with its arguments read, and the handler it is for.
pub(crate) trait Decoded: Send {
    /// What has to be computed first.
    fn need(&self) -> Need;
    /// Runs the handler.
    fn run(self: Box<Self>, cx: &mut Cx<'_>) -> Result<Ran, StoreError>;
}

/// What gives the answer of a method that moves the bytes of files.
pub(crate) type Work = Box<dyn FnOnce(&Files) -> Result<Bytes, RpcError> + Send>;
/// What a handler of such a method decides.
pub(crate) type Moving<M> =
    Box<dyn FnOnce(&Files) -> Result<<M as Method>::Response, Raise<<M as Method>::Error>> + Send>;
/// What decides about a method that moves the bytes of files.
pub(crate) type Mover<M> = fn(&mut Cx<'_>, M) -> Result<Moving<M>, Raise<<M as Method>::Error>>;

/// A method whose arguments may ask for something to be computed first.
pub(crate) type NeedOf<M> = fn(&M) -> Need;
/// What answers a method.
pub(crate) type Handler<M> =
    fn(&mut Cx<'_>, M) -> Result<<M as Method>::Response, Raise<<M as Method>::Error>>;

/// What is to be answered.
pub(crate) enum Admitted {
    /// By a handler.
    Handled(&'static Entry, Box<dyn Decoded>),
    /// There is a method, and no handler.
    Missing(&'static reflect::Method),
}

impl Admitted {
    pub(crate) fn method(&self) -> &'static reflect::Method {
        match self {
            Self::Handled(entry, _) => {
                reflect::method_by_id(entry.id).expect("the table names methods of the schema")
            }
            Self::Missing(method) => method,
        }
    }
}

struct Moves<M: Method> {
    call: M,
    mover: Mover<M>,
}

struct Ready<M: Method> {
    call: M,
    need: NeedOf<M>,
    handler: Handler<M>,
}

/// Reads a query of the newest layer.
pub(crate) fn admit(query: &Bytes) -> Result<Admitted, Refusal> {
    let id = query
        .first_chunk()
        .map(|id| u32::from_le_bytes(*id))
        .ok_or_else(|| Refusal::final_(AnyMethodError::InputFetchError))?;
    let Some(method) = reflect::method_by_id(id) else {
        return Err(Refusal::perhaps_older(method_invalid(id)));
    };
    match methods::TABLE.iter().find(|entry| entry.id == id) {
        Some(entry) => match (entry.decode)(query) {
            Ok(decoded) => Ok(Admitted::Handled(entry, decoded)),
            Err(error) => Err(Refusal::perhaps_older(fetch_error(&error))),
        },
        None => match Value::read(query, Type::Object) {
            Ok(_) => Ok(Admitted::Missing(method)),
            Err(error) => Err(Refusal::perhaps_older(fetch_error(&error))),
        },
    }
}

/// Why a query was not admitted.
pub(crate) struct Refusal {
    pub(crate) error: RpcError,
    /// Whether it could be one of the caller's older layer.
    pub(crate) perhaps_older: bool,
}

impl Refusal {
    fn final_(error: AnyMethodError) -> Self {
        Self {
            error: error.to_rpc(),
            perhaps_older: false,
        }
    }

    fn perhaps_older(error: RpcError) -> Self {
        Self {
            error,
            perhaps_older: true,
        }
    }
}

/// A query of an older layer as the newest has it; none when it is the same there, and so no better than it was.
pub(crate) fn newer(layer: i32, query: &Bytes) -> Result<Option<Bytes>, RpcError> {
    match reflect::from_layer(layer, query) {
        Ok(newer) => Ok((newer != *query).then_some(newer)),
        Err(LayerError::Decode(error)) => match error.fault {
            Fault::UnexpectedId(id) if error.offset == 0 => Err(method_invalid(id)),
            _ => Err(fetch_error(&error)),
        },
        Err(error) => {
            tracing::info!(layer, %error, "a query that the newest layer has no form of");
            let name = format!("NOT_IN_LAYER_{LAYER}_{}", error.subject());
            Err(RpcError::new(400, name))
        }
    }
}

/// The answer to a method that no layer we know has: with its id, as the real servers give it, in decimal.
fn method_invalid(id: u32) -> RpcError {
    tracing::info!(id = %format_args!("{id:#010x}"), "a method that is unknown");
    RpcError::new(
        400,
        format!("{}_{id}_0", AnyMethodError::InputMethodInvalid),
    )
}

/// Whether this kind of account may call the method.
pub(crate) fn available(method: &reflect::Method, bot: bool) -> Result<(), RpcError> {
    let (availability, refusal) = if bot {
        (method.bots, AnyMethodError::BotMethodInvalid.to_rpc())
    } else {
        (method.users, RpcError::new(400, "USER_BOT_REQUIRED"))
    };
    match availability {
        Availability::Yes => Ok(()),
        Availability::No => Err(refusal),
        Availability::Unknown => {
            let name = method.combinator().name;
            tracing::info!(
                name,
                bot,
                "nothing says who may call this method; it is allowed"
            );
            Ok(())
        }
    }
}

/// The answer where there is no handler.
pub(crate) fn not_implemented(method: &reflect::Method) -> RpcError {
    tracing::warn!(name = method.combinator().name, "not implemented");
    AnyMethodError::MethodNotImplemented.to_rpc()
}

/// For [`Entry::decode`].
pub(crate) fn decode<M: Method + Send + 'static>(
    query: &Bytes,
    need: NeedOf<M>,
    handler: Handler<M>,
) -> Result<Box<dyn Decoded>, heliogram_tl::DecodeError> {
    let call = M::from_bytes(query)?;
    Ok(Box::new(Ready {
        call,
        need,
        handler,
    }))
}

/// For [`Entry::decode`] of a method that moves the bytes of files.
pub(crate) fn decode_moving<M: Method + Send + 'static>(
    query: &Bytes,
    mover: Mover<M>,
) -> Result<Box<dyn Decoded>, heliogram_tl::DecodeError> {
    let call = M::from_bytes(query)?;
    Ok(Box::new(Moves { call, mover }))
}

impl<M: Method + Send> Decoded for Ready<M> {
    fn need(&self) -> Need {
        (self.need)(&self.call)
    }

    fn run(self: Box<Self>, cx: &mut Cx<'_>) -> Result<Ran, StoreError> {
        match (self.handler)(cx, self.call) {
            Ok(response) => Ok(Ran::Answered(written::<M>(&response))),
            Err(raise) => raise.into_outcome(),
        }
    }
}

impl<M: Method + Send + 'static> Decoded for Moves<M> {
    fn need(&self) -> Need {
        Need::Nothing
    }

    fn run(self: Box<Self>, cx: &mut Cx<'_>) -> Result<Ran, StoreError> {
        let moving = match (self.mover)(cx, self.call) {
            Ok(moving) => moving,
            Err(raise) => return raise.into_outcome(),
        };
        Ok(Ran::Moving(Box::new(move |files| match moving(files) {
            Ok(response) => written::<M>(&response),
            Err(raise) => match raise.into_outcome() {
                Ok(Ran::Answered(refused)) => refused,
                _ => Err(AnyMethodError::RpcCallFail.to_rpc()),
            },
        })))
    }
}

/// An answer as its bytes.
fn written<M: Method>(response: &M::Response) -> Result<Bytes, RpcError> {
    response.to_bytes().map(Bytes::from).map_err(|error| {
        tracing::error!(name = <M as Combinator>::NAME, %error, "an answer could not be written");
        AnyMethodError::RpcCallFail.to_rpc()
    })
}
