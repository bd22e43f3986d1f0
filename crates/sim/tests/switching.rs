//! Who hears whom, after every step of what applications do with two voices and more: behaviours B80 to B99
//! and B123 to B128. On ports 1 and 2 are an agent and his customer, on 3 another agent, on 4 a supervisor.

use sim::floor::{Act, Disk, Floor};

/// Lives through lines of `act -> answers | who hears whom`, and compares each.
fn scenario(script: &str) {
    lived(Floor::new(4, Disk::Prompt), script);
}

fn lived(mut floor: Floor, script: &str) {
    let wanted: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let live = |line: &&str| {
        let act = line.split("->").next().unwrap_or_default().trim();
        let words = floor.act(Act::read(act));
        let arrow = if words.is_empty() { String::new() } else { format!(" {words}") };
        format!("{act} ->{arrow} | {}", floor.matrix())
    };
    let went: Vec<String> = wanted.iter().map(live).collect();
    assert!(wanted == went, "it should go:\n{}\nbut it went:\n{}", wanted.join("\n"), went.join("\n"));
    floor.must_be_tidy();
}

#[test]
fn b080_initiate_holds_the_customer_and_the_agents_talk() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 3 MUSIC -> CONNECTED | 1:3 2:MUSIC 3:1 4:-",
    );
}

#[test]
fn b081_accept_leaves_the_customer_with_the_other_agent() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 3 MUSIC -> CONNECTED | 1:3 2:MUSIC 3:1 4:-
         accept 1 3 -> CONNECTED | 1:- 2:3 3:2 4:-
         tear 3 2 -> SUCCESS | 1:- 2:- 3:- 4:-",
    );
}

#[test]
fn b082_cancel_fetches_the_customer_back() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 3 MUSIC -> CONNECTED | 1:3 2:MUSIC 3:1 4:-
         cancel 1 3 -> CONNECTED | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn b083_blind_passes_the_customer_on_at_once_without_music() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         blind 1 3 MUSIC -> CONNECTED | 1:- 2:3 3:2 4:-",
    );
    // Music that is not there is not missed.
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         blind 1 3 GONE -> CONNECTED | 1:- 2:3 3:2 4:-",
    );
}

#[test]
fn b086_muted_the_agent_is_not_heard_and_hears() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-",
    );
}

#[test]
fn b087_unmuted_both_hear_each_other() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         unmute 1 -> SUCCESS | 1:2 2:1 3:- 4:-
         unmute 1 -> SUCCESS | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn b086_of_two_agents_each_may_be_muted() {
    scenario(
        "patch 1 3 -> SUCCESS | 1:3 2:- 3:1 4:-
         mute 1 -> SUCCESS | 1:3 2:- 3:- 4:-
         mute 3 -> SUCCESS | 1:- 2:- 3:- 4:-
         unmute 1 -> SUCCESS | 1:- 2:- 3:1 4:-",
    );
}

#[test]
fn b089_held_the_customer_hears_music_and_nobody_hears_the_other() {
    scenario(
        "patch 2 1 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         hold 1 OTHER -> SUCESS | 1:- 2:OTHER 3:- 4:-
         hold 1 GONE -> FILE_MISSING | 1:- 2:OTHER 3:- 4:-",
    );
}

#[test]
fn b090_the_end_of_a_hold_stops_the_music_and_both_talk() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         unhold 1 -> SUCESS | 1:2 2:1 3:- 4:-
         unhold 1 -> SUCESS | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn b090_after_a_hold_nobody_is_muted() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         unhold 1 -> SUCESS | 1:2 2:- 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         unhold 1 -> SUCESS | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn b095_patched_both_hear_each_other() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         patch 3 4 -> SUCCESS | 1:2 2:1 3:4 4:3
         patch 1 3 -> TRUNK_PORT1_ALREADY_PATCHED | 1:2 2:1 3:4 4:3",
    );
}

#[test]
fn b098_torn_neither_hears_the_other() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         tear 2 1 -> SUCCESS | 1:- 2:- 3:- 4:-
         tear 2 1 -> TRUNK_PORTS_NOT_PATCHED | 1:- 2:- 3:- 4:-",
    );
}

#[test]
fn b098_whoever_waits_waits_no_more_when_its_patch_is_torn() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         tear 1 2 -> SUCCESS | 1:- 2:- 3:- 4:-",
    );
}

#[test]
fn b123_the_customer_of_a_barge_in_is_known() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2",
    );
}

#[test]
fn b124_after_it_the_three_hear_each_other() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         full 3 1 -> SUCCESS | 1:2+3+4 2:1+3+4 3:1+2+4 4:1+2+3",
    );
}

