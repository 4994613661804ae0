//! What code is built for: a Lambda runtime, or this very machine. It names platforms as each tool does, and looks
//! at no machine.

use std::fmt;

/// A processor architecture that Lambda has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// `x86_64`, Lambda's default.
    X86,
    /// `arm64`.
    Arm,
}

impl Architecture {
    /// The architecture of this name; Lambda's, and those that operating systems give the same thing.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "x86_64" | "amd64" => Some(Self::X86),
            "arm64" | "aarch64" => Some(Self::Arm),
            _ => None,
        }
    }

    /// As wheels, target triples and the Linux kernel name it.
    #[must_use]
    pub const fn linux_name(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "aarch64",
        }
    }

    /// As Node.js and npm name it.
    #[must_use]
    pub const fn node_name(self) -> &'static str {
        match self {
            Self::X86 => "x64",
            Self::Arm => "arm64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        })
    }
}

/// What a function or layer is built for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// This machine, where local AWS runs functions as processes.
    Host,
    /// Lambda.
    Lambda {
        /// Such as `python3.13`; empty where the template does not tell.
        runtime: String,
        /// Of its processors.
        architecture: Architecture,
    },
}

/// The operating systems below Lambda's runtimes, by the version of their C library (Lambda developer guide,
/// "Lambda runtimes": Amazon Linux 2023 has glibc 2.34, Amazon Linux 2 has 2.26).
#[must_use]
pub fn glibc_minor(runtime: &str) -> u32 {
    const AMAZON_LINUX_2: &[&str] =
        &["provided.al2", "python3.8", "python3.9", "python3.10", "python3.11", "nodejs16.x", "nodejs18.x"];
    if AMAZON_LINUX_2.contains(&runtime) { 26 } else { 34 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_have_many_names() {
        for (name, expected) in [
            ("x86_64", Some(Architecture::X86)),
            ("arm64", Some(Architecture::Arm)),
            ("aarch64", Some(Architecture::Arm)),
            ("i386", None),
        ] {
            assert_eq!(Architecture::named(name), expected, "{name}");
        }
        assert_eq!(Architecture::Arm.to_string(), "arm64");
        assert_eq!((Architecture::Arm.linux_name(), Architecture::X86.node_name()), ("aarch64", "x64"));
    }

    #[test]
    fn older_runtimes_have_an_older_c_library() {
        assert_eq!(glibc_minor("python3.11"), 26);
        assert_eq!(glibc_minor("python3.12"), 34);
        assert_eq!(glibc_minor("provided.al2"), 26);
        assert_eq!(glibc_minor("provided.al2023"), 34);
    }
}
