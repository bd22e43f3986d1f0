//! Cuts a stream of bytes into messages (T01, R-IN, D01).
//!
//! Only tags decide where a message ends; attributes and quotes do not. The rules, in this order:
//!
//! 1. A start tag with the name of a known root always begins a message, wherever it stands (outside
//!    comments). What was open before it is delivered if its child was closed, and is unreadable otherwise.
//! 2. With no message open, any other start tag begins one too, of an unknown root.
//! 3. The first start tag in a root is the child. It is closed by `/>`, or by the end tag that brings the
//!    depth back to none; the names of end tags are not compared.
//! 4. But an end tag with the name of the open root, or of any known root, ends the message at once, at
//!    whatever depth: so an end tag that was forgotten costs nothing.
//! 5. Once the child is closed the message is complete, and is delivered with the first byte that says so:
//!    the `/` (or `\`) of `</ROOT>`, whose name and `>` may be misprinted or missing, or the name of a start
//!    tag. Such a start tag, when it is neither a known root nor the open one, is a second child of it.
//! 6. A start tag that repeats the root after a closed child stands for its end tag (M31), unless a child
//!    follows: then it began the next message. Until that is known nothing is pending.
//!
//! Between messages, white space, NUL, byte order marks, comments, instructions and stray punctuation (M30)
//! are skipped; a line with a letter or digit in it is unreadable.

use crate::read::{ReadError, Unread, excerpt};
use crate::tags::{Room, Scanner, Span, Tag, is_blank};
use crate::text::Text;
use crate::work::Work;
use crate::{Element, attributes, encoding, roots};

/// How much of a line that is no message is kept, in bytes; a longer one counts as several.
const MAX_JUNK: usize = 1024;

/// What the framer found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// A message, complete.
    Element(Element),
    /// Something that is none, to be answered with [`ReadError::answer`] (D01); reading goes on.
    Unreadable(ReadError),
    /// A message longer than the limit. Nothing follows: the connection is to be closed.
    TooLong(ReadError),
}

/// Cuts a stream of bytes into messages, whatever the pieces in which it arrives.
///
/// Looks at every byte once, and keeps no more than one unfinished message of at most the limit, beside what
/// has been pushed since [`next`](Self::next) last returned `None`.
#[derive(Debug)]
pub struct Framer {
    max_message: usize,
    buffer: Vec<u8>,
    scanner: Scanner,
    /// Where the message begins that is open, or the text that lies between messages.
    start: usize,
    stage: Stage,
    /// The name of the root that is open, or was open last, in upper case.
    root: String,
    /// How many messages and asides have begun.
    begun: u64,
    work: Work,
}

/// What is open. Positions count from the start of the message.
#[derive(Debug)]
enum Stage {
    /// Nothing.
    Between,
    /// Nothing, and the end tag that follows belongs to the message just delivered.
    Ending,
    /// Nothing, and all is skipped until a known root begins.
    Lost,
    /// A root, but not its child.
    Root(Root),
    /// A root and its child.
    Child(Child),
    /// A root, and its child has been closed.
    Closed(Child),
    /// The limit was passed.
    Over,
}

#[derive(Debug)]
struct Root {
    /// Whether it may stand for the end tag of the message before it (M31).
    doubtful: bool,
    /// Whether the `>` of its tag has been seen.
    tag_closed: bool,
}

#[derive(Clone, Debug)]
struct Child {
    name: Span,
    /// Where the text ends that may hold attributes: at the first tag in the child.
    text_end: Option<usize>,
    /// The end of the name of the start tag that may still turn out to close itself.
    tag: Option<usize>,
    /// How many elements are open, the child included.
    depth: u32,
}

impl Framer {
    /// A framer for a new connection; messages may have so many bytes ([`MAX_MESSAGE`](crate::MAX_MESSAGE)).
    #[must_use]
    pub fn new(max_message: usize) -> Self {
        Self {
            max_message: max_message.max(1),
            buffer: Vec::new(),
            scanner: Scanner::new(),
            start: 0,
            stage: Stage::Between,
            root: String::new(),
            begun: 0,
            work: Work::default(),
        }
    }

