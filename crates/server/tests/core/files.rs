//! What clients upload, and what they get back.

use heliogram_server::Core;
use heliogram_tl::api::{self, TypeInputFile, TypeInputFileLocation, messages, upload};
use heliogram_tl::{Encode, RpcError};
use sha2::{Digest, Sha256};

use crate::world::*;

const KIB: usize = 1 << 10;
const ADA: &str = "9996620901";
const BOB: &str = "9996620902";
const HOUR: i64 = 3_600;

/// Bytes that differ from part to part.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u8
    };
    (0..length).map(|_| next()).collect()
}

pub(crate) fn part(file_id: i64, file_part: i32, bytes: &[u8]) -> upload::SaveFilePart {
    upload::SaveFilePart {
        file_id,
        file_part,
        bytes: bytes.to_vec().into(),
    }
}

fn big_part(file_id: i64, file_part: i32, total: i32, bytes: &[u8]) -> upload::SaveBigFilePart {
    upload::SaveBigFilePart {
        file_id,
        file_part,
        file_total_parts: total,
        bytes: bytes.to_vec().into(),
    }
}

fn input(id: i64, parts: i32, name: &str, md5: &str) -> TypeInputFile {
    TypeInputFile::InputFile(Box::new(api::InputFile {
        id,
        parts,
        name: name.into(),
        md5_checksum: md5.into(),
    }))
}

/// Uploads in parts of this size, and gives what names it.
pub(crate) async fn uploaded(
    client: &Client,
    bytes: &[u8],
    size: usize,
    name: &str,
) -> TypeInputFile {
    let id = unique();
    let mut count = 0;
    for bytes in bytes.chunks(size) {
        assert!(client.invoke(&part(id, count, bytes)).await.unwrap());
        count += 1;
    }
    input(id, count, name, "")
}

pub(crate) fn as_document(file: TypeInputFile) -> api::TypeInputMedia {
    let attribute = api::DocumentAttributeFilename {
        file_name: "notes.bin".into(),
    };
    api::TypeInputMedia::InputMediaUploadedDocument(Box::new(api::InputMediaUploadedDocument {
        nosound_video: false,
        force_file: false,
        spoiler: false,
        file,
        thumb: None,
        mime_type: "application/x-notes".into(),
        attributes: vec![api::TypeDocumentAttribute::DocumentAttributeFilename(
            attribute,
        )],
        stickers: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
    }))
}

pub(crate) fn as_photo(file: TypeInputFile) -> api::TypeInputMedia {
    api::TypeInputMedia::InputMediaUploadedPhoto(Box::new(api::InputMediaUploadedPhoto {
        spoiler: false,
        live_photo: false,
        file,
        stickers: None,
        ttl_seconds: None,
        video: None,
    }))
}

fn upload_media(media: api::TypeInputMedia) -> messages::UploadMedia {
    messages::UploadMedia {
        business_connection_id: None,
        peer: api::TypeInputPeer::InputPeerSelf,
        media,
    }
}

pub(crate) fn document_of(media: &api::TypeMessageMedia) -> api::Document {
    match media {
        api::TypeMessageMedia::MessageMediaDocument(media) => match &media.document {
            Some(api::TypeDocument::Document(document)) => api::Document::clone(document),
            other => panic!("expected a document, got {other:?}"),
        },
        other => panic!("expected a document, got {other:?}"),
    }
}

pub(crate) fn photo_of(media: &api::TypeMessageMedia) -> api::Photo {
    match media {
        api::TypeMessageMedia::MessageMediaPhoto(media) => match &media.photo {
            Some(api::TypePhoto::Photo(photo)) => api::Photo::clone(photo),
            other => panic!("expected a photo, got {other:?}"),
        },
        other => panic!("expected a photo, got {other:?}"),
    }
}

pub(crate) fn place(document: &api::Document) -> TypeInputFileLocation {
    let location = api::InputDocumentFileLocation {
        id: document.id,
        access_hash: document.access_hash,
        file_reference: document.file_reference.clone(),
        thumb_size: String::new(),
    };
    TypeInputFileLocation::InputDocumentFileLocation(Box::new(location))
}

fn place_of_photo(photo: &api::Photo, thumb_size: &str) -> TypeInputFileLocation {
    let location = api::InputPhotoFileLocation {
        id: photo.id,
        access_hash: photo.access_hash,
        file_reference: photo.file_reference.clone(),
        thumb_size: thumb_size.into(),
    };
    TypeInputFileLocation::InputPhotoFileLocation(Box::new(location))
}

