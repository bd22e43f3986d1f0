//! Configuration texts in, errors out.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: BTreeMap<_, _> =
        variables.iter().map(|&(name, value)| (name.into(), value.into())).collect();
    Environment {
        variables,
        secret_file: |path| match path.to_str() {
            Some("/run/secrets/trunk") => Ok("s3cret\n".into()),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        },
    }
}

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    Config::parse("t.toml", text, &environment(variables)).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })
}

/// Exactly these errors, a line each, come from this text.
#[track_caller]
fn check(text: &str, errors: &str) {
    check_with(text, &[], errors);
}

#[track_caller]
fn check_with(text: &str, variables: &[(&str, &str)], errors: &str) {
    let found = parse(text, variables).err().unwrap_or_default();
    let expected: Vec<&str> = errors.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected.join("\n"), "for {text}");
}

const TRUNK: &str = "[[trunk]]\nname = \"a\"\nports = \"1-24\"\naddress = \"sip:127.0.0.1:5070\"\n";

#[test]
fn nothing_written_is_every_default() {
    assert_eq!(parse("", &[]), Ok(Config::default()));
    let config = Config::default();
    assert_eq!(config.link_port(), 700);
    assert_eq!(config.control_socket(), Path::new("./trunkline-data/control.sock"));
    assert_eq!(config.files.drives_root(), Path::new("./trunkline-data/files"));
    assert_eq!(config.files.prompts_below_drives(), Path::new("c/prompts"));
    assert!(config.parameters.xml_messaging() && config.parameters.inbound_calls());
    assert_eq!(config.media.legs(), 5000);
}

#[test]
fn the_example_states_every_key_at_its_default() {
    let (config, keys) = read::read("example", EXAMPLE, &environment(&[])).expect("the example is valid");
    assert_eq!(config, Config::default());

    // What is commented out is valid too, and with it every key stands there.
    let whole: String = EXAMPLE
        .lines()
        .map(|line| {
            let bare = line.strip_prefix("# ").unwrap_or(line);
            let is_code =
                bare.starts_with('[') || bare.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
            if is_code { format!("{bare}\n") } else { format!("{line}\n") }
        })
        .collect();
    let (config, _) =
        read::read("whole", &whole, &environment(&[("CARRIER_PASSWORD", "x"), ("AGENT_PASSWORD", "x")]))
            .expect("valid as well");
    assert_eq!((config.trunks.len(), config.campaigns.len(), config.mailboxes.len()), (1, 1, 1));
    assert_eq!(config.agents.len(), 2);
    assert_eq!(config.control_socket(), Config::default().control_socket());
    assert!(!keys.is_empty());
    let (_, keys) = read::read(
        "keys",
        &format!("{TRUNK}[[agent]]\nports = \"25\"\npassword = \"x\"\n[[campaign]]\nname = \"c\"\n[[mailbox]]\nnumber = \"1\""),
        &environment(&[]),
    )
    .expect("valid");
    let later = ["console.listen", "mailbox.email", "mailbox.extens08", "mailbox.extens09", "mailbox.flow"];
    let mut section = "";
    let mut written = BTreeSet::new();
    for line in whole.lines() {
        if let Some((name, _)) =
            line.trim_start_matches('[').split_once(']').filter(|_| line.starts_with('['))
        {
            section = name;
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' ')) {
            written.insert(format!("{section}.{key}"));
        }
    }
    let known: BTreeSet<String> = keys.into_iter().filter(|key| !later.contains(&key.as_str())).collect();
    assert_eq!(written, known);
}

#[test]
fn every_error_is_found_at_once_and_says_where() {
    check(
        "[link]\nlisten = [\"localhost\", \"127.0.0.1\"]\nalow = []\n  spelling = 'corect'\n\n[lnik]\n",
        "t.toml:2:11: link.listen = \"localhost\": not an address; valid: an address without a port, such as \"127.0.0.1\"; the port is 700 + eee51
         t.toml:3:1: link.alow: no such key; valid: did you mean allow?
         t.toml:4:14: link.spelling = 'corect': not a word of this key; valid: \"memorandum\", \"corrected\"
         t.toml:6:2: lnik: no such section; valid: did you mean link?",
    );
}

#[test]
fn text_that_is_not_toml_says_where() {
    let errors = parse("[link]\nlisten = [\n[sip\n", &[]).expect_err("not TOML");
    assert!(errors.starts_with("t.toml:3:") && errors.contains("not TOML"), "{errors}");
    let twice = parse("[link]\nallow = []\nallow = []\n", &[]).expect_err("twice");
    assert!(twice.starts_with("t.toml:3:1: not TOML: duplicate key"), "{twice}");
}

