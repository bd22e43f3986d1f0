//! The reference page of the protocol, made of the declarations.

mod decisions;
mod schema;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::declaration::{AttributeDeclaration, Declaration, Kind, Need, Side, WordDeclaration};
use crate::{Message, Request};

use decisions::{Decision, OF_THE_SHEET, OURS};
pub use schema::schema;

const OPENING: &str = include_str!("opening.md");

/// The whole page, in Markdown: what `docs/protocol.md` holds.
#[must_use]
pub fn reference() -> String {
    let messages = in_order();
    let mut page = String::from(OPENING);
    page.push_str("\n## The messages\n\n| message | from | |\n|---|---|---|\n");
    for message in &messages {
        let Declaration { root, child, .. } = message;
        let from = if message.to == Side::Server { "application" } else { "server" };
        push(
            &mut page,
            format_args!(
                "| [{root}/{child}](#{}) | {from} | {} |\n",
                anchor(message),
                first_sentence(message)
            ),
        );
    }
    messages.iter().for_each(|message| section(message, &mut page));
    decisions(&messages, &mut page);
    page
}

/// The messages, those of a root together, each root where its first message was declared: requests and
/// events before their answers.
fn in_order() -> Vec<&'static Declaration> {
    let all: Vec<&'static Declaration> =
        Request::DECLARATIONS.iter().chain(Message::DECLARATIONS).copied().collect();
    let mut roots: Vec<&str> = Vec::new();
    for declaration in &all {
        if !roots.contains(&declaration.root) {
            roots.push(declaration.root);
        }
    }
    let mut ordered = all;
    ordered.sort_by_key(|declaration| {
        let root = roots.iter().position(|root| *root == declaration.root);
        let kind = match declaration.kind {
            Kind::Request | Kind::Event => 0,
            Kind::Response => 1,
            Kind::Termination => 2,
        };
        (root, kind)
    });
    ordered
}

fn section(message: &Declaration, page: &mut String) {
    let Declaration { name, root, child, .. } = message;
    let kind = match message.kind {
        Kind::Request => "request",
        Kind::Response => "response",
        Kind::Termination => "termination",
        Kind::Event => "event",
    };
    let way = match message.to {
        Side::Server => "application to server",
        Side::Application => "server to application",
    };
    push(page, format_args!("\n## {root}/{child}\n\n{}\n\n", joined(message.about)));
    push(page, format_args!("{kind}, {way}; in code `{name}`."));
    aliases("As root", message.root_aliases, page);
    aliases("As child", message.child_aliases, page);
    page.push_str("\n\n| attribute | | length | says |\n|---|---|---|---|\n");
    message.attributes.iter().for_each(|attribute| row(attribute, page));
    for attribute in message.attributes {
        if let Some(list) = attribute.words {
            push(page, format_args!("\n| {} | means |\n|---|---|\n", attribute.name));
            list.iter().for_each(|word| word_row(word, page));
        }
    }
    push(page, format_args!("\n```xml\n{}```\n", message.example));
    if !message.decisions.is_empty() {
        let links: Vec<String> =
            message.decisions.iter().map(|name| format!("[{name}](#{})", name.to_lowercase())).collect();
        push(page, format_args!("\nDecisions: {}.\n", links.join(", ")));
    }
}

fn aliases(what: &str, names: &[&str], page: &mut String) {
    if !names.is_empty() {
        push(page, format_args!(" {what}, {} is read as well.", names.join(" or ")));
    }
}

fn row(attribute: &AttributeDeclaration, page: &mut String) {
    let AttributeDeclaration { name, corrected, twin, aliases, about, limits, .. } = attribute;
    let need = match attribute.need {
        Need::Required => "required",
        Need::Optional => "optional",
        Need::Echoed => "as requested",
    };
    let length = match limits {
        Some((min, max)) if min == max => min.to_string(),
        Some((min, max)) => format!("{min} to {max}"),
        None => String::new(),
    };
    let name = with_corrected(name, corrected.unwrap_or(name));
    let mut about = joined(about);
    if let Some(twin) = twin {
        push(&mut about, format_args!(" Written under {twin} as well."));
    }
    if !aliases.is_empty() {
        push(&mut about, format_args!(" Also read: {}.", aliases.join(", ")));
    }
    deviation(attribute.deviation, "attributes", &mut about);
    push(page, format_args!("| {name} | {need} | {length} | {about} |\n"));
}