#[test]
fn b125_the_mode_says_who_hears_the_supervisor_and_may_change() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
         monitor 4 1 -> SUCCESS | 1:2 2:1 3:- 4:1+2
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
         coach 3 2 -> SUCCESS | 1:2+4 2:1+3 3:1+2 4:1+2",
    );
}

#[test]
fn b126_an_agent_who_talks_with_nobody_cannot_be_supervised() {
    scenario(
        "full 4 1 -> AGENT_NOT_CONNECTED | 1:- 2:- 3:- 4:-
         gone 1 -> told 1 | 2:- 3:- 4:-
         full 4 1 -> AGENT_NOT_CONNECTED | 2:- 3:- 4:-",
    );
}

#[test]
fn b128_after_a_barge_out_agent_and_customer_go_on() {
    for mode in ["coach", "monitor", "full"] {
        let mut floor = Floor::new(4, Disk::Prompt);
        floor.act(Act::read("patch 1 2"));
        assert_eq!(floor.act(Act::read(&format!("{mode} 4 1"))), "SUCCESS");
        lived(
            floor,
            "out 4 1 -> SUCCESS | 1:2 2:1 3:- 4:-
             out 4 1 -> INVALID_SUPERVISOR_PORT | 1:2 2:1 3:- 4:-
             patch 3 4 -> SUCCESS | 1:2 2:1 3:4 4:3",
        );
    }
}

// Everything with everything.

#[test]
fn a_transfer_while_muted_ends_the_mute() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         initiate 1 3 MUSIC -> CONNECTED | 1:3 2:MUSIC 3:1 4:-
         mute 1 -> AGENT_NOT_CONNECTED | 1:3 2:MUSIC 3:1 4:-
         cancel 1 3 -> CONNECTED | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn a_hold_during_a_barge_in_leaves_supervisor_and_agent_alone() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         hold 1 MUSIC -> SUCESS | 1:4 2:MUSIC 3:- 4:1
         monitor 4 1 -> SUCCESS | 1:- 2:MUSIC 3:- 4:1
         unhold 1 -> SUCESS | 1:2 2:1 3:- 4:1+2
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:1
         out 4 1 -> SUCCESS | 1:- 2:MUSIC 3:- 4:-",
    );
}

#[test]
fn u030_a_supervisor_hears_a_muted_agent() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         monitor 4 1 -> SUCCESS | 1:2 2:- 3:- 4:1+2",
    );
}

#[test]
fn a_supervisor_hears_a_consultation_and_comes_back_with_his_agent() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
         initiate 1 3 MUSIC -> CONNECTED | 1:3+4 2:MUSIC 3:1 4:1+3
         full 4 1 -> SUCCESS | 1:3+4 2:MUSIC 3:1+4 4:1+3
         cancel 1 3 -> CONNECTED | 1:2+4 2:1+4 3:- 4:1+2",
    );
}

#[test]
fn a_supervisor_goes_with_his_agent_and_may_barge_into_the_transferred_call() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         blind 1 3 -> CONNECTED | 1:- 2:3 3:2 4:-
         out 4 1 -> AGENT_NOT_CONNECTED | 1:- 2:3 3:2 4:-
         full 4 3 -> SUCCESS | 1:- 2:3+4 3:2+4 4:2+3",
    );
}

#[test]
fn a_patch_that_is_torn_while_it_is_recorded_ends_and_the_recording_goes_on() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         record 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         tear 1 2 -> SUCCESS | 1:- 2:- 3:- 4:-
         stop 1 -> EOF, SUCCESS | 1:- 2:- 3:- 4:-",
    );
}

#[test]
fn u063_who_is_joined_is_not_played_to_but_a_play_that_ran_before_goes_on() {
    scenario(
        "play 2 -> SUCCESS | 1:- 2:PLAY 3:- 4:-
         patch 1 2 -> SUCCESS | 1:2 2:PLAY 3:- 4:-
         play 1 -> INVALID_CHANNEL_STATE | 1:2 2:PLAY 3:- 4:-
         played 2 -> EOF | 1:2 2:1 3:- 4:-
         play 2 -> INVALID_CHANNEL_STATE | 1:2 2:1 3:- 4:-
         tear 1 2 -> SUCCESS | 1:- 2:- 3:- 4:-
         play 2 -> SUCCESS | 1:- 2:PLAY 3:- 4:-",
    );
}

