//! What can be judged of any message, whatever it says: B175 and B176.

use protocol::{Declaration, Kind, Message, Request, Side};

use super::stage::{Miss, Stage};

/// A way of printing: its name, and what it makes of the octets.
type Printing = (&'static str, fn(&str) -> Vec<u8>);

/// The ways in which requests are printed, and meant all the same.
const WAYS: [Printing; 5] = [
    ("as it should be", |text| text.as_bytes().to_vec()),
    ("with curly quotes", |text| text.replace('"', "\u{201d}").into_bytes()),
    ("with Windows-1252 quotes", |text| {
        let octet = |byte: u8| if byte == b'"' { 0x94 } else { byte };
        text.bytes().map(octet).collect()
    }),
    ("with commas", |text| text.replace("\" ", "\", ").into_bytes()),
    ("without line ends", |text| text.replace('\n', " ").into_bytes()),
];

/// Sends an example of every request, each printed in another way; each must have an answer of its root
/// with its MSGID.
pub(super) async fn examples(stage: &mut Stage<'_>) -> Result<(), Miss> {
    let requests = Request::DECLARATIONS.iter().filter(|declaration| declaration.kind == Kind::Request);
    for (n, declaration) in requests.enumerate() {
        // A link of its own: one of them ends the link, others go on speaking of what they began.
        let link = n + 1;
        let (way, print) = WAYS[n % WAYS.len()];
        stage.send(link, "INIT_LINK/INFO MSGID=OPEN").await?;
        stage.next(link, "INIT_LINK/RESPONSE").await?;
        stage.octets(link, &print(declaration.example)).await?;
        let wanted = format!("an answer to {} printed {way}", declaration.root);
        let answer = stage.next(link, &wanted).await?;
        if answer.root() != declaration.root || answer.msgid() != msgid(declaration) || !answers(&answer) {
            return Err(format!("wanted {wanted}, but got {}", protocol::line::shown(&answer)));
        }
    }
    Ok(())
}

fn msgid(declaration: &Declaration) -> &str {
    let after = declaration.example.split_once("MSGID=\"").map(|(_, after)| after);
    after.and_then(|after| after.split_once('"')).map_or("", |(msgid, _)| msgid)
}

/// Whether this answers a request: a RESPONSE, or a TERMINATION where the RESPONSE tells failures alone.
fn answers(answer: &protocol::Element) -> bool {
    let only_ends = ["PATCH_PORTS", "TEAR_PATCH", "STOP_RECORD_TWO_WAY_VOICE"].contains(&answer.root());
    answer.child().ends_with("RESPONSE") || (answer.child() == "TERMINATION" && only_ends)
}

/// Looks through all that the server sent, as a reader of XML that forgives nothing.
pub(super) fn emitted(stage: &mut Stage<'_>) -> Result<(), Miss> {
    let text = std::str::from_utf8(&stage.heard.octets)
        .map_err(|error| format!("what the server sends is no UTF-8 at octet {}", error.valid_up_to()))?;
    let whole = format!("<all>{text}</all>");
    let document = roxmltree::Document::parse(&whole).map_err(|error| format!("not well-formed: {error}"))?;
    let mut messages = 0;
    for root in document.root_element().children().filter(roxmltree::Node::is_element) {
        judge(root)?;
        messages += 1;
    }
    if messages == 0 { Err("the server has sent nothing".into()) } else { Ok(()) }
}

fn judge(root: roxmltree::Node<'_, '_>) -> Result<(), Miss> {
    let name = root.tag_name().name();
    let mut children = root.children().filter(roxmltree::Node::is_element);
    let (Some(child), None) = (children.next(), children.next()) else {
        return Err(format!("{name} has not one child"));
    };
    let full = format!("{name}/{}", child.tag_name().name());
    let declaration = Message::DECLARATIONS
        .iter()
        .find(|declaration| declaration.has_root(name) && declaration.has_child(child.tag_name().name()))
        .filter(|declaration| declaration.to == Side::Application)
        .ok_or_else(|| format!("there is no message {full} to an application"))?;
    for attribute in child.attributes() {
        let named = |known: &&protocol::AttributeDeclaration| {
            let names = [Some(known.name), known.corrected, known.twin];
            names.into_iter().flatten().any(|name| name == attribute.name())
        };
        let known = declaration.attributes.iter().find(named);
        let known = known.ok_or_else(|| format!("{full} has no attribute {}", attribute.name()))?;
        let spelled = |words: &[protocol::WordDeclaration]| {
            words.iter().any(|word| [word.memorandum, word.corrected].contains(&attribute.value()))
        };
        if !known.words.is_none_or(spelled) {
            return Err(format!("{full} has no {}={:?}", attribute.name(), attribute.value()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), Miss> {
        judge(roxmltree::Document::parse(text).expect("XML").root_element())
    }

    #[test]
    fn a_message_has_the_names_and_words_of_its_declaration() {
        let answer = |inner: &str| judged(&format!("<INIT_LINK><RESPONSE {inner}></RESPONSE></INIT_LINK>"));
        assert_eq!(answer("MSGID='1' STATUS='SUCCESS'"), Ok(()));
        assert!(answer("MSGID='1' STATUS='FINE'").is_err());
        assert!(answer("MSGID='1' STATUS='SUCCESS' HELLO='1'").is_err());
        assert!(judged("<INIT_LINK><INFO MSGID='1'></INFO></INIT_LINK>").is_err());
        assert!(judged("<INIT_LINK></INIT_LINK>").is_err());
    }

    #[test]
    fn every_example_is_read_in_every_way_of_printing() {
        for declaration in Request::DECLARATIONS {
            for (way, print) in WAYS {
                let mut framer = protocol::Framer::new(protocol::MAX_MESSAGE);
                framer.push(&print(declaration.example));
                let Some(protocol::Frame::Element(element)) = framer.next() else {
                    panic!("{} {way}", declaration.root)
                };
                assert_eq!(element.msgid(), msgid(declaration), "{} {way}", declaration.root);
            }
        }
    }
}