fn get(location: TypeInputFileLocation, offset: i64, limit: i32) -> upload::GetFile {
    upload::GetFile {
        precise: false,
        cdn_supported: true,
        location,
        offset,
        limit,
    }
}

async fn piece(client: &Client, call: &upload::GetFile) -> Result<upload::File, RpcError> {
    match client.invoke(call).await? {
        upload::TypeFile::File(file) => Ok(*file),
        other => panic!("expected upload.file, got {other:?}"),
    }
}

pub(crate) async fn downloaded(client: &Client, location: &TypeInputFileLocation) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let call = get(location.clone(), bytes.len() as i64, 64 << 10);
        let piece = piece(client, &call).await.unwrap().bytes;
        bytes.extend_from_slice(&piece);
        if piece.len() < 64 << 10 {
            return bytes;
        }
    }
}

async fn user(core: &Core, phone: &str) -> Client {
    add_user(core, phone, None).await;
    minted(core, phone).await
}

/// The least PNG of these dimensions that says them; nothing here looks further.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes.extend(noise(u64::from(width), 300));
    bytes
}

#[tokio::test]
async fn a_document_comes_back_as_it_was_uploaded() {
    let directory = Directory::new();
    for core in [in_memory(), directory.open()] {
        let ada = user(&core, ADA).await;
        for (length, size) in [
            (1, 512 * KIB),
            (200 * KIB + 7, 32 * KIB),
            (1_024 * KIB, 512 * KIB),
            (700 * KIB, 512 * KIB),
        ] {
            let bytes = noise(length as u64, length);
            let file = uploaded(&ada, &bytes, size, "notes.bin").await;
            let media = ada.invoke(&upload_media(as_document(file))).await.unwrap();
            let document = document_of(&media);
            assert_eq!(document.size, length as i64);
            assert_eq!(document.mime_type, "application/x-notes");
            assert_eq!(document.dc_id, 2);
            assert_eq!(downloaded(&ada, &place(&document)).await, bytes);
        }
    }
}

#[tokio::test]
async fn parts_come_in_any_order_twice_and_over_several_sessions() {
    let directory = Directory::new();
    for core in [in_memory(), directory.open()] {
        let ada = user(&core, ADA).await;
        let other = minted(&core, ADA).await;
        let bytes = noise(3, 5 * 64 * KIB + 100);
        let parts: Vec<_> = bytes.chunks(64 * KIB).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for (index, number) in [5, 0, 3, 3, 1, 4, 2, 0, 5].into_iter().enumerate() {
            let call = big_part(77, number, 6, parts[number as usize]);
            let Client { core, key, .. } = if index % 2 == 0 { &ada } else { &other };
            let client = client(core, *key);
            tasks.spawn(async move { client.invoke(&call).await });
        }
        while let Some(saved) = tasks.join_next().await {
            assert!(saved.unwrap().unwrap());
        }
        let file = TypeInputFile::InputFileBig(Box::new(api::InputFileBig {
            id: 77,
            parts: 6,
            name: "big.bin".into(),
        }));
        let media = ada.invoke(&upload_media(as_document(file.clone()))).await;
        let document = document_of(&media.unwrap());
        assert_eq!(downloaded(&ada, &place(&document)).await, bytes);

        // A part that comes once more when the file is made, and a second use.
        assert!(ada.invoke(&big_part(77, 3, 6, parts[3])).await.unwrap());
        let again = ada.invoke(&upload_media(as_document(file.clone()))).await;
        let again = document_of(&again.unwrap());
        assert_ne!(again.id, document.id);
        assert_eq!(downloaded(&ada, &place(&again)).await, bytes);

        // The number begins a new file, and the old one stays.
        let anew = noise(4, 10);
        assert!(ada.invoke(&part(77, 0, &anew)).await.unwrap());
        assert_eq!(
            ada.error(&upload_media(as_document(file))).await,
            "400 FILE_PART_1_MISSING"
        );
        assert_eq!(downloaded(&ada, &place(&document)).await, bytes);
    }
}

