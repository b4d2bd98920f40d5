//! The server over real sockets on the loopback interface, by a client that sends exactly what a test
//! tells it to.

#[path = "gateway/world.rs"]
mod world;

#[path = "gateway/datacenters.rs"]
mod datacenters;
#[path = "gateway/endings.rs"]
mod endings;
#[path = "gateway/notices.rs"]
mod notices;
#[path = "gateway/rules.rs"]
mod rules;
#[path = "gateway/sessions.rs"]
mod sessions;
#[path = "gateway/slow_peers.rs"]
mod slow_peers;
#[path = "gateway/sockets.rs"]
mod sockets;
#[path = "gateway/temporary_keys.rs"]
mod temporary_keys;
#[path = "gateway/transports.rs"]
mod transports;
#[path = "gateway/unknown_layers.rs"]
mod unknown_layers;
#[path = "gateway/worlds.rs"]
mod worlds;
