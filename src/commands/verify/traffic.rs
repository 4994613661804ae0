//! Sends requests at a steady rate or so many at a time; it counts and times, and judges nothing.

use std::time::Duration;

use futures_util::future::FutureExt;
use futures_util::stream::{self, FuturesUnordered, Stream, StreamExt};

use crate::ports::{Clock, Web};
use crate::promise::web::Request;

/// More requests in flight than this need more files than a process usually may open. What has to wait for that is
/// late, and its lateness counts.
const MOST_IN_FLIGHT: usize = 800;

/// One request of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shot {
    /// What was answered; none when nothing was.
    pub status: Option<u16>,
    /// When it was due, from the start of the load.
    pub due: Duration,
    /// When its answer was whole, or given up, from the start of the load.
    pub ended: Duration,
}

/// Sends `count` requests, in turn, each when it is due, whether earlier ones are answered or not.
///
/// A client that waits for answers sends less while the server stalls, and so hides the stall (Tene, "How NOT to
/// Measure Latency"): here nobody waits, and an answer is late from the moment its request was due.
pub async fn open_loop(
    web: &impl Web,
    clock: &impl Clock,
    requests: &[Request],
    rate: f64,
    count: usize,
    patience: Duration,
) -> Vec<Shot> {
    let start = clock.elapsed();
    let since_start = || clock.elapsed().saturating_sub(start);
    let mut shots = Vec::with_capacity(count);
    let mut flying = FuturesUnordered::new();
    for (index, request) in requests.iter().cycle().take(count).enumerate() {
        let due = Duration::from_secs_f64(seconds(index, rate));
        loop {
            let wait = due.saturating_sub(since_start());
            if flying.len() >= MOST_IN_FLIGHT {
                shots.extend(flying.next().await);
            } else if wait.is_zero() {
                break;
            } else if flying.is_empty() {
                clock.sleep(wait).await;
            } else {
                tokio::select! {
                    shot = flying.next() => shots.extend(shot),
                    () = clock.sleep(wait) => {}
                }
            }
        }
        flying.push(async move {
            let answer = web.send(request, patience).await;
            Shot { status: answer.ok().map(|answer| answer.status), due, ended: since_start() }
        });
        // A request is on its way only once somebody has looked at it.
        shots.extend(flying.next().now_or_never().flatten());
    }
    while let Some(shot) = flying.next().await {
        shots.push(shot);
    }
    shots
}

/// When a request is due.
fn seconds(index: usize, rate: f64) -> f64 {
    f64::from(u32::try_from(index).unwrap_or(u32::MAX)) / rate
}

/// Does all the work, so many pieces at a time; the results come as they are ready.
pub fn at_a_time<'a, W, R, F>(
    work: impl IntoIterator<Item = W> + 'a,
    most: usize,
    piece: impl Fn(W) -> F + 'a,
) -> impl Stream<Item = R> + 'a
where
    W: 'a,
    R: 'a,
    F: Future<Output = R> + 'a,
{
    stream::iter(work).map(piece).buffer_unordered(most.max(1))
}
