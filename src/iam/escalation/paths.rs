//! Ways from a few permissions to those of somebody else. Data only.
//!
//! Facts of <https://pathfinding.cloud> (Datadog, Apache-2.0) and of the service authorization reference.

use super::{Path, Reach};

const fn path(reach: Reach, how: &'static str, actions: &'static [&'static str]) -> Path {
    Path { reach, how, actions }
}

/// Directly, whatever else there is in the account.
const OWN: Reach = Reach::Anything;
/// With a role that the service may assume.
const ROLE: Reach = Reach::PassedRole;
/// With the role or the user that something existing has.
const THERE: Reach = Reach::Existing;

/// Every path, the most direct ones first.
pub(super) static PATHS: &[Path] = &[
    path(OWN, "write a new version of a policy", &["iam:CreatePolicyVersion"]),
    path(OWN, "make an older, wider version of a policy the default", &["iam:SetDefaultPolicyVersion"]),
    path(OWN, "attach any policy to a user", &["iam:AttachUserPolicy"]),
    path(OWN, "attach any policy to a group", &["iam:AttachGroupPolicy"]),
    path(OWN, "attach any policy to a role", &["iam:AttachRolePolicy"]),
    path(OWN, "write a policy of a user", &["iam:PutUserPolicy"]),
    path(OWN, "write a policy of a group", &["iam:PutGroupPolicy"]),
    path(OWN, "write a policy of a role", &["iam:PutRolePolicy"]),
    path(OWN, "join any group", &["iam:AddUserToGroup"]),
    path(OWN, "let itself assume any role", &["iam:UpdateAssumeRolePolicy"]),
    path(OWN, "make an access key of any user", &["iam:CreateAccessKey"]),
    path(OWN, "make a password for any user", &["iam:CreateLoginProfile"]),
    path(OWN, "change the password of any user", &["iam:UpdateLoginProfile"]),
    path(ROLE, "run a function", &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    path(
        ROLE,
        "run a function",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    ),
    path(ROLE, "run a function", &["iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"]),
    path(
        ROLE,
        "run a function",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"],
    ),
    path(ROLE, "run an instance", &["iam:PassRole", "ec2:RunInstances"]),
    path(ROLE, "run a spot instance", &["iam:PassRole", "ec2:RequestSpotInstances"]),
    path(ROLE, "run a fleet", &["iam:PassRole", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"]),
    path(ROLE, "give an instance another role", &["iam:PassRole", "ec2:AssociateIamInstanceProfile"]),
    path(
        ROLE,
        "give an instance another role",
        &["iam:PassRole", "ec2:ReplaceIamInstanceProfileAssociation"],
    ),
    path(
        ROLE,
        "scale out instances",
        &["iam:PassRole", "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"],
    ),
    path(
        ROLE,
        "scale out instances",
        &["iam:PassRole", "autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"],
    ),
    path(
        ROLE,
        "run a service",
        &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:CreateService", "ecs:CreateCluster"],
    ),
    path(ROLE, "run a task", &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"]),
    path(ROLE, "run a task", &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:StartTask"]),
    path(ROLE, "change a service", &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:UpdateService"]),
    path(ROLE, "run a service", &["iam:PassRole", "apprunner:CreateService"]),
    path(ROLE, "run a job", &["iam:PassRole", "batch:RegisterJobDefinition", "batch:SubmitJob"]),
    path(ROLE, "deploy a stack", &["iam:PassRole", "cloudformation:CreateStack"]),
    path(ROLE, "deploy a stack", &["iam:PassRole", "cloudformation:UpdateStack"]),
    path(
        ROLE,
        "deploy stacks",
        &["iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
    ),
    path(ROLE, "deploy stacks", &["iam:PassRole", "cloudformation:UpdateStackSet"]),
    path(ROLE, "build", &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"]),
    path(ROLE, "build", &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuildBatch"]),
    path(ROLE, "build", &["iam:PassRole", "codebuild:UpdateProject", "codebuild:StartBuild"]),
    path(ROLE, "start a project", &["iam:PassRole", "codestar:CreateProject"]),
    path(ROLE, "open an endpoint", &["iam:PassRole", "glue:CreateDevEndpoint"]),
    path(ROLE, "run a job", &["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"]),
    path(ROLE, "run a job", &["iam:PassRole", "glue:CreateJob", "glue:CreateTrigger"]),
    path(ROLE, "run a job", &["iam:PassRole", "glue:UpdateJob", "glue:StartJobRun"]),
    path(ROLE, "run a job", &["iam:PassRole", "glue:UpdateJob", "glue:CreateTrigger"]),
    path(ROLE, "run a session", &["iam:PassRole", "glue:CreateSession", "glue:RunStatement"]),
    path(
        ROLE,
        "open a notebook",
        &["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    path(ROLE, "train a model", &["iam:PassRole", "sagemaker:CreateTrainingJob"]),
    path(ROLE, "process data", &["iam:PassRole", "sagemaker:CreateProcessingJob"]),
    path(
        ROLE,
        "run a pipeline",
        &[
            "iam:PassRole",
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ],
    ),
    path(ROLE, "run a cluster", &["iam:PassRole", "elasticmapreduce:RunJobFlow"]),
    path(
        ROLE,
        "run a job",
        &["iam:PassRole", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"],
    ),
    path(ROLE, "run a workflow", &["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"]),
    path(ROLE, "change a workflow", &["iam:PassRole", "states:UpdateStateMachine", "states:StartExecution"]),
    path(ROLE, "call any API on a schedule", &["iam:PassRole", "scheduler:CreateSchedule"]),
    path(ROLE, "run a document", &["iam:PassRole", "ssm:StartAutomationExecution"]),
    path(
        ROLE,
        "interpret code",
        &[
            "iam:PassRole",
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
    ),
    path(THERE, "assume any role that trusts the account", &["sts:AssumeRole"]),
    path(THERE, "change what a function runs", &["lambda:UpdateFunctionCode"]),
    path(
        THERE,
        "put a layer into a function",
        &["lambda:UpdateFunctionConfiguration", "lambda:PublishLayerVersion"],
    ),
    path(THERE, "change an endpoint", &["glue:UpdateDevEndpoint"]),
    path(THERE, "open a notebook that is there", &["sagemaker:CreatePresignedNotebookInstanceUrl"]),
    path(
        THERE,
        "change what a notebook starts with",
        &["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:UpdateNotebookInstance"],
    ),
    path(THERE, "build with another build file", &["codebuild:StartBuild"]),
    path(THERE, "build with another build file", &["codebuild:StartBuildBatch"]),
    path(THERE, "change a stack", &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"]),
    path(
        THERE,
        "change what instances are started from",
        &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
    ),
    path(
        THERE,
        "change what an instance starts with",
        &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
    ),
    path(THERE, "sign in to an instance", &["ec2-instance-connect:SendSSHPublicKey"]),
    path(THERE, "sign in to an instance", &["ec2-instance-connect:SendSerialConsoleSSHPublicKey"]),
    path(THERE, "sign in to an instance", &["ssm:StartSession"]),
    path(THERE, "run a command on an instance", &["ssm:SendCommand"]),
    path(THERE, "run a command in a task", &["ecs:ExecuteCommand"]),
    path(THERE, "change a service", &["apprunner:UpdateService"]),
    path(
        THERE,
        "use an interpreter that is there",
        &["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"],
    ),
];
