
use builtin;
use str;

set edit:completion:arg-completer[slsx] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'slsx'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'slsx'= {
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand demo 'Walk the whole road on local AWS, from nothing to measured'
            cand new 'Scaffold a project from a pattern'
            cand deploy 'Build, package and deploy a SAM or CloudFormation project'
            cand status 'Show a stack''s status, resources and outputs'
            cand destroy 'Delete a stack, after showing what would be lost'
            cand verify 'Prove on the deployed stack that the pattern keeps its promise'
            cand coldstart-bench 'Measure cold starts in fresh execution environments'
            cand audit 'Lint templates, handler code and IAM policies'
            cand recover 'Undo what an interrupted run left changed'
            cand local 'Run local AWS, an emulator that slsx installs and starts by itself'
            cand completions 'Print a shell completion script'
        }
        &'slsx;demo'= {
            cand -n 'Cold starts to measure for each function'
            cand --samples 'Cold starts to measure for each function'
            cand --color 'Colored output: auto, always or never'
            cand --keep 'Keep the project folder and local AWS running'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;new'= {
            cand --language 'Language of the functions'
            cand --set 'Answer a question of the pattern; may be repeated'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --list 'List the patterns, their languages and their questions'
            cand --dry-run 'Show what would be written and write nothing'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;deploy'= {
            cand --project 'Project folder; default: the nearest one upwards with slsx.toml or a template'
            cand --stage 'Stage, such as dev or production; default: dev'
            cand --instance 'Which local AWS, when several run side by side'
            cand --endpoint-url 'Send every request to this endpoint instead of AWS'
            cand --profile 'Profile of the AWS configuration files'
            cand --region 'AWS region'
            cand --stack 'Stack name; default: from slsx.toml, or project and stage'
            cand --parameter 'Set a template parameter; may be repeated'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --local 'Use local AWS, started if it is not running'
            cand --yes 'Ask nothing'
            cand --dry-run 'Build and package, show the change set and stop'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;status'= {
            cand --project 'Project folder; default: the nearest one upwards with slsx.toml or a template'
            cand --stage 'Stage, such as dev or production; default: dev'
            cand --instance 'Which local AWS, when several run side by side'
            cand --endpoint-url 'Send every request to this endpoint instead of AWS'
            cand --profile 'Profile of the AWS configuration files'
            cand --region 'AWS region'
            cand --stack 'Stack name; default: from slsx.toml, or project and stage'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --local 'Use local AWS, started if it is not running'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;destroy'= {
            cand --project 'Project folder; default: the nearest one upwards with slsx.toml or a template'
            cand --stage 'Stage, such as dev or production; default: dev'
            cand --instance 'Which local AWS, when several run side by side'
            cand --endpoint-url 'Send every request to this endpoint instead of AWS'
            cand --profile 'Profile of the AWS configuration files'
            cand --region 'AWS region'
            cand --stack 'Stack name; default: from slsx.toml, or project and stage'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --local 'Use local AWS, started if it is not running'
            cand --yes 'Ask nothing: delete, and empty the buckets that block it'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;verify'= {
            cand --project 'Project folder; default: the nearest one upwards with slsx.toml or a template'
            cand --stage 'Stage, such as dev or production; default: dev'
            cand --instance 'Which local AWS, when several run side by side'
            cand --endpoint-url 'Send every request to this endpoint instead of AWS'
            cand --profile 'Profile of the AWS configuration files'
            cand --region 'AWS region'
            cand --stack 'Stack name; default: from slsx.toml, or project and stage'
            cand --promise 'The promise to prove; default: promise.toml of the project'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --local 'Use local AWS, started if it is not running'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;coldstart-bench'= {
            cand --project 'Project folder; default: the nearest one upwards with slsx.toml or a template'
            cand --stage 'Stage, such as dev or production; default: dev'
            cand --instance 'Which local AWS, when several run side by side'
            cand --endpoint-url 'Send every request to this endpoint instead of AWS'
            cand --profile 'Profile of the AWS configuration files'
            cand --region 'AWS region'
            cand --stack 'Stack name; default: from slsx.toml, or project and stage'
            cand -n 'Cold starts to measure for each function'
            cand --samples 'Cold starts to measure for each function'
            cand --payload 'Event to invoke with; the functions really run, so it should be harmless. Default: {}'
            cand --seed 'Seed of the random order; default: drawn and printed'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --local 'Use local AWS, started if it is not running'
            cand --dry-run 'Show the calls and the cost and change nothing'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;audit'= {
            cand --select 'Only these rules; may be repeated or separated by commas'
            cand --ignore 'Not these rules; may be repeated or separated by commas'
            cand --fail-on 'Exit 1 from this severity on: low, medium, high or never'
            cand --explain 'Explain one rule and stop'
            cand --format 'Output format: human, json, sarif or github'
            cand --color 'Colored output: auto, always or never'
            cand --list-rules 'List the rules and stop'
            cand --no-config 'Ignore slsx.toml'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;recover'= {
            cand --project 'Project folder; default: the nearest one upwards with slsx.toml or a template'
            cand --stage 'Stage, such as dev or production; default: dev'
            cand --instance 'Which local AWS, when several run side by side'
            cand --endpoint-url 'Send every request to this endpoint instead of AWS'
            cand --profile 'Profile of the AWS configuration files'
            cand --region 'AWS region'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --local 'Use local AWS, started if it is not running'
            cand --dry-run 'Show what would be undone and change nothing'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;local'= {
            cand --instance 'Which local AWS, when several run side by side'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
            cand up 'Install it if needed, start it and wait until it is healthy'
            cand status 'Say whether it runs, where, and how to point other tools at it'
            cand logs 'Print its log'
            cand reset 'Forget every resource in it, without a restart'
            cand down 'Stop it; its state is kept'
        }
        &'slsx;local;up'= {
            cand --port 'Port on 127.0.0.1; default: a free one'
            cand --while-process 'Stop by itself when this process ends, for scripts and tests'
            cand --instance 'Which local AWS, when several run side by side'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand --no-iam 'Do not enforce IAM policies'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;local;status'= {
            cand --instance 'Which local AWS, when several run side by side'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;local;logs'= {
            cand --tail 'Only the last lines'
            cand --instance 'Which local AWS, when several run side by side'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;local;reset'= {
            cand --instance 'Which local AWS, when several run side by side'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;local;down'= {
            cand --instance 'Which local AWS, when several run side by side'
            cand --format 'Output format: human or json'
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'slsx;completions'= {
            cand --color 'Colored output: auto, always or never'
            cand -q 'Print results and errors only, no progress'
            cand --quiet 'Print results and errors only, no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
    ]
    $completions[$command]
}