#[test]
fn the_parameters_have_their_ranges() {
    let config = parse("[parameters]\nxxx77 = 1\neee51 = 64835\neee81 = 256\neee30 = 0", &[]).expect("valid");
    assert_eq!(config.link_port(), 65535);
    assert_eq!(config.parameters, Parameters { xxx77: 1, eee51: 64835, eee81: 256, eee30: false });
    assert!(!config.parameters.inbound_calls());
    check(
        "[parameters]\nxxx77 = -1\neee51 = 64836\neee81 = \"1\"\neee30 = true",
        "t.toml:2:9: parameters.xxx77 = -1: not such a number; valid: a whole number from 0 to 255
         t.toml:3:9: parameters.eee51 = 64836: not such a number; valid: a whole number from 0 to 64835
         t.toml:4:9: parameters.eee81 = \"1\": not such a number; valid: a whole number from 0 to 65534
         t.toml:5:9: parameters.eee30 = true: not such a number; valid: a whole number from 0 to 1",
    );
}

#[test]
fn what_is_not_built_yet_is_refused_and_never_ignored() {
    parse("[console]\nlisten = \"\"", &[]).expect("that is what the server does today");
    check(
        "\n\n\n\n\n\n\n\n\
         [console]\nlisten = \"127.0.0.1:8700\"\n[[mailbox]]\nnumber = \"1\"\nflow = \"f\"\n\
         [media]\ncodecs = [\"PCMU\", \"G729\"]\n[sip]\nlisten = [\"wss://127.0.0.1:5061\"]",
        "t.toml:10:10: console.listen: not supported yet; valid: \"\", or leave it out
         t.toml:13:8: mailbox[1].flow: not supported yet; valid: leave it out
         t.toml:15:19: media.codecs = \"G729\": not a codec; valid: \"PCMU\", \"PCMA\", \"G722\"
         t.toml:17:11: sip.listen = \"wss://127.0.0.1:5061\": not supported yet; valid: \"udp://ADDRESS:PORT\", \"tcp://ADDRESS:PORT\" or \"tls://ADDRESS:PORT\"",
    );
}

#[test]
fn u64_u65_what_legs_listen_for() {
    let config = parse(
        "[media]\ntones = \"DE\"\ninband_keys = \"always\"\nnoise = \"3s\"\nnoise_level = -40\nsilence = \"1m\"\ncodecs = [\"g722\"]",
        &[],
    )
    .expect("valid");
    assert_eq!(config.media.tones.code(), "de");
    assert_eq!(config.media.inband_keys, InbandKeys::Always);
    assert_eq!((config.media.noise, config.media.noise_level), (Duration::from_secs(3), -40));
    assert_eq!(config.media.silence, Duration::from_mins(1));
    assert_eq!(config.media.codecs, [Codec::G722]);
    assert_eq!(Config::default().media.noise, Duration::ZERO, "off by default");
    check(
        "[media]\ntones = \"xx\"\ninband_keys = \"on\"\nnoise_level = 1",
        "t.toml:2:9: media.tones = \"xx\": not a country whose tones are known; valid: one of us, ca, uk, de, fr, it, es, nl, be, ch, se, za, au, jp, br, mx, in, cn, ru
         t.toml:3:15: media.inband_keys = \"on\": not a word of this key; valid: \"auto\", \"always\", \"never\"
         t.toml:4:15: media.noise_level = 1: not such a number; valid: a whole number from -60 to 0",
    );
}

#[test]
fn p06_where_play_responses_lie() {
    let config = parse("[files]\ndata = \"/d\"\nplay_responses = \"pec\"", &[]).expect("valid");
    assert_eq!(config.files.play_responses(), PathBuf::from("/d/pec"));
    check(
        "[files]\nplay_responses = \"../pec\"",
        "t.toml:2:18: files.play_responses = \"../pec\": leads out of files.data; valid: a path below it, without .. and /",
    );
}

