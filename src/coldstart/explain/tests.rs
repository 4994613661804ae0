use super::python::Import;
use super::sizes::parts;
use super::{Basis, Kind, by_package, lazy, of_handler, of_parts, own_code, rank};

fn import(module: &str, own_ms: f64, imports: Vec<Import>) -> Import {
    let total_ms = own_ms + imports.iter().map(|import| import.total_ms).sum::<f64>();
    Import { module: module.into(), own_ms, total_ms, imports }
}

fn roots() -> Vec<Import> {
    let pandas =
        import("pandas", 100.0, vec![import("numpy", 60.0, vec![]), import("pandas.core", 40.0, vec![])]);
    let shared = import("shared.orders", 1.0, vec![pandas]);
    vec![
        import("encodings", 3.0, vec![]),
        import(
            "functions.app",
            2.0,
            vec![shared, import("json", 0.5, vec![]), import("boto3", 80.0, vec![])],
        ),
    ]
}

#[test]
fn time_is_added_up_by_package_with_who_asked_first() {
    let packages = by_package(&roots());
    let shown: Vec<(&str, f64, Option<&str>)> = packages
        .iter()
        .take(3)
        .map(|package| (package.name.as_str(), package.own_ms, package.asked_by.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [
            ("pandas", 140.0, Some("shared")),
            ("boto3", 80.0, Some("functions")),
            ("numpy", 60.0, Some("pandas"))
        ]
    );
}

#[test]
fn imports_of_the_functions_own_modules_can_be_made_later() {
    let roots = roots();
    let handler = of_handler(&roots, "functions/app.handler").unwrap();
    let suggestions = lazy(handler, &["functions", "shared"]);
    let shown: Vec<(Kind, f64, Basis)> =
        suggestions.iter().map(|one| (one.kind, one.gain_ms.unwrap(), one.basis)).collect();
    // numpy comes with pandas, and json costs nothing.
    assert_eq!(shown, [(Kind::LazyImport, 80.0, Basis::AtMost), (Kind::LazyImport, 200.0, Basis::AtMost)]);
    assert!(suggestions[1].what.contains("shared.orders imports it"), "{}", suggestions[1].what);
    assert_eq!(of_handler(&roots, "nothing.handler"), None);
}

#[test]
fn much_work_at_the_top_of_a_module_is_named() {
    let handler = import("app", 70.0, vec![import("boto3", 80.0, vec![]), import("tables", 20.0, vec![])]);
    let found = own_code(&handler, &["app", "tables"]);
    let gains: Vec<f64> = found.iter().filter_map(|one| one.gain_ms).collect();
    assert_eq!(gains, [70.0, 20.0]);
    assert!(found[0].what.contains("when app is loaded"), "{}", found[0].what);
}

#[test]
fn the_content_of_a_package_suggests_what_to_leave_out() {
    let packages = by_package(&roots());
    let found = parts([
        ("boto3/session.py", 3_000_000),
        ("scipy/a.so", 60_000_000),
        ("pandas/b.so", 60_000_000),
        ("pandas.libs/c.so", 60_000_000),
    ]);
    let kinds: Vec<Kind> = of_parts(&found, &packages, true).iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Smaller, Kind::OfLambda]);
    assert_eq!(of_parts(&found, &[], false), []);
}

#[test]
fn known_gains_come_first() {
    let packages = by_package(&roots());
    let found = parts([("boto3/session.py", 1)]);
    let mut suggestions = of_parts(&found, &packages, true);
    suggestions.extend(lazy(&roots()[1], &["functions"]));
    rank(&mut suggestions);
    let gains: Vec<Option<f64>> = suggestions.iter().map(|one| one.gain_ms).collect();
    assert_eq!(gains, [Some(201.0), Some(80.0), None]);
}
