//! What the house says beside numbers: one phrase, one line of every catalogue.

use crate::catalogue::{Part, catalogue};
use crate::spoken::Spoken;
use crate::{Language, Prompt};

/// Declares the phrases with the names of their lines.
macro_rules! phrases {
    ($($phrase:ident = $name:literal,)*) => {
        /// Something the house says.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Phrase {
            $(#[doc = concat!("`", $name, "` of the catalogue.")] $phrase,)*
        }

        impl Phrase {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$phrase,)*];

            /// The name of its line in every catalogue.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$phrase => $name,)*
                }
            }
        }
    };
}

phrases! {
    Today = "today",
    Yesterday = "yesterday",
}

/// The prompt of a phrase that has no place for anything else.
///
/// A phrase with a place gives the part before it, or else behind it: that is for [`sentence`].
pub fn phrase(language: Language, phrase: Phrase) -> Prompt {
    let parts = [Part::Whole, Part::Before, Part::After];
    let key = parts.into_iter().find_map(|part| catalogue(language).part(phrase.name(), part));
    Prompt { language, key: key.expect("a test holds every phrase against every catalogue") }
}

/// The prompts of a phrase with something in its place: "you have", "three new messages".
///
/// In a phrase without a place it comes last.
pub fn sentence(language: Language, phrase: Phrase, inner: impl IntoIterator<Item = Prompt>) -> Vec<Prompt> {
    let part = |part| catalogue(language).part(phrase.name(), part).map(|key| Prompt { language, key });
    let mut spoken = Spoken::new(language);
    spoken.say(part(Part::Whole));
    spoken.say(part(Part::Before));
    spoken.say(inner);
    spoken.say(part(Part::After));
    spoken.prompts()
}
