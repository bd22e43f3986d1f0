//! What an attribute can hold: text, a port, a keyword.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use smol_str::SmolStr;

use crate::Spelling;
use crate::declaration::{Word, WordDeclaration};

/// The value of an attribute: trimmed, runs of white space collapsed to one blank (R-IN), and free of
/// the characters that XML cannot carry (each replaced by U+FFFD). Cheap to clone.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(SmolStr);

impl Text {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Text that is known to be tidy already.
    pub(crate) fn tidied(tidy: &str) -> Self {
        Self(SmolStr::new(tidy))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(value: &str) -> Self {
        Self::tidied(&tidy(value))
    }
}

impl From<String> for Text {
    fn from(value: String) -> Self {
        Self::from(value.as_str())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// A port as it was written: `04` stays `04` in the echo (R-ECHO), and is number 4.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortText {
    text: Text,
}

impl PortText {
    /// The text to echo.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The number, where the text is one: digits only, leading zeros allowed, at most [`u32::MAX`].
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        // Parsing alone would take a sign, too.
        if !self.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.text.parse().ok()
    }
}

impl Deref for PortText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl From<u32> for PortText {
    fn from(number: u32) -> Self {
        Self { text: Text::tidied(&number.to_string()) }
    }
}

impl From<Text> for PortText {
    fn from(text: Text) -> Self {
        Self { text }
    }
}

impl From<&str> for PortText {
    fn from(text: &str) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for PortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for PortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// A keyword as an application wrote it: one that the protocol knows, or text that call control refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Keyword<W> {
    /// One of the words.
    Known(W),
    /// None of them, as written.
    Unknown(Text),
}

impl<W: Copy> Keyword<W> {
    /// The word, if it is one.
    #[must_use]
    pub fn known(&self) -> Option<W> {
        match self {
            Self::Known(word) => Some(*word),
            Self::Unknown(_) => None,
        }
    }
}

impl<W: Word> Keyword<W> {
    fn of(text: &str) -> Self {
        W::from_text(text).map_or_else(|| Self::Unknown(Text::tidied(text)), Self::Known)
    }
}

impl<W> From<W> for Keyword<W> {
    fn from(word: W) -> Self {
        Self::Known(word)
    }
}

/// A keyword whose answer repeats it as it was entered: `CANCEL` stays `CANCEL` (S12), and is the word that
/// is written `CANCELL`.
#[derive(Clone, PartialEq, Eq)]
pub struct Entered<W> {
    text: Text,
    word: PhantomData<W>,
}

impl<W: Word> Entered<W> {
    /// The text to echo.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The word, if it is one.
    #[must_use]
    pub fn known(&self) -> Option<W> {
        W::from_text(&self.text)
    }
}

impl<W> From<Text> for Entered<W> {
    fn from(text: Text) -> Self {
        Self { text, word: PhantomData }
    }
}

impl<W: Word> From<W> for Entered<W> {
    fn from(word: W) -> Self {
        Text::tidied(word.text(Spelling::Memorandum)).into()
    }
}

impl<W> fmt::Debug for Entered<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// Keywords with commas between them (U102), as an application wrote them.
#[derive(Clone, PartialEq, Eq)]
pub struct KeywordList<W> {
    text: Text,
    word: PhantomData<W>,
}

impl<W: Word> KeywordList<W> {
    /// The list as it was written.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// One keyword after the other.
    pub fn iter(&self) -> impl Iterator<Item = Keyword<W>> {
        self.text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Keyword::of)
    }
}

impl<W> From<Text> for KeywordList<W> {
    fn from(text: Text) -> Self {
        Self { text, word: PhantomData }
    }
}

impl<W> fmt::Debug for KeywordList<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// What the macro asks of the type of a field: how it is read from an attribute and written into one.
pub trait Value: Sized {
    /// The words it can be; none when it is free text.
    const WORDS: Option<&'static [WordDeclaration]> = None;

    /// Whether it is a list of them.
    const LIST: bool = false;

    /// Reads the attribute; `None` when it is absent or empty (R-IN makes them equal).
    ///
    /// # Errors
    /// The reason, as the second half of a sentence that begins with the name of the attribute.
    fn read(value: Option<&str>) -> Result<Self, String>;

    /// What to write; `None` leaves the attribute out.
    fn write(&self, spelling: Spelling) -> Option<&str>;

    /// The port, if it is one.
    fn port(&self) -> Option<&PortText> {
        None
    }
}

