//! Any bytes in any pieces: nothing panics, the pieces do not matter, and what was read is written and read
//! back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::{Frame, Framer, Message, Request, Spelling};

/// Small, so that the limit is met as well.
const MAX_MESSAGE: usize = 4096;

fuzz_target!(|input: &[u8]| {
    // The first bytes say how long the pieces are; the rest is the stream.
    let (lengths, stream) = input.split_at(input.len().min(8));
    let whole = frames([stream].into_iter());
    assert_eq!(whole, frames(pieces(stream, lengths)), "the pieces do not matter");
    for frame in &whole {
        match frame {
            Frame::Element(element) => {
                match Request::read(element) {
                    Ok(request) => {
                        let read = read_back(|spelling, out| request.write(spelling, out), Request::read);
                        assert!(read.iter().all(|read| *read == request), "{request:?} became {read:?}");
                    }
                    Err(error) => answers(&error),
                }
                match Message::read(element) {
                    Ok(message) => says(&message),
                    Err(error) => answers(&error),
                }
            }
            Frame::Unreadable(error) | Frame::TooLong(error) => answers(error),
        }
    }
});

fn pieces<'a>(stream: &'a [u8], lengths: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = stream;
    let mut lengths = lengths.iter().cycle();
    std::iter::from_fn(move || {
        let length = usize::from(*lengths.next()?).max(1).min(rest.len());
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

fn frames<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Frame> {
    let mut framer = Framer::new(MAX_MESSAGE);
    let mut frames = Vec::new();
    for piece in pieces {
        framer.push(piece);
        frames.extend(std::iter::from_fn(|| framer.next()));
    }
    frames
}

/// What an answer says is a message, too.
fn answers(error: &protocol::ReadError) {
    says(&error.answer().into());
}

fn says(message: &Message) {
    let read = read_back(|spelling, out| message.write(spelling, out), Message::read);
    assert!(read.iter().all(|read| read == message), "{message:?} became {read:?}");
}

/// Both spellings of a message, read back.
fn read_back<M, E: std::fmt::Debug>(
    write: impl Fn(Spelling, &mut Vec<u8>),
    read: impl Fn(&protocol::Element) -> Result<M, E>,
) -> [M; 2] {
    [Spelling::Memorandum, Spelling::Corrected].map(|spelling| {
        let mut bytes = Vec::new();
        write(spelling, &mut bytes);
        let mut framer = Framer::new(usize::MAX);
        framer.push(&bytes);
        let Some(Frame::Element(element)) = framer.next() else { panic!("what is written is a message") };
        assert_eq!(framer.next(), None);
        read(&element).expect("what is written can be read")
    })
}
