//! The control API of a running server: JSON over HTTP/1.1, on loopback only.
//!
//! A few small requests to a server on the same machine need no HTTP library.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use clap::ValueEnum as _;
use serde_json::{Value as Json, json};

use super::{Format, ReadyFile};
use crate::failure::Failure;

/// Where the control API listens.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    url: String,
    host: String,
    address: SocketAddr,
}

/// An answer.
struct Answer {
    status: u16,
    body: Json,
}

impl Control {
    /// The one named on the command line, or that of the server which wrote the ready file.
    pub(crate) fn of(url: Option<&str>, ready: &ReadyFile) -> Result<Self, Failure> {
        match url {
            Some(url) => Self::at(url).map_err(|what| Failure::usage(format!("--control: {what}"))),
            None => Ok(ready.find()?.control),
        }
    }

    /// From its URL, `http://127.0.0.1:9001`.
    pub(crate) fn at(url: &str) -> Result<Self, String> {
        let host = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .filter(|rest| !rest.contains('/'))
            .ok_or_else(|| format!("`{url}` is not a URL such as http://127.0.0.1:9001"))?;
        let address = host
            .to_socket_addrs()
            .ok()
            .and_then(|mut addresses| addresses.find(|address| address.ip().is_loopback()))
            .ok_or_else(|| format!("`{host}` is not a host and port on this machine"))?;
        Ok(Self {
            url: url.to_owned(),
            host: host.to_owned(),
            address,
        })
    }

    /// A new session of the account with this phone number, which is made when there is none.
    pub(crate) fn session(&self, phone: &str, format: Format) -> Result<String, Failure> {
        let format = format.to_possible_value().expect("no format is hidden");
        let wanted = json!({"phone": phone, "format": format.get_name()});
        let mut answer = self.post("/v1/sessions", &wanted)?;
        if answer.status == 404 {
            let user = json!({"phone": phone, "first_name": "Ada"});
            self.post("/v1/users", &user)?.ok("POST /v1/users")?;
            answer = self.post("/v1/sessions", &wanted)?;
        }
        let body = answer.ok("POST /v1/sessions")?;
        match body["session"].as_str() {
            Some(session) => Ok(session.to_owned()),
            None => Err(Failure::failed(
                "POST /v1/sessions: the answer has no `session`",
            )),
        }
    }

    /// Whether the server is up; the API tells everybody.
    pub(crate) fn health(&self) -> Result<(), Failure> {
        let request = format!(
            "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.host
        );
        let answer = self.ask("/healthz", &request)?;
        answer.ok("GET /healthz").map(drop)
    }

    fn post(&self, path: &str, body: &Json) -> Result<Answer, Failure> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.host,
            authorization(),
            body.len()
        );
        self.ask(path, &request)
    }

    fn ask(&self, path: &str, request: &str) -> Result<Answer, Failure> {
        let answer = self.exchange(request).map_err(|error| {
            Failure::unreachable(format!("no server answers at {}: {error}", self.url))
                .hint("it may have been stopped; start one with `heliogram serve`")
        })?;
        read(&answer).map_err(|what| Failure::failed(format!("{path} of {}: {what}", self.url)))
    }

    fn exchange(&self, request: &str) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.take(LONGEST).read_to_end(&mut answer)?;
        Ok(answer)
    }
}

impl Answer {
    /// The body of an answer that is no error.
    fn ok(self, request: &str) -> Result<Json, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        let error = &self.body["error"];
        let what = match (&error["field"], &error["message"]) {
            (Json::String(field), Json::String(message)) => format!("{field}: {message}"),
            _ => self.body.to_string(),
        };
        Err(Failure::failed(format!(
            "{request}: {} {what}",
            self.status
        )))
    }
}

/// The header for a server that asks for its token.
fn authorization() -> String {
    match std::env::var("HELIOGRAM_CONTROL_TOKEN") {
        Ok(token) if !token.is_empty() => format!("Authorization: Bearer {token}\r\n"),
        _ => String::new(),
    }
}

/// Reads an answer that ends with the connection.
fn read(answer: &[u8]) -> Result<Answer, String> {
    let text = std::str::from_utf8(answer).map_err(|_| "the answer is not text".to_owned())?;
    let (head, body) = text
        .split_once("\r\n\r\n")
        .ok_or_else(|| "the answer is not HTTP, or was cut off".to_owned())?;
    let status = head
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| "the answer is not HTTP".to_owned())?;
    // An error from below the API, such as 405, has no JSON.
    let body = serde_json::from_str(body).unwrap_or_else(|_| body.into());
    Ok(Answer { status, body })
}

const PATIENCE: Duration = Duration::from_secs(10);
/// Far more than any answer.
const LONGEST: u64 = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked() {
        for url in [
            "https://127.0.0.1:1",
            "http://192.0.2.1:1",
            "http://127.0.0.1:1/x",
            "http://127.0.0.1",
        ] {
            assert!(Control::at(url).is_err(), "{url}");
        }
        assert!(Control::at("http://127.0.0.1:9001/").is_ok());
        assert!(Control::at("http://[::1]:9001").is_ok());
    }

    #[test]
    fn an_error_of_the_api_names_the_field() {
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 1\r\n\r\n{\"error\":{\"field\":\"phone\",\"message\":\"is empty\"}}";
        let failure = read(answer)
            .expect("it is HTTP")
            .ok("POST /v1/users")
            .expect_err("it is a 400");
        assert!(
            format!("{failure:?}").contains("POST /v1/users: 400 phone: is empty"),
            "{failure:?}"
        );
    }

    #[test]
    fn what_is_not_http_is_said_to_be_so() {
        for answer in [&b""[..], b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 2", b"\xff\xff"] {
            assert!(read(answer).is_err());
        }
    }
}
