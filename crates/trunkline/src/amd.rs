//! `trunkline amd`: the detector of answering machines over recordings, its test set, and why it judged as it did.

pub mod archive;
pub mod corpus;
pub mod explain;
pub mod kept;
pub mod labels;
mod parallel;
pub mod replay;
pub mod report;
mod words;
