//! Both databases by the same tests. That of PostgreSQL makes a cluster of its own, where its programs are there.

use std::process::{Command, Stdio};

use super::*;
use crate::call::tests::record;
use crate::history::History;
use crate::migration;
use crate::spool::{self, DATABASE};
use crate::taker::{Settings, Store};

fn entry(n: i64, is_whole: bool) -> Entry {
    Entry { is_whole, call: record(n) }
}

fn found(place: &Place, sought: &Sought) -> Vec<CallRecord> {
    let mut calls = Vec::new();
    let mut history = History::open(place).expect("it opens");
    history
        .each(sought, |call| {
            calls.push(call);
            true
        })
        .expect("it is read");
    calls
}

/// The numbers of the calls found, the latest first.
fn numbers(place: &Place, sought: &Sought) -> Vec<i64> {
    let number =
        |call: CallRecord| call.id.rsplit('-').next().and_then(|n| n.parse().ok()).expect("a number");
    found(place, sought).into_iter().map(number).collect()
}

/// What must hold of every database.
fn check(place: &Place) {
    let mut database = Database::new(place.clone(), None);
    database.tidy().expect("it opens");
    // A row is as it was, and the last word on a leg stays the last.
    let mut early = entry(1, false);
    early.call.mos = None;
    early.call.codec = None;
    database.take(&[early.clone()]).expect("taken");
    assert_eq!(found(place, &Sought::default()), [early.call.clone()]);
    database.take(&[entry(1, true)]).expect("taken");
    database.take(&[early]).expect("taken");
    assert_eq!(found(place, &Sought::default()), [record(1)]);
    // The same again is there once.
    let many: Vec<Entry> = (2..=20).flat_map(|n| [entry(n, false), entry(n, true)]).collect();
    database.take(&many).expect("taken");
    database.take(&many).expect("taken");
    assert_eq!(numbers(place, &Sought::default()), (1..=20).rev().collect::<Vec<_>>());
    // What is sought is found, whatever stands in it.
    let mut odd = record(21);
    odd.dnis = "'; DROP TABLE calls; --".into();
    odd.agent = Some(25);
    odd.campaign = "Été".into();
    odd.answered = None;
    database.take(&[Entry { is_whole: true, call: odd.clone() }]).expect("taken");
    let by = |number: &str| Sought { number: Some(number.into()), ..Sought::default() };
    assert_eq!(found(place, &by(&odd.dnis)), [odd.clone()]);
    assert_eq!(numbers(place, &by("3015550007")), [7]);
    assert_eq!(numbers(place, &by("' OR ''='")), [] as [i64; 0]);
    assert_eq!(numbers(place, &Sought { agent: Some(25), ..Sought::default() }), [21]);
    let spring = Sought { campaign: Some("SPRING".into()), limit: Some(2), ..Sought::default() };
    assert_eq!(numbers(place, &spring), [20, 19]);
    assert_eq!(numbers(place, &Sought { since: Some(record(19).began), ..Sought::default() }), [21, 20, 19]);
    // Another process with the same tables.
    drop(Connection::open(place).expect("it opens again"));
    // What was kept for long enough goes.
    let connection = database.connected().expect("connected");
    assert_eq!(connection.purge(record(10).ended).expect("purged"), 9);
    assert_eq!(numbers(place, &Sought::default()), (10..=21).rev().collect::<Vec<_>>());
}

#[test]
fn sqlite_keeps_rows_once_and_finds_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = Place::of_url("sqlite", directory.path()).expect("a place");
    assert!(matches!(History::open(&place), Err(StoreError::Missing(_))));
    check(&place);
    use std::os::unix::fs::PermissionsExt as _;
    let mode =
        |name: &str| directory.path().join(name).metadata().map(|m| m.permissions().mode() & 0o777).ok();
    assert_eq!(mode("trunkline.db"), Some(0o600));
}

#[test]
fn the_tables_have_the_columns_of_the_row() {
    for sql in migration::SQLITE.iter().chain(migration::POSTGRES) {
        let lines = sql.lines().filter(|line| line.starts_with("    "));
        let columns: Vec<&str> = lines.filter_map(|line| line.split_whitespace().next()).collect();
        let wanted: Vec<&str> = CallRecord::COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(columns, wanted);
    }
}

#[test]
fn tables_of_a_newer_program_are_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = Place::of_url("sqlite", directory.path()).expect("a place");
    drop(Connection::open(&place).expect("made"));
    let raw = rusqlite::Connection::open(directory.path().join("trunkline.db")).expect("opened");
    raw.execute("INSERT INTO migrations (number) VALUES (99)", []).expect("written");
    let refused = Database::new(place, None).take(&[entry(1, true)]).expect_err("newer");
    assert!(refused.contains("version 99"), "{refused}");
}

