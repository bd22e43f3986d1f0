//! One UDP socket: never blocks, tells when and from where each datagram came.

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, SockAddrStorage, Type};

use crate::limits::RECEIVE_BUFFER;

/// A non-blocking UDP socket.
#[derive(Debug)]
pub struct Socket(socket2::Socket);

/// A datagram that was received into a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Datagram {
    /// Octets in the buffer.
    pub length: usize,
    /// Whether there were more than the buffer holds.
    pub cut: bool,
    /// Who sent it, where that was asked.
    pub from: Option<SocketAddr>,
    /// When the kernel received it, on the wall clock; zero when it did not say.
    pub arrived: Duration,
}

/// Room for the one control message that is asked for, a timestamp, with its header.
#[repr(C, align(8))]
struct Control([u8; 64]);

impl Socket {
    /// Binds a socket to this address.
    ///
    /// # Errors
    /// What the kernel says: the port is taken, the address is not here, too many files are open.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        // Non-blocking from birth: asking for it afterwards is two more system calls a socket.
        let kind = Type::DGRAM.nonblocking();
        let socket = socket2::Socket::new(Domain::for_address(address), kind, Some(Protocol::UDP))?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        timestamps(&socket)?;
        socket.bind(&address.into())?;
        Ok(Self(socket))
    }

    #[cfg(test)]
    pub fn local(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()?.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }

    /// Takes datagrams from this address only, from now on; what is in the buffer already stays there.
    ///
    /// # Errors
    /// What the kernel says: no route to the address.
    pub fn connect(&self, remote: SocketAddr) -> io::Result<()> {
        self.0.connect(&remote.into())
    }

    /// Takes datagrams from anywhere again. The port stays.
    ///
    /// # Errors
    /// None that is known.
    pub fn disconnect(&self) -> io::Result<()> {
        // SAFETY: all zeros is a valid sockaddr_storage: plain integers.
        let mut nowhere: libc::sockaddr = unsafe { std::mem::zeroed() };
        nowhere.sa_family = libc::AF_UNSPEC as libc::sa_family_t;
        let length = size_of::<libc::sockaddr>() as libc::socklen_t;
        // SAFETY: the descriptor is open as long as `self` lives, and the address is valid for the
        // length given with it; the kernel only reads it.
        let result = unsafe { libc::connect(self.descriptor(), &raw const nowhere, length) };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    /// Throws away the datagrams that wait, at most so many.
    ///
    /// # Errors
    /// [`io::ErrorKind::ResourceBusy`] when there were more.
    pub fn empty(&self, most: usize) -> io::Result<()> {
        for _ in 0..most {
            match self.receive_connected(&mut [0]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                // Or what became of something sent before: thrown away like it.
                _ => {}
            }
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    /// The next datagram that waits.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when none waits; [`io::ErrorKind::ConnectionRefused`] when
    /// something sent before was refused, after which others may wait.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Datagram> {
        let mut from = SockAddrStorage::zeroed();
        // SAFETY: all zeros is a valid msghdr: null pointers and zero lengths.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        message.msg_name = (&raw mut from).cast();
        message.msg_namelen = from.size_of();
        let mut datagram = self.receive_into(buffer, &mut message)?;
        // SAFETY: recvmsg wrote an address of `msg_namelen` octets into the storage, which began as zeros.
        let from = unsafe { SockAddr::new(from, message.msg_namelen) };
        datagram.from = Some(from.as_socket().ok_or(io::ErrorKind::InvalidData)?);
        Ok(datagram)
    }

    /// The next datagram that waits, of whom the socket is connected to: does not ask who sent it, which
    /// costs.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_connected(&self, buffer: &mut [u8]) -> io::Result<Datagram> {
        // SAFETY: all zeros is a valid msghdr: null pointers and zero lengths.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        self.receive_into(buffer, &mut message)
    }

    /// Receives as `message` says, which has a name of its own or none.
    fn receive_into(&self, buffer: &mut [u8], message: &mut libc::msghdr) -> io::Result<Datagram> {
        let mut control = MaybeUninit::<Control>::uninit();
        let mut vector = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
        message.msg_iov = &raw mut vector;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = size_of::<Control>();
        // SAFETY: the descriptor is open as long as `self` lives; every pointer in `message` is null or
        // points to memory that lives longer than the call and is as large as the length beside it says,
        // and the kernel writes no more than those lengths.
        let length = unsafe { libc::recvmsg(self.descriptor(), &raw mut *message, libc::MSG_DONTWAIT) };
        let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
        let (cut, arrived) = (message.msg_flags & libc::MSG_TRUNC != 0, arrival(message));
        Ok(Datagram { length, cut, from: None, arrived })
    }

    /// Sends one datagram to this address.
    ///
    /// # Errors
    /// What the kernel says; [`io::ErrorKind::ConnectionRefused`] when one sent before was refused.
    pub fn send_to(&self, octets: &[u8], remote: SocketAddr) -> io::Result<()> {
        self.0.send_to(octets, &remote.into()).map(drop)
    }

    /// The descriptor, which stays open as long as the socket lives.
    #[must_use]
    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Has the kernel note when each datagram arrives: a leg reads its socket each 20 ms, which would
/// hide all jitter below that.
fn timestamps(socket: &socket2::Socket) -> io::Result<()> {
    let on: libc::c_int = 1;
    // SAFETY: the descriptor is open, and the option's value is one int, which the length says.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_TIMESTAMPNS,
            (&raw const on).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The timestamp among the control messages of a received message.
fn arrival(message: &libc::msghdr) -> Duration {
    // SAFETY: `message` was filled by recvmsg: its control pointer is aligned for a cmsghdr (Control is)
    // and its control length is what the kernel wrote, which is what this macro relies on.
    let header = unsafe { libc::CMSG_FIRSTHDR(message) };
    // SAFETY: the pointer is null or points to a whole cmsghdr that the kernel wrote.
    let Some(control) = (unsafe { header.as_ref() }) else { return Duration::ZERO };
    if (control.cmsg_level, control.cmsg_type) != (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) {
        return Duration::ZERO;
    }
    // SAFETY: a message of this type carries one timespec, which the kernel wrote behind the header
    // and which lies within Control: 16 and 16 octets of 64. It may be read from any alignment.
    let time = unsafe { libc::CMSG_DATA(header).cast::<libc::timespec>().read_unaligned() };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Socket {
        Socket::bind("127.0.0.1:0".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_datagram_tells_its_sender_and_its_time() {
        let (a, b) = (local(), local());
        let mut buffer = [0; 8];
        assert_eq!(b.receive(&mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        a.send_to(b"12345", b.local().unwrap()).unwrap();
        a.send_to(b"1234567890", b.local().unwrap()).unwrap();
        let first = b.receive(&mut buffer).unwrap();
        assert_eq!((first.length, first.cut, first.from), (5, false, a.local().ok()));
        assert!(first.arrived > Duration::ZERO);
        let second = b.receive(&mut buffer).unwrap();
        assert_eq!((second.length, second.cut), (8, true));
    }

    #[test]
    fn a_connected_socket_takes_from_one_and_a_disconnected_one_from_all() {
        let (a, b) = (local(), local());
        // Only a port that was asked for outlasts a disconnect.
        let port = *crate::tests::free_ports(2).start();
        let c = Socket::bind(SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
        let place = c.local().unwrap();
        c.connect(a.local().unwrap()).unwrap();
        let mut buffer = [0; 8];
        let _ = b.send_to(b"b", place);
        a.send_to(b"a", place).unwrap();
        assert_eq!(c.receive(&mut buffer).unwrap().from, a.local().ok());
        c.disconnect().unwrap();
        assert_eq!(c.local().unwrap(), place);
        // The refusal of the datagram above may be told first.
        while b.send_to(b"b", place).is_err() {}
        assert_eq!(c.receive(&mut buffer).unwrap().from, b.local().ok());
    }
}