#[test]
fn variables_override_keys() {
    let config = parse(
        "[link]\nmax_message = 2048\nspelling = \"bad, and overridden\"",
        &[
            ("TRUNKLINE__LINK__MAX_MESSAGE", "4096"),
            ("TRUNKLINE__LINK__SPELLING", "corrected"),
            ("TRUNKLINE__LINK__LISTEN", "[\"127.0.0.2\"]"),
            ("TRUNKLINE__FILES__DATA", "2024"),
            ("TRUNKLINE__MEDIA__ADVERTISE", "203.0.113.7"),
            ("PATH", "/bin"),
        ],
    )
    .expect("valid");
    assert_eq!(config.link.max_message, 4096);
    assert_eq!(config.link.spelling, Spelling::Corrected);
    assert_eq!(config.link.listen, ["127.0.0.2".parse::<IpAddr>().expect("an address")]);
    assert_eq!(config.files.data, Path::new("2024"));
    check_with(
        "",
        &[
            ("TRUNKLINE__LINK__ALLOW", "[\"10.0.0.1/8\"]"),
            ("TRUNKLINE__LINK__MAX_MESAGE", "1"),
            ("TRUNKLINE__DIAL__RINGS", "many"),
            ("TRUNKLINE__CONSOLE__LISTEN", "127.0.0.1:1"),
            ("TRUNKLINE__TRUNK__NAME", "carrier"),
        ],
        "environment variable TRUNKLINE__LINK__ALLOW: link.allow = [\"10.0.0.1/8\"]: not a network; valid: ADDRESS/LENGTH with no bit set behind the length, such as \"10.1.0.0/16\"
         environment variable TRUNKLINE__DIAL__RINGS: dial.rings = many: not such a number; valid: a whole number from 1 to 99
         environment variable TRUNKLINE__CONSOLE__LISTEN: console.listen: not supported yet; valid: \"\", or leave it out
         environment variable TRUNKLINE__LINK__MAX_MESAGE: overrides no key; valid: did you mean TRUNKLINE__LINK__MAX_MESSAGE?
         environment variable TRUNKLINE__TRUNK__NAME: overrides no key; valid: TRUNKLINE__SECTION__KEY for a key of a [section]",
    );
}

#[test]
fn trunks_share_neither_names_nor_ports() {
    check(
        &format!("{TRUNK}[[trunk]]\nname = \"a\"\nports = \"24-30\"\naddress = \"sip:gw.example.com;transport=tcp\"\n"),
        "t.toml:6:8: trunk[2].name = \"a\": trunk a has this name already; valid: a name of its own
         t.toml:7:9: trunk[2].ports = \"24-30\": trunk a has ports 1-24; valid: ports that no other trunk has",
    );
    check(
        "[parameters]\neee81 = 65500\n[[trunk]]\nname = \"\"\nports = \"30-36\"\naddress = \"tel:h\"\nregister = true\nallow = [\"x\"]",
        "t.toml:4:8: trunk[1].name = \"\": not such a text; valid: a text in quotes of 1 to 64 characters
         t.toml:5:9: trunk[1].ports = \"30-36\": port + eee81 (65500) is over 65535; valid: up to 35
         t.toml:6:11: trunk[1].address = \"tel:h\": not a SIP address; valid: \"sip:HOST\", \"sip:HOST:PORT\" or \"sips:HOST\", with \";transport=udp\", \";transport=tcp\" or \";transport=tls\" where wanted
         t.toml:7:12: trunk[1].register = true: nobody to register as; valid: with username and password
         t.toml:8:10: trunk[1].allow = \"x\": not a network; valid: ADDRESS/LENGTH with no bit set behind the length, such as \"10.1.0.0/16\"",
    );
    check(
        "[[trunk]]\nports = \"0-4\"\n",
        "t.toml:1:1: trunk[1].name: must be written; valid: a name of 1 to 64 characters
         t.toml:1:1: trunk[1].address: must be written; valid: \"sip:HOST\", \"sip:HOST:PORT\" or \"sips:HOST\", with \";transport=udp\", \";transport=tcp\" or \";transport=tls\" where wanted
         t.toml:2:9: trunk[1].ports = \"0-4\": not a range of ports; valid: a range of ports from 1 to 65535 in quotes, such as \"1-24\"",
    );
    check(&format!("{TRUNK}allow = []"), "t.toml:5:9: trunk[1].allow = []: empty; valid: one or more");
    check("trunk = 1\n", "t.toml:1:9: trunk: not a list of tables; valid: a header [[trunk]] for each");
    check("[trunk]\n", "t.toml:1:1: trunk: not a list of tables; valid: a header [[trunk]] for each");
}

