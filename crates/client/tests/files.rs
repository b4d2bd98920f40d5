//! Files between the client and the real server, in process: whole, in bad weather, and from where they are.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use heliogram::{
    ClientOptions, FileError, Media, OutgoingMessage, SendFile, TelegramClient, Upload, api,
};
use heliogram_server::{
    FaultKind, Filter, NewFault, NewRule, ServerOptions, TestServer, TestUser, Trigger,
};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Bytes of which no two parts are equal.
fn noise(length: usize) -> Vec<u8> {
    let mut state = length as u64 | 1;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A folder of one test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

struct World {
    server: TestServer,
    ada: TestUser,
    client: TelegramClient,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.user("Ada").await;
        let client = server.client_for(&ada).await;
        Self {
            server,
            ada,
            client,
        }
    }

    /// Uploads, and has the server make a document of it.
    async fn document(&self, file: impl Into<Upload>) -> Result<Media, FileError> {
        let media = api::InputMediaUploadedDocument {
            nosound_video: false,
            force_file: true,
            spoiler: false,
            file: self.client.upload_file(file).await?,
            thumb: None,
            mime_type: "application/octet-stream".into(),
            attributes: vec![
                api::DocumentAttributeFilename {
                    file_name: "../noise.bin".into(),
                }
                .into(),
            ],
            stickers: None,
            video_cover: None,
            video_timestamp: None,
            ttl_seconds: None,
        };
        let request = api::messages::UploadMedia {
            business_connection_id: None,
            peer: api::TypeInputPeer::InputPeerSelf,
            media: media.into(),
        };
        Media::try_from(&self.client.invoke(&request).await?)
    }

    fn calls(&self, method: &str) -> usize {
        self.server.calls().of(Filter::method(method)).len()
    }
}

#[tokio::test]
async fn files_of_every_size_come_back_as_they_were() {
    let world = World::new().await;
    for size in [
        1,
        KIB,
        512 * KIB - 1,
        512 * KIB,
        512 * KIB + 1,
        3 * MIB + 17,
        10 * MIB,
    ] {
        let bytes = noise(size);
        let media = world
            .document(Upload::bytes("a", bytes.clone()))
            .await
            .unwrap();
        assert_eq!(media.size(), size as u64);
        let back = world.client.download_media(media).unwrap();
        assert!(back.to_memory().await.unwrap() == bytes, "{size}");
    }
    assert_eq!(world.calls("upload.saveBigFilePart"), 0);
}

#[tokio::test]
async fn a_big_file_goes_over_several_connections_that_are_gone_afterwards() {
    let world = World::new().await;
    let bytes = noise(10 * MIB + 1);
    let media = world
        .document(Upload::bytes("a", bytes.clone()))
        .await
        .unwrap();
    assert_eq!(world.calls("upload.saveBigFilePart"), 21);
    let back = world.client.download_media(media).unwrap();
    let back = back.to_memory().await.unwrap();
    assert!(back == bytes);
    assert_eq!(
        back.capacity(),
        bytes.len(),
        "as much memory as the file has"
    );
    let calls = world
        .server
        .calls()
        .of(Filter::method("upload.saveBigFilePart"));
    let mut sessions: Vec<_> = calls.iter().map(|call| call.session).collect();
    sessions.sort_unstable();
    sessions.dedup();
    assert_eq!(sessions.len(), 4);
}

#[tokio::test]
async fn progress_is_told_part_by_part_up_to_the_end() {
    let world = World::new().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let note = |told: &Arc<Mutex<Vec<(u64, u64)>>>| {
        let told = Arc::clone(told);
        move |done, size| told.lock().unwrap().push((done, size))
    };
    let size = 2 * MIB as u64 + 5;
    let file = Upload::bytes("a", noise(size as usize)).progress(note(&told));
    let media = world.document(file).await.unwrap();
    let check = |told: Vec<(u64, u64)>| {
        assert_eq!(told.len(), 5, "{told:?}");
        assert!(told.is_sorted(), "{told:?}");
        assert_eq!(told.last(), Some(&(size, size)));
    };
    check(std::mem::take(&mut told.lock().unwrap()));
    let download = world.client.download_media(media).unwrap();
    download
        .progress(note(&told))
        .to_writer(&mut tokio::io::sink())
        .await
        .unwrap();
    check(std::mem::take(&mut told.lock().unwrap()));
}