    /// Takes what has arrived. Ask [`next`](Self::next) until it has no more before the next push.
    pub fn push(&mut self, bytes: &[u8]) {
        if !matches!(self.stage, Stage::Over) {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The ordinal of the message that has begun and is not complete, if there is one. A message that keeps
    /// the same ordinal for too long is to be given up, and the connection with it (D01).
    #[must_use]
    pub fn pending(&self) -> Option<u64> {
        match &self.stage {
            Stage::Between if !self.scanner.is_in_text() => Some(self.begun + 1),
            Stage::Root(Root { doubtful: false, .. }) | Stage::Child(_) | Stage::Closed(_) => {
                Some(self.begun)
            }
            _ => None,
        }
    }

    /// The next message, or `None` when more bytes are needed.
    #[expect(clippy::should_implement_trait, reason = "more may come after None")]
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            if matches!(self.stage, Stage::Between) {
                self.skip_blanks();
            }
            let tag = self.start.saturating_add(self.max_message);
            let (stop, text) = match &self.stage {
                Stage::Over => return None,
                Stage::Between => (b'\n', tag.min(self.start.saturating_add(MAX_JUNK))),
                Stage::Root(Root { tag_closed: false, .. }) => (b'>', tag),
                _ => (b'<', tag),
            };
            let room = Room { text, tag };
            let frame = match self.scanner.next(&self.buffer, stop, &room) {
                Some(tag) => self.take(tag),
                None if self.scanner.position() < self.scanner.limit(&room) => {
                    self.drop_front();
                    return None;
                }
                None => self.at_limit(),
            };
            if frame.is_some() {
                return frame;
            }
        }
    }

    /// Goes on behind white space, where a message or a line of junk would begin.
    fn skip_blanks(&mut self) {
        if self.scanner.is_in_text() && self.scanner.position() == self.start {
            let blanks = self.buffer[self.start..].iter().take_while(|&&byte| is_blank(byte)).count();
            self.scanner.skip(blanks);
            self.start += blanks;
        }
    }

    /// Forgets what lies before the open message.
    fn drop_front(&mut self) {
        if self.start > 0 {
            self.work.add(self.buffer.len() - self.start);
            self.buffer.drain(..self.start);
            self.scanner.drop_front(self.start);
            self.start = 0;
        }
    }

    /// The room for one message, or for one line of junk, is used up.
    fn at_limit(&mut self) -> Option<Frame> {
        let end = self.scanner.position();
        if matches!(self.stage, Stage::Between) && self.scanner.is_in_text() {
            return self.skip_to(end);
        }
        let why = format!("A message may have {} bytes; this one has more.", self.max_message);
        let unread = match self.stage {
            Stage::Root(_) | Stage::Child(_) | Stage::Closed(_) => self.unread(end, &why),
            _ => Unread { why: why.into(), ..Unread::default() },
        };
        self.stage = Stage::Over;
        self.buffer = Vec::new();
        Some(Frame::TooLong(ReadError::Malformed(unread)))
    }

    fn take(&mut self, tag: Tag) -> Option<Frame> {
        match std::mem::replace(&mut self.stage, Stage::Between) {
            Stage::Between => self.between(tag, false),
            Stage::Ending => self.between(tag, true),
            Stage::Lost => self.lost(&tag),
            Stage::Root(root) => self.in_root(root, tag),
            Stage::Child(child) => self.in_child(child, tag),
            Stage::Closed(child) => self.after_child(child, tag),
            Stage::Over => None,
        }
    }

