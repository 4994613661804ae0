/** The environment of the worker in the tests; imported before the worker, which reads it when it is loaded. */

process.env["TABLE"] = "effects";
process.env["AWS_REGION"] = "us-east-1";
process.env["POWERTOOLS_SERVICE_NAME"] = "tests";
