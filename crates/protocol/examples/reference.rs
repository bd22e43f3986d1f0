//! Prints the reference page: `cargo run -p protocol --example reference > docs/protocol.md`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(protocol::reference().as_bytes())
}