    fn between(&mut self, tag: Tag, ending: bool) -> Option<Frame> {
        match tag {
            Tag::Line { at } => self.skip_to(at + 1),
            Tag::Start { at, name } => {
                let junk = self.skip_to(at);
                self.begin(at, name, false);
                junk
            }
            Tag::Ending { at } | Tag::AsideBegins { at } => self.skip_to(at),
            Tag::End { name } => {
                let own = ending || self.buffer[name.clone()].eq_ignore_ascii_case(self.root.as_bytes());
                self.start = name.end;
                if own {
                    return None;
                }
                let name = encoding::decode(&self.buffer[name]).into_owned();
                let why = format!("The end tag {} closes nothing.", excerpt(&name));
                Some(malformed(Unread { why: why.into(), ..Unread::default() }))
            }
            Tag::AsideEnds { end } => {
                self.begun += 1;
                self.start = end;
                None
            }
            Tag::Declaration { at } => {
                self.start = at;
                self.stage = Stage::Lost;
                let why = "Document type declarations are not read; the next message is.".into();
                Some(malformed(Unread { why, ..Unread::default() }))
            }
            Tag::Close { .. } => None,
        }
    }

    fn lost(&mut self, tag: &Tag) -> Option<Frame> {
        match tag {
            Tag::Start { at, name } if roots::is_root(&self.buffer[name.clone()]) => {
                self.begin(*at, name.clone(), false);
            }
            _ => self.stage = Stage::Lost,
        }
        None
    }

    fn in_root(&mut self, root: Root, tag: Tag) -> Option<Frame> {
        match tag {
            Tag::Start { at, name } if self.begins_root(&root, &name) => {
                let childless = self.childless(&root, at);
                self.begin(at, name, false);
                childless
            }
            Tag::Start { name, .. } => {
                self.begin_child(name);
                None
            }
            Tag::End { name } => {
                let childless = self.childless(&root, name.end);
                self.start = name.end;
                childless
            }
            Tag::Close { at } if self.buffer[self.start..at].ends_with(b"/") => {
                let childless = self.childless(&root, at);
                self.start = at + 1;
                childless
            }
            Tag::Close { .. } => {
                self.stage = Stage::Root(Root { tag_closed: true, ..root });
                None
            }
            _ => {
                self.stage = Stage::Root(root);
                None
            }
        }
    }

    fn in_child(&mut self, mut child: Child, tag: Tag) -> Option<Frame> {
        if let Tag::Start { at, .. }
        | Tag::Ending { at }
        | Tag::AsideBegins { at }
        | Tag::Declaration { at } = tag
        {
            child.text_end.get_or_insert(at - self.start);
            if let Some(from) = child.tag.take()
                && closes_itself(&self.buffer[self.start + from..at])
            {
                child.depth -= 1;
                if child.depth == 0 {
                    return self.after_child(child, tag);
                }
            }
        }
        match tag {
            Tag::Start { at, name } if roots::is_root(&self.buffer[name.clone()]) => {
                let why = format!("{} is not closed before the next message begins.", excerpt(&self.root));
                let unread = self.unread(at, &why);
                self.begin(at, name, false);
                return Some(malformed(unread));
            }
            Tag::Start { name, .. } => {
                child.depth = child.depth.saturating_add(1);
                child.tag = Some(name.end - self.start);
            }
            Tag::End { name } => {
                let closes = &self.buffer[name.clone()];
                if closes.eq_ignore_ascii_case(self.root.as_bytes()) || roots::is_root(closes) {
                    let element = self.element(&child);
                    self.start = name.end;
                    return Some(Frame::Element(element));
                }
                child.depth -= 1;
                if child.depth == 0 {
                    self.stage = Stage::Closed(child);
                    return None;
                }
            }
            _ => {}
        }
        self.stage = Stage::Child(child);
        None
    }

    fn after_child(&mut self, child: Child, tag: Tag) -> Option<Frame> {
        let element = match tag {
            Tag::Ending { .. } => {
                let element = self.element(&child);
                self.stage = Stage::Ending;
                self.start = self.scanner.position();
                element
            }
            Tag::Start { at, name } => {
                let element = self.element(&child);
                let bytes = &self.buffer[name.clone()];
                let again = bytes.eq_ignore_ascii_case(self.root.as_bytes());
                if again || roots::is_root(bytes) {
                    self.begin(at, name, again);
                } else {
                    self.start = at;
                    self.begun += 1;
                    self.begin_child(name);
                }
                element
            }
            _ => {
                self.stage = Stage::Closed(child);
                return None;
            }
        };
        Some(Frame::Element(element))
    }

