//! Photos, documents and the rest that a message can hold.
//!
//! What a client sends is an `InputMedia`: an upload, something that was sent before, or a place, a contact, a die. A
//! message holds a `MessageMedia`, which is stored with empty file references; [`show`] puts fresh ones in when somebody
//! sees it, and the DC where clients find the file.
//!
//! A photo keeps the bytes it was uploaded as, in one size with its true width, height and length: nothing here
//! scales images or strips them of what cameras wrote.
//!
//! `core.telegram.org/api/files`, `core.telegram.org/type/InputMedia`.

mod document;
mod photo;
mod sent_before;
mod stateless;

use std::collections::VecDeque;

use heliogram_tl::api::storage::TypeFileType;
use heliogram_tl::api::{self, TypeInputFile, TypeInputMedia, TypeMessageMedia};
use heliogram_tl::{AnyMethodError, MethodError, RpcError};

use crate::core::Settings;
use crate::cx::{Raise, Scope};
use crate::files::{PartFault, ReferenceFault, Taken, UploadFault, reference};
use crate::store::{StoreError, Tx};

/// The uploads that a call uses, in the order of [`uploads_in`].
pub(crate) type Uploads = VecDeque<Result<Taken, UploadFault>>;

/// Why a media cannot be sent.
#[derive(Debug)]
pub(crate) enum MediaFault {
    /// The client's fault.
    Refused(RpcError),
    /// Ours.
    Store(StoreError),
}

/// The uploads that a media names.
pub(crate) fn uploads_in(media: &TypeInputMedia) -> Vec<TypeInputFile> {
    match media {
        TypeInputMedia::InputMediaUploadedPhoto(media) => vec![media.file.clone()],
        TypeInputMedia::InputMediaUploadedDocument(media) => {
            let thumb = media.thumb.iter().map(|thumb| TypeInputFile::clone(thumb));
            std::iter::once(media.file.clone()).chain(thumb).collect()
        }
        _ => Vec::new(),
    }
}

/// What a message will hold; new photos and documents belong to the DC that was called.
pub(crate) fn make(
    scope: &Scope<'_>,
    dc_id: i32,
    media: TypeInputMedia,
    uploads: &mut Uploads,
) -> Result<TypeMessageMedia, MediaFault> {
    match media {
        TypeInputMedia::InputMediaUploadedPhoto(media) => {
            let taken = next(uploads)?;
            photo::make(scope, dc_id, &media, &taken)
        }
        TypeInputMedia::InputMediaUploadedDocument(media) => {
            let taken = next(uploads)?;
            let thumb = media.thumb.is_some().then(|| next(uploads)).transpose()?;
            document::make(scope, dc_id, *media, &taken, thumb.as_ref())
        }
        TypeInputMedia::InputMediaPhoto(media) => sent_before::photo(scope, &media),
        TypeInputMedia::InputMediaDocument(media) => sent_before::document(scope, &media),
        TypeInputMedia::InputMediaContact(contact) => stateless::contact(scope, *contact),
        TypeInputMedia::InputMediaGeoPoint(point) => stateless::geo(&point.geo_point),
        TypeInputMedia::InputMediaDice(dice) => stateless::dice(scope, &dice.emoticon),
        TypeInputMedia::InputMediaEmpty => Err(MediaFault::refused("MEDIA_EMPTY")),
        other => {
            tracing::info!(media = ?other, "this kind of media is not known here");
            Err(MediaFault::refused("MEDIA_INVALID"))
        }
    }
}

