//! Sound: codecs, voice files, tones, keys, RTP packets. Frames and packets in, frames and packets
//! out; no socket, no file, no clock.
#![forbid(unsafe_code)]

pub mod amd;
pub mod codec;
pub mod conceal;
mod delay;
pub mod dtmf;
pub mod energy;
mod filters;
pub mod g711;
pub mod g722;
pub mod goertzel;
pub mod jitter;
pub mod keys;
pub mod mix;
pub mod oki;
mod pitch;
pub mod progress;
pub mod quality;
pub mod receiver;
pub mod recording;
pub mod resample;
pub mod rtcp;
pub mod rtp;
pub mod srtp;
pub mod standby;
mod stretch;
pub mod tone;
pub mod voice_file;
pub mod vox;
pub mod wav;
