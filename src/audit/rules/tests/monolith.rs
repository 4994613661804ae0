//! Catch-all routes with and without an application behind them.

use super::*;
use crate::names::LogicalId;

const RULE: &str = "monolith-catchall-route";

const FLASK: &str = "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef a(): pass\n@app.get('/b')\ndef b(): pass\n";

fn template(events: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {{Runtime: python3.13, Handler: app.handler, CodeUri: src, {events}}}\n"
    )
}

fn proxy() -> String {
    template("Events: {Any: {Type: Api, Properties: {Path: '/{proxy+}', Method: ANY}}}")
}

fn with_code(text: &str, file: &str, code: &str) -> Vec<Seen> {
    let handler = HandlerFile { function: LogicalId::new("F"), path: file.to_owned(), text: code.to_owned() };
    audited(text, &[handler])
}

#[test]
fn a_route_for_everything_and_an_application_behind_it_is_a_monolith() {
    for events in [
        "Events: {Any: {Type: Api, Properties: {Path: '/{proxy+}', Method: ANY}}}",
        "Events: {Any: {Type: HttpApi, Properties: {Path: '/{anything+}', Method: GET}}}",
        "Events: {Any: {Type: HttpApi}}",
        "Events: {Any: {Type: HttpApi, Properties: {Path: $default, Method: ANY}}}",
        "FunctionUrlConfig: {AuthType: AWS_IAM}",
    ] {
        let seen = with_code(&template(events), "src/app.py", FLASK);
        assert_eq!(seen.iter().map(|seen| seen.rule).collect::<Vec<_>>(), [RULE], "{events}");
        assert_eq!(seen[0].confidence, Confidence::High);
    }
}

#[test]
fn plain_cloudformation_routes_are_followed_to_their_function() {
    let function = "  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13, Handler: app.handler, Code: src}}\n";
    let http = "  R: {Type: AWS::ApiGatewayV2::Route, Properties: {RouteKey: $default, Target: !Sub 'integrations/${I}'}}\n  \
                I: {Type: AWS::ApiGatewayV2::Integration, Properties: {IntegrationUri: !GetAtt F.Arn}}\n";
    let rest = "  R: {Type: AWS::ApiGateway::Resource, Properties: {PathPart: '{proxy+}', ParentId: !GetAtt Api.RootResourceId}}\n  \
                Api: {Type: AWS::ApiGateway::RestApi}\n  \
                M: {Type: AWS::ApiGateway::Method, Properties: {ResourceId: !Ref R, HttpMethod: ANY, Integration: {Uri: !Sub 'arn:aws:apigateway:x:lambda:path/${F.Arn}/invocations'}}}\n";
    for routes in [http, rest] {
        let seen = with_code(&format!("Resources:\n{function}{routes}"), "src/app.py", FLASK);
        assert_eq!(seen.iter().map(|seen| seen.rule).collect::<Vec<_>>(), [RULE], "{routes}");
    }
    let below = rest.replace("!GetAtt Api.RootResourceId", "!Ref Files")
        + "  Files: {Type: AWS::ApiGateway::Resource, Properties: {PathPart: files}}\n";
    assert_eq!(with_code(&format!("Resources:\n{function}{below}"), "src/app.py", FLASK), []);
}

#[test]
fn a_route_alone_or_an_application_alone_is_none() {
    let trivial = "def handler(event, context):\n    return {'statusCode': 200}\n";
    assert_eq!(with_code(&proxy(), "src/app.py", trivial), []);
    assert_eq!(audited(&proxy(), &[]), []);
    let one_path = template("Events: {One: {Type: Api, Properties: {Path: /a, Method: ANY}}}");
    assert_eq!(with_code(&one_path, "src/app.py", FLASK), []);
    let part = template("Events: {Files: {Type: Api, Properties: {Path: '/files/{path+}', Method: GET}}}");
    assert_eq!(with_code(&part, "src/app.py", FLASK), []);
}

#[test]
fn one_route_is_no_application_and_hidden_routes_lower_the_confidence() {
    let graphql =
        "from flask import Flask\napp = Flask(__name__)\n@app.post('/graphql')\ndef graphql(): pass\n";
    assert_eq!(with_code(&proxy(), "src/app.py", graphql), []);
    let elsewhere = "from mangum import Mangum\nfrom shop import app\nhandler = Mangum(app)\n";
    assert_eq!(with_code(&proxy(), "src/app.py", elsewhere)[0].confidence, Confidence::Medium);
    let mounted = "const app = require('express')()\napp.use('/users', require('./users'))\n";
    assert_eq!(with_code(&proxy(), "src/app.js", mounted)[0].confidence, Confidence::High);
}

#[test]
fn a_router_made_for_lambda_needs_several_routes() {
    let logger = "from aws_lambda_powertools import Logger\n";
    assert_eq!(with_code(&proxy(), "src/app.py", logger), []);
    let router = "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\napp = APIGatewayRestResolver()\n@app.get('/a')\ndef a(): pass\n";
    assert_eq!(with_code(&proxy(), "src/app.py", router), []);
    let several = format!("{router}@app.get('/b')\ndef b(): pass\n");
    assert_eq!(with_code(&proxy(), "src/app.py", &several).len(), 1);
}

#[test]
fn the_web_adapter_shows_in_the_template_and_is_only_a_hint() {
    let layer = "Layers: [!Sub 'arn:aws:lambda:${AWS::Region}:753240598075:layer:LambdaAdapterLayerX86:25'], Events: {Any: {Type: HttpApi}}";
    let seen = audited(&template(layer), &[]);
    assert_eq!((seen[0].rule, seen[0].severity, seen[0].confidence), (RULE, Severity::Low, Confidence::Low));
}
