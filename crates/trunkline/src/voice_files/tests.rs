//! Names in, sound or refusals out, over a real directory with traps in it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc::channel;

use rustix::fs::{CWD, FileType, Mode};
use tempfile::TempDir;

use super::*;

/// What lies outside the root and must never be heard.
const CANARY: &[u8] = &[0x55; 160];

struct House {
    directory: TempDir,
    root: PathBuf,
    shelf: Shelf,
}

/// A house whose files lie below a directory.
fn settings(directory: &Path) -> Settings {
    Settings {
        root: directory.join("files"),
        prompts: "c/prompts".into(),
        spoken: directory.join("prompts"),
        vox: VoxFormat::Mulaw8000,
    }
}

impl House {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path().join("files");
        fs::create_dir_all(root.join("c/prompts/Sub Dir")).expect("made");
        fs::create_dir_all(root.join("d")).expect("made");
        fs::write(directory.path().join("canary.ul"), CANARY).expect("written");
        Self { shelf: Shelf::new(&settings(directory.path())), directory, root }
    }

    fn settings(&self) -> Settings {
        settings(self.directory.path())
    }

    fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a µ-law file of `samples` samples.
    fn file(&self, path: &str, samples: usize) {
        fs::write(self.root().join(path), vec![0xff; samples]).expect("written");
    }

    /// How many samples the name has, or why none.
    fn load(&self, name: &str) -> Result<usize, Missing> {
        self.shelf.load(name).map(|clip| clip.samples.len())
    }
}

#[test]
fn p10_names_are_found_in_any_case() {
    let house = House::new();
    house.file("c/prompts/hello.vox", 80);
    house.file("c/prompts/Sub Dir/Mixed.Vox", 160);
    house.file("d/x.ul", 240);
    assert_eq!(house.load(r"C:\PROMPTS\HELLO.VOX"), Ok(80));
    assert_eq!(house.load(r"c:\prompts\hello.vox"), Ok(80));
    assert_eq!(house.load("c:/Prompts/Hello.Vox"), Ok(80));
    assert_eq!(house.load(r"C:\PROMPTS\SUB DIR\MIXED.VOX"), Ok(160));
    assert_eq!(house.load(r"D:\X.UL"), Ok(240));
    assert_eq!(house.load(r"E:\X.UL"), Err(Missing::NotFound));
    assert_eq!(house.load(r"C:\PROMPTS\HELLO.VOX\MORE"), Err(Missing::NotFound));
    house.file("c/prompts/HELLO.VOX", 400);
    assert_eq!(house.load(r"C:\PROMPTS\HELLO.VOX"), Ok(400), "the exact spelling wins");
    assert_eq!(house.load(r"C:\PROMPTS\Hello.VOX"), Ok(80), "then the lower case");
}

#[test]
fn p11_bare_names_are_found_in_the_prompts_then_in_the_root() {
    let house = House::new();
    house.file("music.vox", 80);
    assert_eq!(house.load("Music.Vox"), Ok(80));
    house.file("c/prompts/music.vox", 160);
    assert_eq!(house.load("Music.Vox"), Ok(160));
    assert_eq!(house.load(r"sub dir\none.vox"), Err(Missing::NotFound));
}

#[test]
fn nothing_outside_the_root_is_reached() {
    let house = House::new();
    let outside = house.directory.path().join("canary.ul");
    symlink(&outside, house.root().join("c/prompts/link.ul")).expect("linked");
    symlink("../../../canary.ul", house.root().join("c/prompts/near.ul")).expect("linked");
    symlink(house.directory.path(), house.root().join("c/out")).expect("linked");
    symlink("/etc/passwd", house.root().join("c/prompts/passwd.ul")).expect("linked");
    symlink("/", house.root().join("z")).expect("linked");
    let absolute = outside.to_str().expect("text");
    for name in [
        "link.ul",
        "near.ul",
        "passwd.ul",
        r"C:\out\canary.ul",
        r"Z:\etc\passwd",
        r"..\canary.ul",
        "../../../canary.ul",
        r"C:\..\..\canary.ul",
        absolute,
        r"\\host\canary.ul",
        "canary.ul\0",
        "canary.ul::$DATA",
        r"C:\prompts\..\..\..\canary.ul",
        "canary.ul.",
        "canary.ul ",
        "C:canary.ul",
    ] {
        assert!(matches!(house.load(name), Err(Missing::Refused(_))), "{name:?}: {:?}", house.load(name));
    }
    assert_eq!(house.load("canary.ul"), Err(Missing::NotFound));
    assert_eq!(house.load("link.ul"), Err(Refusal::Link.into()));
}

#[test]
fn only_regular_files_are_opened() {
    let house = House::new();
    let pipe = house.root().join("c/prompts/pipe.ul");
    rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    let socket = house.root().join("c/prompts/socket.ul");
    let _listener = std::os::unix::net::UnixListener::bind(socket).expect("a socket");
    // A pipe without a writer would block an ordinary open for ever.
    assert_eq!(house.load("pipe.ul"), Err(Refusal::NotAFile.into()));
    assert_eq!(house.load("socket.ul"), Err(Refusal::NotAFile.into()));
    assert_eq!(house.load("Sub Dir"), Err(Refusal::NotAFile.into()));
    assert_eq!(house.load(r"C:\prompts\pipe.ul\x"), Err(Missing::NotFound));
    // Put there between the look and the open: the descriptor itself is asked again.
    let directory = std::fs::File::open(house.root().join("c/prompts")).expect("opened");
    let raced = root::regular(&directory.into(), "pipe.ul", PathBuf::new()).map(|_| ());
    assert_eq!(raced, Err(Refusal::NotAFile.into()));
}

