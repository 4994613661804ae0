//! Hostile template files: whatever the bytes, reading ends soon, within its limits, with a value or an error.

use std::fmt::Write as _;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use slsx::template::{self, Document, MAX_BYTES, ParseError, Reason};

/// Generous: the slowest input takes about three seconds in an unoptimized build on a busy machine, and
/// a third of a second in an optimized one.
const LIMIT: Duration = Duration::from_secs(30);
/// The size of the largest template that CloudFormation takes.
const TEMPLATE_SIZE: usize = 1 << 20;

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: dév}}
Globals:
  Function: &globals
    Timeout: 10
    Environment: {Variables: {A: 'it''s', B: "\u00e9"}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/ # the code
      Handler: !Sub ["${a}.handler", {a: !Ref Stage}]
      Role: !GetAtt Role.Arn
      Events:
        Poll: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
      Policies:
      - Statement:
        - {Effect: Allow, Action: "*", Resource: !If [X, !Ref AWS::NoValue, "*"]}
      InlineCode: |
        def handler(event, context):
            return 1
      <<: *globals
  Role:
    Type: AWS::IAM::Role
    Description: >-
      folded
      text
"#;

/// Reads the bytes in a thread, so that a hang is a failed test and not a stuck one, and asks the
/// document every question there is.
fn survive(name: &str, bytes: Vec<u8>) -> Result<(), Reason> {
    let (sender, receiver) = mpsc::channel();
    let started = Instant::now();
    std::thread::spawn(move || sender.send(examine(&bytes)));
    let outcome = receiver.recv_timeout(LIMIT);
    assert!(outcome.is_ok(), "{name}: no answer, or a panic, after {:?}", started.elapsed());
    outcome.unwrap().map_err(|error| error.reason().clone())
}

fn examine(bytes: &[u8]) -> Result<(), ParseError> {
    let document = template::parse(bytes)?;
    ask_everything(&document);
    Ok(())
}

fn ask_everything(document: &Document) {
    let _ = (document.classify(), document.is_sam());
    let invocations = document.invocations();
    for function in document.functions() {
        let _ = (function.code(), function.role(), function.on_failure(), invocations.of(function.id()));
        for value in [function.environment(), function.timeout(), function.runtime()].into_iter().flatten() {
            let _ = (value.entries(), value.items(), document.resolve(value.node()));
        }
    }
    for parameter in document.parameters() {
        let _ = (parameter.default(), parameter.is_secret());
    }
    for node in document.root().descendants().take(2_000) {
        let span = node.span();
        assert!(document.text().get(span.range()).is_some(), "{span:?} cuts a character");
        let _ = (document.resolve(node), document.resolve_list(node), node.entries().count());
    }
}

fn repeat(text: &str, bytes: usize) -> String {
    text.repeat(bytes / text.len())
}

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, "{}", line(number));
        text
    })
}