#[test]
fn secrets_come_from_outside_and_are_never_shown() {
    let text = format!("{TRUNK}username = \"u\"\npassword = \"${{PW}}\"\n");
    let config = parse(&text, &[("PW", "hunter2")]).expect("valid");
    let credentials = config.trunks[0].credentials.as_ref().expect("has credentials");
    assert_eq!(credentials.password.reveal(), "hunter2");
    assert!(!format!("{config:?}").contains("hunter2"));

    let text = format!("{TRUNK}username = \"u\"\npassword = \"${{file:/run/secrets/trunk}}\"\n");
    let config = parse(&text, &[]).expect("valid");
    assert_eq!(config.trunks[0].credentials.as_ref().map(|c| c.password.reveal()), Some("s3cret"));

    check(
        &format!(
            "{TRUNK}username = \"u\"\npassword = \"${{NONE}}\"\n[[mailbox]]\nnumber = \"1\"\npassword = \"hunter2\"\npasword = \"hunter2\""
        ),
        "t.toml:5:12: trunk[1].username = \"u\": has no password; valid: username and password, or neither
         t.toml:6:12: trunk[1].password: the environment has no variable NONE; valid: set it before the start
         t.toml:9:12: mailbox[1].password: not all digits; valid: 4 to 10 digits in quotes
         t.toml:10:1: mailbox[1].pasword: no such key; valid: did you mean password?",
    );
    check(
        &format!("{TRUNK}username = \"u\"\npassword = \"${{file:/none}}\"\n"),
        "t.toml:5:12: trunk[1].username = \"u\": has no password; valid: username and password, or neither
         t.toml:6:12: trunk[1].password: cannot read /none: entity not found; valid: a small readable file",
    );
}

#[test]
fn d07_mailboxes_have_a_letter() {
    let letters = ["U", "x", "C", "W", "J", "E", "Q"].map(|letter| {
        let text =
            format!("[[mailbox]]\nnumber = \"12345678901234\"\ntype = \"{letter}\"\npassword = \"2424\"");
        let kind = parse(&text, &[]).expect("valid").mailboxes[0].kind;
        (kind.letter(), kind.acts_as().letter())
    });
    assert_eq!(letters, [('U', 'U'), ('X', 'X'), ('C', 'C'), ('W', 'W'), ('J', 'J'), ('E', 'E'), ('Q', 'E')]);
    check(
        "[[mailbox]]\nnumber = \"123456789012345\"\ntype = \"UU\"\n[[mailbox]]\nnumber = 156\n[[mailbox]]\nnumber = \"1\"\n[[mailbox]]\nnumber = \"1\"",
        "t.toml:2:10: mailbox[1].number = \"123456789012345\": too short or too long; valid: 1 to 14 digits in quotes
         t.toml:3:8: mailbox[1].type = \"UU\": not a letter; valid: U, X, C, W, J or E
         t.toml:5:10: mailbox[2].number = 156: not a text in quotes; valid: 1 to 14 digits in quotes
         t.toml:9:10: mailbox[4].number = \"1\": another mailbox has this number already; valid: a number of its own",
    );
}

#[test]
fn d014_u71_how_the_house_speaks() {
    let speech = |text: &str| read::read("t.toml", text, &environment(&[])).map(|(config, _)| config.speech);
    assert_eq!(speech("").expect("valid"), Speech { language: Language::English, integers: Style::Integers });
    let written = speech("[speech]\nlanguage = \"fa\"\nintegers = \"digits\"").expect("valid");
    assert_eq!(written, Speech { language: Language::Farsi, integers: Style::Digits });
    check(
        "[speech]\nlanguage = \"tlh\"\nintegers = \"words\"",
        "t.toml:2:12: speech.language = \"tlh\": not a word of this key; valid: \"en\", \"es\", \"fr\", \"de\", \"ar\", \"fa\", \"zh\"
         t.toml:3:12: speech.integers = \"words\": not a word of this key; valid: \"number\", \"digits\"",
    );
}

#[test]
fn files_stay_below_their_directory() {
    check(
        "[files]\ndrives = \"../x\"\nprompts = \"/etc\"",
        "t.toml:2:10: files.drives = \"../x\": leads out of files.data; valid: a path below it, without .. and /
         t.toml:3:11: files.prompts = \"/etc\": leads out of files.data; valid: a path below it, without .. and /",
    );
    check(
        "[files]\ndrives = \"voice\"\nprompts = \"files/c\"",
        "t.toml:3:11: files.prompts = \"files/c\": does not lie below files.drives; valid: a path that begins with voice/",
    );
}

