//! Worlds: which there are, how clients reach them, and a form for one more.

use axum::Form;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::fields::{self, Complaint, Field};
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use crate::server::{NewWorld, WorldError};
use crate::worlds::{MAIN, Reach, World};

/// `GET /worlds`
pub(super) async fn list(here: Here) -> Result<Markup, Refused> {
    page(&here, &Said::default(), None).await
}

/// What the form holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    name: String,
    api_ids: String,
    seed: String,
}

/// `POST /worlds`
pub(super) async fn open(here: Here, Form(form): Form<Said>) -> Result<Response, Refused> {
    let opened = match form.new_world() {
        Ok(new) => here.host.open_world(new).await.map_err(complaint),
        Err(complaint) => Err(complaint),
    };
    match opened {
        Ok(_) => Ok(Redirect::to("/worlds").into_response()),
        Err(complaint) => {
            let page = page(&here, &form, Some(&complaint)).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

/// `POST /worlds/close`
pub(super) async fn close(
    here: Here,
    Form(Named { name }): Form<Named>,
) -> Result<Redirect, Refused> {
    let closed = here.host.close_world(&name).await;
    closed.map_err(|error| Refused::bad(error.to_string()))?;
    Ok(Redirect::to("/worlds"))
}

/// `POST /reset`
pub(super) async fn reset(here: Here) -> Result<Redirect, Refused> {
    here.core().reset().await?;
    Ok(Redirect::to("/worlds"))
}

/// `GET /snapshot`: a file to be kept.
pub(super) async fn snapshot(here: Here) -> Result<Response, Refused> {
    let file = here.core().snapshot().await?;
    let name = format!("attachment; filename=\"{}.sqlite\"", here.world.name());
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.sqlite3".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, file).into_response())
}

/// `POST /restore`: that file, from a form.
pub(super) async fn restore(
    here: Here,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Redirect, Refused> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(file) = only_file(kind, &body) else {
        return Err(Refused::bad("No file came; choose a snapshot first."));
    };
    here.core().restore(file.to_vec()).await?;
    Ok(Redirect::to("/worlds"))
}

/// The file of a form that has one field: `multipart/form-data`, RFC 7578.
fn only_file<'a>(kind: &str, body: &'a [u8]) -> Option<&'a [u8]> {
    let (_, boundary) = kind.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim_matches('"');
    let find = |bytes: &[u8], wanted: &[u8]| {
        bytes
            .windows(wanted.len())
            .position(|window| window == wanted)
    };
    let opening = format!("--{boundary}\r\n");
    let part = body.strip_prefix(opening.as_bytes())?;
    let content = &part[find(part, b"\r\n\r\n")? + 4..];
    // The file may hold anything but the boundary; the last one closes the form.
    let closing = format!("\r\n--{boundary}--");
    let length = find(content, closing.as_bytes())?;
    Some(&content[..length]).filter(|file| !file.is_empty())
}

impl Said {
    fn new_world(&self) -> Result<NewWorld, Complaint> {
        let numbers = self.api_ids.split([',', ' ']).filter(|id| !id.is_empty());
        let api_ids = numbers.map(|id| {
            id.parse()
                .map_err(|_| Complaint::new("api_ids", format!("{id:?} is not a number above 0")))
        });
        let seed = match self.seed.trim() {
            "" => None,
            seed => Some(seed.parse().map_err(|_| {
                Complaint::new("seed", format!("{seed:?} is not a number of 64 bits"))
            })?),
        };
        Ok(NewWorld {
            name: self.name.trim().to_owned(),
            api_ids: api_ids.collect::<Result<_, _>>()?,
            seed,
            ..NewWorld::default()
        })
    }
}

fn complaint(error: WorldError) -> Complaint {
    let field = match error {
        WorldError::ApiId(_) => "api_ids",
        WorldError::Start(_) => "",
        _ => "name",
    };
    Complaint::new(field, error.to_string())
}

async fn page(here: &Here, said: &Said, complaint: Option<&Complaint>) -> Result<Markup, Refused> {
    let mut rows = Vec::new();
    for world in here.host.worlds().all() {
        let people = world.core().users().await?.len();
        rows.push(row(&world, people));
    }
    let fields = [
        Field {
            name: "name",
            label: "Name",
            value: &said.name,
            required: true,
            placeholder: "worker-1",
            hint: "Letters, digits, - and _.",
            ..Field::default()
        },
        Field {
            name: "api_ids",
            label: "api_ids",
            value: &said.api_ids,
            placeholder: "1001, 1002",
            hint: "They lead here over the main world’s ports; none: ports of its own.",
            ..Field::default()
        },
        Field {
            name: "seed",
            label: "Seed",
            value: &said.seed,
            hint: "Makes ids, hashes and codes repeatable; none: the server’s.",
            ..Field::default()
        },
    ];
    let body = html! {
        h1 { "Worlds" }
        p.lead { "Each has its own users, clock and journal, so that parallel tests do not meet." }
        table.stack #worlds {
            thead { tr {
                th scope="col" { "World" } th scope="col" { "Clients reach it by" } th scope="col" { "Accounts" } th scope="col" { span.hidden { "Action" } }
            } }
            tbody { @for row in &rows { (row) } }
        }
        section.card aria-labelledby="restore" {
            h2 #restore { "Bring back a snapshot" }
            form.row method="post" action=(here.to("/restore")) enctype="multipart/form-data" {
                label for="file" { "Into " strong { (here.world.name()) } }
                input #file name="file" type="file" required;
                button { "Restore" }
            }
            p.hint { "All that this world holds is replaced by what the file holds." }
        }
        section.card aria-labelledby="new" {
            h2 #new { "New world" }
            form.fields method="post" action="/worlds" {
                (fields::notice(complaint, &fields.each_ref().map(|field| field.name)))
                @for field in &fields { (field.show(complaint)) }
                div.actions { button.primary { "Create" } }
            }
        }
    };
    Ok(frame::frame(here, Page::Worlds, "Worlds", &body))
}

fn row(world: &World, people: usize) -> Markup {
    let name = world.name();
    let base = match name {
        MAIN => String::new(),
        name => format!("/worlds/{name}"),
    };
    html! {
        tr {
            th scope="row" { a href=(if base.is_empty() { "/" } else { &base }) { (name) } }
            td data-label="Reached by" { div {
                @match world.reach() {
                    Reach::Ports => @for (dc, address) in world.core().addresses() { div { span.muted { "DC " (dc) } " " span.number { (address) } } },
                    Reach::ApiIds(ids) => @for id in ids { span.tag { "api_id " (id) } " " },
                }
            } }
            td data-label="Accounts" { (people) }
            td { div.actions {
                a.button.quiet href={ (base) "/snapshot" } download { "Snapshot" span.hidden { " of " (name) } }
                form method="post" action={ (base) "/reset" } {
                    button.quiet.danger aria-label={ "Reset the world " (name) } { "Reset" }
                }
                @if name != MAIN {
                    form method="post" action="/worlds/close" {
                        input type="hidden" name="name" value=(name);
                        button.quiet.danger aria-label={ "Close the world " (name) } { "Close" }
                    }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::only_file;

    #[test]
    fn the_file_of_a_form_is_taken_out_whole() {
        let kind = "multipart/form-data; boundary=XX";
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na\r\n\r\n--Xb\0\r\n--XX--\r\n";
        assert_eq!(only_file(kind, body), Some(&b"a\r\n\r\n--Xb\0"[..]));
        assert_eq!(only_file("text/plain", body), None);
        for end in 0..body.len() - 4 {
            assert_eq!(only_file(kind, &body[..end]), None, "cut after {end}");
        }
    }
}
