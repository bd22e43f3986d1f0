//! Legs whose packets are secured (RFC 3711).

use edge::sound::Codec;

use super::hall::Hall;

const PAIR: [Codec; 2] = [Codec::Pcmu, Codec::Pcmu];

#[test]
fn a_secured_party_and_one_in_the_clear_hear_each_other() {
    let mut hall = Hall::new(2, &PAIR);
    hall.secure(0, 1, 2);
    hall.conference(&[0, 1]);
    hall.check("one is secured");
    hall.secure(1, 3, 4);
    hall.check("both are");
    let (_, leg) = hall.leg(0);
    assert_eq!(leg.seen().malformed, 0, "nothing that came was refused");
}

#[test]
fn another_agreement_changes_what_it_names_and_no_more() {
    let mut hall = Hall::new(1, &PAIR);
    hall.secure(0, 1, 2);
    hall.conference(&[0, 1]);
    hall.check("agreed");
    // The parties' own windows refuse what comes twice: the numbers go on.
    hall.secure(0, 1, 2);
    hall.check("agreed on the same again");
    hall.secure(0, 5, 2);
    hall.check("our secret is another");
    hall.secure(0, 5, 6);
    hall.check("the party's is another");
}

#[test]
fn packets_that_were_not_secured_are_not_heard() {
    let mut hall = Hall::new(1, &PAIR);
    hall.secure(0, 1, 2);
    hall.conference(&[0, 1]);
    hall.check("agreed");
    let before = hall.leg(0).1.seen();
    hall.parties[0].secured = None;
    hall.parties[1].speaks = false;
    hall.expected.clear();
    hall.turns(1);
    hall.parties[0].packets.clear();
    let count = hall.parties[1].packets.len();
    // In the clear, from the very place of the party.
    for _ in 0..10 {
        hall.parties[0].say(&[0x7F; 160]);
    }
    hall.parties[0].speaks = false;
    hall.parties[1].heard.clear();
    hall.turns(12);
    let after = hall.leg(0).1.seen();
    assert_eq!(after.malformed - before.malformed, 11, "ten, and the one of its turn");
    assert_eq!(after.received, before.received);
    let later = &hall.parties[1].packets[count..];
    assert!(later.iter().all(|(_, _, payload)| payload[..] != [0x7F; 160]), "nothing of it is passed on");
}
