//! docs/switching.md is the test: its first table says what the answers are called in the others, its second who
//! hears whom in each state, without a supervisor and with one, its third what every request and every hang-up
//! comes to in each state. Every cell is lived through, with and without a supervisor.

use std::collections::BTreeMap;

use sim::floor::{Act, Disk, Floor};

const PAGE: &str = include_str!("../../../docs/switching.md");
const MODES: [&str; 3] = ["coach", "monitor", "full"];

/// The rows of the `n`-th table of the page, without its head.
fn table(n: usize) -> Vec<Vec<String>> {
    let mut tables = vec![Vec::new()];
    for line in PAGE.lines() {
        match (line.strip_prefix('|'), tables.last_mut()) {
            (Some(row), Some(rows)) => {
                let cells = row.trim_end().trim_end_matches('|').split('|');
                rows.push(cells.map(|cell| cell.trim().replace('`', "")).collect::<Vec<String>>());
            }
            (None, Some(rows)) if !rows.is_empty() => tables.push(Vec::new()),
            _ => {}
        }
    }
    tables.swap_remove(n).split_off(2)
}

fn head(n: usize) -> Vec<String> {
    let heads = PAGE.lines().zip(PAGE.lines().skip(1)).filter(|(_, rule)| rule.starts_with("|-"));
    let head = heads.map(|(head, _)| head).nth(n).expect("there is such a table");
    head.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// A floor on which these acts were done; a supervisor in this mode came in after the first.
fn floor(path: &str, mode: Option<&str>) -> Floor {
    let mut floor = Floor::new(4, Disk::Prompt);
    for (act, n) in path.split(", ").filter(|act| !act.is_empty()).zip(0..) {
        floor.act(Act::read(act));
        if let Some(mode) = mode.filter(|_| n == 0) {
            assert_eq!(floor.act(Act::read(&format!("{mode} 4 1"))), "SUCCESS");
        }
    }
    floor
}

/// A matrix without those who are not there any more.
fn of_those(matrix: &str, parties: &[u16]) -> String {
    let is_there = |row: &&str| {
        let port = row.split(':').next().and_then(|port| port.parse().ok());
        port.is_some_and(|port| parties.contains(&port))
    };
    matrix.split(' ').filter(is_there).collect::<Vec<_>>().join(" ")
}

struct State {
    path: String,
    /// Without a supervisor, and with one in each of [`MODES`]; empty where he does not stay.
    heard: Vec<String>,
}

impl State {
    fn heard(&self, mode: Option<&str>) -> &str {
        let column = mode.and_then(|mode| MODES.iter().position(|m| *m == mode)).map_or(0, |n| n + 1);
        if self.heard[column].is_empty() { &self.heard[0] } else { &self.heard[column] }
    }

    /// Whether a supervisor in this mode stays.
    fn has(&self, mode: Option<&str>) -> bool {
        mode.is_some() && self.heard(mode) != self.heard(None)
    }
}

fn states() -> BTreeMap<String, State> {
    let state = |row: Vec<String>| {
        let mut cells = row.into_iter();
        let mut cell = || cells.next().unwrap_or_default();
        let (name, path) = (cell(), cell());
        (name, State { path, heard: (0..=MODES.len()).map(|_| cell()).collect() })
    };
    table(1).into_iter().map(state).collect()
}

#[test]
fn in_each_state_everybody_hears_whom_the_page_says() {
    let mut wrong = Vec::new();
    for (name, state) in states() {
        for mode in [None].into_iter().chain(MODES.map(Some)) {
            let heard = floor(&state.path, mode).matrix().to_string();
            if heard != state.heard(mode) {
                wrong.push(format!("{name} {}: {heard}", mode.unwrap_or_default()));
            }
        }
    }
    assert!(wrong.is_empty(), "the page says otherwise:\n{}", wrong.join("\n"));
}

/// What a line of answers is called in the table.
fn code(words: &str) -> String {
    let codes = table(0);
    let code = |word: &str| {
        let is = |called: &str| {
            word == called || called.strip_suffix('N').is_some_and(|start| word.starts_with(start))
        };
        let row = codes.iter().find(|row| row[1].split(", ").any(is));
        row.map_or(word.to_owned(), |row| row[0].clone())
    };
    words.split(", ").map(code).collect::<Vec<_>>().join(" ")
}

/// Lives through a cell: why it is not what the page says, if it is not.
fn cell(
    states: &BTreeMap<String, State>,
    act: &str,
    name: &str,
    cell: &str,
    mode: Option<&str>,
) -> Option<String> {
    let state = &states[name];
    let (wanted, next) = cell.split_once(" → ").unwrap_or((cell, name));
    let mut floor = floor(&state.path, mode);
    let words = code(&floor.act(Act::read(act)));
    let heard = floor.matrix().to_string();
    floor.must_be_tidy();
    let is_same = if next.contains(':') {
        // In so many words it is said without a supervisor only.
        mode.is_some() || next == heard
    } else {
        let (next, mode) =
            if MODES.contains(&next) { (name, Some(next)) } else { (next, mode.filter(|_| state.has(mode))) };
        of_those(states[next].heard(mode), &floor.parties()) == heard
    };
    let is_right = words == wanted && is_same;
    (!is_right).then(|| format!("{act} in {name} {}: {words} → {heard}", mode.unwrap_or_default()))
}

#[test]
fn each_request_and_each_hang_up_comes_in_each_state_to_what_the_page_says() {
    let (states, columns) = (states(), head(2));
    let (mut wrong, mut cells) = (Vec::new(), 0);
    for row in table(2) {
        let is_his = row[0].split(' ').any(|word| word == "4");
        for (name, said) in columns.iter().zip(&row).skip(1) {
            // Nobody comes in where nobody is joined; what a supervisor asks is said without him.
            let modes = MODES.iter().copied().filter(|_| !is_his && !states[name].path.is_empty());
            for mode in [None].into_iter().chain(modes.map(Some)) {
                cells += 1;
                wrong.extend(cell(&states, &row[0], name, said, mode));
            }
        }
    }
    assert!(wrong.is_empty(), "the page says otherwise:\n{}", wrong.join("\n"));
    assert!(cells > 1_000, "{cells} cells were lived through");
}
