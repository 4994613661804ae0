//! Finds the place that a path into a template names, as near as the template goes.

use super::document::Document;
use super::node::NodeRef;
use super::position::Span;

impl Document {
    /// Where a path such as `[Resources, Uploads, Properties, BucketName]` leads: the key of its last step, or of the
    /// last one that the template holds. None when not even the first two steps, which name a resource, are there.
    ///
    /// CloudFormation names places in the template that a transform has made; most of their paths are as written.
    #[must_use]
    pub fn place_of(&self, path: &[&str]) -> Option<Span> {
        let mut node = self.root();
        let mut place = None;
        for (depth, step) in path.iter().enumerate() {
            match child(node, step) {
                Some((span, next)) => {
                    place = Some(span);
                    node = next;
                }
                None if depth < 2 => return None,
                None => break,
            }
        }
        place
    }
}

fn child<'d>(node: NodeRef<'d>, step: &str) -> Option<(Span, NodeRef<'d>)> {
    if let Some(entry) = node.entry(step) {
        return Some((entry.key.span(), entry.value));
    }
    let item = node.items().nth(step.parse().ok()?)?;
    Some((item.span(), item))
}

#[cfg(test)]
mod tests {
    use crate::template::parse;

    #[test]
    fn a_path_leads_to_its_key_or_to_the_nearest_above() {
        let text = "Resources:\n  Uploads:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags:\n        - Key: a\n        - Key: b\n";
        let document = parse(text.as_bytes()).unwrap();
        let found = |path: &[&str]| document.place_of(path).map(|span| &text[span.range()]);
        assert_eq!(found(&["Resources", "Uploads", "Properties", "Tags"]), Some("Tags"));
        assert_eq!(found(&["Resources", "Uploads", "Properties", "Tags", "1", "Key"]), Some("Key"));
        assert_eq!(found(&["Resources", "Uploads", "Properties", "BucketName"]), Some("Properties"));
        assert_eq!(found(&["Resources", "Uploads", "Properties", "Tags", "7"]), Some("Tags"));
        assert_eq!(found(&["Resources", "Other"]), None);
        assert_eq!(found(&[]), None);
    }
}
