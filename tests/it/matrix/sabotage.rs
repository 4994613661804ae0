//! Each promise must be seen to break: variants of the patterns with the mistake that the pattern is there to avoid.

use super::cell::{Cell, PROJECT, run};

/// A mistake, made by replacing a piece of one file.
struct Sabotage {
    pattern: &'static str,
    answers: &'static [&'static str],
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// `--load` of the verification.
    load: &'static str,
    /// The check that must tell.
    check: &'static str,
}

impl Sabotage {
    #[track_caller]
    fn breaks(&self) {
        let cell = Cell { pattern: self.pattern, language: "python", answers: self.answers };
        let world = cell.scaffold(&[]);
        let path = format!("{PROJECT}/{}", self.file);
        let text = std::fs::read_to_string(world.path(&path)).unwrap();
        assert!(text.contains(self.from), "{path} has changed: {text}");
        world.write(&path, &text.replace(self.from, self.to));
        run(&world, &["deploy"]).assert_exit(0);
        let verdict =
            run(&world, &["verify", "--format", "json", "--load", self.load]).assert_exit(1).json();
        assert_eq!(verdict["conclusion"], "broken", "{verdict:#}");
        let checks = verdict["checks"].as_array().unwrap();
        let told = checks.iter().find(|check| check["check"] == self.check);
        assert_eq!(told.unwrap_or_else(|| panic!("{verdict:#}"))["outcome"], "broken", "{verdict:#}");
        run(&world, &["destroy", "--yes"]).assert_exit(0);
    }
}
