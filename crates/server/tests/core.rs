//! The server through its one door: TL bytes in, TL bytes out, no sockets.

#[path = "core/two_people.rs"]
mod two_people;
#[path = "core/world.rs"]
mod world;

#[path = "core/availability.rs"]
mod availability;
#[path = "core/blocking.rs"]
mod blocking;
#[path = "core/bots.rs"]
mod bots;
#[path = "core/chats.rs"]
mod chats;
#[path = "core/chats_deleting.rs"]
mod chats_deleting;
#[path = "core/chats_editing.rs"]
mod chats_editing;
#[path = "core/chats_entities.rs"]
mod chats_entities;
#[path = "core/chats_forwarding.rs"]
mod chats_forwarding;
#[path = "core/chats_list.rs"]
mod chats_list;
#[path = "core/chats_missed.rs"]
mod chats_missed;
#[path = "core/chats_reading.rs"]
mod chats_reading;
#[path = "core/chats_refusals.rs"]
mod chats_refusals;
#[path = "core/chats_searching.rs"]
mod chats_searching;
#[path = "core/clock_and_sweeps.rs"]
mod clock_and_sweeps;
#[path = "core/code_settings.rs"]
mod code_settings;
#[path = "core/confirm_phone.rs"]
mod confirm_phone;
#[path = "core/contacts.rs"]
mod contacts;
#[path = "core/control.rs"]
mod control;
#[path = "core/datacenters.rs"]
mod datacenters;
#[path = "core/delete_account.rs"]
mod delete_account;
#[path = "core/durability.rs"]
mod durability;
#[path = "core/events.rs"]
mod events;
#[path = "core/files.rs"]
mod files;
#[path = "core/journal.rs"]
mod journal;
#[path = "core/layers.rs"]
mod layers;
#[path = "core/login.rs"]
mod login;
#[path = "core/media.rs"]
mod media;
#[path = "core/notices.rs"]
mod notices;
#[path = "core/operations.rs"]
mod operations;
#[path = "core/passwords.rs"]
mod passwords;
#[path = "core/people.rs"]
mod people;
#[path = "core/presence.rs"]
mod presence;
#[path = "core/privacy.rs"]
mod privacy;
#[path = "core/rules.rs"]
mod rules;
#[path = "core/sessions.rs"]
mod sessions;
#[path = "core/snapshots.rs"]
mod snapshots;
#[path = "core/temporary_keys.rs"]
mod temporary_keys;
#[path = "core/wrappers.rs"]
mod wrappers;
