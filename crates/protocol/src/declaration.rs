//! What a declaration says, as data: for the reference page, the tests and the lookup of names.

use crate::{Element, PortText, ReadError, Spelling, Text};

/// Everything that is declared about one message.
#[derive(Debug)]
pub struct Declaration {
    /// The name of its type.
    pub name: &'static str,
    /// What it is for, one paragraph to a string.
    pub about: &'static [&'static str],
    /// The root element.
    pub root: &'static str,
    /// Other names of the root that are read as well (R-ALIAS).
    pub root_aliases: &'static [&'static str],
    /// The child element.
    pub child: &'static str,
    /// Other names of the child that are read as well.
    pub child_aliases: &'static [&'static str],
    /// What kind of message it is.
    pub kind: Kind,
    /// Who reads it.
    pub to: Side,
    /// Its attributes, in the order of their emission.
    pub attributes: &'static [AttributeDeclaration],
    /// One message as it is written, byte for byte.
    pub example: &'static str,
    /// The rows of the decision sheet that touch it.
    pub decisions: &'static [&'static str],
}

/// Everything that is declared about one attribute.
#[derive(Debug)]
pub struct AttributeDeclaration {
    /// Its name, as written.
    pub name: &'static str,
    /// Its name under [`Spelling::Corrected`], where that differs.
    pub corrected: Option<&'static str>,
    /// A second name under which the same value is written too (decision D04).
    pub twin: Option<&'static str>,
    /// Other names that are read as well.
    pub aliases: &'static [&'static str],
    /// What it says, one line to a string.
    pub about: &'static [&'static str],
    /// Whether it may be left out.
    pub need: Need,
    /// The printed limits of its length in characters; advisory on input (T05).
    pub limits: Option<(u16, u16)>,
    /// What it says in the answer to a request that is not served ([`Request::refusal`](crate::Request::refusal)).
    pub refused: Option<&'static str>,
    /// The decision by which we added the attribute to the printed ones, where we did.
    pub deviation: Option<&'static str>,
    /// The words it can hold; none when it holds free text.
    pub words: Option<&'static [WordDeclaration]>,
    /// Whether it holds a list of those words, and perhaps others.
    pub list: bool,
}

/// Whether an attribute may be left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Its absence is an error (in a request, for call control to judge).
    Required,
    /// It may be left out.
    Optional,
    /// It is written where the request had it, and left out otherwise.
    Echoed,
}

/// Everything that is declared about one word of a keyword attribute.
#[derive(Debug)]
pub struct WordDeclaration {
    /// The spelling of the memorandum.
    pub memorandum: &'static str,
    /// The spelling under [`Spelling::Corrected`].
    pub corrected: &'static str,
    /// Further spellings that are read.
    pub accepts: &'static [&'static str],
    /// The decision by which we added the word to the printed list, where we did.
    pub deviation: Option<&'static str>,
    /// What it means.
    pub about: &'static [&'static str],
}

/// The kinds of message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An application asks for something.
    Request,
    /// The immediate answer to a request or to an event.
    Response,
    /// The late answer to a request: how what it began came to an end.
    Termination,
    /// The server reports something nobody asked for.
    Event,
}

/// The two ends of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// This server.
    Server,
    /// The application.
    Application,
}

/// A message that has been declared.
pub trait Declared: Sized {
    /// Root and child, as in `PLAY_VOICE_FILE/INFO`.
    const NAME: &'static str;

    /// What its declaration says.
    const DECLARATION: &'static Declaration;

    /// Takes the attributes of an element whose root and child are this message's.
    ///
    /// # Errors
    /// When an attribute without which the message says nothing is absent, or holds no known word.
    fn from_element(element: &Element) -> Result<Self, ReadError>;

    /// What to write for each declared attribute, in order; `None` for one that is left out.
    fn values(&self, spelling: Spelling) -> impl Iterator<Item = Option<&str>>;

    /// The first port among its attributes, if it names one.
    fn port(&self) -> Option<&PortText>;

    /// Appends the message in the layout of R-OUT.
    fn write(&self, spelling: Spelling, out: &mut Vec<u8>) {
        crate::write::element(Self::DECLARATION, self.values(spelling), spelling, out);
    }

    /// The transaction id, empty when there is none.
    fn msgid(&self) -> &Text;
}

/// A closed list of words, as the macro declares it for a keyword attribute.
pub trait Word: Copy + 'static {
    /// Every word, in the printed order.
    const ALL: &'static [Self];

    /// What is declared about each, in the same order.
    const WORDS: &'static [WordDeclaration];

    /// What is declared about this word.
    fn declaration(self) -> &'static WordDeclaration;

    /// How it is written.
    fn text(self, spelling: Spelling) -> &'static str {
        self.declaration().text(spelling)
    }

    /// The word that is spelled so, in either spelling, without regard to case.
    #[must_use]
    fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.declaration().is_spelled(text))
    }
}

impl WordDeclaration {
    /// How it is written.
    #[must_use]
    pub fn text(&self, spelling: Spelling) -> &'static str {
        match spelling {
            Spelling::Memorandum => self.memorandum,
            Spelling::Corrected => self.corrected,
        }
    }

    /// Whether `text` is one of its spellings.
    #[must_use]
    pub fn is_spelled(&self, text: &str) -> bool {
        self.memorandum.eq_ignore_ascii_case(text)
            || self.corrected.eq_ignore_ascii_case(text)
            || self.accepts.iter().any(|accepted| accepted.eq_ignore_ascii_case(text))
    }
}

impl AttributeDeclaration {
    /// The names under which it is written: mostly one.
    pub(crate) fn written_as(&self, spelling: Spelling) -> impl Iterator<Item = &'static str> {
        let name = match (spelling, self.corrected) {
            (Spelling::Corrected, Some(corrected)) => corrected,
            _ => self.name,
        };
        std::iter::once(name).chain(self.twin)
    }
}

impl Declaration {
    /// Whether a root of this name (in upper case) is this message's.
    #[must_use]
    pub fn has_root(&self, root: &str) -> bool {
        self.root == root || self.root_aliases.contains(&root)
    }

    /// Whether a child of this name (in upper case) is this message's.
    #[must_use]
    pub fn has_child(&self, child: &str) -> bool {
        self.child == child || self.child_aliases.contains(&child)
    }
}
