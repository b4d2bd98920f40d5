//! The people and bots of a world.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{Fields, InPath, JsonBody};
use super::openapi::one_of;
use super::reply::Refusal;
use crate::operations::{NewUser, UserEdit, UserSummary};

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(list_users, create_user))
        .routes(routes!(read_user, edit_user, delete_user))
}

/// Which user.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserId {
    /// The user's id.
    id: i64,
}

/// A person or a bot.
#[derive(Serialize, ToSchema)]
struct User {
    /// Its id.
    id: i64,
    /// What others name it with, beside the id: digits in a string, since JSON's numbers are not always exact.
    access_hash: String,
    /// Its number, digits only; a bot may have none.
    phone: Option<String>,
    /// Its first name.
    first_name: String,
    /// Its last name; may be empty.
    last_name: String,
    /// The name it is found by.
    username: Option<String>,
    /// Whether it is a bot.
    bot: bool,
    /// The DC it lives on.
    dc_id: i32,
    /// Whether it has a 2FA password.
    has_password: bool,
    /// Its last call, in business time.
    active_at: Option<i64>,
    /// When its account will be deleted, in business time; none when no deletion is under way.
    deletion_due: Option<i64>,
}

/// Everyone who is not deleted.
#[derive(Serialize, ToSchema)]
struct Users {
    /// In the order in which they came.
    items: Vec<User>,
}

/// A person to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    /// 7 to 15 digits, which nobody has; `+`, blanks, hyphens and brackets are stripped.
    #[schema(pattern = "^([ ()+-]*[0-9]){7,15}[ ()+-]*$")]
    phone: String,
    /// 1 to 64 characters, not only blanks.
    #[schema(
        max_length = 64,
        pattern = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    )]
    first_name: String,
    /// Up to 64 characters.
    #[schema(max_length = 64)]
    last_name: Option<String>,
    /// A 2FA password.
    #[schema(min_length = 1)]
    password: Option<String>,
    /// A person is none.
    #[serde(default, rename = "bot")]
    #[schema(schema_with = only::<false>, required = false)]
    _bot: bool,
    /// The DC it lives on, one that the server has; its own when left out.
    #[schema(minimum = 1, maximum = 5)]
    dc_id: Option<i32>,
    /// The name it is found by, which nobody has: Latin letters, digits and single underscores, a letter first and no
    /// underscore last.
    #[schema(
        min_length = 5,
        max_length = 32,
        pattern = "^[A-Za-z](_?[A-Za-z0-9])*$"
    )]
    username: Option<String>,
}

/// A bot to be made. It logs in with a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBot {
    /// What makes it one.
    #[serde(rename = "bot")]
    #[schema(schema_with = only::<true>)]
    _bot: bool,
    /// 1 to 64 characters, not only blanks.
    #[schema(
        max_length = 64,
        pattern = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    )]
    first_name: String,
    /// Up to 64 characters.
    #[schema(max_length = 64)]
    last_name: Option<String>,
    /// A number that nobody has. A bot needs none.
    #[serde(default)]
    #[schema(pattern = "^(([ ()+-]*[0-9]){7,15}[ ()+-]*|[ ]*)$")]
    phone: String,
    /// The DC it lives on, one that the server has; its own when left out.
    #[schema(minimum = 1, maximum = 5)]
    dc_id: Option<i32>,
    /// The name it is found by, which nobody has: Latin letters, digits and single underscores, a letter first and no
    /// underscore last.
    #[schema(
        min_length = 5,
        max_length = 32,
        pattern = "^[A-Za-z](_?[A-Za-z0-9])*$"
    )]
    username: Option<String>,
}

/// A user that was made.
#[derive(Serialize, ToSchema)]
struct CreatedUser {
    /// Its id.
    id: i64,
    /// What others name it with, beside the id: digits in a string, since JSON's numbers are not always exact.
    access_hash: String,
    /// Its number, as it was given.
    phone: String,
    /// What a bot logs in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_token: Option<String>,
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserEdit)]
struct UserEditBody {
    /// A number that nobody else has.
    #[schema(pattern = "^([ ()+-]*[0-9]){7,15}[ ()+-]*$")]
    phone: Option<String>,
    /// 1 to 64 characters, not only blanks.
    #[schema(
        max_length = 64,
        pattern = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    )]
    first_name: Option<String>,
    /// Up to 64 characters.
    #[schema(max_length = 64)]
    last_name: Option<String>,
    /// A new 2FA password; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1)]
    password: Option<Option<String>>,
    /// The name it is found by, which nobody else has: Latin letters, digits and single underscores, a letter first and no
    /// underscore last. `null` gives it up.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 32, pattern = "^[A-Za-z](_?[A-Za-z0-9])*$")]
    username: Option<Option<String>>,
}

