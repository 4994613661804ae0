"""The endpoint of an OpenSearch domain: TLS, permissions, indices of its own."""

import json
import shutil
import socket
import unittest
import urllib.error
import urllib.request

from world import ACCOUNT, Case, Function, Stack, allow, client, name, role, until

SIGNED = """
import json, os, urllib3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

credentials = botocore.session.Session().get_credentials()
pool = urllib3.PoolManager()


def call(method, path, body=None, service="es", changed=""):
    request = AWSRequest(method=method, url=f"https://{os.environ['ENDPOINT']}{path}", data=body,
                         headers={"Content-Type": "application/json"})
    if service:
        SigV4Auth(credentials, service, os.environ["AWS_REGION"]).add_auth(request)
    answer = pool.request(method, request.url + changed, body=body, headers=dict(request.headers))
    return [answer.status, json.loads(answer.data or "null")]


def handler(event, context):
    return [call(*one) for one in event]
"""
VERSION = "/accounts/_doc/a?version={}&version_type={}"


def domain(**properties):
    """Create a domain; return its name, endpoint and ARN."""
    created = name("domain")[:28]
    status = client("opensearch").create_domain(DomainName=created, **properties)["DomainStatus"]
    return created, status["Endpoint"], status["ARN"]


def function(endpoint, *statements):
    """A function that calls a domain with the requests it is given."""
    return Function(SIGNED, Role=role(*statements), Timeout=20, Environment={"Variables": {"ENDPOINT": endpoint}})


def statuses(answers):
    """The statuses alone."""
    return [status for status, _body in answers]


class Access(Case):
    def test_a_role_may_what_its_policies_say(self):
        _name, endpoint, arn = domain()
        caller = function(endpoint, allow(["es:ESHttpPut", "es:ESHttpGet"], f"{arn}/accounts*"))
        answers = caller.invoke([
            ["PUT", "/accounts"], ["PUT", "/accounts/_doc/1%202", '{"n": 1}'], ["GET", "/accounts/_doc/1%202"],
            ["PUT", "/others"], ["POST", "/accounts/_search"], ["DELETE", "/accounts"]]).value
        self.assertEqual(statuses(answers), [200, 201, 200, 403, 403, 403])
        self.assertRegex(answers[4][1]["Message"], (
            rf"^User: arn:aws:sts::{ACCOUNT}:assumed-role/[^/]+/{caller.name} is not authorized to perform: "
            "es:ESHttpPost because no identity-based policy allows the es:ESHttpPost action$"))

    def test_a_signature_must_be_right(self):
        _name, endpoint, arn = domain()
        answers = function(endpoint, allow("es:*", f"{arn}/*")).invoke([
            ["GET", "/", None, ""], ["GET", "/", None, "execute-api"], ["GET", "/", None, "es", "?pretty=true"],
            ["GET", "/_search?q=a%3A1&size=1"]]).value
        self.assertEqual(statuses(answers), [403, 403, 403, 200])
        self.assertEqual(answers[0][1]["Message"], "User: anonymous is not authorized to perform: es:ESHttpGet because "
                                                   "no resource-based policy allows the es:ESHttpGet action")
        self.assertIn("correct service: 'es'", answers[1][1]["message"])
        self.assertIn("does not match the signature you provided", answers[2][1]["message"])

    def test_the_policy_of_the_domain_counts(self):
        created, endpoint, arn = domain()
        caller = function(endpoint)
        role_arn = client("lambda").get_function(FunctionName=caller.name)["Configuration"]["Role"]
        client("opensearch").update_domain_config(DomainName=created, AccessPolicies=json.dumps({
            "Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": role_arn}, "Action": "es:ESHttp*", "Resource": f"{arn}/*"},
                {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "es:ESHttpDelete", "Resource": f"{arn}/*"}]}))
        answers = caller.invoke([["PUT", "/accounts"], ["DELETE", "/accounts"]]).value
        self.assertEqual(statuses(answers), [200, 403])
        self.assertTrue(answers[1][1]["Message"].endswith("with an explicit deny in a resource-based policy"))


