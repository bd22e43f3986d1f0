//! Packs `/prompts` into one file that the program embeds: a file and an index compile at once, where two
//! thousand `include_bytes!` would not.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
    println!("cargo::rerun-if-changed={}", prompts.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it for a build script"));

    let mut files = Vec::new();
    for language in fs::read_dir(&prompts)? {
        let language = language?;
        if language.file_type()?.is_dir() {
            for file in fs::read_dir(language.path())? {
                files.push(file?.path());
            }
        }
    }
    let name = |file: &Path| {
        let name = file.strip_prefix(&prompts).expect("it was listed there");
        name.with_extension("").to_str().map(str::to_owned)
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "vox"));
    let mut files: Vec<_> = files.into_iter().filter_map(|file| Some((name(&file)?, file))).collect();
    // The program looks names up, and a build of the same files is the same build.
    files.sort();

    let (mut pack, mut index) = (Vec::new(), String::from("&[\n"));
    for (name, file) in &files {
        let octets = fs::read(file)?;
        let _ = writeln!(index, "    ({name:?}, {}, {}),", pack.len(), octets.len());
        pack.extend(octets);
    }
    index.push(']');
    fs::write(out.join("prompts.pack"), pack)?;
    fs::write(out.join("prompts.index"), index)
}