/// Puts file references of this moment into what somebody is shown, and the DC where they find it.
pub(crate) fn show(
    tx: Tx<'_>,
    settings: &Settings,
    now: i64,
    media: &mut TypeMessageMedia,
) -> Result<(), StoreError> {
    match media {
        TypeMessageMedia::MessageMediaPhoto(media) => {
            if let Some(api::TypePhoto::Photo(photo)) = &mut media.photo
                && let Some(file) = tx.files().find(photo.id)?
            {
                photo.file_reference = reference::make(&file, now);
                photo.dc_id = settings.door_to(file.dc_id);
            }
            Ok(())
        }
        TypeMessageMedia::MessageMediaDocument(media) => match &mut media.document {
            Some(document) => show_document(tx, settings, now, document),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The same for a document by itself.
pub(crate) fn show_document(
    tx: Tx<'_>,
    settings: &Settings,
    now: i64,
    document: &mut api::TypeDocument,
) -> Result<(), StoreError> {
    if let api::TypeDocument::Document(document) = document
        && let Some(file) = tx.files().find(document.id)?
    {
        document.file_reference = reference::make(&file, now);
        document.dc_id = settings.door_to(file.dc_id);
    }
    Ok(())
}

/// What the first bytes of a file say it is, as a number of [`FILE_TYPES`].
pub(crate) fn file_type(head: &[u8]) -> usize {
    let brand = head.get(4..12).unwrap_or_default();
    let found = if head.starts_with(b"\xff\xd8\xff") {
        TypeFileType::FileJpeg
    } else if head.starts_with(b"GIF8") {
        TypeFileType::FileGif
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        TypeFileType::FilePng
    } else if head.starts_with(b"%PDF-") {
        TypeFileType::FilePdf
    } else if head.starts_with(b"ID3") || head.starts_with(b"\xff\xfb") {
        TypeFileType::FileMp3
    } else if brand == b"ftypqt  " {
        TypeFileType::FileMov
    } else if brand.starts_with(b"ftyp") {
        TypeFileType::FileMp4
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        TypeFileType::FileWebp
    } else {
        TypeFileType::FileUnknown
    };
    let is_found = |some: &TypeFileType| *some == found;
    FILE_TYPES.iter().position(is_found).unwrap_or_default()
}

/// The types of files, by the number that stands in the store.
pub(crate) const FILE_TYPES: [TypeFileType; 9] = [
    TypeFileType::FileUnknown,
    TypeFileType::FileJpeg,
    TypeFileType::FileGif,
    TypeFileType::FilePng,
    TypeFileType::FilePdf,
    TypeFileType::FileMp3,
    TypeFileType::FileMov,
    TypeFileType::FileMp4,
    TypeFileType::FileWebp,
];

/// The next upload of a call.
fn next(uploads: &mut Uploads) -> Result<Taken, MediaFault> {
    let taken = uploads.pop_front();
    taken.unwrap_or(Err(UploadFault::Input)).map_err(Into::into)
}

/// The letter of an image of these dimensions, by the box that it fits into; `core.telegram.org/api/files`, "Image
/// thumbnail types".
fn letter((width, height): (i32, i32)) -> &'static str {
    match width.max(height) {
        ..=100 => "s",
        101..=320 => "m",
        321..=800 => "x",
        801..=1280 => "y",
        _ => "w",
    }
}

/// A size or thumb of these dimensions.
fn size_of((width, height): (i32, i32), taken: &Taken) -> api::TypePhotoSize {
    api::TypePhotoSize::PhotoSize(Box::new(api::PhotoSize {
        type_: letter((width, height)).to_owned(),
        w: width,
        h: height,
        size: i32::try_from(taken.kept.size).unwrap_or(i32::MAX),
    }))
}

impl MediaFault {
    fn refused(name: impl Into<String>) -> Self {
        Self::Refused(RpcError::new(400, name))
    }
}

impl From<StoreError> for MediaFault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<UploadFault> for MediaFault {
    fn from(fault: UploadFault) -> Self {
        Self::Refused(fault.to_rpc())
    }
}

impl From<ReferenceFault> for MediaFault {
    fn from(fault: ReferenceFault) -> Self {
        Self::refused(fault.name())
    }
}

impl<E: MethodError> From<MediaFault> for Raise<E> {
    fn from(fault: MediaFault) -> Self {
        match fault {
            MediaFault::Refused(error) => Self::of(error),
            MediaFault::Store(error) => Self::Store(error),
        }
    }
}

impl UploadFault {
    /// As the page names it.
    pub(crate) fn to_rpc(&self) -> RpcError {
        match self {
            Self::Part(fault) => fault.to_rpc(),
            Self::Md5 => RpcError::new(400, "MD5_CHECKSUM_INVALID"),
            Self::Input => RpcError::new(400, "INPUT_FILE_INVALID"),
            Self::Io(error) => {
                tracing::error!(%error, "the bytes of a file could not be moved");
                AnyMethodError::RpcCallFail.to_rpc()
            }
        }
    }
}

impl PartFault {
    fn to_rpc(self) -> RpcError {
        RpcError::new(
            400,
            match self {
                Self::Empty => "FILE_PART_EMPTY".to_owned(),
                Self::TooBig => "FILE_PART_TOO_BIG".to_owned(),
                Self::Number => "FILE_PART_INVALID".to_owned(),
                Self::Count => "FILE_PARTS_INVALID".to_owned(),
                Self::Size => "FILE_PART_SIZE_INVALID".to_owned(),
                Self::SizeChanged => "FILE_PART_SIZE_CHANGED".to_owned(),
                Self::Missing(number) => format!("FILE_PART_{number}_MISSING"),
            },
        )
    }
}

impl ReferenceFault {
    /// As the page names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "FILE_REFERENCE_EMPTY",
            Self::Invalid => "FILE_REFERENCE_INVALID",
            Self::Expired => "FILE_REFERENCE_EXPIRED",
        }
    }
}
