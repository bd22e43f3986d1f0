//! Signalling over SIP, behind the commands and events of `edge::signal`.
#![forbid(unsafe_code)]
