"""CloudFormation: templates, change sets, deletion."""

import json
import time

import boto3
from world import ENDPOINT, REGION, Case, Function, Stack, allow, client, http, kept, logging_role, name, role, until


def topic():
    """The resource that costs least to create."""
    return {"Type": "AWS::SNS::Topic", "Properties": {}}


class Templates(Case):
    def test_conditions_know_pseudo_parameters(self):
        resources = {"Here": {**topic(), "Condition": "IsHere"}, "There": {**topic(), "Condition": "IsThere"}}
        stack = Stack(resources, Conditions={
            "IsHere": {"Fn::And": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
                                   {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]},
                                   {"Fn::Equals": ["000000000000", {"Ref": "AWS::AccountId"}]}]},
            "IsThere": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}})
        self.assertEqual(list(stack.resources()), ["Here"])

    def test_number_parameters_scale_an_event_source(self):
        function = Function("def handler(event, context): pass\n", Role=role(allow("sqs:*", "*")))
        stack = Stack(
            {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
             "Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
                 "FunctionName": function.name, "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                 "BatchSize": {"Ref": "Size"}, "ScalingConfig": {"MaximumConcurrency": {"Ref": "Most"}}}}},
            Parameters={"Most": {"Type": "Number", "Default": 5}, "Size": {"Type": "Number", "Default": 3}})
        found = client("lambda").get_event_source_mapping(UUID=stack.resources()["Source"])
        self.assertEqual((found["ScalingConfig"], found["BatchSize"]), ({"MaximumConcurrency": 5}, 3))
        client("sqs").send_message(QueueUrl=stack.resources()["Queue"], MessageBody="hello")
        self.assertTrue(until(lambda: function.messages("REPORT")))

    def test_what_a_nested_stack_keeps_keeps_its_attributes(self):
        bucket = name("templates")
        s3 = client("s3")
        s3.create_bucket(Bucket=bucket)

        def parent(seconds):
            child = {"Resources": {
                "Topic": topic(),
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": seconds}}},
                "Outputs": {"Queue": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}},
                            "Topic": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}}}
            s3.put_object(Bucket=bucket, Key=f"{seconds}.json", Body=json.dumps(child))
            return {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {
                "TemplateURL": f"https://s3.us-east-1.amazonaws.com/{bucket}/{seconds}.json"}}}

        stack = Stack(parent(10))
        self.assertEqual(stack.status, "CREATE_COMPLETE")
        template = json.dumps({"Resources": parent(20)})
        client("cloudformation").update_stack(StackName=stack.name, TemplateBody=template)
        self.assertEqual(stack.wait(), "UPDATE_COMPLETE")

    @kept
    def test_sam_templates_are_transformed(self):
        stack = Stack(
            {"F": {"Type": "AWS::Serverless::Function", "Properties": {
                "Runtime": "python3.13", "Handler": "index.handler", "Role": logging_role(),
                "InlineCode": "def handler(event, context): return 1\n"}}}, Transform="AWS::Serverless-2016-10-31")
        self.assertEqual(stack.status, "CREATE_COMPLETE")
        answer = client("lambda").invoke(FunctionName=stack.resources()["F"])
        self.assertEqual(answer["Payload"].read(), b"1")

    def test_the_invoke_configuration_of_a_template_is_that_of_the_function(self):
        stack = Stack({"F": {"Type": "AWS::Serverless::Function", "Properties": {
            "Runtime": "python3.13", "Handler": "index.handler", "Role": logging_role(),
            "InlineCode": "def handler(event, context): return 1\n",
            "EventInvokeConfig": {"MaximumRetryAttempts": 1}}}}, Transform="AWS::Serverless-2016-10-31")
        found = client("lambda").get_function_event_invoke_config(FunctionName=stack.resources()["F"])
        self.assertEqual(found["MaximumRetryAttempts"], 1)


