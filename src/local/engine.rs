//! The files of the overlay, embedded in the binary, and the command line and environment it is started with.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::host::locks::Held;

/// Requirements and overlay, as they stand in the source tree.
static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/local/engine");

/// An installed engine: an interpreter that has the packages, and the overlay beside it.
#[derive(Debug)]
pub(super) struct Engine {
    /// The interpreter to start.
    pub python: PathBuf,
    /// Its ABI tag, such as `cpython-311`.
    pub cache_tag: String,
    /// Put on the module path (`pip --target` installations only).
    pub packages: Option<PathBuf>,
    /// Folder that holds the overlay package.
    pub overlay: PathBuf,
    /// Keeps the overlay from being removed until its process holds the same lock.
    pub _in_use: Option<Held>,
}

impl Engine {
    /// Where Python finds the overlay, and the packages if they are not in a virtual environment.
    pub(super) fn module_path(&self) -> String {
        let folders = std::iter::once(&self.overlay).chain(&self.packages);
        folders.map(|folder| folder.to_string_lossy()).collect::<Vec<_>>().join(":")
    }

    /// Where programs are found: the engine's own first, then the system's (functions in Node need `node`).
    pub(super) fn search_path(&self) -> String {
        let own = self.python.parent().map(|folder| folder.to_string_lossy().into_owned());
        let system = std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned());
        own.map_or_else(|| system.clone(), |own| format!("{own}:{system}"))
    }
}

/// Changes whenever a requirement or the overlay changes, so that an old installation is never reused.
pub(super) fn fingerprint(cache_tag: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(cache_tag);
    hash.update(requirements());
    hex(&hash.finalize())
}

/// Same, for the overlay alone: it changes oftener than what must be downloaded.
pub(super) fn overlay_fingerprint() -> String {
    let mut hash = Sha256::new();
    for (path, contents) in overlay_files() {
        hash.update(path.to_string_lossy().as_bytes());
        hash.update(contents);
    }
    hex(&hash.finalize())
}

/// The hash-locked requirements file.
pub(super) fn requirements() -> &'static [u8] {
    FILES.get_file("requirements.txt").map(include_dir::File::contents).unwrap_or_default()
}

/// The overlay's files with their paths below the overlay folder, sorted.
pub(super) fn overlay_files() -> Vec<(&'static Path, &'static [u8])> {
    let mut files = Vec::new();
    let mut folders = vec![&FILES];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        files.extend(
            folder
                .files()
                .filter(|file| {
                    file.path().extension().is_some_and(|extension| extension == "py" || extension == "mjs")
                })
                .map(|file| (file.path(), file.contents())),
        );
    }
    files.sort_unstable();
    files
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, overlay_files, requirements};

    #[test]
    fn every_requirement_is_pinned_and_hashed() {
        let text = std::str::from_utf8(requirements()).unwrap();
        assert!(text.contains("ministack==1.5.33"));
        let pins = text.lines().filter(|line| line.contains("==")).count();
        let hashes = text.lines().filter(|line| line.contains("--hash=sha256:")).count();
        assert!(pins > 0 && hashes >= pins, "{pins} pins, {hashes} hashes");
    }

    #[test]
    fn the_overlay_is_embedded() {
        assert!(overlay_files().iter().any(|(path, _)| path.ends_with("__main__.py")));
    }

    #[test]
    fn another_python_is_another_installation() {
        assert_ne!(fingerprint("cpython-311"), fingerprint("cpython-313"));
    }
}
