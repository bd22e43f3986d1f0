//! The names of all roots: the one place where a name is looked up.

use std::sync::LazyLock;

use crate::read::{Unread, excerpt};
use crate::{Declaration, Element, Message, ReadError, Request, Side};

/// Every root and alias in upper case with the places of its messages, by the length of the name: few names
/// are of one length, and most names that are looked up are none of them.
static ROOTS: LazyLock<Vec<Vec<(&'static str, Places)>>> = LazyLock::new(index);

/// Places in [`Request::DECLARATIONS`] and [`Message::DECLARATIONS`].
#[derive(Default)]
struct Places {
    server: Vec<usize>,
    application: Vec<usize>,
}

/// Whether a message may begin with this root, in any case.
pub(crate) fn is_root(name: &[u8]) -> bool {
    places(name).is_some()
}

/// The places of the messages of this root, in any case.
fn places(name: &[u8]) -> Option<&'static Places> {
    let first = name.first()?.to_ascii_uppercase();
    let is_it = |root: &str| root.as_bytes()[0] == first && root.as_bytes().eq_ignore_ascii_case(name);
    let (_, places) = ROOTS.get(name.len())?.iter().find(|(root, _)| is_it(root))?;
    Some(places)
}

/// The place of an element's declaration in the list of the messages that `side` reads.
pub(crate) fn find(side: Side, element: &Element) -> Result<usize, ReadError> {
    let (list, other) = match side {
        Side::Server => (Request::DECLARATIONS, Message::DECLARATIONS),
        Side::Application => (Message::DECLARATIONS, Request::DECLARATIONS),
    };
    let places = places(element.root().as_bytes());
    let of_side = places.map_or(&[][..], |places| match side {
        Side::Server => &places.server,
        Side::Application => &places.application,
    });
    let known = of_side.iter().find(|&&at| list[at].has_child(element.child()));
    known.copied().ok_or_else(|| unknown(element, places.is_some(), other))
}

/// Says what is wrong with the names of an element.
fn unknown(element: &Element, known_root: bool, other: &[&Declaration]) -> ReadError {
    let (root, child) = (excerpt(element.root()), excerpt(element.child()));
    let backwards = other.iter().any(|d| d.has_root(element.root()) && d.has_child(element.child()));
    let why = if backwards {
        format!("{root}/{child} goes the other way: whoever sent it is the side that reads it.")
    } else if known_root {
        format!("There is no message {root}/{child}: {root} has no child of that name.")
    } else {
        format!("There is no message {root}/{child}: its root is unknown.")
    };
    ReadError::UnknownMessage(Unread::of(element, &why))
}

fn index() -> Vec<Vec<(&'static str, Places)>> {
    let mut roots: Vec<Vec<(&'static str, Places)>> = Vec::new();
    let server =
        Request::DECLARATIONS.iter().enumerate().map(|(at, declaration)| (Side::Server, at, declaration));
    let application = Message::DECLARATIONS
        .iter()
        .enumerate()
        .map(|(at, declaration)| (Side::Application, at, declaration));
    for (side, at, declaration) in server.chain(application) {
        for name in std::iter::once(declaration.root).chain(declaration.root_aliases.iter().copied()) {
            if roots.len() <= name.len() {
                roots.resize_with(name.len() + 1, Vec::new);
            }
            let of_length = &mut roots[name.len()];
            let found = of_length.iter().position(|(root, _)| *root == name).unwrap_or_else(|| {
                of_length.push((name, Places::default()));
                of_length.len() - 1
            });
            let places = &mut of_length[found].1;
            match side {
                Side::Server => places.server.push(at),
                Side::Application => places.application.push(at),
            }
        }
    }
    roots
}
