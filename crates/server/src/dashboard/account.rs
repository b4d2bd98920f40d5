//! One account: what it is, who is logged in to it, and strings and programs that log in to it.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use heliogram::SessionFormat;
use heliogram_crypto::auth_key::AuthKeyId;
use maud::{Markup, html};
use serde::Deserialize;

use super::accounts::{name, states};
use super::dates;
use super::fields::{self, Complaint, Field};
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use crate::operations::{Session, SessionStanding, UserEdit, UserSummary};
use crate::recipe::{Library, Recipe};

/// Names an account.
#[derive(Deserialize)]
pub(super) struct Id {
    id: i64,
}

/// Something made for the account that is shown once.
pub(super) enum Gift {
    BotToken(String),
    Session(SessionFormat, String),
    Program(Library, String),
}

/// The address of an account's page.
pub(super) fn path(here: &Here, id: i64) -> String {
    here.to(&format!("/accounts/{id}"))
}

/// `GET /accounts/{id}`
pub(super) async fn show(here: Here, Path(Id { id }): Path<Id>) -> Result<Markup, Refused> {
    page(&here, id, None, None).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Edit {
    phone: String,
    first_name: String,
    last_name: String,
    username: String,
    password: String,
    no_password: bool,
}

/// `POST /accounts/{id}`. What is as it was is not touched: a new number would stop a deletion.
pub(super) async fn edit(
    here: Here,
    Path(Id { id }): Path<Id>,
    Form(form): Form<Edit>,
) -> Result<Response, Refused> {
    let user = here.core().user(id).await?;
    let changed = |new: &str, old: &str| Some(new.to_owned()).filter(|new| new != old);
    let edit = UserEdit {
        phone: changed(&form.phone, user.phone.as_deref().unwrap_or_default()),
        first_name: changed(&form.first_name, &user.first_name),
        last_name: changed(&form.last_name, &user.last_name),
        password: match (form.no_password, form.password.is_empty()) {
            (true, _) => Some(None),
            (false, false) => Some(Some(form.password.clone())),
            (false, true) => None,
        },
        username: changed(&form.username, user.username.as_deref().unwrap_or_default())
            .map(|username| Some(username).filter(|username| !username.is_empty())),
    };
    match here.core().edit_user(id, edit).await {
        Ok(_) => Ok(Redirect::to(&path(&here, id)).into_response()),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = page(&here, id, None, Some((&form, &complaint))).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// `POST /accounts/{id}/delete`
pub(super) async fn delete(here: Here, Path(Id { id }): Path<Id>) -> Result<Redirect, Refused> {
    here.core().delete_user(id).await?;
    Ok(Redirect::to(&here.to("/")))
}

#[derive(Deserialize)]
pub(super) struct Revoke {
    /// An auth key; all of the account when there is none.
    key: Option<i64>,
}

/// `POST /accounts/{id}/revoke`
pub(super) async fn revoke(
    here: Here,
    Path(Id { id }): Path<Id>,
    Form(form): Form<Revoke>,
) -> Result<Redirect, Refused> {
    match form.key {
        Some(key) => here.core().revoke_session(AuthKeyId(key)).await?,
        None => {
            here.core().revoke_sessions_of(id).await?;
        }
    }
    Ok(Redirect::to(&path(&here, id)))
}

#[derive(Deserialize)]
pub(super) struct Mint {
    format: String,
    #[serde(default)]
    authorized: bool,
}

/// `POST /accounts/{id}/session`
pub(super) async fn mint(
    mut here: Here,
    Path(Id { id }): Path<Id>,
    Form(form): Form<Mint>,
) -> Result<Markup, Refused> {
    let format: SessionFormat = form
        .format
        .parse()
        .map_err(|error| Refused::bad(format!("{error}")))?;
    let phone = phone_of(&here, id).await?;
    let core = here.core();
    let minted = core.mint_session(&phone, format, form.authorized).await?;
    here.path = path(&here, id);
    let gift = Gift::Session(format, minted.session);
    page(&here, id, Some(gift), None).await
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    library: String,
}

/// `POST /accounts/{id}/program`
pub(super) async fn program(
    mut here: Here,
    Path(Id { id }): Path<Id>,
    Form(form): Form<Wanted>,
) -> Result<Markup, Refused> {
    let named = |library: &Library| library.name() == form.library;
    let Some(library) = Library::ALL.into_iter().find(named) else {
        return Err(Refused::bad(format!(
            "There is no program for “{}”.",
            form.library
        )));
    };
    let phone = phone_of(&here, id).await?;
    let user = here.core().user(id).await?;
    let minted = here.core().mint_session(&phone, library.format(), true);
    let minted = minted.await?;
    let address = here.core().addresses().get(&user.dc_id).copied();
    let program = Recipe {
        library,
        address: &address.map_or_else(String::new, |address| address.to_string()),
        dc_id: user.dc_id,
        identity: here.host.identity(),
        phone: &phone,
        session: &minted.session,
    }
    .program();
    here.path = path(&here, id);
    page(&here, id, Some(Gift::Program(library, program)), None).await
}

pub(super) async fn page(
    here: &Here,
    id: i64,
    gift: Option<Gift>,
    refused: Option<(&Edit, &Complaint)>,
) -> Result<Markup, Refused> {
    let user = here.core().user(id).await?;
    let sessions = here.core().sessions_of(id).await?;
    let title = name(&user);
    let now = here.core().clock().now;
    let body = html! {
        div #account data-on="user clock" {
            div.title { h1 { (title) } div.tags { (states(&user, now)) } }
            (facts(here, &user, now))
        }
        @if let Some(gift) = &gift { (shown_once(gift)) }
        section #sessions data-on="user" aria-label="Sessions" {
            h2 { "Sessions" }
            (table(here, &user, &sessions, now))
        }
        @if user.phone.is_some() { (logging_in(here, id)) }
        (form(here, &user, refused))
        details.card.danger {
            summary { h2 { "Delete the account" } }
            p { "Its sessions end and its number becomes free, at once and for good." }
            form method="post" action={ (path(here, id)) "/delete" } {
                button.danger { "Delete " (title) }
            }
        }
    };
    Ok(frame::frame(here, Page::Accounts, &title, &body))
}

fn facts(here: &Here, user: &UserSummary, now: i64) -> Markup {
    html! {
        dl.facts {
            dt { "Id" } dd { span.number { (user.id) } }
            @if let Some(phone) = &user.phone {
                dt { "Phone" }
                dd { a.number href=(here.to(&format!("/phone?number={phone}"))) title="What reached this number" { "+" (phone) } }
            }
            dt { "DC" } dd { (user.dc_id) }
            @if let Some(active) = user.active_at {
                dt { "Last call" } dd { (dates::moment(active)) " " span.muted { (dates::ago(active, now)) } }
            }
            @if let Some(due) = user.deletion_due {
                dt { "Deletion" } dd { (dates::moment(due)) " " strong.bad { (dates::countdown(due, now)) } }
            }
        }
    }
}

/// What was made, to be copied. Nobody gets to see it again.
fn shown_once(gift: &Gift) -> Markup {
    let (heading, text) = match gift {
        Gift::BotToken(token) => ("The bot’s token".to_owned(), token),
        Gift::Session(format, session) => (format!("A session for {format}"), session),
        Gift::Program(library, program) => (
            format!(
                "A program for {} {}, package {}",
                library.title(),
                library.version(),
                library.package()
            ),
            program,
        ),
    };
    html! {
        section.card.gift role="status" {
            h2 { (heading) }
            p.hint { "Shown once. Whoever has it is logged in." }
            pre #gift tabindex="0" data-copy { (text) }
        }
    }
}

fn table(here: &Here, user: &UserSummary, sessions: &[Session], now: i64) -> Markup {
    if sessions.is_empty() {
        return html! { p.empty { "Nobody is logged in." } };
    }
    html! {
        table.stack {
            thead { tr {
                th scope="col" { "Device" } th scope="col" { "App" } th scope="col" { "Layer" } th scope="col" { "Last call" }
                th scope="col" { "State" } th scope="col" { span.hidden { "Action" } }
            } }
            tbody { @for session in sessions {
                tr {
                    th scope="row" {
                        span { (or_dash(&session.device_model)) }
                        @if !session.system_version.is_empty() { " " span.muted { (session.system_version) } }
                    }
                    td data-label="App" {
                        @if session.api_id != 0 || !session.app_version.is_empty() {
                            span { span.number { "api_id " (session.api_id) } " " span.muted { (session.app_version) } }
                        }
                    }
                    td data-label="Layer" { @if let Some(layer) = session.layer { (layer) } }
                    td data-label="Last call" { @if session.active_at > 0 { span title=(dates::stamp(session.active_at)) { (dates::ago(session.active_at, now)) } } }
                    td data-label="State" { div.tags { (standing(session)) } }
                    td {
                        form method="post" action={ (path(here, user.id)) "/revoke" } {
                            input type="hidden" name="key" value=(session.key.0);
                            button.quiet.danger id={ "revoke" (session.key.0) } aria-label={ "Revoke the session of " (or_dash(&session.device_model)) } { "Revoke" }
                        }
                    }
                }
            } }
        }
        @if sessions.len() > 1 {
            form.after method="post" action={ (path(here, user.id)) "/revoke" } {
                button.danger #revoke-all { "Revoke all " (sessions.len()) }
            }
        }
    }
}

fn standing(session: &Session) -> Markup {
    html! {
        @match session.standing {
            SessionStanding::Authorised => span.tag.good { "logged in" },
            SessionStanding::PasswordPending => span.tag.sun { "password missing" },
            SessionStanding::Nobody => span.tag { "nobody" },
            SessionStanding::Revoked | SessionStanding::Deactivated => span.tag.bad { (session.standing.name()) },
        }
        @if session.minted { " " span.tag { "minted" } }
    }
}

fn logging_in(here: &Here, id: i64) -> Markup {
    html! {
        div.columns {
            section.card aria-labelledby="session" {
                h2 #session { "A session to copy" }
                form.fields method="post" action={ (path(here, id)) "/session" } {
                    div.field {
                        label for="format" { "Format" }
                        select #format name="format" {
                            @for format in SessionFormat::ALL { option value=(format) { (format) } }
                        }
                    }
                    label.check { input type="checkbox" name="authorized" value="true" checked; "logged in already" }
                    div.actions { button { "Make a session" } }
                }
            }
            section.card aria-labelledby="recipe" {
                h2 #recipe { "A program to copy" }
                form.fields method="post" action={ (path(here, id)) "/program" } {
                    div.field {
                        label for="library" { "Library" }
                        select #library name="library" {
                            @for library in Library::ALL { option value=(library.name()) { (library.title()) " " (library.version()) } }
                        }
                    }
                    p.hint.wide { "Logged in, with the server’s address and key filled in; runs as it is." }
                    div.actions { button { "Write a program" } }
                }
            }
        }
    }
}

