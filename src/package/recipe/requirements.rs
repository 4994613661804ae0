//! Reads `requirements.txt`: which packages it names, which files belong to it, and whether they are there already.
//!
//! It does not resolve versions; that is for pip.

use super::{Look, Places};

/// The most files that include one another.
const MOST_FILES: usize = 64;

/// The first package that a requirements file asks for and the folder does not have.
pub(super) fn missing(look: &dyn Look, path: &str) -> Option<String> {
    let installed = installed(look);
    let texts: Vec<String> = files(look, path).iter().filter_map(|file| look.text(file)).collect();
    let mut lines = texts.iter().flat_map(|text| text.lines());
    let missing = lines.find_map(|line| requirement(line).filter(|name| !installed.contains(&normal(name))));
    missing.map(ToOwned::to_owned)
}

/// A requirements file and those it includes with `-r` and `-c`; only files of the folder.
pub(super) fn files(look: &dyn Look, path: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop().filter(|_| found.len() < MOST_FILES) {
        let Some(text) = look.text(&path).filter(|_| !found.contains(&path)) else { continue };
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        let beside = |name: &str| folder.map_or_else(|| name.to_owned(), |folder| format!("{folder}/{name}"));
        waiting.extend(text.lines().filter_map(included).map(beside));
        found.push(path);
    }
    found.sort();
    found
}

/// Whether any line has a hash. Pip wants a hash for all of them then, and so it is asked to check them all.
pub(super) fn has_hashes(look: &dyn Look, path: &str) -> bool {
    let texts = files(look, path).into_iter().filter_map(|file| look.text(&file));
    texts.into_iter().any(|text| text.lines().any(|line| uncommented(line).contains("--hash=")))
}

/// Whether any line names packages by their place on this machine, so that more files decide what is installed.
pub(super) fn places(look: &dyn Look, path: &str) -> Places {
    let texts: Vec<String> = files(look, path).iter().filter_map(|file| look.text(file)).collect();
    texts.iter().flat_map(|text| text.lines()).map(place).max().unwrap_or_default()
}

/// Where the package of one line is, as far as that is on this machine.
fn place(line: &str) -> Places {
    let line = uncommented(line);
    let option =
        ["--editable", "-e", "--find-links", "-f"].iter().find_map(|option| line.strip_prefix(option));
    let named = option.map(|rest| rest.trim_start_matches([' ', '=']));
    let named = named.or_else(|| line.split_once(" @ ").map(|(_, place)| place.trim())).unwrap_or(line);
    if named.contains("://") && !named.starts_with("file:") {
        return Places::None;
    }
    let is_outside = named.starts_with(['/', '~']) || named.contains("..") || named.starts_with("file:");
    match (is_outside, option.is_some() || named.starts_with('.')) {
        (true, _) => Places::Outside,
        (false, true) => Places::Inside,
        (false, false) => Places::None,
    }
}

/// `-r other.txt`, `--requirement=other.txt` and the same for constraints.
fn included(line: &str) -> Option<&str> {
    let line = uncommented(line);
    ["--requirement", "--constraint", "-r", "-c"]
        .iter()
        .find_map(|option| line.strip_prefix(option))
        .map(|rest| rest.trim_start_matches([' ', '=']).trim())
        .filter(|name| !name.is_empty() && !name.contains("://"))
}

/// The name in one line of a requirements file (PyPA specification "Dependency specifiers").
fn requirement(line: &str) -> Option<&str> {
    let line = uncommented(line);
    let is_option = line.starts_with('-');
    let name =
        line.split(|character: char| !(character.is_alphanumeric() || "-_.".contains(character))).next()?;
    // The SDK is part of the runtime (Lambda developer guide, "Runtime-included SDK versions").
    let is_in_runtime = matches!(name, "boto3" | "botocore");
    (!name.is_empty() && !is_option && !is_in_runtime).then_some(name)
}

fn uncommented(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

/// `pip install --target` leaves a `NAME-VERSION.dist-info` folder, with `_` for `-` and `.` in the name.
fn installed(look: &dyn Look) -> Vec<String> {
    let names = look.names("");
    let stems = names.iter().filter_map(|name| name.strip_suffix(".dist-info"));
    stems.filter_map(|stem| stem.rsplit_once('-')).map(|(name, _)| normal(name)).collect()
}

fn normal(name: &str) -> String {
    name.to_lowercase().replace(['-', '.'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::recipe::tests::Folder;

    #[test]
    fn a_package_is_missing_until_its_dist_info_is_there() {
        let requirements =
            "# comment\n\nboto3>=1.34\n--index-url https://example.com\nPillow[x] >= 10 # why\n";
        let bare = Folder::of(&[("app.py", ""), ("requirements.txt", requirements)]);
        assert_eq!(missing(&bare, "requirements.txt"), Some("Pillow".into()));
        let vendored = Folder::of(&[
            ("requirements.txt", requirements),
            ("PIL/Image.py", ""),
            ("pillow-11.0.0.dist-info/METADATA", ""),
        ]);
        assert_eq!(missing(&vendored, "requirements.txt"), None);
    }

    #[test]
    fn the_sdk_alone_needs_nothing() {
        for requirements in ["", "# nothing\n", "boto3\nbotocore==1.43.0\n"] {
            let folder = Folder::of(&[("requirements.txt", requirements)]);
            assert_eq!(missing(&folder, "requirements.txt"), None, "{requirements:?}");
        }
    }

    #[test]
    fn included_files_count_once_however_they_refer_to_one_another() {
        let folder = Folder::of(&[
            ("requirements.txt", "-r more/base.txt\n-c https://example.com/c.txt\n--constraint=limits.txt\n"),
            ("more/base.txt", "-r ../requirements.txt\n-r base.txt\nattrs==1 --hash=sha256:00\n"),
            ("limits.txt", "# --hash=\n"),
        ]);
        assert_eq!(files(&folder, "requirements.txt"), ["limits.txt", "more/base.txt", "requirements.txt"]);
        assert!(has_hashes(&folder, "requirements.txt"));
        assert_eq!(missing(&folder, "requirements.txt"), Some("attrs".into()));
        let folder = Folder::of(&[("requirements.txt", "attrs # --hash=no\n")]);
        assert!(!has_hashes(&folder, "requirements.txt"));
        assert_eq!(places(&folder, "requirements.txt"), Places::None);
    }

    #[test]
    fn packages_of_this_machine_are_told_by_where_they_are() {
        let of = |line: &str| places(&Folder::of(&[("requirements.txt", line)]), "requirements.txt");
        for line in ["attrs==1", "x @ https://example.com/x.whl", "-f https://example.com", "--no-index"] {
            assert_eq!(of(line), Places::None, "{line}");
        }
        for line in ["./shared", "-e shared", "--find-links wheels", "attrs\n--find-links=wheels"] {
            assert_eq!(of(line), Places::Inside, "{line}");
        }
        for line in
            ["../shared", "shared @ file:///opt/shared", "/opt/x.whl # why", "-f ../wheels", "./a\n/b"]
        {
            assert_eq!(of(line), Places::Outside, "{line}");
        }
    }
}
