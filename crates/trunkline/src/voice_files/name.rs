//! What an application calls a file, as a walk below the root: nothing in it can lead out.

/// Characters of a name (decision L17).
pub const MAX_NAME: usize = 260;
/// Octets of one component: what file systems take.
pub(super) const MAX_COMPONENT: usize = 255;
/// How the names of recordings end while they are under way. No file an application names has this.
pub(super) const UNFINISHED: &str = ".recording";

/// A name as applications of another system write it: `C:\PROMPTS\HELLO.VOX`, `Music.Vox`
/// (decisions P10, P11). Its components hold no slash, no dots that walk, and no controls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileName {
    /// Whether it begins at a drive, or is looked up in the usual places.
    pub place: Place,
    /// The directories and the file, as written; never empty.
    pub components: Vec<String>,
}

/// Where a name begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// At a drive, whose letter is the first component in lower case.
    Drive,
    /// Nowhere in particular: the prompts, then the root.
    Bare,
}

/// Why a name, or what lies under it, is refused.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error, Debug)]
pub enum Refusal {
    /// Nothing is written.
    #[error("the name is empty")]
    Empty,
    /// Longer than any name.
    #[error("the name is longer than {MAX_NAME} characters")]
    Long,
    /// A control character, or one that no file of that system has in its name.
    #[error("the name holds a character that no file name has")]
    Character,
    /// A share of another machine, or a device path.
    #[error("the name is of another machine or a device")]
    Share,
    /// A slash in front without a drive, or a drive without a slash behind.
    #[error("the name begins at no drive's root")]
    Relative,
    /// Two slashes in a row, or one at the end.
    #[error("the name has an empty component")]
    EmptyComponent,
    /// `.`, `..`, or a component that ends with a dot or a blank, which that system drops.
    #[error("a component of the name ends with a dot or a blank")]
    Dots,
    /// A component longer than file systems take.
    #[error("a component of the name is longer than {MAX_COMPONENT} octets")]
    LongComponent,
    /// A name that means a device there, with any extension.
    #[error("the name means a device")]
    Device,
    /// The name of a recording that is not whole.
    #[error("the name is of a recording that is under way")]
    Unfinished,
    /// A symbolic link on the way or at the end.
    #[error("a symbolic link lies there")]
    Link,
    /// A directory, a device, a pipe or a socket.
    #[error("what lies there is no regular file")]
    NotAFile,
    /// More octets or samples than a voice file may have.
    #[error("the file is too large")]
    Large,
}

impl FileName {
    /// Reads a name with slashes of either kind.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn read(name: &str) -> Result<Self, Refusal> {
        if name.is_empty() {
            return Err(Refusal::Empty);
        }
        if name.chars().count() > MAX_NAME {
            return Err(Refusal::Long);
        }
        let is_slash = |character: char| matches!(character, '\\' | '/');
        let mut slashes = name.chars().map(is_slash);
        match (slashes.next(), slashes.next()) {
            (Some(true), Some(true)) => return Err(Refusal::Share),
            (Some(true), _) => return Err(Refusal::Relative),
            _ => {}
        }
        let (drive, rest) = match name.split_once(':') {
            Some((letter, rest)) if letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic() => {
                let rest = rest.strip_prefix(is_slash).ok_or(Refusal::Relative)?;
                (Some(letter.to_ascii_lowercase()), rest)
            }
            _ => (None, name),
        };
        let place = if drive.is_some() { Place::Drive } else { Place::Bare };
        let mut components: Vec<String> = drive.into_iter().collect();
        for component in rest.split(is_slash) {
            check(component)?;
            components.push(component.to_owned());
        }
        Ok(Self { place, components })
    }

    /// What follows the last dot of the file's own name; empty where there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        let file = self.components.last().map_or("", String::as_str);
        file.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Refuses a component that would be another thing than a file or directory of exactly this name.
