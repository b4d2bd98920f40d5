//! The control API from outside: one small request per connection.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{Failure, Target};

impl Target {
    /// Makes a user, with a password unless it is empty.
    ///
    /// # Errors
    /// When the server does not answer 2xx.
    pub async fn create_user(&self, phone: &str, password: &str) -> Result<(), Failure> {
        let mut user = json!({"phone": phone, "first_name": "Ada"});
        if !password.is_empty() {
            user["password"] = password.into();
        }
        self.ask("POST", "/v1/users", Some(&user)).await.map(drop)
    }

    /// Makes a session of this phone, logged in, as the library loads it.
    ///
    /// # Errors
    /// When the server does not answer 2xx.
    pub async fn session(&self, phone: &str) -> Result<String, Failure> {
        let wanted = json!({"phone": phone, "format": "heliogram"});
        let minted = self.ask("POST", "/v1/sessions", Some(&wanted)).await?;
        Ok(minted["session"].as_str().ok_or("no session")?.to_owned())
    }

    /// Moves the business clock.
    ///
    /// # Errors
    /// When the server does not answer 2xx.
    pub async fn advance_clock(&self, seconds: i64) -> Result<(), Failure> {
        let advance = json!({"advance_seconds": seconds});
        self.ask("POST", "/v1/clock", Some(&advance))
            .await
            .map(drop)
    }

    /// When the account of this phone is due to be deleted, if it is.
    ///
    /// # Errors
    /// When the server does not answer, or knows no such user.
    pub async fn deletion_due(&self, phone: &str) -> Result<Option<i64>, Failure> {
        let users = self.ask("GET", "/v1/users", None).await?;
        let users = users["items"].as_array().cloned().unwrap_or_default();
        let user = users.iter().find(|user| user["phone"] == phone);
        let user = user.ok_or_else(|| format!("user {phone} is gone"))?;
        Ok(user["deletion_due"].as_i64())
    }

    /// The last code that reached a phone.
    ///
    /// # Errors
    /// When there is none.
    pub async fn last_code(&self, phone: &str) -> Result<String, Failure> {
        let inbox = self.ask("GET", &format!("/v1/inbox/{phone}"), None).await?;
        let items = inbox["items"].as_array().cloned().unwrap_or_default();
        let code = items
            .iter()
            .rev()
            .filter(|item| item["kind"] != "notice")
            .filter_map(|item| item["text"].as_str())
            .flat_map(|text| text.split(|c: char| !c.is_ascii_digit()))
            .find(|digits| (5..=7).contains(&digits.len()));
        Ok(code.ok_or("no code in the inbox")?.to_owned())
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let address = self.control.ok_or("the server has no control API")?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut socket = TcpStream::connect(address).await?;
        socket.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        if !head.starts_with("HTTP/1.1 2") {
            return Err(format!("{method} {path}: {head}: {body}").into());
        }
        Ok(serde_json::from_str(body)?)
    }
}
