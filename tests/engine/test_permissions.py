"""Who may call what: API Gateway, EventBridge, SNS."""

import json

from test_queues import Queue
from world import ACCOUNT, REGION, Case, Function, Stack, allow, client, http, kept, logging_role, name, role, until

ANSWER = "def handler(event, context): return {'statusCode': 200, 'body': 'ok'}\n"


def permit(function, source, service="apigateway"):
    """Let a service invoke the function for a source."""
    client("lambda").add_permission(FunctionName=function.name, StatementId=name("s"), SourceArn=source,
                                    Action="lambda:InvokeFunction", Principal=f"{service}.amazonaws.com")


def open_to(queue, service, *sources):
    """Give the queue a policy that lets a service send for these sources."""
    statements = [{**allow("sqs:SendMessage", queue.arn), "Principal": {"Service": f"{service}.amazonaws.com"},
                   "Condition": {"ArnEquals": {"aws:SourceArn": source}}} for source in sources]
    client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": statements})})


class HttpApis(Case):
    def api(self, function, route, **integration):
        v2 = client("apigatewayv2")
        api = v2.create_api(Name=name("api"), ProtocolType="HTTP")["ApiId"]
        target = v2.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function.arn,
                                       PayloadFormatVersion="2.0", **integration)["IntegrationId"]
        v2.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{target}")
        v2.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        return api

    def ask(self, api, path, method="GET"):
        return http(method, f"/_aws/execute-api/{api}/$default{path}")

    def test_a_route_needs_a_permission_for_itself(self):
        function = Function(ANSWER)
        api = self.api(function, "GET /things/{id}")
        status, _headers, body = self.ask(api, "/things/7")
        self.assertEqual((status, json.loads(body)), (500, {"message": "Internal Server Error"}))
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}"
        permit(function, f"{source}/*/POST/things/*")
        self.assertEqual(self.ask(api, "/things/7")[0], 500)
        permit(function, f"{source}/*/GET/things/*")
        self.assertEqual(self.ask(api, "/things/7")[0], 200)

    def test_an_integration_with_a_role_acts_as_it(self):
        function = Function(ANSWER)
        denied = self.api(function, "GET /", CredentialsArn=logging_role())
        self.assertEqual(self.ask(denied, "/")[0], 500)
        allowed = self.api(function, "GET /", CredentialsArn=role(allow("lambda:InvokeFunction", function.arn)))
        self.assertEqual(self.ask(allowed, "/")[0], 200)

    @kept
    def test_sam_routes_have_the_permission(self):
        stack = Stack({
            "Api": {"Type": "AWS::Serverless::HttpApi"},
            "F": {"Type": "AWS::Serverless::Function", "Properties": {
                "Runtime": "python3.13", "Handler": "index.handler", "Role": logging_role(), "InlineCode": ANSWER,
                "Events": {
                    "Get": {"Type": "HttpApi", "Properties": {
                        "ApiId": {"Ref": "Api"}, "Method": "GET", "Path": "/things/{id}"}},
                    "Rest": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}}}}}},
        }, Transform="AWS::Serverless-2016-10-31")
        api = stack.resources()["Api"]
        self.assertEqual((self.ask(api, "/things/7")[0], self.ask(api, "/other", "PUT")[0]), (200, 200))