fn form(here: &Here, user: &UserSummary, refused: Option<(&Edit, &Complaint)>) -> Markup {
    let complaint = refused.map(|(_, complaint)| complaint);
    let said = refused.map(|(form, _)| form);
    let fields = [
        Field {
            name: "first_name",
            label: "First name",
            value: said.map_or(&user.first_name, |form| &form.first_name),
            required: true,
            ..Field::default()
        },
        Field {
            name: "last_name",
            label: "Last name",
            value: said.map_or(&user.last_name, |form| &form.last_name),
            ..Field::default()
        },
        Field {
            name: "username",
            label: "User name",
            value: said.map_or(user.username.as_deref().unwrap_or_default(), |form| {
                &form.username
            }),
            hint: "5 to 32 letters, digits and underscores; empty for none.",
            ..Field::default()
        },
        Field {
            name: "phone",
            label: "Phone",
            kind: "tel",
            value: said.map_or(user.phone.as_deref().unwrap_or_default(), |form| {
                &form.phone
            }),
            hint: "A new number stops a deletion.",
            ..Field::default()
        },
        Field {
            name: "password",
            label: "New 2FA password",
            kind: "password",
            hint: "Empty: as it is.",
            ..Field::default()
        },
    ];
    html! {
        details.card open[refused.is_some()] {
            summary { h2 { "Edit" } }
            form.fields method="post" action=(path(here, user.id)) {
                (fields::notice(complaint, &fields.each_ref().map(|field| field.name)))
                @for field in fields.iter().filter(|field| !(user.bot && field.name == "password")) { (field.show(complaint)) }
                @if user.has_password {
                    label.check { input type="checkbox" name="no_password" value="true"; "remove the password" }
                }
                div.actions { button.primary { "Save" } }
            }
        }
    }
}

async fn phone_of(here: &Here, id: i64) -> Result<String, Refused> {
    let user = here.core().user(id).await?;
    user.phone
        .ok_or_else(|| Refused::bad("This account has no number; it logs in with its token."))
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}
