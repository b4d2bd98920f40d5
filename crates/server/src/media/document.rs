//! Documents: any other file, with what the client says about it.

use heliogram_tl::api::{
    self, InputMediaUploadedDocument, TypeDocument, TypeDocumentAttribute, TypeMessageMedia,
};
use heliogram_tl::{AccessHash, Encode};

use super::{MediaFault, letter, size_of};
use crate::clock::wire_date;
use crate::cx::Scope;
use crate::files::Taken;
use crate::store::files::{ContentRow, FileRow};

/// What a file is when the client does not say.
const ANYTHING: &str = "application/octet-stream";

/// Makes a document of an upload.
pub(super) fn make(
    scope: &Scope<'_>,
    dc_id: i32,
    media: InputMediaUploadedDocument,
    taken: &Taken,
    thumb: Option<&Taken>,
) -> Result<TypeMessageMedia, MediaFault> {
    // A thumb that is no image is left out, as it is only there to look at.
    let thumb = thumb.and_then(|thumb| Some((thumb, thumb.dimensions?)));
    let mut attributes = media.attributes;
    if let Some((w, h)) = taken.dimensions
        && !attributes.iter().any(says_dimensions)
    {
        let size = api::DocumentAttributeImageSize { w, h };
        attributes.push(TypeDocumentAttribute::DocumentAttributeImageSize(size));
    }
    let mime_type = match media.mime_type {
        empty if empty.is_empty() => ANYTHING.to_owned(),
        said => said,
    };
    let document = api::Document {
        id: scope.random.id(),
        access_hash: AccessHash(scope.random.id()),
        file_reference: bytes::Bytes::new(),
        date: wire_date(scope.now),
        mime_type,
        size: taken.kept.size.cast_signed(),
        thumbs: thumb.map(|(thumb, dimensions)| vec![size_of(dimensions, thumb)]),
        video_thumbs: None,
        dc_id,
        attributes,
    };
    let row = FileRow {
        id: document.id,
        is_photo: false,
        access_hash: document.access_hash.0,
        secret: scope.random.array(),
        dc_id,
        date: scope.now,
        body: TypeDocument::Document(Box::new(document.clone()))
            .to_bytes()
            .map_err(|_| MediaFault::refused("MEDIA_INVALID"))?,
    };
    let content = |thumb_size: &str, taken: &Taken| ContentRow {
        thumb_size: thumb_size.to_owned(),
        content: taken.kept.content,
        size: taken.kept.size,
        file_type: taken.file_type,
    };
    let thumb = thumb.map(|(thumb, dimensions)| content(letter(dimensions), thumb));
    let contents: Vec<_> = std::iter::once(content("", taken)).chain(thumb).collect();
    scope.tx.files().insert(&row, &contents)?;
    let shown = shown(document, !media.force_file);
    Ok(TypeMessageMedia::MessageMediaDocument(Box::new(
        api::MessageMediaDocument {
            spoiler: media.spoiler,
            ttl_seconds: media.ttl_seconds,
            video_timestamp: media.video_timestamp,
            ..shown
        },
    )))
}

/// A document in a message, told by its attributes what it is unless it is only a file.
pub(super) fn shown(document: api::Document, tell: bool) -> api::MessageMediaDocument {
    let mut media = api::MessageMediaDocument::default();
    for attribute in document.attributes.iter().filter(|_| tell) {
        match attribute {
            TypeDocumentAttribute::DocumentAttributeVideo(video) => {
                media.video = true;
                media.round |= video.round_message;
            }
            TypeDocumentAttribute::DocumentAttributeAudio(audio) => media.voice |= audio.voice,
            _ => {}
        }
    }
    media.document = Some(TypeDocument::Document(Box::new(document)));
    media
}

fn says_dimensions(attribute: &TypeDocumentAttribute) -> bool {
    matches!(
        attribute,
        TypeDocumentAttribute::DocumentAttributeImageSize(_)
            | TypeDocumentAttribute::DocumentAttributeVideo(_)
    )
}
