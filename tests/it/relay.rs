//! Stands between slsx and local AWS: passes requests on, keeps them, or answers them itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

/// What becomes of a request.
pub(crate) enum Answer {
    /// Local AWS answers it.
    PassOn,
    /// Nobody ever does.
    Keep,
    /// This is the answer: status and body.
    Say(u16, String),
}

/// Starts a relay, which ends with the process; returns its address. `answer` gets the head and the body of each request.
pub(crate) fn relay(endpoint: &str, answer: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> String {
    let upstream = endpoint.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (answer, upstream) = (Arc::clone(&answer), upstream.clone());
            std::thread::spawn(move || serve(&stream.unwrap(), &upstream, answer.as_ref()));
        }
    });
    url
}

/// One request and its reply; then the connection ends, and the client opens another one.
fn serve(stream: &TcpStream, upstream: &str, answer: &dyn Fn(&str, &str) -> Answer) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let reply = match answer(&head, &String::from_utf8_lossy(&body)) {
        Answer::PassOn => passed_on(upstream, &head, &body),
        Answer::Keep => return std::thread::park(),
        Answer::Say(status, text) => {
            let length = text.len();
            let kind = "Content-Type: text/xml\r\nConnection: close";
            format!("HTTP/1.1 {status} X\r\n{kind}\r\nContent-Length: {length}\r\n\r\n{text}").into_bytes()
        }
    };
    // Who was killed meanwhile reads nothing.
    let _ = (&mut &*stream).write_all(&reply);
    let _ = stream.shutdown(Shutdown::Write);
}

fn passed_on(upstream: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut server = TcpStream::connect(upstream).unwrap();
    let mut request = format!("{head}Connection: close\r\n\r\n").into_bytes();
    request.extend_from_slice(body);
    server.write_all(&request).unwrap();
    let mut reply = Vec::new();
    server.read_to_end(&mut reply).unwrap();
    reply
}
