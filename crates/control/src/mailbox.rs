//! Mailboxes and the links that receive their calls.

use std::collections::BTreeMap;

use protocol::{InitLinkStatus, Text};

use crate::input::LinkId;
use crate::pass_code::{self, Denial};
use crate::settings;
use crate::view::MailboxView;

/// The mailboxes, by number.
#[derive(Debug)]
pub(crate) struct Mailboxes {
    boxes: BTreeMap<Text, Mailbox>,
}

#[derive(Debug)]
struct Mailbox {
    kind: char,
    password: Option<Text>,
    name: Text,
    greeting: Option<Text>,
    max_messages: u32,
    linked: Option<Linked>,
}

/// Why a mailbox has no treatment of its own for a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Untreated {
    /// There is none of this number.
    NoMailbox,
    /// It is switched off (decision U93).
    Disabled,
    /// Its type has none, or it has nothing to say.
    Unusable,
}

/// A link receives the calls of this box; what the box was before comes back when it ends
/// (decision U03).
#[derive(Debug)]
struct Linked {
    link: LinkId,
    former_kind: char,
    former_name: Text,
}

/// The type of a box whose calls an application receives (decision D07).
const APPLICATION: char = 'X';

impl Mailboxes {
    pub(crate) fn new(configured: &[settings::Mailbox]) -> Self {
        let boxes = configured.iter().map(|b| {
            let mailbox = Mailbox {
                kind: b.kind,
                password: b.password.as_deref().map(Text::from),
                name: Text::from(b.name.as_str()),
                greeting: b.greeting.as_deref().map(Text::from),
                max_messages: b.max_messages,
                linked: None,
            };
            (Text::from(b.number.as_str()), mailbox)
        });
        Self { boxes: boxes.collect() }
    }

    /// Whether a pass code opens a box (decisions U02, U03).
    pub(crate) fn open(&self, dnis: &Text, pass_code: Option<&Text>) -> Result<(), Denial> {
        let mailbox = self.boxes.get(dnis).ok_or(Denial::NoMailbox)?;
        let right = pass_code::is_right(pass_code, mailbox.password.as_ref());
        if right { Ok(()) } else { Err(Denial::WrongPassCode) }
    }

    /// Lets a link receive the calls of a box that it may open (decisions U01, U03).
    pub(crate) fn bind(&mut self, link: LinkId, dnis: &Text, name: Option<&Text>) -> InitLinkStatus {
        let Some(mailbox) = self.boxes.get_mut(dnis) else { return InitLinkStatus::InvalidDnis };
        match &mailbox.linked {
            Some(linked) if linked.link != link => return InitLinkStatus::Busy,
            Some(_) => {}
            None => {
                mailbox.linked =
                    Some(Linked { link, former_kind: mailbox.kind, former_name: mailbox.name.clone() });
                mailbox.kind = APPLICATION;
            }
        }
        if let Some(name) = name {
            mailbox.name = name.clone();
        }
        InitLinkStatus::Success
    }

    /// The link that receives the calls of a box.
    pub(crate) fn link(&self, dnis: &Text) -> Option<LinkId> {
        self.boxes.get(dnis)?.linked.as_ref().map(|linked| linked.link)
    }

    /// What a box does with a call by itself: so far, one that only announces plays its greeting and hangs
    /// up (decision D07). One that a link has does what it did before (decision D16).
    pub(crate) fn greeting(&self, dnis: &Text) -> Result<Text, Untreated> {
        let mailbox = self.boxes.get(dnis).ok_or(Untreated::NoMailbox)?;
        if mailbox.max_messages == 0 {
            return Err(Untreated::Disabled);
        }
        let kind = mailbox.linked.as_ref().map_or(mailbox.kind, |linked| linked.former_kind);
        match kind {
            'U' | 'X' | 'C' | 'W' | 'J' => Err(Untreated::Unusable),
            _ => mailbox.greeting.clone().ok_or(Untreated::Unusable),
        }
    }

    /// Gives back every box of a link.
    pub(crate) fn unbind(&mut self, link: LinkId) {
        for mailbox in self.boxes.values_mut() {
            if let Some(linked) = mailbox.linked.take_if(|l| l.link == link) {
                mailbox.kind = linked.former_kind;
                mailbox.name = linked.former_name;
            }
        }
    }

    pub(crate) fn view(&self, number: &str) -> Option<MailboxView> {
        let mailbox = self.boxes.get(&Text::from(number))?;
        Some(MailboxView { kind: mailbox.kind, name: mailbox.name.to_string() })
    }

    /// The boxes whose calls a link receives, in order of their numbers.
    pub(crate) fn of(&self, link: LinkId) -> impl Iterator<Item = &Text> {
        self.boxes
            .iter()
            .filter(move |(_, b)| b.linked.as_ref().is_some_and(|l| l.link == link))
            .map(|(n, _)| n)
    }
}