class ChangeSets(Case):
    def create(self, stack_name, template, kind):
        cloudformation = client("cloudformation")
        cloudformation.create_change_set(StackName=stack_name, ChangeSetName="change", ChangeSetType=kind,
                                         TemplateBody=json.dumps(template))
        def settled():
            found = cloudformation.describe_change_set(StackName=stack_name, ChangeSetName="change")
            return found if found["Status"] in ("CREATE_COMPLETE", "FAILED") else None
        return until(settled)

    @kept
    def test_a_new_stack_is_in_review_until_executed(self):
        stack_name = name("stack")
        change = self.create(stack_name, {"Resources": {"T": topic()}}, "CREATE")
        self.assertEqual(change["Status"], "CREATE_COMPLETE")
        self.assertEqual(change["ExecutionStatus"], "AVAILABLE")
        self.assertEqual(change["Changes"][0]["ResourceChange"]["Action"], "Add")
        stacks = client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
        self.assertEqual(stacks[0]["StackStatus"], "REVIEW_IN_PROGRESS")
        client("cloudformation").execute_change_set(StackName=stack_name, ChangeSetName="change")
        done = until(lambda: client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]
                     == "CREATE_COMPLETE")
        self.assertTrue(done)

    @kept
    def test_an_empty_change_set_fails_and_says_so(self):
        template = {"T": topic()}
        stack = Stack(template)
        change = self.create(stack.name, {"Resources": template}, "UPDATE")
        self.assertEqual((change["Status"], change["ExecutionStatus"]), ("FAILED", "UNAVAILABLE"))
        self.assertIn("The submitted information didn't contain changes", change["StatusReason"])

    def test_a_function_without_code_fails_and_rolls_back(self):
        stack = Stack({"F": {"Type": "AWS::Lambda::Function", "Properties": {
            "Runtime": "python3.13", "Handler": "app.handler", "Role": logging_role(),
            "Code": {"S3Bucket": "no-such-bucket", "S3Key": "code.zip"}}}})
        self.assertEqual(stack.status, "ROLLBACK_COMPLETE")
        failed = [event for event in stack.events() if event["ResourceStatus"] == "CREATE_FAILED"][0]
        self.assertIn("S3 Error Code: NoSuchBucket", failed["ResourceStatusReason"])

    @kept
    def test_a_failed_update_rolls_back(self):
        stack = Stack({"Q": self.queue(30)})
        client("cloudformation").update_stack(
            StackName=stack.name, TemplateBody=json.dumps({"Resources": {"Q": self.queue(999999)}}))
        time.sleep(0.05)
        self.assertEqual(stack.wait(), "UPDATE_ROLLBACK_COMPLETE")

    @kept
    def test_an_update_without_changes_is_refused(self):
        template = {"Q": self.queue(30)}
        error = self.assert_refused("ValidationError", client("cloudformation").update_stack,
                                    StackName=Stack(template).name, TemplateBody=json.dumps({"Resources": template}))
        self.assertIn("No updates are to be performed", str(error))

    @staticmethod
    def queue(timeout):
        return {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": timeout}}

    @kept
    def test_a_failed_create_rolls_back(self):
        stack = Stack({"T": topic(), "B": {**self.queue(999999), "DependsOn": "T"}})
        self.assertEqual(stack.status, "ROLLBACK_COMPLETE")
        statuses = [(event["LogicalResourceId"], event["ResourceStatus"]) for event in stack.events()]
        self.assertIn(("B", "CREATE_FAILED"), statuses)
        self.assertIn(("T", "DELETE_COMPLETE"), statuses)
        self.assertIn((stack.name, "ROLLBACK_IN_PROGRESS"), statuses)


class Deletion(Case):
    def test_a_bucket_with_objects_stays(self):
        stack = Stack({"B": {"Type": "AWS::S3::Bucket"}, "T": topic()})
        bucket = stack.resources()["B"]
        client("s3").put_object(Bucket=bucket, Key="a", Body=b"a")
        self.assertEqual(stack.delete(), "DELETE_FAILED")
        last = [event for event in stack.events() if event["LogicalResourceId"] == "B"][-1]
        self.assertIn("The bucket you tried to delete is not empty", last["ResourceStatusReason"])
        self.assertEqual(list(stack.resources()), ["B"])
        client("s3").delete_object(Bucket=bucket, Key="a")
        self.assertEqual(stack.delete(), "DELETE_COMPLETE")


    @kept
    def test_nothing_is_left(self):
        stack = Stack(everything(), Transform="AWS::Serverless-2016-10-31")
        self.assertEqual(stack.status, "CREATE_COMPLETE", [
            event.get("ResourceStatusReason") for event in stack.events() if "FAILED" in event["ResourceStatus"]])
        self.assertTrue(all(owned(stack.name).values()), owned(stack.name))
        client("sqs").send_message(QueueUrl=stack.resources()["Queue"], MessageBody="x")
        client("dynamodb").put_item(TableName=stack.resources()["Table"], Item={"k": {"S": "1"}})
        self.assertEqual(stack.delete(), "DELETE_COMPLETE")
        self.assertFalse(any(owned(stack.name).values()), owned(stack.name))


def owned(stack_name):
    """What carries the name of the stack, by kind."""
    listed = {
        "queues": every("sqs", "list_queues", "QueueUrls"),
        "topics": every("sns", "list_topics", "Topics"),
        "subscriptions": every("sns", "list_subscriptions", "Subscriptions"),
        "tables": every("dynamodb", "list_tables", "TableNames"),
        "roles": every("iam", "list_roles", "Roles"),
        "functions": every("lambda", "list_functions", "Functions"),
        "mappings": every("lambda", "list_event_source_mappings", "EventSourceMappings"),
        "groups": every("logs", "describe_log_groups", "logGroups"),
        "alarms": every("cloudwatch", "describe_alarms", "MetricAlarms"),
        "apis": every("apigatewayv2", "get_apis", "Items"),
        "rest apis": every("apigateway", "get_rest_apis", "items"),
        "buckets": client("s3").list_buckets()["Buckets"],
        "machines": every("stepfunctions", "list_state_machines", "stateMachines"),
        "rules": every("events", "list_rules", "Rules")}
    return {kind: [entry for entry in found if stack_name in str(entry)] for kind, found in listed.items()}


def every(service, operation, field):
    """All pages of a list."""
    pages = client(service).get_paginator(operation).paginate()
    return [entry for page in pages for entry in page.get(field, [])]


def everything():
    """One resource, or more, of every type that the patterns have."""
    def function(events, **settings):
        return {"Type": "AWS::Serverless::Function", "Properties": {
            "Runtime": "python3.13", "Handler": "index.handler", "Role": arn("Role"), "Events": events,
            "InlineCode": "def handler(event, context): pass\n", "LoggingConfig": {"LogGroup": {"Ref": "Logs"}},
            "FunctionName": {"Fn::Sub": "${AWS::StackName}-f" + str(len(events))}, **settings}}

    def arn(resource, attribute="Arn"):
        return {"Fn::GetAtt": [resource, attribute]}

    def policy(**statement):
        return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    failure = {"OnFailure": {"Type": "SQS", "Destination": arn("Dead")}}
    services = {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]}
    task = {"Type": "Task", "Resource": "${Function}", "End": True}
    properties = {
        "Logs": ("AWS::Logs::LogGroup", {"LogGroupName": {"Fn::Sub": "/aws/lambda/${AWS::StackName}"}}),
        "Role": ("AWS::IAM::Role", {
            "AssumeRolePolicyDocument": policy(Principal=services, Action="sts:AssumeRole"),
            "Policies": [{"PolicyName": "all", "PolicyDocument": policy(Action="*", Resource="*")}]}),
        "Queue": ("AWS::SQS::Queue", {"RedrivePolicy": {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3}}),
        "Dead": ("AWS::SQS::Queue", {}),
        "QueuePolicy": ("AWS::SQS::QueuePolicy", {"Queues": [{"Ref": "Queue"}], "PolicyDocument": policy(
            Principal={"Service": "sns.amazonaws.com"}, Action="sqs:SendMessage", Resource="*")}),
        "Topic": ("AWS::SNS::Topic", {}),
        "Subscription": ("AWS::SNS::Subscription", {
            "TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": arn("Queue"),
            "RedrivePolicy": {"deadLetterTargetArn": arn("Dead")}}),
        "Table": ("AWS::DynamoDB::Table", {
            "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}),
        "Bucket": ("AWS::S3::Bucket", {"BucketName": {"Ref": "AWS::StackName"}}),
        "Alarm": ("AWS::CloudWatch::Alarm", {
            "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Statistic": "Maximum",
            "Period": 60, "EvaluationPeriods": 1, "Threshold": 0, "ComparisonOperator": "GreaterThanThreshold",
            "Dimensions": [{"Name": "QueueName", "Value": arn("Dead", "QueueName")}]}),
        "Api": ("AWS::Serverless::HttpApi", {"Name": {"Ref": "AWS::StackName"}}),
        "Rest": ("AWS::Serverless::Api", {"StageName": "live", "Name": {"Ref": "AWS::StackName"}}),
        "Machine": ("AWS::Serverless::StateMachine", {
            "Role": arn("Role"), "Definition": {"StartAt": "A", "States": {"A": task}},
            "DefinitionSubstitutions": {"Function": arn("Caller")}})}
    return {
        **{name: {"Type": kind, "Properties": settings} for name, (kind, settings) in properties.items()},
        "Caller": function({
            "Http": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}, "Method": "GET", "Path": "/a/{id}"}},
            "Rest": {"Type": "Api", "Properties": {"RestApiId": {"Ref": "Rest"}, "Method": "GET", "Path": "/a"}},
            "Rule": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["x"]}}}},
            EventInvokeConfig={"MaximumRetryAttempts": 0, "DestinationConfig": failure}),
        "Worker": function({
            "Queue": {"Type": "SQS", "Properties": {"Queue": arn("Queue")}},
            "Stream": {"Type": "DynamoDB", "Properties": {
                "Stream": arn("Table", "StreamArn"), "StartingPosition": "TRIM_HORIZON",
                "MaximumRetryAttempts": 1, "DestinationConfig": failure}}})}


