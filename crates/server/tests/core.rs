//! The server through its one door: TL bytes in, TL bytes out, no sockets.

#[path = "core/world.rs"]
mod world;

#[path = "core/confirm_phone.rs"]
mod confirm_phone;
#[path = "core/delete_account.rs"]
mod delete_account;
#[path = "core/passwords.rs"]
mod passwords;
