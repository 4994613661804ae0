"""The whole shop behind one Flask application."""

import os
import uuid

import boto3
import serverless_wsgi
from flask import Flask, jsonify, request

app = Flask(__name__)
orders = boto3.resource("dynamodb").Table(os.environ["ORDERS"])
s3 = boto3.client("s3")


@app.get("/orders")
def list_orders():
    return jsonify(orders.scan(Limit=100)["Items"])


@app.post("/orders")
def create_order():
    order = {"id": str(uuid.uuid4()), **request.get_json()}
    orders.put_item(Item=order)
    return jsonify(order), 201


@app.get("/orders/<order_id>")
def get_order(order_id):
    item = orders.get_item(Key={"id": order_id}).get("Item")
    return (jsonify(item), 200) if item else ("", 404)


@app.delete("/orders/<order_id>")
def delete_order(order_id):
    orders.delete_item(Key={"id": order_id})
    return "", 204


@app.post("/pictures/<name>")
def picture_upload_url(name):
    target = {"Bucket": os.environ["PICTURES"], "Key": f"originals/{name}"}
    return jsonify(url=s3.generate_presigned_url("put_object", Params=target))


@app.get("/health")
def health():
    return "ok"


def handler(event, context):
    return serverless_wsgi.handle_request(app, event, context)
