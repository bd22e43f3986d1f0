//! The frames that leave in one slot, and the two ways they leave.

use std::io;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::ptr::NonNull;

use io_uring::{IoUring, Probe, opcode, types};
use socket2::SockAddr;

use crate::limits::{BATCH, PACKET};

/// How often an interrupted submission is tried again.
const TRIES: usize = 1_000;

/// How packets leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackEnd {
    /// One system call a packet.
    SystemCalls,
    /// One io_uring submission a slot.
    IoUring,
}

/// One frame to send: fill in everything, then [`Departures::commit`] it.
#[repr(align(64))]
pub struct Frame {
    /// The packet.
    pub octets: [u8; PACKET],
    /// How much of it is to be sent.
    pub length: usize,
    /// The socket to send it from, which must stay open until the flush.
    pub descriptor: RawFd,
    /// Where to; none when the socket is connected.
    pub to: Option<SocketAddr>,
    /// Whose it is, for the worker.
    pub tag: usize,
}

const EMPTY: Frame = Frame { octets: [0; PACKET], length: 0, descriptor: -1, to: None, tag: 0 };

/// The frames of one slot, which leave together.
pub struct Departures {
    frames: Batch,
    committed: usize,
    ring: Option<IoUring>,
}

/// The frames, where the kernel may look at them while a submission is under way: the memory is owned
/// through a pointer, so that no reference to it has to exist then.
struct Batch(NonNull<[Frame; BATCH]>);

// SAFETY: a Batch owns its frames alone, and they are plain values.
unsafe impl Send for Batch {}

impl Batch {
    fn new() -> Self {
        let frames: Box<[Frame]> = (0..BATCH).map(|_| EMPTY).collect();
        let frames: Box<[Frame; BATCH]> = frames.try_into().ok().expect("collected from as many");
        Self(NonNull::from(Box::leak(frames)))
    }