#[tokio::test]
async fn parts_that_cannot_be_are_refused_by_name() {
    let core = in_memory();
    let ada = user(&core, ADA).await;
    let kib = noise(1, KIB);
    for (call, error) in [
        (part(1, -1, &kib), "400 FILE_PART_INVALID"),
        (part(1, 4_000, &kib), "400 FILE_PART_INVALID"),
        (part(1, 0, &[]), "400 FILE_PART_EMPTY"),
        (part(1, 0, &noise(1, 513 * KIB)), "400 FILE_PART_TOO_BIG"),
    ] {
        assert_eq!(ada.error(&call).await, error);
    }
    for (call, error) in [
        (big_part(1, 0, 0, &kib), "400 FILE_PARTS_INVALID"),
        (big_part(1, 0, 4_001, &kib), "400 FILE_PARTS_INVALID"),
        (big_part(1, 0, -2, &kib), "400 FILE_PARTS_INVALID"),
        (big_part(1, 7, 7, &kib), "400 FILE_PART_INVALID"),
        (big_part(1, 0, 2, &[]), "400 FILE_PART_EMPTY"),
        (big_part(1, 0, 2, &kib[1..]), "400 FILE_PART_SIZE_INVALID"),
        (
            big_part(1, 0, 2, &noise(1, 3 * KIB)),
            "400 FILE_PART_SIZE_INVALID",
        ),
        (
            big_part(1, 0, 2, &noise(1, 600 * KIB)),
            "400 FILE_PART_TOO_BIG",
        ),
    ] {
        assert_eq!(ada.error(&call).await, error);
    }
    assert!(ada.invoke(&big_part(2, 0, 3, &kib)).await.unwrap());
    let changed = ada.error(&big_part(2, 1, 3, &noise(1, 2 * KIB))).await;
    assert_eq!(changed, "400 FILE_PART_SIZE_CHANGED");
    let longer = ada.error(&big_part(2, 2, 3, &noise(1, KIB + 1))).await;
    assert_eq!(longer, "400 FILE_PART_SIZE_CHANGED");
    assert!(ada.invoke(&big_part(2, 2, 3, b"end")).await.unwrap());
    // How many there will be is not known yet.
    assert!(ada.invoke(&big_part(3, 8, -1, &kib)).await.unwrap());
    assert_eq!(
        stranger(&core).error(&part(1, 0, &kib)).await,
        "401 AUTH_KEY_UNREGISTERED"
    );
}

#[tokio::test]
async fn an_upload_that_is_not_whole_or_not_right_is_no_file() {
    let core = in_memory();
    let (ada, bob) = (user(&core, ADA).await, user(&core, BOB).await);
    let bytes = noise(1, 2 * KIB);
    for number in [0, 2] {
        ada.invoke(&part(5, number, &bytes)).await.unwrap();
    }
    let used = async |client: &Client, file| client.error(&upload_media(as_document(file))).await;
    assert_eq!(
        used(&ada, input(5, 3, "a", "")).await,
        "400 FILE_PART_1_MISSING"
    );
    assert_eq!(
        used(&ada, input(5, 0, "a", "")).await,
        "400 FILE_PARTS_INVALID"
    );
    assert_eq!(
        used(&ada, input(5, 4_001, "a", "")).await,
        "400 FILE_PARTS_INVALID"
    );
    ada.invoke(&part(5, 1, &bytes)).await.unwrap();
    assert_eq!(
        used(&ada, input(5, 2, "a", "")).await,
        "400 FILE_PARTS_INVALID"
    );
    assert_eq!(
        used(&ada, input(6, 1, "a", "")).await,
        "400 FILE_PART_0_MISSING"
    );
    assert_eq!(
        used(&bob, input(5, 3, "a", "")).await,
        "400 FILE_PART_0_MISSING"
    );

    ada.invoke(&part(8, 0, b"hello")).await.unwrap();
    let wrong = "5d41402abc4b2a76b9719d911017c593";
    assert_eq!(
        used(&ada, input(8, 1, "a", wrong)).await,
        "400 MD5_CHECKSUM_INVALID"
    );
    let right = upload_media(as_document(input(
        8,
        1,
        "a",
        "5D41402abc4b2a76b9719d911017c592",
    )));
    ada.invoke(&right).await.unwrap();
    assert_eq!(
        used(&ada, input(8, 1, "a", wrong)).await,
        "400 MD5_CHECKSUM_INVALID"
    );
    let empty = ada
        .error(&upload_media(api::TypeInputMedia::InputMediaEmpty))
        .await;
    assert_eq!(empty, "400 MEDIA_EMPTY");
}

