"""REST APIs and what templates keep in files."""

import json

from world import Case, Function, Stack, allow, client, http, logging_role, name, role

TRANSFORM = "AWS::Serverless-2016-10-31"
CODE = "def handler(event, context): return {'statusCode': 200, 'body': event['path']}\n"


def ask(api, path, method="GET", stage="v1", **headers):
    """Send a request to a stage of an API."""
    return http(method, f"/_aws/execute-api/{api}/{stage}{path}", headers=headers)


def sam_api(path, **settings):
    """Resources of a REST API with one route."""
    event = {"Type": "Api", "Properties": {"RestApiId": {"Ref": "Api"}, "Method": "GET", "Path": path}}
    return {
        "Api": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "v1", "AlwaysDeploy": True, **settings}},
        "F": {"Type": "AWS::Serverless::Function", "Properties": {
            "Runtime": "python3.13", "Handler": "index.handler", "Role": logging_role(), "InlineCode": CODE,
            "Events": {"Get": event}}}}


class SamApis(Case):
    def test_preflight_requests_get_the_headers_of_the_template(self):
        stack = Stack(sam_api("/a", Cors={"AllowOrigin": "'https://example.com'", "AllowMethods": "'GET,POST'",
                                          "AllowHeaders": "'x-a'", "MaxAge": "'600'"}), Transform=TRANSFORM)
        status, headers, _body = ask(stack.resources()["Api"], "/a", "OPTIONS", Origin="https://example.com")
        self.assertEqual(status, 200)
        self.assertEqual({name: headers[f"Access-Control-{name}"]
                          for name in ("Allow-Origin", "Allow-Methods", "Allow-Headers", "Max-Age")}, {
            "Allow-Origin": "https://example.com", "Allow-Methods": "GET,POST", "Allow-Headers": "x-a",
            "Max-Age": "600"})

    def test_the_gateway_answers_as_the_template_says(self):
        stack = Stack(sam_api("/a", GatewayResponses={"MISSING_AUTHENTICATION_TOKEN": {
            "StatusCode": 404, "ResponseParameters": {"Headers": {"Content-Type": "'application/problem+json'"}},
            "ResponseTemplates": {"application/json": '{"title": "No such route"}'}}}), Transform=TRANSFORM)
        status, headers, body = ask(stack.resources()["Api"], "/unknown")
        self.assertEqual((status, headers["Content-Type"], json.loads(body)),
                         (404, "application/problem+json", {"title": "No such route"}))

    def test_a_change_keeps_the_address(self):
        stack = Stack(sam_api("/a"), Transform=TRANSFORM)
        api = stack.resources()["Api"]
        client("cloudformation").update_stack(
            StackName=stack.name, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            TemplateBody=json.dumps({"Transform": TRANSFORM, "Resources": sam_api("/b")}))
        stack.wait()
        self.assertEqual(stack.status, "UPDATE_COMPLETE")
        self.assertEqual(stack.resources()["Api"], api)
        self.assertEqual((ask(api, "/b")[0], ask(api, "/a")[0]), (200, 403))


class Files(Case):
    def upload(self, key, text):
        """Put a file into a new bucket; return the bucket."""
        bucket = name("bucket")
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_object(Bucket=bucket, Key=key, Body=text)
        return bucket

    def document(self, function):
        """An OpenAPI document in YAML with one route."""
        return f"""openapi: 3.0.1
paths:
  /a:
    get:
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        payloadFormatVersion: "1.0"
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function.arn}/invocations
"""

    def test_apis_are_read_from_files(self):
        function = Function(CODE)
        client("lambda").add_permission(FunctionName=function.name, StatementId="s", Action="lambda:InvokeFunction",
                                        Principal="apigateway.amazonaws.com")
        file = {"Bucket": self.upload("api.yaml", self.document(function)), "Key": "api.yaml"}
        stack = Stack({
            "Rest": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a", "BodyS3Location": file}},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {
                "RestApiId": {"Ref": "Rest"}, "StageName": "v1"}},
            "Http": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"BodyS3Location": file}},
            "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {
                "ApiId": {"Ref": "Http"}, "StageName": "$default", "AutoDeploy": True}}})
        self.assertEqual(stack.status, "CREATE_COMPLETE")
        self.assertEqual(ask(stack.resources()["Rest"], "/a")[0], 200)
        self.assertNotEqual(ask(stack.resources()["Http"], "/a", stage="$default")[0], 404)

    def test_workflows_may_be_yaml(self):
        function = Function("def handler(event, context): return event\n")
        bucket = self.upload("w.yaml", "StartAt: Work\nStates:\n  Work:\n    Type: Task\n    End: true\n"
                                       "    Resource: ${Function}\n")
        may = role(allow("lambda:InvokeFunction", function.arn))
        stack = Stack({"M": {"Type": "AWS::Serverless::StateMachine", "Properties": {
            "Type": "EXPRESS", "DefinitionUri": f"s3://{bucket}/w.yaml", "Role": may,
            "DefinitionSubstitutions": {"Function": function.arn}}}}, Transform=TRANSFORM)
        answer = client("stepfunctions").start_sync_execution(stateMachineArn=stack.resources()["M"], input='{"a": 1}')
        self.assertEqual(json.loads(answer["output"]), {"a": 1})
