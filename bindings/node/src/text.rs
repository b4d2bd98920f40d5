//! Formatted text: the library's readers and writers of Markdown and HTML, on JavaScript's objects.

use bytes::Bytes;
use heliogram::{
    api::TypeMessageEntity,
    text::{self, ParseMode},
};
use heliogram_tl::{Decode, Encode, reflect::Type};
use napi_derive::napi;

use crate::{
    failure,
    js::{self, Any},
    tl::{Codec, object, read_whole},
};

#[napi]
impl Codec {
    /// What is left of a marked-up text, and its entities: `[text, entities]`.
    #[napi]
    pub fn parse_text(&self, env: napi::Env, marked: String, html: bool) -> napi::Result<Any> {
        let env = js::Env::new(&env);
        let (text, entities) = text::parse(&marked, mode(html));
        let entities = entities.to_bytes();
        let entities = entities.map_err(|error| failure::unreadable(&error.to_string()))?;
        let entities = read_whole(env, &self.shapes(), &Bytes::from(entities), Type::Object)?;
        let pair = env.array(2).map_err(failure::pending)?;
        let text = env.string(text.as_bytes()).map_err(failure::pending)?;
        env.set_element(pair, 0, text).map_err(failure::pending)?;
        env.set_element(pair, 1, entities)
            .map_err(failure::pending)?;
        Ok(pair.into())
    }
}

/// The text with its entities, marked up.
#[napi]
pub fn write_text(
    env: napi::Env,
    plain: String,
    entities: Vec<Any>,
    html: bool,
) -> napi::Result<String> {
    let env = js::Env::new(&env);
    let entities = entities.iter().map(|entity| {
        let bytes = object(env, entity.value(env))?;
        let entity = TypeMessageEntity::from_bytes(&Bytes::from(bytes));
        entity.map_err(|error| failure::argument(&format!("entities: {error}")))
    });
    let entities = entities.collect::<napi::Result<Vec<_>>>()?;
    Ok(match mode(html) {
        ParseMode::Html => text::to_html(&plain, &entities),
        _ => text::to_markdown(&plain, &entities),
    })
}

fn mode(html: bool) -> ParseMode {
    match html {
        true => ParseMode::Html,
        false => ParseMode::Markdown,
    }
}
