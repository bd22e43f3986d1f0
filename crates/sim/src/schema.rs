//! The committed schema as a judge: whether what the server writes is what `docs/protocol.xsd` says.
//!
//! It reads the schema itself, and knows no declaration: what writes a message wrong cannot bend what
//! judges it. It knows the words of XSD that our schema is written in, and refuses a schema with others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use protocol::{Message, Spelling};
use roxmltree::{Document, Node};

const COMMITTED: &str = include_str!("../../../docs/protocol.xsd");
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// A schema: roots with their children.
#[derive(Debug)]
pub struct Schema(BTreeMap<String, BTreeMap<String, Child>>);

/// What one child of a root may hold: attributes, and no text.
type Child = BTreeMap<String, Attribute>;

#[derive(Debug)]
struct Attribute {
    required: bool,
    /// The only values that it may have; none where it may have any.
    words: Option<BTreeSet<String>>,
}

/// Why a document is not valid.
#[derive(Debug)]
pub struct Invalid(pub String);

/// The schema that an application is given.
#[must_use]
pub fn committed() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::read(COMMITTED));
    &SCHEMA
}

/// What the server writes must be valid.
///
/// # Panics
/// When it is not: with the document and the reason.
pub fn must_be_valid(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    if let Err(Invalid(why)) = committed().judge(&text) {
        panic!("docs/protocol.xsd does not admit what was written: {why}\n{text}");
    }
}

/// [`must_be_valid`] of a message, as it is written.
///
/// # Panics
/// As [`must_be_valid`].
pub fn must_admit(message: &Message) {
    let mut octets = Vec::new();
    message.write(Spelling::Memorandum, &mut octets);
    must_be_valid(&octets);
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Panics
    /// When it is none, or says something that is not known here.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let document = Document::parse(text).expect("a schema is XML");
        let mut roots = BTreeMap::new();
        for part in parts(document.root_element()) {
            match part.tag_name().name() {
                // White space only, which is what `judge` takes text to be.
                "simpleType" => assert_eq!(part.attribute("name"), Some("nothing"), "an unknown type"),
                "element" => {
                    let children = parts(only(only(part, "complexType"), "choice"));
                    roots
                        .insert(name(part), children.map(|child| (name(child), attributes(child))).collect());
                }
                other => panic!("the schema has <{other}>, which is not known here"),
            }
        }
        Self(roots)
    }

    /// Whether a document is valid.
    ///
    /// # Errors
    /// [`Invalid`] when it is not, or no XML at all.
    pub fn judge(&self, text: &str) -> Result<(), Invalid> {
        let document = Document::parse(text).map_err(|error| Invalid(error.to_string()))?;
        let root = document.root_element();
        let children = self.0.get(local(root)).ok_or_else(|| invalid("an unknown root", local(root)))?;
        no_text(root)?;
        if let Some(attribute) = root.attributes().next() {
            return Err(invalid("an attribute of the root", attribute.name()));
        }
        let mut elements = root.children().filter(Node::is_element);
        let child = elements.next().ok_or_else(|| invalid("no child", local(root)))?;
        if let Some(second) = elements.next() {
            return Err(invalid("a second child", local(second)));
        }
        let declared = children.get(local(child)).ok_or_else(|| invalid("an unknown child", local(child)))?;
        if let Some(inner) = child.children().find(Node::is_element) {
            return Err(invalid("a child of the child", local(inner)));
        }
        no_text(child)?;
        for attribute in child.attributes() {
            let name = attribute.name();
            let known = declared.get(name).filter(|_| attribute.namespace().is_none());
            let words = &known.ok_or_else(|| invalid("an unknown attribute", name))?.words;
            if words.as_ref().is_some_and(|words| !words.contains(attribute.value())) {
                return Err(invalid(&format!("an unknown word of {name}"), attribute.value()));
            }
        }
        let missing = declared.iter().find(|(name, a)| a.required && !child.has_attribute(name.as_str()));
        missing.map_or(Ok(()), |(name, _)| Err(invalid("a required attribute is missing", name)))
    }
}

fn invalid(what: &str, which: &str) -> Invalid {
    Invalid(format!("{what}: {which:?}"))
}

/// The name of an element of no namespace; of others, one that no schema has.
fn local<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().namespace().unwrap_or_else(|| node.tag_name().name())
}

fn no_text(node: Node<'_, '_>) -> Result<(), Invalid> {
    let mut texts = node.children().filter_map(|inner| inner.text().filter(|_| inner.is_text()));
    let text = texts.find(|text| !text.bytes().all(|octet| octet.is_ascii_whitespace()));
    text.map_or(Ok(()), |text| Err(invalid("text", text)))
}

/// The parts of a construct of the schema, remarks aside.
fn parts<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(|part| {
        assert!(!part.is_element() || part.tag_name().namespace() == Some(XSD), "not of XSD: {part:?}");
        part.is_element() && part.tag_name().name() != "annotation"
    })
}

/// The one part of a construct, of this kind.
fn only<'a, 'i>(node: Node<'a, 'i>, kind: &str) -> Node<'a, 'i> {
    let mut parts = parts(node);
    match (parts.next(), parts.next()) {
        (Some(part), None) if part.tag_name().name() == kind => part,
        other => panic!("one <{kind}> is known in {node:?}, not {other:?}"),
    }
}

fn name(node: Node<'_, '_>) -> String {
    node.attribute("name").expect("a declaration has a name").to_owned()
}

fn attributes(child: Node<'_, '_>) -> Child {
    assert_eq!(child.tag_name().name(), "element", "a choice of elements");
    let extension = only(only(only(child, "complexType"), "simpleContent"), "extension");
    assert_eq!(extension.attribute("base"), Some("nothing"), "a known base");
    parts(extension).map(|part| (name(part), attribute(part))).collect()
}

fn attribute(node: Node<'_, '_>) -> Attribute {
    assert_eq!(node.tag_name().name(), "attribute", "an extension by attributes");
    let required = match node.attribute("use") {
        None => false,
        Some("required") => true,
        Some(other) => panic!("use=\"{other}\" is not known here"),
    };
    let words = match node.attribute("type") {
        Some("xs:string") => None,
        Some(other) => panic!("the type {other} is not known here"),
        None => {
            let restriction = only(only(node, "simpleType"), "restriction");
            assert_eq!(restriction.attribute("base"), Some("xs:string"), "a known base");
            let word = |facet: Node<'_, '_>| {
                assert_eq!(facet.tag_name().name(), "enumeration", "a known facet");
                facet.attribute("value").expect("a word has a value").to_owned()
            };
            Some(parts(restriction).map(word).collect())
        }
    };
    Attribute { required, words }
}