#[test]
fn files_that_are_no_sound_say_so() {
    let house = House::new();
    fs::write(house.root().join("c/prompts/x.wav"), b"RIFF").expect("written");
    fs::write(house.root().join("c/prompts/x.txt"), b"text").expect("written");
    let large = fs::File::create(house.root().join("c/prompts/large.vox")).expect("made");
    large.set_len(MAX_OCTETS + 1).expect("sparse");
    let long = fs::File::create(house.root().join("c/prompts/long.ul")).expect("made");
    long.set_len(MAX_SAMPLES as u64 + 1).expect("sparse");
    assert!(matches!(house.load("x.wav"), Err(Missing::Unreadable(_))));
    assert!(matches!(house.load("x.txt"), Err(Missing::Unreadable(_))));
    assert_eq!(house.load("large.vox"), Err(Refusal::Large.into()));
    assert_eq!(house.load("long.ul"), Err(Refusal::Large.into()));
}

#[test]
fn a_file_is_read_once_until_it_changes() {
    let house = House::new();
    house.file("c/prompts/a.ul", 80);
    let first = house.shelf.load("a.ul").expect("there");
    let second = house.shelf.load(r"C:\PROMPTS\A.UL").expect("there");
    assert!(Arc::ptr_eq(&first.samples, &second.samples));
    house.file("c/prompts/a.ul", 160);
    assert_eq!(house.load("a.ul"), Ok(160));
}

#[test]
fn replies_come_with_their_ticket_and_in_the_order_of_the_names() {
    let house = House::new();
    house.file("c/prompts/a.ul", 80);
    let library = Library::start(&house.settings()).expect("started");
    let (sender, receiver) = channel();
    let sought = ["a.ul", "none.ul", "../a.ul"].map(|name| Sought::File(name.into())).to_vec();
    let reply = move |ticket, clips| sender.send((ticket, clips)).expect("the test waits");
    library.find(7, sought, reply).expect("room");
    let (ticket, clips) = receiver.recv().expect("a reply");
    let lengths: Vec<_> = clips.into_iter().map(|clip| clip.map(|clip| clip.samples.len())).collect();
    assert_eq!(ticket, 7);
    assert_eq!(lengths, [Ok(80), Err(Missing::NotFound), Err(Refusal::Dots.into())]);
}

#[test]
fn a_full_queue_refuses_and_a_panicking_reply_costs_no_thread() {
    let house = House::new();
    let library = Library::start(&house.settings()).expect("started");
    // Hold both threads, then fill the queue.
    let (entered, has_entered) = channel();
    let mut held = Vec::new();
    for _ in 0..THREADS {
        let (release, released) = channel::<()>();
        let entered = entered.clone();
        let hold = move |_, _| {
            entered.send(()).expect("the test waits");
            released.recv().expect_err("only ever dropped");
            panic!("a reply that fails");
        };
        library.find(0, Vec::new(), hold).expect("room");
        held.push(release);
    }
    (0..THREADS).for_each(|_| has_entered.recv().expect("a thread"));
    (0..QUEUE).for_each(|_| library.find(1, Vec::new(), |_, _| {}).expect("room"));
    assert_eq!(library.find(2, Vec::new(), |_, _| {}), Err(Full));
    drop(held);
    // Both threads live on and take what waits; the queue has room again sooner or later.
    let (sender, receiver) = channel();
    let mut pending = Err(Full);
    while pending.is_err() {
        let sender = sender.clone();
        pending = library.find(3, Vec::new(), move |ticket, _| sender.send(ticket).expect("the test waits"));
        thread::yield_now();
    }
    assert_eq!(receiver.recv(), Ok(3));
}

/// A prompt of the English catalogue.
fn prompt(name: &str) -> Prompt {
    let language = speech::Language::English;
    Prompt { language, key: speech::catalogue(language).key(name).expect("in the catalogue") }
}

#[test]
fn a_prompt_is_the_programs_or_the_users_own() {
    let house = House::new();
    let samples = |name| house.shelf.find(&Sought::Prompt(prompt(name))).map(|clip| clip.samples.len());
    let directory = house.directory.path().join("prompts/en");
    fs::create_dir_all(&directory).expect("made");
    let built_in = samples("goodbye").expect("it comes with the program");
    assert!((2_000..20_000).contains(&built_in), "{built_in}");

    // What the configuration says of VOX files holds for these too, and a WAV file says for itself.
    fs::write(directory.join("goodbye.vox"), [0xff; 160]).expect("written");
    assert_eq!(samples("goodbye"), Ok(160));
    fs::write(directory.join("goodbye.wav"), media::wav::encode(&[1; 240], media::wav::Encoding::Pcm16))
        .expect("written");
    assert_eq!(samples("goodbye"), Ok(240));
    fs::write(directory.join("you-have.before.vox"), [0xff; 80]).expect("written");
    assert_eq!(samples("you-have.before"), Ok(80));

    // One that cannot be read does not silence the house.
    fs::write(directory.join("goodbye.wav"), b"RIFF").expect("written");
    assert_eq!(samples("goodbye"), Ok(built_in));
    assert!(matches!(house.shelf.own_prompt(prompt("goodbye")), Err(Missing::Unreadable(_))));
}

#[test]
fn a_prompt_of_the_program_is_decoded_once() {
    let house = House::new();
    let find = || house.shelf.find(&Sought::Prompt(prompt("21"))).expect("it comes with the program");
    assert!(Arc::ptr_eq(&find().samples, &find().samples));
}