#[tokio::test]
async fn paths_and_readers_are_sent_and_what_cannot_be_is_said_before() {
    let world = World::new().await;
    let folder = folder("uploads");
    let path = folder.join("file.bin");
    std::fs::write(&path, noise(700 * KIB)).unwrap();
    assert_eq!(
        world.document(path.as_path()).await.unwrap().size(),
        700 * KIB as u64
    );
    let (reader, mut writer) = tokio::io::duplex(1_000);
    let feed = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        writer.write_all(&noise(2_000_000)).await.unwrap();
    });
    let media = world
        .document(Upload::reader("a", 1_500_000, reader))
        .await
        .unwrap();
    assert_eq!(media.size(), 1_500_000);
    feed.abort();

    let before = world.calls("upload.saveFilePart");
    let refused = async |file: Upload| world.document(file).await.unwrap_err().to_string();
    let missing = folder.join("missing");
    let error = refused(Upload::path(&missing)).await;
    assert!(error.contains(missing.to_str().unwrap()), "{error}");
    assert!(refused(Upload::path(&folder)).await.contains("directory"));
    assert!(
        refused(Upload::bytes("void", ""))
            .await
            .contains("void is empty")
    );
    let endless = Upload::reader("all", 5_000_000_000, tokio::io::repeat(1));
    assert!(refused(endless).await.contains("all has 5000000000 bytes"));
    assert_eq!(world.calls("upload.saveFilePart"), before);
    let short = Upload::reader("short", 10, &b"four"[..]);
    assert!(
        refused(short)
            .await
            .contains("short ended after 4 of 10 bytes")
    );
}

#[tokio::test]
async fn a_file_gets_its_name_when_it_is_whole() {
    let world = World::new().await;
    let folder = folder("downloads");
    let bytes = noise(2 * MIB);
    let media = world
        .document(Upload::bytes("a", bytes.clone()))
        .await
        .unwrap();
    let files = || {
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let third = Trigger::method("upload.getFile").after(2);
    let rule = NewRule::error(third, 400, "LOCATION_INVALID");
    let rule = world.server.add_rule(rule);
    let target = folder.join("named.bin");
    std::fs::write(&target, "what was there").unwrap();
    let failed = world.client.download_media(media.clone()).unwrap();
    let error = failed.to_file(&target).await.unwrap_err().to_string();
    assert!(error.contains("LOCATION_INVALID"), "{error}");
    assert_eq!(files(), ["named.bin"]);
    assert_eq!(std::fs::read(&target).unwrap(), b"what was there");
    world.server.rules().remove(rule.id).unwrap();

    // One that nobody waits for any more leaves nothing either.
    let slow = Trigger::method("upload.getFile").after(1);
    let rule = world
        .server
        .add_rule(NewRule::delay(slow, Duration::from_secs(60)));
    let given_up = world.client.download_media(media.clone()).unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(300), given_up.to_file(&target));
    given_up.await.unwrap_err();
    assert_eq!(files(), ["named.bin"]);
    world.server.rules().remove(rule.id).unwrap();

    let download = world.client.download_media(media.clone()).unwrap();
    assert_eq!(download.to_file(&target).await.unwrap(), target);
    assert!(std::fs::read(&target).unwrap() == bytes);
    // Into a folder: under the name in the message, without the path that its sender put before it.
    let download = world.client.download_media(media).unwrap();
    let path = download.to_file(&folder).await.unwrap();
    assert_eq!(path, folder.join("noise.bin"));
    assert_eq!(files(), ["named.bin", "noise.bin"]);
}

#[tokio::test]
async fn broken_connections_and_lost_answers_lose_no_part() {
    let world = World::new().await;
    let options = ClientOptions {
        retry_delay: Duration::from_millis(5),
        ..world.server.client_options()
    };
    let session = world.client.session();
    let client = TelegramClient::new(session, 1, "", options);
    client.connect().await.unwrap();
    let world = World { client, ..world };
    for method in ["upload.saveBigFilePart", "upload.getFile"] {
        for kind in [
            FaultKind::CloseMidFrame {},
            FaultKind::InternalError {
                name: "RPC_CALL_FAIL".into(),
            },
        ] {
            let often = Trigger::method(method).after(3).times(3);
            world.server.add_fault(NewFault::new(kind).when(often));
        }
    }
    let bytes = noise(12 * MIB + 345);
    let media = world
        .document(Upload::bytes("a", bytes.clone()))
        .await
        .unwrap();
    let back = world.client.download_media(media).unwrap();
    assert!(back.to_memory().await.unwrap() == bytes);
    let struck: u64 = world
        .server
        .faults()
        .list()
        .iter()
        .map(|fault| fault.struck)
        .sum();
    assert_eq!(struck, 12);
}

