//! Sessions: made on request, as strings that client libraries load; listed; ended.

use axum::Json;
use axum::http::StatusCode;
use heliogram::SessionFormat;
use heliogram_crypto::auth_key::AuthKeyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{InPath, InQuery, JsonBody};
use super::reply::Refusal;
use crate::operations::Session;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(list_sessions, mint_session, revoke_sessions))
        .routes(routes!(revoke_session))
}

/// Whose string it is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// `heliogram` for Rust.
    Heliogram,
    /// GramJS and teleproto.
    Gramjs,
    /// Telethon.
    Telethon,
    /// Pyrogram 2 and its descendants.
    Pyrogram,
    /// mtcute.
    Mtcute,
}

/// A session to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSession)]
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
#[schema(as = MintedSession)]
struct MintedSessionBody {
    /// The string. Whoever has it is logged in.
    session: String,
    /// Who is logged in.
    user_id: Option<i64>,
}

/// Whose sessions to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfUser {
    /// Only those of this user, those that wait for a password included.
    user_id: Option<i64>,
}

/// Whose sessions to end.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfThisUser {
    /// The user's id.
    user_id: i64,
}

/// Which session.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Key {
    /// The id of its auth key, a signed decimal number.
    key: i64,
}

/// An auth key and what it is worth.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionBody {
    /// The id of the auth key, a signed decimal number.
    #[schema(pattern = "^-?[0-9]{1,19}$")]
    key: String,
    /// How `account.getAuthorizations` names it, a signed decimal number; 0 until somebody has logged in.
    #[schema(pattern = "^-?[0-9]{1,19}$")]
    hash: String,
    /// Whose it is.
    user_id: Option<i64>,
    /// What it is worth: `nobody`, `password_pending`, `authorised`, `revoked` or `deactivated`.
    #[schema(pattern = "^[a-z_]+$")]
    standing: &'static str,
    /// The layer its client speaks, once it has said so.
    layer: Option<i32>,
    /// The application; 0 until it has said so.
    api_id: i32,
    /// As the client says.
    device_model: String,
    /// As the client says.
    system_version: String,
    /// As the client says.
    app_version: String,
    /// Where its client was when it said so.
    address: String,
    /// When somebody logged in, in business time; 0 when nobody has.
    created_at: i64,
    /// Its last call as a logged-in session, in business time.
    active_at: i64,
    /// Whether it was made without a key exchange.
    minted: bool,
    /// The DC it was made with.
    dc_id: i32,
}

/// The sessions.
#[derive(Serialize, ToSchema)]
struct Sessions {
    /// The oldest is first.
    items: Vec<SessionBody>,
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
struct Revoked {
    /// So many.
    #[schema(minimum = 0)]
    revoked: usize,
}

/// All permanent auth keys, those that nobody is logged in with included
#[utoipa::path(get, path = "/sessions", tag = "sessions", params(OfUser),
    responses((status = 200, body = Sessions), (status = 404, description = "There is no such user")))]
async fn list_sessions(
    InWorld(core): InWorld,
    InQuery(of): InQuery<OfUser>,
) -> Result<Json<Sessions>, Refusal> {
    let sessions = match of.user_id {
        Some(user_id) => core.sessions_of(user_id).await?,
        None => core.sessions().await?,
    };
    let items = sessions.into_iter().map(SessionBody::from).collect();
    Ok(Json(Sessions { items }))
}

/// Makes a session without a key exchange, and a login if so wanted
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = NewSessionBody,
    responses((status = 201, body = MintedSessionBody), (status = 404, description = "Nobody has this number"),
        (status = 409, description = "The server's address does not fit into the format")))]
async fn mint_session(
    InWorld(core): InWorld,
    JsonBody(body): JsonBody<NewSessionBody>,
) -> Result<(StatusCode, Json<MintedSessionBody>), Refusal> {
    let minted = core
        .mint_session(&body.phone, body.format.into(), body.authorized)
        .await?;
    let answer = MintedSessionBody {
        session: minted.session,
        user_id: minted.user_id,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Ends all sessions of a user
#[utoipa::path(delete, path = "/sessions", tag = "sessions", params(OfThisUser),
    responses((status = 200, body = Revoked), (status = 404, description = "There is no such user")))]
async fn revoke_sessions(
    InWorld(core): InWorld,
    InQuery(of): InQuery<OfThisUser>,
) -> Result<Json<Revoked>, Refusal> {
    let revoked = core.revoke_sessions_of(of.user_id).await?;
    Ok(Json(Revoked { revoked }))
}

/// Ends a session, as its user could from another device: its next call is answered 401
#[utoipa::path(delete, path = "/sessions/{key}", tag = "sessions", params(Key),
    responses((status = 204, description = "It has ended"), (status = 404, description = "Nobody is logged in with it")))]
async fn revoke_session(
    InWorld(core): InWorld,
    InPath(session): InPath<Key>,
) -> Result<StatusCode, Refusal> {
    core.revoke_session(AuthKeyId(session.key)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Format> for SessionFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Heliogram => Self::Heliogram,
            Format::Gramjs => Self::GramJs,
            Format::Telethon => Self::Telethon,
            Format::Pyrogram => Self::Pyrogram,
            Format::Mtcute => Self::Mtcute,
        }
    }
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self {
            key: session.key.0.to_string(),
            hash: session.hash.to_string(),
            user_id: session.user_id,
            standing: session.standing.name(),
            layer: session.layer,
            api_id: session.api_id,
            device_model: session.device_model,
            system_version: session.system_version,
            app_version: session.app_version,
            address: session.address,
            created_at: session.created_at,
            active_at: session.active_at,
            minted: session.minted,
            dc_id: session.dc_id,
        }
    }
}
