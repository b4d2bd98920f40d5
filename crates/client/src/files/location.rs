//! Where a file is, and what is known about it beforehand.

use heliogram_tl::api;

use super::{FileError, mime};
use crate::{Message, PeerId};

/// A file that can be fetched: made from a message, or from the media, document or photo in it.
///
/// One made from a message can renew its file reference; of the others that is only good as long as it was when they came,
/// unless [`in_message`](Self::in_message) says where they were.
#[derive(Clone, Debug)]
pub struct Media {
    pub(super) location: api::TypeInputFileLocation,
    pub(super) dc_id: i32,
    pub(super) size: u64,
    pub(super) name: String,
    pub(super) message: Option<(PeerId, i32)>,
}

impl Media {
    /// What is at a location, for what stands in no message: a profile photo, a thumbnail. `dc_id` says where that is, or 0;
    /// `size` how many bytes it has, or 0 where that is not known: then it is fetched until it ends.
    pub fn at(location: api::TypeInputFileLocation, dc_id: i32, size: u64) -> Self {
        Self {
            location,
            dc_id,
            size,
            name: "file".into(),
            message: None,
        }
    }

    /// How many bytes the server says that it has; 0 when that is not known.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The name that the sender gave it, or one made from its id. It may be anything: do not take it for a path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same, known to be in this message of this chat.
    #[must_use]
    pub fn in_message(mut self, chat: PeerId, message_id: i32) -> Self {
        self.message = Some((chat, message_id));
        self
    }
}

impl TryFrom<&Message> for Media {
    type Error = FileError;

    fn try_from(message: &Message) -> Result<Self, FileError> {
        Self::try_from(message.raw())
    }
}

impl TryFrom<&api::Message> for Media {
    type Error = FileError;

    fn try_from(message: &api::Message) -> Result<Self, FileError> {
        let media = message.media.as_deref();
        let media = Self::try_from(media.ok_or(FileError::NoFile("a message without media"))?)?;
        Ok(match PeerId::from_peer(&message.peer_id) {
            Some(chat) => media.in_message(chat, message.id),
            None => media,
        })
    }
}

impl TryFrom<&api::TypeMessage> for Media {
    type Error = FileError;

    fn try_from(message: &api::TypeMessage) -> Result<Self, FileError> {
        match message {
            api::TypeMessage::Message(message) => Self::try_from(&**message),
            _ => Err(FileError::NoFile("a message without media")),
        }
    }
}

impl TryFrom<&api::TypeMessageMedia> for Media {
    type Error = FileError;

    fn try_from(media: &api::TypeMessageMedia) -> Result<Self, FileError> {
        match media {
            api::TypeMessageMedia::MessageMediaDocument(media) => match &media.document {
                Some(api::TypeDocument::Document(document)) => Ok(Self::from(&**document)),
                _ => Err(FileError::NoFile("a document that is gone")),
            },
            api::TypeMessageMedia::MessageMediaPhoto(media) => match &media.photo {
                Some(api::TypePhoto::Photo(photo)) => Self::try_from(&**photo),
                _ => Err(FileError::NoFile("a photo that is gone")),
            },
            _ => Err(FileError::NoFile(
                "media that is neither a document nor a photo",
            )),
        }
    }
}

impl From<&api::Document> for Media {
    fn from(document: &api::Document) -> Self {
        let named = document
            .attributes
            .iter()
            .find_map(|attribute| match attribute {
                api::TypeDocumentAttribute::DocumentAttributeFilename(named) => {
                    Some(named.file_name.clone()).filter(|name| !name.is_empty())
                }
                _ => None,
            });
        let made = || {
            format!(
                "document_{}{}",
                document.id,
                mime::extension(&document.mime_type)
            )
        };
        Self {
            location: api::InputDocumentFileLocation {
                id: document.id,
                access_hash: document.access_hash,
                file_reference: document.file_reference.clone(),
                thumb_size: String::new(),
            }
            .into(),
            dc_id: document.dc_id,
            size: u64::try_from(document.size).unwrap_or(0),
            name: named.unwrap_or_else(made),
            message: None,
        }
    }
}

impl TryFrom<&api::Photo> for Media {
    type Error = FileError;

    /// The largest size of it.
    fn try_from(photo: &api::Photo) -> Result<Self, FileError> {
        let sizes = photo.sizes.iter().filter_map(size);
        let largest = sizes.max_by_key(|(_, bytes)| *bytes);
        let (thumb_size, size) = largest.ok_or(FileError::NoFile("a photo without a size"))?;
        Ok(Self {
            location: api::InputPhotoFileLocation {
                id: photo.id,
                access_hash: photo.access_hash,
                file_reference: photo.file_reference.clone(),
                thumb_size,
            }
            .into(),
            dc_id: photo.dc_id,
            size,
            name: format!("photo_{}.jpg", photo.id),
            message: None,
        })
    }
}

/// The letter of a size that has to be fetched, and how many bytes it has.
fn size(size: &api::TypePhotoSize) -> Option<(String, u64)> {
    match size {
        api::TypePhotoSize::PhotoSize(size) => {
            Some((size.type_.clone(), u64::try_from(size.size).ok()?))
        }
        api::TypePhotoSize::PhotoSizeProgressive(size) => {
            let whole = size.sizes.iter().copied().max()?;
            Some((size.type_.clone(), u64::try_from(whole).ok()?))
        }
        _ => None,
    }
}
