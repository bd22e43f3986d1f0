//! The declarations against the catalogue of the specification, where that lies beside the project.

use toml::Table;
use toml::Value as Toml;

use crate::{Declaration, Message, Need, Request};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/spec/catalogue.toml");

/// The messages of the catalogue, or none, with a notice, when it is not there.
#[expect(clippy::disallowed_methods, reason = "looks outside, at a document that may be absent")]
fn catalogue() -> Vec<Table> {
    let Ok(document) = std::fs::read_to_string(CATALOGUE) else {
        println!("skipped: {CATALOGUE} is not here");
        return Vec::new();
    };
    let document: Table = document.parse().expect("the catalogue is TOML");
    tables(&document, "message").cloned().collect()
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    table.get(key).and_then(Toml::as_array).into_iter().flatten().filter_map(Toml::as_table)
}

fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table.get(key).and_then(Toml::as_str).unwrap_or_default()
}

/// The declared message that an entry of the catalogue is about.
fn declared(entry: &Table) -> Option<&'static Declaration> {
    let list =
        if text(entry, "direction") == "app->server" { Request::DECLARATIONS } else { Message::DECLARATIONS };
    let (root, child) = (text(entry, "emit_root"), text(entry, "emit_child"));
    list.iter().copied().find(|declaration| declaration.root == root && declaration.child == child)
}

/// A word of the catalogue as the decisions have it.
fn decided(word: &str) -> &str {
    match word {
        // Decision D05: the blank after the underscore is an accident of the print.
        "NUMBER_ TOO LONG" => "NUMBER_TOO LONG",
        _ => word,
    }
}

#[test]
fn b176_attributes_and_words_are_those_of_the_catalogue() {
    for entry in catalogue() {
        let names = format!("{}/{}", text(&entry, "emit_root"), text(&entry, "emit_child"));
        let declaration = declared(&entry).unwrap_or_else(|| panic!("{names} is not declared"));
        let name = declaration.name;
        let kind = format!("{:?}", declaration.kind).to_lowercase();
        assert_eq!(kind, text(&entry, "kind"), "{name}");
        let ours = || declaration.attributes.iter().filter(|attribute| attribute.deviation.is_none());
        let names: Vec<_> = ours().map(|attribute| attribute.name).collect();
        let printed: Vec<_> = tables(&entry, "attribute").map(|attribute| text(attribute, "name")).collect();
        assert_eq!(names, printed, "{name}: the attributes in the order of emission");
        for (ours, printed) in ours().zip(tables(&entry, "attribute")) {
            let what = format!("{name}: {}", ours.name);
            let number = |key: &str| printed.get(key).and_then(Toml::as_integer);
            let limits = number("min").zip(number("max"));
            assert_eq!(ours.limits.map(|(min, max)| (i64::from(min), i64::from(max))), limits, "{what}");
            let required = printed.get("required").and_then(Toml::as_bool);
            assert_eq!(Some(ours.need == Need::Required), required, "{what}");
            let list = tables(&entry, "values").find(|values| text(values, "attribute") == ours.name);
            let mut words: Vec<&str> = Vec::new();
            for word in list.and_then(|list| list.get("list")?.as_array()).into_iter().flatten() {
                let word = decided(word.as_str().expect("a word"));
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            let ours = ours.words.into_iter().flatten().filter(|word| word.deviation.is_none());
            assert_eq!(ours.map(|word| word.memorandum).collect::<Vec<_>>(), words, "{what}");
        }
    }
}

/// What the catalogue reads beside the names that are written is read here too.
#[test]
fn n01_every_printed_name_of_a_root_is_read() {
    for entry in catalogue() {
        let declaration = declared(&entry).expect("declared");
        let also = entry.get("also_accept_root").and_then(Toml::as_array).into_iter().flatten();
        for root in also.filter_map(Toml::as_str).chain([text(&entry, "root")]) {
            assert!(declaration.has_root(root), "{}: {root}", declaration.name);
        }
        for child in [text(&entry, "child"), text(&entry, "format_prints_child")] {
            assert!(child.is_empty() || declaration.has_child(child), "{}: {child}", declaration.name);
        }
    }
}

/// Nothing is declared that the catalogue does not have, but for what we added.
#[test]
fn b176_every_declared_message_is_in_the_catalogue() {
    let catalogue = catalogue();
    let known: Vec<_> = catalogue.iter().filter_map(declared).map(|declaration| declaration.name).collect();
    for declaration in Request::DECLARATIONS.iter().chain(Message::DECLARATIONS) {
        let ours = matches!(declaration.root, "ERROR" | "TREE");
        assert!(
            known.contains(&declaration.name) != ours || catalogue.is_empty(),
            "{} is not in the catalogue",
            declaration.name
        );
    }
    assert!(matches!(known.len(), 0 | 113), "{} messages", known.len());
}
