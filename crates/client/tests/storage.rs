//! What every storage promises, held against each.

use heliogram::{
    AccessHash, ChannelId, ChatId, KnownPeer, MemoryStorage, PeerAccess, PeerId, PeerKind, Storage,
    UpdateState, UserId,
};

const ANN: i64 = 1;
const BOB: i64 = 2;

/// Runs a check against every kind of storage.
fn each(check: impl Fn(&dyn Storage)) {
    check(&MemoryStorage::default());
    #[cfg(feature = "sqlite")]
    {
        let file = file::File::new();
        check(&heliogram::SqliteStorage::open(&file.0).unwrap());
    }
}

fn user(id: i64, usernames: &[&str], phone: Option<&str>) -> KnownPeer {
    KnownPeer {
        id: PeerId::User(UserId(id)),
        kind: PeerKind::User,
        access: PeerAccess::Hash(AccessHash(id * 1000)),
        usernames: usernames.iter().map(|&name| name.into()).collect(),
        phone: phone.map(str::to_owned),
        seen_at: 1_700_000_000,
    }
}

fn found(peer: Option<KnownPeer>) -> Option<i64> {
    peer.map(|peer| peer.id.marked())
}

#[test]
fn a_peer_comes_back_as_it_was_kept() {
    each(|storage| {
        let by_message = KnownPeer {
            access: PeerAccess::FromMessage {
                chat: PeerId::Channel(ChannelId(9)),
                msg_id: 77,
            },
            kind: PeerKind::Bot,
            ..user(8, &[], None)
        };
        let group = KnownPeer {
            id: PeerId::Chat(ChatId(5)),
            kind: PeerKind::Chat,
            access: PeerAccess::Id,
            ..user(5, &[], None)
        };
        let channel = KnownPeer {
            id: PeerId::Channel(ChannelId(5)),
            kind: PeerKind::Channel,
            ..user(5, &["second", "First"], None)
        };
        let peers = [
            user(5, &["Carl"], Some("15550001234")),
            by_message,
            group,
            channel,
        ];
        storage.remember(ANN, &peers).unwrap();
        for peer in peers {
            assert_eq!(storage.peer(ANN, peer.id).unwrap(), Some(peer));
        }
        assert_eq!(storage.peer(ANN, PeerId::User(UserId(6))).unwrap(), None);
    });
}

#[test]
fn accounts_do_not_see_what_others_have_met() {
    each(|storage| {
        storage
            .remember(ANN, &[user(5, &["carl"], Some("1"))])
            .unwrap();
        let state = UpdateState {
            pts: 7,
            ..UpdateState::default()
        };
        storage.save_update_state(ANN, &state).unwrap();
        assert_eq!(storage.peer(BOB, PeerId::User(UserId(5))).unwrap(), None);
        assert_eq!(storage.peer_by_username(BOB, "carl").unwrap(), None);
        assert_eq!(storage.peer_by_phone(BOB, "1").unwrap(), None);
        assert_eq!(storage.update_state(BOB).unwrap(), None);
    });
}

#[test]
fn a_username_is_found_in_any_case_and_moves_with_its_holder() {
    each(|storage| {
        let by = |name: &str| found(storage.peer_by_username(ANN, name).unwrap());
        storage
            .remember(ANN, &[user(5, &["Carl", "carl_2"], None)])
            .unwrap();
        assert_eq!((by("cARL"), by("CARL_2")), (Some(5), Some(5)));
        storage
            .remember(ANN, &[user(5, &["Charles"], None)])
            .unwrap();
        assert_eq!((by("carl"), by("charles")), (None, Some(5)));
        // Another one takes the name, and the former holder is seen again without it, or before it is heard of.
        storage
            .remember(ANN, &[user(6, &["charles"], None)])
            .unwrap();
        assert_eq!(by("charles"), Some(6));
        storage.remember(ANN, &[user(5, &[], None)]).unwrap();
        assert_eq!(by("charles"), Some(6));
    });
}

#[test]
fn a_phone_moves_with_its_holder() {
    each(|storage| {
        let by = |phone: &str| found(storage.peer_by_phone(ANN, phone).unwrap());
        storage
            .remember(ANN, &[user(5, &[], Some("15550001"))])
            .unwrap();
        assert_eq!(by("15550001"), Some(5));
        storage
            .remember(ANN, &[user(6, &[], Some("15550001"))])
            .unwrap();
        assert_eq!(by("15550001"), Some(6));
        storage.remember(ANN, &[user(6, &[], None)]).unwrap();
        assert_eq!(by("15550001"), None);
    });
}

#[test]
fn the_state_of_updates_is_kept_with_its_channels() {
    each(|storage| {
        let mut state = UpdateState {
            pts: 1,
            qts: 2,
            date: 3,
            seq: 4,
            ..UpdateState::default()
        };
        for step in 0..3 {
            state.pts += 1;
            state
                .channels
                .insert(ChannelId(100 + i64::from(step)), step);
            state.channels.insert(ChannelId(1), state.pts);
            storage.save_update_state(ANN, &state).unwrap();
            assert_eq!(storage.update_state(ANN).unwrap(), Some(state.clone()));
        }
        state.channels.remove(&ChannelId(101));
        storage.save_update_state(ANN, &state).unwrap();
        assert_eq!(storage.update_state(ANN).unwrap(), Some(state));
    });
}

#[cfg(feature = "sqlite")]
mod file {
    use std::{
        path::PathBuf,
        sync::atomic::{AtomicU32, Ordering},
    };

    use heliogram::SqliteStorage;

    use super::*;

    /// A file that is gone with the test.
    pub(super) struct File(pub(super) PathBuf);

    impl File {
        pub(super) fn new() -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("heliogram-storage-{}-{number}.sqlite", std::process::id());
            Self(std::env::temp_dir().join(name))
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
            }
        }
    }

    #[test]
    fn a_file_opened_again_has_what_was_kept() {
        let file = File::new();
        let mut state = UpdateState {
            pts: 5,
            ..UpdateState::default()
        };
        state.channels.insert(ChannelId(3), 9);
        let storage = SqliteStorage::open(&file.0).unwrap();
        storage.remember(ANN, &[user(5, &["Carl"], None)]).unwrap();
        storage.save_update_state(ANN, &state).unwrap();
        drop(storage);

        let storage = SqliteStorage::open(&file.0).unwrap();
        assert_eq!(
            found(storage.peer_by_username(ANN, "carl").unwrap()),
            Some(5)
        );
        assert_eq!(storage.update_state(ANN).unwrap().as_ref(), Some(&state));
        // The first step after a restart takes away what is gone.
        state.channels.clear();
        storage.save_update_state(ANN, &state).unwrap();
        drop(storage);
        let storage = SqliteStorage::open(&file.0).unwrap();
        assert_eq!(storage.update_state(ANN).unwrap(), Some(state));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let file = File::new();
        let _storage = SqliteStorage::open(&file.0).unwrap();
        let mode = std::fs::metadata(&file.0).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_something_else_is_refused_by_name() {
        let file = File::new();
        std::fs::write(
            &file.0,
            "no database, but a letter of some length to somebody",
        )
        .unwrap();
        let error = SqliteStorage::open(&file.0).unwrap_err().to_string();
        assert!(error.starts_with("cannot open the storage "), "{error}");
        assert!(error.contains("not a database"), "{error}");
    }
}
