//! Makes the template name every package and file where it is in the bucket, and changes nothing else of it.

use std::collections::{BTreeMap, BTreeSet};

use super::files::named_files;
use super::plan::{Form, Given, Named, Place, PlanError, uses};
use crate::names::LogicalId;
use crate::template::{Code, Document, Edit, EditError, NewValue, NodeRef};

/// Why the packages cannot be named in the template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum EditsError {
    /// The template's code cannot be packaged in the first place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Plan(#[from] PlanError),
    /// A value cannot be replaced where it stands.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Edit(#[from] EditError),
    /// One place names the code of functions that are built differently.
    #[error("{user} takes its code from here like others that are built differently from the same folder")]
    #[diagnostic(help("give {user} properties of its own, with its own code path among them"))]
    Shared {
        /// One of the functions.
        user: LogicalId,
        /// The shared value.
        place: Place,
    },
}

impl EditsError {
    /// Where in the template, if the error is about one place.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Plan(error) => Some(error.place()),
            Self::Shared { place, .. } => Some(*place),
            Self::Edit(_) => None,
        }
    }
}

/// Where packages and files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// In a bucket.
    Bucket {
        /// Its name.
        name: String,
        /// Address of what is in it, up to the key and without a slash at its end.
        address: String,
    },
    /// In a bucket of each region, all of the same content; the template names that of the region it is deployed in.
    Regions {
        /// The names of the buckets, up to the region.
        prefix: String,
    },
    /// In a folder: keys are paths relative to the template, after these steps up.
    Folder {
        /// `""` beside the template, `"../"` from a folder beside it.
        up: &'static str,
    },
}

/// The keys of everything that a template names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Of the package of each function and layer.
    pub code: BTreeMap<LogicalId, String>,
    /// Of each other file, by the byte of the template where it is named.
    pub files: BTreeMap<usize, String>,
}

/// The edits that make the template name everything where it is; what has no key stays as it is.
///
/// # Errors
/// When a place serves several that need different values and no other place can be found.
pub fn edits(document: &Document, store: &Store, keys: &Keys) -> Result<Vec<Edit>, EditsError> {
    let mut edits = Vec::new();
    let all = uses(document, &Given::new())?;
    // One place in Globals, or one merged mapping, serves many functions.
    let mut by_place: BTreeMap<usize, Vec<(&Named<'_>, &String)>> = BTreeMap::new();
    for named in &all {
        if let Some(key) = keys.code.get(&named.code_use.user) {
            by_place.entry(named.node.span().start).or_default().push((named, key));
        }
    }
    for named in by_place.into_values() {
        let Some((first, key)) = named.first() else { continue };
        if named.iter().all(|(_, other)| other == key) {
            edits.push(first.code_use.form.naming(first.node, store, key)?);
        } else {
            for (named, key) in named {
                edits.push(own(named, store, key)?);
            }
        }
    }
    let mut named = BTreeSet::new();
    for (file, node) in named_files(document) {
        let at = file.place.span.start;
        // Resources that share their properties share the place.
        if let Some(key) = keys.files.get(&at).filter(|_| named.insert(at)) {
            edits.push(file.form.naming(node, store, key)?);
        }
    }
    Ok(edits)
}

/// The keys of the functions' packages in a bucket, as a deployed template names them.
#[must_use]
pub fn code_keys(document: &Document, bucket: &str) -> BTreeMap<LogicalId, String> {
    let functions = document.functions().into_iter();
    functions
        .filter_map(|function| Some((function.logical_id(), key_of(&function.code(), bucket)?)))
        .collect()
}

fn key_of(code: &Code<'_>, bucket: &str) -> Option<String> {
    let Code::S3 { node } = code else { return None };
    let text = |name: &str| node.get(name).and_then(NodeRef::as_str);
    let (found, key) = match node.as_str() {
        Some(uri) => uri.strip_prefix("s3://")?.split_once('/')?,
        None => (text("S3Bucket").or(text("Bucket"))?, text("S3Key").or(text("Key"))?),
    };
    (found == bucket).then(|| key.to_owned())
}

/// Names the package in the function's own properties, over what it inherits.
fn own(named: &Named<'_>, store: &Store, key: &str) -> Result<Edit, EditsError> {
    let Named { node, resource, property, code_use } = named;
    let shared = || EditsError::Shared { user: code_use.user.clone(), place: code_use.place };
    if resource.node().span().contains(node.span()) {
        return Ok(code_use.form.naming(*node, store, key)?);
    }
    let edit = match resource.properties() {
        Some(properties) if properties.is_mapping() && properties.entries().next().is_some() => {
            let is_own = resource.node().span().contains(properties.span());
            code_use
                .form
                .with(store, key, |value| Edit::first_entry(properties, property, value))
                .filter(|_| is_own)
        }
        // Everything comes from Globals, which only SAM has.
        empty => code_use.form.with(store, key, |value| match (value, empty) {
            (NewValue::Pairs(_) | NewValue::Raw(_), _) => None,
            (NewValue::Text(text), Some(empty)) => Edit::mapping(empty, &[(property, text)]).ok(),
            (NewValue::Text(text), None) => {
                Edit::first_entry(resource.node(), "Properties", NewValue::Pairs(&[(property, text)]))
            }
        }),
    };
    edit.ok_or_else(shared)
}

impl Form {
    /// Writes the place of a package as this property takes it.
    fn with<T>(self, store: &Store, key: &str, write: impl FnOnce(NewValue<'_>) -> T) -> T {
        match store {
            // A path serves every property until it is uploaded.
            Store::Folder { up } => write(NewValue::Text(&format!("{up}{key}"))),
            Store::Bucket { name, address } => match self {
                Self::SamUri | Self::Uri => write(NewValue::Text(&format!("s3://{name}/{key}"))),
                Self::CodeLocation => write(NewValue::Pairs(&[("S3Bucket", name), ("S3Key", key)])),
                Self::Location => write(NewValue::Pairs(&[("Bucket", name), ("Key", key)])),
                Self::Address => write(NewValue::Text(&format!("{address}/{key}"))),
            },
            Store::Regions { prefix } => {
                let bucket = format!("{prefix}${{AWS::Region}}");
                match self {
                    Self::SamUri | Self::Location => {
                        write(NewValue::Raw(&substituted_pair("Bucket", "Key", &bucket, key)))
                    }
                    Self::CodeLocation => {
                        write(NewValue::Raw(&substituted_pair("S3Bucket", "S3Key", &bucket, key)))
                    }
                    Self::Uri => write(NewValue::Raw(&substituted(&format!("s3://{bucket}/{key}")))),
                    Self::Address => {
                        let host = "https://s3.${AWS::Region}.${AWS::URLSuffix}";
                        write(NewValue::Raw(&substituted(&format!("{host}/{bucket}/{key}"))))
                    }
                }
            }
        }
    }

    fn naming(self, node: NodeRef<'_>, store: &Store, key: &str) -> Result<Edit, EditError> {
        self.with(store, key, |value| match value {
            NewValue::Text(text) => Edit::scalar(node, text),
            NewValue::Pairs(pairs) => Edit::mapping(node, pairs),
            NewValue::Raw(text) => Edit::flow(node, text),
        })
    }
}

/// A value with `${AWS::Region}` in it, as JSON, which YAML takes too.
fn substituted(text: &str) -> String {
    serde_json::json!({"Fn::Sub": text}).to_string()
}

fn substituted_pair(bucket_name: &str, key_name: &str, bucket: &str, key: &str) -> String {
    serde_json::json!({bucket_name: {"Fn::Sub": bucket}, key_name: key}).to_string()
}

#[cfg(test)]
mod tests;
