// The settings that the template gives, for tests. Import this before any function, as they read theirs when they start.

process.env.TABLE = "items";
process.env.KEYS_TABLE = "keys";
process.env.COLLECTION = "things";
process.env.AWS_REGION = "us-east-1";
process.env.POWERTOOLS_SERVICE_NAME = "tests";
process.env.ALLOWED_ORIGIN ??= "";
