//! Finds the tags in a stream of bytes, one byte after the other, and never looks at one twice.

use memchr::memchr2;

use crate::work::Work;

/// What the scanner found. Positions are offsets into the scanned bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Tag {
    /// `<NAME`: a start tag; its name is complete.
    Start { at: usize, name: Span },
    /// `</` or `<\`: an end tag begins; an [`End`](Self::End) follows.
    Ending { at: usize },
    /// The name of that end tag, which may be empty, is complete. Blanks and `>` behind it, if there are any
    /// (M10, M13), count as text.
    End { name: Span },
    /// A `>` in the text, where the scanner was told to look for it.
    Close { at: usize },
    /// A line feed in the text, where the scanner was told to look for it.
    Line { at: usize },
    /// `<!` that begins neither a comment nor a CDATA section.
    Declaration { at: usize },
    /// A comment, CDATA section or processing instruction begins.
    AsideBegins { at: usize },
    /// It is over; the text goes on after it.
    AsideEnds { end: usize },
}

/// From an offset to another.
pub(crate) type Span = std::ops::Range<usize>;

/// Where the scanner stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// In text.
    Text,
    /// After `<` and perhaps blanks (M27).
    Open { at: usize },
    /// In the name of a start tag.
    Name { at: usize, from: usize },
    /// After `</` and perhaps blanks (M28).
    EndOpen,
    /// In the name of an end tag.
    EndName { from: usize },
    /// After `<!`, with so many bytes of `--` or `[CDATA[` seen.
    Bang { at: usize, seen: usize },
    /// In a comment, CDATA section or instruction, with so many bytes of its end seen.
    Aside { end: &'static [u8], seen: usize },
}

/// How far the scanner may look.
#[derive(Debug)]
pub(crate) struct Room {
    /// In text, outside tags and asides.
    pub(crate) text: usize,
    /// In a tag or an aside.
    pub(crate) tag: usize,
}

const CDATA: &[u8] = b"[CDATA[";

