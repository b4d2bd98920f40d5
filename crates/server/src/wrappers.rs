//! What may stand around a query: `invokeWithLayer` and its relatives, peeled off the bytes.
//!
//! `core.telegram.org/api/invoking`, "Wrapper methods". They may be nested in any order; gzip_packed may
//! stand where a query does. A layer the server does not know is a newer one and is
//! served as the newest.

use bytes::Bytes;
use heliogram_mtproto::session::gzip;
use heliogram_tl::api::{
    InitConnection, InvokeAfterMsg, InvokeAfterMsgs, InvokeWithApnsSecret,
    InvokeWithBusinessConnection, InvokeWithGooglePlayIntegrity, InvokeWithLayer,
    InvokeWithMessagesRange, InvokeWithReCaptcha, InvokeWithTakeout, InvokeWithoutUpdates,
};
use heliogram_tl::reflect;
use heliogram_tl::{
    AnyMethodError, Combinator, Decode, DecodeError, Fault, LAYER, MethodError, Raw, RpcError,
};

/// How deep wrappers may be nested; clients use two or three.
const MAX_WRAPPERS: usize = 8;

/// How large a packed query may be: as large as one that is not packed.
const MAX_INFLATED: usize = 1 << 20;

/// A query and what its wrappers said.
#[derive(Debug, Default)]
pub(crate) struct Peeled {
    pub(crate) query: Bytes,
    /// At most the newest.
    pub(crate) layer: Option<i32>,
    pub(crate) connection: Option<Connection>,
    pub(crate) without_updates: bool,
    /// The calls of the same session that have to be over first, by msg_id.
    pub(crate) after: Vec<i64>,
}

/// What `initConnection` says of the client.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) api_id: i32,
    pub(crate) device_model: String,
    pub(crate) system_version: String,
    pub(crate) app_version: String,
    pub(crate) lang_code: String,
}

/// The calls that have to be over before this one may begin. A call that cannot be read waits for
/// none.
pub(crate) fn predecessors(body: &Bytes) -> Vec<i64> {
    const MAY_HOLD_IT: [u32; 6] = [
        InvokeAfterMsg::<Raw>::ID,
        InvokeAfterMsgs::<Raw>::ID,
        InvokeWithLayer::<Raw>::ID,
        InitConnection::<Raw>::ID,
        InvokeWithoutUpdates::<Raw>::ID,
        InvokeWithTakeout::<Raw>::ID,
    ];
    let id = body.first_chunk().map(|id| u32::from_le_bytes(*id));
    match id {
        Some(id) if MAY_HOLD_IT.contains(&id) => {
            peel(body).map(|peeled| peeled.after).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Takes all wrappers off.
pub(crate) fn peel(body: &Bytes) -> Result<Peeled, RpcError> {
    let mut peeled = Peeled {
        query: body.clone(),
        ..Peeled::default()
    };
    for _ in 0..=MAX_WRAPPERS {
        match peel_one(&mut peeled)? {
            Some(query) => peeled.query = query,
            None => return Ok(peeled),
        }
    }
    tracing::info!("a call with more than {MAX_WRAPPERS} wrappers was refused");
    Err(AnyMethodError::InputFetchError.to_rpc())
}

/// Takes the outermost wrapper off, if there is one.
fn peel_one(peeled: &mut Peeled) -> Result<Option<Bytes>, RpcError> {
    let Some(id) = peeled.query.first_chunk().map(|id| u32::from_le_bytes(*id)) else {
        return Err(AnyMethodError::InputFetchError.to_rpc());
    };
    let inner = match id {
        InvokeWithLayer::<Raw>::ID => {
            let wrapper: InvokeWithLayer<Raw> = read(&peeled.query)?;
            peeled.layer = Some(wrapper.layer.min(LAYER));
            wrapper.query
        }
        InitConnection::<Raw>::ID => {
            let wrapper: InitConnection<Raw> = read(&peeled.query)?;
            peeled.connection = Some(Connection {
                api_id: wrapper.api_id,
                device_model: wrapper.device_model,
                system_version: wrapper.system_version,
                app_version: wrapper.app_version,
                lang_code: wrapper.lang_code,
            });
            wrapper.query
        }
        InvokeWithoutUpdates::<Raw>::ID => {
            peeled.without_updates = true;
            read::<InvokeWithoutUpdates<Raw>>(&peeled.query)?.query
        }
        InvokeAfterMsg::<Raw>::ID => {
            let wrapper: InvokeAfterMsg<Raw> = read(&peeled.query)?;
            peeled.after.push(wrapper.msg_id);
            wrapper.query
        }
        InvokeAfterMsgs::<Raw>::ID => {
            let wrapper: InvokeAfterMsgs<Raw> = read(&peeled.query)?;
            peeled.after.extend(wrapper.msg_ids);
            wrapper.query
        }
        InvokeWithMessagesRange::<Raw>::ID => {
            read::<InvokeWithMessagesRange<Raw>>(&peeled.query)?.query
        }
        InvokeWithTakeout::<Raw>::ID => read::<InvokeWithTakeout<Raw>>(&peeled.query)?.query,
        InvokeWithApnsSecret::<Raw>::ID => read::<InvokeWithApnsSecret<Raw>>(&peeled.query)?.query,
        InvokeWithReCaptcha::<Raw>::ID => read::<InvokeWithReCaptcha<Raw>>(&peeled.query)?.query,
        InvokeWithGooglePlayIntegrity::<Raw>::ID => {
            read::<InvokeWithGooglePlayIntegrity<Raw>>(&peeled.query)?.query
        }
        InvokeWithBusinessConnection::<Raw>::ID => {
            return Err(AnyMethodError::BusinessConnectionNotAllowed.to_rpc());
        }
        gzip::GZIP_PACKED => Raw(inflate(&peeled.query)?),
        _ => return Ok(None),
    };
    Ok(Some(inner.0))
}

fn read<T: Decode>(bytes: &Bytes) -> Result<T, RpcError> {
    T::from_bytes(bytes).map_err(|error| fetch_error(&error))
}

/// The answer to bytes that cannot be read; where they break is logged, never what they hold. With the id when it
/// is a constructor that nobody knows, since its sender may be ahead of us.
pub(crate) fn fetch_error(error: &DecodeError) -> RpcError {
    tracing::info!(%error, "arguments that cannot be read");
    match error.fault {
        Fault::UnexpectedId(id) if reflect::by_id(id).is_none() => {
            RpcError::new(400, format!("{}_{id}", AnyMethodError::InputFetchError))
        }
        _ => AnyMethodError::InputFetchError.to_rpc(),
    }
}

/// The query inside gzip_packed.
fn inflate(packed: &Bytes) -> Result<Bytes, RpcError> {
    gzip::ungzip(packed, MAX_INFLATED).map_err(|error| {
        tracing::info!(%error, "a packed query that cannot be unpacked");
        AnyMethodError::InputFetchError.to_rpc()
    })
}
