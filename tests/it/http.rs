//! Plain requests to local AWS, for looking at it past the program under test. Local AWS takes the owner's key without
//! checking the signature.

use std::collections::BTreeMap;

use serde_json::Value;

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().proxy(None).http_status_as_error(false).build().into()
}

fn authorization(service: &str) -> String {
    authorization_in("us-east-1", service)
}

fn authorization_in(region: &str, service: &str) -> String {
    let credential = format!("Credential=test/20260101/{region}/{service}/aws4_request");
    format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0")
}

/// The body of a GET as text.
pub(crate) fn get(url: &str) -> String {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let request = agent.get(url).header("Authorization", authorization("lambda"));
    request.call().unwrap().body_mut().read_to_string().unwrap()
}

/// The status and the body of an answer of S3 or Lambda, whatever they are.
pub(crate) fn look(url: &str, service: &str) -> (u16, String) {
    let mut answer = agent().get(url).header("Authorization", authorization(service)).call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// What a REST API of AWS, such as Lambda, answers to JSON in JSON.
pub(crate) fn post(url: &str, service: &str, body: &Value) -> Value {
    serde_json::from_str(&send("POST", url, service, body)).unwrap()
}

/// Sends JSON to a REST API of AWS, which must take it; null is no content at all.
pub(crate) fn send(method: &str, url: &str, service: &str, body: &Value) -> String {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(url)
        .header("Authorization", authorization(service))
        .header("Content-Type", "application/json")
        .body(body)
        .unwrap();
    let mut answer = agent().run(request).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    assert!(answer.status().is_success(), "{method} {url}: {text}");
    text
}

/// One call of an API that takes forms and answers in XML, such as IAM.
pub(crate) fn query(endpoint: &str, service: &str, action: &str, parameters: &[(&str, &str)]) -> String {
    let form = [&[("Action", action)], parameters].concat();
    let request = agent().post(endpoint).header("Authorization", authorization(service));
    let mut answer = request.send_form(form).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    assert!(answer.status().is_success(), "{action}: {text}");
    text
}

/// One call of an API that speaks JSON, such as DynamoDB: `target` is the value of its X-Amz-Target header.
pub(crate) fn json(endpoint: &str, service: &str, target: &str, body: &Value) -> Value {
    let (status, text) = call(endpoint, service, target, body);
    assert_eq!(status, 200, "{target}: {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// The same with the status and the text of the answer, whatever they are.
pub(crate) fn call(endpoint: &str, service: &str, target: &str, body: &Value) -> (u16, String) {
    let request = agent()
        .post(endpoint)
        .header("Authorization", authorization(service))
        .header("X-Amz-Target", target)
        .header("Content-Type", "application/x-amz-json-1.0");
    let mut answer = request.send(body.to_string()).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// The texts of every element of a name, in order; nested elements of the same name are not told apart.
pub(crate) fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts.filter_map(|part| part.split(&close).next()).map(unescaped).collect()
}

fn unescaped(text: &str) -> String {
    let entities =
        BTreeMap::from([("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&apos;", "'")]);
    let plain = entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter));
    plain.replace("&amp;", "&")
}

/// What a function in a region answers to an empty object.
pub(crate) fn invoke_in(endpoint: &str, region: &str, function: &str) -> Value {
    let url = format!("{endpoint}/2015-03-31/functions/{function}/invocations");
    let request = agent().post(url).header("Authorization", authorization_in(region, "lambda"));
    serde_json::from_str(&request.send("{}").unwrap().body_mut().read_to_string().unwrap()).unwrap()
}

/// One call of CloudFormation in a region; the status and the answer, whatever they are.
pub(crate) fn cloudformation_in(
    endpoint: &str,
    region: &str,
    action: &str,
    parameters: &[(&str, &str)],
) -> (u16, String) {
    let form = [&[("Action", action)], parameters].concat();
    let request = agent().post(endpoint).header("Authorization", authorization_in(region, "cloudformation"));
    let mut answer = request.send_form(form).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// The fields of a form, as APIs in XML take them.
pub(crate) fn form(body: &str) -> BTreeMap<String, String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (decoded(key), decoded(value))).collect()
}

/// A text in percent encoding, as forms have it and IAM answers with documents (RFC 3986); forms write blanks as `+`.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).unwrap()
}
