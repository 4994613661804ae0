//! Where a Node.js process spends its time, from a CPU profile (`node --cpu-prof`).

use std::collections::BTreeMap;

use serde::Deserialize;

/// Time in one source, milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Spent {
    /// A package, a file of the function, or a part of Node.js itself.
    pub source: String,
    /// Its own time.
    pub own_ms: f64,
}

/// From which line on a bundle holds which source.
type Origins = Vec<(usize, String)>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    nodes: Vec<Node>,
    samples: Vec<u64>,
    time_deltas: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: u64,
    call_frame: Frame,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    function_name: String,
    url: String,
    line_number: i64,
}

/// Adds up a profile by source, most time first; none if it is no profile. `text_of` gives the text of a file, in which
/// bundlers write what each part was made of.
pub fn read(profile: &str, text_of: &dyn Fn(&str) -> Option<String>) -> Option<Vec<Spent>> {
    let profile: Profile = serde_json::from_str(profile).ok()?;
    let mut bundles: BTreeMap<String, Option<Origins>> = BTreeMap::new();
    let mut sources: BTreeMap<u64, Option<String>> = BTreeMap::new();
    for node in &profile.nodes {
        let source = source_of(&node.call_frame, &mut |url| {
            bundles.entry(url.to_owned()).or_insert_with(|| text_of(url).map(|text| origins(&text))).clone()
        });
        sources.insert(node.id, source);
    }
    let mut spent: BTreeMap<String, f64> = BTreeMap::new();
    for (id, microseconds) in profile.samples.iter().zip(&profile.time_deltas) {
        if let Some(Some(source)) = sources.get(id) {
            let milliseconds = f64::from(i32::try_from(*microseconds).unwrap_or_default()) / 1_000.0;
            *spent.entry(source.clone()).or_default() += milliseconds.max(0.0);
        }
    }
    let mut spent: Vec<Spent> = spent.into_iter().map(|(source, own_ms)| Spent { source, own_ms }).collect();
    spent.sort_by(|a, b| b.own_ms.total_cmp(&a.own_ms).then_with(|| a.source.cmp(&b.source)));
    Some(spent)
}

fn source_of(frame: &Frame, bundle: &mut dyn FnMut(&str) -> Option<Origins>) -> Option<String> {
    match (frame.function_name.as_str(), frame.url.as_str()) {
        ("(idle)" | "(root)", _) => None,
        ("(garbage collector)", _) => Some("garbage collection".to_owned()),
        (_, url) if url.starts_with("node:") => Some("Node.js itself".to_owned()),
        (_, "") => Some("Node.js itself".to_owned()),
        (_, url) => {
            let path = url.strip_prefix("file://").unwrap_or(url);
            let line = usize::try_from(frame.line_number).unwrap_or_default();
            let inner = bundle(path).and_then(|origins| {
                origins.iter().rev().find(|(from, _)| *from <= line).map(|(_, origin)| origin.clone())
            });
            Some(package_of(inner.as_deref().unwrap_or(path)))
        }
    }
}

/// Lines from which on a bundle holds another source: esbuild writes a comment with its path before each.
fn origins(text: &str) -> Origins {
    let comment = |(line, text): (usize, &str)| {
        let path = text.strip_prefix("// ")?.trim();
        let is_path = path.ends_with("js") || path.ends_with("ts") || path.ends_with("json");
        (is_path && !path.contains(' ')).then(|| (line, path.to_owned()))
    };
    text.lines().enumerate().filter_map(comment).collect()
}

/// `@aws-sdk/client-s3` of `…/node_modules/@aws-sdk/client-s3/dist-es/index.js`, or the file's own name.
fn package_of(path: &str) -> String {
    match path.rsplit_once("node_modules/") {
        Some((_, rest)) => {
            let names = if rest.starts_with('@') { 2 } else { 1 };
            rest.split('/').take(names).collect::<Vec<_>>().join("/")
        }
        None => path.rsplit('/').next().unwrap_or(path).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    const PROFILE: &str = r#"{
        "nodes": [
            {"id": 1, "callFrame": {"functionName": "(root)", "url": "", "lineNumber": -1}},
            {"id": 2, "callFrame": {"functionName": "compile", "url": "node:internal/modules", "lineNumber": 9}},
            {"id": 3, "callFrame": {"functionName": "", "url": "file:///task/app.mjs", "lineNumber": 1}},
            {"id": 4, "callFrame": {"functionName": "init", "url": "file:///task/app.mjs", "lineNumber": 5}},
            {"id": 5, "callFrame": {"functionName": "", "url": "/task/node_modules/left-pad/index.js", "lineNumber": 0}},
            {"id": 6, "callFrame": {"functionName": "(idle)", "url": "", "lineNumber": -1}}
        ],
        "samples": [2, 3, 4, 4, 5, 6],
        "timeDeltas": [1000, 2000, 3000, 500, 100, 99000]
    }"#;
    const BUNDLE: &str = "import x\n// functions/app.ts\nconst a = 1;\n\n// node_modules/@smithy/core/dist-es/index.js\nfn();\n";

    #[test]
    fn time_goes_to_packages_also_within_a_bundle() {
        let text_of = |path: &str| (path == "/task/app.mjs").then(|| BUNDLE.to_owned());
        let spent = read(PROFILE, &text_of).unwrap();
        let shown: Vec<(&str, f64)> = spent.iter().map(|one| (one.source.as_str(), one.own_ms)).collect();
        assert_eq!(
            shown,
            [("@smithy/core", 3.5), ("app.ts", 2.0), ("Node.js itself", 1.0), ("left-pad", 0.1)]
        );
    }

    #[test]
    fn what_is_no_profile_is_none() {
        assert_eq!(read("{}", &|_| None), None);
        assert_eq!(read("", &|_| None), None);
    }
}
