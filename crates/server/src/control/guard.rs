//! Who may use the control API.
//!
//! A web page of any origin can make a browser send requests to 127.0.0.1. Its `Origin` and `Sec-Fetch-Site`
//! give it away, another port of this machine being another origin; a DNS name that was pointed at 127.0.0.1
//! ("rebinding") is given away by `Host`. Where there is a token, it is asked for as well, and `Host`
//! may be any name.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::reply::Refusal;
use super::{Control, health, over};
use crate::dashboard;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What every answer says to a browser: keep nothing, guess nothing, give it to no other origin.
const CAUTIONS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Lets through what is addressed to this server by its own name, and comes from no page of another origin.
pub(super) async fn same_origin(
    State(control): State<Control>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.uri().authority().map(|host| host.as_str());
    let mut response = match refuse(request.headers(), host, control.token.is_some()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    for (name, value) in CAUTIONS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Lets through who has the token, where there is one.
pub(super) async fn known_caller(
    State(control): State<Control>,
    request: Request,
    next: Next,
) -> Response {
    if control.knows(request.headers()) || request.uri().path() == health::PATH {
        return next.run(request).await;
    }
    let in_browser = dashboard::way_in(request.method(), request.uri(), request.headers());
    if let Some(login) = in_browser {
        return login;
    }
    let refusal = Refusal::new(
        StatusCode::UNAUTHORIZED,
        "Authorization",
        "this server asks for its control token; send `Authorization: Bearer TOKEN`",
    );
    let challenge = HeaderValue::from_static("Bearer realm=\"heliogram\"");
    ([(header::WWW_AUTHENTICATE, challenge)], refusal).into_response()
}

/// Ends what is under way when the server stops, so that nothing waits on.
pub(super) async fn while_running(
    State(control): State<Control>,
    request: Request,
    next: Next,
) -> Response {
    tokio::select! {
        response = next.run(request) => response,
        () = over(control.running) => Refusal::stopping().into_response(),
    }
}

fn refuse(headers: &HeaderMap, target: Option<&str>, any_host: bool) -> Option<Refusal> {
    let forbidden =
        |field, message: String| Some(Refusal::new(StatusCode::FORBIDDEN, field, message));
    // A request target with an authority overrides `Host`: RFC 9112, 3.2.2.
    let said = || headers.get(header::HOST)?.to_str().ok();
    let host = target.or_else(said);
    let Some(host) = host.filter(|host| any_host || is_loopback(host)) else {
        let host = host.unwrap_or("a missing Host");
        return forbidden(
            "Host",
            format!("{host} is not a name of this machine; use 127.0.0.1 or localhost"),
        );
    };
    if let Some(origin) = headers.get(header::ORIGIN)
        && !is_origin_of(origin.as_bytes(), host)
    {
        return forbidden(
            "Origin",
            format!("only pages of http://{host} itself may use this server"),
        );
    }
    let site = headers.get(SEC_FETCH_SITE)?.as_bytes();
    if [b"same-origin".as_slice(), b"none"].contains(&site) {
        return None;
    }
    forbidden(
        "Sec-Fetch-Site",
        format!("a page of another origin led here; open http://{host}/ yourself"),
    )
}

/// Whether an origin is that of the host a request is addressed to, scheme aside: a proxy may speak TLS for us.
fn is_origin_of(origin: &[u8], host: &str) -> bool {
    let authority = origin
        .strip_prefix(b"http://")
        .or_else(|| origin.strip_prefix(b"https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_bytes()))
}

/// Whether `host` or `host:port` names this machine.
fn is_loopback(authority: &str) -> bool {
    let (name, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or(("", "")),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port_is_one = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok());
    let named = name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "::1");
    named && port_is_one
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "localhost:80@example.org",
            "[::1].example.org",
            "127.0.0.1:1:example.org",
        ] {
            assert!(!is_loopback(foreign), "{foreign}");
        }
    }

    #[test]
    fn an_origin_is_its_host_and_port() {
        let host = "127.0.0.1:8080";
        assert!(is_origin_of(b"http://127.0.0.1:8080", host));
        for other in [
            "http://127.0.0.1:3000",
            "http://127.0.0.1",
            "http://localhost:8080",
            "http://127.0.0.1:8080.example.org",
            "null",
            "",
            "file://127.0.0.1:8080",
        ] {
            assert!(!is_origin_of(other.as_bytes(), host), "{other}");
        }
    }
}
