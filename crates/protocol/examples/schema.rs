//! Prints the XML schema: `cargo run -p protocol --example schema > docs/protocol.xsd`.
//!
//! With the argument `corrected`, in that spelling (`link.spelling`).

use std::io::Write as _;

use protocol::Spelling;

fn main() -> std::io::Result<()> {
    let corrected = std::env::args().nth(1).is_some_and(|spelling| spelling == "corrected");
    let spelling = if corrected { Spelling::Corrected } else { Spelling::Memorandum };
    std::io::stdout().write_all(protocol::schema(spelling).as_bytes())
}
