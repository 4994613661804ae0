//! Whether a package holds what its function's handler names. Best effort: what cannot be told is no error.

use super::SourceFile;
use super::recipe::module_of;

/// Why the handler cannot be found at the start of the function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum HandlerError {
    /// The handler's text names no file and function.
    #[error("the handler {handler:?} is not of the form `file.function`")]
    #[diagnostic(help("for example `app.handler`: the function `handler` of the file `app`"))]
    Form {
        /// As it is written.
        handler: String,
    },
    /// The file is not in the package.
    #[error("the handler {handler:?} needs {file}, which is not in the package")]
    #[diagnostic(help("correct Handler, or the path of the code"))]
    NoFile {
        /// As it is written.
        handler: String,
        /// What was looked for.
        file: String,
    },
    /// The file defines no such name.
    #[error("the handler {handler:?} needs {name:?} in {file}, which does not define it")]
    #[diagnostic(help("correct Handler, or define the function at the file's top level"))]
    NoFunction {
        /// As it is written.
        handler: String,
        /// The function.
        name: String,
        /// The file.
        file: String,
    },
    /// A custom runtime without its executable.
    #[error("the runtime starts an executable file called bootstrap, and the package has none")]
    #[diagnostic(help(
        "point at the folder it is in, or at a Rust crate, from which slsx builds it; `chmod +x bootstrap` where it is there"
    ))]
    NoBootstrap,
}

/// Checks the handler against the files of the package. With layers of unknown content, a file that is missing may be
/// in one of them.
///
/// # Errors
/// When the function could not start.
pub fn check_handler(
    runtime: &str,
    handler: Option<&str>,
    files: &[SourceFile],
    has_layers: bool,
) -> Result<(), HandlerError> {
    if runtime.starts_with("provided") {
        let is_there = files.iter().any(|file| file.path == "bootstrap" && file.is_executable);
        return if is_there || has_layers { Ok(()) } else { Err(HandlerError::NoBootstrap) };
    }
    let Some(handler) = handler else { return Ok(()) };
    let result = if runtime.starts_with("python") {
        python(handler, files)
    } else if runtime.starts_with("nodejs") {
        node(handler, files)
    } else {
        Ok(())
    };
    match result {
        Err(HandlerError::NoFile { .. }) if has_layers => Ok(()),
        other => other,
    }
}

/// `a.b.handler` and `a/b.handler` are the function `handler` of `a/b.py` (awslambdaric, `bootstrap._get_handler`).
fn python(handler: &str, files: &[SourceFile]) -> Result<(), HandlerError> {
    let (module, name) = handler.rsplit_once('.').ok_or_else(|| form(handler))?;
    let path = module.replace('.', "/");
    let candidates = [format!("{path}.py"), format!("{path}/__init__.py")];
    let Some(file) = candidates.iter().find_map(|path| find(files, path)) else {
        // Compiled modules carry more in their name: `app.cpython-313-x86_64-linux-gnu.so`.
        let is_compiled = |file: &&SourceFile| {
            let rest = file.path.strip_prefix(&path).unwrap_or_default();
            rest.starts_with('.') && (rest.ends_with(".so") || rest.ends_with(".pyc"))
        };
        return match files.iter().find(is_compiled) {
            Some(_) => Ok(()),
            None => Err(no_file(handler, format!("{path}.py"))),
        };
    };
    let Ok(text) = std::str::from_utf8(&file.content) else { return Ok(()) };
    if defines_python(text, name) { Ok(()) } else { Err(no_function(handler, name, file)) }
}

/// Whether a name can exist at the top level: it is defined, assigned or imported outside of functions and classes,
/// or something there could define any name.
fn defines_python(text: &str, name: &str) -> bool {
    const BLOCKS: [&str; 12] =
        ["if", "elif", "else", "try", "except", "finally", "with", "for", "while", "match", "from", "import"];
    let mut is_open = true;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let is_indented = line.starts_with([' ', '\t']);
        let first = line.split(|c: char| !is_word(c)).next().unwrap_or_default();
        if !is_indented {
            // Lines inside of brackets may begin anywhere, and the bracket's closing line says nothing new.
            is_open = BLOCKS.contains(&first) || line.ends_with(['(', '[', '{', '\\', ',']);
        }
        if (is_open || !is_indented) && has_word(uncommented(line), name) {
            return true;
        }
        // A function may set what it declares global.
        let is_global = line.trim_start().strip_prefix("global ").is_some_and(|names| has_word(names, name));
        if is_global || ["import *", "globals()", "__getattr__"].iter().any(|open| line.contains(open)) {
            return true;
        }
    }
    false
}

fn uncommented(line: &str) -> &str {
    line.split('#').next().unwrap_or_default()
}

fn node(handler: &str, files: &[SourceFile]) -> Result<(), HandlerError> {
    let module = module_of(handler).ok_or_else(|| form(handler))?;
    let name = handler.rsplit('/').next().and_then(|last| last.split('.').nth(1)).unwrap_or_default();
    let endings = ["", ".js", ".mjs", ".cjs"];
    let file = endings.iter().find_map(|ending| find(files, &format!("{module}{ending}")));
    let file = file.ok_or_else(|| no_file(handler, format!("{module}.js")))?;
    let text = String::from_utf8_lossy(&file.content);
    // What re-exports another module may export any name; the latter two are what tsc and esbuild make of it.
    let is_open = ["export *", "__exportStar(", "__reExport("].iter().any(|open| text.contains(open))
        || text.contains("module.exports") && !has_word(&text, "__export");
    if is_open || has_word(&text, name) { Ok(()) } else { Err(no_function(handler, name, file)) }
}

