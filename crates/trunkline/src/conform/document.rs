//! The page that lists the rows: `docs/conformance.md`.

use super::{FAMILIES, Row};

/// What stands above the list.
const HEAD: &str = "\
# Conformance

<!-- Generated: trunkline conform --list > docs/conformance.md -->

`trunkline conform` drives any server that claims this protocol through the behaviours below, as applications
on its link and as the phone network behind its trunk, and says of each whether it came out as it should:

    trunkline conform --to 127.0.0.1:700 --carrier udp://127.0.0.1:5070

The kit runs a simulated phone network at the address of `--carrier`; a trunk of the server must lead there. With
`--files DIR`, the directory of the server's drives, it writes voice files to `C:\\CONFORM` and checks what the called
party hears. `--dnis` and `--pass-code` name a mailbox to bind; given twice, two of them. `--sip` is where the server
takes calls, `--exit` the command that makes its operator's exit: those rows come last, and the server is gone after
them. `--xxx77`, `--eee81` and `--eee30` say what the server was configured with. A row that needs what is not
given is skipped, and says so. The exit code is 0 when no row failed.

Run it against a server for tests: it places calls, fills every port, and sends an example of every request.

A new behaviour is a row of `crates/trunkline/src/conform/rows/`: a title, what it needs, and a script.

";

/// The page.
#[must_use]
pub fn document() -> String {
    let mut page = HEAD.to_owned();
    for family in FAMILIES {
        page.push_str(&format!("## {}\n\n| | The server | Needs |\n|---|---|---|\n", family.title));
        for row in family.rows {
            page.push_str(&line(row));
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn line(row: &Row) -> String {
    let needs: Vec<String> =
        row.needs.iter().map(|need| need.sentence().trim_start_matches("needs ").to_owned()).collect();
    format!("| B{} | {} | {} |\n", row.behaviour, row.title, needs.join("; "))
}
