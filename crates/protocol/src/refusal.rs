//! The nearest refusal that a request's own RESPONSE has (decision T05), made of the declarations.

use crate::declaration::{Declaration, Kind, Need};
use crate::{Element, Message, Request};

impl Request {
    /// What to answer when the request is not served: the RESPONSE of its root, with the words that its
    /// declaration marks as `refused`, and the attributes that are required or echoed as the request wrote
    /// them (R-ECHO). `None` for an application's answer, which has no answer itself.
    #[must_use]
    pub fn refusal(&self) -> Option<Message> {
        let request = self.element();
        let response = response_to(self.declaration())?;
        let mut refusal = Element::new(response.root, response.child);
        for attribute in response.attributes {
            let echo = match attribute.need {
                Need::Required | Need::Echoed => request.get_any(attribute.name, attribute.aliases),
                Need::Optional => None,
            };
            if let Some(value) = attribute.refused.or(echo) {
                refusal.push(attribute.name, value);
            }
        }
        Message::read(&refusal).ok()
    }
}

/// The RESPONSE that answers a request: of the same root, called `RESPONSE` or after the request's child.
pub(crate) fn response_to(request: &Declaration) -> Option<&'static Declaration> {
    let answers = |response: &&&Declaration| {
        let child = response.child.strip_suffix("RESPONSE").and_then(|rest| match rest {
            "" => Some(request.child),
            rest => rest.strip_suffix('_'),
        });
        response.kind == Kind::Response && response.root == request.root && child == Some(request.child)
    };
    if request.kind != Kind::Request {
        return None;
    }
    Message::DECLARATIONS.iter().find(answers).copied()
}