class RestApis(Case):
    def api(self, **integration):
        v1 = client("apigateway")
        api = v1.create_rest_api(name=name("api"))
        root = v1.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="jobs")["id"]
        at = {"restApiId": api["id"], "resourceId": root, "httpMethod": "POST"}
        v1.put_method(**at, authorizationType="NONE")
        v1.put_integration(**at, integrationHttpMethod="POST", **integration)
        for status, pattern in (("200", {}), ("502", {"selectionPattern": "4\\d\\d"})):
            v1.put_method_response(**at, statusCode=status)
            v1.put_integration_response(**at, statusCode=status, **pattern)
        v1.create_deployment(restApiId=api["id"], stageName="live")
        return api["id"]

    def ask(self, api):
        return http("POST", f"/_aws/execute-api/{api}/live/jobs", b'{"a": 1}', {"Content-Type": "application/json"})

    def test_a_method_needs_a_permission(self):
        function = Function(ANSWER)
        api = self.api(type="AWS_PROXY", uri=(
            f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function.arn}/invocations"))
        status, _headers, body = self.ask(api)
        self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))
        permit(function, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/POST/jobs")
        self.assertEqual(self.ask(api)[0], 200)

    def test_messages_are_sent_as_the_role_of_the_integration(self):
        queue = Queue()
        settings = {
            "type": "AWS", "uri": f"arn:aws:apigateway:{REGION}:sqs:path/{ACCOUNT}/{queue.arn.split(':')[-1]}",
            "requestParameters": {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
            "requestTemplates": {"application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"}}
        self.assertEqual(self.ask(self.api(**settings, credentials=logging_role()))[0], 502)
        self.assertEqual(self.ask(self.api(**settings))[0], 502)
        self.assertEqual(queue.bodies(), [])
        sender = role(allow("sqs:SendMessage", queue.arn))
        status, _headers, body = self.ask(self.api(**settings, credentials=sender))
        self.assertEqual(status, 200, body)
        self.assertEqual(queue.bodies(), ['{"a": 1}'])


class Rules(Case):
    def rule(self, *targets):
        rule = name("rule")
        arn = client("events").put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))["RuleArn"]
        client("events").put_targets(Rule=rule, Targets=[{"Id": str(index), **target}
                                                         for index, target in enumerate(targets)])
        return rule, arn

    def emit(self, rule):
        client("events").put_events(Entries=[{"Source": rule, "DetailType": "t", "Detail": '{"a": 1}'}])

    def test_queues_need_a_policy(self):
        permitted, closed = Queue(), Queue()
        rule, arn = self.rule({"Arn": permitted.arn}, {"Arn": closed.arn})
        open_to(permitted, "events", arn)
        self.emit(rule)
        self.assertTrue(until(permitted.bodies, 5))
        self.assertFalse(until(closed.bodies, 0.5))

    def test_topics_need_a_policy(self):
        queue, topic = Queue(), client("sns").create_topic(Name=name("topic"))["TopicArn"]
        open_to(queue, "sns", topic)
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
        rule, arn = self.rule({"Arn": topic})
        self.emit(rule)
        self.assertFalse(until(queue.bodies, 1))
        client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps({
            "Version": "2012-10-17", "Statement": [{**allow("sns:Publish", topic), "Principal": {
                "Service": "events.amazonaws.com"}, "Condition": {"ArnEquals": {"aws:SourceArn": arn}}}]}))
        self.emit(rule)
        self.assertTrue(until(queue.bodies, 5))

    def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(self):
        dead, closed, function = Queue(), Queue(), Function(ANSWER)
        rule, arn = self.rule({"Arn": closed.arn, "DeadLetterConfig": {"Arn": dead.arn}},
                              {"Arn": function.arn, "DeadLetterConfig": {"Arn": dead.arn}})
        open_to(dead, "events", arn)
        self.emit(rule)
        found = until(lambda: dead.receive(MessageAttributeNames=["All"]), 5)
        self.assertEqual({message["MessageAttributes"]["TARGET_ARN"]["StringValue"] for message in found},
                         {closed.arn, function.arn})
        self.assertEqual(json.loads(found[0]["Body"])["detail"], {"a": 1})
        self.assertEqual(found[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_PERMISSIONS")


    def test_workflows_need_a_role(self):
        states = client("stepfunctions")
        machine = states.create_state_machine(
            name=name("machine"), roleArn=logging_role(),
            definition='{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}')["stateMachineArn"]

        def started(role_arn):
            self.emit(self.rule({"Arn": machine, "RoleArn": role_arn})[0])
            return until(lambda: states.list_executions(stateMachineArn=machine)["executions"], 1.5)
        self.assertFalse(started(logging_role()))
        self.assertTrue(started(role(allow("states:StartExecution", machine))))


class Buckets(Case):
    def test_topics_need_a_policy(self):
        topic, bucket = client("sns").create_topic(Name=name("topic"))["TopicArn"], name("bucket")
        client("s3").create_bucket(Bucket=bucket)

        def configure():
            client("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
                "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})
        self.assert_refused("InvalidArgument", configure)
        client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps({
            "Version": "2012-10-17", "Statement": [{**allow("sns:Publish", topic), "Principal": {
                "Service": "s3.amazonaws.com"}, "Condition": {"ArnEquals": {
                    "aws:SourceArn": f"arn:aws:s3:::{bucket}"}}}]}))
        configure()


class Notifications(Case):
    def setUp(self):
        self.topic = client("sns").create_topic(Name=name("topic"))["TopicArn"]
        self.dead = Queue()
        open_to(self.dead, "sns", self.topic)

    def subscribe(self, protocol, endpoint):
        client("sns").subscribe(TopicArn=self.topic, Protocol=protocol, Endpoint=endpoint, Attributes={
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": self.dead.arn})})
        client("sns").publish(TopicArn=self.topic, Message="hello")

    def test_what_a_queue_refuses_is_kept(self):
        closed = Queue()
        self.subscribe("sqs", closed.arn)
        self.assertEqual(json.loads(until(self.dead.bodies, 5)[0])["Message"], "hello")
        self.assertEqual(closed.bodies(), [])

    def test_what_may_not_invoke_a_function_is_kept(self):
        function = Function(ANSWER)
        self.subscribe("lambda", function.arn)
        self.assertEqual(json.loads(until(self.dead.bodies, 5)[0])["Message"], "hello")
        self.assertEqual(function.events(), [])


class Objects(Case):
    def test_whether_an_object_exists_is_told_to_those_who_may_list(self):
        bucket = name("bucket")
        client("s3").create_bucket(Bucket=bucket)
        code = (f"import boto3\ndef handler(event, context):\n"
                f"    try: boto3.client('s3').get_object(Bucket='{bucket}', Key='missing')\n"
                f"    except Exception as error: return error.response['Error']['Code']\n")
        read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
        for statements, answer in (([read], "AccessDenied"),
                                   ([read, allow("s3:ListBucket", f"arn:aws:s3:::{bucket}")], "NoSuchKey")):
            self.assertEqual(Function(code, Timeout=10, Role=role(*statements)).invoke().value, answer)
        self.assert_refused("NoSuchKey", client("s3").get_object, Bucket=bucket, Key="missing")
