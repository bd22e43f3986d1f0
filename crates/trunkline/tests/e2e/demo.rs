//! The demo, as a newcomer runs it.

use trunkline::demo;
use trunkline::output::Output;

#[test]
fn the_demo_comes_out_as_expected() {
    let mut shown = Vec::new();
    let told = demo::run(&mut Output::new(&mut shown), None);
    let shown = String::from_utf8(shown).expect("text");
    assert!(told.is_ok(), "{told:?}\n{shown}");
    for part in
        ["<DIALOUT>", "EVENT=\"CONNECT\"", "EVENT=\"DTMF\" DTMF=\"5\"", "EVENT=\"BUSY\"", "<EXIT_LINK>"]
    {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
}
