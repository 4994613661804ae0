//! Plain requests to local AWS, for looking at it past the program under test.

/// The body of a GET as text.
pub(crate) fn get(url: &str) -> String {
    let credential = "Credential=test/20260101/us-east-1/lambda/aws4_request";
    let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    agent.get(url).header("Authorization", authorization).call().unwrap().body_mut().read_to_string().unwrap()
}
