//! The names of all roots: the one place where a name is looked up.

use std::sync::LazyLock;

use crate::read::{Unread, excerpt};
use crate::{Declaration, Element, Message, ReadError, Request, Side};

/// The longest name of a root; a longer one is none of ours.
static LONGEST: LazyLock<usize> =
    LazyLock::new(|| ROOTS.iter().map(|(name, _)| name.len()).max().unwrap_or(0));

/// Every root and alias in upper case, sorted, with the places of its messages in the two lists.
static ROOTS: LazyLock<Vec<(&'static str, Places)>> = LazyLock::new(index);

/// Places in [`Request::DECLARATIONS`] and [`Message::DECLARATIONS`].
#[derive(Default)]
struct Places {
    server: Vec<usize>,
    application: Vec<usize>,
}

/// Whether a message may begin with this root, in any case.
pub(crate) fn is_root(name: &[u8]) -> bool {
    if name.len() > *LONGEST {
        return false;
    }
    let upper = name.iter().map(u8::to_ascii_uppercase);
    ROOTS.binary_search_by(|(root, _)| root.bytes().cmp(upper.clone())).is_ok()
}

/// The place of an element's declaration in the list of the messages that `side` reads.
pub(crate) fn find(side: Side, element: &Element) -> Result<usize, ReadError> {
    let (list, other) = match side {
        Side::Server => (Request::DECLARATIONS, Message::DECLARATIONS),
        Side::Application => (Message::DECLARATIONS, Request::DECLARATIONS),
    };
    let place = ROOTS.binary_search_by(|(root, _)| (*root).cmp(element.root())).ok();
    let places = place.map(|at| &ROOTS[at].1);
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

fn index() -> Vec<(&'static str, Places)> {
    let mut roots = std::collections::BTreeMap::<&'static str, Places>::new();
    let names = |declaration: &&'static Declaration| {
        std::iter::once(declaration.root).chain(declaration.root_aliases.iter().copied())
    };
    for (at, declaration) in Request::DECLARATIONS.iter().enumerate() {
        names(declaration).for_each(|name| roots.entry(name).or_default().server.push(at));
    }
    for (at, declaration) in Message::DECLARATIONS.iter().enumerate() {
        names(declaration).for_each(|name| roots.entry(name).or_default().application.push(at));
    }
    roots.into_iter().collect()
}
