//! The Computer Telephony Server.
#![forbid(unsafe_code)]

pub mod amd;
pub mod calls;
pub mod check;
pub mod cli;
pub mod config;
pub mod conform;
pub mod control_socket;
pub mod demo;
mod limits;
pub mod network;
pub mod output;
pub mod paint;
pub mod prompts;
pub mod send;
pub mod serve;
pub mod server;
pub mod signals;
mod table;
mod tls;
pub mod traffic;
pub mod voice_files;