#[test]
fn nesting_beyond_the_limit_is_refused() {
    let keys = numbered(300, |level| format!("{}a:\n", " ".repeat(level)));
    let inputs = [
        ("512 bytes of dashes", "- ".repeat(256)),
        ("4 MiB of dashes", repeat("- ", MAX_BYTES)),
        ("46 KB of nested keys", keys),
        ("brackets", repeat("[", MAX_BYTES)),
        ("brackets on lines", repeat("[\n", MAX_BYTES)),
        ("braces", repeat("{a: ", MAX_BYTES)),
        ("JSON objects", repeat("{\"a\":", MAX_BYTES)),
        ("questions", repeat("? ", MAX_BYTES)),
        ("tags", repeat("[!If ", MAX_BYTES)),
    ];
    for (name, text) in inputs {
        assert_eq!(survive(name, text.into_bytes()), Err(Reason::TooDeep), "{name}");
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let depth = template::MAX_DEPTH;
    let allowed = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(survive("128 levels", allowed.clone().into_bytes()), Ok(()));
    assert_eq!(survive("129 levels", format!("[{allowed}]").into_bytes()), Err(Reason::TooDeep));
    let tagged = format!("{}x{}", "[!If ".repeat(depth), "]".repeat(depth));
    assert_eq!(survive("128 tagged levels", tagged.into_bytes()), Ok(()));
}

#[test]
fn too_many_values_are_refused() {
    let inputs = [
        ("900,000 list items", "- a\n".repeat(900_000)),
        ("900,000 flow items", format!("[{}]", "a,".repeat(900_000))),
        ("900,000 JSON numbers", format!("[{}1]", "1,".repeat(900_000))),
        ("the same quoted key", "\"a\": \n".repeat(690_000)),
    ];
    for (name, text) in inputs {
        assert_eq!(survive(name, text.into_bytes()), Err(Reason::TooManyNodes), "{name}");
    }
}

#[test]
fn size_and_directives_have_limits() {
    assert_eq!(
        survive("one byte too many", vec![b'a'; MAX_BYTES + 1]),
        Err(Reason::TooLarge { bytes: MAX_BYTES + 1 })
    );
    assert_eq!(survive("just small enough", vec![b'a'; MAX_BYTES]), Ok(()));
    // Reading these takes the YAML reader quadratic time: minutes.
    let directives = numbered(220_000, |number| format!("%TAG !a{number}! x\n")) + "--- a";
    assert_eq!(survive("tag directives", directives.into_bytes()), Err(Reason::TooManyDirectives));
}

#[test]
fn aliases_cost_a_node_per_mention() {
    let bomb = numbered(26, |level| match level {
        0 => "a0: &a0 [x, x]\n".to_owned(),
        _ => format!("a{level}: &a{level} [{}*a{}]\n", format!("*a{}, ", level - 1).repeat(8), level - 1),
    });
    assert_eq!(survive("alias bomb", bomb.into_bytes()), Ok(()));
    let joins = numbered(40, |level| match level {
        0 => "a0: &a0 x\n".to_owned(),
        _ => format!("a{level}: &a{level} !Join [\"\", [*a{0}, *a{0}]]\n", level - 1),
    });
    assert_eq!(survive("a bomb of Fn::Join", joins.into_bytes()), Ok(()));
    let merges = numbered(60, |level| match level {
        0 => "a0: &a0 {x: 1}\n".to_owned(),
        _ => format!("a{level}: &a{level} {{<<: [*a{0}, *a{0}], k{level}: 1}}\n", level - 1),
    });
    assert_eq!(survive("a bomb of merge keys", merges.into_bytes()), Ok(()));
    assert_eq!(
        survive("an alias in its own anchor", b"a: &a [*a]".to_vec()),
        Err(Reason::RecursiveAlias("a".to_owned()))
    );
    assert_eq!(
        survive("an alias in its own tag", b"a: &a !If [*a]".to_vec()),
        Err(Reason::RecursiveAlias("a".to_owned()))
    );
    assert_eq!(survive("no anchor", b"a: *b".to_vec()), Err(Reason::UndefinedAlias("b".to_owned())));
}

#[test]
fn large_but_legal_files_are_read_in_time() {
    let size = TEMPLATE_SIZE;
    let inputs = [
        ("a long word", format!("a: {}", repeat("x", size))),
        ("many words", format!("a: {}", repeat("x ", size))),
        ("many escapes", format!("a: \"{}\"", repeat("\\x41", size))),
        ("many plain lines", format!("a: {}", repeat("x\n ", size))),
        ("a long block scalar", format!("a: |\n{}", repeat(" x\n", size))),
        ("blank lines in a block scalar", format!("a: |\n{}", repeat("\n", size))),
        ("growing indentation", format!("a: |\n{}", numbered(1_400, |n| " ".repeat(n) + "\n"))),
        ("line feeds", repeat("\n", size)),
        ("comments", repeat("#\n", size)),
        ("spaces", repeat(" ", size)),
        ("carriage returns", repeat("\r", size)),
        ("anchors", numbered(60_000, |number| format!("- &a{number} x\n"))),
        ("many keys", numbered(60_000, |number| format!("k{number}: 1\n"))),
        ("a JSON string", format!("[\"{}\"]", repeat("\\u0041", size))),
    ];
    for (name, text) in inputs {
        assert_eq!(survive(name, text.into_bytes()), Ok(()), "{name}");
    }
}

#[test]
fn lookups_in_large_templates_stay_fast() {
    let resources = numbered(8_000, |n| {
        format!(
            "  R{n}: {{Type: 'AWS::Lambda::Function', Properties: {{Role: !Ref P{n}, Code: !Ref R{n}}}}}\n"
        )
    });
    let parameters = numbered(8_000, |n| format!("  P{n}: {{Type: String}}\n"));
    let text = format!("Resources:\n{resources}Parameters:\n{parameters}");
    assert_eq!(survive("8,000 functions", text.into_bytes()), Ok(()));
    let variables = format!("a: !Sub \"{}\"", repeat("${b}", TEMPLATE_SIZE));
    assert_eq!(survive("260,000 variables", variables.into_bytes()), Ok(()));
}

#[test]
fn odd_bytes_are_errors_with_a_place() {
    let inputs = [
        ("UTF-16, little end", b"\xff\xfea\0:\0".as_slice(), Reason::Utf16, (1, 1)),
        ("UTF-16, big end", b"\xfe\xff\0a\0:", Reason::Utf16, (1, 1)),
        ("invalid UTF-8", b"a: b\nc: \xc3\x28", Reason::NotUtf8, (2, 4)),
        ("cut UTF-8", b"a: \xf0\x9f", Reason::NotUtf8, (1, 4)),
        (
            "a zero byte",
            b"a: b\nc\xc3\xa9: \0",
            Reason::Syntax("control character U+0000 is not allowed".to_owned()),
            (2, 5),
        ),
    ];
    for (name, bytes, reason, (line, column)) in inputs {
        let error = template::parse(bytes).unwrap_err();
        assert_eq!(error.reason(), &reason, "{name}");
        assert_eq!((error.position().line, error.position().column), (line, column), "{name}");
        assert!(miette::Diagnostic::help(&error).is_some(), "{name} has no help");
    }
}

#[test]
fn marks_line_endings_and_tabs_are_no_danger() {
    let windows = TEMPLATE.replace('\n', "\r\n");
    let old_mac = TEMPLATE.replace('\n', "\r");
    let inputs = [
        ("a byte order mark", format!("\u{feff}{TEMPLATE}")),
        ("two byte order marks", "\u{feff}\u{feff}i".to_owned()),
        ("CRLF", windows),
        ("CR", old_mac),
        ("a block scalar at the end", "a: |\n  x".to_owned()),
        ("only its header", "a: |".to_owned()),
        ("spaces in its place", "a: |\n  ".to_owned()),
        ("nothing", String::new()),
        ("a mark and nothing", "\u{feff}".to_owned()),
    ];
    for (name, text) in inputs {
        assert_eq!(survive(name, text.into_bytes()), Ok(()), "{name}");
    }
    for (name, text) in [("tabs", repeat("\t", MAX_BYTES)), ("a tab as indentation", "a:\n\tb: c".to_owned())]
    {
        assert!(matches!(survive(name, text.into_bytes()), Err(Reason::Syntax(_))), "{name}");
    }
}

#[test]
fn what_makes_the_yaml_reader_panic_is_an_error() {
    let tag = "a: [!Ref, b]\n";
    assert_eq!(survive("tag", tag.into()), Err(Reason::TagWithoutValue("!Ref".to_owned())));
    let error = template::parse(tag.as_bytes()).unwrap_err();
    assert_eq!((error.position().line, error.position().column), (1, 5));
    assert_eq!(survive("bare tag", b"!If [[!, a]]".to_vec()), Err(Reason::TagWithoutValue("!".to_owned())));
    assert!(matches!(survive("escape at the end", b"\"\\".to_vec()), Err(Reason::Syntax(_))));
}

#[test]
fn a_template_cut_at_every_byte_is_read_or_refused() {
    assert_eq!(survive("the whole template", TEMPLATE.into()), Ok(()));
    let json = r#"{"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": {"Name": "\ud83d\ude00\n"}}}, "x": [1.5e3, null]}"#;
    assert_eq!(survive("the whole JSON", json.into()), Ok(()));
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for text in [TEMPLATE, json] {
            for end in 0..text.len() {
                let _ = examine(text.as_bytes().get(..end).unwrap_or_default());
            }
        }
        sender.send(())
    });
    assert_eq!(receiver.recv_timeout(LIMIT * 4), Ok(()), "a cut template hangs or panics");
}

