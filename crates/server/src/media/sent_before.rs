//! Photos and documents that are used again, by a reference that is still good.

use heliogram_tl::Decode;
use heliogram_tl::api::{
    self, InputMediaDocument, InputMediaPhoto, TypeDocument, TypeInputDocument, TypeInputPhoto,
    TypeMessageMedia, TypePhoto,
};

use super::{MediaFault, document};
use crate::cx::Scope;
use crate::files::reference;
use crate::store::files::FileRow;

/// A photo once more.
pub(super) fn photo(
    scope: &Scope<'_>,
    media: &InputMediaPhoto,
) -> Result<TypeMessageMedia, MediaFault> {
    let TypeInputPhoto::InputPhoto(input) = &media.id else {
        return Err(MediaFault::refused("MEDIA_EMPTY"));
    };
    let wanted = (input.id, input.access_hash.0, true);
    let file = find(scope, wanted, &input.file_reference)?;
    Ok(TypeMessageMedia::MessageMediaPhoto(Box::new(
        api::MessageMediaPhoto {
            spoiler: media.spoiler,
            live_photo: false,
            photo: Some(TypePhoto::from_bytes(&file.body.into()).map_err(unreadable)?),
            ttl_seconds: media.ttl_seconds,
            video: None,
        },
    )))
}

/// A document once more.
pub(super) fn document(
    scope: &Scope<'_>,
    media: &InputMediaDocument,
) -> Result<TypeMessageMedia, MediaFault> {
    let TypeInputDocument::InputDocument(input) = &media.id else {
        return Err(MediaFault::refused("MEDIA_EMPTY"));
    };
    let wanted = (input.id, input.access_hash.0, false);
    let file = find(scope, wanted, &input.file_reference)?;
    let TypeDocument::Document(document) =
        TypeDocument::from_bytes(&file.body.into()).map_err(unreadable)?
    else {
        return Err(MediaFault::refused("MEDIA_EMPTY"));
    };
    Ok(TypeMessageMedia::MessageMediaDocument(Box::new(
        api::MessageMediaDocument {
            spoiler: media.spoiler,
            ttl_seconds: media.ttl_seconds,
            video_timestamp: media.video_timestamp,
            ..document::shown(*document, true)
        },
    )))
}

/// The file with this id, access hash and kind.
fn find(
    scope: &Scope<'_>,
    (id, access_hash, is_photo): (i64, i64, bool),
    said: &[u8],
) -> Result<FileRow, MediaFault> {
    let file = scope.tx.files().find(id)?;
    let file = file
        .filter(|file| file.access_hash == access_hash && file.is_photo == is_photo)
        .ok_or_else(|| MediaFault::refused("MEDIA_INVALID"))?;
    reference::check(&file, said, scope.now)?;
    Ok(file)
}

fn unreadable(error: heliogram_tl::DecodeError) -> MediaFault {
    tracing::error!(%error, "a stored file cannot be read");
    MediaFault::refused("MEDIA_INVALID")
}
