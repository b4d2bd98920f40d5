//! Accounts: everyone in the world, and a form for one more.

use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::account;
use super::dates;
use super::fields::{self, Complaint, Field};
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use crate::operations::{NewUser, UserSummary};

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

/// `POST /`. A bot's page is shown at once, with its token; it is not to be seen again.
pub(super) async fn create(
    mut here: Here,
    Form(form): Form<NewAccount>,
) -> Result<Response, Refused> {
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
        Ok(created) => match created.bot_token {
            None => Ok(Redirect::to(&account::path(&here, created.id)).into_response()),
            Some(token) => {
                here.path = account::path(&here, created.id);
                let gift = account::Gift::BotToken(token);
                let page = account::page(&here, created.id, Some(gift), None).await?;
                Ok(page.into_response())
            }
        },
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = page(&here, &form, Some(&complaint)).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// The states of an account, in words.
pub(super) fn states(user: &UserSummary, now: i64) -> Markup {
    html! {
        @if user.bot { span.tag { "bot" } " " }
        @if user.online_until.is_some_and(|until| until > now) { span.tag.good { "online" } " " }
        @if user.has_password { span.tag { "2FA" } " " }
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
    complaint: Option<&Complaint>,
) -> Result<Markup, Refused> {
    let users = here.core().users().await?;
    let now = here.core().clock().now;
    let body = html! {
        h1 { "Accounts" }
        section #accounts data-on="user clock" aria-label="Accounts of this world" {
            @if users.is_empty() {
                p.empty { "Nobody lives here yet. Make the first account below, or let a client sign up." }
            } @else {
                table.stack {
                    thead { tr {
                        th scope="col" { "Name" } th scope="col" { "Phone" } th scope="col" { "State" }
                        th scope="col" { "DC" } th scope="col" { "Id" }
                    } }
                    tbody { @for user in &users {
                        tr {
                            th scope="row" { a href=(account::path(here, user.id)) { (name(user)) } }
                            td data-label="Phone" {
                                @if let Some(phone) = &user.phone {
                                    a.number href=(here.to(&format!("/phone?number={phone}"))) title="What reached this number" { "+" (phone) }
                                } @else { span.muted { "none" } }
                            }
                            td data-label="State" { div.tags { (states(user, now)) } }
                            td data-label="DC" { (user.dc_id) }
                            td data-label="Id" { span.number { (user.id) } }
                        }
                    } }
                }
            }
        }
        section.card aria-labelledby="new" {
            h2 #new { "New account" }
            (self::form(here, form, complaint))
        }
    };
    Ok(frame::frame(here, Page::Accounts, "Accounts", &body))
}

fn form(here: &Here, form: &NewAccount, complaint: Option<&Complaint>) -> Markup {
    let fields = [
        Field {
            name: "phone",
            label: "Phone",
            kind: "tel",
            value: &form.phone,
            hint: "7 to 15 digits; a bot needs none.",
            placeholder: "9996621234",
            ..Field::default()
        },
        Field {
            name: "first_name",
            label: "First name",
            value: &form.first_name,
            required: true,
            ..Field::default()
        },
        Field {
            name: "last_name",
            label: "Last name",
            value: &form.last_name,
            ..Field::default()
        },
        Field {
            name: "password",
            label: "2FA password",
            kind: "password",
            hint: "Empty for an account without one.",
            ..Field::default()
        },
    ];
    html! {
        form.fields method="post" action=(here.to("/")) {
            (fields::notice(complaint, &fields.each_ref().map(|field| field.name)))
            fieldset.kind {
                legend { "Kind" }
                label { input type="radio" name="kind" value="person" checked[form.kind != "bot"]; "Person" }
                label { input type="radio" name="kind" value="bot" checked[form.kind == "bot"]; "Bot" }
            }
            @for field in &fields { (field.show(complaint)) }
            div.actions { button.primary { "Create" } }
        }
    }
}
