//! Parts of files in, and parts of files out; `core.telegram.org/api/files`.

use bytes::Bytes;
use heliogram_tl::api::upload::{
    self, GetFile, GetFileError, GetFileHashes, GetFileHashesError, SaveBigFilePart,
    SaveBigFilePartError, SaveFilePart, SaveFilePartError, TypeFile,
};
use heliogram_tl::api::{FileHash, TypeInputFileLocation};
use heliogram_tl::{AnyMethodError, MethodError, RpcError};
use sha2::{Digest, Sha256};

use crate::clock::wire_date;
use crate::cx::{Caller, Cx, Raise};
use crate::dispatch::Moving;
use crate::files::{self, UploadFault, UploadId, reference};
use crate::media::FILE_TYPES;
use crate::store::files::{ContentRow, FileRow};

/// What one answer holds at most, and what no part without `precise` crosses a multiple of.
const CHUNK: i64 = 1 << 20;
/// What offsets and limits are multiples of, and what they are with `precise`.
const GRAIN: i64 = 4 << 10;
const PRECISE_GRAIN: i64 = 1 << 10;
/// How many bytes one hash is of.
const HASHED: u64 = 128 << 10;
/// How many hashes one answer holds at most: those of a chunk.
const HASHES: u64 = CHUNK as u64 / HASHED;

/// `upload.saveFilePart file_id:long file_part:int bytes:bytes = Bool`
pub(super) fn save_file_part(
    cx: &mut Cx<'_>,
    call: SaveFilePart,
) -> Result<Moving<SaveFilePart>, Raise<SaveFilePartError>> {
    let id = upload(&cx.caller, call.file_id)?;
    let number = files::number(call.file_part, None, call.bytes.len());
    let number = number.map_err(|fault| refused(&fault.into()))?;
    let now = cx.now;
    Ok(Box::new(move |files| {
        let saved = files.save_part(id, number, &call.bytes, now);
        saved.map(|()| true).map_err(|fault| refused(&fault))
    }))
}

/// `upload.saveBigFilePart file_id:long file_part:int file_total_parts:int bytes:bytes = Bool`
pub(super) fn save_big_file_part(
    cx: &mut Cx<'_>,
    call: SaveBigFilePart,
) -> Result<Moving<SaveBigFilePart>, Raise<SaveBigFilePartError>> {
    let id = upload(&cx.caller, call.file_id)?;
    let total = Some(call.file_total_parts);
    let number = files::number(call.file_part, total, call.bytes.len());
    let number = number.map_err(|fault| refused(&fault.into()))?;
    let now = cx.now;
    Ok(Box::new(move |files| {
        let saved = files.save_part(id, number, &call.bytes, now);
        saved.map(|()| true).map_err(|fault| refused(&fault))
    }))
}

/// `upload.getFile flags:# precise:flags.0?true cdn_supported:flags.1?true location:InputFileLocation offset:long
/// limit:int = upload.File`. There is no CDN, so `cdn_supported` changes nothing.
pub(super) fn file(cx: &mut Cx<'_>, call: GetFile) -> Result<Moving<GetFile>, Raise<GetFileError>> {
    let (offset, limit) = range(&call).map_err(Raise::Method)?;
    let (file, content) = locate(cx, &call.location)?;
    let type_ = FILE_TYPES.get(content.file_type).copied();
    let mtime = wire_date(file.date);
    Ok(Box::new(move |files| {
        let bytes = files.read(content.content, offset, limit).map_err(lost)?;
        Ok(TypeFile::File(Box::new(upload::File {
            type_: type_.unwrap_or(FILE_TYPES[0]),
            mtime,
            bytes: Bytes::from(bytes),
        })))
    }))
}

