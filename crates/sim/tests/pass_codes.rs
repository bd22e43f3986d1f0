//! Wrong pass codes and what they cost (decision D09), in virtual time.

use std::fmt::Write as _;

use std::time::Duration;

use control::{Denial, Output};
use sim::history::Dice;
use sim::transcript::House;
use sim::{check, check_with, lines, settings};

/// A guess over connection 1 and what comes of it.
fn guess(script: &mut String, n: u32, mailbox: &str, denial: &str) {
    let _ = writeln!(script, "> link 1: INIT_LINK/INFO MSGID={n} DNIS={mailbox} PASS_CODE=0000");
    let _ = writeln!(script, "< denied 127.0.0.1 {denial}");
    if denial == "WrongPassCode" {
        let _ = writeln!(script, "< failed {mailbox} from 127.0.0.1");
    }
    let _ = writeln!(script, "< link 1: INIT_LINK/RESPONSE MSGID={n} STATUS=\"INVALID PASS CODE\"");
}

const RIGHT: &str = "INIT_LINK/INFO MSGID=R DNIS=7322901900 PASS_CODE=2424";
const SUCCESS: &str = "INIT_LINK/RESPONSE MSGID=R STATUS=SUCCESS";
const INVALID: &str = "INIT_LINK/RESPONSE MSGID=R STATUS=\"INVALID PASS CODE\"";

#[test]
fn d09_after_ten_wrong_pass_codes_the_right_one_is_refused_for_an_hour() {
    let mut script = "> link 1 up\n> link 2 up from 10.0.0.2\n".to_owned();
    for n in 1..=10 {
        guess(&mut script, n, "7322901900", "WrongPassCode");
        script += "> wait 60s\n";
    }
    // The eleventh is not even looked at: it makes the hour no longer.
    guess(&mut script, 11, "7322901900", "MailboxLocked");
    // From everywhere.
    let _ = write!(script, "> link 2: {RIGHT}\n< denied 10.0.0.2 MailboxLocked\n< link 2: {INVALID}\n");
    // The first was given 600 s ago and is forgotten in 3,000 s.
    script += "> wait 2999s\n";
    let _ = write!(script, "> link 2: {RIGHT}\n< denied 10.0.0.2 MailboxLocked\n< link 2: {INVALID}\n");
    script += "> wait 1s\n";
    // One may be wrong again, not two.
    guess(&mut script, 12, "7322901900", "WrongPassCode");
    let _ = write!(script, "> link 2: {RIGHT}\n< denied 10.0.0.2 MailboxLocked\n< link 2: {INVALID}\n");
    script += "> wait 60s\n";
    let _ = write!(script, "> link 2: {RIGHT}\n< link 2: {SUCCESS}\n");
    check(&script);
}

#[test]
fn d09_an_address_has_ten_wrong_pass_codes_over_all_mailboxes() {
    let mut script = "> link 1 up\n> link 2 up from 10.0.0.2\n".to_owned();
    for n in 1..=5 {
        guess(&mut script, n, "7322901900", "WrongPassCode");
        guess(&mut script, n, "7322901901", "WrongPassCode");
    }
    // Another connection of the same address is no help.
    script += "> link 1 down\n> link 1 up\n";
    let _ = write!(script, "> link 1: {RIGHT}\n< denied 127.0.0.1 AddressLocked\n< link 1: {INVALID}\n");
    // The others are not bothered.
    let _ = write!(script, "> link 2: {RIGHT}\n< link 2: {SUCCESS}\n");
    check(&script);
}

#[test]
fn d09_a_restart_forgives_no_wrong_pass_code() {
    let mut settings = settings();
    settings.pass_code_failures = 2;
    check_with(
        settings,
        "> failed 7322901900 from 10.0.0.1 for 100s
         > failed 7322901900 from 10.0.0.2 for 200s
         > link 1 up
         > link 1: INIT_LINK/INFO MSGID=1 DNIS=7322901900 PASS_CODE=2424
         < denied 127.0.0.1 MailboxLocked
         < link 1: INIT_LINK/RESPONSE MSGID=1 STATUS=\"INVALID PASS CODE\"
         > wait 100s
         > link 1: INIT_LINK/INFO MSGID=2 DNIS=7322901900 PASS_CODE=2424
         < link 1: INIT_LINK/RESPONSE MSGID=2 STATUS=SUCCESS",
    );
}

#[test]
fn d09_links_without_a_mailbox_are_never_locked_out() {
    let mut settings = settings();
    settings.pass_code_failures = 1;
    check_with(
        settings,
        "> link 1 up
         > link 1: INIT_LINK/INFO MSGID=1 DNIS=7322901900 PASS_CODE=1
         < denied 127.0.0.1 WrongPassCode
         < failed 7322901900 from 127.0.0.1
         < link 1: INIT_LINK/RESPONSE MSGID=1 STATUS=\"INVALID PASS CODE\"
         > link 1: INIT_LINK/INFO MSGID=2
         < link 1: INIT_LINK/RESPONSE MSGID=2 STATUS=SUCCESS",
    );
}

/// Whatever is tried: in no hour are more than ten wrong pass codes looked at for a mailbox, or from an
/// address, and who is not locked out by that gets in with the right one.
#[test]
fn d09_no_way_of_guessing_gets_more_than_ten_guesses_an_hour() {
    const HOUR: u64 = 3600;
    const BOXES: [(&str, &str); 2] = [("7322901900", "2424"), ("7322901901", "9595")];
    for seed in 0..200 {
        let mut dice = Dice::new(seed);
        let mut house = House::new(settings());
        let mut time = 0;
        // When, at which mailbox, from which address.
        let mut looked_at: Vec<(u64, usize, u64)> = Vec::new();
        for n in 0..300 {
            if dice.below(4) == 0 {
                let wait = dice.below(900);
                time += wait;
                house.wait(Duration::from_secs(wait));
            }
            let (mailbox, address, right) = (dice.below(2) as usize, dice.below(3), dice.below(8) == 0);
            let (dnis, code) = BOXES[mailbox];
            let code = if right { code } else { "0000" };
            house.handle(lines::input(&format!("link {n} up from 10.0.0.{address}")));
            let out = house.handle(lines::input(&format!(
                "link {n}: INIT_LINK/INFO MSGID=1 DNIS={dnis} PASS_CODE={code}"
            )));
            house.handle(lines::input(&format!("link {n} down")));
            looked_at.retain(|&(at, ..)| time < at + HOUR);
            let of = |holds: &dyn Fn(usize, u64) -> bool| {
                looked_at.iter().filter(|&&(_, mailbox, address)| holds(mailbox, address)).count()
            };
            let wanted = if of(&|m, _| m == mailbox) >= 10 {
                Some(Denial::MailboxLocked)
            } else if of(&|_, a| a == address) >= 10 {
                Some(Denial::AddressLocked)
            } else {
                (!right).then_some(Denial::WrongPassCode)
            };
            let denied = out.iter().find_map(|output| match output {
                Output::Denied { denial, .. } => Some(*denial),
                _ => None,
            });
            assert_eq!(denied, wanted, "seed {seed}, guess {n}");
            if denied == Some(Denial::WrongPassCode) {
                looked_at.push((time, mailbox, address));
            }
        }
    }
}
