//! Messages in colours, as they come: piece by piece, well-formed or not.

use crate::paint::{Ink, Paint};
use crate::traffic::ink_of;

/// A reader of tags that knows no more than where names and values begin.
#[derive(Debug)]
pub(super) struct Markup {
    paint: Paint,
    place: Place,
    /// The name of the attribute whose value comes.
    name: String,
    token: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Outside,
    /// The name of a tag.
    Tag,
    /// Among its attributes.
    Attributes,
    /// Within quotes.
    Value,
}

impl Markup {
    pub(super) const fn new(paint: Paint) -> Self {
        Self { paint, place: Place::Outside, name: String::new(), token: String::new() }
    }

    /// This piece in colours.
    pub(super) fn piece(&mut self, text: &str) -> String {
        let mut out = String::new();
        for character in text.chars() {
            self.take(character, &mut out);
        }
        self.flush(&mut out);
        out
    }

    fn take(&mut self, character: char, out: &mut String) {
        let next = match (self.place, character) {
            (Place::Outside, '<') => Place::Tag,
            (Place::Tag | Place::Attributes, '>') => Place::Outside,
            (Place::Tag, c) if c.is_whitespace() => Place::Attributes,
            (Place::Attributes, '"' | '\u{201c}' | '\u{201d}') => Place::Value,
            (Place::Value, '"' | '\u{201c}' | '\u{201d}') => Place::Attributes,
            (Place::Attributes, '=') | (Place::Tag, '/' | '\\') => self.place,
            (Place::Attributes, c) if c.is_whitespace() => self.place,
            (_, c) => return self.token.push(c),
        };
        self.sign(character, next, out);
    }

    /// A character of the grammar: what came before it is over.
    fn sign(&mut self, character: char, next: Place, out: &mut String) {
        self.flush(out);
        self.place = next;
        if character.is_whitespace() {
            out.push(character);
        } else {
            out.push_str(&self.paint.ink(Ink::Faint, &character.to_string()));
        }
    }

    fn flush(&mut self, out: &mut String) {
        let token = std::mem::take(&mut self.token);
        if token.trim().is_empty() {
            return out.push_str(&token);
        }
        let ink = match self.place {
            Place::Outside => return out.push_str(&token),
            Place::Tag => Ink::Strong,
            Place::Attributes => {
                self.name = token.to_ascii_uppercase();
                Ink::Name
            }
            Place::Value => ink_of(&self.name, &token),
        };
        out.push_str(&self.paint.ink(ink, &token));
    }
}

/// A text that cannot steer the terminal: it may come from whoever called in.
pub(super) fn printable(text: &str) -> String {
    let keeps = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    text.chars().map(|character| if keeps(character) { character } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "<A>\n<RESPONSE MSGID=\"1\" STATUS=\"FAILED\">\n</RESPONSE>\n</A>\n";

    #[test]
    fn without_colours_a_text_is_itself_however_it_comes() {
        let mut markup = Markup::new(Paint::Plain);
        let pieces: String = MESSAGE.chars().map(|c| markup.piece(&c.to_string())).collect();
        assert_eq!(pieces, MESSAGE);
        assert_eq!(markup.piece("junk > \" < =\"<<"), "junk > \" < =\"<<");
    }

    #[test]
    fn names_and_values_have_their_colours() {
        let coloured = Markup::new(Paint::Coloured).piece(MESSAGE);
        for part in [
            Paint::Coloured.ink(Ink::Strong, "RESPONSE"),
            Paint::Coloured.ink(Ink::Name, "STATUS"),
            Paint::Coloured.ink(Ink::Value, "1"),
            Paint::Coloured.ink(Ink::Odd, "FAILED"),
        ] {
            assert!(coloured.contains(&part), "{part} in {coloured}");
        }
    }

    #[test]
    fn what_comes_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2J\n\tb"), "a\u{fffd}[2J\n\tb");
    }
}
