//! Files that other programs write: waits for what they write next.

use std::fmt::Debug;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};

use crate::house::PATIENCE;

/// A directory whose files are watched.
pub struct Watch(OwnedFd);

impl Watch {
    pub fn on(directory: &Path) -> Self {
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).unwrap();
        let changes =
            WatchFlags::CREATE | WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO;
        inotify::add_watch(&watch, directory, changes).unwrap();
        Self(watch)
    }

    /// Looks, and looks again whenever a file has changed, until what is found is as wanted.
    #[track_caller]
    pub fn until<T: Debug>(&self, mut look: impl FnMut() -> T, holds: impl Fn(&T) -> bool) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = look();
            if holds(&found) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{found:?}");
            let mut polled = [PollFd::new(&self.0, PollFlags::IN)];
            poll(&mut polled, Some(&Timespec::try_from(left).unwrap())).unwrap();
            let mut buffer = [MaybeUninit::uninit(); 4096];
            let mut changes = Reader::new(&self.0, &mut buffer);
            while changes.next().is_ok() {}
        }
    }
}
