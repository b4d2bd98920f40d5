//! Who may use the control API.
//!
//! A web page of any origin can make a browser send requests to 127.0.0.1. Its `Origin` gives it
//! away; a DNS name that was pointed at 127.0.0.1 ("rebinding") is given away by `Host`.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::reply::Refusal;

/// Lets through what is addressed to a loopback name, from nowhere else.
pub(super) async fn local_only(request: Request, next: Next) -> Response {
    match refuse(request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refuse(headers: &HeaderMap) -> Option<Refusal> {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if !host.is_some_and(is_loopback) {
        return Some(Refusal::new(
            StatusCode::FORBIDDEN,
            "Host",
            format!(
                "{} is not a name of this machine; use 127.0.0.1 or localhost",
                host.unwrap_or("a missing Host")
            ),
        ));
    }
    let origin = headers.get(header::ORIGIN)?;
    let local = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, authority)| is_loopback(authority));
    (!local).then(|| {
        Refusal::new(
            StatusCode::FORBIDDEN,
            "Origin",
            "web pages of other origins may not drive this server".to_owned(),
        )
    })
}

/// Whether `host` or `host:port` names this machine.
fn is_loopback(authority: &str) -> bool {
    let name = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "::1")
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for local in ["127.0.0.1:8080", "localhost", "LocalHost:1", "[::1]:8080"] {
            assert!(is_loopback(local), "{local}");
        }
        for foreign in [
            "example.org",
            "127.0.0.1.example.org",
            "",
            "[::2]:80",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(foreign), "{foreign}");
        }
    }
}