fn check(component: &str) -> Result<(), Refusal> {
    let strange = |character: char| {
        character.is_control() || matches!(character, ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    if component.is_empty() {
        Err(Refusal::EmptyComponent)
    } else if component.contains(strange) {
        Err(Refusal::Character)
    } else if component.ends_with(['.', ' ']) {
        Err(Refusal::Dots)
    } else if component.len() > MAX_COMPONENT {
        Err(Refusal::LongComponent)
    } else if is_device(component) {
        Err(Refusal::Device)
    } else if component.to_lowercase().ends_with(UNFINISHED) {
        Err(Refusal::Unfinished)
    } else {
        Ok(())
    }
}

/// Whether the other system takes this for a device: what precedes the first dot says so.
fn is_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or(component).trim_end().to_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$" => true,
        _ => {
            let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
            number.is_some_and(|number| {
                let mut characters = number.chars();
                let digit = |digit: char| digit.is_ascii_digit() || matches!(digit, '¹' | '²' | '³');
                characters.next().is_some_and(digit) && characters.next().is_none()
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Result<&str, Refusal>) {
        let read = FileName::read(name).map(|read| read.components.join("/"));
        assert_eq!(read.as_deref().map_err(|&refusal| refusal), expected, "{name:?}");
    }

    #[test]
    fn p10_drives_and_slashes_of_both_kinds() {
        check(r"C:\PROMPTS\HELLO.VOX", Ok("c/PROMPTS/HELLO.VOX"));
        check("d:/a/b.wav", Ok("d/a/b.wav"));
        check("Music.Vox", Ok("Music.Vox"));
        check(r"sub\x y.vox", Ok("sub/x y.vox"));
        check("grüße.vox", Ok("grüße.vox"));
        check("COM.vox", Ok("COM.vox"));
        check("console.vox", Ok("console.vox"));
        check("COM12.vox", Ok("COM12.vox"));
        assert_eq!(FileName::read("a.b.Vox").expect("a name").extension(), "Vox");
        assert_eq!(FileName::read(r"x.y\ab").expect("a name").extension(), "");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        use Refusal::*;
        for (name, refusal) in [
            ("", Empty),
            (r"..\x.vox", Dots),
            ("../x.vox", Dots),
            (r"C:\..\..\etc\passwd", Dots),
            ("a/./b", Dots),
            ("a/.../b", Dots),
            ("/etc/passwd", Relative),
            (r"\PROMPTS\X.VOX", Relative),
            ("C:x.vox", Relative),
            ("C:", Relative),
            (r"C:\", EmptyComponent),
            (r"C:\a\", EmptyComponent),
            (r"C:\\a", EmptyComponent),
            ("a//b", EmptyComponent),
            (r"\\host\share\x.vox", Share),
            ("//host/share", Share),
            (r"\/host", Share),
            (r"\\?\C:\x", Share),
            (r"\\.\COM1", Share),
            ("a\0b.vox", Character),
            ("a\nb.vox", Character),
            ("a\u{85}b", Character),
            ("x.vox::$DATA", Character),
            (r"C:\x.vox:s", Character),
            ("1:\\x", Character),
            ("*.vox", Character),
            ("CON", Device),
            (r"C:\nul.vox", Device),
            (r"C:\aux.d\x.vox", Device),
            ("com1.vox", Device),
            ("LPT².vox", Device),
            ("CON .vox", Device),
            ("conout$", Device),
            ("x.vox.", Dots),
            ("x.vox ", Dots),
            (r"C:\dir \x.vox", Dots),
            ("a.wav.1-2.recording", Unfinished),
            (r"C:\x.Recording\a.wav", Unfinished),
        ] {
            check(name, Err(refusal));
        }
        check(&"x".repeat(5000), Err(Long));
        check(&"x".repeat(261), Err(Long));
        check(&"ü".repeat(128), Err(LongComponent));
        check(&"x".repeat(255), Ok(&"x".repeat(255)));
    }

    #[test]
    fn no_short_name_at_all_has_a_component_that_walks() {
        let alphabet = ['.', '/', '\\', ':', 'c', ' ', '\0'];
        let mut names = vec![String::new()];
        for _ in 0..6 {
            names = names.iter().flat_map(|name| alphabet.map(|next| format!("{name}{next}"))).collect();
            for name in &names {
                let Ok(read) = FileName::read(name) else { continue };
                assert!(!read.components.is_empty());
                for component in &read.components {
                    let walks =
                        component.contains(['/', '\\', ':', '\0']) || component.trim_matches('.').is_empty();
                    assert!(!walks, "{name:?} has {component:?}");
                }
            }
        }
    }
}
