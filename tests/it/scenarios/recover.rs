//! A bench that is killed in the middle: `slsx recover` leaves the function as it was before.

use serde_json::Value;

use crate::world::World;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Slow:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Description: written by a colleague
      CodeUri: slow/
";

/// What somebody else would see of the function: its configuration and its versions.
fn snapshot(world: &World) -> Value {
    let status =
        world.on_local_aws(&["status", "--project", "killed", "--format", "json"]).assert_exit(0).json();
    let name = status["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|resource| resource["logical_id"] == "Slow")
        .unwrap()["physical_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let endpoint = world.endpoint();
    let get = |path: &str| -> Value {
        let text = crate::http::get(&format!("{endpoint}/2015-03-31/functions/{name}/{path}"));
        serde_json::from_str(&text).unwrap()
    };
    let mut snapshot =
        serde_json::json!({ "configuration": get("configuration"), "versions": get("versions") });
    forget_revisions(&mut snapshot);
    snapshot
}

/// A revision names a state of the function; coming back to an earlier state makes a new one. After an update,
/// local AWS also tells an empty reason for its status.
fn forget_revisions(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, value| {
                let is_empty_reason = key.contains("StatusReason") || key.starts_with("StateReason");
                let is_forgotten = matches!(key.as_str(), "RevisionId" | "LastModified");
                !(is_forgotten || is_empty_reason && *value == "")
            });
            fields.values_mut().for_each(forget_revisions);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_revisions),
        _ => {}
    }
}

#[test]
fn killed_in_the_middle_of_a_bench() {
    let world = World::new();
    world.write("killed/template.yaml", TEMPLATE);
    world.write(
        "killed/slow/app.py",
        "import time\ntime.sleep(0.2)\n\n\ndef handler(event, context):\n    return {}\n",
    );
    world.on_local_aws(&["deploy", "--project", "killed"]).assert_exit(0);
    let before = snapshot(&world);

    world.kill_once_it_acts(&["coldstart-bench", "Slow", "-n", "200", "--project", "killed"], || {
        snapshot(&world) != before
    });
    assert_ne!(snapshot(&world), before, "killed too late to show anything");

    let dry = world.on_local_aws(&["recover", "--dry-run"]);
    assert!(dry.stdout.contains("Slow"), "{}", dry.all());
    assert_ne!(snapshot(&world), before, "a dry run changes nothing");
    world.on_local_aws(&["recover"]).assert_exit(0);
    assert_eq!(snapshot(&world), before);
    let again = world.on_local_aws(&["recover"]).assert_exit(0);
    assert!(again.stdout.contains("Nothing to recover"), "{}", again.stdout);
    world.on_local_aws(&["destroy", "--project", "killed", "--yes"]).assert_exit(0);
}