class Domains(Case):
    def test_a_domain_searches(self):
        _name, endpoint, arn = domain()
        answers = function(endpoint, allow("es:*", f"{arn}/*")).invoke([
            ["PUT", "/films/_doc/1?refresh=true", '{"title": "the third man"}'],
            ["POST", "/films/_search", '{"query": {"match": {"title": "man"}}}']]).value
        self.assertEqual(answers[1][1]["hits"]["hits"][0]["_id"], "1")

    def test_two_domains_share_nothing(self):
        (_one, first, arn), (_two, second, _arn) = domain(), domain()
        self.assertNotEqual(first, second)
        may = allow("es:*", "*")
        function(first, may).invoke([["PUT", "/accounts/_doc/1", '{"n": 1}']])
        self.assertEqual(statuses(function(second, may).invoke([["GET", "/accounts/_doc/1"]]).value), [404])

    def test_a_deleted_domain_does_not_answer(self):
        created, endpoint, _arn = domain()
        host, port = endpoint.split(":")
        socket.create_connection((host, int(port)), timeout=2).close()
        client("opensearch").delete_domain(DomainName=created)

        def is_gone():
            try:
                socket.create_connection((host, int(port)), timeout=2).close()
            except OSError:
                return True
            return False
        self.assertTrue(until(is_gone, 5))

    def test_templates_tell_the_address(self):
        stack = Stack({"Domain": {"Type": "AWS::OpenSearchService::Domain", "Properties": {
            "AccessPolicies": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:ESHttpGet", "Resource": "*"}]}}}},
            Outputs={"Endpoint": {"Value": {"Fn::GetAtt": ["Domain", "DomainEndpoint"]}}})
        endpoint = stack.describe()["Outputs"][0]["OutputValue"]
        # Everybody may GET, and by hand it need not be TLS.
        with urllib.request.urlopen(f"http://{endpoint}/", timeout=5) as answer:
            self.assertEqual(json.load(answer)["version"]["distribution"], "opensearch")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(f"http://{endpoint}/accounts", method="PUT"), timeout=5)
        self.assertEqual(refused.exception.code, 403)
        refused.exception.close()

    @unittest.skipUnless(shutil.which("node"), "there is no node")
    def test_node_trusts_the_endpoint(self):
        _name, endpoint, _arn = domain()
        caller = Function(runtime="nodejs24.x", handler="app.handler", files={"app_mjs": (
            "export const handler = async () => (await fetch(`https://${process.env.ENDPOINT}/`)).status;")},
            Timeout=20, Environment={"Variables": {"ENDPOINT": endpoint}})
        self.assertEqual(caller.invoke().value, 403)


class Versions(Case):
    def test_an_older_or_equal_external_version_changes_nothing(self):
        _name, endpoint, arn = domain()
        bulk = "".join(json.dumps(line) + "\n" for line in [
            {"index": {"_index": "accounts", "_id": "b", "version": 2, "version_type": "external"}}, {"n": 2},
            {"index": {"_index": "accounts", "_id": "b", "version": 1, "version_type": "external"}}, {"n": 1}])
        answers = function(endpoint, allow("es:*", f"{arn}/*")).invoke([
            ["PUT", VERSION.format(3, "external"), '{"n": 3}'], ["PUT", VERSION.format(2, "external"), '{"n": 2}'],
            ["PUT", VERSION.format(3, "external"), '{"n": 0}'], ["PUT", VERSION.format(3, "external_gte"), '{"n": 3}'],
            ["POST", "/_bulk?refresh=wait_for", bulk], ["GET", "/accounts/_doc/a"]]).value
        self.assertEqual(statuses(answers), [201, 409, 409, 200, 200, 200])
        self.assertEqual([item["index"]["status"] for item in answers[4][1]["items"]], [201, 409])
        self.assertEqual(answers[5][1]["_source"], {"n": 3})
