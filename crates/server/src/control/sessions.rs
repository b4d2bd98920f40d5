//! Sessions made on request, as strings that client libraries load.

use axum::Json;
use axum::http::StatusCode;
use heliogram::StringSession;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::JsonBody;
use super::reply::Refusal;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(mint_session))
}

/// Whose string it is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// GramJS and teleproto.
    Gramjs,
    /// `heliogram` for Rust.
    Heliogram,
    /// Telethon.
    Telethon,
}

/// A session to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSessionBody {
    /// The number of a user who is there.
    phone: String,
    /// The library that will load it.
    format: Format,
    /// Whether it is logged in already.
    #[serde(default = "yes")]
    #[schema(default = true)]
    authorized: bool,
}

fn yes() -> bool {
    true
}

/// A session that was made.
#[derive(Serialize, ToSchema)]
struct MintedSession {
    /// The string.
    session: String,
    /// Who is logged in.
    user_id: Option<i64>,
}

/// Makes a session without a key exchange, and a login if so wanted
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = NewSessionBody,
    responses((status = 201, body = MintedSession), (status = 404, description = "Nobody has this number")))]
async fn mint_session(
    InWorld(core): InWorld,
    JsonBody(body): JsonBody<NewSessionBody>,
) -> Result<(StatusCode, Json<MintedSession>), Refusal> {
    let minted = core.mint_key(&body.phone, body.authorized).await?;
    let address = core.addresses().get(&minted.dc_id).copied();
    let address =
        address.ok_or_else(|| Refusal::bad("phone", "lives on a DC that does not listen"))?;
    let session = StringSession::with_key(
        minted.dc_id as u8,
        &address.ip().to_string(),
        address.port(),
        minted.key,
    );
    let session = match body.format {
        Format::Gramjs => Some(session.to_gramjs()),
        Format::Heliogram => Some(session.save()),
        Format::Telethon => session.to_telethon(),
    };
    let session = session
        .ok_or_else(|| Refusal::bad("format", "this address does not fit into the format"))?;
    let answer = MintedSession {
        session,
        user_id: minted.user_id,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
