//! Turns SAM's esbuild properties into esbuild's arguments. It runs nothing.
//!
//! Names and defaults are SAM's (SAM developer guide, "Building Node.js Lambda functions with esbuild").

use super::metadata::{BuildMetadata, Property, Value};
use super::{EsbuildRecipe, Look, Reason, RecipeError, nearest};
use crate::package::plan::CodeUse;

/// Properties that become one argument each; the rest of esbuild's are refused, among them those that would write
/// somewhere else.
const OPTIONS: [&str; 28] = [
    "Alias",
    "Banner",
    "Charset",
    "Conditions",
    "Define",
    "Drop",
    "DropLabels",
    "External",
    "Footer",
    "Format",
    "Inject",
    "Jsx",
    "JsxFactory",
    "JsxFragment",
    "JsxImportSource",
    "KeepNames",
    "LegalComments",
    "Loader",
    "MainFields",
    "Minify",
    "OutExtension",
    "Packages",
    "Pure",
    "Sourcemap",
    "SourcesContent",
    "Target",
    "TreeShaking",
    "Tsconfig",
];
/// Properties with another meaning than an argument, or none: SAM decides these itself, and so does slsx.
const OTHERS: [&str; 5] = ["Bundle", "EntryPoints", "Outdir", "Platform", "UseNpmCi"];

pub(super) fn recipe(
    code_use: &CodeUse,
    metadata: &BuildMetadata,
    look: &dyn Look,
) -> Result<EsbuildRecipe, RecipeError> {
    let entries = entry_points(code_use, metadata, look)?;
    let mut arguments = vec!["--bundle".to_owned(), "--platform=node".to_owned()];
    for (name, default) in [("Target", "--target=es2020"), ("Format", "--format=cjs"), ("Minify", "--minify")]
    {
        if metadata.property(name).is_none() {
            arguments.push(default.to_owned());
        }
    }
    // A function that asks Node.js for source maps gets some.
    if code_use.enables_source_maps && metadata.property("Sourcemap").is_none() {
        arguments.push("--sourcemap".to_owned());
    }
    for property in metadata.properties.iter().filter(|property| !OTHERS.contains(&property.name.as_str())) {
        if !OPTIONS.contains(&property.name.as_str()) {
            let known = OPTIONS.into_iter().chain(["EntryPoints"]);
            return Err(RecipeError::new(
                code_use,
                property.place,
                Reason::UnknownProperty {
                    name: property.name.clone(),
                    method: metadata.method.clone(),
                    suggestion: nearest(&property.name, known),
                },
            ));
        }
        arguments.extend(argument(code_use, property)?);
    }
    Ok(EsbuildRecipe { entries, arguments, has_manifest: look.has("package.json") })
}

/// `External: [a, b]` becomes `--external:a --external:b`, `Target: es2022` becomes `--target=es2022`.
fn argument(code_use: &CodeUse, property: &Property) -> Result<Vec<String>, RecipeError> {
    let name = kebab(&property.name);
    match &property.value {
        Value::Flag(true) => Ok(vec![format!("--{name}")]),
        // What esbuild does unless it is told otherwise; everything else is off by itself.
        Value::Flag(false) if matches!(name.as_str(), "sources-content" | "tree-shaking") => {
            Ok(vec![format!("--{name}=false")])
        }
        Value::Flag(false) => Ok(Vec::new()),
        Value::Text(text) => Ok(vec![format!("--{name}={text}")]),
        Value::List(items) => Ok(items.iter().map(|item| format!("--{name}:{item}")).collect()),
        Value::Other => Err(wrong(code_use, property, "a flag, a text or a list of texts")),
    }
}

fn entry_points(
    code_use: &CodeUse,
    metadata: &BuildMetadata,
    look: &dyn Look,
) -> Result<Vec<String>, RecipeError> {
    let property = metadata
        .property("EntryPoints")
        .ok_or_else(|| RecipeError::new(code_use, metadata.place, Reason::NoEntryPoints))?;
    let Value::List(entries) = &property.value else {
        return Err(wrong(code_use, property, "a list of files, such as `[app.ts]`"));
    };
    if entries.is_empty() {
        return Err(wrong(code_use, property, "a list of at least one file"));
    }
    entries.iter().map(|entry| entry_point(code_use, property, entry, look)).collect()
}

/// SAM takes `app` for `app.ts` or `app.js`.
fn entry_point(
    code_use: &CodeUse,
    property: &Property,
    entry: &str,
    look: &dyn Look,
) -> Result<String, RecipeError> {
    let written = entry.strip_prefix("./").unwrap_or(entry);
    let candidates = [written.to_owned(), format!("{written}.ts"), format!("{written}.js")];
    // Only the folder's own files are bundled, so that they alone decide what comes out.
    let is_inside = !written.split('/').any(|component| component == "..") && !written.starts_with('/');
    candidates.into_iter().find(|path| is_inside && look.has(path)).ok_or_else(|| {
        RecipeError::new(
            code_use,
            property.place,
            Reason::NoEntryPoint { entry: entry.to_owned(), folder: code_use.path.clone() },
        )
    })
}

fn wrong(code_use: &CodeUse, property: &Property, expected: &'static str) -> RecipeError {
    RecipeError::new(
        code_use,
        property.place,
        Reason::WrongProperty { name: property.name.clone(), expected },
    )
}

/// `MainFields` as esbuild writes it: `main-fields`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(character.to_ascii_lowercase());
    }
    kebab
}
