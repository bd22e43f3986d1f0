//! What a line at the prompt may become: names of messages, of attributes, and the words they hold.

use protocol::{AttributeDeclaration, Declaration, Request};

/// What may stand in a place, and where the place begins in the line.
pub(super) type Completion = (usize, Vec<String>);

/// What may come at the end of this line: a message as XML (`<DIALOUT><DIAL DNI`) or as a line
/// (`DIALOUT/DIAL DNI`).
pub(super) fn complete(line: &str) -> Completion {
    match line.rfind('<') {
        Some(at) => in_tag(line, at),
        None => match line.split_once(' ') {
            Some((name, attributes)) if name.contains('/') => {
                let (root, child) = name.split_once('/').unwrap_or_default();
                let declaration = declared(root, child);
                in_attributes(declaration, line.len() - attributes.len(), attributes)
            }
            _ => (0, names(line)),
        },
    }
}

/// Names of messages, or ROOT/CHILD once a slash says that a line is meant.
fn names(line: &str) -> Vec<String> {
    let typed = line.trim_start().to_ascii_uppercase();
    let named = |declaration: &&Declaration| match typed.contains('/') {
        true => format!("{}/{} ", declaration.root, declaration.child),
        false => name(declaration),
    };
    sorted(Request::DECLARATIONS.iter().map(named), &typed)
}

/// Completes within the tag that begins at `at`: its name, or an attribute of the child.
fn in_tag(line: &str, at: usize) -> Completion {
    let tag = &line[at + 1..];
    let before = line[..at].trim_end();
    let root = before.trim_start().strip_prefix('<').map(|root| root.trim_end_matches('>').trim());
    let Some((child, attributes)) = tag.split_once(char::is_whitespace) else {
        let names = match root {
            None => sorted(Request::DECLARATIONS.iter().map(|d| format!("{}>", d.root)), &upper(tag)),
            Some(root) => {
                let of_root = Request::DECLARATIONS.iter().filter(|d| d.has_root(&upper(root)));
                sorted(of_root.map(|d| format!("{} ", d.child)), &upper(tag))
            }
        };
        return (at + 1, names);
    };
    let declaration = root.and_then(|root| declared(root, child));
    in_attributes(declaration, line.len() - attributes.len(), attributes)
}

/// Completes within attributes, which begin at `start` of the line.
fn in_attributes(declaration: Option<&Declaration>, start: usize, text: &str) -> Completion {
    let end = start + text.len();
    let Some(declaration) = declaration else { return (end, Vec::new()) };
    if text.matches('"').count() % 2 == 1 {
        let (before, typed) = text.rsplit_once('"').unwrap_or_default();
        let name = before.trim_end_matches('=').rsplit(char::is_whitespace).next().unwrap_or_default();
        let words = sorted(words(declaration, name).map(|word| format!("{word}\" ")), &upper(typed));
        return (end - typed.len(), words);
    }
    let typed = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    if let Some((name, typed)) = typed.split_once('=') {
        let words = words(declaration, name).filter(|word| !word.contains(' '));
        return (end - typed.len(), sorted(words.map(|word| format!("{word} ")), &upper(typed)));
    }
    let given = |attribute: &&AttributeDeclaration| {
        let written = format!("{}=", attribute.name);
        upper(text).split_whitespace().any(|word| word.starts_with(&written))
    };
    let missing = declaration.attributes.iter().filter(|attribute| !given(attribute));
    (end - typed.len(), sorted(missing.map(|attribute| format!("{}=\"", attribute.name)), &upper(typed)))
}

fn words<'a>(declaration: &'a Declaration, attribute: &str) -> impl Iterator<Item = &'static str> + use<'a> {
    let attribute = upper(attribute);
    let named = declaration.attributes.iter().find(|declared| declared.name == attribute);
    named.and_then(|declared| declared.words).unwrap_or_default().iter().map(|word| word.memorandum)
}

fn declared(root: &str, child: &str) -> Option<&'static Declaration> {
    let (root, child) = (upper(root), upper(child));
    Request::DECLARATIONS.iter().copied().find(|d| d.has_root(&root) && d.has_child(&child))
}

fn upper(text: &str) -> String {
    text.to_ascii_uppercase()
}

/// Those that begin so, each once, in order.
fn sorted(names: impl Iterator<Item = String>, typed: &str) -> Vec<String> {
    let mut names: Vec<String> = names.filter(|name| name.starts_with(typed)).collect();
    names.sort();
    names.dedup();
    names
}

/// The message of this name: its root, and its child where the root has several.
pub(super) fn named(line: &str) -> Option<&'static Declaration> {
    let typed = upper(line.trim());
    Request::DECLARATIONS.iter().copied().find(|declaration| name(declaration) == typed)
}

fn name(declaration: &Declaration) -> String {
    let with_root = Request::DECLARATIONS.iter().filter(|other| other.root == declaration.root);
    if with_root.count() == 1 {
        declaration.root.to_owned()
    } else {
        format!("{} {}", declaration.root, declaration.child)
    }
}

/// The message's example on one line under an id of this session, ready to be edited.
pub(super) fn template(declaration: &Declaration, id: u32) -> String {
    let line: String = declaration.example.lines().collect();
    let Some((before, rest)) = line.split_once("MSGID=\"") else { return line };
    let Some((_, after)) = rest.split_once('"') else { return line };
    format!("{before}MSGID=\"T-{id:04}\"{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, at: usize, expected: &[&str]) {
        let (start, candidates) = complete(line);
        assert_eq!((start, candidates), (at, expected.iter().map(ToString::to_string).collect()), "{line}");
    }

    #[test]
    fn names_complete_in_any_case() {
        check("init_l", 0, &["INIT_LINK"]);
        check("app_trunk_st", 0, &["APP_TRUNK_STATUS"]);
        check("dialout/", 0, &["DIALOUT/DIAL "]);
        assert!(complete("").1.len() > 5);
    }

    #[test]
    fn roots_and_children_complete_in_tags() {
        check("<INIT_L", 1, &["INIT_LINK>"]);
        check("<DIALOUT><d", 10, &["DIAL "]);
        check("<HELLO><", 8, &[]);
    }

    #[test]
    fn attributes_complete_once_and_words_where_there_are_words() {
        check("<DIALOUT><DIAL DN", 15, &["DNIS=\""]);
        check("<DIALOUT> <DIAL DNIS=\"301\" DN", 27, &[]);
        check("dialout/dial dnis=301 liv", 22, &["LIVEMESSAGE=\""]);
        check("DIALOUT/DIAL MODE=b", 18, &["BLIND "]);
        check("<DIALOUT><DIAL MODE=\"", 21, &["BLIND\" ", "SUPERVISED\" "]);
        check("<DIALOUT><DIAL DNIS=\"3", 21, &[]);
        check("HELLO/WORLD A", 13, &[]);
    }

    #[test]
    fn every_name_has_a_template_that_the_server_reads() {
        for name in complete("").1 {
            let template = template(named(&name).expect("a name"), 7);
            let mut framer = protocol::Framer::new(protocol::MAX_MESSAGE);
            framer.push(template.as_bytes());
            let Some(protocol::Frame::Element(element)) = framer.next() else { panic!("{template}") };
            assert_eq!(Request::read(&element).expect("a request").msgid().as_str(), "T-0007", "{template}");
        }
    }
}