/// `upload.getFileHashes location:InputFileLocation offset:long = Vector<FileHash>`: of the pieces of 128 KiB that
/// begin with the one at this offset, at most eight.
pub(super) fn file_hashes(
    cx: &mut Cx<'_>,
    call: GetFileHashes,
) -> Result<Moving<GetFileHashes>, Raise<GetFileHashesError>> {
    let offset = u64::try_from(call.offset).map_err(|_| Raise::named(400, "OFFSET_INVALID"))?;
    let (_, content) = locate(cx, &call.location)?;
    let first = offset / HASHED * HASHED;
    Ok(Box::new(move |files| {
        let mut hashes = Vec::new();
        for index in 0..HASHES {
            let offset = first + index * HASHED;
            let piece = files.read(content.content, offset, HASHED as usize);
            let piece = piece.map_err(lost)?;
            if piece.is_empty() {
                break;
            }
            hashes.push(FileHash {
                offset: offset.cast_signed(),
                limit: piece.len() as i32,
                hash: Bytes::from(Sha256::digest(&piece).to_vec()),
            });
        }
        Ok(hashes)
    }))
}

/// Which bytes are asked for; `core.telegram.org/api/files`, "Downloading files".
fn range(call: &GetFile) -> Result<(u64, usize), GetFileError> {
    let (offset, limit) = (call.offset, i64::from(call.limit));
    let grain = if call.precise { PRECISE_GRAIN } else { GRAIN };
    if offset < 0 || offset % grain != 0 {
        return Err(GetFileError::OffsetInvalid);
    }
    let fits = if call.precise {
        limit <= CHUNK
    } else {
        CHUNK % limit.max(1) == 0 && offset / CHUNK == (offset + limit - 1) / CHUNK
    };
    if limit <= 0 || limit % grain != 0 || !fits {
        return Err(GetFileError::LimitInvalid);
    }
    Ok((offset.cast_unsigned(), limit as usize))
}

/// The file that is meant, if the caller may have it here.
fn locate<E: MethodError>(
    cx: &Cx<'_>,
    location: &TypeInputFileLocation,
) -> Result<(FileRow, ContentRow), Raise<E>> {
    let invalid = || Raise::named(400, "LOCATION_INVALID");
    let (id, access_hash, said, thumb_size, is_photo) = match location {
        TypeInputFileLocation::InputDocumentFileLocation(it) => (
            it.id,
            it.access_hash,
            &it.file_reference,
            &it.thumb_size,
            false,
        ),
        TypeInputFileLocation::InputPhotoFileLocation(it) => (
            it.id,
            it.access_hash,
            &it.file_reference,
            &it.thumb_size,
            true,
        ),
        _ => return Err(invalid()),
    };
    let file = cx.tx.files().find(id)?;
    let file = file
        .filter(|file| file.access_hash == access_hash.0 && file.is_photo == is_photo)
        .ok_or_else(invalid)?;
    if let Some(home) = cx.settings.elsewhere(file.dc_id, cx.caller.dc_id) {
        // The table of errors has 400, the page on errors and real servers 303.
        return Err(Raise::Unlisted(RpcError::new(
            303,
            format!("FILE_MIGRATE_{home}"),
        )));
    }
    reference::check(&file, said, cx.now).map_err(|fault| Raise::named(400, fault.name()))?;
    let content = cx.tx.files().content(id, thumb_size)?;
    Ok((file, content.ok_or_else(invalid)?))
}

fn upload(caller: &Caller, file_id: i64) -> Result<UploadId, AnyMethodError> {
    Ok(UploadId {
        dc_id: caller.dc_id,
        user_id: caller.user()?,
        file_id,
    })
}

/// The page names errors for both methods of which the methods' own pages have some.
fn refused<E: MethodError>(fault: &UploadFault) -> Raise<E> {
    Raise::of(fault.to_rpc())
}

/// A restored snapshot may name files that it did not bring along.
fn lost<E: MethodError>(error: std::io::Error) -> Raise<E> {
    match error.kind() {
        std::io::ErrorKind::NotFound => Raise::named(400, "FILE_ID_INVALID"),
        _ => refused(&error.into()),
    }
}
