//! Shows the outputs of a stack.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::deploy::Output;
use crate::deploy::report::Place;

pub use super::deploy::outputs as human;

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    stack: &'a str,
    region: &'a str,
    local: bool,
    outputs: BTreeMap<&'a str, &'a str>,
}

/// Writes them as `slsx/outputs/1`, values by name.
pub fn json(out: &mut impl Write, place: &Place, outputs: &[Output]) -> io::Result<()> {
    let report = Report {
        schema: "slsx/outputs/1",
        stack: place.stack.as_str(),
        region: &place.region,
        local: place.is_local,
        outputs: outputs.iter().map(|output| (output.key.as_str(), output.value.as_str())).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

/// Writes them as lines of NAME="value". Names of outputs are letters and digits, so they are names of variables too.
pub fn dotenv(out: &mut impl Write, outputs: &[Output]) -> io::Result<()> {
    for output in outputs {
        writeln!(out, "{}=\"{}\"", output.key, escaped(&output.value))?;
    }
    Ok(())
}

/// What means something between double quotes: to a shell, and to the libraries that read such files.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\\' | '"' | '$' | '`' => {
                text.push('\\');
                text.push(letter);
            }
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> Vec<Output> {
        let output = |key: &str, value: &str| Output {
            key: key.into(),
            value: value.into(),
            description: None,
            export: None,
        };
        vec![output("ApiUrl", "https://x.example/dev"), output("Odd", "a \"b\" $HOME `c` \\ d\ne")]
    }

    #[test]
    fn a_shell_reads_the_values_back() {
        let mut out = Vec::new();
        dotenv(&mut out, &outputs()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        ApiUrl="https://x.example/dev"
        Odd="a \"b\" \$HOME \`c\` \\ d\ne"
        "#);
    }

    #[test]
    fn programs_get_values_by_name() {
        let mut out = Vec::new();
        let place = Place { stack: "video-dev".into(), region: "eu-west-1".into(), is_local: true };
        json(&mut out, &place, &outputs()).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&value["schema"], &value["local"]), (&"slsx/outputs/1".into(), &true.into()));
        assert_eq!(value["outputs"]["ApiUrl"], "https://x.example/dev");
    }
}