#[test]
fn a_url_is_a_place_or_says_why_not_without_itself() {
    let of = |url: &str| Place::of_url(url, Path::new("/data"));
    assert!(matches!(of("sqlite"), Ok(Place::Sqlite(path)) if path == Path::new("/data/trunkline.db")));
    let place = of("postgres://me:hush@db.example.org:5433/calls").expect("a place");
    let shown = format!("{place:?}");
    assert!(shown.contains("db.example.org") && !shown.contains("hush"), "{shown}");
    for (url, why) in [("mysql://x", "no database of these"), ("postgres://me@db:port", "not such a URL")] {
        assert_eq!(of(url).err(), Some(why));
    }
    assert!(of("postgres://").is_err());
}

/// A database that is away, and comes.
#[test]
fn what_the_database_does_not_take_waits_and_is_taken_later() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("trunkline.db");
    // A directory in its place: no user can write to that, root neither.
    std::fs::create_dir(&path).expect("made");
    let settings = Settings {
        spool: directory.path().join("cdr"),
        database: Place::Sqlite(path.clone()),
        csv: Some(directory.path().join("cdr.csv")),
        keep: None,
    };
    let (mut spool, store) = Store::start(&settings).expect("it starts all the same");
    (1..=3).for_each(|n| spool.put(&entry(n, true)));
    spool.flush();
    drop(spool);
    store.end(Duration::from_secs(30));
    assert_eq!(spool::waiting(&settings.spool, DATABASE).expect("counted"), 3);
    // The file is a taker of its own.
    let csv = std::fs::read_to_string(directory.path().join("cdr.csv")).expect("written");
    assert_eq!(csv.lines().count(), 4);
    std::fs::remove_dir(&path).expect("gone");
    let (spool, store) = Store::start(&settings).expect("it starts");
    drop(spool);
    store.end(Duration::from_secs(30));
    assert_eq!(spool::waiting(&settings.spool, DATABASE).expect("counted"), 0);
    assert_eq!(numbers(&settings.database, &Sought::default()), [3, 2, 1]);
    let csv = std::fs::read_to_string(directory.path().join("cdr.csv")).expect("written");
    assert_eq!(csv.lines().count(), 4);
}

/// A PostgreSQL of our own, on a socket in a directory of its own, until dropped.
struct Cluster {
    directory: tempfile::TempDir,
    programs: PathBuf,
}

impl Cluster {
    /// One that takes connections; nothing where its programs are not there.
    fn start() -> Option<Self> {
        let cluster = Self { directory: tempfile::tempdir().expect("a directory"), programs: programs()? };
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(cluster.directory.path()).status().ok()?;
            owned.success().then_some(())?;
        }
        let mut initdb = cluster.program("initdb");
        initdb.args(["-A", "trust", "-U", "trunkline", "-N", "-D"]).arg(cluster.data());
        initdb.status().ok()?.success().then_some(())?;
        let options = format!("-c listen_addresses= -c fsync=off -k {}", cluster.directory.path().display());
        // It says when the server is ready.
        let mut start = cluster.program("pg_ctl");
        start.args(["start", "-w", "-t", "30", "-o", &options, "-D"]).arg(cluster.data());
        assert!(start.status().is_ok_and(|status| status.success()), "PostgreSQL does not start within 30 s");
        Some(cluster)
    }

    /// One of its programs. PostgreSQL refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = Command::new(if is_root() { "runuser".into() } else { path.clone() });
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(path);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        command
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn place(&self) -> Place {
        let host = self.directory.path().display().to_string().replace('/', "%2F");
        let url = format!("postgres://trunkline@{host}/postgres");
        Place::of_url(&url, Path::new("")).expect("a place")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.program("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(self.data()).status();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|us| std::os::unix::fs::MetadataExt::uid(&us) == 0)
}

/// Where its programs lie together: Debian keeps them out of the path.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = debian.map(|entry| entry.path().join("bin")).chain(std::env::split_paths(&path));
    let mut places = places.filter(|place| place.join("initdb").exists() && place.join("pg_ctl").exists());
    places.next()
}

#[test]
fn postgresql_keeps_rows_once_and_finds_them() {
    let Some(cluster) = Cluster::start() else {
        println!("skipped: no PostgreSQL here (initdb, pg_ctl)");
        return;
    };
    let place = cluster.place();
    check(&place);
    // What it will never take does not stand in the way of the rest.
    let mut bad = entry(30, true);
    bad.call.dnis = "no\0name".into();
    let mut database = Database::new(place.clone(), None);
    database.take(&[entry(29, true), bad, entry(31, true)]).expect("taken but for one");
    assert_eq!(numbers(&place, &Sought { since: Some(record(29).began), ..Sought::default() }), [31, 29]);
    // It is away and comes again.
    let gone = place;
    drop(cluster);
    let why = database.take(&[entry(32, true)]).expect_err("away");
    assert!(why.starts_with("the PostgreSQL database postgres at "), "{why}");
    assert!(Connection::open(&gone).is_err());
}