/// Tells `null` from a field that is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn only<const VALUE: bool>() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([VALUE]))
        .build()
}

one_of!(
    /// A person or a bot to be made.
    NewUserBody = NewPerson | NewBot
);

/// Everyone who is not deleted
#[utoipa::path(get, path = "/users", tag = "users", responses((status = 200, body = Users)))]
async fn list_users(InWorld(core): InWorld) -> Result<Json<Users>, Refusal> {
    let users = core.users().await?;
    let items = users.into_iter().map(User::from).collect();
    Ok(Json(Users { items }))
}

/// Makes a person or a bot
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUserBody,
    responses((status = 201, body = CreatedUser), (status = 409, description = "Somebody has the number or the user name")))]
async fn create_user(
    InWorld(core): InWorld,
    JsonBody(body): JsonBody<Fields>,
) -> Result<(StatusCode, Json<CreatedUser>), Refusal> {
    let new = if body.is("bot") {
        let bot: NewBot = body.read()?;
        NewUser {
            phone: bot.phone,
            first_name: bot.first_name,
            last_name: bot.last_name,
            bot: true,
            dc_id: bot.dc_id,
            username: bot.username,
            ..NewUser::default()
        }
    } else {
        let person: NewPerson = body.read()?;
        NewUser {
            phone: person.phone,
            first_name: person.first_name,
            last_name: person.last_name,
            password: person.password,
            dc_id: person.dc_id,
            username: person.username,
            ..NewUser::default()
        }
    };
    let phone = new.phone.clone();
    let created = core.create_user(new).await?;
    let answer = CreatedUser {
        id: created.id,
        access_hash: created.access_hash.0.to_string(),
        phone,
        bot_token: created.bot_token,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// A user who is not deleted
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(UserId),
    responses((status = 200, body = User), (status = 404, description = "There is no such user")))]
async fn read_user(
    InWorld(core): InWorld,
    InPath(user): InPath<UserId>,
) -> Result<Json<User>, Refusal> {
    Ok(Json(core.user(user.id).await?.into()))
}

/// Changes a user, as its owner would: a new number or password also stops a pending deletion
#[utoipa::path(patch, path = "/users/{id}", tag = "users", params(UserId), request_body = UserEditBody,
    responses((status = 200, body = User), (status = 404, description = "There is no such user"),
        (status = 409, description = "Somebody else has the number or the user name, or a bot cannot have what is asked for")))]
async fn edit_user(
    InWorld(core): InWorld,
    InPath(user): InPath<UserId>,
    JsonBody(body): JsonBody<UserEditBody>,
) -> Result<Json<User>, Refusal> {
    let edit = UserEdit {
        phone: body.phone,
        first_name: body.first_name,
        last_name: body.last_name,
        password: body.password,
        username: body.username,
    };
    Ok(Json(core.edit_user(user.id, edit).await?.into()))
}

/// Deletes a user now, as the service does: its sessions end, its number is free
#[utoipa::path(delete, path = "/users/{id}", tag = "users", params(UserId),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such user")))]
async fn delete_user(
    InWorld(core): InWorld,
    InPath(user): InPath<UserId>,
) -> Result<StatusCode, Refusal> {
    core.delete_user(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<UserSummary> for User {
    fn from(user: UserSummary) -> Self {
        Self {
            id: user.id,
            access_hash: user.access_hash.0.to_string(),
            phone: user.phone,
            first_name: user.first_name,
            last_name: user.last_name,
            username: user.username,
            bot: user.bot,
            dc_id: user.dc_id,
            has_password: user.has_password,
            active_at: user.active_at,
            deletion_due: user.deletion_due,
        }
    }
}
