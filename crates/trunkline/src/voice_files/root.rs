//! The directory that holds the drives: walks to a file component by component, follows no link, and
//! opens nothing but regular files. What is checked is the open descriptor, not a path.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::Missing;
use super::name::{FileName, Place, Refusal};

/// Entries of a directory that are looked at for a name in another case.
const MAX_ENTRIES: usize = 100_000;

/// The root and, below it, where bare names are looked up first.
pub struct Root {
    directory: PathBuf,
    prompts: Vec<String>,
}

/// A regular file below the root, open for reading.
pub struct Opened {
    /// The file.
    pub file: File,
    /// Its path below the root, as the directory spells it.
    pub path: PathBuf,
    /// What the open descriptor said of itself.
    pub stat: Stat,
}

impl Root {
    /// A root; `prompts` is relative to it.
    pub fn new(directory: PathBuf, prompts: &Path) -> Self {
        let prompts = prompts.iter().map(|component| component.to_string_lossy().into_owned()).collect();
        Self { directory, prompts }
    }

    /// Opens the file of this name: a bare one in the prompts, else in the root itself (decision P11).
    pub fn open(&self, name: &FileName) -> Result<Opened, Missing> {
        match name.place {
            Place::Drive => self.walk(&mut name.components.iter()),
            Place::Bare => match self.walk(&mut self.prompts.iter().chain(&name.components)) {
                Err(Missing::NotFound) => self.walk(&mut name.components.iter()),
                found => found,
            },
        }
    }

    /// The directory itself.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The components of the walk to where a file of this name is made: a bare one in the prompts, since
    /// it is looked up there first.
    pub fn walk_to_make<'a>(&'a self, name: &'a FileName) -> Vec<&'a str> {
        let prompts: &[String] = if name.place == Place::Bare { &self.prompts } else { &[] };
        prompts.iter().chain(&name.components).map(String::as_str).collect()
    }

    fn walk(&self, components: &mut dyn Iterator<Item = &String>) -> Result<Opened, Missing> {
        let mut directory = match rustix::fs::open(&self.directory, DIRECTORY, Mode::empty()) {
            Ok(directory) => directory,
            Err(Errno::NOENT) => return Err(Missing::NotFound),
            Err(errno) => return Err(unreadable(errno)),
        };
        let mut path = PathBuf::new();
        let mut components = components.peekable();
        while let Some(component) = components.next() {
            let (name, stat) = entry(&directory, component)?;
            path.push(&name);
            match (FileType::from_raw_mode(stat.st_mode), components.peek()) {
                (FileType::Directory, Some(_)) => {
                    let flags = DIRECTORY | OFlags::NOFOLLOW;
                    directory =
                        rustix::fs::openat(&directory, &name, flags, Mode::empty()).map_err(vanished)?;
                }
                (FileType::RegularFile, None) => return regular(&directory, &name, path),
                (FileType::Symlink, _) => return Err(Refusal::Link.into()),
                (_, Some(_)) => return Err(Missing::NotFound),
                (_, None) => return Err(Refusal::NotAFile.into()),
            }
        }
        Err(Missing::NotFound)
    }
}

pub(super) const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Opens what was a regular file a moment ago, and looks again at what the descriptor holds: a pipe
/// put there since neither blocks nor passes.
pub(super) fn regular(directory: &OwnedFd, name: &str, path: PathBuf) -> Result<Opened, Missing> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(directory, name, flags, Mode::empty()).map_err(vanished)?;
    let stat = rustix::fs::fstat(&file).map_err(unreadable)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Refusal::NotAFile.into());
    }
    Ok(Opened { file: file.into(), path, stat })
}

/// The directory's own spelling of a component: as written, else in lower case, else in any case
/// (the first in the order of names, so that it is always the same one).
pub(super) fn entry(directory: &OwnedFd, component: &str) -> Result<(String, Stat), Missing> {
    let stat = |name: &str| match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some((name.to_owned(), stat))),
        Err(Errno::NOENT | Errno::NAMETOOLONG) => Ok(None),
        Err(errno) => Err(unreadable(errno)),
    };
    let lower = component.to_lowercase();
    if let Some(found) = stat(component)? {
        return Ok(found);
    }
    if let Some(found) = stat(&lower)? {
        return Ok(found);
    }
    let entries = Dir::read_from(directory).map_err(unreadable)?;
    let mut nearest: Option<String> = None;
    for entry in entries.take(MAX_ENTRIES) {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name.to_lowercase() == lower && nearest.as_deref().is_none_or(|nearest| name < nearest) {
            nearest = Some(name.to_owned());
        }
    }
    match nearest {
        Some(name) => stat(&name)?.ok_or(Missing::NotFound),
        None => Err(Missing::NotFound),
    }
}

fn unreadable(errno: Errno) -> Missing {
    Missing::Unreadable(errno.to_string())
}

/// What an open tells of an entry that was another thing when it was looked at.
fn vanished(errno: Errno) -> Missing {
    match errno {
        Errno::NOENT => Missing::NotFound,
        Errno::LOOP | Errno::NOTDIR => Refusal::Link.into(),
        errno => unreadable(errno),
    }
}
