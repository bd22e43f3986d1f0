//! Random histories: every promise of the house, whatever applications and networks do.

use sim::history::live;

#[test]
fn every_request_is_answered_once_and_ended_once() {
    for seed in 0..400 {
        live(seed, 400);
    }
}
