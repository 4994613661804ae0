//! Import times of Python, as `-X importtime` and `PYTHONPROFILEIMPORTTIME` write them
//! (<https://docs.python.org/3/using/cmdline.html#cmdoption-X>).

use serde::Serialize;

const PREFIX: &str = "import time:";

/// One module and what it imported first. Times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Import {
    /// Full name.
    pub module: String,
    /// Without what it imports.
    pub own_ms: f64,
    /// With what it imports.
    pub total_ms: f64,
    /// What it imports and was not there yet, in order.
    pub imports: Vec<Self>,
}

/// The modules that nothing else imported, in order, each with its tree. Other lines are passed over.
#[must_use]
pub fn read(output: &str) -> Vec<Import> {
    // A module is written after all that it imports, two blanks less deep.
    let mut waiting: Vec<(usize, Import)> = Vec::new();
    for (depth, mut import) in output.lines().filter_map(line) {
        let first = waiting.iter().rposition(|(other, _)| *other <= depth).map_or(0, |last| last + 1);
        import.imports = waiting.split_off(first).into_iter().map(|(_, import)| import).collect();
        waiting.push((depth, import));
    }
    waiting.into_iter().map(|(_, import)| import).collect()
}

/// `import time:      1234 |       5678 |     package.module`; other text may stand before it in a log.
fn line(text: &str) -> Option<(usize, Import)> {
    let (_, rest) = text.split_once(PREFIX)?;
    let mut columns = rest.splitn(3, '|');
    let own: f64 = columns.next()?.trim().parse().ok()?;
    let total: f64 = columns.next()?.trim().parse().ok()?;
    let name = columns.next()?;
    let module = name.trim();
    let depth = name.len() - name.trim_start().len();
    let import = Import {
        module: module.to_owned(),
        own_ms: own / 1_000.0,
        total_ms: total / 1_000.0,
        imports: Vec::new(),
    };
    (!module.is_empty()).then_some((depth, import))
}

impl Import {
    /// The package at the top: `boto3` of `boto3.session`.
    #[must_use]
    pub fn package(&self) -> &str {
        self.module.split('.').next().unwrap_or_default()
    }

    /// This module and all below, each with the package that asked for it.
    pub fn walk<'a>(&'a self, asked_by: &'a str, visit: &mut dyn FnMut(&'a Self, &'a str)) {
        visit(self, asked_by);
        for import in &self.imports {
            // Within a package, the one that asked for the package is the one that matters.
            let asker = if import.package() == self.package() { asked_by } else { self.package() };
            import.walk(asker, visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Import, read};

    const OUTPUT: &str = "import time: self [us] | cumulative | imported package\n\
        import time:       131 |        131 |   _io\n\
        import time:       500 |        631 | io\n\
        said by somebody\n\
        import time:      2000 |       2000 |     boto3.session\n\
        import time:      1000 |       1000 |       botocore\n\
        import time:       500 |       1500 |     botocore.config\n\
        import time:       100 |       3600 |   boto3\n\
        2026-11-27T10:00:00Z\timport time:        40 |       3640 | app\n";

    fn shape(import: &Import) -> String {
        let below: Vec<String> = import.imports.iter().map(shape).collect();
        format!("{}({})", import.module, below.join(" "))
    }

    #[test]
    fn the_tree_is_read_from_its_leaves() {
        let roots = read(OUTPUT);
        let shapes: Vec<String> = roots.iter().map(shape).collect();
        assert_eq!(shapes, ["io(_io())", "app(boto3(boto3.session() botocore.config(botocore())))"]);
        let app = roots.last().unwrap();
        assert!((app.total_ms - 3.64).abs() < 1e-9 && (app.own_ms - 0.04).abs() < 1e-9);
    }

    #[test]
    fn each_module_knows_which_package_asked() {
        let roots = read(OUTPUT);
        let mut asked = Vec::new();
        roots.last().unwrap().walk("", &mut |import, by| asked.push((import.module.as_str(), by)));
        assert_eq!(
            asked,
            [
                ("app", ""),
                ("boto3", "app"),
                ("boto3.session", "app"),
                ("botocore.config", "boto3"),
                ("botocore", "boto3"),
            ]
        );
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in
            ["import time:", "import time: 1 | x | y", "import time: 1|2|", "import time: 1 | 2 |   é"]
        {
            let _ = read(text);
        }
    }
}