class HttpApis(Case):
    CODE = "def handler(event, context): return {'route': event['routeKey'], 'body': event.get('body')}\n"

    def sam_api(self):
        return Stack({
            "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {"CorsConfiguration": {
                "AllowOrigins": ["https://example.com"], "AllowMethods": ["GET", "POST"], "AllowHeaders": ["x-a"]}}},
            "F": {"Type": "AWS::Serverless::Function", "Properties": {
                "Runtime": "python3.13", "Handler": "index.handler", "Role": logging_role(), "InlineCode": self.CODE,
                "Events": {
                    event: {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}, "Method": event, "Path": path}}
                    for event, path in (("get", "/things/{id}"), ("any", "/any"))}}},
        }, Transform="AWS::Serverless-2016-10-31")

    def test_sam_routes_are_served(self):
        stack = self.sam_api()
        base = f"/_aws/execute-api/{stack.resources()['Api']}/$default"
        status, _headers, body = http("GET", f"{base}/things/7")
        self.assertEqual((status, json.loads(body)["route"]), (200, "GET /things/{id}"))
        status, _headers, body = http("POST", f"{base}/any", b"hello", {"Content-Type": "text/plain"})
        self.assertEqual(json.loads(body), {"route": "ANY /any", "body": "hello"})
        self.assertEqual(http("GET", f"{base}/other")[0], 404)

    def test_sam_cors_is_served(self):
        stack = self.sam_api()
        status, headers, _body = http("OPTIONS", f"/_aws/execute-api/{stack.resources()['Api']}/$default/any", headers={
            "Origin": "https://example.com", "Access-Control-Request-Method": "POST"})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (204, "https://example.com"))

    def test_cors_configuration_of_a_template_is_served(self):
        stack = Stack({"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {
            "Name": name("api"), "ProtocolType": "HTTP", "CorsConfiguration": {
                "AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "MaxAge": 60}}}})
        status, headers, _body = http("OPTIONS", f"/_aws/execute-api/{stack.resources()['Api']}/$default/x", headers={
            "Origin": "https://example.com", "Access-Control-Request-Method": "GET"})
        self.assertEqual((status, headers["Access-Control-Max-Age"]), (204, "60"))

    def queue_api(self, role_arn, queue_url):
        stack = Stack({
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": name("api"), "ProtocolType": "HTTP"}},
            "Send": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
                "ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage",
                "PayloadFormatVersion": "1.0", "CredentialsArn": role_arn,
                "RequestParameters": {"QueueUrl": queue_url, "MessageBody": "$request.body.text"}}},
            "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
                "ApiId": {"Ref": "Api"}, "RouteKey": "POST /jobs",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Send"}]]}}},
            "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {
                "ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True}}})
        return f"/_aws/execute-api/{stack.resources()['Api']}/$default/jobs"

    def test_requests_are_sent_to_a_queue(self):
        url = client("sqs").create_queue(QueueName=name("queue"))["QueueUrl"]
        path = self.queue_api(role(allow("sqs:SendMessage", "*")), url)
        status, _headers, body = http("POST", path, b'{"text": "work"}', {"Content-Type": "application/json"})
        self.assertEqual(status, 200, body)
        self.assertEqual(client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"], "work")

    def test_a_role_that_may_not_send_is_refused(self):
        url = client("sqs").create_queue(QueueName=name("queue"))["QueueUrl"]
        path = self.queue_api(logging_role(), url)
        self.assertEqual(http("POST", path, b'{"text": "work"}', {"Content-Type": "application/json"})[0], 403)
        time.sleep(0.1)
        self.assertNotIn("Messages", client("sqs").receive_message(QueueUrl=url))


class Callers(Case):
    def test_a_stack_is_made_with_the_permissions_of_its_caller(self):
        user = name("user")
        iam = client("iam")
        iam.create_user(UserName=user)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        template = json.dumps({"Resources": {"T": topic()}})

        def created(*statements):
            iam.put_user_policy(UserName=user, PolicyName="deploy", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [allow("cloudformation:*", "*"), *statements]}))
            stack_name = name("stack")
            as_user(key).create_stack(StackName=stack_name, TemplateBody=template)
            def settled():
                found = client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]
                return None if found.endswith("IN_PROGRESS") else found
            return until(settled)
        self.assertEqual(created(), "ROLLBACK_COMPLETE")
        self.assertEqual(created(allow("sns:CreateTopic", "arn:aws:sns:*:*:other-*")), "ROLLBACK_COMPLETE")
        self.assertEqual(created(allow("sns:CreateTopic", "arn:aws:sns:*:*:stack-*")), "CREATE_COMPLETE")


def as_user(key):
    """CloudFormation for the user with this access key."""
    return boto3.client("cloudformation", region_name=REGION, endpoint_url=ENDPOINT, aws_access_key_id=key["AccessKeyId"],
                        aws_secret_access_key=key["SecretAccessKey"])
