//! What one input leads to, in order, before links are turned into connections.

use protocol::Message;

use crate::input::{LinkId, Output};

/// What is to be done, in order.
#[derive(Debug, Default)]
pub(crate) struct Orders(Vec<Order>);

/// One thing to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Tell a link, whichever connection it has or will have.
    Tell(LinkId, Message),
    /// Tell the connection of a link and nobody else: what makes no sense to a later one.
    Answer(LinkId, Message),
    /// Anything else.
    Do(Output),
}

impl Orders {
    /// Tells a link.
    pub(crate) fn tell(&mut self, link: LinkId, message: impl Into<Message>) {
        self.0.push(Order::Tell(link, message.into()));
    }

    /// Tells the connection that a link has now.
    pub(crate) fn answer(&mut self, link: LinkId, message: impl Into<Message>) {
        self.0.push(Order::Answer(link, message.into()));
    }

    pub(crate) fn push(&mut self, output: Output) {
        self.0.push(Order::Do(output));
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Order> {
        self.0.drain(..)
    }
}