    /// A root begins.
    fn begin(&mut self, at: usize, name: Span, doubtful: bool) {
        self.start = at;
        self.begun += 1;
        self.root.clear();
        self.root.push_str(&encoding::decode(&self.buffer[name]));
        self.root.make_ascii_uppercase();
        self.stage = Stage::Root(Root { doubtful, tag_closed: false });
    }

    /// Whether a start tag begins another message, and not the child of this root.
    fn begins_root(&self, root: &Root, name: &Span) -> bool {
        let name = &self.buffer[name.clone()];
        roots::is_root(name) || (root.doubtful && name.eq_ignore_ascii_case(self.root.as_bytes()))
    }

    /// Its child begins.
    fn begin_child(&mut self, name: Span) {
        let name = name.start - self.start..name.end - self.start;
        self.stage = Stage::Child(Child { tag: Some(name.end), name, text_end: None, depth: 1 });
    }

    /// Goes on behind what lies between messages, and says so when that was meant to be something.
    fn skip_to(&mut self, end: usize) -> Option<Frame> {
        let bytes = &self.buffer[self.start..end];
        self.work.add(bytes.len());
        if bytes.iter().all(|&byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) {
            self.start = end;
            return None;
        }
        let junk = encoding::decode(bytes);
        let meant = junk.contains(char::is_alphanumeric);
        // The `>` of the end tag before it is no part of it.
        let junk = junk.trim_start_matches(|c: char| c.is_whitespace() || c == '>').trim_end();
        let why = meant.then(|| format!("This is no message: {}", excerpt(junk)));
        self.start = end;
        why.map(|why| malformed(Unread { why: why.into(), ..Unread::default() }))
    }

    /// A root that ends before `end` without a child.
    fn childless(&mut self, root: &Root, end: usize) -> Option<Frame> {
        if root.doubtful {
            return None;
        }
        let name = excerpt(&self.root);
        if roots::is_root(name.as_bytes()) {
            return Some(malformed(self.unread(end, &format!("{name} has no child element."))));
        }
        let unread = self.unread(end, &format!("There is no message {name}: its root is unknown."));
        Some(Frame::Unreadable(ReadError::UnknownMessage(unread)))
    }

    /// What can be made out of a message that was given up at `end`.
    fn unread(&mut self, end: usize, why: &str) -> Unread {
        self.work.add(end - self.start);
        let text = encoding::decode(&self.buffer[self.start..end]);
        let mut element = Element::holding(&self.root, &text, 0);
        attributes::read_tolerant(&text, 0, &mut element);
        Unread { root: Text::from(excerpt(&self.root)), msgid: element.msgid().into(), why: why.into() }
    }

    /// How many bytes it holds.
    #[cfg(test)]
    pub(crate) fn kept(&self) -> usize {
        self.buffer.len()
    }

    /// The work that has been done so far, in bytes.
    #[cfg(test)]
    pub(crate) fn work(&self) -> usize {
        self.scanner.work.bytes() + self.work.bytes()
    }

    /// The message that is complete.
    fn element(&mut self, child: &Child) -> Element {
        self.work.add(child.text_end.unwrap_or_default());
        let message = &self.buffer[self.start..];
        let name = child.name.end - child.name.start;
        let text = encoding::decode(&message[child.name.start..child.text_end.unwrap_or(child.name.end)]);
        let mut element = Element::holding(&self.root, &text, name);
        attributes::read(&text, name, &mut element);
        element
    }
}

fn malformed(unread: Unread) -> Frame {
    Frame::Unreadable(ReadError::Malformed(unread))
}

/// Whether the text from the name of a start tag up to the next tag ends it with `/>`.
fn closes_itself(text: &[u8]) -> bool {
    let end = text.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
    text[..end].ends_with(b"/>")
}
