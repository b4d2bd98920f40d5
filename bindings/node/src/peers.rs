//! Peers: from what people name to what the server takes.
//!
//! The library knows whom the account has met, and asks when it has to.

use bytes::Bytes;
use heliogram::{
    Entity, PeerError, PeerRef,
    api::{TypeChat, TypeUser},
};
use heliogram_tl::{Encode, reflect::Type};
use napi_derive::napi;

use crate::{
    client::Client,
    delivery::What,
    failure::{self, Failure},
};

#[napi]
impl Client {
    /// The input peer of a name, link, phone number or marked id (`is_id`), from what was met where that is possible.
    #[napi]
    pub fn resolve(&self, call: u32, peer: String, is_id: bool) -> napi::Result<()> {
        let peer = read(&peer, is_id)?;
        self.run(call, async move |client| {
            let input = client.get_input_entity(peer).await?;
            object(&input)
        });
        Ok(())
    }

    /// The user, group or channel of a name, link, phone number or marked id (`is_id`), asked of the server now.
    #[napi]
    pub fn entity(&self, call: u32, peer: String, is_id: bool) -> napi::Result<()> {
        let peer = read(&peer, is_id)?;
        self.run(call, async move |client| {
            let entity = client.get_entity(peer).await?;
            match entity {
                Entity::User(user) => object(&TypeUser::User(user)),
                Entity::Chat(chat) => object(&TypeChat::Chat(chat)),
                Entity::ChatForbidden(chat) => object(&TypeChat::ChatForbidden(chat)),
                Entity::Channel(channel) => object(&TypeChat::Channel(channel)),
                Entity::ChannelForbidden(channel) => object(&TypeChat::ChannelForbidden(channel)),
                other => Err(Failure::other(
                    "peer",
                    format!("{} is of a kind that has no class here", other.id()),
                )),
            }
        });
        Ok(())
    }
}

impl From<PeerError> for Failure {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::Call(error) => error.into(),
            other => Self::other("peer", other),
        }
    }
}

fn read(peer: &str, is_id: bool) -> napi::Result<PeerRef> {
    if !is_id {
        return Ok(peer.into());
    }
    let id = peer.parse::<i64>();
    let id = id.map_err(|error| failure::argument(&format!("{peer} is no id: {error}")))?;
    Ok(id.into())
}

fn object(object: &impl Encode) -> Result<What, Failure> {
    let bytes = object.to_bytes();
    let bytes = bytes.map_err(|error| Failure::other("other", error))?;
    Ok(What::Value(Type::Object, Bytes::from(bytes)))
}
