//! Tells from the first bytes of a file whether it is native code, and for which system and processor.
//!
//! Three fixed headers, a few bytes each: a library that reads whole object files would be the larger risk.

use super::platform::Architecture;

/// How many bytes tell.
pub const HEADER_BYTES: usize = 1024;

/// Which operating systems run it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// ELF: Linux.
    Linux,
    /// Mach-O: macOS.
    MacOs,
    /// PE: Windows.
    Windows,
}

/// Native code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// Its system.
    pub system: System,
    /// Its processor; none for those that Lambda does not have.
    pub architecture: Option<Architecture>,
    /// Several processors in one file, as macOS has it; `architecture` is then one of them.
    pub is_universal: bool,
}

impl Native {
    /// For people, such as `Linux on arm64`.
    #[must_use]
    pub fn describe(&self) -> String {
        let system = match self.system {
            System::Linux => "Linux",
            System::MacOs => "macOS",
            System::Windows => "Windows",
        };
        let architecture = self.architecture.map_or("another processor".to_owned(), |it| it.to_string());
        format!("{system} on {architecture}")
    }
}

/// What the file is, if it is native code.
#[must_use]
pub fn native(bytes: &[u8]) -> Option<Native> {
    elf(bytes).or_else(|| mach_o(bytes)).or_else(|| pe(bytes))
}

/// `e_machine` stands at byte 18 in the byte order that byte 5 tells (System V ABI, "ELF Header").
fn elf(bytes: &[u8]) -> Option<Native> {
    let rest = bytes.strip_prefix(b"\x7fELF")?;
    let is_big_endian = rest.get(1) == Some(&2);
    let architecture = match (u16_at(bytes, 18, is_big_endian)?, rest.first()) {
        // 64-bit files only: x86-64 also has a 32-bit variant.
        (62, Some(2)) => Some(Architecture::X86),
        (183, Some(2)) => Some(Architecture::Arm),
        _ => None,
    };
    Some(Native { system: System::Linux, architecture, is_universal: false })
}

/// `cputype` follows the magic number (Apple, `mach-o/loader.h` and `mach-o/fat.h`).
fn mach_o(bytes: &[u8]) -> Option<Native> {
    let magic = bytes.get(..4)?;
    let (at, is_big_endian, is_universal) = match magic {
        [0xcf | 0xce, 0xfa, 0xed, 0xfe] => (4, false, false),
        [0xfe, 0xed, 0xfa, 0xcf | 0xce] => (4, true, false),
        // Java classes begin with the same four bytes; their next number is a version, 45 or more.
        [0xca, 0xfe, 0xba, 0xbe]
            if bytes.get(4..8).is_some_and(|count| matches!(count, [0, 0, 0, 1..=20])) =>
        {
            (8, true, true)
        }
        _ => return None,
    };
    let architecture = match u32_at(bytes, at, is_big_endian)? {
        0x0100_0007 => Some(Architecture::X86),
        0x0100_000c => Some(Architecture::Arm),
        _ => None,
    };
    Some(Native { system: System::MacOs, architecture, is_universal })
}

/// The machine follows the `PE` signature, whose offset stands at byte 60 (Microsoft, "PE Format").
fn pe(bytes: &[u8]) -> Option<Native> {
    let offset = usize::try_from(u32_at(bytes.strip_prefix(b"MZ").map(|_| bytes)?, 60, false)?).ok()?;
    let signature = bytes.get(offset..offset.checked_add(4)?)?;
    if signature != b"PE\0\0" {
        return None;
    }
    let architecture = match u16_at(bytes, offset + 4, false)? {
        0x8664 => Some(Architecture::X86),
        0xaa64 => Some(Architecture::Arm),
        _ => None,
    };
    Some(Native { system: System::Windows, architecture, is_universal: false })
}

fn u16_at(bytes: &[u8], at: usize, is_big_endian: bool) -> Option<u16> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if is_big_endian { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
}

fn u32_at(bytes: &[u8], at: usize, is_big_endian: bool) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(if is_big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The beginning of a 64-bit little-endian ELF file.
    pub(in crate::package) fn elf_header(machine: u16) -> Vec<u8> {
        let mut header = vec![0; 64];
        header[..6].copy_from_slice(b"\x7fELF\x02\x01");
        header[18..20].copy_from_slice(&machine.to_le_bytes());
        header
    }

    #[test]
    fn headers_tell_system_and_processor() {
        let of = |bytes: &[u8]| native(bytes).map(|native| native.describe());
        assert_eq!(of(&elf_header(62)).unwrap(), "Linux on x86_64");
        assert_eq!(of(&elf_header(183)).unwrap(), "Linux on arm64");
        assert_eq!(of(&elf_header(3)).unwrap(), "Linux on another processor");
        assert_eq!(of(&[0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1]).unwrap(), "macOS on arm64");
        let universal = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2, 1, 0, 0, 7];
        assert!(native(&universal).unwrap().is_universal);
        let mut windows = vec![0; 80];
        windows[..2].copy_from_slice(b"MZ");
        windows[60] = 70;
        windows[70..74].copy_from_slice(b"PE\0\0");
        windows[74..76].copy_from_slice(&0x8664_u16.to_le_bytes());
        assert_eq!(of(&windows).unwrap(), "Windows on x86_64");
    }

    #[test]
    fn other_files_are_not_native() {
        let class = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61];
        for bytes in [&b"#!/bin/sh\n"[..], b"", b"\x7fELF", b"MZ", &class, b"def handler(): pass"] {
            assert_eq!(native(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the binary is what the test is about")]
    fn this_very_binary_is_native() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let expected = Architecture::named(std::env::consts::ARCH);
        assert_eq!(native(&own).unwrap().architecture, expected);
    }

    proptest! {
        #[test]
        fn any_bytes_are_fine(start in prop::sample::select(vec![&b"\x7fELF"[..], b"MZ", b"\xca\xfe\xba\xbe", b""]), rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = native(&[start, &rest].concat());
        }
    }
}
