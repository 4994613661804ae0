//! The paths that a source file names, each from the root of its crate, however they are spelled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// What one file names.
pub(super) struct Names {
    /// Every path: `crate::…` for this crate's own.
    pub(super) paths: BTreeSet<String>,
    /// Whether some function is `async`.
    pub(super) has_async: bool,
    /// Where the visitor is.
    module: Vec<String>,
    /// What `use` gives a short name to.
    imports: BTreeMap<String, String>,
}

impl Names {
    /// Reads a file that is this module.
    pub(super) fn of(file: &syn::File, module: Vec<String>) -> Self {
        let mut names = Self { paths: BTreeSet::new(), has_async: false, module, imports: BTreeMap::new() };
        names.visit_file(file);
        let expanded: Vec<String> = names.paths.iter().filter_map(|path| names.expanded(path)).collect();
        names.paths.extend(expanded);
        names
    }

    /// `io::stdout` after `use std::io`.
    fn expanded(&self, path: &str) -> Option<String> {
        let (first, rest) = path.split_once("::")?;
        Some(format!("{}::{rest}", self.imports.get(first)?))
    }

    fn note(&mut self, path: &str) -> String {
        let path = absolute(path, &self.module);
        self.paths.insert(path.clone());
        path
    }
}

/// Resolves `self` and `super` at the start of a path.
fn absolute(path: &str, module: &[String]) -> String {
    let mut rest: Vec<&str> = path.split("::").collect();
    if !matches!(rest.first(), Some(&("self" | "super"))) || path == "self" {
        return path.to_owned();
    }
    let mut above = module.len();
    while let Some("self" | "super") = rest.first().copied() {
        above = above.saturating_sub(usize::from(rest.remove(0) == "super"));
    }
    let names = module[..above].iter().map(String::as_str).chain(rest);
    ["crate"].into_iter().chain(names).collect::<Vec<_>>().join("::")
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            let mut uses = Vec::new();
            flatten(&item.tree, String::new(), &mut uses);
            for (path, name) in uses {
                let path = self.note(&path);
                self.imports.insert(name, path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.note(&names.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.has_async |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let mut paths = Vec::new();
        token_paths(call.tokens.clone(), &mut paths);
        for path in paths {
            self.note(&path);
        }
        visit::visit_macro(self, call);
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

/// The paths of a `use`, each with the name it gets here.
fn flatten(tree: &syn::UseTree, before: String, uses: &mut Vec<(String, String)>) {
    let join = |name: String| if before.is_empty() { name } else { format!("{before}::{name}") };
    let last = || before.rsplit("::").next().unwrap_or_default().to_owned();
    match tree {
        syn::UseTree::Path(path) => flatten(&path.tree, join(path.ident.to_string()), uses),
        syn::UseTree::Name(name) if name.ident == "self" => uses.push((before.clone(), last())),
        syn::UseTree::Name(name) => uses.push((join(name.ident.to_string()), name.ident.to_string())),
        syn::UseTree::Rename(rename) if rename.ident == "self" => {
            uses.push((before.clone(), rename.rename.to_string()));
        }
        syn::UseTree::Rename(rename) => {
            uses.push((join(rename.ident.to_string()), rename.rename.to_string()));
        }
        syn::UseTree::Glob(_) => uses.push((join("*".to_owned()), "*".to_owned())),
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|item| flatten(item, before.clone(), uses));
        }
    }
}

/// Macro bodies are not parsed, so their paths are read off the tokens.
fn token_paths(tokens: TokenStream, paths: &mut Vec<String>) {
    let mut path = String::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons == 2 && !path.is_empty() {
                    let _ = write!(path, "::{ident}");
                } else {
                    paths.push(std::mem::replace(&mut path, ident.to_string()));
                }
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => token_paths(group.stream(), paths),
            TokenTree::Punct(_) | TokenTree::Literal(_) => paths.push(std::mem::take(&mut path)),
        }
    }
    paths.push(path);
}
