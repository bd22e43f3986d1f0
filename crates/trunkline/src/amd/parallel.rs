//! The same work on many things, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Threads at most.
const THREADS: usize = 16;

/// Does something for each number below `count`, on all cores; the first failure ends it.
pub(super) fn in_parallel<T: Send, E: Send>(
    count: usize,
    one: &(impl Fn(usize) -> Result<T, E> + Sync),
) -> Result<Vec<T>, E> {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    let work = || {
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return Ok(done);
            }
            match one(n) {
                Ok(thing) => done.push((n, thing)),
                Err(error) => {
                    next.store(count, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    };
    let shares = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("the work does not panic")).collect::<Vec<_>>()
    });
    let mut things = Vec::with_capacity(count);
    for share in shares {
        things.extend(share?);
    }
    things.sort_by_key(|(n, _)| *n);
    Ok(things.into_iter().map(|(_, thing)| thing).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_on_all_cores_keeps_its_order_and_a_failure() {
        assert_eq!(in_parallel(100, &Ok::<_, ()>), Ok((0..100).collect()));
        assert_eq!(in_parallel(100, &|n| if n == 57 { Err("57") } else { Ok(n) }), Err("57"));
    }
}