#[test]
fn music_waits_for_a_play_that_ran_before() {
    scenario(
        "play 2 -> SUCCESS | 1:- 2:PLAY 3:- 4:-
         patch 1 2 -> SUCCESS | 1:2 2:PLAY 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:PLAY 3:- 4:-
         played 2 -> EOF | 1:- 2:MUSIC 3:- 4:-
         unhold 1 -> SUCESS | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn a_telephone_that_holds_by_itself_changes_nothing_here() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         away 1 -> | 1:2 2:- 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         back 1 -> | 1:2 2:- 3:- 4:-
         unmute 1 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         away 2 -> | 1:- 2:MUSIC 3:- 4:-
         back 2 -> | 1:- 2:MUSIC 3:- 4:-
         unhold 1 -> SUCESS | 1:2 2:1 3:- 4:-",
    );
}

// Whoever goes, at whatever time.

#[test]
fn u027_when_the_customer_goes_during_a_consultation_the_agents_stay_joined() {
    for act in ["gone 2 -> told 2", "drop 2 -> SUCCESS"] {
        scenario(&format!(
            "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
             coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
             initiate 1 3 MUSIC -> CONNECTED | 1:3+4 2:MUSIC 3:1 4:1+3
             {act} | 1:3+4 3:1 4:1+3
             accept 1 3 -> INVALIDE_MODE | 1:3+4 3:1 4:1+3
             cancel 1 3 -> INVALIDE_MODE | 1:3+4 3:1 4:1+3
             tear 1 3 -> SUCCESS | 1:- 3:- 4:-"
        ));
    }
}

#[test]
fn when_an_agents_telephone_dies_during_a_consultation_the_other_one_has_the_customer() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         initiate 1 3 MUSIC -> CONNECTED | 1:3+4 2:MUSIC 3:1+4 4:1+3
         gone 1 -> told 1 | 2:3 3:2 4:-
         accept 1 3 -> SOURCE_AGENT_NOT_CONNECTED | 2:3 3:2 4:-",
    );
}

#[test]
fn when_the_consulted_agent_goes_the_customer_waits_on_until_it_is_fetched() {
    let gone = "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
        initiate 1 3 MUSIC -> CONNECTED | 1:3 2:MUSIC 3:1 4:-
        gone 3 -> told 3 | 1:- 2:MUSIC 4:-
        accept 1 3 -> NOANS | 1:- 2:MUSIC 4:-
        ";
    scenario(&format!("{gone}cancel 1 3 -> CONNECTED | 1:2 2:1 4:-"));
    scenario(&format!("{gone}unhold 1 -> SUCESS | 1:2 2:1 4:-"));
    scenario(&format!(
        "{gone}initiate 1 4 -> CONNECTED | 1:4 2:MUSIC 4:1
        accept 1 4 -> CONNECTED | 1:- 2:4 4:2"
    ));
    scenario(&format!("{gone}blind 1 4 -> CONNECTED | 1:- 2:4 4:2"));
}

#[test]
fn a_customer_who_hangs_up_on_hold_leaves_the_agent_alone() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         hold 1 MUSIC -> SUCESS | 1:4 2:MUSIC 3:- 4:1
         gone 2 -> told 2 | 1:- 3:- 4:-
         unhold 1 -> AGENT_NOT_CONNECTED | 1:- 3:- 4:-
         out 4 1 -> AGENT_NOT_CONNECTED | 1:- 3:- 4:-",
    );
}

#[test]
fn a_supervisor_who_hangs_up_is_out() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         full 4 1 -> SUCCESS | 1:2+4 2:1+4 3:- 4:1+2
         gone 4 -> told 4 | 1:2 2:1 3:-
         out 4 1 -> INVALID_SUPERVISOR_PORT | 1:2 2:1 3:-",
    );
}

// The disk takes its time.

#[test]
fn a_request_for_the_agent_whose_music_is_looked_for_waits_behind_it() {
    lived(
        Floor::new(4, Disk::Slow),
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> | 1:2 2:1 3:- 4:-
         mute 1 -> | 1:2 2:1 3:- 4:-
         unhold 1 -> | 1:2 2:1 3:- 4:-
         mute 1 -> | 1:2 2:1 3:- 4:-
         found -> SUCESS, AGENT_NOT_CONNECTED, SUCESS, SUCCESS | 1:2 2:- 3:- 4:-",
    );
}

