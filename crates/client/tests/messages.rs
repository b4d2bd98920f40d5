//! Messages by the client's own methods, against the real server.

#[path = "messages/buttons.rs"]
mod buttons;
#[path = "messages/changing.rs"]
mod changing;
#[path = "messages/two.rs"]
mod two;
#[path = "messages/writing.rs"]
mod writing;
