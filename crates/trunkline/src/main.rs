//! The Computer Telephony Server.
fn main() {}
