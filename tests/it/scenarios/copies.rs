//! Benches on temporary copies: they tell two versions apart, touch nothing and leave nothing.

use serde_json::Value;

use crate::http;
use crate::world::World;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Waiting:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: waiting
      Runtime: python3.13
      Handler: app.handler
      Description: written by a colleague
      CodeUri: waiting/
      AutoPublishAlias: live
      Environment: {Variables: {PAUSE: '0.1'}}
";

/// Waits in its Init phase, for a time that the environment variables tell.
fn code(factor: u32) -> String {
    format!(
        "import os\nimport time\n\ntime.sleep({factor} * float(os.environ['PAUSE']))\n\n\n\
         def handler(event, context):\n    return {{}}\n"
    )
}

fn get(world: &World, path: &str) -> Value {
    let url = format!("{}/2015-03-31/functions/{path}", world.endpoint());
    serde_json::from_str(&crate::http::get(&url)).unwrap()
}

/// Every function there is, revisions included, and what belongs to ours.
fn snapshot(world: &World) -> [Value; 3] {
    [get(world, ""), get(world, "waiting/versions"), get(world, "waiting/aliases")]
}

fn deployed() -> World {
    let world = World::new();
    world.write("copied/template.yaml", TEMPLATE);
    world.write("copied/waiting/app.py", &code(1));
    world.on_local_aws(&["deploy", "--project", "copied"]).assert_exit(0);
    world
}

#[test]
fn a_slower_version_breaks_the_gate_and_nothing_is_touched() {
    let world = deployed();
    world.write("copied/waiting/app.py", &code(2));
    world.on_local_aws(&["deploy", "--project", "copied"]).assert_exit(0);
    let before = snapshot(&world);
    let bench = |more: &[&str]| {
        let common = ["coldstart-bench", "Waiting", "-n", "8", "--project", "copied", "--format", "json"];
        world.on_local_aws(&[&common, more].concat())
    };

    let slower = bench(&["--against", "1", "--gate", "p50<=+10%"]).assert_exit(1).json();
    assert_eq!(snapshot(&world), before);
    let compared = &slower["report"]["comparisons"][0];
    assert_eq!((&compared["baseline"], &compared["other"]), (&"waiting:1".into(), &"waiting".into()));
    let shift = compared["comparison"]["shift"].as_f64().unwrap();
    assert!((70.0..140.0).contains(&shift), "100 ms more were {shift}: {compared:#}");
    assert_eq!(compared["comparison"]["is_significant"], true, "{compared:#}");
    assert_eq!(slower["report"]["gates"][0]["is_kept"], false);

    let same = bench(&["--against", "live", "--set", "memory=512"]);
    assert!(same.assert_exit(2).stderr.contains("--set"));
    let swept = bench(&["--set", "memory=512", "--strategy", "serial", "--gate", "max<=60000ms"])
        .assert_exit(0)
        .json();
    let functions = swept["report"]["functions"].as_array().unwrap();
    let memory: Vec<&Value> = functions.iter().map(|function| &function["subject"]["memory_mb"]).collect();
    assert_eq!(memory, [128, 512], "{swept:#}");
    let costs: Vec<f64> =
        functions.iter().map(|function| function["per_million"]["cold_usd"].as_f64().unwrap()).collect();
    assert!(costs[1] > 3.0 * costs[0], "four times the memory for the same time: {costs:?}");
    assert_eq!(snapshot(&world), before);

    world.on_local_aws(&["invoke", "Waiting", "--project", "copied"]).assert_exit(0);
    let read = ["coldstart-bench", "Waiting", "--from-logs", "1h", "--project", "copied", "--format", "json"];
    let past = world.on_local_aws(&[&read[..], &["--gate", "max<=50ms"]].concat()).assert_exit(1).json();
    // Copies write to the same log group, and are not taken for the function.
    assert_eq!(past["history"]["versions"].as_array().unwrap().len(), 1, "{past:#}");
    let version = &past["history"]["versions"][0];
    assert_eq!((&version["version"], &version["invocations"]), (&"$LATEST".into(), &1.into()), "{past:#}");
    assert!(version["starts"]["max"].as_f64().unwrap() > 200.0, "{past:#}");
}

