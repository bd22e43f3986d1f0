//! The committed reference page is the one that the declarations make.

const COMMITTED: &str = include_str!("../../../docs/protocol.md");

#[test]
fn the_reference_page_is_not_stale() {
    let page = protocol::reference();
    let differs = page.lines().zip(COMMITTED.lines()).position(|(ours, theirs)| ours != theirs);
    let line = differs.unwrap_or_else(|| page.lines().count().min(COMMITTED.lines().count())) + 1;
    assert!(
        page == COMMITTED,
        "docs/protocol.md is stale from line {line} on; run: \
         cargo run -p protocol --example reference > docs/protocol.md"
    );
}