#[tokio::test]
async fn an_upload_is_forgotten_six_hours_after_its_last_part() {
    let directory = Directory::new();
    for core in [in_memory(), directory.open()] {
        let ada = user(&core, ADA).await;
        core.freeze_clock().await.unwrap();
        let bytes = noise(1, KIB);
        ada.invoke(&part(5, 0, &bytes)).await.unwrap();
        core.advance_clock(5 * HOUR).await.unwrap();
        ada.invoke(&part(5, 1, &bytes)).await.unwrap();
        core.advance_clock(6 * HOUR - 1).await.unwrap();
        let call = upload_media(as_document(input(5, 2, "a", "")));
        let document = document_of(&ada.invoke(&call).await.unwrap());
        core.advance_clock(1).await.unwrap();
        assert_eq!(ada.error(&call).await, "400 FILE_PART_0_MISSING");
        assert_eq!(downloaded(&ada, &place(&document)).await.len(), 2 * KIB);
    }
    let left = std::fs::read_dir(directory.0.join("files/uploads")).unwrap();
    assert_eq!(left.count(), 0, "what was forgotten takes no room");
}

#[tokio::test]
async fn offsets_and_limits_are_those_of_the_page() {
    let core = in_memory();
    let ada = user(&core, ADA).await;
    let bytes = noise(9, 1_100 * KIB);
    let file = uploaded(&ada, &bytes, 512 * KIB, "a").await;
    let media = ada.invoke(&upload_media(as_document(file))).await.unwrap();
    let location = place(&document_of(&media));
    let call = |offset: usize, limit: usize, precise| upload::GetFile {
        precise,
        ..get(location.clone(), offset as i64, limit as i32)
    };
    let end = bytes.len();
    for (offset, limit, precise) in [
        (0, 1_024 * KIB, false),
        (4 * KIB, 4 * KIB, false),
        (1_024 * KIB, 512 * KIB, false),
        (KIB, 3 * KIB, true),
        (1_023 * KIB, 1_024 * KIB, true),
        (2_048 * KIB, 4 * KIB, false),
    ] {
        let piece = piece(&ada, &call(offset, limit, precise)).await.unwrap();
        assert_eq!(
            piece.bytes,
            bytes[offset.min(end)..(offset + limit).min(end)]
        );
        assert_eq!(piece.type_, api::storage::TypeFileType::FileUnknown);
    }
    for (offset, limit, precise, error) in [
        (KIB, 4 * KIB, false, "400 OFFSET_INVALID"),
        (512, KIB, true, "400 OFFSET_INVALID"),
        (0, 0, false, "400 LIMIT_INVALID"),
        (0, KIB, false, "400 LIMIT_INVALID"),
        (0, 12 * KIB, false, "400 LIMIT_INVALID"),
        (0, 2_048 * KIB, false, "400 LIMIT_INVALID"),
        (1_020 * KIB, 8 * KIB, false, "400 LIMIT_INVALID"),
        (0, 1_500, true, "400 LIMIT_INVALID"),
        (0, 1_025 * KIB, true, "400 LIMIT_INVALID"),
    ] {
        assert_eq!(ada.error(&call(offset, limit, precise)).await, error);
    }
    let negative = get(location.clone(), -4_096, 4_096);
    assert_eq!(ada.error(&negative).await, "400 OFFSET_INVALID");

    let hashes = |offset| upload::GetFileHashes {
        location: location.clone(),
        offset,
    };
    let first = ada.invoke(&hashes(5)).await.unwrap();
    let rest = ada.invoke(&hashes(1 << 20)).await.unwrap();
    assert_eq!((first.len(), rest.len()), (8, 1));
    for hash in first.iter().chain(&rest) {
        let piece = &bytes[hash.offset as usize..][..hash.limit as usize];
        assert_eq!(hash.hash[..], Sha256::digest(piece)[..]);
    }
}

