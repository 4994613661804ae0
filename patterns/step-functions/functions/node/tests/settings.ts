/** The environment of the functions in the tests; imported before them, as they read it when they are loaded. */

process.env["BUCKET"] = "media";
process.env["TABLE"] = "jobs";
process.env["HEIGHT"] = "36";
process.env["AWS_REGION"] = "us-east-1";
process.env["POWERTOOLS_SERVICE_NAME"] = "tests";
