//! The detector of answering machines over a set that is made for it: `trunkline amd` from corpus to explanation.

use std::path::Path;
use std::process::Command;

use trunkline::amd::corpus;

/// Clips of the set; half of them report.
const CLIPS: u32 = 400;

fn trunkline(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_trunkline"))
        .args(["amd"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("started");
    let text = |octets: Vec<u8>| String::from_utf8(octets).expect("text");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

/// The set is synthetic: this proves the states and thresholds of the detector, not its accuracy on real calls.
#[test]
fn people_and_machines_are_told_apart_in_seven_languages() {
    if !corpus::can_speak() {
        eprintln!("skipped: espeak-ng is not installed (Debian: espeak-ng)");
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let clips = CLIPS.to_string();
    let (code, _, complaints) = trunkline(directory.path(), &["corpus", "--out", "set", "--clips", &clips]);
    assert_eq!((code, complaints.as_str()), (0, ""));

    let arguments = ["replay", "set", "--part", "report", "--json", "--keep", "kept"];
    let (code, lines, complaints) = trunkline(directory.path(), &arguments);
    assert_eq!((code, complaints.as_str()), (0, ""));
    let report: serde_json::Value =
        serde_json::from_str(lines.lines().last().expect("a report")).expect("JSON");
    let right = |label: &str| report["right"][label].as_f64().expect("a part");
    assert!(right("human") >= 0.97, "{report}");
    assert!(right("machine") >= 0.97, "{report}");
    assert_eq!(report["short_hellos_lost"], 0, "{report}");
    let median = report["human_after_hello_ms"]["median"].as_u64().expect("a time");
    assert!(median <= 1_000, "{report}");

    // One of the machines, explained from what was kept.
    let machine = lines.lines().find(|line| line.contains("\"verdict\":\"machine\"")).expect("a machine");
    let machine: serde_json::Value = serde_json::from_str(machine).expect("JSON");
    let kept = format!("kept/{}.toml", machine["told"]["call"].as_str().expect("a call"));
    let (code, said, complaints) = trunkline(directory.path(), &["explain", &kept]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(said.contains(": machine, certain at "), "{said}");
    assert!(said.contains("heard again with the same parameters, says "), "{said}");
}

#[test]
fn a_wrong_parameter_is_answered_with_all_there_are() {
    let directory = tempfile::tempdir().expect("a directory");
    let (code, _, complaints) = trunkline(directory.path(), &["replay", "x.wav", "--set", "helo=1"]);
    assert_eq!(code, 2);
    assert!(
        complaints.contains("no parameter is called \"helo\"; there are: initial_silence"),
        "{complaints}"
    );
    let (code, _, complaints) = trunkline(directory.path(), &["replay", "x.wav", "--set", "hello_silence=1"]);
    assert_eq!(code, 2);
    assert!(complaints.contains("hello_silence = 1: must be 200..=5000 ms"), "{complaints}");
    let (code, _, complaints) = trunkline(directory.path(), &["replay", "x.wav"]);
    assert_eq!((code, complaints.lines().count()), (1, 1), "{complaints}");
    assert!(complaints.starts_with("trunkline: cannot read x.wav: "), "{complaints}");
}

/// A recording in each format, and a label file of two columns.
#[test]
fn own_recordings_are_judged_and_counted() {
    let directory = tempfile::tempdir().expect("a directory");
    let silence = vec![0; 6 * 8_000];
    let wav = media::wav::encode(&silence, media::wav::Encoding::Mulaw);
    std::fs::write(directory.path().join("a.wav"), wav).expect("written");
    let vox = media::vox::encode(&silence, media::vox::VoxFormat::Adpcm8000);
    std::fs::write(directory.path().join("b.vox"), vox).expect("written");
    std::fs::write(directory.path().join("labels.csv"), "file,label\na.wav,silence\nb.vox,human\n")
        .expect("written");
    let (code, said, complaints) = trunkline(directory.path(), &["replay", "."]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "./a.wav: silence at 4.00 s: nothing said for 4000 ms");
    assert_eq!(lines[1], "./b.vox: silence at 4.00 s: nothing said for 4000 ms [labelled human]");
    assert!(said.contains("\nsilence      -        -    -          -        1 "), "{said}");
}

#[test]
fn the_page_has_every_parameter_as_it_is() {
    let page = include_str!("../../../docs/amd.md");
    for key in media::amd::Parameters::KEYS {
        let (low, high) = (key.range.start(), key.range.end());
        let row =
            format!("| `{}` | {} {} | {low} to {high} | {} |\n", key.name, key.default, key.unit, key.doc);
        assert!(page.contains(&row), "docs/amd.md has no row:\n{row}");
    }
}
