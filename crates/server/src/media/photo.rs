//! Photos: an image, as it was uploaded.

use heliogram_tl::api::{self, InputMediaUploadedPhoto, TypeMessageMedia, TypePhoto};
use heliogram_tl::{AccessHash, Encode};

use super::{MediaFault, letter, size_of};
use crate::clock::wire_date;
use crate::cx::Scope;
use crate::files::Taken;
use crate::store::files::{ContentRow, FileRow};

/// The most bytes, the most width and height together, and the most times that one is the other:
/// `core.telegram.org/bots/api`, "sendPhoto".
const MAX_SIZE: u64 = 10 << 20;
const MAX_SIDES: i32 = 10_000;
const MAX_RATIO: i32 = 20;
/// What the name of a photo ends in, when it has an extension.
const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp"];

/// Makes a photo of an upload.
pub(super) fn make(
    scope: &Scope<'_>,
    dc_id: i32,
    media: &InputMediaUploadedPhoto,
    taken: &Taken,
) -> Result<TypeMessageMedia, MediaFault> {
    let dimensions = dimensions(taken)?;
    let photo = api::Photo {
        has_stickers: false,
        id: scope.random.id(),
        access_hash: AccessHash(scope.random.id()),
        file_reference: bytes::Bytes::new(),
        date: wire_date(scope.now),
        sizes: vec![size_of(dimensions, taken)],
        video_sizes: None,
        dc_id,
    };
    let row = FileRow {
        id: photo.id,
        is_photo: true,
        access_hash: photo.access_hash.0,
        secret: scope.random.array(),
        dc_id,
        date: scope.now,
        body: TypePhoto::Photo(Box::new(photo.clone()))
            .to_bytes()
            .map_err(|_| MediaFault::refused("IMAGE_PROCESS_FAILED"))?,
    };
    let content = ContentRow {
        thumb_size: letter(dimensions).to_owned(),
        content: taken.kept.content,
        size: taken.kept.size,
        file_type: taken.file_type,
    };
    scope.tx.files().insert(&row, &[content])?;
    Ok(TypeMessageMedia::MessageMediaPhoto(Box::new(
        api::MessageMediaPhoto {
            spoiler: media.spoiler,
            live_photo: false,
            photo: Some(TypePhoto::Photo(Box::new(photo))),
            ttl_seconds: media.ttl_seconds,
            video: None,
        },
    )))
}

/// The dimensions of an upload that can be a photo.
fn dimensions(taken: &Taken) -> Result<(i32, i32), MediaFault> {
    let extension = taken.name.rsplit_once('.').map(|(_, extension)| extension);
    let known = |extension: &str| {
        let is_it = |some: &&str| extension.eq_ignore_ascii_case(some);
        EXTENSIONS.iter().any(is_it)
    };
    if extension.is_some_and(|extension| !known(extension)) {
        return Err(MediaFault::refused("PHOTO_EXT_INVALID"));
    }
    let (width, height) = taken
        .dimensions
        .filter(|_| taken.kept.size <= MAX_SIZE)
        .ok_or_else(|| MediaFault::refused("IMAGE_PROCESS_FAILED"))?;
    let (long, short) = (width.max(height), width.min(height));
    if short <= 0
        || long.saturating_add(short) > MAX_SIDES
        || long > short.saturating_mul(MAX_RATIO)
    {
        return Err(MediaFault::refused("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok((width, height))
}