#[test]
fn twenty_thousand_mutations_are_read_or_refused() {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let (mut read, mut slowest) = (0_u32, Duration::ZERO);
        for _ in 0..20_000 {
            let bytes = mutated(&mut random);
            let started = Instant::now();
            read += u32::from(examine(&bytes).is_ok());
            slowest = slowest.max(started.elapsed());
        }
        sender.send((read, slowest))
    });
    let (read, slowest) = receiver.recv_timeout(LIMIT * 8).expect("a mutation hangs or panics");
    assert!((1_000..19_000).contains(&read), "{read} of 20,000 were read: the mutations test one side only");
    assert!(slowest < LIMIT, "the slowest took {slowest:?}");
}

/// What mutations put in: everything that means something to YAML or to `Fn::Sub`.
const PIECES: &[&str] = &[
    "- ",
    ": ",
    "|",
    ">-\n",
    "&a ",
    "*a",
    "!Sub ",
    "!GetAtt a.",
    "!<x>",
    "%TAG ! x\n",
    "---\n",
    "...\n",
    "\t",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    "? ",
    "\\x",
    "\\UFFFFFFFF",
    "\n",
    "  ",
    "\0",
    "é",
    "🦀",
    "<<: *a",
    "!!str ",
    "!, ",
    "${",
    "{{resolve:",
];

/// The end of the template, with some of its bytes removed, replaced or joined by others.
fn mutated(random: &mut Random) -> Vec<u8> {
    let mut bytes = TEMPLATE.as_bytes().to_vec();
    bytes.drain(..random.below(bytes.len()));
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(4) {
            0 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes())),
            1 => drop(bytes.drain(at..(at + random.below(30)).min(bytes.len()))),
            2 => bytes.truncate(at),
            _ if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            _ => {}
        }
    }
    bytes
}

/// A xorshift generator: the same mutations on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}
