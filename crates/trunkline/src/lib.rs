//! The Computer Telephony Server.
#![forbid(unsafe_code)]

pub mod config;
pub mod control_socket;
pub mod output;
mod table;
pub mod voice_files;
