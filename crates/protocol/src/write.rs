//! Exact writing: the one layout of R-OUT.

use crate::declaration::{Declaration, Declared};
use crate::{Element, Spelling};

/// Appends `<ROOT>` LF `<CHILD A="v" …>` LF `</CHILD>` LF `</ROOT>` LF; `values` are those of the declared
/// attributes, in order, `None` for one that is left out.
pub(crate) fn element<'a>(
    declaration: &Declaration,
    values: impl Iterator<Item = Option<&'a str>>,
    spelling: Spelling,
    out: &mut Vec<u8>,
) {
    begin(declaration.root, declaration.child, out);
    for (declared, value) in declaration.attributes.iter().zip(values) {
        let Some(value) = value else { continue };
        for name in declared.written_as(spelling) {
            attribute(name, value, out);
        }
    }
    end(declaration.root, declaration.child, out);
}

/// Appends an element of any name in the same layout.
pub(crate) fn as_it_is(element: &Element, out: &mut Vec<u8>) {
    begin(element.root(), element.child(), out);
    for (name, value) in element.attributes() {
        attribute(name, value, out);
    }
    end(element.root(), element.child(), out);
}

fn begin(root: &str, child: &str, out: &mut Vec<u8>) {
    push(out, &["<", root, ">\n<", child]);
}

fn attribute(name: &str, value: &str, out: &mut Vec<u8>) {
    push(out, &[" ", name, "=\""]);
    escaped(value, out);
    out.push(b'"');
}

fn end(root: &str, child: &str, out: &mut Vec<u8>) {
    push(out, &[">\n</", child, ">\n</", root, ">\n"]);
}

/// The element that a message is when it is read again.
pub(crate) fn as_element<M: Declared>(message: &M) -> Element {
    let Declaration { root, child, attributes, .. } = M::DECLARATION;
    let mut element = Element::new(root, child);
    for (attribute, value) in attributes.iter().zip(message.values(Spelling::Memorandum)) {
        if let Some(value) = value {
            element.push(attribute.name, value);
        }
    }
    element
}

fn push(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Appends a value with the characters escaped that a double-quoted attribute cannot hold, and `>` for
/// the sake of readers that look for it.
fn escaped(value: &str, out: &mut Vec<u8>) {
    let bytes = value.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let entity: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => continue,
        };
        out.extend_from_slice(&bytes[written..at]);
        out.extend_from_slice(entity);
        written = at + 1;
    }
    out.extend_from_slice(&bytes[written..]);
}
