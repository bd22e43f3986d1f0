//! Pieces in, files or refusals out, over a real directory with traps in it, and over media that fail.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::mpsc::{Receiver, channel};

use edge::sound::{FRAME, Track};
use media::vox::VoxFormat;
use media::wav;
use tempfile::TempDir;

use super::*;
use crate::voice_files::blank::Medium;
use crate::voice_files::name::Refusal;
use crate::voice_files::{Missing, Settings, Sought};

/// How long anything may take before a test fails.
const DEADLINE: Duration = Duration::from_secs(30);

struct House {
    directory: TempDir,
    library: Library,
    recorder: Recorder,
    tape: Tape,
    told: Receiver<Recorded>,
    stopped: Receiver<(LegId, RecordId)>,
}

impl House {
    fn new() -> Self {
        Self::over(tempfile::tempdir().expect("a directory"))
    }

    fn over(directory: TempDir) -> Self {
        let settings = Settings {
            root: directory.path().join("files"),
            prompts: "c/prompts".into(),
            spoken: "spoken".into(),
            vox: VoxFormat::Adpcm8000,
        };
        let library = Library::start(&settings).expect("started");
        let (tape, pieces) = tape();
        let (tell, told) = channel();
        let tell = Mutex::new(tell);
        let tell = move |recorded| lock(&tell).send(recorded).expect("the test waits");
        let (stop, stopped) = channel();
        let stop = Mutex::new(stop);
        let stop = move |leg, record| lock(&stop).send((leg, record)).expect("the test waits");
        let voice = Voice { stop: Box::new(stop), tell: Box::new(tell) };
        let recorder = Recorder::start(settings.root, pieces, voice).expect("started");
        Self { directory, library, recorder, tape, told, stopped }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join("files").join(below)
    }

    fn make(&self, record: u64, name: &str, tracks: Tracks) -> Result<(), Unmade> {
        let (made, is_made) = channel();
        let order = Order { record: RecordId(record), name: name.into(), tracks, idle: None };
        let reply = move |result| made.send(result).expect("the test waits");
        self.recorder.make(&self.library, order, reply).expect("room");
        is_made.recv_timeout(DEADLINE).expect("a reply")
    }

    fn give(&self, piece: Piece) {
        let mut piece = Some(piece);
        while let Some(refused) = piece.take() {
            piece = (self.tape)(refused).err();
            thread::yield_now();
        }
    }

    fn recorded(&self) -> Recorded {
        self.told.recv_timeout(DEADLINE).expect("an end")
    }

    /// How many samples an application hears under the name.
    fn heard(&self, name: &str) -> Result<usize, Missing> {
        let (found, is_found) = channel();
        let reply = move |_, mut files: Vec<Result<edge::sound::Clip, Missing>>| {
            found.send(files.remove(0)).expect("the test waits");
        };
        self.library.find(1, vec![Sought::File(name.into())], reply).expect("room");
        is_found.recv_timeout(DEADLINE).expect("a reply").map(|clip| clip.samples.len())
    }
}