fn find<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a SourceFile> {
    let path = path.trim_start_matches("./");
    files.iter().find(|file| file.path == path)
}

/// Whether the text has this word, not as a part of another.
fn has_word(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn form(handler: &str) -> HandlerError {
    HandlerError::Form { handler: handler.to_owned() }
}

fn no_file(handler: &str, file: String) -> HandlerError {
    HandlerError::NoFile { handler: handler.to_owned(), file }
}

fn no_function(handler: &str, name: &str, file: &SourceFile) -> HandlerError {
    HandlerError::NoFunction { handler: handler.to_owned(), name: name.to_owned(), file: file.path.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> SourceFile {
        SourceFile {
            path: path.into(),
            is_executable: false,
            has_special_bits: false,
            content: content.as_bytes().to_vec(),
        }
    }

    fn check(runtime: &str, handler: &str, path: &str, content: &str) -> Result<(), HandlerError> {
        check_handler(runtime, Some(handler), &[file(path, content)], false)
    }

    #[test]
    fn python_handlers_are_found() {
        for (handler, path, content) in [
            ("app.handler", "app.py", "def handler(event, context):\n    pass\n"),
            ("app.handler", "app.py", "async def other(): pass\nhandler = wrap(other)\n"),
            ("app.handler", "app.py", "from work import (\n    first,\n    handler,\n)\n"),
            ("app.handler", "app.py", "try:\n    from fast import handler\nexcept ImportError:\n    pass\n"),
            ("app.handler", "app.py", "from work import *\n"),
            ("app.handler", "app.py", "def start():\n    global other, handler\n    handler = 1\n"),
            ("app.handler", "app/__init__.py", "handler: object = 1\n"),
            ("api.orders.create", "api/orders.py", "class create: pass\n"),
            ("api/orders.create", "api/orders.py", "@logged\ndef create(event, context): ...\n"),
            ("app.handler", "app.cpython-313-aarch64-linux-gnu.so", ""),
        ] {
            assert_eq!(check("python3.13", handler, path, content), Ok(()), "{handler} in {content:?}");
        }
    }

    #[test]
    fn python_handlers_that_cannot_exist_are_told() {
        let error = check("python3.13", "app.handler", "main.py", "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the handler \"app.handler\" needs app.py, which is not in the package"
        );
        for content in [
            "def main(event, context):\n    handler = 1\n",
            "class A:\n    def handler(self): pass\n",
            "def handlers(): pass\n",
            "# handler\n",
        ] {
            let error = check("python3.13", "app.handler", "app.py", content).unwrap_err();
            assert!(matches!(error, HandlerError::NoFunction { .. }), "{content:?}: {error}");
        }
        assert!(matches!(check("python3.13", "handler", "handler.py", ""), Err(HandlerError::Form { .. })));
    }

    #[test]
    fn node_handlers_are_found_or_told() {
        for (handler, path, content) in [
            ("index.handler", "index.mjs", "export const handler = async () => 1;"),
            ("src/index.handler", "src/index.js", "exports.handler = async () => 1;"),
            (
                "index.handler",
                "index.js",
                "var o={};__export(o,{handler:()=>h});0&&(module.exports={handler});",
            ),
            ("index.handler", "index.cjs", "module.exports = require('./work');"),
            ("index.handler", "index.js", "export * from './work.js';"),
            ("index.handler.nested", "index.js", "exports.handler = { nested() {} };"),
        ] {
            assert_eq!(check("nodejs24.x", handler, path, content), Ok(()), "{handler} in {content:?}");
        }
        let missing = check("nodejs24.x", "index.handler", "app.js", "").unwrap_err();
        assert_eq!(
            missing.to_string(),
            "the handler \"index.handler\" needs index.js, which is not in the package"
        );
        let other = check("nodejs24.x", "index.handler", "index.mjs", "export const main = 1;").unwrap_err();
        assert!(matches!(other, HandlerError::NoFunction { .. }));
    }

    #[test]
    fn a_custom_runtime_needs_an_executable_bootstrap() {
        let plain = file("bootstrap", "#!/bin/sh\n");
        let check = |file: &SourceFile, has_layers| {
            check_handler("provided.al2023", Some("x"), std::slice::from_ref(file), has_layers)
        };
        assert_eq!(check(&plain, false), Err(HandlerError::NoBootstrap));
        assert_eq!(check(&plain, true), Ok(()));
        assert_eq!(check(&SourceFile { is_executable: true, ..plain }, false), Ok(()));
    }

    #[test]
    fn layers_may_hold_what_is_missing() {
        assert_eq!(check_handler("python3.13", Some("wrapper.handler"), &[], true), Ok(()));
        assert_eq!(check_handler("ruby3.3", Some("x"), &[], false), Ok(()));
        assert_eq!(check_handler("python3.13", None, &[], false), Ok(()));
    }
}
