//! Reads the attributes of a child: as XML where they are, else as liberally as R-IN asks.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::Element;
use crate::tags::{is_blank, is_name};
use crate::text::is_plain;

/// Reads the attributes in the text from a child's name up to the next tag, which the element holds; they
/// begin at `from`. XML is taken as such; attributes that are printed behind a premature `>` are read in either
/// case (M26).
pub(crate) fn read(text: &str, from: usize, element: &mut Element) {
    match read_strict(text, from, element) {
        Some(end) => {
            if !text.as_bytes()[end..].iter().copied().all(is_blank) {
                read_tolerant(text, end, element);
            }
        }
        None => {
            element.clear();
            read_tolerant(text, from, element);
        }
    }
}

/// Reads a start tag as XML 1.0 §3.1 has it; the offset behind its `>`, or `None` when it is none. A bare `<`,
/// a bare `&` and missing blanks, which XML forbids, leave no doubt about the values and are let pass.
fn read_strict(text: &str, from: usize, element: &mut Element) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let name = skip(bytes, at, is_blank);
        match bytes.get(name)? {
            b'>' => return Some(name + 1),
            b'/' if bytes.get(name + 1) == Some(&b'>') => return Some(name + 2),
            _ => {}
        }
        let name_end = skip(bytes, name, is_name);
        let equals = skip(bytes, name_end, is_blank);
        if name_end == name || bytes.get(equals) != Some(&b'=') {
            return None;
        }
        let quote = skip(bytes, equals + 1, is_blank);
        let open = *bytes.get(quote).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let value = quote + 1;
        let end = value + memchr(open, &bytes[value..])?;
        take(text, name..name_end, value..end, element);
        at = end + 1;
    }
}

/// Reads whatever looks like attributes in a text, from there on (R-IN).
pub(crate) fn read_tolerant(text: &str, from: usize, element: &mut Element) {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let name = skip(bytes, at, |byte| !is_name(byte));
        let name_end = skip(bytes, name, is_name);
        let equals = skip(bytes, name_end, is_blank);
        if bytes.get(equals) != Some(&b'=') {
            at = name_end.max(at + 1);
            continue;
        }
        let value = skip(bytes, equals + 1, is_blank);
        let (range, end) = match quote_at(bytes, value) {
            Some(width) => quoted(bytes, value, width),
            None => bare(bytes, value),
        };
        take(text, name..name_end, range, element);
        at = end;
    }
}

/// Adds an attribute to the element that holds the text; most values are in order as they stand there.
fn take(text: &str, name: Range<usize>, value: Range<usize>, element: &mut Element) {
    let raw = &text[value.clone()];
    if is_plain(raw) {
        element.take(name, value, None);
    } else {
        element.take(name, value, Some(&decode(raw)));
    }
}

/// A value that a quote opens: where it lies, and where reading goes on.
fn quoted(bytes: &[u8], quote: usize, width: usize) -> (Range<usize>, usize) {
    let begin = quote + width;
    let apostrophe = bytes[quote] == b'\'';
    let close = if apostrophe {
        memchr(b'\'', &bytes[begin..]).map(|found| (begin + found, 1))
    } else {
        next_quote(bytes, begin)
    };
    let Some((close, width)) = close else {
        // No quote any more: the value ends with the tag, if the tag has an end (M04, M07).
        let end = memchr(b'>', &bytes[begin..]).map_or(bytes.len(), |found| begin + found);
        return (begin..end, end);
    };
    match attribute_before(bytes, begin, close) {
        Some(next) => (begin..next, next),
        None => (begin..close, close + width),
    }
}

/// A value without quotes: up to white space, a comma or `>`. Empty when the next attribute follows.
fn bare(bytes: &[u8], begin: usize) -> (Range<usize>, usize) {
    let ends = |byte: u8| is_blank(byte) || matches!(byte, b',' | b'>' | b'"' | b'=');
    let end = skip(bytes, begin, |byte| !ends(byte));
    if bytes.get(skip(bytes, end, is_blank)) == Some(&b'=') {
        (begin..begin, begin)
    } else {
        (begin..end, end)
    }
}

/// Whether the quote at `quote` opens an attribute's value, white space and `NAME=` before it: then the value
/// since `begin` was never closed, and ends at that white space (M05).
fn attribute_before(bytes: &[u8], begin: usize, quote: usize) -> Option<usize> {
    let back = |from: usize, is: fn(u8) -> bool| {
        bytes[begin..from].iter().rposition(|&byte| !is(byte)).map_or(begin, |last| begin + last + 1)
    };
    let equals = back(quote, is_blank);
    if equals == begin || bytes[equals - 1] != b'=' {
        return None;
    }
    let name_end = back(equals - 1, is_blank);
    let name = back(name_end, is_name);
    let blank = back(name, is_blank);
    (name < name_end && blank < name).then_some(blank)
}

/// The next `"`, `“` or `”` from `from` on, and its width in bytes.
fn next_quote(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'"', 0xe2, &bytes[at..])?;
        if let Some(width) = quote_at(bytes, at) {
            return Some((at, width));
        }
        at += 1;
    }
}

/// The width in bytes of the quote that stands at `at`, if one does.
fn quote_at(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..)? {
        [b'"' | b'\'', ..] => Some(1),
        // U+201C and U+201D.
        [0xe2, 0x80, 0x9c | 0x9d, ..] => Some(3),
        _ => None,
    }
}

/// A value with its references replaced: the five of XML and the numeric ones. There are no others, so
/// nothing can grow; an ampersand that begins none of them stays one.
fn decode(raw: &str) -> Cow<'_, str> {
    let mut rest = raw;
    let mut value = String::new();
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (before, behind) = rest.split_at(at);
        let (c, length) = reference(behind).unwrap_or(('&', 1));
        value.push_str(before);
        value.push(c);
        rest = &behind[length..];
    }
    if rest.len() == raw.len() {
        return Cow::Borrowed(raw);
    }
    value.push_str(rest);
    Cow::Owned(value)
}

/// The character of the reference at the beginning of a text, and the reference's length.
fn reference(text: &str) -> Option<(char, usize)> {
    // The longest one is &#x10FFFF; with its leading zeros few.
    let end = text.bytes().take(16).position(|byte| byte == b';')?;
    let c = match &text[1..end] {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 1))
}

fn skip(bytes: &[u8], from: usize, while_it: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|&byte| !while_it(byte)).map_or(bytes.len(), |found| from + found)
}
