use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use serde_json::json;

use super::*;
use crate::aws::counted::Count;
use crate::aws::session::{Target, load};

const SERVICE: Service =
    Service { name: "states", host: "states", target: "AWSStepFunctions", version: "1.0" };

/// Answers each connection once, in order, and returns what it was asked.
fn server(answers: Vec<(u16, &'static str)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut text = String::new();
            while !text.ends_with("\r\n\r\n") {
                reader.read_line(&mut text).unwrap();
            }
            let length = text.to_lowercase().split("content-length: ").nth(1).unwrap().to_owned();
            let mut body = vec![0; length.split_whitespace().next().unwrap().parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            asked.push(text + &String::from_utf8(body).unwrap());
            let head = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            stream.write_all((head + answer).as_bytes()).unwrap();
        }
        asked
    });
    (url, asked)
}

fn call(url: &str, is_repeatable: bool) -> Result<Value, RemoteError> {
    let target = Target {
        endpoint_url: Some(url.to_owned()),
        region: Some("eu-west-1".into()),
        local_instance: Some("tests".into()),
        profile: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let caller = Signed {
            service: SERVICE,
            url: url.to_owned(),
            region: "eu-west-1".into(),
            config: load(&target, &Count::default()).await,
            web: WebClient::new(url),
            known: RefCell::default(),
        };
        let body = json!({ "executionArn": "arn" });
        if is_repeatable {
            caller.call("DescribeExecution", &body).await
        } else {
            caller.call_once("DescribeExecution", &body, ATTEMPT_LIMIT).await
        }
    })
}

#[test]
fn a_call_is_signed_for_its_service_and_region() {
    let (url, asked) = server(vec![(200, r#"{"status": "RUNNING"}"#)]);
    assert_eq!(call(&url, false).unwrap(), json!({ "status": "RUNNING" }));
    let asked = asked.join().unwrap().remove(0).to_lowercase();
    assert!(asked.starts_with("post / http/1.1\r\n"), "{asked}");
    for part in [
        "x-amz-target: awsstepfunctions.describeexecution",
        "content-type: application/x-amz-json-1.0",
        "authorization: aws4-hmac-sha256 credential=test/",
        "/eu-west-1/states/aws4_request",
        "signedheaders=content-type;host;x-amz-date;x-amz-target",
        "x-amz-date: 20",
        r#"{"executionarn":"arn"}"#,
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
}

#[test]
fn errors_keep_their_code_message_and_meaning() {
    let refusal = r##"{"__type": "com.amazonaws.states#ExecutionDoesNotExist", "message": "no such thing"}"##;
    let (url, asked) = server(vec![(400, refusal)]);
    let error = call(&url, true).unwrap_err();
    asked.join().unwrap();
    assert_eq!(
        error,
        RemoteError::NotFound {
            operation: "states:DescribeExecution".into(),
            message: "no such thing".into()
        }
    );
    let denial = r#"{"__type": "AccessDeniedException", "Message": "you may not"}"#;
    let (url, asked) = server(vec![(400, denial)]);
    let error = call(&url, true).unwrap_err();
    asked.join().unwrap();
    assert_eq!(error.to_string(), "states:DescribeExecution was denied: you may not");
}

#[test]
fn trouble_that_passes_is_sat_out_where_that_does_no_harm() {
    let (url, asked) = server(vec![(500, ""), (400, r#"{"__type": "ThrottlingException"}"#), (200, "{}")]);
    assert_eq!(call(&url, true).unwrap(), json!({}));
    assert_eq!(asked.join().unwrap().len(), 3);
    let (url, asked) = server(vec![(500, "")]);
    assert!(matches!(call(&url, false), Err(RemoteError::Unknown { .. })));
    assert_eq!(asked.join().unwrap().len(), 1);
}
