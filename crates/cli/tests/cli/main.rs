//! The program as its users run it: one module for each behaviour.

mod connection;
mod describe;
mod invoke_arguments;
mod program;
mod programs;
mod recipe;
