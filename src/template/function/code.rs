//! Where a function's code comes from. It reads the template only; whether a path exists is not its business.

use crate::template::node::NodeRef;
use crate::template::resource::Resource;

/// The source of a function's code, with the node that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code<'d> {
    /// A file or folder beside the template, to be packaged.
    Local {
        /// The path as it is written.
        path: &'d str,
        /// The value to replace with the place of the package.
        node: NodeRef<'d>,
    },
    /// A package in S3.
    S3 {
        /// The URI or the mapping with bucket and key.
        node: NodeRef<'d>,
    },
    /// Source code in the template.
    Inline {
        /// The source code.
        node: NodeRef<'d>,
    },
    /// A container image.
    Image {
        /// The URI of the image, if there is one already.
        node: Option<NodeRef<'d>>,
    },
    /// A value that the template alone does not tell.
    Unknown {
        /// The value.
        node: NodeRef<'d>,
    },
    /// Nothing says where the code is.
    Missing,
}

impl<'d> Code<'d> {
    pub(super) fn of(resource: Resource<'d>) -> Self {
        if resource.is_sam() { Self::of_sam(resource) } else { Self::of_lambda(resource) }
    }

    fn of_sam(resource: Resource<'d>) -> Self {
        let value = |name| resource.effective(name).map(super::Effective::node);
        let is_image = value("PackageType").and_then(NodeRef::as_str) == Some("Image");
        match (value("InlineCode"), value("ImageUri"), value("CodeUri")) {
            (Some(node), _, _) => Self::Inline { node },
            (None, Some(node), _) => Self::Image { node: Some(node) },
            (None, None, _) if is_image => Self::Image { node: None },
            (None, None, Some(node)) => Self::located(node, &["Bucket", "Key"]),
            (None, None, None) => Self::Missing,
        }
    }

    fn of_lambda(resource: Resource<'d>) -> Self {
        let Some(code) = resource.property("Code") else { return Self::Missing };
        match (code.get("ZipFile"), code.get("ImageUri")) {
            (Some(node), _) => Self::Inline { node },
            (None, Some(node)) => Self::Image { node: Some(node) },
            (None, None) => Self::located(code, &["S3Bucket", "S3Key"]),
        }
    }

    /// A value is a local path only if it is written as text: packaging tools resolve nothing.
    fn located(node: NodeRef<'d>, keys: &[&str]) -> Self {
        match node.as_str() {
            Some(path) if path.contains("://") => Self::S3 { node },
            Some(path) => Self::Local { path, node },
            None if keys.iter().any(|key| node.get(key).is_some()) => Self::S3 { node },
            None => {
                let resolved = node.document().resolve(node);
                let is_s3 = resolved.alternatives().iter().all(|text| text.leading().starts_with("s3://"));
                if is_s3 && !resolved.alternatives().is_empty() {
                    Self::S3 { node }
                } else {
                    Self::Unknown { node }
                }
            }
        }
    }
}
