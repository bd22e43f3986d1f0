//! The simulated phone network and load generator: scripted subscribers behind a SIP endpoint and a
//! media engine of their own, as a library for tests and as `trunkline carrier`.
//!
//! [`Network`] decides (a value: events and the time in, commands out); [`Carrier`] runs one beside a
//! test, [`run`] until it is told to stop, and [`place_calls`] calls a server with one.
//!
//! A test of a server has its trunk lead to a carrier, and asks the carrier what the called party heard:
//!
//! ```no_run
//! # async fn example() -> Result<(), carrier::CarrierError> {
//! use carrier::{Carrier, Happening, Settings};
//!
//! let settings = Settings { listen_hz: vec![440], ..Settings::default() };
//! let carrier = Carrier::start(settings).await?;
//! // The server dials 7325550100 and plays a tone of 440 Hz.
//! let arrival = carrier.until(|entry| matches!(entry.what, Happening::Arrived { .. })).await;
//! let party = arrival.expect("the network runs").leg;
//! carrier.until(|entry| entry.what == Happening::Tone { hz: 440, present: true }).await;
//! carrier.party(party).press("5")?;
//! carrier.party(party).hang_up()?;
//! carrier.stop().await;
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod carrier;
mod exchange;
pub mod limits;
mod load;
mod log;
mod network;
mod party;
mod place;
mod report;
mod script;
mod settings;
mod sounds;
mod subscriber;
mod voice;
mod voice_file;

pub use carrier::{Carrier, Receiver, run};
pub use load::{Plan, PlanError, presses};
pub use log::{Entry, Happening};
pub use network::{Input, Network, Output, Placing};
pub use place::place_calls;
pub use report::{Failure, Outcome, Report, Tone};
pub use script::{Script, Step};
pub use settings::{CarrierError, Settings};
pub use subscriber::Directory;
pub use voice_file::{SayError, read_voice};