impl Value for Text {
    fn read(value: Option<&str>) -> Result<Self, String> {
        Ok(value.map(Self::tidied).unwrap_or_default())
    }

    fn write(&self, _: Spelling) -> Option<&str> {
        Some(self)
    }
}

impl Value for PortText {
    fn read(value: Option<&str>) -> Result<Self, String> {
        Text::read(value).map(Self::from)
    }

    fn write(&self, _: Spelling) -> Option<&str> {
        Some(self)
    }

    fn port(&self) -> Option<&PortText> {
        Some(self)
    }
}

impl<V: Value> Value for Option<V> {
    const WORDS: Option<&'static [WordDeclaration]> = V::WORDS;
    const LIST: bool = V::LIST;

    fn read(value: Option<&str>) -> Result<Self, String> {
        value.map(|present| V::read(Some(present))).transpose()
    }

    fn write(&self, spelling: Spelling) -> Option<&str> {
        self.as_ref().and_then(|value| value.write(spelling))
    }

    fn port(&self) -> Option<&PortText> {
        self.as_ref().and_then(V::port)
    }
}

impl<W: Word> Value for Keyword<W> {
    const WORDS: Option<&'static [WordDeclaration]> = Some(W::WORDS);

    fn read(value: Option<&str>) -> Result<Self, String> {
        Ok(Self::of(value.unwrap_or_default()))
    }

    fn write(&self, spelling: Spelling) -> Option<&str> {
        Some(match self {
            Self::Known(word) => word.text(spelling),
            Self::Unknown(text) => text,
        })
    }
}

impl<W: Word> Value for Entered<W> {
    const WORDS: Option<&'static [WordDeclaration]> = Some(W::WORDS);

    fn read(value: Option<&str>) -> Result<Self, String> {
        Text::read(value).map(Self::from)
    }

    fn write(&self, _: Spelling) -> Option<&str> {
        Some(&self.text)
    }
}

impl<W: Word> Value for KeywordList<W> {
    const WORDS: Option<&'static [WordDeclaration]> = Some(W::WORDS);
    const LIST: bool = true;

    fn read(value: Option<&str>) -> Result<Self, String> {
        Text::read(value).map(Self::from)
    }

    fn write(&self, _: Spelling) -> Option<&str> {
        Some(&self.text)
    }
}

/// The value with its ends trimmed, white space collapsed (R-IN), and no character that XML 1.0 forbids.
pub(crate) fn tidy(value: &str) -> Cow<'_, str> {
    if is_tidy(value) {
        return Cow::Borrowed(value);
    }
    let mut tidy = String::with_capacity(value.len());
    push_tidy(value, &mut tidy);
    Cow::Owned(tidy)
}

/// Appends the tidy form of `value` to `out`.
pub(crate) fn push_tidy(value: &str, out: &mut String) {
    if is_tidy(value) {
        out.push_str(value);
        return;
    }
    let mut blank = false;
    for c in value.trim_matches(is_space).chars() {
        if is_space(c) {
            blank = true;
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        out.push(if is_forbidden(c) { char::REPLACEMENT_CHARACTER } else { c });
    }
}

/// XML's white space (XML 1.0 §2.3).
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// What no XML document may hold (XML 1.0 §2.2); tabs and line ends are white space and do not get here.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether [`push_tidy`] would change nothing.
fn is_tidy(value: &str) -> bool {
    look(value) & UNTIDY == 0
}

/// Whether a value, as it was read, is tidy and has no reference in it.
pub(crate) fn is_plain(value: &str) -> bool {
    look(value) & (UNTIDY | REFERENCE) == 0
}

const BLANK: u8 = 1;
const UNTIDY: u8 = BLANK << 1;
const REFERENCE: u8 = 4;

/// What each byte may mean for a value. 0xEF begins U+FFFE and U+FFFF; the slow path decides.
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 32 {
        table[byte] = UNTIDY;
        byte += 1;
    }
    table[b' ' as usize] = BLANK;
    table[b'&' as usize] = REFERENCE;
    table[0xef] = UNTIDY;
    table
};

/// What is in a value, without a branch: every byte of every message passes here. A blank is untidy behind
/// another, and at both ends.
fn look(value: &str) -> u8 {
    let (mut seen, mut before) = (0, BLANK);
    for &byte in value.as_bytes() {
        let class = CLASS[usize::from(byte)];
        seen |= class | (class & before & BLANK) << 1;
        before = class;
    }
    if value.is_empty() { 0 } else { seen | (before & BLANK) << 1 }
}