#[tokio::test]
async fn a_file_is_found_by_its_whole_location_only() {
    let core = in_memory();
    let (ada, bob) = (user(&core, ADA).await, user(&core, BOB).await);
    core.freeze_clock().await.unwrap();
    let file = uploaded(&ada, b"hello", KIB, "a").await;
    let call = upload_media(as_document(file));
    let document = document_of(&ada.invoke(&call).await.unwrap());
    let other = document_of(&ada.invoke(&call).await.unwrap());
    let changed = |change: &dyn Fn(&mut api::Document)| {
        let mut document = document.clone();
        change(&mut document);
        get(place(&document), 0, 4_096)
    };
    for (call, error) in [
        (changed(&|it| it.id += 1), "400 LOCATION_INVALID"),
        (changed(&|it| it.access_hash.0 += 1), "400 LOCATION_INVALID"),
        (
            changed(&|it| it.file_reference = vec![].into()),
            "400 FILE_REFERENCE_EMPTY",
        ),
        (
            changed(&|it| it.file_reference = vec![1; 9].into()),
            "400 FILE_REFERENCE_INVALID",
        ),
        (
            changed(&|it| it.file_reference = other.file_reference.clone()),
            "400 FILE_REFERENCE_INVALID",
        ),
    ] {
        assert_eq!(ada.error(&call).await, error);
    }
    let good = get(place(&document), 0, 4_096);
    // Whoever was shown it may have it.
    assert_eq!(piece(&bob, &good).await.unwrap().bytes, b"hello"[..]);
    core.advance_clock(DAY - 1).await.unwrap();
    piece(&ada, &good).await.unwrap();
    core.advance_clock(1).await.unwrap();
    assert_eq!(ada.error(&good).await, "400 FILE_REFERENCE_EXPIRED");
    let again = api::TypeInputMedia::InputMediaDocument(Box::new(api::InputMediaDocument {
        spoiler: false,
        id: api::TypeInputDocument::InputDocument(Box::new(api::InputDocument {
            id: document.id,
            access_hash: document.access_hash,
            file_reference: document.file_reference.clone(),
        })),
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
        query: None,
    }));
    assert_eq!(
        ada.error(&upload_media(again)).await,
        "400 FILE_REFERENCE_EXPIRED"
    );
    let by_hash = messages::GetDocumentByHash {
        sha256: Sha256::digest(b"hello").to_vec().into(),
        size: 5,
        mime_type: "application/x-notes".into(),
    };
    let fresh = match ada.invoke(&by_hash).await.unwrap() {
        api::TypeDocument::Document(fresh) => *fresh,
        other => panic!("expected a document, got {other:?}"),
    };
    assert!([document.id, other.id].contains(&fresh.id));
    assert_eq!(downloaded(&ada, &place(&fresh)).await, b"hello");
    let unknown = messages::GetDocumentByHash { size: 6, ..by_hash };
    let none = ada.invoke(&unknown).await.unwrap();
    assert!(matches!(none, api::TypeDocument::DocumentEmpty(_)));
}

#[tokio::test]
async fn a_photo_has_one_size_with_its_true_dimensions() {
    let core = in_memory();
    let ada = user(&core, ADA).await;
    for (width, height, letter) in [
        (90, 60, "s"),
        (300, 320, "m"),
        (640, 480, "x"),
        (1_280, 2, ""),
    ]
    .into_iter()
    .chain([(1_280, 720, "y"), (3_000, 4_000, "w")])
    {
        let bytes = png(width, height);
        let file = uploaded(&ada, &bytes, KIB, "sun.png").await;
        let call = upload_media(as_photo(file));
        if letter.is_empty() {
            assert_eq!(ada.error(&call).await, "400 PHOTO_INVALID_DIMENSIONS");
            continue;
        }
        let photo = photo_of(&ada.invoke(&call).await.unwrap());
        let [api::TypePhotoSize::PhotoSize(size)] = &photo.sizes[..] else {
            panic!("expected one size, got {:?}", photo.sizes);
        };
        assert_eq!((size.w, size.h), (width as i32, height as i32));
        assert_eq!((&*size.type_, size.size), (letter, bytes.len() as i32));
        let location = place_of_photo(&photo, letter);
        assert_eq!(downloaded(&ada, &location).await, bytes);
        let file = piece(&ada, &get(location, 0, 4_096)).await.unwrap();
        assert_eq!(file.type_, api::storage::TypeFileType::FilePng);
        let none = get(place_of_photo(&photo, "q"), 0, 4_096);
        assert_eq!(ada.error(&none).await, "400 LOCATION_INVALID");
    }
    for (bytes, name, error) in [
        (png(9_000, 2_000), "sun.png", "400 PHOTO_INVALID_DIMENSIONS"),
        (png(0, 10), "sun.png", "400 PHOTO_INVALID_DIMENSIONS"),
        (png(10, 10), "sun.txt", "400 PHOTO_EXT_INVALID"),
        (
            b"no picture".to_vec(),
            "sun.png",
            "400 IMAGE_PROCESS_FAILED",
        ),
    ] {
        let file = uploaded(&ada, &bytes, KIB, name).await;
        assert_eq!(ada.error(&upload_media(as_photo(file))).await, error);
    }
}

