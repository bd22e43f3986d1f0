//! The messages themselves, a file to each family.

#[macro_use]
mod link;
#[macro_use]
mod outbound;
#[macro_use]
mod disconnect;
#[macro_use]
mod play;
#[macro_use]
mod extension;

pub use disconnect::*;
pub use extension::*;
pub use link::*;
pub use outbound::*;
pub use play::*;

use crate::{Declaration, Declared, Element, ReadError, Side, Spelling, Text};

link! { [outbound disconnect play extension link_messages] }