#[test]
fn sessions_are_no_shorter_than_the_rfc_allows_and_no_longer_than_an_hour() {
    check(
        "[sip]\nsession_least = \"60s\"\nsession_expires = \"61m\"",
        "t.toml:2:17: sip.session_least = \"60s\": not such a time; valid: a time from \"90s\" to \"60m\", such as \"90s\"
         t.toml:3:19: sip.session_expires = \"61m\": not such a time; valid: a time from session_least to \"60m\", such as \"30m\", or \"0s\" for no session timers",
    );
    check(
        "[sip]\nsession_least = \"10m\"\nsession_expires = \"5m\"",
        "t.toml:3:19: sip.session_expires = \"5m\": not such a time; valid: a time from session_least to \"60m\", such as \"30m\", or \"0s\" for no session timers",
    );
    assert!(parse("[sip]\nsession_expires = \"0s\"", &[]).expect("valid").sip.session.expires.is_zero());
}

#[test]
fn lists_are_neither_empty_nor_double() {
    check(
        "[link]\nlisten = []\n[media]\nrtp_ports = \"5-6\"\ncodecs = [\"PCMA\", \"pcma\"]\nadvertise = \"0.0.0.0\"\n[sip]\nlisten = \"udp://127.0.0.1:5060\"",
        "t.toml:2:10: link.listen = []: empty; valid: one or more
         t.toml:4:13: media.rtp_ports = \"5-6\": no room for a call; valid: an even port and the next for every call at a time
         t.toml:5:10: media.codecs = [\"PCMA\", \"pcma\"]: says the same twice; valid: each once
         t.toml:6:13: media.advertise = \"0.0.0.0\": not an address that others can reach; valid: an address such as \"203.0.113.7\"
         t.toml:8:10: sip.listen = \"udp://127.0.0.1:5060\": not a list; valid: a list in brackets of \"udp://ADDRESS:PORT\", \"tcp://ADDRESS:PORT\" or \"tls://ADDRESS:PORT\"",
    );
}

#[test]
fn what_is_shown_stays_on_one_line() {
    let long = "x".repeat(300);
    let errors = parse(&format!("[link]\nspelling = \"\"\"a\nb{long}\"\"\""), &[]).expect_err("not a word");
    assert_eq!(errors.lines().count(), 1);
    assert!(errors.contains("\\u{a}b") && errors.contains('…'), "{errors}");
    assert_eq!(shown("a\r\n\u{1b}[2J\u{202e}"), "a\\u{d}\\u{a}\\u{1b}[2J\\u{202e}");
    assert_eq!(shown(&long).chars().count(), 201);
}

#[test]
fn warnings_tell_what_is_probably_not_meant() {
    let narrow = parse(&format!("{TRUNK}[media]\nrtp_ports = \"20000-20009\""), &[]).expect("valid");
    assert_eq!(narrow.warnings().len(), 1);
    assert!(narrow.warnings()[0].contains("room for 5 calls"));
    let open = parse(&format!("{TRUNK}[link]\nlisten = [\"0.0.0.0\"]\nallow = [\"0.0.0.0/0\"]"), &[])
        .expect("valid");
    assert!(open.warnings()[0].contains("admits every address"));
    let within = parse(&format!("{TRUNK}[sip]\nlisten = [\"udp://127.0.0.1:20500\"]"), &[]).expect("valid");
    assert!(within.warnings()[0].contains("lies within media.rtp_ports"));
    assert_eq!(parse(TRUNK, &[]).expect("valid").warnings(), [""; 0]);
}

#[test]
fn call_records_go_where_it_is_said() {
    let config = parse("", &[]).expect("valid");
    assert!(
        matches!(config.database(), store::Place::Sqlite(path) if path.ends_with("trunkline-data/trunkline.db"))
    );
    assert_eq!(config.store_settings().keep, None);
    let text =
        "[store]\nurl = \"${URL}\"\n[cdr]\ncsv = \"out/cdr.csv\"\nkeep_days = 2\n[files]\ndata = \"/d\"";
    let config = parse(text, &[("URL", "postgres://u:hush@db/calls")]).expect("valid");
    let settings = config.store_settings();
    assert_eq!(settings.csv, Some("/d/out/cdr.csv".into()));
    assert_eq!((settings.spool, settings.keep), ("/d/cdr".into(), Some(Duration::from_secs(172_800))));
    assert!(!format!("{config:?}").contains("hush"));
    check(
        "[store]\nurl = \"mysql://u:hush@h\"\n[cdr]\ncsv = \"../x\"\nkeep_days = -1",
        "t.toml:2:7: store.url: no database of these; valid: \"sqlite\" or \"postgres://USER:PASSWORD@HOST:PORT/DATABASE\"
         t.toml:4:7: cdr.csv = \"../x\": leads out of files.data; valid: a path below it, without .. and /
         t.toml:5:13: cdr.keep_days = -1: not such a number; valid: a whole number from 0 to 36500",
    );
}

#[test]
fn passwords_in_the_open_are_known() {
    let secrets = |text: &str| {
        let text = format!("[[mailbox]]\nnumber = \"1\"\n{text}");
        parse(&text, &[("PIN", "2424")]).expect("valid").states_secrets()
    };
    assert!(secrets("password = \"2424\""));
    assert!(!secrets("password = \"${PIN}\""));
    assert!(secrets("[store]\nurl = \"postgres://u:pw@h\""));
    assert!(!secrets("[store]\nurl = \"postgres://u@h\""));
    assert!(!secrets(""));
}

#[test]
fn a_socket_has_a_short_path() {
    let data = "d".repeat(96);
    check(
        &format!("[files]\ndata = \"{data}\"\n"),
        "t.toml:1:1: status.socket: 109 octets are too long for a socket's path, by default <data>/control.sock; valid: a path of up to 107 octets",
    );
    check(&format!("[files]\ndata = \"{data}\"\n[status]\nsocket = \"/run/trunkline.sock\""), "");
}

#[test]
fn networks_admit_what_lies_within() {
    let admits = |network: &str, address: &str| {
        kinds::network(network).map(|network| kinds::admits(&[network], address.parse().expect("an address")))
    };
    assert_eq!(admits("127.0.0.0/8", "127.255.0.9"), Some(true));
    assert_eq!(admits("127.0.0.0/8", "::ffff:127.0.0.1"), Some(true));
    assert_eq!(admits("127.0.0.0/8", "128.0.0.1"), Some(false));
    assert_eq!(admits("10.1.2.3", "10.1.2.3"), Some(true));
    assert_eq!(admits("10.1.2.3", "10.1.2.4"), Some(false));
    assert_eq!(admits("0.0.0.0/0", "8.8.8.8"), Some(true));
    assert_eq!(admits("0.0.0.0/0", "::1"), Some(false));
    assert_eq!(admits("::/0", "2001:db8::1"), Some(true));
    assert_eq!(admits("2001:db8::/32", "2001:db9::1"), Some(false));
    for wrong in ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "x/8", "", "1.2.3/8", "::1/129"] {
        assert_eq!(kinds::network(wrong), None, "{wrong}");
    }
}