#[test]
fn whoever_goes_while_music_is_looked_for_is_not_held() {
    lived(
        Floor::new(4, Disk::Slow),
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> | 1:2 2:1 3:- 4:-
         gone 2 -> told 2 | 1:- 3:- 4:-
         found -> AGENT_NOT_CONNECTED | 1:- 3:- 4:-",
    );
    lived(
        Floor::new(4, Disk::Slow),
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 3 MUSIC -> | 1:2 2:1 3:- 4:-
         gone 1 -> SOURCE_AGENT_NOT_CONNECTED, told 1 | 2:- 3:- 4:-
         found -> | 2:- 3:- 4:-",
    );
    lived(
        Floor::new(4, Disk::Slow),
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 3 MUSIC -> | 1:2 2:1 3:- 4:-
         patch 3 4 -> SUCCESS | 1:2 2:1 3:4 4:3
         found -> DESTINATION_AGENT_ALREADY_CONNECTED | 1:2 2:1 3:4 4:3",
    );
    lived(
        Floor::new(4, Disk::Slow),
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 3 GONE -> | 1:2 2:1 3:- 4:-
         found -> FILE_MISSING | 1:2 2:1 3:- 4:-",
    );
}

// Stations ring first: until they answer everybody hears whom he heard.

#[test]
fn b080_an_agent_who_is_not_connected_is_rung_and_then_consulted() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         initiate 1 24 MUSIC -> | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         initiate 1 25 -> INVALIDE_MODE | 1:2 2:- 3:- 4:-
         accept 1 24 -> INVALIDE_MODE | 1:2 2:- 3:- 4:-
         answers 24 -> CONNECTED | 1:24 2:MUSIC 3:- 4:- 24:1
         accept 1 24 -> CONNECTED | 1:- 2:24 3:- 4:- 24:2
         gone 24 -> told 24 | 1:- 2:- 3:- 4:-",
    );
}

#[test]
fn b083_an_agent_who_is_not_connected_is_rung_and_gets_the_customer() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         blind 1 24 -> | 1:2 2:1 3:- 4:-
         answers 24 -> CONNECTED | 1:- 2:24 3:- 4:- 24:2",
    );
}

#[test]
fn b084_an_agent_who_does_not_come_leaves_all_as_it_was() {
    for (act, status) in [("busy", "BUSY"), ("silent", "NOANS")] {
        for mode in ["initiate", "blind"] {
            scenario(&format!(
                "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
                 hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
                 {mode} 1 24 -> | 1:- 2:MUSIC 3:- 4:-
                 {act} 24 -> {status} | 1:- 2:MUSIC 3:- 4:-
                 unhold 1 -> SUCESS | 1:2 2:1 3:- 4:-"
            ));
        }
    }
}

#[test]
fn b084_an_agent_whose_station_cannot_ring_is_none() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         leaves 24 -> | 1:2 2:1 3:- 4:-
         initiate 1 24 -> INVALID_AGENT | 1:2 2:1 3:- 4:-
         blind 1 24 -> INVALID_AGENT | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn b084_an_agent_who_is_rung_for_another_is_busy() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         patch 3 4 -> SUCCESS | 1:2 2:1 3:4 4:3
         blind 1 24 -> | 1:2 2:1 3:4 4:3
         blind 3 24 -> BUSY | 1:2 2:1 3:4 4:3
         answers 24 -> CONNECTED | 1:- 2:24 3:4 4:3 24:2
         blind 3 24 -> DESTINATION_AGENT_ALREADY_CONNECTED | 1:- 2:24 3:4 4:3 24:2",
    );
}

#[test]
fn u026_cancel_gives_up_an_agent_who_is_rung() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         mute 1 -> SUCCESS | 1:2 2:- 3:- 4:-
         initiate 1 24 MUSIC -> | 1:2 2:- 3:- 4:-
         cancel 1 25 -> INVALIDE_DESTINATION_AGENT_PORT | 1:2 2:- 3:- 4:-
         cancel 1 24 -> NOANS, CONNECTED | 1:2 2:- 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         initiate 1 24 -> | 1:- 2:MUSIC 3:- 4:-
         cancel 1 24 -> NOANS, CONNECTED | 1:2 2:1 3:- 4:-
         blind 1 24 -> | 1:2 2:1 3:- 4:-
         answers 24 -> CONNECTED | 1:- 2:24 3:- 4:- 24:2",
    );
}

#[test]
fn a_hold_while_an_agent_is_rung_goes_over_into_the_consultation() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
         initiate 1 24 -> | 1:2+4 2:1 3:- 4:1+2
         hold 1 OTHER -> SUCESS | 1:4 2:OTHER 3:- 4:1
         answers 24 -> CONNECTED | 1:4+24 2:OTHER 3:- 4:1+24 24:1",
    );
}

