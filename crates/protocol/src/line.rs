//! Messages as lines that people write and read: `ROOT/CHILD NAME=value NAME="two words"`.
//!
//! ```
//! let line = r#"INIT_LINK/RESPONSE MSGID=1001 STATUS="INVALID DNIS""#;
//! let element = protocol::line::read(line).expect("a line");
//! assert_eq!(element.get("STATUS"), Some("INVALID DNIS"));
//! assert_eq!(protocol::line::write(&element), line);
//! ```

use std::fmt::Write as _;

use crate::Element;

/// Parts of the names of attributes whose values are for the two ends alone: PASS_CODE, BOXPWD and what
/// is meant for them.
const SECRETS: [&str; 2] = ["PASS", "PWD"];
/// What stands where such a value would.
const MASK: &str = "****";

/// Whether the value of this attribute is kept out of what people and programs are shown.
#[must_use]
pub fn is_secret(attribute: &str) -> bool {
    let attribute = attribute.to_ascii_uppercase();
    SECRETS.iter().any(|secret| attribute.contains(secret))
}

/// The message that a line stands for; none where it is no line. A value without quotes ends at the next
/// blank, one with double quotes at the next of these.
#[must_use]
pub fn read(line: &str) -> Option<Element> {
    let (name, attributes) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    let (root, child) = name.split_once('/')?;
    let named = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !named(root) || !named(child) {
        return None;
    }
    let mut element = Element::new(root, child);
    let mut rest = attributes.trim_start();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=')?;
        let (value, tail) = match value.strip_prefix('"') {
            Some(value) => value.split_once('"')?,
            None => value.split_once(' ').unwrap_or((value, "")),
        };
        if !named(name) {
            return None;
        }
        element.push(name, &value.replace("&quot;", "\""));
        rest = tail.trim_start();
    }
    Some(element)
}

/// A message as a line.
#[must_use]
pub fn write(element: &Element) -> String {
    put(element, |_, value| value)
}

/// A message as a line for people, programs and logs: pass codes and passwords are masked.
#[must_use]
pub fn shown(element: &Element) -> String {
    put(element, |name, value| if is_secret(name) { MASK } else { value })
}

fn put(element: &Element, pick: impl for<'a> Fn(&str, &'a str) -> &'a str) -> String {
    let mut line = format!("{}/{}", element.root(), element.child());
    for (name, value) in element.attributes() {
        let value = pick(name, value);
        let plain = !value.is_empty() && !value.contains([' ', '"', '=']);
        // Writing to a string cannot fail.
        let _ = match plain {
            true => write!(line, " {name}={value}"),
            false => write!(line, " {name}=\"{}\"", value.replace('"', "&quot;")),
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        for line in ["INIT_LINK/INFO", "A/B C=d E=\"\" F=\"two words\" G=\"a=b\" H=\"say &quot;x&quot;\" I=j"]
        {
            assert_eq!(write(&read(line).expect(line)), line);
        }
        assert_eq!(write(&read("  a/b   c=d  ").expect("a line")), "A/B C=d");
    }

    #[test]
    fn what_is_no_line_is_none() {
        for line in ["", "INIT_LINK", "A/", "/B", "<A/B>", "A/B C", "A/B =c", "A/B C=\"d"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn pass_codes_are_masked() {
        let element = read("A/B MSGID=1 PASS_CODE=2424 BOXPWD=\"\"").expect("a line");
        assert_eq!(shown(&element), "A/B MSGID=1 PASS_CODE=**** BOXPWD=****");
    }
}
