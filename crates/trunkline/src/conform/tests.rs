//! The rows hold together, and the page that lists them is theirs.

use super::*;

fn rows() -> impl Iterator<Item = &'static Row> {
    FAMILIES.iter().flat_map(|family| family.rows)
}

#[test]
fn every_script_is_read() {
    for row in rows() {
        let steps = script::read(row.script).unwrap_or_else(|why| panic!("B{}: {why}", row.behaviour));
        let later = row.needs.iter().any(|need| matches!(need, Need::Later(_)));
        assert_eq!(steps.is_empty(), later, "B{} has steps, or waits for something", row.behaviour);
    }
}

#[test]
fn every_row_says_what_it_needs() {
    let says = |row: &Row, need| row.needs.contains(&need);
    for row in rows() {
        let uses = |what: &str| row.script.contains(what);
        let files = ["C:\\CONFORM", "{announces}", "* no directory"].into_iter().any(uses);
        assert_eq!(files, says(row, Need::Files), "B{}", row.behaviour);
        assert_eq!(uses("{dnis2}"), says(row, Need::SecondMailbox), "B{}", row.behaviour);
        assert_eq!(uses("~ call"), says(row, Need::Sip), "B{}", row.behaviour);
        assert_eq!(uses("* exit"), says(row, Need::Exit), "B{}", row.behaviour);
        let agents = ["{agent", "* talk", "{nailed}", "{card}"].into_iter().any(uses);
        assert_eq!(agents, says(row, Need::Agents), "B{}", row.behaviour);
        assert_eq!(uses("{nailed}"), says(row, Need::NailedUp), "B{}", row.behaviour);
        assert_eq!(uses("{card}"), says(row, Need::StationCard), "B{}", row.behaviour);
        assert_eq!(uses("{announces}"), says(row, Need::Announces), "B{}", row.behaviour);
        assert_eq!(uses("{disabled}"), says(row, Need::Disabled), "B{}", row.behaviour);
    }
}

#[test]
fn the_page_of_rows_is_not_stale() {
    let committed = include_str!("../../../../docs/conformance.md");
    assert!(
        document() == committed,
        "docs/conformance.md is stale; run: cargo run -p trunkline -- conform --list > docs/conformance.md"
    );
}
