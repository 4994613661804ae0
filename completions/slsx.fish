# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_slsx_global_optspecs
    string join \n color= q/quiet h/help V/version
end

function __fish_slsx_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_slsx_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_slsx_using_subcommand
    set -l cmd (__fish_slsx_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c slsx -n "__fish_slsx_needs_command" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_needs_command" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_needs_command" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_needs_command" -s V -l version -d 'Print version'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "demo" -d 'Walk the whole road on local AWS, from nothing to measured'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "new" -d 'Scaffold a project from a pattern'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "update" -d 'Merge a newer version of its pattern into a project'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "deploy" -d 'Build, package and deploy a SAM, CloudFormation or CDK project'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "package" -d 'Build and package a project, without deploying it'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "diff" -d 'Show what a deployment would change'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "attach" -d 'Follow an operation that is in progress to its end'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "status" -d 'Show a stack\'s status, resources and outputs'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "outputs" -d 'Print a stack\'s outputs, also as a .env file'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "logs" -d 'Show what a stack\'s functions log, and follow it'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "invoke" -d 'Call a function and show its answer and its log'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "drift" -d 'Show what somebody changed behind CloudFormation\'s back'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "destroy" -d 'Delete a stack, after showing what would be lost'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "gc" -d 'Remove artifacts that nothing refers to any more'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "verify" -d 'Prove on the deployed stack that the pattern keeps its promise'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "redrive" -d 'Move dead letters back to the queues they came from'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "replay" -d 'Rebuild a read model from its events'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "coldstart-bench" -d 'Measure cold starts in fresh execution environments'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "audit" -d 'Lint templates, handler code and IAM policies'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "recover" -d 'Undo what an interrupted run left, and go on with a failed rollback'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "local" -d 'Run local AWS, an emulator that slsx installs and starts by itself'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "config" -d 'Show every setting that counts, and where it comes from'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "doctor" -d 'Say what is missing on this machine, and how to get it'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "completions" -d 'Print a shell completion script'
complete -c slsx -n "__fish_slsx_needs_command" -f -a "man" -d 'Write manual pages'
complete -c slsx -n "__fish_slsx_using_subcommand demo" -s n -l samples -d 'Cold starts to measure for each function' -r
complete -c slsx -n "__fish_slsx_using_subcommand demo" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand demo" -l keep -d 'Keep the project folder and local AWS running'
complete -c slsx -n "__fish_slsx_using_subcommand demo" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand demo" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand new" -l language -d 'Language of the functions' -r
complete -c slsx -n "__fish_slsx_using_subcommand new" -l set -d 'Answer a question of the pattern; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand new" -l answers -d 'Take language and answers from a file, such as another project\'s .slsx/answers.toml' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand new" -l from -d 'Take the pattern from a folder or git repository: DIR or URL[//FOLDER][#REVISION]' -r
complete -c slsx -n "__fish_slsx_using_subcommand new" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand new" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand new" -l list -d 'List the patterns, their languages and their questions'
complete -c slsx -n "__fish_slsx_using_subcommand new" -l yes -d 'Ask nothing: questions without an answer get their default'
complete -c slsx -n "__fish_slsx_using_subcommand new" -l dry-run -d 'Show what would be written and write nothing'
complete -c slsx -n "__fish_slsx_using_subcommand new" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand new" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand update" -l project -d 'Project folder; default: the nearest one upwards with .slsx/answers.toml' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand update" -l set -d 'Answer a question of the pattern anew; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand update" -l from -d 'Take the pattern from another folder or git repository than the project was made from' -r
complete -c slsx -n "__fish_slsx_using_subcommand update" -l conflict -d 'Where both sides changed the same lines: inline markers, or reject into FILE.rej' -r -f -a "inline\t'Both sides in the file, between conflict markers'
reject\t'The project\'s file as it is, and the new version\'s beside it'"
complete -c slsx -n "__fish_slsx_using_subcommand update" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand update" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand update" -l dry-run -d 'Show what would change and write nothing'
complete -c slsx -n "__fish_slsx_using_subcommand update" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand update" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l parameter -d 'Set a template parameter; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l accounts -d 'Deploy to these accounts, as a stack set; default: those that the stage lists' -r
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l lane -d 'How to get to the stack: auto, hot (the functions\' code alone) or stack (CloudFormation)' -r -f -a "auto\t'Not at all, the functions\' code alone or CloudFormation, whichever is enough'
hot\t'The functions\' code alone; an error where that is not enough'
stack\t'CloudFormation'"
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l format -d 'Output format: human, json, or ndjson with one object in each line as things happen' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field, at the end'
ndjson\t'One JSON object in each line, as things happen; the last one holds the result'"
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l yes -d 'Ask nothing'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l dry-run -d 'Build and package, show what would be changed and stop'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l detach -d 'Start the execution and do not follow it; `slsx attach` does'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l watch -d 'Deploy again each time something that is deployed was saved; code alone goes past CloudFormation'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l all-regions -d 'Deploy to every region that the stage lists, as a stack set'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -l print-policy -d 'Print the IAM policy that deploying this template takes, and stop; asks no AWS. It is for deploy alone'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand deploy" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand package" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand package" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l parameter -d 'Set a template parameter; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand package" -l output-dir -d 'Write the packages, and a template that names them, into a new folder' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand package" -l output-template -d 'Write the template that names the uploaded packages into a new file; without it, to standard output' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand package" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand package" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand package" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand package" -l upload -d 'Upload the packages to the artifact bucket'
complete -c slsx -n "__fish_slsx_using_subcommand package" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand package" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l parameter -d 'Set a template parameter; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand diff" -l exit-code -d 'Exit 1 when a deployment would change anything'
complete -c slsx -n "__fish_slsx_using_subcommand diff" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand diff" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l format -d 'Output format: human, json, or ndjson with one object in each line as things happen' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field, at the end'
ndjson\t'One JSON object in each line, as things happen; the last one holds the result'"
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand attach" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand attach" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand attach" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand status" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand status" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand status" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand status" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand status" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand status" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand status" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand status" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand status" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand status" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand status" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand status" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l format -d 'Output format: human, json or dotenv' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'
dotenv\t'Lines of NAME="value", as shells and dotenv libraries read them'"
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand outputs" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l since -d 'From when on: how long ago (90s, 10m, 2h, 7d) or a moment (2026-01-31T12:00:00Z)' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l filter -d 'Only what fits this filter pattern of CloudWatch Logs, such as ERROR or \'{ $.order = 7 }\'' -r
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l format -d 'Output format: human, or json with one object in each line' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand logs" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand logs" -s f -l follow -d 'Go on showing what is written, until Ctrl-C'
complete -c slsx -n "__fish_slsx_using_subcommand logs" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand logs" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -s e -l event -d 'File with the event, or - for standard input; default: {}' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l qualifier -d 'Version or alias to invoke' -r
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand invoke" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand drift" -l exit-code -d 'Exit 1 when anything was changed'
complete -c slsx -n "__fish_slsx_using_subcommand drift" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand drift" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l retain -d 'Keep a resource that could not be deleted; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l format -d 'Output format: human, json, or ndjson with one object in each line as things happen' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field, at the end'
ndjson\t'One JSON object in each line, as things happen; the last one holds the result'"
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l yes -d 'Ask nothing: delete, and empty the buckets that block it'
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l all-regions -d 'Delete the stack set and its stacks, in every account and region'
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -l resume -d 'Go on with a deletion that failed; of any other stack it is an error'
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand destroy" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l yes -d 'Ask nothing'
complete -c slsx -n "__fish_slsx_using_subcommand gc" -l dry-run -d 'Show what would be removed and remove nothing'
complete -c slsx -n "__fish_slsx_using_subcommand gc" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand gc" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l promise -d 'The promise to prove; default: promise.toml of the project' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l load -d 'How much of the promised load: webhooks, commands or requests for each second, times this' -r
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand verify" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand verify" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand verify" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l max-per-second -d 'Most messages to move in a second; default: as many as SQS thinks fit' -r
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l dry-run -d 'Show what the queues hold and move nothing'
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -l yes -d 'Ask nothing'
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand redrive" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l events -d 'Logical id of the table of events; default: [events] of promise.toml' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l projector -d 'Logical id of the function that makes the read model; default: [projector] of promise.toml' -r
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l promise -d 'The promise that names them; default: promise.toml of the project' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l clear -d 'Empty the read model first'
complete -c slsx -n "__fish_slsx_using_subcommand replay" -l yes -d 'Ask nothing'
complete -c slsx -n "__fish_slsx_using_subcommand replay" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand replay" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -s n -l samples -d 'Cold starts to measure for each function; default: 50, of container images 100, with --local-runtime 20' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l until-ci -d 'Stop when the median is known to this many percent, such as 3%' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l strategy -d 'How starts are forced: version (a burst on a fresh one), serial, clone or tenant' -r -f -a "version\t'A fresh version, and several invokes of it at once'
serial\t'A fresh version for each single invoke'
clone\t'Like version, on a temporary copy'
tenant\t'A new tenant for each invoke, where the function isolates them'"
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l against -d 'Compare with this function, version or alias, measured in turns' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l baseline -d 'Compare with an earlier run, written with --format json' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l set -d 'Measure copies with other settings too: memory=512,1024 or arch=arm64,x86_64; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l from-logs -d 'Invoke nothing: read the starts that happened by themselves since then (7d, 12h) from the logs' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l gate -d 'Exit with 1 when a figure is over its limit: \'p50<=+10%\', \'p95<=250ms\'; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l html -d 'Draw the report as one HTML page that needs nothing else' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l svg -d 'Write each plot as an SVG file' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l payload -d 'Event to invoke with; the functions really run, so it should be harmless. Default: {}' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l seed -d 'Seed of the random order; default: drawn and printed' -r
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l format -d 'Output format: human, json, csv or markdown' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'
csv\t'A line for every sample, with a head'
markdown\t'A table for the comment of a pull request'"
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l clone -d 'Measure a temporary copy, so that nothing changes for those who call the function'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l local-runtime -d 'Start functions of the template as processes of this machine: no AWS at all'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l explain -d 'Say where the Init phase goes and what would shorten it, by starts on this machine; with --clone, by those of a temporary copy'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l try -d 'With --explain: measure what can be done at once, in turns with the function as it is'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l full-cpu -d 'With --local-runtime: a whole processor for each, whatever its memory'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l cold-cache -d 'With --local-runtime: read the code from the disk each time'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l dry-run -d 'Show the calls, the time and the cost and change nothing'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -l yes -d 'Do not ask before a run that may cost 5 USD or more'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand coldstart-bench" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l select -d 'Only these rules; may be repeated or separated by commas' -r
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l ignore -d 'Not these rules; may be repeated or separated by commas' -r
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l fail-on -d 'Exit 1 from this severity on: low, medium, high or never' -r
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l explain -d 'Explain one rule and stop' -r
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l format -d 'Output format: human, json, sarif or github' -r -f -a "human\t'For people, with source excerpts'
json\t'One JSON object, schema `slsx/audit/1`'
sarif\t'SARIF 2.1.0 for code scanning'
github\t'Workflow commands that GitHub shows beside the lines'"
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l list-rules -d 'List the rules and stop'
complete -c slsx -n "__fish_slsx_using_subcommand audit" -l no-config -d 'Ignore slsx.toml'
complete -c slsx -n "__fish_slsx_using_subcommand audit" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand audit" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l skip -d 'Leave this resource as it is when a failed rollback goes on; may be repeated' -r
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l yes -d 'Ask nothing'
complete -c slsx -n "__fish_slsx_using_subcommand recover" -l dry-run -d 'Show what would be undone and change nothing'
complete -c slsx -n "__fish_slsx_using_subcommand recover" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand recover" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -f -a "up" -d 'Install it if needed, start it and wait until it is healthy'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -f -a "status" -d 'Say whether it runs, where, and how to point other tools at it'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -f -a "logs" -d 'Print its log'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -f -a "reset" -d 'Forget every resource in it, without a restart'
complete -c slsx -n "__fish_slsx_using_subcommand local; and not __fish_seen_subcommand_from up status logs reset down" -f -a "down" -d 'Stop it; its state is kept'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -l port -d 'Port on 127.0.0.1; default: a free one' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -l while-process -d 'Stop by itself when this process ends, for scripts and tests' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -l no-iam -d 'Do not enforce IAM policies'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from status" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from status" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from status" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from logs" -l tail -d 'Only the last lines' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from logs" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from logs" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from logs" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from logs" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from reset" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from reset" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from reset" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from down" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from down" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from down" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from down" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand local; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand config" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand config" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand config" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand config" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand config" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand config" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand config" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand config" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand config" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand config" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand config" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand config" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l project -d 'Project folder; default: the nearest one upwards with slsx.toml or a template' -r -F
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l stage -d 'Stage, such as dev or production; default: dev' -r
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l instance -d 'Which local AWS, when several run side by side' -r
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l endpoint-url -d 'Send every request to this endpoint instead of AWS' -r
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l profile -d 'Profile of the AWS configuration files' -r
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l region -d 'AWS region' -r
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l stack -d 'Stack name; default: from slsx.toml, or project and stage' -r
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l format -d 'Output format: human or json' -r -f -a "human\t'For people'
json\t'One JSON object with a `schema` field'"
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -l local -d 'Use local AWS, started if it is not running'
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand completions" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand completions" -l dynamic -d 'Complete names too: stages, stacks and functions of the project, patterns, local instances'
complete -c slsx -n "__fish_slsx_using_subcommand completions" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand completions" -s h -l help -d 'Print help'
complete -c slsx -n "__fish_slsx_using_subcommand man" -l color -d 'Colored output: auto, always or never' -r -f -a "auto\t'On a terminal'
always\t'Also into a pipe'
never\t'Not at all'"
complete -c slsx -n "__fish_slsx_using_subcommand man" -s q -l quiet -d 'Print results and errors only, no progress'
complete -c slsx -n "__fish_slsx_using_subcommand man" -s h -l help -d 'Print help'