    fn frames(&mut self) -> &mut [Frame; BATCH] {
        // SAFETY: the pointer came from a box that only `drop` frees, `self` is borrowed for as long as
        // the reference lives, and no submission is under way outside of `Departures::submit`.
        unsafe { self.0.as_mut() }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // SAFETY: the pointer came from Box::leak in `new`, and nothing else frees it.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl Departures {
    /// Frames that leave by system calls.
    #[must_use]
    pub fn by_system_calls() -> Self {
        Self { frames: Batch::new(), committed: 0, ring: None }
    }

    /// Frames that leave by io_uring.
    ///
    /// # Errors
    /// What the kernel says: it is older than 5.6, or forbids io_uring to this process.
    pub fn by_io_uring() -> io::Result<Self> {
        let ring = IoUring::new(BATCH as u32)?;
        let mut probe = Probe::new();
        ring.submitter().register_probe(&mut probe)?;
        if !probe.is_supported(opcode::Send::CODE) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(Self { frames: Batch::new(), committed: 0, ring: Some(ring) })
    }

    /// How they leave.
    #[must_use]
    pub fn back_end(&self) -> BackEnd {
        if self.ring.is_some() { BackEnd::IoUring } else { BackEnd::SystemCalls }
    }

    /// Frames that there is room for before [`flush`](Self::flush) must come.
    #[must_use]
    pub const fn room(&self) -> usize {
        BATCH - self.committed
    }

    /// Room for the next frame. What it held before is still in it.
    ///
    /// # Panics
    /// When there is no [`room`](Self::room).
    pub fn next(&mut self) -> &mut Frame {
        &mut self.frames.frames()[self.committed]
    }

    /// Lets the frame in [`next`](Self::next) leave with the others.
    pub fn commit(&mut self) {
        self.committed += 1;
    }

    /// Forgets the frames that have not left.
    pub fn clear(&mut self) {
        self.committed = 0;
    }

    /// Sends what was committed, and tells for each tag and length how it went.
    pub fn flush(&mut self, mut left: impl FnMut(usize, usize, io::Result<()>)) {
        let count = std::mem::take(&mut self.committed);
        if count > 0 && self.ring.is_some() {
            self.submit(count, &mut left);
            return;
        }
        for frame in &self.frames.frames()[..count] {
            left(frame.tag, frame.length, send(frame));
        }
    }

    /// Sends by io_uring; frames with an address of their own go by system call. When the kernel fails
    /// the ring itself, the rest of this batch is lost and system calls take over.
    fn submit(&mut self, count: usize, left: &mut impl FnMut(usize, usize, io::Result<()>)) {
        let Some(mut ring) = self.ring.take() else { return };
        let frames = &self.frames.frames()[..count];
        let mut tags = [(0, 0); BATCH];
        let mut under_way = 0;
        for (number, frame) in frames.iter().enumerate() {
            tags[number] = (frame.tag, frame.length);
            if frame.to.is_some() {
                left(frame.tag, frame.length, send(frame));
                continue;
            }
            let socket = types::Fd(frame.descriptor);
            let entry = opcode::Send::new(socket, frame.octets.as_ptr(), frame.length.min(PACKET) as u32)
                .flags(libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
                .build()
                .user_data(number as u64);
            // SAFETY: the entry's buffer lies in the batch and is initialised over its length. The
            // batch is neither written nor freed before every entry has completed: the loop below
            // waits for that, and where it gives up it leaks the batch.
            let pushed = unsafe { ring.submission().push(&entry) };
            match pushed {
                Ok(()) => under_way += 1,
                Err(_) => left(frame.tag, frame.length, Err(io::ErrorKind::OutOfMemory.into())),
            }
        }
        // Told only when all is over: what is told may panic, and must not leave a submission behind.
        let mut results = [None; BATCH];
        for _ in 0..TRIES {
            if under_way == 0 {
                break;
            }
            // Nothing waits here: MSG_DONTWAIT completes each entry within the submission.
            let _interrupted = ring.submit_and_wait(under_way);
            for done in ring.completion() {
                under_way = under_way.saturating_sub(1);
                let number = usize::try_from(done.user_data()).unwrap_or(BATCH);
                if let Some(result) = results.get_mut(number) {
                    *result = Some(done.result());
                }
            }
        }
        if under_way == 0 {
            self.ring = Some(ring);
        } else {
            tracing::error!(under_way, "io_uring does not complete its sends; system calls take over");
            std::mem::forget(std::mem::replace(&mut self.frames, Batch::new()));
        }
        for (result, (tag, length)) in results.iter().zip(tags) {
            let Some(result) = *result else { continue };
            let error = result.checked_neg().filter(|&code| code > 0);
            left(tag, length, error.map_or(Ok(()), |code| Err(io::Error::from_raw_os_error(code))));
        }
    }
}

/// Sends one frame by system call.
fn send(frame: &Frame) -> io::Result<()> {
    let octets = &frame.octets[..frame.length.min(PACKET)];
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    let sent = if let Some(to) = frame.to {
        let to = SockAddr::from(to);
        // SAFETY: the octets and the address are valid for the lengths given with them, and the kernel
        // only reads both. A descriptor that is not open is an error, not a fault.
        unsafe {
            libc::sendto(
                frame.descriptor,
                octets.as_ptr().cast(),
                octets.len(),
                flags,
                to.as_ptr().cast(),
                to.len(),
            )
        }
    } else {
        // SAFETY: the octets are valid for the length given with them, and the kernel only reads them.
        unsafe { libc::send(frame.descriptor, octets.as_ptr().cast(), octets.len(), flags) }
    };
    if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::Socket;

    fn all() -> Vec<Departures> {
        let mut all = vec![Departures::by_system_calls()];
        all.extend(Departures::by_io_uring());
        all
    }

    #[test]
    fn frames_leave_in_order_and_tell_how_it_went() {
        for mut departures in all() {
            let from = Socket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let to = Socket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            for round in 0..3 {
                for number in 0..8_u8 {
                    let frame = departures.next();
                    frame.octets[0] = number;
                    frame.length = 1;
                    frame.descriptor = if number == 5 { -1 } else { from.descriptor() };
                    frame.to = if round == 0 { to.local().ok() } else { None };
                    frame.tag = usize::from(number);
                    departures.commit();
                }
                let mut told = Vec::new();
                departures.flush(|tag, _, result| told.push((tag, result.is_ok())));
                told.sort_unstable();
                assert_eq!(told, (0..8).map(|n| (n, n != 5)).collect::<Vec<_>>());
                let mut buffer = [0; 8];
                let heard: Vec<u8> =
                    std::iter::from_fn(|| to.receive(&mut buffer).ok().map(|_| buffer[0])).collect();
                assert_eq!(heard, [0, 1, 2, 3, 4, 6, 7], "{:?}", departures.back_end());
                from.connect(to.local().unwrap()).unwrap();
            }
        }
    }

    #[test]
    fn a_full_batch_leaves_whole() {
        for mut departures in all() {
            let from = Socket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            from.connect(from.local().unwrap()).unwrap();
            for number in 0..BATCH {
                assert!(departures.room() > 0);
                *departures.next() = Frame { length: 1, descriptor: from.descriptor(), tag: number, ..EMPTY };
                departures.commit();
            }
            assert_eq!(departures.room(), 0);
            let mut told = 0;
            departures.flush(|_, _, result| told += usize::from(result.is_ok()));
            assert_eq!(told, BATCH);
        }
    }
}
