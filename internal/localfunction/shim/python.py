"""Runs a Python Lambda handler against the Lambda Runtime API."""

import http.client
import importlib
import json
import os
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
ROOT = "/2018-06-01/runtime/"


class Context:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = json.loads(headers.get("Lambda-Runtime-Client-Context") or "null")
        self.identity = None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


def send(connection, path, body, headers=None):
    connection.request("POST", ROOT + path, body, {"Content-Type": "application/json", **(headers or {})})
    connection.getresponse().read()


def describe(error, request_id=None):
    document = {"errorMessage": str(error), "errorType": type(error).__name__}
    if request_id:
        document["requestId"] = request_id
    document["stackTrace"] = traceback.format_exception(type(error), error, error.__traceback__)[1:-1]
    return document


def load():
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    return getattr(importlib.import_module(module.replace("/", ".")), name)


def main():
    host, _, port = API.partition(":")
    connection = http.client.HTTPConnection(host, int(port))
    try:
        handler = load()
    except BaseException as error:
        traceback.print_exc()
        document = describe(error)
        if isinstance(error, ImportError):
            document["errorType"] = "Runtime.ImportModuleError"
        send(connection, "init/error", json.dumps(document), {"Lambda-Runtime-Function-Error-Type": document["errorType"]})
        sys.exit(1)
    while True:
        connection.request("GET", ROOT + "invocation/next")
        response = connection.getresponse()
        payload = response.read()
        context = Context(response.headers)
        call = "invocation/" + context.aws_request_id
        try:
            result = json.dumps(handler(json.loads(payload or b"null"), context), ensure_ascii=False)
        except Exception as error:
            traceback.print_exc()
            document = describe(error, context.aws_request_id)
            send(connection, call + "/error", json.dumps(document), {"Lambda-Runtime-Function-Error-Type": document["errorType"]})
        else:
            send(connection, call + "/response", result.encode())


main()
