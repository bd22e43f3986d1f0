//! One message as it was read: a root, a child, and the attributes of the child.

use std::fmt;
use std::ops::Range;

use crate::text::push_tidy;

/// Names of MSGID that are printed somewhere and read everywhere (decisions A01, A02).
const MSGID_ALIASES: [&str; 3] = ["MISGID", "MESSAGEID", "MESSAGE_ID"];

/// A message as it was read, before anybody knows which it is: names in upper case, values tidy,
/// attributes in the order of their arrival, repetitions included.
///
/// One string holds all of it, so an element costs two allocations whatever its size.
#[derive(Clone, Default)]
pub struct Element {
    text: String,
    root: usize,
    child: usize,
    attributes: Vec<Slot>,
}

/// Where an attribute stands in the string: its name, then its value, without a gap.
#[derive(Clone)]
struct Slot {
    begin: usize,
    value: usize,
    end: usize,
}

impl Element {
    /// An element without attributes.
    #[must_use]
    pub fn new(root: &str, child: &str) -> Self {
        Self::with_room(root, child, 0, 0)
    }

    /// An element with room for so many bytes and attributes.
    pub(crate) fn with_room(root: &str, child: &str, bytes: usize, attributes: usize) -> Self {
        let mut text = String::with_capacity(root.len() + child.len() + bytes);
        text.push_str(root);
        text.push_str(child);
        text.make_ascii_uppercase();
        Self { root: root.len(), child: text.len(), text, attributes: Vec::with_capacity(attributes) }
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
        self.attributes.push(Slot { begin, value: middle, end: self.text.len() });
    }

    /// How many attributes it has.
    pub(crate) fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Forgets all attributes but the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.attributes.truncate(count);
        self.text.truncate(self.attributes.last().map_or(self.child, |last| last.end));
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
        self.attributes.iter().map(|slot| (&self.text[slot.name()], &self.text[slot.value()]))
    }

    /// The first value under this name; none when it is absent or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let slot = self.attributes.iter().find(|slot| &self.text[slot.name()] == name)?;
        Some(&self.text[slot.value()]).filter(|value| !value.is_empty())
    }

    /// The values under this name after the first.
    pub fn repeated<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes().filter(move |(printed, _)| *printed == name).skip(1).map(|(_, value)| value)
    }

    /// The first value under the name, or else under one of its aliases.
    #[must_use]
    pub fn get_any(&self, name: &str, aliases: &[&str]) -> Option<&str> {
        let spoken_of = if name == "MSGID" { &MSGID_ALIASES[..] } else { &[] };
        let mut names = std::iter::once(name).chain(aliases.iter().copied()).chain(spoken_of.iter().copied());
        names.find_map(|name| self.get(name))
    }

    /// The transaction id, empty when there is none.
    #[must_use]
    pub fn msgid(&self) -> &str {
        self.get_any("MSGID", &[]).unwrap_or_default()
    }
}

impl Slot {
    fn name(&self) -> Range<usize> {
        self.begin..self.value
    }

    fn value(&self) -> Range<usize> {
        self.value..self.end
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
