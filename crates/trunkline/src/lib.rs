//! The Computer Telephony Server.
#![forbid(unsafe_code)]

pub mod config;
