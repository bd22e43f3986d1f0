//! Voice files that were read before, by what the file was then; the least recently used goes first.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use edge::sound::Clip;
use rustix::fs::Stat;

/// Octets that an entry costs beside its samples, so that empty files are not free.
const ENTRY: usize = 512;

/// A file as it was: another inode, time or size is another file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Identity {
    path: PathBuf,
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    /// The identity of an open file; `path` is below the root.
    #[expect(clippy::unnecessary_cast, reason = "the types of these fields differ between systems")]
    pub fn of(path: PathBuf, stat: &Stat) -> Self {
        Self {
            path,
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            size: stat.st_size as i64,
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        }
    }
}

/// Clips within a limit of octets.
pub struct Cache {
    limit: usize,
    octets: usize,
    clock: u64,
    clips: HashMap<Identity, (Clip, u64)>,
    /// The identities by the time of their last use.
    uses: BTreeMap<u64, Identity>,
}

impl Cache {
    /// An empty cache of so many octets.
    pub fn new(limit: usize) -> Self {
        Self { limit, octets: 0, clock: 0, clips: HashMap::new(), uses: BTreeMap::new() }
    }

    /// The clip of this file, which counts as a use.
    pub fn get(&mut self, identity: &Identity) -> Option<Clip> {
        let (clip, used) = self.clips.get_mut(identity)?;
        self.uses.remove(used);
        self.clock += 1;
        *used = self.clock;
        self.uses.insert(self.clock, identity.clone());
        Some(clip.clone())
    }

    /// Keeps a clip, and drops those unused for the longest until all fit; one that never fits is not kept.
    pub fn put(&mut self, identity: Identity, clip: Clip) {
        let cost = cost(&clip);
        if cost > self.limit || self.clips.contains_key(&identity) {
            return;
        }
        while self.octets + cost > self.limit {
            let Some((_, oldest)) = self.uses.pop_first() else { break };
            if let Some((clip, _)) = self.clips.remove(&oldest) {
                self.octets -= self::cost(&clip);
            }
        }
        self.clock += 1;
        self.octets += cost;
        self.uses.insert(self.clock, identity.clone());
        self.clips.insert(identity, (clip, self.clock));
    }
}

fn cost(clip: &Clip) -> usize {
    size_of_val::<[i16]>(&clip.samples) + ENTRY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(path: &str, size: i64) -> Identity {
        Identity { path: path.into(), device: 1, inode: 1, size, modified: (0, 0), changed: (0, 0) }
    }

    fn clip(samples: usize) -> Clip {
        Clip { samples: vec![0; samples].into() }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let room = |clips: usize| clips * (2 * 100 + ENTRY);
        let mut cache = Cache::new(room(2));
        cache.put(identity("a", 1), clip(100));
        cache.put(identity("b", 1), clip(100));
        assert!(cache.get(&identity("a", 1)).is_some());
        cache.put(identity("c", 1), clip(100));
        assert!(cache.get(&identity("a", 1)).is_some());
        assert!(cache.get(&identity("b", 1)).is_none());
        assert!(cache.get(&identity("c", 1)).is_some());
        assert_eq!((cache.octets, cache.clips.len(), cache.uses.len()), (room(2), 2, 2));

        cache.put(identity("large", 1), clip(1000));
        assert!(cache.get(&identity("large", 1)).is_none());
        assert_eq!(cache.clips.len(), 2);
        cache.put(identity("wide", 1), clip(200 + ENTRY / 2));
        assert_eq!((cache.octets, cache.clips.len(), cache.uses.len()), (room(2), 1, 1));
    }

    #[test]
    fn a_file_that_changed_is_another_file() {
        let mut cache = Cache::new(1 << 20);
        cache.put(identity("a", 1), clip(100));
        assert!(cache.get(&identity("a", 2)).is_none());
    }

    #[test]
    fn empty_files_are_not_free() {
        let mut cache = Cache::new(10 * ENTRY);
        for n in 0..100 {
            cache.put(identity("a", n), clip(0));
        }
        assert_eq!(cache.clips.len(), 10);
    }
}
