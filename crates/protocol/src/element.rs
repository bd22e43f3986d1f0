//! One message as it was read: a root, a child, and the attributes of the child.

use std::fmt;
use std::ops::Range;

use crate::text::push_tidy;

/// Names of MSGID that are printed somewhere and read everywhere (decisions A01, A02).
const MSGID_ALIASES: [&str; 3] = ["MISGID", "MESSAGEID", "MESSAGE_ID"];

/// A message as it was read, before anybody knows which it is: names in upper case, values tidy,
/// attributes in the order of their arrival, repetitions included.
///
/// One string holds all of it, so an element costs two allocations whatever its size. What was read stays in it
/// as it came: an attribute is where its name and its value stand, and only a value that has to be mended is
/// written again, at the end.
#[derive(Clone, Default)]
pub struct Element {
    text: String,
    root: usize,
    child: usize,
    attributes: Vec<Slot>,
}

/// Where the name and the value of an attribute stand in the string.
#[derive(Clone)]
struct Slot {
    name: Range<usize>,
    value: Range<usize>,
}

impl Element {
    /// An element without attributes.
    #[must_use]
    pub fn new(root: &str, child: &str) -> Self {
        Self::holding(root, child, child.len())
    }

    /// An element of which so much is known: its root, and a text that begins with so many bytes of the child's
    /// name. Attributes are found in it by [`take`](Self::take).
    pub(crate) fn holding(root: &str, text: &str, child: usize) -> Self {
        let mut whole = String::with_capacity(root.len() + text.len());
        whole.push_str(root);
        whole.push_str(text);
        let child = root.len() + child;
        whole[..child].make_ascii_uppercase();
        Self { root: root.len(), child, text: whole, attributes: Vec::with_capacity(8) }
    }

    /// Adds an attribute, and returns the element.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.push(name, value);
        self
    }

    /// Adds an attribute: the name in upper case, the value tidy.
    pub fn push(&mut self, name: &str, value: &str) {
        let begin = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text[begin..].make_ascii_uppercase();
        push_tidy(value, &mut self.text);
        self.attributes.push(Slot { name: begin..middle, value: middle..self.text.len() });
    }

    /// Adds the attribute whose name and value stand there in the text that it holds, counted from the child's
    /// name; `mended` is what the value ought to be, where that is something else.
    pub(crate) fn take(&mut self, name: Range<usize>, value: Range<usize>, mended: Option<&str>) {
        let name = self.root + name.start..self.root + name.end;
        if self.text.as_bytes()[name.clone()].iter().any(u8::is_ascii_lowercase) {
            self.text[name.clone()].make_ascii_uppercase();
        }
        let value = match mended {
            None => self.root + value.start..self.root + value.end,
            Some(mended) => {
                let begin = self.text.len();
                push_tidy(mended, &mut self.text);
                begin..self.text.len()
            }
        };
        self.attributes.push(Slot { name, value });
    }

    /// Forgets all attributes.
    pub(crate) fn clear(&mut self) {
        self.attributes.clear();
    }

    /// The name of the root, in upper case.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.text[..self.root]
    }

    /// The name of the child, in upper case.
    #[must_use]
    pub fn child(&self) -> &str {
        &self.text[self.root..self.child]
    }

    /// Name and value of every attribute, as they came.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|slot| (&self.text[slot.name.clone()], &self.text[slot.value.clone()]))
    }

    /// The first value under this name; none when it is absent or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = self.text.as_bytes();
        let slot = self.attributes.iter().find(|slot| text[slot.name.clone()] == *name.as_bytes())?;
        Some(&self.text[slot.value.clone()]).filter(|value| !value.is_empty())
    }

    /// The values under this name after the first.
    pub fn repeated<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes().filter(move |(printed, _)| *printed == name).skip(1).map(|(_, value)| value)
    }

    /// The first value under the name, or else under one of its aliases.
    #[must_use]
    pub fn get_any(&self, name: &str, aliases: &[&str]) -> Option<&str> {
        let of_msgid = || if name == "MSGID" { &MSGID_ALIASES[..] } else { &[] };
        let any = |names: &[&str]| names.iter().find_map(|name| self.get(name));
        self.get(name).or_else(|| any(aliases)).or_else(|| any(of_msgid()))
    }

    /// Appends it in the layout of R-OUT, whatever message it may be.
    pub fn write(&self, out: &mut Vec<u8>) {
        crate::write::as_it_is(self, out);
    }

    /// The transaction id, empty when there is none.
    #[must_use]
    pub fn msgid(&self) -> &str {
        self.get_any("MSGID", &[]).unwrap_or_default()
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.root() == other.root()
            && self.child() == other.child()
            && self.attributes().eq(other.attributes())
    }
}

impl Eq for Element {}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.root(), self.child())?;
        self.attributes().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}