#[tokio::test]
async fn pieces_come_one_by_one_and_few_are_asked_for_ahead() {
    let world = World::new().await;
    let bytes = noise(9 * MIB);
    let media = world
        .document(Upload::bytes("a", bytes.clone()))
        .await
        .unwrap();
    let download = world.client.download_media(media).unwrap();
    let mut chunks = download.chunks().await;
    let first = chunks.next().await.unwrap().unwrap();
    assert!(first == bytes[..512 * KIB]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let asked = world.calls("upload.getFile");
    assert!(asked <= 9, "{asked} of 18 are asked for");
    let mut rest = Vec::new();
    while let Some(chunk) = chunks.next().await {
        rest.extend_from_slice(&chunk.unwrap());
    }
    assert!(rest == bytes[512 * KIB..]);
    assert!(chunks.next().await.is_none());
    let _ = &world.ada;
}

#[tokio::test]
async fn photos_documents_and_albums_are_sent_and_named_by_what_they_are() {
    let world = World::new().await;
    let folder = folder("sent");
    let png = folder.join("dot.PNG");
    std::fs::write(&png, DOT).unwrap();
    let caption = OutgoingMessage::markdown("a **dot**");
    let sent = world
        .client
        .send_file("me", SendFile::new(png.as_path()).caption(caption))
        .await
        .unwrap();
    assert_eq!(sent.text(), "a dot");
    assert_eq!(sent.entities().len(), 1);
    assert!(matches!(
        sent.media(),
        Some(api::TypeMessageMedia::MessageMediaPhoto(_))
    ));
    let document = SendFile::new(png.as_path()).as_document();
    let sent = world.client.send_file("me", document).await.unwrap();
    let media = Media::try_from(&sent).unwrap();
    assert_eq!((media.name(), media.size()), ("dot.PNG", DOT.len() as u64));
    let back = world.client.download_media(&sent).unwrap();
    assert_eq!(back.to_memory().await.unwrap(), DOT);

    let one = SendFile::new(Upload::bytes("1.txt", "one")).caption("first");
    let two = SendFile::new(Upload::bytes("2.txt", "two"));
    let album = world.client.send_album("me", [one, two]).await.unwrap();
    let grouped: Vec<_> = album
        .iter()
        .map(|sent| sent.full().unwrap().grouped_id)
        .collect();
    assert!(
        grouped[0].is_some() && grouped[0] == grouped[1],
        "{grouped:?}"
    );
    assert_eq!(album[0].text(), "first");
    let second = world.client.download_media(&album[1]).unwrap();
    assert_eq!(second.to_memory().await.unwrap(), b"two");
    let alone = world
        .client
        .send_album("me", ["only.txt"])
        .await
        .unwrap_err();
    assert!(alone.to_string().contains("2 to 10"), "{alone}");
}

#[tokio::test]
async fn an_old_reference_is_renewed_once_for_all_pieces_on_the_way() {
    let world = World::new().await;
    let bytes = noise(3 * MIB);
    let file = Upload::bytes("old.bin", bytes.clone());
    let sent = world.client.send_file("me", file).await.unwrap();
    world
        .server
        .clock()
        .advance(Duration::from_secs(2 * 86_400))
        .await;
    let back = world.client.download_media(&sent).unwrap();
    assert!(back.to_memory().await.unwrap() == bytes);
    assert_eq!(world.calls("messages.getMessages"), 1);

    // Without its message nobody can ask for another.
    let Some(api::TypeMessageMedia::MessageMediaDocument(media)) = sent.media() else {
        panic!("{sent:?}");
    };
    let Some(api::TypeDocument::Document(document)) = &media.document else {
        panic!("{media:?}");
    };
    let alone = world.client.download_media(&**document).unwrap();
    let error = alone.to_memory().await.unwrap_err();
    assert!(matches!(error, FileError::ReferenceExpired(_)), "{error}");
    // Nor when the message is gone, and it is asked for once.
    sent.delete().await.unwrap();
    let gone = world.client.download_media(&sent).unwrap();
    let error = gone.to_memory().await.unwrap_err().to_string();
    assert!(error.contains("its message is gone"), "{error}");
    assert_eq!(world.calls("messages.getMessages"), 2);
}

#[tokio::test]
async fn a_file_is_fetched_from_the_dc_that_has_it() {
    let server = TestServer::start_with(ServerOptions {
        dcs: [(4, "127.0.0.1:0".parse().unwrap())].into(),
        control: None,
        ..ServerOptions::default()
    })
    .await;
    let ada = server.user("Ada").username("ada_l").await;
    let eve = server.user("Eve").dc(4).await;
    let (ada, eve) = (server.client_for(&ada).await, server.client_for(&eve).await);
    let bytes = noise(2 * MIB + 9);
    let file = Upload::bytes("far.bin", bytes.clone());
    eve.send_file("@ada_l", file).await.unwrap();
    let dialogs = ada.iter_dialogs().collect().await.unwrap();
    let got = dialogs[0].message().unwrap();
    let back = ada.download_media(got).unwrap();
    assert!(back.to_memory().await.unwrap() == bytes);
    // The same when nothing says where it is but the server.
    let mut raw = got.full().unwrap().clone();
    let Some(api::TypeMessageMedia::MessageMediaDocument(media)) = raw.media.as_deref_mut() else {
        panic!("{raw:?}");
    };
    let Some(api::TypeDocument::Document(document)) = &mut media.document else {
        panic!("{media:?}");
    };
    document.dc_id = 2;
    let back = ada.download_media(&raw).unwrap();
    assert!(back.to_memory().await.unwrap() == bytes);
}

/// A picture of one pixel.
const DOT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";
