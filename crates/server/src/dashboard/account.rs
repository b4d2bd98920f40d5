//! One account.

use axum::extract::Path;
use maud::{Markup, html};
use serde::Deserialize;

use super::accounts::{name, states};
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;

/// Names an account.
#[derive(Deserialize)]
pub(super) struct Id {
    id: i64,
}

/// `GET /accounts/{id}`
pub(super) async fn show(here: Here, Path(Id { id }): Path<Id>) -> Result<Markup, Refused> {
    let users = here.core().users().await?;
    let Some(user) = users.iter().find(|user| user.id == id) else {
        return Err(Refused::not_found(format!("Nobody has the id {id}.")));
    };
    let name = name(user);
    let now = here.core().clock().now;
    let body = html! {
        h1 { (name) " " (states(user, now)) }
        dl.facts {
            dt { "Id" } dd.number { (user.id) }
            @if let Some(phone) = &user.phone {
                dt { "Phone" }
                dd { a.number href=(here.to(&format!("/phone?number={phone}"))) { "+" (phone) } }
            }
            dt { "DC" } dd { (user.dc_id) }
        }
    };
    Ok(frame::frame(&here, Page::Accounts, &name, &body))
}
