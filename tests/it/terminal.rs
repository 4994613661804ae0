//! A person at a terminal: reads what the program shows, and types.

use std::process::Command;

use crate::world::Ran;

/// Types each text once its cue has been shown since the last one; without a cue, once nothing was shown for a while.
const TYPIST: &str = r#"
import json, os, pty, select, sys, time
steps, program = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ.pop("CI", None)
    os.environ["TERM"] = "xterm"
    os.execv(program[0], program)
shown, since, deadline = b"", 0, time.monotonic() + 60
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.4)
    if ready:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    if steps:
        cue, keys = (text.encode() for text in steps[0])
        if cue in shown[since:] if cue else not ready:
            since, steps = len(shown), steps[1:]
            os.write(terminal, keys)
sys.stdout.buffer.write(shown)
if steps or time.monotonic() >= deadline:
    os.kill(pid, 9)
    sys.exit(f"it does not go on; cues left: {[cue for cue, _ in steps]}")
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)  # as a shell tells it
"#;

/// Runs a command line on a terminal; `steps` are cues and what is typed at each.
pub(crate) fn run(command: &Command, steps: &[(&str, &str)]) -> Ran {
    let mut typist = Command::new("python3");
    typist.args(["-c", TYPIST, &serde_json::json!(steps).to_string()]);
    typist.arg(command.get_program()).args(command.get_args());
    typist.current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => typist.env(name, value),
            None => typist.env_remove(name),
        };
    }
    let arguments: Vec<String> =
        command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ran::of(typist.output().unwrap(), &arguments)
}
