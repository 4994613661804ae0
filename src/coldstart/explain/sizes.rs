//! What a package holds, by its top-level folders and files.

use std::collections::BTreeMap;

use serde::Serialize;

/// One top-level folder or file of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Unpacked bytes.
    pub bytes: u64,
    /// Files in it.
    pub files: usize,
    /// Python sources in it.
    pub sources: usize,
    /// Byte code in it.
    pub compiled: usize,
}

/// The parts, largest first, from the paths of all files and their unpacked sizes.
pub fn parts<'a>(files: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for (path, bytes) in files {
        let name = top(path);
        let part = parts.entry(name.to_owned()).or_insert_with(|| Part {
            name: name.to_owned(),
            bytes: 0,
            files: 0,
            sources: 0,
            compiled: 0,
        });
        part.bytes += bytes;
        part.files += 1;
        part.sources += usize::from(has_ending(path, "py"));
        part.compiled += usize::from(has_ending(path, "pyc"));
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    parts.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    parts
}

/// A package below `node_modules` is a part of its own.
fn top(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("node_modules/") else {
        return path.split('/').next().unwrap_or_default();
    };
    let names = if rest.starts_with('@') { 2 } else { 1 };
    let end = rest.match_indices('/').nth(names - 1).map_or(rest.len(), |(at, _)| at);
    path.get(.."node_modules/".len() + end).unwrap_or(path)
}

fn has_ending(path: &str, ending: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|found| found == ending)
}

impl Part {
    /// Whether Python must compile it at every start.
    #[must_use]
    pub const fn lacks_byte_code(&self) -> bool {
        self.compiled < self.sources
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn files_belong_to_what_is_at_the_top() {
        let found = parts([
            ("app.py", 10),
            ("pandas/__init__.py", 100),
            ("pandas/core/frame.py", 900),
            ("pandas/core/__pycache__/frame.cpython-313.pyc", 500),
            ("node_modules/@aws-sdk/client-s3/index.js", 70),
            ("node_modules/left-pad/index.js", 5),
        ]);
        let names: Vec<(&str, u64)> = found.iter().map(|part| (part.name.as_str(), part.bytes)).collect();
        assert_eq!(
            names,
            [
                ("pandas", 1_500),
                ("node_modules/@aws-sdk/client-s3", 70),
                ("app.py", 10),
                ("node_modules/left-pad", 5)
            ]
        );
        assert!(found[0].lacks_byte_code() && found[2].lacks_byte_code() && !found[1].lacks_byte_code());
    }
}
