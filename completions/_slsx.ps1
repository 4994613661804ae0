
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'slsx' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'slsx'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'slsx' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Walk the whole road on local AWS, from nothing to measured')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Scaffold a project from a pattern')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Merge a newer version of its pattern into a project')
            [CompletionResult]::new('deploy', 'deploy', [CompletionResultType]::ParameterValue, 'Build, package and deploy a SAM, CloudFormation or CDK project')
            [CompletionResult]::new('package', 'package', [CompletionResultType]::ParameterValue, 'Build and package a project, without deploying it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what a deployment would change')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Follow an operation that is in progress to its end')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show a stack''s status, resources and outputs')
            [CompletionResult]::new('outputs', 'outputs', [CompletionResultType]::ParameterValue, 'Print a stack''s outputs, also as a .env file')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show what a stack''s functions log, and follow it')
            [CompletionResult]::new('invoke', 'invoke', [CompletionResultType]::ParameterValue, 'Call a function and show its answer and its log')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Show what somebody changed behind CloudFormation''s back')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Delete a stack, after showing what would be lost')
            [CompletionResult]::new('gc', 'gc', [CompletionResultType]::ParameterValue, 'Remove artifacts that nothing refers to any more')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Prove on the deployed stack that the pattern keeps its promise')
            [CompletionResult]::new('redrive', 'redrive', [CompletionResultType]::ParameterValue, 'Move dead letters back to the queues they came from')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Rebuild a read model from its events')
            [CompletionResult]::new('coldstart-bench', 'coldstart-bench', [CompletionResultType]::ParameterValue, 'Measure cold starts in fresh execution environments')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Lint templates, handler code and IAM policies')
            [CompletionResult]::new('recover', 'recover', [CompletionResultType]::ParameterValue, 'Undo what an interrupted run left, and go on with a failed rollback')
            [CompletionResult]::new('local', 'local', [CompletionResultType]::ParameterValue, 'Run local AWS, an emulator that slsx installs and starts by itself')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show every setting that counts, and where it comes from')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Say what is missing on this machine, and how to get it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a shell completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write manual pages')
            break
        }
        'slsx;demo' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Cold starts to measure for each function')
            [CompletionResult]::new('--samples', '--samples', [CompletionResultType]::ParameterName, 'Cold starts to measure for each function')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the project folder and local AWS running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;new' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'Language of the functions')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Answer a question of the pattern; may be repeated')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take language and answers from a file, such as another project''s .slsx/answers.toml')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Take the pattern from a folder or git repository: DIR or URL[//FOLDER][#REVISION]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the patterns, their languages and their questions')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing: questions without an answer get their default')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be written and write nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;update' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with .slsx/answers.toml')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Answer a question of the pattern anew; may be repeated')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Take the pattern from another folder or git repository than the project was made from')
            [CompletionResult]::new('--conflict', '--conflict', [CompletionResultType]::ParameterName, 'Where both sides changed the same lines: inline markers, or reject into FILE.rej')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change and write nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;deploy' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--parameter', '--parameter', [CompletionResultType]::ParameterName, 'Set a template parameter; may be repeated')
            [CompletionResult]::new('--accounts', '--accounts', [CompletionResultType]::ParameterName, 'Deploy to these accounts, as a stack set; default: those that the stage lists')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'How to get to the stack: auto, hot (the functions'' code alone) or stack (CloudFormation)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, json, or ndjson with one object in each line as things happen')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Build and package, show what would be changed and stop')
            [CompletionResult]::new('--detach', '--detach', [CompletionResultType]::ParameterName, 'Start the execution and do not follow it; `slsx attach` does')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Deploy again each time something that is deployed was saved; code alone goes past CloudFormation')
            [CompletionResult]::new('--all-regions', '--all-regions', [CompletionResultType]::ParameterName, 'Deploy to every region that the stage lists, as a stack set')
            [CompletionResult]::new('--print-policy', '--print-policy', [CompletionResultType]::ParameterName, 'Print the IAM policy that deploying this template takes, and stop; asks no AWS. It is for deploy alone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;package' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--parameter', '--parameter', [CompletionResultType]::ParameterName, 'Set a template parameter; may be repeated')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Write the packages, and a template that names them, into a new folder')
            [CompletionResult]::new('--output-template', '--output-template', [CompletionResultType]::ParameterName, 'Write the template that names the uploaded packages into a new file; without it, to standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--upload', '--upload', [CompletionResultType]::ParameterName, 'Upload the packages to the artifact bucket')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;diff' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--parameter', '--parameter', [CompletionResultType]::ParameterName, 'Set a template parameter; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit 1 when a deployment would change anything')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;attach' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, json, or ndjson with one object in each line as things happen')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;status' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;outputs' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, json or dotenv')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;logs' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: how long ago (90s, 10m, 2h, 7d) or a moment (2026-01-31T12:00:00Z)')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only what fits this filter pattern of CloudWatch Logs, such as ERROR or ''{ $.order = 7 }''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, or json with one object in each line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on showing what is written, until Ctrl-C')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go on showing what is written, until Ctrl-C')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;invoke' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'File with the event, or - for standard input; default: {}')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'File with the event, or - for standard input; default: {}')
            [CompletionResult]::new('--qualifier', '--qualifier', [CompletionResultType]::ParameterName, 'Version or alias to invoke')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;drift' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit 1 when anything was changed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;destroy' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--retain', '--retain', [CompletionResultType]::ParameterName, 'Keep a resource that could not be deleted; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, json, or ndjson with one object in each line as things happen')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing: delete, and empty the buckets that block it')
            [CompletionResult]::new('--all-regions', '--all-regions', [CompletionResultType]::ParameterName, 'Delete the stack set and its stacks, in every account and region')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on with a deletion that failed; of any other stack it is an error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;gc' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be removed and remove nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;verify' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--promise', '--promise', [CompletionResultType]::ParameterName, 'The promise to prove; default: promise.toml of the project')
            [CompletionResult]::new('--load', '--load', [CompletionResultType]::ParameterName, 'How much of the promised load: webhooks, commands or requests for each second, times this')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;redrive' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--max-per-second', '--max-per-second', [CompletionResultType]::ParameterName, 'Most messages to move in a second; default: as many as SQS thinks fit')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what the queues hold and move nothing')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;replay' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Logical id of the table of events; default: [events] of promise.toml')
            [CompletionResult]::new('--projector', '--projector', [CompletionResultType]::ParameterName, 'Logical id of the function that makes the read model; default: [projector] of promise.toml')
            [CompletionResult]::new('--promise', '--promise', [CompletionResultType]::ParameterName, 'The promise that names them; default: promise.toml of the project')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--clear', '--clear', [CompletionResultType]::ParameterName, 'Empty the read model first')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;coldstart-bench' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Cold starts to measure for each function; default: 50, of container images 100, with --local-runtime 20')
            [CompletionResult]::new('--samples', '--samples', [CompletionResultType]::ParameterName, 'Cold starts to measure for each function; default: 50, of container images 100, with --local-runtime 20')
            [CompletionResult]::new('--until-ci', '--until-ci', [CompletionResultType]::ParameterName, 'Stop when the median is known to this many percent, such as 3%')
            [CompletionResult]::new('--strategy', '--strategy', [CompletionResultType]::ParameterName, 'How starts are forced: version (a burst on a fresh one), serial, clone or tenant')
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'Compare with this function, version or alias, measured in turns')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Compare with an earlier run, written with --format json')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Measure copies with other settings too: memory=512,1024 or arch=arm64,x86_64; may be repeated')
            [CompletionResult]::new('--from-logs', '--from-logs', [CompletionResultType]::ParameterName, 'Invoke nothing: read the starts that happened by themselves since then (7d, 12h) from the logs')
            [CompletionResult]::new('--gate', '--gate', [CompletionResultType]::ParameterName, 'Exit with 1 when a figure is over its limit: ''p50<=+10%'', ''p95<=250ms''; may be repeated')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Draw the report as one HTML page that needs nothing else')
            [CompletionResult]::new('--svg', '--svg', [CompletionResultType]::ParameterName, 'Write each plot as an SVG file')
            [CompletionResult]::new('--payload', '--payload', [CompletionResultType]::ParameterName, 'Event to invoke with; the functions really run, so it should be harmless. Default: {}')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the random order; default: drawn and printed')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, json, csv or markdown')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--clone', '--clone', [CompletionResultType]::ParameterName, 'Measure a temporary copy, so that nothing changes for those who call the function')
            [CompletionResult]::new('--local-runtime', '--local-runtime', [CompletionResultType]::ParameterName, 'Start functions of the template as processes of this machine: no AWS at all')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say where the Init phase goes and what would shorten it, by starts on this machine; with --clone, by those of a temporary copy')
            [CompletionResult]::new('--try', '--try', [CompletionResultType]::ParameterName, 'With --explain: measure what can be done at once, in turns with the function as it is')
            [CompletionResult]::new('--full-cpu', '--full-cpu', [CompletionResultType]::ParameterName, 'With --local-runtime: a whole processor for each, whatever its memory')
            [CompletionResult]::new('--cold-cache', '--cold-cache', [CompletionResultType]::ParameterName, 'With --local-runtime: read the code from the disk each time')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the calls, the time and the cost and change nothing')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before a run that may cost 5 USD or more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;audit' {
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Only these rules; may be repeated or separated by commas')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Not these rules; may be repeated or separated by commas')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit 1 from this severity on: low, medium, high or never')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain one rule and stop')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human, json, sarif or github')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--list-rules', '--list-rules', [CompletionResultType]::ParameterName, 'List the rules and stop')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Ignore slsx.toml')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;recover' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave this resource as it is when a failed rollback goes on; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Ask nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be undone and change nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;local' {
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Install it if needed, start it and wait until it is healthy')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and how to point other tools at it')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Print its log')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Forget every resource in it, without a restart')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop it; its state is kept')
            break
        }
        'slsx;local;up' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port on 127.0.0.1; default: a free one')
            [CompletionResult]::new('--while-process', '--while-process', [CompletionResultType]::ParameterName, 'Stop by itself when this process ends, for scripts and tests')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--no-iam', '--no-iam', [CompletionResultType]::ParameterName, 'Do not enforce IAM policies')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;local;status' {
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;local;logs' {
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Only the last lines')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;local;reset' {
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;local;down' {
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;config' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;doctor' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project folder; default: the nearest one upwards with slsx.toml or a template')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'Stage, such as dev or production; default: dev')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Which local AWS, when several run side by side')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every request to this endpoint instead of AWS')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration files')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'AWS region')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'Stack name; default: from slsx.toml, or project and stage')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format: human or json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Use local AWS, started if it is not running')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('--dynamic', '--dynamic', [CompletionResultType]::ParameterName, 'Complete names too: stages, stacks and functions of the project, patterns, local instances')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'slsx;man' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colored output: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only, no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
