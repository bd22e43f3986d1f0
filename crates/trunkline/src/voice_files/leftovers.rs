//! What a crash left of recordings: repaired and put in their places at the next start.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use media::wav;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::name::UNFINISHED;
use super::root::DIRECTORY;

/// Entries that are looked at in all, and how deep.
const MAX_ENTRIES: usize = 1_000_000;
const MAX_DEPTH: usize = 64;

/// Looks below the root for recordings that no process finished: gives those that have sound their right
/// header and their name, or, where that is taken, one beside it that says so; removes those without.
/// Those of the process with this `token` are under way, and left alone. Follows no link.
pub fn repair(root: &Path, token: &str) {
    let directory = match rustix::fs::open(root, DIRECTORY, Mode::empty()) {
        Ok(directory) => directory,
        Err(Errno::NOENT) => return,
        Err(error) => {
            tracing::warn!(path = %root.display(), %error, "recordings that a crash may have left are not looked for");
            return;
        }
    };
    let mut left = MAX_ENTRIES;
    walk(&directory, root, token, MAX_DEPTH, &mut left);
    if left == 0 {
        tracing::warn!(path = %root.display(), "there are more than {MAX_ENTRIES} files: not all are looked at for recordings that a crash left");
    }
}

fn walk(directory: &OwnedFd, path: &Path, token: &str, depth: usize, left: &mut usize) {
    let Ok(entries) = Dir::read_from(directory) else { return };
    let mut directories = Vec::new();
    for entry in entries.flatten() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name == "." || name == ".." {
            continue;
        }
        if entry.file_type() == FileType::Directory {
            directories.push(name.to_owned());
        } else if let Some((place, of)) = place(name)
            && !of.starts_with(&format!("{token}-"))
        {
            match mend(directory, name, place, of) {
                Ok(Some(kept)) if kept == place => {
                    tracing::warn!(path = %path.join(&kept).display(), "a recording that a crash cut short is whole up to there");
                }
                Ok(Some(kept)) => {
                    tracing::warn!(path = %path.join(&kept).display(), place, "a recording that a crash cut short is kept beside its place, which has another");
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(path = %path.join(name).display(), %error, "a recording that a crash cut short cannot be repaired; it stays");
                }
            }
        }
    }
    if depth == 0 {
        return;
    }
    for name in directories {
        let flags = DIRECTORY | OFlags::NOFOLLOW;
        if let Ok(below) = rustix::fs::openat(directory, &name, flags, Mode::empty()) {
            walk(&below, &path.join(&name), token, depth - 1, left);
        }
    }
}

/// The name of the place that a recording with this name was for, and what names the recording.
fn place(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(UNFINISHED)?.rsplit_once('.').filter(|(place, of)| !place.is_empty() && !of.is_empty())
}

/// Makes a recording whole; the name it has now, or none when there was no sound in it.
fn mend(directory: &OwnedFd, name: &str, place: &str, of: &str) -> io::Result<Option<String>> {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::openat(directory, name, flags, Mode::empty())?;
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(None);
    }
    let file = File::from(file);
    let length = u64::try_from(stat.st_size).unwrap_or_default();
    let mut first = Vec::with_capacity(wav::REPAIR);
    (&file).take(wav::REPAIR as u64).read_to_end(&mut first)?;
    if length == 0 || wav::is_wav(&first) && length <= WITHOUT_SOUND {
        rustix::fs::unlinkat(directory, name, AtFlags::empty())?;
        return Ok(None);
    }
    if let Some(patch) = wav::repair(&first, length) {
        file.write_all_at(&patch.bytes, patch.at)?;
    }
    file.sync_all()?;
    let beside = match place.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{of}.{extension}"),
        None => format!("{place}.{of}"),
    };
    for kept in [place.to_owned(), beside] {
        match rustix::fs::renameat_with(directory, name, directory, &kept, RenameFlags::NOREPLACE) {
            Ok(()) => {
                rustix::fs::fsync(directory)?;
                return Ok(Some(kept));
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::EXIST.into())
}

/// Octets of a WAV file of ours before its sound.
const WITHOUT_SOUND: u64 = 44;