#[test]
fn a_copy_tells_where_its_init_phase_goes() {
    let world = deployed();
    world.write("copied/waiting/app.py", &format!("import orders\n{}", code(1)));
    world.write("copied/waiting/orders.py", "import time\nimport sqlite3\n\ntime.sleep(0.2)\n");
    world.on_local_aws(&["deploy", "--project", "copied"]).assert_exit(0);
    let before = snapshot(&world);
    let look =
        ["coldstart-bench", "Waiting", "--explain", "--clone", "--project", "copied", "--format", "json"];
    let found = world.on_local_aws(&look).assert_exit(0).json();
    assert_eq!(snapshot(&world), before);
    let function = &found["functions"][0];
    assert!(function["init_ms"].as_f64().unwrap() > 300.0, "its own variables are there too: {found:#}");
    let handler = &function["imports"];
    let orders = &handler["imports"][0];
    assert_eq!((&handler["module"], &orders["module"]), (&"app".into(), &"orders".into()), "{found:#}");
    assert!((200.0..260.0).contains(&orders["own_ms"].as_f64().unwrap()), "{orders:#}");
    let packages = function["packages"].as_array().unwrap();
    let sqlite = packages.iter().find(|package| package["name"] == "sqlite3").unwrap();
    assert_eq!(sqlite["asked_by"], "orders", "{found:#}");
    let first = &function["suggestions"][0];
    assert_eq!((&first["kind"], &first["basis"]), (&"own_code".into(), &"at_most".into()), "{found:#}");
    assert_eq!(function["parts"].as_array().unwrap().len(), 2, "{found:#}");

    let tried = world.on_local_aws(&[&look[..], &["--try", "-n", "4"]].concat()).assert_exit(0).json();
    let compared = &tried["report"]["comparisons"][0];
    assert_eq!((&compared["baseline"], &compared["other"]), (&"waiting".into(), &"waiting (256 MB)".into()));
    assert_eq!(snapshot(&world), before);
    let wrong = ["coldstart-bench", "Waiting", "--explain", "--dry-run", "--project", "copied"];
    assert!(world.on_local_aws(&wrong).assert_exit(2).stderr.contains("--clone"));
}

#[test]
fn a_copy_of_a_large_package_is_made_through_the_artifact_bucket() {
    let world = deployed();
    // More than Lambda takes in a request, and nothing that could be compressed.
    let mut random = fastrand::Rng::with_seed(1);
    let noise: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(51 * 1024 * 1024).collect();
    std::fs::write(world.path("copied/waiting/model.bin"), noise).unwrap();
    let deployed =
        world.on_local_aws(&["deploy", "--project", "copied", "--format", "json"]).assert_exit(0).json();
    let key = deployed["packages"][0]["key"].as_str().unwrap();
    let bucket = format!("{}/slsx-artifacts-000000000000-us-east-1", world.endpoint());
    // As it is where something else deployed the function.
    http::send("DELETE", &format!("{bucket}/{key}"), "s3", &Value::Null);
    let bench =
        ["coldstart-bench", "Waiting", "--clone", "-n", "1", "--project", "copied", "--format", "json"];
    let found = world.on_local_aws(&bench).assert_exit(0).json();
    assert_eq!(found["report"]["functions"][0]["n"], 1, "{found:#}");
    let kept = http::elements(&http::look(&bucket, "s3").1, "Key");
    assert!(kept.iter().any(|kept| kept == key), "{key}: {kept:?}");
}

#[test]
fn a_copy_of_a_killed_bench_is_deleted_by_recover() {
    let world = deployed();
    let before = snapshot(&world);
    world.kill_once_it_acts(
        &["coldstart-bench", "Waiting", "--clone", "-n", "200", "--project", "copied"],
        || snapshot(&world) != before,
    );
    let names = |functions: &Value| -> Vec<String> {
        let functions = functions["Functions"].as_array().unwrap().iter();
        functions.map(|function| function["FunctionName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&get(&world, "")).len(), names(&before[0]).len() + 1);
    let dry = world.on_local_aws(&["recover", "--dry-run"]).assert_exit(0);
    assert!(dry.stdout.contains("the temporary copy would be deleted"), "{}", dry.all());
    world.on_local_aws(&["recover"]).assert_exit(0);
    assert_eq!(snapshot(&world), before);
}

#[test]
fn tenants_of_their_own_start_cold_without_any_change() {
    let world = World::new();
    let isolating = TEMPLATE
        .replace("AutoPublishAlias: live", "TenancyConfig: {TenantIsolationMode: PER_TENANT}")
        .replace("      FunctionName: waiting\n", "");
    world.write("tenants/template.yaml", &isolating);
    world.write("tenants/waiting/app.py", &code(1));
    world.on_local_aws(&["deploy", "--project", "tenants"]).assert_exit(0);
    let before = get(&world, "");
    let bench = |strategy: &str| {
        world.on_local_aws(&[
            "coldstart-bench",
            "Waiting",
            "-n",
            "8",
            "--strategy",
            strategy,
            "--project",
            "tenants",
            "--format",
            "json",
        ])
    };
    let found = bench("tenant").assert_exit(0).json();
    assert_eq!(get(&world, ""), before);
    let function = &found["report"]["functions"][0];
    assert_eq!(function["n"], 8, "{function:#}");
    assert!(function["init"]["p50"]["value"].as_f64().unwrap() > 100.0, "{function:#}");
    // Versions of such a function are measured with tenants too: nobody else may invoke them.
    assert_eq!(bench("serial").assert_exit(0).json()["report"]["functions"][0]["n"], 8);

    world.write(
        "shared/template.yaml",
        &isolating.replace("      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n", ""),
    );
    world.write("shared/waiting/app.py", &code(1));
    world.on_local_aws(&["deploy", "--project", "shared"]).assert_exit(0);
    let refused = world
        .on_local_aws(&["coldstart-bench", "Waiting", "--strategy", "tenant", "--project", "shared"])
        .assert_exit(2);
    assert!(refused.stderr.contains("does not isolate tenants"), "{}", refused.all());
}
