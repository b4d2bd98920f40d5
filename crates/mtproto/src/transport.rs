//! Cutting the bytes of a connection into packets.
