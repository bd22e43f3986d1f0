//! Any values in any message: what is written is read back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::{Element, Frame, Framer, Message, Request, Spelling};

fuzz_target!(|input: &[u8]| {
    let [which, how, values @ ..] = input else { return };
    let spelling = if how & 1 == 0 { Spelling::Memorandum } else { Spelling::Corrected };
    let declarations = Request::DECLARATIONS.iter().chain(Message::DECLARATIONS);
    let at = usize::from(*which) % declarations.clone().count();
    let declaration = declarations.into_iter().nth(at).expect("one of them");

    // A value to an attribute, split at NUL; a word is chosen by the first byte.
    let mut element = Element::new(declaration.root, declaration.child);
    let values = values.split(|byte| *byte == 0).chain(std::iter::repeat(&[][..]));
    for (attribute, value) in declaration.attributes.iter().zip(values) {
        match attribute.words {
            Some(words) => {
                let word = &words[usize::from(value.first().copied().unwrap_or_default()) % words.len()];
                element.push(attribute.name, word.memorandum);
            }
            None => element.push(attribute.name, &String::from_utf8_lossy(value)),
        }
    }

    let mut bytes = Vec::new();
    if at < Request::DECLARATIONS.len() {
        let request = Request::read(&element).expect("words are where words belong");
        request.write(spelling, &mut bytes);
        assert_eq!(Request::read(&only(&bytes)), Ok(request));
    } else {
        let message = Message::read(&element).expect("words are where words belong");
        message.write(spelling, &mut bytes);
        assert_eq!(Message::read(&only(&bytes)), Ok(message));
    }
});

/// The one message of what was written.
fn only(bytes: &[u8]) -> Element {
    let mut framer = Framer::new(usize::MAX);
    framer.push(bytes);
    let Some(Frame::Element(element)) = framer.next() else { panic!("what is written is a message") };
    assert_eq!(framer.next(), None);
    element
}