#[test]
fn nobody_is_rung_for_an_agent_who_has_no_customer_any_more() {
    for (act, told) in [
        ("gone 2", "told 2, SOURCE_AGENT_NOT_CONNECTED | 1:- 3:- 4:-"),
        ("gone 1", "told 1, SOURCE_AGENT_NOT_CONNECTED | 2:- 3:- 4:-"),
        ("tear 1 2", "SUCCESS, SOURCE_AGENT_NOT_CONNECTED | 1:- 2:- 3:- 4:-"),
    ] {
        for mode in ["initiate", "blind"] {
            scenario(&format!(
                "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
                 {mode} 1 24 -> | 1:2 2:1 3:- 4:-
                 {act} -> {told}
                 answers 24 -> | {}",
                told.split_once("| ").expect("has a matrix").1
            ));
        }
    }
}

#[test]
fn b123_a_supervisor_who_is_not_connected_is_rung() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         monitor 24 1 -> | 1:2 2:1 3:- 4:-
         monitor 24 1 -> INVALID_SUPERVISOR_PORT | 1:2 2:1 3:- 4:-
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:- 4:-
         answers 24 -> SUCCESS | 1:- 2:MUSIC 3:- 4:- 24:1
         coach 25 1 -> | 1:- 2:MUSIC 3:- 4:- 24:1
         busy 25 -> FAILED | 1:- 2:MUSIC 3:- 4:- 24:1
         coach 25 1 -> | 1:- 2:MUSIC 3:- 4:- 24:1
         gone 1 -> told 1, AGENT_NOT_CONNECTED | 2:- 3:- 4:- 24:-
         answers 25 -> | 2:- 3:- 4:- 24:-",
    );
}

// A telephone transfers by itself.

#[test]
fn x046_a_telephone_passes_the_customer_on_to_an_agent() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         coach 4 1 -> SUCCESS | 1:2+4 2:1 3:- 4:1+2
         refer 1 24 -> Trying | 1:2+4 2:1 3:- 4:1+2
         refer 1 25 -> Failed(Busy) | 1:2+4 2:1 3:- 4:1+2
         answers 24 -> Done | 1:- 2:24 3:- 4:- 24:2
         gone 1 -> told 1 | 2:24 3:- 4:- 24:2
         refer 2 25 -> Trying | 2:24 3:- 4:- 24:2
         answers 25 -> Done | 2:- 3:- 4:- 24:25 25:24
         gone 25 -> told 25 | 2:- 3:- 4:- 24:-",
    );
}

#[test]
fn x046_an_agent_whom_a_telephone_does_not_get_leaves_all_as_it_was() {
    for (act, progress) in [("busy", "Busy"), ("silent", "NoAnswer")] {
        scenario(&format!(
            "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
             refer 1 24 -> Trying | 1:2 2:1 3:- 4:-
             {act} 24 -> Failed({progress}) | 1:2 2:1 3:- 4:-
             leaves 24 -> | 1:2 2:1 3:- 4:-
             refer 1 24 -> Failed(NoRoute) | 1:2 2:1 3:- 4:-
             refer 1 25 -> Trying | 1:2 2:1 3:- 4:-
             gone 2 -> told 2, Failed(Normal) | 1:- 3:- 4:-
             refer 1 25 -> Failed(Rejected) | 1:- 3:- 4:-"
        ));
    }
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         refer 1 24 -> Trying | 1:2 2:1 3:- 4:-
         gone 1 -> told 1 | 2:- 3:- 4:-
         answers 24 -> | 2:24 3:- 4:- 24:2",
    );
}

#[test]
fn x046_a_telephone_gets_nobody_outside_the_house() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         refer 1 3014 -> Failed(Barred) | 1:2 2:1 3:- 4:-
         refer 1 911 -> Failed(Barred) | 1:2 2:1 3:- 4:-
         refer 1 3 -> Failed(Barred) | 1:2 2:1 3:- 4:-",
    );
}

#[test]
fn x046_a_telephone_joins_those_whom_it_talks_with_on_two_legs() {
    scenario(
        "patch 1 2 -> SUCCESS | 1:2 2:1 3:- 4:-
         attend 1 3 -> Failed(Unallocated) | 1:2 2:1 3:- 4:-
         patch 3 4 -> SUCCESS | 1:2 2:1 3:4 4:3
         attend 1 1 -> Failed(Unallocated) | 1:2 2:1 3:4 4:3
         attend 1 2 -> Failed(Unallocated) | 1:2 2:1 3:4 4:3
         hold 1 MUSIC -> SUCESS | 1:- 2:MUSIC 3:4 4:3
         attend 1 3 -> Done | 1:- 2:4 3:- 4:2
         gone 1 -> told 1 | 2:4 3:- 4:2
         gone 3 -> told 3 | 2:4 4:2",
    );
}