/// The scanner: reads on where it stopped.
#[derive(Debug)]
pub(crate) struct Scanner {
    place: Place,
    next: usize,
    pub(crate) work: Work,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        Self { place: Place::Text, next: 0, work: Work::default() }
    }

    /// How many bytes it has looked at.
    pub(crate) fn position(&self) -> usize {
        self.next
    }

    /// Whether it stands in text, outside every tag and aside.
    pub(crate) fn is_in_text(&self) -> bool {
        self.place == Place::Text
    }

    /// Passes over `count` bytes of text.
    pub(crate) fn skip(&mut self, count: usize) {
        self.next += count;
    }

    /// Forgets the first `count` bytes, which nobody needs any more.
    pub(crate) fn drop_front(&mut self, count: usize) {
        self.next -= count;
        match &mut self.place {
            Place::Open { at } | Place::Bang { at, .. } => *at -= count,
            Place::Name { at, from } => {
                *at -= count;
                *from -= count;
            }
            Place::EndName { from } => *from -= count,
            Place::Text | Place::EndOpen | Place::Aside { .. } => {}
        }
    }

    /// The next tag, or `None` when the bytes are used up, or those that `room` allows it to look at. In text
    /// it also stops at `stop`: `>` or LF, or nowhere else when that is `<`.
    pub(crate) fn next(&mut self, bytes: &[u8], stop: u8, room: &Room) -> Option<Tag> {
        while self.next < self.limit(room).min(bytes.len()) {
            let before = self.next;
            let found = match self.place {
                Place::Text => self.text(&bytes[..room.text.min(bytes.len())], stop),
                Place::Name { .. } | Place::EndName { .. } => self.name(&bytes[..room.tag.min(bytes.len())]),
                _ => self.byte(bytes[self.next]),
            };
            // A byte that is left for the next place counts as well.
            self.work.add(self.next.max(before + 1) - before);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Where it has to stop, as it stands.
    pub(crate) fn limit(&self, room: &Room) -> usize {
        if self.is_in_text() { room.text } else { room.tag }
    }

    /// Goes on to the next `<`.
    fn text(&mut self, bytes: &[u8], stop: u8) -> Option<Tag> {
        let Some(found) = memchr2(b'<', stop, &bytes[self.next..]) else {
            self.next = bytes.len();
            return None;
        };
        let at = self.next + found;
        self.next = at + 1;
        match bytes[at] {
            // Most tags go on at once; what comes in pieces is taken byte by byte.
            b'<' if bytes.get(at + 1).is_some_and(|&byte| begins_name(byte)) => {
                self.place = Place::Name { at, from: at + 1 };
                return self.name(bytes);
            }
            b'<' => self.place = Place::Open { at },
            b'>' => return Some(Tag::Close { at }),
            _ => return Some(Tag::Line { at }),
        }
        None
    }

    /// Goes on to the end of a name.
    fn name(&mut self, bytes: &[u8]) -> Option<Tag> {
        let rest = &bytes[self.next..];
        let Some(length) = rest.iter().position(|&byte| !is_name(byte)) else {
            self.next = bytes.len();
            return None;
        };
        self.next += length;
        match self.place {
            Place::Name { at, from } => {
                self.place = Place::Text;
                Some(Tag::Start { at, name: from..self.next })
            }
            Place::EndName { from } => {
                self.place = Place::Text;
                Some(Tag::End { name: from..self.next })
            }
            _ => None,
        }
    }

    /// Takes one byte of a tag or aside, or leaves it for the next place.
    fn byte(&mut self, byte: u8) -> Option<Tag> {
        let here = self.next;
        self.next += 1;
        match self.place {
            Place::Open { at } => return self.open(at, byte),
            Place::EndOpen if is_blank(byte) => {}
            Place::EndOpen => self.leave_to(Place::EndName { from: here }),
            Place::Bang { at, seen } => return self.bang(at, seen, byte),
            Place::Aside { end, seen } => return self.aside(end, seen, byte),
            // Text and names are not taken byte by byte.
            Place::Text | Place::Name { .. } | Place::EndName { .. } => {
                self.leave_to(Place::Text);
            }
        }
        None
    }

    /// Takes the byte after `<` and perhaps blanks.
    fn open(&mut self, at: usize, byte: u8) -> Option<Tag> {
        match byte {
            b'/' | b'\\' => {
                self.place = Place::EndOpen;
                return Some(Tag::Ending { at });
            }
            b'!' => self.place = Place::Bang { at, seen: 0 },
            b'?' => {
                self.place = Place::Aside { end: b"?>", seen: 0 };
                return Some(Tag::AsideBegins { at });
            }
            _ if is_blank(byte) => {}
            _ if begins_name(byte) => self.place = Place::Name { at, from: self.next - 1 },
            _ => self.leave_to(Place::Text),
        }
        None
    }

    /// Takes a byte after `<!`.
    fn bang(&mut self, at: usize, seen: usize, byte: u8) -> Option<Tag> {
        // A comment's two hyphens count as one and two; a CDATA section's opening counts on from ten.
        let end: &'static [u8] = match (seen, byte) {
            (0, b'-') => return self.seen(at, 1),
            (1, b'-') => b"-->",
            (0, b'[') => return self.seen(at, 11),
            (11.., _) if byte == CDATA[seen - 10] && seen == 16 => b"]]>",
            (11.., _) if byte == CDATA[seen - 10] => return self.seen(at, seen + 1),
            _ => {
                self.leave_to(Place::Text);
                return Some(Tag::Declaration { at });
            }
        };
        self.place = Place::Aside { end, seen: 0 };
        Some(Tag::AsideBegins { at })
    }

    fn seen(&mut self, at: usize, seen: usize) -> Option<Tag> {
        self.place = Place::Bang { at, seen };
        None
    }

    /// Takes a byte of an aside, whose end is one character, once or twice, and then `>`.
    fn aside(&mut self, end: &'static [u8], seen: usize, byte: u8) -> Option<Tag> {
        let full = end.len() - 1;
        let seen = match byte {
            b'>' if seen == full => {
                self.place = Place::Text;
                return Some(Tag::AsideEnds { end: self.next });
            }
            _ if byte == end[0] => full.min(seen + 1),
            _ => 0,
        };
        self.place = Place::Aside { end, seen };
        None
    }

    /// Goes to another place, which takes the byte at hand.
    fn leave_to(&mut self, place: Place) {
        self.place = place;
        self.next -= 1;
    }
}

/// What names begin with.
fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// What names are made of: those of the protocol, and the ASCII ones of XML.
pub(crate) fn is_name(byte: u8) -> bool {
    NAME[usize::from(byte)]
}

/// [`is_name`] of every byte: half of what arrives are names.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
        byte += 1;
    }
    table
};

/// White space, or a NUL that some socket library left behind (T01).
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)
}
