//! Where an API of a stack answers: its own URL at AWS, a path of the emulator on local AWS.

/// The URL to send requests to, without a slash at its end.
///
/// Emulators on this machine do not own the names below `amazonaws.com`; they answer for an API at
/// `/_aws/execute-api/{id}/{stage}`.
#[must_use]
pub fn of_api(url: &str, local_endpoint: Option<&str>) -> String {
    let plain = url.trim_end_matches('/');
    local_endpoint.and_then(|endpoint| translated(plain, endpoint)).unwrap_or_else(|| plain.to_owned())
}

fn translated(url: &str, endpoint: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/').unwrap_or((url.get(8..)?, ""));
    let (id, service) = host.split_once('.')?;
    if !service.starts_with("execute-api.") || !service.contains(".amazonaws.com") {
        return None;
    }
    // An HTTP API's URL names no stage when it is the default one.
    let (stage, rest) =
        path.split_once('/').map_or((path, String::new()), |(stage, rest)| (stage, format!("/{rest}")));
    let stage = if stage.is_empty() { "$default" } else { stage };
    Some(format!("{}/_aws/execute-api/{id}/{stage}{rest}", endpoint.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::of_api;

    #[test]
    fn urls_of_aws_are_translated_on_local_aws_only() {
        let local = Some("http://127.0.0.1:4566/");
        for (url, expected) in [
            (
                "https://ab12.execute-api.us-east-1.amazonaws.com",
                "http://127.0.0.1:4566/_aws/execute-api/ab12/$default",
            ),
            (
                "https://ab12.execute-api.us-east-1.amazonaws.com/",
                "http://127.0.0.1:4566/_aws/execute-api/ab12/$default",
            ),
            (
                "https://ab12.execute-api.cn-north-1.amazonaws.com.cn/prod/",
                "http://127.0.0.1:4566/_aws/execute-api/ab12/prod",
            ),
            (
                "https://ab12.execute-api.us-east-1.amazonaws.com/prod/v1",
                "http://127.0.0.1:4566/_aws/execute-api/ab12/prod/v1",
            ),
            ("https://api.example.com/v1/", "https://api.example.com/v1"),
            ("http://localhost:3000", "http://localhost:3000"),
        ] {
            assert_eq!(of_api(url, local), expected);
            assert_eq!(of_api(url, None), url.trim_end_matches('/'));
        }
    }
}
