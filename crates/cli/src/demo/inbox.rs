//! Reading codes where a person would: in the texts that reached the phone.

use heliogram_server::InboxKind;

use super::stage::{Stage, operation};
use crate::failure::Failure;

/// The code in the newest text of this kind.
pub(super) async fn code(stage: &Stage, phone: &str, kind: InboxKind) -> Result<String, Failure> {
    let items = stage.server.core().inbox(phone).await.map_err(operation)?;
    let newest = items.iter().rev().find(|item| item.kind == kind);
    let code = newest.and_then(|item| digits(&item.text));
    match (newest, code) {
        (Some(item), Some(code)) => {
            let first_line = item.text.lines().next().unwrap_or_default();
            let text: String = first_line.chars().take(60).collect();
            stage
                .show
                .aside("phone", &format!("{phone} got by {}: {text}", kind.name()));
            Ok(code)
        }
        _ => Err(Failure::failed(format!(
            "no code reached {phone} by {}",
            kind.name()
        ))),
    }
}

/// The first five to seven digits in a row.
fn digits(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|run| (5..=7).contains(&run.len()))
        .map(str::to_owned)
}
