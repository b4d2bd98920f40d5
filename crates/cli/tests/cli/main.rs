//! The program as its users run it: one module for each behaviour.

mod against_a_server;
mod chats;
mod connection;
mod demo;
mod describe;
mod diff;
mod documents;
mod invoke_arguments;
mod program;
mod programs;
mod recipe;
mod replay;
