//! The page that lists the rows: `docs/conformance.md`.

use super::{FAMILIES, Row};

/// What stands above the configuration.
const HEAD: &str = r#"# Conformance

<!-- Generated: trunkline conform --list > docs/conformance.md -->

`trunkline conform` drives any server that claims this protocol through the behaviours below, as applications
on its link, as the phone network behind its trunk and as the telephones of its agents, and says of each whether it
came out as it should:

    trunkline conform --to 127.0.0.1:700 --carrier udp://127.0.0.1:5070

A row that needs what the server was not said to have is skipped, and says so. The exit code is 0 when no row failed.
Run it against a server for tests: it places calls, fills every port, and sends an example of every request.

## What the server has to be

| | the server has |
|---|---|
| `--carrier` | a trunk that leads to this address: the kit's phone network listens there |
| `--sip` | its SIP address, where it takes the network's calls |
| `--files` | this directory of drives: the kit writes voice files to `C:\CONFORM`, and looks at what is recorded |
| `--dnis`, `--pass-code` | a mailbox that an application may bind; given twice, two of them |
| `--announces` | a mailbox that answers, plays `C:\CONFORM\TWO.WAV` and hangs up |
| `--disabled` | a mailbox that is switched off |
| `--agents` | three agents whose telephones ring for each call |
| `--nailed-up` | an agent whose telephone is called at AGENT_LOGIN and kept connected |
| `--station-card` | an agent of the kind that NO_MSI_AGENT_FREE speaks of |
| `--phones` | the telephones of these agents here: agent 25 is called as `sip:25@` this address (less `--eee81`) |
| `--xxx77`, `--eee81`, `--eee30` | these parameters |
| `--exit` | this command for its operator's exit: those rows come last, and the server is gone after them |

Of ours it is all of this configuration, and nobody's telephone has to register:

```toml
"#;

/// The configuration with which our own server has all that the rows need.
pub const CONFIGURATION: &str = r#"[files]
data = "/var/lib/trunkline"

[[trunk]]
name = "carrier"
ports = "1-24"
address = "sip:127.0.0.1:5070"

[[mailbox]]
number = "7322901900"
type = "X"
password = "2424"

[[agent]]
ports = "25-27"
contact = "sip:{port}@127.0.0.1:5080"

[[agent]]
ports = "28"
contact = "sip:{port}@127.0.0.1:5080"
nailed_up = true

[[agent]]
ports = "29"
contact = "sip:{port}@127.0.0.1:5080"
station_card = true

[[mailbox]]
number = "7322901901"
type = "X"
password = "9595"

[[mailbox]]
number = "7322901902"
type = "E"
greeting = 'C:\CONFORM\TWO.WAV'

[[mailbox]]
number = "7322901903"
type = "E"
greeting = 'C:\CONFORM\TWO.WAV'
max_messages = 0
"#;

/// What stands between it and the list.
const REST: &str = r#"```

```sh
trunkline conform --to 127.0.0.1:700 --carrier udp://127.0.0.1:5070 --sip sip:127.0.0.1:5060 \
    --files /var/lib/trunkline/files --dnis 7322901900 --pass-code 2424 --dnis 7322901901 --pass-code 9595 \
    --announces 7322901902 --disabled 7322901903 \
    --agents 25-27 --nailed-up 28 --station-card 29 --phones udp://127.0.0.1:5080
```

## How a row is judged

Each message has to be the very next, with these attributes and no others. Who hears whom is told by sound: everybody
says a tone of his own, and the whole of who hears whom has to be so, and stay so for 300 ms. Between two rows nobody
is left on the phone, and no agent at work.

A new behaviour is a row of `crates/trunkline/src/conform/rows/`: a title, what it needs, and a script, whose notation
is in `crates/trunkline/src/conform/script.rs`.

"#;

/// The page.
#[must_use]
pub fn document() -> String {
    let mut page = [HEAD, CONFIGURATION, REST].concat();
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
