//! The people and bots of a world.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::JsonBody;
use super::reply::Refusal;
use crate::operations::{NewUser, UserSummary};

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(list_users, create_user))
}

/// A person or a bot.
#[derive(Serialize, ToSchema)]
struct User {
    /// Its id.
    id: i64,
    /// Its number, digits only; a bot may have none.
    phone: Option<String>,
    /// Its first name.
    first_name: String,
    /// Its last name; may be empty.
    last_name: String,
    /// Whether it is a bot.
    bot: bool,
    /// The DC it lives on.
    dc: i32,
    /// When its account will be deleted, in business time; none when no deletion is under way.
    deletion_due: Option<i64>,
}

/// Everyone who is not deleted.
#[derive(Serialize, ToSchema)]
struct Users {
    /// In the order in which they came.
    items: Vec<User>,
}

/// A user to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUserBody {
    /// 7 to 15 digits; a `+`, blanks, hyphens and brackets are stripped. A bot may do without.
    #[serde(default)]
    #[schema(required = false, pattern = r"^([ ()+-]*[0-9]){7,15}[ ()+-]*$")]
    phone: String,
    /// 1 to 64 characters, not only blanks.
    #[schema(min_length = 1, max_length = 64, pattern = r"[!-~]")]
    first_name: String,
    /// Up to 64 characters.
    #[schema(max_length = 64)]
    last_name: Option<String>,
    /// A 2FA password.
    #[schema(min_length = 1)]
    password: Option<String>,
    /// Whether it is a bot, which logs in with a token.
    #[serde(default)]
    bot: bool,
    /// The DC it lives on; none for the server's own.
    #[schema(minimum = 1, maximum = 5)]
    dc: Option<i32>,
}

/// A user that was made.
#[derive(Serialize, ToSchema)]
struct CreatedUser {
    /// Its id.
    id: i64,
    /// Its number, as it was given.
    phone: String,
    /// What a bot logs in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_token: Option<String>,
}

/// Everyone who is not deleted
#[utoipa::path(get, path = "/users", tag = "users", responses((status = 200, body = Users)))]
async fn list_users(InWorld(core): InWorld) -> Result<Json<Users>, Refusal> {
    let users = core.users().await?;
    let items = users.into_iter().map(User::from).collect();
    Ok(Json(Users { items }))
}

/// Makes a user or a bot
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUserBody,
    responses((status = 201, body = CreatedUser)))]
async fn create_user(
    InWorld(core): InWorld,
    JsonBody(body): JsonBody<NewUserBody>,
) -> Result<(StatusCode, Json<CreatedUser>), Refusal> {
    let phone = body.phone.clone();
    let new = NewUser {
        phone: body.phone,
        first_name: body.first_name,
        last_name: body.last_name,
        password: body.password,
        bot: body.bot,
        dc_id: body.dc,
        ..NewUser::default()
    };
    let created = core.create_user(new).await?;
    let answer = CreatedUser {
        id: created.id,
        phone,
        bot_token: created.bot_token,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

impl From<UserSummary> for User {
    fn from(user: UserSummary) -> Self {
        Self {
            id: user.id,
            phone: user.phone,
            first_name: user.first_name,
            last_name: user.last_name,
            bot: user.bot,
            dc: user.dc_id,
            deletion_due: user.deletion_due,
        }
    }
}