#[test]
fn a_grace_is_a_time() {
    let grace =
        |text: &str| parse(&format!("[link]\ngrace = \"{text}\""), &[]).map(|config| config.link.grace);
    assert_eq!(grace("0s").ok(), Some(Duration::ZERO));
    assert_eq!(grace("500ms").ok(), Some(Duration::from_millis(500)));
    assert_eq!(grace("2m").ok(), Some(Duration::from_secs(120)));
    for wrong in ["", "30", "s", "-1s", "1h", "2 m", "61m", "99999999999999999999s"] {
        assert!(grace(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn u72_a_recording_has_some_time() {
    let record = |text: &str| parse(&format!("[record]\n{text}"), &[]).map(|config| config.record);
    let ours =
        record("longest = \"2m\"\nsilence = \"800ms\"\nbeep = true\nidle = \"5s\"\ntwo_way = \"stereo\"");
    let wanted = Record {
        longest: Duration::from_secs(120),
        silence: Duration::from_millis(800),
        beep: true,
        idle: Duration::from_secs(5),
        two_way: TwoWay::Stereo,
    };
    assert_eq!(ours.ok(), Some(wanted));
    for wrong in
        ["longest = \"0s\"", "silence = \"0ms\"", "idle = \"0m\"", "idle = 600", "two_way = \"mono\""]
    {
        assert!(record(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn d09_tls_needs_all_its_files() {
    let whole =
        "[link.tls]\nlisten = [\"0.0.0.0:1700\"]\ncertificate = \"c\"\nkey = \"k\"\nclient_ca = \"a\"";
    let tls = parse(whole, &[]).expect("valid").link.tls.expect("written");
    assert_eq!(tls.listen, [SocketAddr::from(([0, 0, 0, 0], 1700))]);
    assert_eq!((tls.certificate, tls.key, tls.client_ca), ("c".into(), "k".into(), "a".into()));
    let tls = parse(whole, &[("TRUNKLINE__LINK__TLS__KEY", "other")]).expect("valid").link.tls;
    assert_eq!(tls.expect("written").key, Path::new("other"));
    check(
        "[link.tls]\nkey = \"k\"\nlisten = [\"0.0.0.0\"]\nclient = \"a\"",
        "t.toml:1:1: link.tls.certificate: must be written; valid: the path of a PEM file
         t.toml:1:1: link.tls.client_ca: must be written; valid: the path of a PEM file
         t.toml:3:11: link.tls.listen = \"0.0.0.0\": not an address with a port; valid: such as \"0.0.0.0:1700\"
         t.toml:4:1: link.tls.client: no such key; valid: did you mean client_ca?",
    );
    check(
        "[link]\ntls = 1",
        "t.toml:2:7: link.tls: not a section; valid: a header [link.tls] with keys below it",
    );
}

#[test]
fn agents_register_or_have_a_fixed_place() {
    let config = parse(
        "[[agent]]\nports = \"25-48\"\npassword = \"${file:/run/secrets/trunk}\"\ndigest = [\"md5\"]\nnailed_up = true\n\
         [[agent]]\nports = \"50-51\"\ncontact = \"sip:{port}@127.0.0.1:5080\"\nring = \"20s\"\nstation_card = true\n\
         dial_allow = [\"1301\"]\ndial_deny = [\"1301555\"]",
        &[],
    )
    .expect("valid");
    let [first, second] = config.agents.as_slice() else { panic!("two of them") };
    let Phone::Registers { password, digests } = &first.phone else { panic!("they register") };
    assert_eq!((password.reveal(), digests.as_slice()), ("s3cret", &[sip::Digest::Md5][..]));
    assert!(first.nailed_up && !first.station_card && first.ring == Duration::from_secs(30));
    let places: Vec<String> =
        second.contacts().map(|(port, place)| format!("{port} {}", place.expect("fixed"))).collect();
    assert_eq!(places, ["50 sip:50@127.0.0.1:5080", "51 sip:51@127.0.0.1:5080"]);
    assert!(second.station_card && second.ring == Duration::from_secs(20));
    assert!(first.rules.allow.is_empty(), "by default they dial nobody outside");
    assert_eq!(
        (second.rules.allow.as_slice(), second.rules.deny.as_slice()),
        (&["1301".into()][..], &["1301555".into()][..])
    );
    assert_eq!(config.port_count(), 26);
    assert!(!config.states_secrets());
    assert!(config.warnings().iter().any(|w| w.starts_with("agents 25-48 have a password of fewer")));
}

#[test]
fn lists_of_agents_that_change_nothing_are_warned_of() {
    let text = "[[agent]]\nports = \"25\"\npassword = \"a-long-secret\"\ndial_deny = [\"1900\"]\n\
                [[agent]]\nports = \"26\"\npassword = \"a-long-secret\"\ndial_allow = [\"1301\"]\ndial_deny = [\"44\"]";
    let warnings = parse(text, &[]).expect("valid").warnings();
    let said = |words: &str| warnings.iter().any(|warning| warning == words);
    assert!(said(
        "agents 25-25: dial_deny changes nothing, for without dial_allow their telephones dial no number outside"
    ));
    assert!(said(
        "agents 26-26: dial_deny 44 changes nothing, for dial_allow does not let its numbers be dialled"
    ));
}

#[test]
fn agents_that_cannot_be_are_refused() {
    check(
        &format!(
            "{TRUNK}[[agent]]\nports = \"24-25\"\npassword = \"x\"\n[[agent]]\nports = \"30\"\n\
             [[agent]]\nports = \"31-32\"\ncontact = \"sip:31@127.0.0.1\"\n\
             [[agent]]\nports = \"33\"\ncontact = \"sip:33@phone\"\n\
             [[agent]]\nports = \"34\"\ncontact = \"sip:34@127.0.0.1\"\npassword = \"y\"\n\
             [[agent]]\nports = \"34-35\"\npassword = \"\"\ndigest = [\"SHA-1\"]"
        ),
        "t.toml:6:9: agent[1].ports = \"24-25\": trunk a has ports 1-24; valid: ports that nobody else has
         t.toml:8:1: agent[2].password: must be written where contact is not; valid: a password that the telephones register with, or a contact
         t.toml:12:11: agent[3].contact = \"sip:31@127.0.0.1\": the same telephone for all of these ports; valid: \"sip:{port}@ADDRESS:PORT\", with \";transport=tcp\" where wanted
         t.toml:15:11: agent[4].contact = \"sip:33@phone\": not the address of a telephone (names are not looked up); valid: \"sip:{port}@ADDRESS:PORT\", with \";transport=tcp\" where wanted
         t.toml:18:11: agent[5].contact = \"sip:34@127.0.0.1\": stands beside a password; valid: password where the telephone registers, or contact where it has a fixed place
         t.toml:22:12: agent[6].password: empty; valid: a password
         t.toml:23:11: agent[6].digest = \"SHA-1\": not a digest that telephones are asked for; valid: \"SHA-256\", \"MD5\"",
    );
}

#[test]
fn what_sip_is_secured_with() {
    let config = parse(
        "[sip]\nlisten = [\"tls://0.0.0.0:5061\"]\nname_servers = [\"192.0.2.53:53\", \"[::1]:5353\"]\n\
         [sip.tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\nclient_ca = \"trunks.pem\"\nca = \"ca.pem\"\n\
         [[trunk]]\nname = \"t\"\nports = \"1-2\"\naddress = \"sips:gw.example.com\"",
        &[],
    );
    let config = config.expect("valid");
    let path = |path: &str| Some(std::path::PathBuf::from(path));
    let Sip { listen, name_servers, tls, .. } = &config.sip;
    assert_eq!(listen[0].to_string(), "tls://0.0.0.0:5061");
    assert_eq!(name_servers.len(), 2);
    assert_eq!((tls.client_ca.clone(), tls.ca.clone()), (path("trunks.pem"), path("ca.pem")));
    assert_eq!(tls.identity.clone().map(|own| own.key), path("a.key"));
    assert_eq!(config.trunks[0].address.transport(), Transport::Tls);
    check(
        "[sip]\nlisten = [\"tls://127.0.0.1:5061\"]\nname_servers = [\"localhost\", \"1.2.3.4:0\"]\n\
         [sip.tls]\ncertificate = \"a.pem\"\nport = 1\n",
        "t.toml:2:10: sip.listen = [\"tls://127.0.0.1:5061\"]: no certificate for tls://; valid: with certificate and key in [sip.tls]
         t.toml:3:17: sip.name_servers = \"localhost\": not an address with a port; valid: addresses with ports such as \"192.0.2.53:53\"
         t.toml:3:30: sip.name_servers = \"1.2.3.4:0\": not an address with a port; valid: addresses with ports such as \"192.0.2.53:53\"
         t.toml:4:1: sip.tls.key: must be written where certificate is; valid: the path of a PEM file
         t.toml:6:1: sip.tls.port: no such key; valid: certificate, key, client_ca, ca",
    );
}

#[test]
fn encrypted_sound_with_signalling_in_the_clear_is_warned_of() {
    let warned = |listen: &str, trunk: &str, agent: &str| {
        let text = format!(
            "[sip]\nlisten = [{listen}]\n[sip.tls]\ncertificate = \"a\"\nkey = \"b\"\n[[trunk]]\nname = \"t\"\n\
             ports = \"1-2\"\naddress = \"{trunk}\"\nsrtp = \"required\"\n\
             [[agent]]\nports = \"25\"\nsrtp = \"required\"\n{agent}\n"
        );
        let warnings = parse(&text, &[]).expect("valid").warnings();
        warnings.iter().filter(|warning| warning.contains("in the clear")).count()
    };
    let (udp, tls) = ("\"udp://127.0.0.1:5060\"", "\"tls://127.0.0.1:5061\"");
    let registers = "password = \"long-enough-for-all\"";
    assert_eq!(warned(udp, "sip:192.0.2.1", registers), 2);
    assert_eq!(warned(udp, "sip:gw.test;transport=tls", registers), 1);
    assert_eq!(warned(tls, "sip:gw.test;transport=tcp", registers), 1);
    assert_eq!(warned(tls, "sips:gw.test", registers), 0);
    assert_eq!(warned(tls, "sips:gw.test", "contact = \"sip:25@192.0.2.1\""), 1);
    assert_eq!(warned(udp, "sips:gw.test", "contact = \"sip:25@192.0.2.1;transport=tls\""), 0);
}
