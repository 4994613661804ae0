// The setting of a REST API: import this before ./project.

process.env.ALLOWED_ORIGIN = "https://shop.example";
