//! The file of a recording that is to be: made beside its place, and named when it is whole.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use media::voice_file::VoiceFileError;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::Missing;
use super::name::{FileName, MAX_COMPONENT, Refusal, UNFINISHED};
use super::root::{DIRECTORY, Root, entry};

/// Why a recording cannot be made.
#[derive(Clone, PartialEq, Eq, thiserror::Error, Debug)]
pub enum Unmade {
    /// A name or a thing that is never written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An extension that tells no format.
    #[error(transparent)]
    Format(#[from] VoiceFileError),
    /// The place cannot be written.
    #[error("{} cannot be written: {why}; give this user the right to write there, and the disk room", path.display())]
    Unwritable {
        /// Below the root.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

/// What a recording is written to.
pub trait Medium: Send {
    /// Writes these octets at so many octets from the start.
    ///
    /// # Errors
    /// What the system says.
    fn write(&mut self, octets: &[u8], at: u64) -> io::Result<()>;
    /// Cuts it to so many octets.
    ///
    /// # Errors
    /// What the system says.
    fn cut(&mut self, length: u64) -> io::Result<()>;
    /// Flushes it to the disk and puts it in its place.
    ///
    /// # Errors
    /// What the system says; what can be done of it is done.
    fn keep(&mut self) -> io::Result<()>;
    /// Removes it.
    fn remove(&mut self);
    /// Where its place is, for the log.
    fn path(&self) -> PathBuf;
}

/// A file that lies beside its place.
#[derive(Debug)]
pub struct Blank {
    file: File,
    directory: OwnedFd,
    /// What it is called now.
    temporary: String,
    /// What it will be called.
    name: String,
    /// The same below the root.
    path: PathBuf,
}

impl Blank {
    /// Makes the file of this name, and directories that are missing on the way, in lower case as all
    /// that is new. `token` is unlike that of any other recording.
    ///
    /// # Errors
    /// [`Unmade`]: nothing was made, but for directories.
    pub fn make(root: &Root, name: &FileName, token: &str) -> Result<Self, Unmade> {
        let walk = root.walk_to_make(name);
        let (file, directories) = walk.split_last().expect("a name has a component");
        let mut path = PathBuf::new();
        std::fs::create_dir_all(root.directory()).map_err(|error| unwritable(&path, &error))?;
        let opened = rustix::fs::open(root.directory(), DIRECTORY, Mode::empty());
        let mut directory = opened.map_err(|errno| unwritable(&path, &errno.into()))?;
        for component in directories {
            directory = enter(&directory, component, &mut path)?;
        }
        let name = match entry(&directory, file) {
            Ok((name, stat)) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => name,
                FileType::Symlink => return Err(Refusal::Link.into()),
                _ => return Err(Refusal::NotAFile.into()),
            },
            Err(missing) => fresh(missing, file, &path)?,
        };
        path.push(&name);
        let temporary = format!("{name}.{token}{UNFINISHED}");
        if temporary.len() > MAX_COMPONENT {
            return Err(Refusal::LongComponent.into());
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&directory, &temporary, flags, Mode::from_raw_mode(0o666))
            .map_err(|errno| unwritable(&path, &errno.into()))?;
        Ok(Self { file: file.into(), directory, temporary, name, path })
    }
}

impl Medium for Blank {
    fn write(&mut self, octets: &[u8], at: u64) -> io::Result<()> {
        self.file.write_all_at(octets, at)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn keep(&mut self) -> io::Result<()> {
        let synced = self.file.sync_all();
        rustix::fs::renameat(&self.directory, &self.temporary, &self.directory, &self.name)?;
        rustix::fs::fsync(&self.directory)?;
        synced
    }

    fn remove(&mut self) {
        if let Err(error) = rustix::fs::unlinkat(&self.directory, &self.temporary, AtFlags::empty()) {
            tracing::warn!(path = %self.path.display(), %error, "a recording that is not wanted stays beside its place");
        }
    }

    fn path(&self) -> PathBuf {
        self.path.clone()
    }
}

/// Opens a directory of a directory, and makes it where it is missing.
fn enter(directory: &OwnedFd, component: &str, path: &mut PathBuf) -> Result<OwnedFd, Unmade> {
    let name = match entry(directory, component) {
        Ok((name, stat)) => match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => name,
            FileType::Symlink => return Err(Refusal::Link.into()),
            _ => return Err(Refusal::NotAFile.into()),
        },
        Err(missing) => {
            let name = fresh(missing, component, path)?;
            match rustix::fs::mkdirat(directory, &name, Mode::from_raw_mode(0o777)) {
                // Another recording may be making it too.
                Ok(()) | Err(Errno::EXIST) => {}
                Err(errno) => return Err(unwritable(&path.join(&name), &errno.into())),
            }
            rustix::fs::fsync(directory).map_err(|errno| unwritable(path, &errno.into()))?;
            name
        }
    };
    path.push(&name);
    let opened = rustix::fs::openat(directory, &name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty());
    opened.map_err(|errno| match errno {
        Errno::LOOP | Errno::NOTDIR => Refusal::Link.into(),
        errno => unwritable(path, &errno.into()),
    })
}

/// What something is called that is not there yet: in lower case, so that a name in any case means one
/// place from the start.
fn fresh(missing: Missing, component: &str, path: &Path) -> Result<String, Unmade> {
    match missing {
        Missing::NotFound => Ok(component.to_lowercase()),
        Missing::Refused(refusal) => Err(refusal.into()),
        Missing::Unreadable(why) => Err(Unmade::Unwritable { path: path.join(component), why }),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Unmade {
    Unmade::Unwritable { path: path.to_path_buf(), why: error.to_string() }
}
