//! Accounts: everyone in the world, and a form for one more.

use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::dates;
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use crate::operations::{NewUser, OperationError, UserSummary};

/// `GET /`
pub(super) async fn list(here: Here) -> Result<Markup, Refused> {
    page(&here, &NewAccount::default(), None).await
}

/// What the form holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewAccount {
    kind: String,
    phone: String,
    first_name: String,
    last_name: String,
    password: String,
}

/// `POST /`
pub(super) async fn create(here: Here, Form(form): Form<NewAccount>) -> Result<Response, Refused> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let user = NewUser {
        phone: form.phone.clone(),
        first_name: form.first_name.clone(),
        last_name: given(&form.last_name),
        password: given(&form.password),
        bot: form.kind == "bot",
        ..NewUser::default()
    };
    match here.core().create_user(user).await {
        Ok(created) => {
            let to = here.to(&format!("/accounts/{}", created.id));
            Ok(Redirect::to(&to).into_response())
        }
        Err(OperationError::Invalid { field, reason }) => {
            let page = page(&here, &form, Some((field, &reason))).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// The states of an account, in words.
pub(super) fn states(user: &UserSummary, now: i64) -> Markup {
    html! {
        @if user.bot { span.tag { "bot" } " " }
        @if let Some(due) = user.deletion_due {
            span.tag.bad { "deletion " (dates::countdown(due, now)) }
        }
    }
}

/// First and last name, or the id of someone without.
pub(super) fn name(user: &UserSummary) -> String {
    let name = format!("{} {}", user.first_name, user.last_name);
    match name.trim() {
        "" => user.id.to_string(),
        name => name.to_owned(),
    }
}

async fn page(
    here: &Here,
    form: &NewAccount,
    refused: Option<(&str, &str)>,
) -> Result<Markup, Refused> {
    let users = here.core().users().await?;
    let now = here.core().clock().now;
    let body = html! {
        h1 { "Accounts" }
        section #accounts data-on="user clock" {
            @if users.is_empty() {
                p.empty { "Nobody lives here yet. Make the first account below, or let a client sign up." }
            } @else {
                table.stack {
                    caption.hidden { "Accounts of this world" }
                    thead { tr {
                        th scope="col" { "Name" } th scope="col" { "Phone" } th scope="col" { "State" }
                        th scope="col" { "DC" } th scope="col" { "Id" }
                    } }
                    tbody { @for user in &users {
                        tr {
                            th scope="row" { a href=(here.to(&format!("/accounts/{}", user.id))) { (name(user)) } }
                            td data-label="Phone" {
                                @if let Some(phone) = &user.phone {
                                    a.number href=(here.to(&format!("/phone?number={phone}"))) title="What reached this number" { "+" (phone) }
                                } @else { span.muted { "none" } }
                            }
                            td data-label="State" { (states(user, now)) }
                            td data-label="DC" { (user.dc_id) }
                            td data-label="Id" { span.number { (user.id) } }
                        }
                    } }
                }
            }
        }
        section.card aria-labelledby="new" {
            h2 #new { "New account" }
            (self::form(here, form, refused))
        }
    };
    Ok(frame::frame(here, Page::Accounts, "Accounts", &body))
}

fn form(here: &Here, form: &NewAccount, refused: Option<(&str, &str)>) -> Markup {
    let wrong = |field: &str| refused.filter(|(refused, _)| *refused == field);
    let describe = |field: &'static str| wrong(field).map(|_| format!("{field}-wrong"));
    let complaint = |field: &'static str| {
        html! { @if let Some((_, reason)) = wrong(field) { p.wrong id={ (field) "-wrong" } role="alert" { (reason) } } }
    };
    let known = ["phone", "first_name", "last_name", "password"];
    html! {
        form.fields method="post" action=(here.to("/")) {
            @if let Some((field, reason)) = refused.filter(|(field, _)| !known.contains(field)) {
                p.notice.bad role="alert" { (field) ": " (reason) }
            }
            fieldset.kind {
                legend { "Kind" }
                label { input type="radio" name="kind" value="person" checked[form.kind != "bot"]; "Person" }
                label { input type="radio" name="kind" value="bot" checked[form.kind == "bot"]; "Bot" }
            }
            div.field {
                label for="phone" { "Phone" }
                input #phone name="phone" type="tel" value=(form.phone) autocomplete="off" placeholder="9996621234"
                    aria-invalid=[wrong("phone").map(|_| "true")] aria-describedby=[describe("phone")];
                p.hint { "7 to 15 digits; a bot needs none." }
                (complaint("phone"))
            }
            div.field {
                label for="first_name" { "First name" }
                input #first_name name="first_name" value=(form.first_name) required autocomplete="off" maxlength="64"
                    aria-invalid=[wrong("first_name").map(|_| "true")] aria-describedby=[describe("first_name")];
                (complaint("first_name"))
            }
            div.field {
                label for="last_name" { "Last name" }
                input #last_name name="last_name" value=(form.last_name) autocomplete="off" maxlength="64"
                    aria-invalid=[wrong("last_name").map(|_| "true")] aria-describedby=[describe("last_name")];
                (complaint("last_name"))
            }
            div.field {
                label for="password" { "2FA password" }
                input #password name="password" type="password" autocomplete="new-password"
                    aria-invalid=[wrong("password").map(|_| "true")] aria-describedby=[describe("password")];
                p.hint { "Empty for an account without one." }
                (complaint("password"))
            }
            div.actions { button.primary { "Create" } }
        }
    }
}