fn word_row(word: &WordDeclaration, page: &mut String) {
    let name = with_corrected(word.memorandum, word.corrected);
    let mut about = joined(word.about);
    if !word.accepts.is_empty() {
        push(&mut about, format_args!(" Also read: {}.", word.accepts.join(", ")));
    }
    deviation(word.deviation, "list", &mut about);
    push(page, format_args!("| {name} | {about} |\n"));
}

/// Says that it is not printed where it stands.
fn deviation(decision: Option<&str>, added_to: &str, about: &mut String) {
    if let Some(decision) = decision {
        let anchor = decision.to_lowercase();
        push(about, format_args!(" Our addition to the printed {added_to} ([{decision}](#{anchor}))."));
    }
}

/// A name as it is printed, and in parentheses as it ought to be.
fn with_corrected(printed: &str, corrected: &str) -> String {
    if printed == corrected { format!("`{printed}`") } else { format!("`{printed}` (`{corrected}`)") }
}

fn decisions(messages: &[&Declaration], page: &mut String) {
    page.push_str("\n## Decisions\n\nWhere the specification is misprinted, contradicts itself or says nothing, a decision was taken. The\nmessages above and the code cite them by these names.\n");
    let cited = cited(messages);
    let of_messages = OF_THE_SHEET.iter().filter(|(name, _)| cited.contains(name));
    table("How the specification is read", of_messages, page);
    table("What we decided beyond it", OURS.iter(), page);
}

fn table<'a>(title: &str, rows: impl Iterator<Item = &'a Decision>, page: &mut String) {
    push(page, format_args!("\n### {title}\n\n| | |\n|---|---|\n"));
    for (name, what) in rows {
        push(page, format_args!("| <a id=\"{}\"></a>{name} | {what} |\n", name.to_lowercase()));
    }
}

/// The names of all decisions that the messages cite.
fn cited(messages: &[&Declaration]) -> BTreeSet<&'static str> {
    let of_words = messages
        .iter()
        .flat_map(|message| message.attributes)
        .filter_map(|attribute| attribute.words)
        .flatten()
        .filter_map(|word| word.deviation);
    let of_attributes =
        messages.iter().flat_map(|message| message.attributes).filter_map(|attribute| attribute.deviation);
    let of_messages = messages.iter().flat_map(|message| message.decisions).copied();
    of_messages.chain(of_attributes).chain(of_words).collect()
}

/// The anchor that Markdown readers make of a section's title.
fn anchor(message: &Declaration) -> String {
    format!("{}{}", message.root, message.child).to_lowercase()
}

fn first_sentence(message: &Declaration) -> String {
    let about = joined(message.about);
    about.find(". ").map_or(about.clone(), |end| about[..=end].to_owned())
}

/// The lines of a doc comment as one.
fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

fn push(page: &mut String, what: std::fmt::Arguments<'_>) {
    page.write_fmt(what).expect("a string takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_that_is_cited_is_explained_and_the_other_way_round() {
        let cited = cited(&in_order());
        let explained: BTreeSet<_> = OF_THE_SHEET.iter().map(|(name, _)| *name).collect();
        let ours: BTreeSet<_> = OURS.iter().map(|(name, _)| *name).collect();
        for name in &cited {
            assert!(explained.contains(name) || ours.contains(name), "{name} is cited, but not explained");
        }
        for name in &explained {
            assert!(cited.contains(name), "{name} is explained, but no message cites it");
        }
        assert_eq!(explained.len(), OF_THE_SHEET.len(), "a name stands twice");
    }

    #[test]
    fn every_message_and_attribute_has_a_meaning() {
        for message in in_order() {
            assert!(!message.about.is_empty(), "{} has no text", message.name);
            for attribute in message.attributes {
                assert!(!attribute.about.is_empty(), "{}: {} has no text", message.name, attribute.name);
            }
        }
    }
}
