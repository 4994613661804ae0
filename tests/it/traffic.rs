//! Loads against a small HTTP server in this process: rate, connections, stalls and answers are real.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use slsx::aws::web::WebClient;
use slsx::commands::verify::{Shot, at_a_time, open_loop};
use slsx::host::clock::SystemClock;
use slsx::ports::Web;
use slsx::promise::web::Request;

const PATIENCE: Duration = Duration::from_secs(5);

/// What the server has seen.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    /// Whoever holds it stalls everybody.
    stall: Mutex<()>,
}

/// A server that keeps connections open. `/stall` holds everybody up for 300 ms, `/slow` itself for 50 ms, `/503`
/// answers so, `/close` closes without an answer.
fn server() -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Seen::default());
    let shared = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let seen = Arc::clone(&shared);
            seen.connections.fetch_add(1, Ordering::Relaxed);
            std::thread::spawn(move || serve(&stream.unwrap(), &seen));
        }
    });
    (url, seen)
}

fn serve(mut stream: &TcpStream, seen: &Seen) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    while let Some(Ok(line)) = lines.next() {
        while lines.next().is_some_and(|header| header.is_ok_and(|header| !header.is_empty())) {}
        seen.requests.fetch_add(1, Ordering::Relaxed);
        let now = seen.at_once.fetch_add(1, Ordering::Relaxed) + 1;
        seen.most_at_once.fetch_max(now, Ordering::Relaxed);
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let held = seen.stall.lock().unwrap();
        let status = match path.as_str() {
            "/stall" => {
                std::thread::sleep(Duration::from_millis(300));
                200
            }
            "/503" => 503,
            _ => 200,
        };
        drop(held);
        if path == "/slow" {
            std::thread::sleep(Duration::from_millis(50));
        }
        seen.at_once.fetch_sub(1, Ordering::Relaxed);
        if path == "/close" {
            return;
        }
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\nX-Path: {path}\r\n\r\nok");
        stream.write_all(answer.as_bytes()).unwrap();
    }
}

fn get(url: &str, path: &str) -> Request {
    Request { method: "GET".into(), url: format!("{url}{path}"), headers: vec![], body: None }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn fire(url: &str, paths: &[&str], rate: f64, count: usize) -> Vec<Shot> {
    let requests: Vec<Request> = paths.iter().map(|path| get(url, path)).collect();
    let web = WebClient::new(url);
    block_on(open_loop(&web, &SystemClock::start(), &requests, rate, count, PATIENCE))
}

fn late(shots: &[Shot], than: Duration) -> usize {
    shots.iter().filter(|shot| shot.ended.saturating_sub(shot.due) > than).count()
}

#[test]
fn requests_are_sent_when_they_are_due_over_few_connections() {
    let (url, seen) = server();
    let started = Instant::now();
    let shots = fire(&url, &["/a", "/b"], 100.0, 60);
    let took = started.elapsed();
    assert_eq!(seen.requests.load(Ordering::Relaxed), 60);
    assert!(shots.iter().all(|shot| shot.status == Some(200)), "{shots:?}");
    assert!(took >= Duration::from_millis(590), "{took:?}");
    let mut due: Vec<Duration> = shots.iter().map(|shot| shot.due).collect();
    due.sort();
    assert_eq!((due[1], due[59]), (Duration::from_millis(10), Duration::from_millis(590)));
    assert!(shots.iter().all(|shot| shot.ended >= shot.due));
    // One connection does nearly all of it; a slow moment may open a few more.
    assert!(seen.connections.load(Ordering::Relaxed) < 30, "{:?}", seen.connections);
}

#[test]
fn a_stall_is_not_hidden_by_a_client_that_waits_for_it() {
    let (url, _) = server();
    let mut paths = vec!["/a"; 40];
    paths[10] = "/stall";
    let shots = fire(&url, &paths, 100.0, 40);
    assert!(shots.iter().all(|shot| shot.status == Some(200)));
    // Who waits for answers sees one slow request; those that were due meanwhile are late too.
    let late = late(&shots, Duration::from_millis(100));
    assert!(late >= 12, "{late} are late: {shots:?}");
}

#[test]
fn answers_of_every_kind_are_counted_as_what_they_are() {
    let (url, _) = server();
    let shots = fire(&url, &["/a", "/503", "/close"], 300.0, 30);
    let count = |status| shots.iter().filter(|shot| shot.status == status).count();
    assert_eq!((count(Some(200)), count(Some(503)), count(None)), (10, 10, 10));
    let nobody = fire("http://127.0.0.1:9", &["/"], 300.0, 3);
    assert!(nobody.iter().all(|shot| shot.status.is_none()));
}

#[test]
fn a_reply_that_does_not_come_is_given_up() {
    let (url, _) = server();
    let web = WebClient::new(&url);
    let error = block_on(web.send(&get(&url, "/stall"), Duration::from_millis(30))).unwrap_err();
    assert!(error.to_string().contains("no reply"), "{error}");
}

#[test]
fn so_many_at_a_time_and_no_more() {
    let (url, seen) = server();
    let web = WebClient::new(&url);
    let started = Instant::now();
    let statuses: Vec<u16> = block_on(async {
        let send = async |_| web.send(&get(&url, "/slow"), PATIENCE).await.unwrap().status;
        at_a_time(0..40, 8, send).collect().await
    });
    assert_eq!(statuses.len(), 40);
    assert!(started.elapsed() >= Duration::from_millis(5 * 50));
    assert_eq!(seen.most_at_once.load(Ordering::Relaxed), 8);
    assert!(seen.connections.load(Ordering::Relaxed) <= 9, "{:?}", seen.connections);
}

#[test]
fn a_reply_comes_with_its_headers_and_its_content() {
    let (url, _) = server();
    let answer = block_on(WebClient::new(&url).send(&get(&url, "/a?b=%20"), PATIENCE)).unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"ok".as_slice()));
    assert_eq!(answer.header("x-path").as_deref(), Some("/a?b=%20"));
}
