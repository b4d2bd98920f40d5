//! The way in, where the server asks for a token: a form that turns it into a cookie.
//!
//! The cookie is the token itself. No script can read it (`HttpOnly`) and no page of another site can make the
//! browser send it (`SameSite=Strict`).

use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use maud::{Markup, html};
use serde::Deserialize;

use super::frame;
use crate::control::{COOKIE, ControlToken};

const PATH: &str = "/login";

/// The form; it stands outside of what asks for the token.
pub(super) fn router(token: Option<ControlToken>) -> Router {
    Router::new()
        .route(PATH, get(show).post(log_in))
        .with_state(token)
}

/// Where a person at a browser is sent who has not logged in; none for a program.
pub(super) fn way_in(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let accepted = headers.get(header::ACCEPT)?.to_str().ok()?;
    let reads = method == Method::GET && accepted.contains("text/html");
    let to = uri.path_and_query().map_or("/", |path| path.as_str());
    let escaped: String = to.bytes().map(escape).collect();
    reads.then(|| Redirect::to(&format!("{PATH}?to={escaped}")).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LogIn {
    token: String,
    to: String,
}

async fn show(State(token): State<Option<ControlToken>>, Query(form): Query<LogIn>) -> Response {
    match token {
        Some(_) => page(&form.to, false).into_response(),
        None => frame::back(&form.to).into_response(),
    }
}

async fn log_in(State(token): State<Option<ControlToken>>, Form(form): Form<LogIn>) -> Response {
    let Some(token) = token else {
        return frame::back(&form.to).into_response();
    };
    let said = form.token.trim();
    if !token.is(said) {
        return (StatusCode::UNAUTHORIZED, page(&form.to, true)).into_response();
    }
    let cookie = format!("{COOKIE}={said}; Path=/; HttpOnly; SameSite=Strict");
    ([(header::SET_COOKIE, cookie)], frame::back(&form.to)).into_response()
}

fn page(to: &str, wrong: bool) -> Markup {
    let body = html! {
        h1 { "Log in" }
        section.card {
            p { "This server asks for its control token, the one it was started with: " code { "--control-token" } "." }
            form.fields method="post" action=(PATH) {
                input type="hidden" name="to" value=(to);
                div.field.wide {
                    label for="token" { "Token" }
                    input #token name="token" type="password" required autofocus autocomplete="current-password"
                        aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("token-wrong")];
                    @if wrong { p.wrong #token-wrong role="alert" { "This is not the token." } }
                }
                div.actions { button.primary { "Log in" } }
            }
        }
    };
    frame::bare("Log in", &body)
}

fn escape(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
            char::from(byte).into()
        }
        _ => format!("%{byte:02X}"),
    }
}
