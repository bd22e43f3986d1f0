//! The program as it is started: what it prints where, and with which exit code it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

/// The program in a directory of its own, with no variable that could change what it does.
fn trunkline(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TRUNKLINE__"))
    {
        command.env_remove(name);
    }
    command
}

/// How it ended: exit code, standard output, standard error.
#[track_caller]
fn ended(output: &Output) -> (i32, String, String) {
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).expect("text");
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn run(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    ended(&trunkline(directory, arguments).output().expect("started"))
}

#[test]
fn the_printed_defaults_are_a_valid_configuration() {
    let directory = tempfile::tempdir().expect("a directory");
    let (code, defaults, complaints) = run(directory.path(), &["check", "--print-defaults"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    let (_, without, _) = run(directory.path(), &["check"]);
    assert!(without.starts_with("There is no trunkline.toml here"), "{without}");
    std::fs::write(directory.path().join("trunkline.toml"), defaults).expect("written");
    let (code, with, complaints) = run(directory.path(), &["check"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    let tail = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(tail(&with), tail(&without));
}

#[test]
fn a_wrong_configuration_ends_with_2_and_every_error() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("bad.toml"), "[link]\nlisten = [\"x\"]\n[dial]\nring = 4\n")
        .expect("written");
    for command in ["check", "status", "exit"] {
        let (code, said, complaints) = run(directory.path(), &[command, "--config", "bad.toml"]);
        assert_eq!((code, said.as_str()), (2, ""), "{command}");
        let lines: Vec<&str> = complaints.lines().collect();
        assert_eq!(lines.len(), 3, "{complaints}");
        assert!(lines[0].starts_with("bad.toml:2:11: link.listen = \"x\": not an address"), "{complaints}");
        assert!(
            lines[1].starts_with("bad.toml:4:1: dial.ring: no such key; valid: did you mean rings?"),
            "{complaints}"
        );
    }
    let (code, _, complaints) = run(directory.path(), &["check", "--config", "none.toml"]);
    assert_eq!(code, 2);
    assert!(complaints.starts_with("none.toml: cannot read the configuration"), "{complaints}");
    assert_eq!(run(directory.path(), &["chek"]).0, 2);
}

#[test]
fn without_a_server_it_ends_with_1_and_one_sentence() {
    let directory = tempfile::tempdir().expect("a directory");
    for command in ["status", "ports", "links", "exit"] {
        let (code, said, complaints) = run(directory.path(), &[command, "--json"]);
        assert_eq!((code, said.as_str(), complaints.lines().count()), (1, "", 1), "{command}");
        assert!(complaints.starts_with("trunkline: no server runs here: "), "{complaints}");
    }
}

#[test]
fn a_reader_that_left_ends_it_quietly() {
    let directory = tempfile::tempdir().expect("a directory");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output =
        trunkline(directory.path(), &["check", "--print-defaults"]).stdout(writer).output().expect("started");
    assert_eq!(ended(&output), (0, String::new(), String::new()));
}

#[test]
fn send_passes_a_file_on_and_prints_the_answer() {
    const REQUEST: &str = "<PAUSE_LINK>\n<INFO MSGID=”P-1”>\n</INFO>\n</PAUSE_LINK>\n";
    const ANSWER: &str =
        "<PAUSE_LINK>\n<RESPONSE MSGID=\"P-1\" STATUS=\"SUCCESS\">\n</RESPONSE>\n</PAUSE_LINK>\n";
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("pause.xml"), REQUEST).expect("written");
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = listener.local_addr().expect("bound").to_string();
    let server = thread::spawn(move || {
        let mut heard = [String::new(), String::new()];
        for heard in &mut heard {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
            for _ in 0..REQUEST.lines().count() {
                reader.read_line(heard).expect("a line");
            }
            stream.write_all(ANSWER.as_bytes()).expect("said");
            reader.read_to_string(heard).expect("until the client ends");
        }
        heard
    });
    let from_file = run(directory.path(), &["send", "--to", &address, "pause.xml"]);
    assert_eq!(from_file, (0, ANSWER.into(), String::new()));
    let input = std::fs::File::open(directory.path().join("pause.xml")).expect("there");
    let output =
        trunkline(directory.path(), &["send", "--to", &address]).stdin(input).output().expect("started");
    assert_eq!(ended(&output), (0, ANSWER.into(), String::new()));
    assert_eq!(server.join().expect("no panic"), [REQUEST, REQUEST]);

    let (code, said, complaints) = run(directory.path(), &["send", "--to", &address, "none.xml"]);
    assert_eq!((code, said.as_str(), complaints.lines().count()), (1, "", 1), "{complaints}");
    assert!(complaints.starts_with("trunkline: cannot read none.xml: "), "{complaints}");
}

#[test]
fn check_explains_a_certificate_that_cannot_be_used() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("written");
    write(
        "trunkline.toml",
        "[link.tls]\nlisten = [\"127.0.0.1:0\"]\ncertificate = \"link.pem\"\nkey = \"link.key\"\nclient_ca = \"ca.pem\"\n",
    );
    let sign = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("signed");
    let (own, other) = (sign(), sign());
    write("link.pem", &own.cert.pem());
    write("link.key", &other.signing_key.serialize_pem());
    write("ca.pem", "nothing\n");
    let errors = "link.key: link.tls.key: not the key of the certificate in link.pem; valid: a PEM file with \
                  the private key of link.tls.certificate, without a passphrase\n\
                  ca.pem: link.tls.client_ca: there is no PEM certificate in it; valid: a PEM file with the \
                  certificates of the CAs that sign the applications' ones\n";
    let (code, said, complaints) = run(directory.path(), &["check"]);
    assert_eq!((code, said.as_str()), (2, ""));
    let advice = "2 errors in the configuration: correct it and run `trunkline check` again\n";
    assert_eq!(complaints, format!("{errors}{advice}"));
    // The server does not start on them, and says the same.
    let (code, said, complaints) = run(directory.path(), &["serve"]);
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(complaints.ends_with(&format!("{errors}{advice}")), "{complaints}");

    write("link.key", &own.signing_key.serialize_pem());
    write("ca.pem", &own.cert.pem());
    let (code, said, complaints) = run(directory.path(), &["check"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(
        said.contains(
            "tls      127.0.0.1:0 with certificate link.pem, for applications with one by ca.pem\n"
        ),
        "{said}"
    );
    assert!(said.contains("everyone can read the private key link.key"), "{said}");
}

#[test]
fn prompts_are_listed_with_their_words() {
    let directory = tempfile::tempdir().expect("a directory");
    let (code, german, complaints) = run(directory.path(), &["prompts", "list", "--language", "de"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(german.lines().any(|line| line == "de/21                            einundzwanzig"), "{german}");
    assert!(german.lines().all(|line| line.starts_with("de/")), "{german}");
    let (_, all, _) = run(directory.path(), &["prompts", "list"]);
    assert_eq!(all.lines().filter(|line| line.contains("/goodbye ")).count(), 7);
    assert_eq!(run(directory.path(), &["prompts", "list", "--language", "xx"]).0, 2);
}

#[test]
fn prompts_are_checked_with_the_users_own() {
    let directory = tempfile::tempdir().expect("a directory");
    let check = || run(directory.path(), &["prompts", "check", "--language", "fr"]);
    let (code, said, complaints) = check();
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(said.starts_with("French (fr): ") && said.ends_with(" prompts, 0 of your own\n"), "{said}");

    let own = directory.path().join("trunkline-data/prompts/fr");
    std::fs::create_dir_all(&own).expect("made");
    std::fs::write(own.join("goodbye.vox"), [0x80; 400]).expect("written");
    std::fs::write(own.join("adieu.vox"), [0x80; 400]).expect("written");
    let (code, said, complaints) = check();
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(said.contains(", 1 of your own\n"), "{said}");
    assert!(said.contains("fr/adieu.vox: not in the catalogue, never played\n"), "{said}");

    std::fs::write(own.join("welcome.wav"), b"no sound").expect("written");
    let (code, said, complaints) = check();
    assert_eq!((code, complaints.lines().count()), (1, 1), "{complaints}");
    assert!(said.contains("  welcome: "), "{said}");
}

/// Only where the synthesiser is there: the prompts themselves are in the repository.
#[test]
fn prompts_are_spoken_by_espeak() {
    let directory = tempfile::tempdir().expect("a directory");
    let nowhere =
        trunkline(directory.path(), &["prompts", "build", "--language", "en"]).env("PATH", "").output();
    let (code, _, complaints) = ended(&nowhere.expect("started"));
    assert_eq!((code, complaints.lines().count()), (1, 1), "{complaints}");
    assert!(complaints.contains("install it"), "{complaints}");
    if Command::new("espeak-ng").arg("--version").output().is_err() {
        eprintln!("skipped: espeak-ng is not installed (Debian: espeak-ng)");
        return;
    }
    let (code, said, complaints) = run(directory.path(), &["prompts", "build", "--language", "zh"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(said.starts_with("prompts/zh: "), "{said}");
    assert!(directory.path().join("prompts/zh/you-have.before.vox").exists());
}
