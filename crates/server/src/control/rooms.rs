//! The rooms: users, inbox, clock, sessions, coverage.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use heliogram::StringSession;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::reply::{Refusal, read};
use crate::clock::ClockReading;
use crate::operations::NewUser;

type Answer = Result<Json<Value>, Refusal>;

/// `GET /healthz`
pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /v1/users`
pub(super) async fn users(State(control): State<Control>) -> Answer {
    let users = control.core()?.users().await?;
    let users = users.into_iter().map(|user| {
        json!({
            "id": user.id,
            "phone": user.phone,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "bot": user.bot,
            "deletion_due": user.deletion_due,
        })
    });
    Ok(Json(json!({"items": users.collect::<Vec<_>>()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserRequest {
    #[serde(default)]
    phone: String,
    first_name: String,
    last_name: Option<String>,
    password: Option<String>,
    #[serde(default)]
    bot: bool,
}

/// `POST /v1/users`
pub(super) async fn create_user(
    State(control): State<Control>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let request: UserRequest = read(&body)?;
    let phone = request.phone.clone();
    let created = control
        .core()?
        .create_user(NewUser {
            phone: request.phone,
            first_name: request.first_name,
            last_name: request.last_name,
            password: request.password,
            bot: request.bot,
            ..NewUser::default()
        })
        .await?;
    let mut answer = json!({"id": created.id, "phone": phone});
    if let Some(token) = created.bot_token {
        answer["bot_token"] = token.into();
    }
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /v1/inbox/{phone}`
pub(super) async fn inbox(State(control): State<Control>, Path(phone): Path<String>) -> Answer {
    let items = control.core()?.inbox(&phone).await?;
    let items = items.into_iter().map(|item| {
        json!({
            "kind": item.kind.name(),
            "from": item.from,
            "text": item.text,
            "date": item.date,
        })
    });
    Ok(Json(json!({"items": items.collect::<Vec<_>>()})))
}

/// `GET /v1/clock`
pub(super) async fn clock(State(control): State<Control>) -> Answer {
    Ok(Json(reading(control.core()?.clock())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    advance_seconds: i64,
}

/// `POST /v1/clock`
pub(super) async fn advance_clock(State(control): State<Control>, body: Bytes) -> Answer {
    let request: ClockRequest = read(&body)?;
    let clock = control
        .core()?
        .advance_clock(request.advance_seconds)
        .await?;
    Ok(Json(reading(clock)))
}

fn reading(clock: ClockReading) -> Value {
    json!({"now": clock.now, "ahead_seconds": clock.shift, "frozen": clock.frozen})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionRequest {
    phone: String,
    format: String,
    #[serde(default = "yes")]
    authorized: bool,
}

fn yes() -> bool {
    true
}

/// `POST /v1/sessions`
pub(super) async fn mint_session(
    State(control): State<Control>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let request: SessionRequest = read(&body)?;
    let format: fn(&StringSession) -> Option<String> = match request.format.as_str() {
        "gramjs" => |session| Some(session.to_gramjs()),
        "heliogram" => |session| Some(session.save()),
        "telethon" => StringSession::to_telethon,
        other => {
            return Err(Refusal::bad(
                "format",
                format!("`{other}` is not one of gramjs, telethon, heliogram"),
            ));
        }
    };
    let core = control.core()?;
    let minted = core.mint_key(&request.phone, request.authorized).await?;
    let address = core.addresses().get(&minted.dc_id).copied();
    let address =
        address.ok_or_else(|| Refusal::bad("phone", "lives on a DC that does not listen"))?;
    let session = StringSession::with_key(
        minted.dc_id as u8,
        &address.ip().to_string(),
        address.port(),
        minted.key,
    );
    let session = format(&session)
        .ok_or_else(|| Refusal::bad("format", "this address does not fit into the format"))?;
    let answer = json!({"session": session, "user_id": minted.user_id});
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /v1/coverage`
pub(super) async fn coverage(State(control): State<Control>) -> Answer {
    let core = control.core()?;
    let answered = core.answered();
    let methods = core.coverage().into_iter().map(|method| {
        json!({
            "method": method.name,
            "coverage": method.coverage.to_string(),
            "answered": answered.get(method.name).copied().unwrap_or(0),
        })
    });
    Ok(Json(json!({"methods": methods.collect::<Vec<_>>()})))
}

/// Any other path.
pub(super) async fn not_found(uri: Uri) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "path",
        format!(
            "{} is not here; /v1/users, /v1/inbox/{{phone}}, /v1/clock, /v1/sessions, /v1/coverage and /healthz are",
            uri.path()
        ),
    )
}

/// Any other method on a path that exists.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        format!("{method} does nothing on {}", uri.path()),
    )
}