#[tokio::test]
async fn parts_and_files_survive_a_process_that_is_killed() {
    let directory = Directory::new();
    let bytes = noise(5, 3 * 64 * KIB);
    let parts: Vec<_> = bytes.chunks(64 * KIB).collect();
    let core = directory.open();
    let ada = user(&core, ADA).await;
    let file = uploaded(&ada, &bytes, 64 * KIB, "a").await;
    let media = ada.invoke(&upload_media(as_document(file.clone()))).await;
    let document = document_of(&media.unwrap());
    for number in [0, 2] {
        ada.invoke(&part(9, number, parts[number as usize]))
            .await
            .unwrap();
    }
    // Nothing is closed: what the next process finds is what is there now.
    let killed = std::mem::ManuallyDrop::new(core);
    let index = directory.0.join("files/uploads");
    let index = std::fs::read_dir(index)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let of_parts = |path: &std::path::PathBuf| path.to_string_lossy().ends_with("9.index");
    let index = index.into_iter().find(of_parts).unwrap();
    // It was about to say that part 1 is there.
    let mut text = std::fs::read_to_string(&index).unwrap();
    text.push_str("1 655");
    std::fs::write(&index, text).unwrap();

    let core = directory.open();
    let ada = client(&core, ada.key);
    assert_eq!(downloaded(&ada, &place(&document)).await, bytes);
    let used = upload_media(as_document(file));
    let again = document_of(&ada.invoke(&used).await.unwrap());
    assert_eq!(downloaded(&ada, &place(&again)).await, bytes);
    let call = upload_media(as_document(input(9, 3, "a", "")));
    assert_eq!(ada.error(&call).await, "400 FILE_PART_1_MISSING");
    ada.invoke(&part(9, 1, parts[1])).await.unwrap();
    let whole = document_of(&ada.invoke(&call).await.unwrap());
    assert_eq!(downloaded(&ada, &place(&whole)).await, bytes);
    drop(std::mem::ManuallyDrop::into_inner(killed));
}

#[tokio::test]
async fn a_file_lives_on_the_dc_it_was_uploaded_to() {
    let core = in_memory();
    for (dc_id, port) in [(2, 10_002), (4, 10_004)] {
        core.set_address(dc_id, ([127, 0, 0, 1], port).into());
    }
    let ada = user(&core, ADA).await;
    let file = uploaded(&ada, b"hello", KIB, "a").await;
    let media = ada.invoke(&upload_media(as_document(file))).await.unwrap();
    let document = document_of(&media);
    assert_eq!(document.dc_id, 2);
    let away = stranger_at(&core, 4);
    let export = api::auth::ExportAuthorization { dc_id: 4 };
    let exported = ada.invoke(&export).await.unwrap();
    let import = api::auth::ImportAuthorization {
        id: exported.id,
        bytes: exported.bytes,
    };
    away.invoke(&import).await.unwrap();
    let call = get(place(&document), 0, 4_096);
    assert_eq!(away.error(&call).await, "303 FILE_MIGRATE_2");
    let hashes = upload::GetFileHashes {
        location: place(&document),
        offset: 0,
    };
    assert_eq!(away.error(&hashes).await, "303 FILE_MIGRATE_2");
    assert_eq!(piece(&ada, &call).await.unwrap().bytes, b"hello"[..]);
}

#[tokio::test]
async fn the_journal_keeps_the_beginning_of_parts_only() {
    let core = in_memory();
    let ada = user(&core, ADA).await;
    let bytes = noise(1, 512 * KIB);
    let file = uploaded(&ada, &bytes, 512 * KIB, "a").await;
    let media = ada.invoke(&upload_media(as_document(file))).await.unwrap();
    let location = place(&document_of(&media));
    downloaded(&ada, &location).await;
    assert!(
        core.journal().bytes() < 64 * KIB,
        "{}",
        core.journal().bytes()
    );
    let filter = heliogram_server::Filter {
        method: Some("upload.saveFilePart".into()),
        ..Default::default()
    };
    let calls = core.journal().read(&filter).unwrap();
    let sent = part(0, 0, &bytes).to_bytes().unwrap().len();
    assert_eq!(calls[0].request_bytes, sent);
}