fn piece(record: u64, track: Track, turn: u64, frames: usize, sample: i16, end: Option<RecordEnd>) -> Piece {
    let samples = vec![sample; frames * FRAME];
    Piece { record: RecordId(record), track, leg: LegId::placed(record), turn, samples, end }
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[test]
fn b151_a_recording_is_there_when_it_is_whole() {
    let house = House::new();
    house.make(1, r"C:\TWR\New Dir\A.WAV", Tracks::One).expect("made");
    house.give(piece(1, Track::First, 100, 10, 1_000, None));
    let beside = fs::read_dir(house.path("c/twr/new dir")).expect("made").count();
    assert_eq!(beside, 1, "it lies beside its place");
    assert_eq!(house.heard(r"C:\TWR\NEW DIR\A.WAV"), Err(Missing::NotFound));
    house.give(piece(1, Track::First, 110, 5, 1_000, Some(RecordEnd::Stopped)));
    let recorded = house.recorded();
    let expected = Recorded { record: RecordId(1), end: RecordEnd::Stopped, length: ms(300) };
    assert_eq!(recorded, expected);
    assert_eq!(house.heard(r"C:\TWR\NEW DIR\A.WAV"), Ok(15 * FRAME));
    let file = fs::read(house.path("c/twr/new dir/a.wav")).expect("there");
    assert_eq!(wav::repair(&file, file.len() as u64), None, "its header is right");
    assert_eq!(fs::read_dir(house.path("c/twr/new dir")).expect("made").count(), 1);
}

#[test]
fn d015_what_was_there_stays_until_the_recording_is_whole() {
    let house = House::new();
    fs::create_dir_all(house.path("c/prompts")).expect("made");
    fs::write(house.path("c/prompts/Greeting.Vox"), [0; 50]).expect("written");
    // A bare name is made where it is looked up first, under the spelling that is there.
    house.make(1, "GREETING.VOX", Tracks::One).expect("made");
    house.make(2, "greeting.vox", Tracks::One).expect("two at a time");
    house.give(piece(1, Track::First, 0, 5, 0, None));
    assert_eq!(house.heard("greeting.vox"), Ok(100));
    house.give(piece(1, Track::First, 5, 0, 0, Some(RecordEnd::Longest)));
    assert_eq!(house.recorded().end, RecordEnd::Longest);
    assert_eq!(house.heard("greeting.vox"), Ok(5 * FRAME));
    house.recorder.discard(&house.library, RecordId(2));
    house.recorder.discard(&house.library, RecordId(7));
    while fs::read_dir(house.path("c/prompts")).expect("there").count() > 1 {
        thread::yield_now();
    }
}

#[test]
fn nothing_outside_the_root_is_written() {
    let house = House::new();
    fs::create_dir_all(house.path("c/prompts/dir.wav")).expect("made");
    fs::write(house.directory.path().join("canary.wav"), b"canary").expect("written");
    symlink(house.directory.path().join("canary.wav"), house.path("c/prompts/link.wav")).expect("linked");
    symlink(house.directory.path(), house.path("c/out")).expect("linked");
    symlink(house.directory.path(), house.path("z")).expect("linked");
    for (name, refusal) in [
        ("link.wav", Refusal::Link),
        (r"C:\out\canary.wav", Refusal::Link),
        (r"C:\out\new\canary.wav", Refusal::Link),
        (r"Z:\new.wav", Refusal::Link),
        (r"..\canary.wav", Refusal::Dots),
        ("/tmp/x.wav", Refusal::Relative),
        ("dir.wav", Refusal::NotAFile),
        ("a.wav.1-1.recording", Refusal::Unfinished),
        (&format!("{}.wav", "x".repeat(250)), Refusal::LongComponent),
    ] {
        assert_eq!(house.make(1, name, Tracks::One), Err(refusal.into()), "{name}");
    }
    assert!(matches!(house.make(1, "x.mp3", Tracks::One), Err(Unmade::Format(_))));
    fs::write(house.path("c/file"), b"").expect("written");
    assert_eq!(house.make(1, r"C:\file\x.wav", Tracks::One), Err(Refusal::NotAFile.into()));
    assert_eq!(fs::read(house.directory.path().join("canary.wav")).expect("there"), b"canary");
    assert_eq!(fs::read_dir(house.directory.path()).expect("there").count(), 2, "files and the canary");
}

#[test]
fn b155_two_parties_are_in_one_file_and_the_first_that_ends_ends_it() {
    let house = House::new();
    house.make(4, r"C:\BOTH.WAV", Tracks::Sum).expect("made");
    house.give(piece(4, Track::First, 100, 10, 100, None));
    house.give(piece(4, Track::Second, 102, 10, 20, None));
    house.give(piece(4, Track::First, 110, 1, 100, None));
    house.give(piece(4, Track::First, 111, 1, 100, Some(RecordEnd::Gone)));
    assert_eq!(house.stopped.recv_timeout(DEADLINE), Ok((LegId::placed(4), RecordId(4))));
    let recorded = house.recorded();
    assert_eq!((recorded.end, recorded.length), (RecordEnd::Gone, ms(240)));
    let file = fs::read(house.path("c/both.wav")).expect("there");
    let samples = wav::decode(&file, 100_000).expect("a WAV file");
    assert_eq!((samples[0], samples[2 * FRAME], samples[12 * FRAME - 1]), (100, 120, 120));
    // The other goes on for a moment, and nobody minds.
    house.give(piece(4, Track::Second, 112, 10, 20, None));
    house.give(piece(4, Track::Second, 122, 0, 20, Some(RecordEnd::Stopped)));

    house.make(5, r"C:\SIDES.WAV", Tracks::Stereo).expect("made");
    house.make(6, r"C:\SIDES.VOX", Tracks::Stereo).expect("a file of one channel takes the sum");
    for record in [5, 6] {
        house.give(piece(record, Track::First, 100, 10, 100, Some(RecordEnd::Stopped)));
        house.give(piece(record, Track::Second, 100, 9, 20, Some(RecordEnd::Stopped)));
        assert_eq!(house.recorded().length, ms(200));
    }
    assert_eq!(fs::metadata(house.path("c/sides.wav")).expect("there").len(), 44 + 200 * 8 * 4);
    assert_eq!(fs::metadata(house.path("c/sides.vox")).expect("there").len(), 800);
}

#[test]
fn a_leg_that_was_never_open_leaves_an_empty_recording() {
    let house = House::new();
    house.make(1, "a.wav", Tracks::One).expect("made");
    house.give(piece(1, Track::First, 7, 0, 0, Some(RecordEnd::Gone)));
    let recorded = house.recorded();
    assert_eq!((recorded.end, recorded.length), (RecordEnd::Gone, Duration::ZERO));
    assert_eq!(house.heard("a.wav"), Ok(0));
}

#[test]
fn what_is_under_way_at_the_end_is_whole_after_it() {
    let house = House::new();
    house.make(1, "a.wav", Tracks::One).expect("made");
    house.make(2, "b.wav", Tracks::One).expect("made");
    house.give(piece(1, Track::First, 7, 10, 500, None));
    house.recorder.end(DEADLINE);
    assert_eq!(house.recorded().length, ms(200));
    assert_eq!(house.heard("a.wav"), Ok(10 * FRAME));
    assert_eq!(fs::read_dir(house.path("c/prompts")).expect("there").count(), 1, "b never began");
    house.give(piece(1, Track::First, 7, 10, 500, None));
}

#[test]
fn a_tape_that_nobody_reads_gives_back_what_does_not_fit() {
    let (tape, _pieces) = tape();
    for n in 0..PIECES {
        assert_eq!(tape(piece(2, Track::First, n as u64, 1, 0, None)), Ok(()));
    }
    let one_more = piece(2, Track::First, 9, 1, 0, None);
    assert_eq!(tape(one_more.clone()), Err(one_more));
    assert_eq!(tape(piece(3, Track::First, 0, 1, 0, None)), Ok(()), "the other writer's");
}

/// A medium in memory that takes so many octets.
struct Scratch {
    octets: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl Medium for Scratch {
    fn write(&mut self, octets: &[u8], at: u64) -> io::Result<()> {
        let (at, mut whole) = (at as usize, lock(&self.octets));
        let end = at + octets.len();
        let fits = octets.len().min(self.room.saturating_sub(at));
        let length = whole.len().max(at + fits);
        whole.resize(length, 0);
        whole[at..at + fits].copy_from_slice(&octets[..fits]);
        if end > self.room { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        lock(&self.octets).truncate(length as usize);
        Ok(())
    }

    fn keep(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn remove(&mut self) {
        lock(&self.octets).clear();
    }

    fn path(&self) -> PathBuf {
        "scratch.wav".into()
    }
}

fn scratch(room: usize, idle: Option<Duration>) -> (io::Result<Reel>, Arc<Mutex<Vec<u8>>>) {
    let octets = Arc::new(Mutex::new(Vec::new()));
    let medium = Box::new(Scratch { octets: Arc::clone(&octets), room });
    let format = Format::of_extension("wav", VoxFormat::Adpcm8000).expect("known");
    (Reel::new(medium, format, Tracks::One, idle), octets)
}

#[test]
fn a_full_disk_ends_the_recording_and_keeps_what_was_written() {
    let (reel, octets) = scratch(44 + 5_000, None);
    let mut reel = reel.expect("room for a header");
    assert_eq!(reel.push(&piece(1, Track::First, 0, 10, 400, None)), Push::On);
    let Push::Over(end) = reel.push(&piece(1, Track::First, 10, 10, 400, None)) else {
        panic!("no room is left")
    };
    assert!(
        matches!(&end, RecordEnd::Failed(why) if why.contains("storage") || why.contains("no space")),
        "{end:?}"
    );
    let finished = reel.finish(end.clone());
    assert_eq!((finished.end, finished.length), (end, ms(200)));
    let file = lock(&octets).clone();
    assert_eq!(file.len(), 44 + 3_200);
    assert_eq!(wav::repair(&file, file.len() as u64), None, "its header is right");

    let (reel, octets) = scratch(20, None);
    assert!(reel.is_err(), "a header does not fit");
    assert_eq!(lock(&octets).len(), 0, "nothing is left of it");
}

/// A medium that takes nothing until the gate's sender is gone.
struct Stuck {
    medium: Scratch,
    gate: Mutex<Receiver<()>>,
}

impl Medium for Stuck {
    fn write(&mut self, octets: &[u8], at: u64) -> io::Result<()> {
        if at > 0 {
            let _gone = lock(&self.gate).recv();
        }
        self.medium.write(octets, at)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.medium.cut(length)
    }

    fn keep(&mut self) -> io::Result<()> {
        self.medium.keep()
    }

    fn remove(&mut self) {
        self.medium.remove();
    }

    fn path(&self) -> PathBuf {
        self.medium.path()
    }
}

#[test]
fn a_slow_disk_keeps_nobody_waiting_and_costs_nothing_that_was_taken() {
    let house = House::new();
    let (gate, opens) = channel();
    let octets = Arc::new(Mutex::new(Vec::new()));
    let medium = Scratch { octets: Arc::clone(&octets), room: usize::MAX };
    let stuck = Box::new(Stuck { medium, gate: Mutex::new(opens) });
    let format = Format::of_extension("wav", VoxFormat::Adpcm8000).expect("known");
    let reel = Reel::new(stuck, format, Tracks::One, None).expect("its header is written");
    lock(&house.recorder.blanks).insert(RecordId(2), reel);

    let taken = (0..).take_while(|&n| (house.tape)(piece(2, Track::First, n, 1, 50, None)).is_ok()).count();
    assert!((PIECES..PIECES + 3).contains(&taken), "{taken}");
    // The tape answered at once, and the other writer's recordings go on.
    house.make(3, "a.wav", Tracks::One).expect("made");
    house.give(piece(3, Track::First, 0, 10, 50, Some(RecordEnd::Stopped)));
    assert_eq!(house.recorded().length, ms(200));

    drop(gate);
    house.give(piece(2, Track::First, taken as u64, 0, 0, Some(RecordEnd::Stopped)));
    assert_eq!(house.recorded().length, ms(20 * taken as u64));
    let file = lock(&octets).clone();
    assert_eq!(wav::repair(&file, file.len() as u64), None, "its header is right");
}

#[test]
fn b156_nobody_speaking_ends_it() {
    let (reel, _) = scratch(1 << 20, Some(ms(1_000)));
    let mut reel = reel.expect("room");
    assert_eq!(reel.push(&piece(1, Track::First, 0, 40, 0, None)), Push::On);
    assert_eq!(reel.push(&piece(1, Track::First, 40, 10, 3_000, None)), Push::On);
    assert_eq!(reel.push(&piece(1, Track::First, 50, 40, 0, None)), Push::On);
    assert_eq!(reel.push(&piece(1, Track::First, 90, 10, 20, None)), Push::Over(RecordEnd::Silence));
    assert_eq!(reel.finish(RecordEnd::Silence).length, ms(2_000));
}

#[test]
fn what_a_crash_left_is_repaired_at_the_next_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let below = directory.path().join("files/c/deep");
    fs::create_dir_all(&below).expect("made");
    let mut cut =
        media::recording::Writer::new(Format::of_extension("wav", VoxFormat::Adpcm8000).expect("known"));
    let header = cut.header();
    let mut file = header.clone();
    cut.push(&[700; 3 * FRAME], &mut file);
    let write = |name: &str, octets: &[u8]| fs::write(below.join(name), octets).expect("written");
    write("a.wav.1f-1.recording", &file);
    write("taken.wav", b"older");
    write("taken.wav.1f-2.recording", &file);
    write("empty.wav.1f-3.recording", &header);
    write("empty.vox.1f-4.recording", b"");
    write("b.vox.1f-5.recording", &[0x77; 80]);
    write("not.a.recording", b"?");
    write(".recording", b"?");
    let outside = directory.path().join("outside.wav.1f-6.recording");
    fs::write(&outside, &file).expect("written");
    symlink(&outside, below.join("link.wav.1f-6.recording")).expect("linked");

    let root = directory.path().join("files");
    leftovers::repair(&root, "2a");
    let mut names: Vec<String> = fs::read_dir(&below)
        .expect("there")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    let expected =
        [".recording", "a.wav", "b.vox", "link.wav.1f-6.recording", "not", "taken.1f-2.wav", "taken.wav"];
    assert_eq!(names, expected);
    assert_eq!(fs::read(below.join("taken.wav")).expect("there"), b"older");
    for name in ["a.wav", "taken.1f-2.wav"] {
        let file = fs::read(below.join(name)).expect("there");
        assert_eq!(wav::repair(&file, file.len() as u64), None, "{name}: its header is right");
        assert_eq!(wav::decode(&file, 10_000).expect("a WAV file").len(), 3 * FRAME);
    }
    assert_eq!(fs::read(&outside).expect("there"), file, "nothing outside is touched");

    // What this process records is under way, and left alone.
    write("c.wav.2a-1.recording", &file);
    leftovers::repair(&root, "2a");
    assert!(below.join("c.wav.2a-1.recording").exists());
}
