//! Every message of the link, declared once.
#![forbid(unsafe_code)]
