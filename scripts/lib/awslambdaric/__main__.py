"""Asks AWS Lambda's Runtime API (version 2018-06-01) for invocations and calls the function that the first argument names.

It starts, takes its variables and reports as the platform's own client does, so that an image made with one serves with the other.
"""

import http.client
import importlib
import os
import sys
import time
import traceback

import simplejson

api = "/2018-06-01/runtime"


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self.deadline_ms - time.time_ns() // 1_000_000, 0)


def describe(error):
    lines = traceback.format_exception(error)
    return {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": lines}


class Client:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def next(self):
        self.connection.request("GET", f"{api}/invocation/next")
        response = self.connection.getresponse()
        return response.headers, response.read()

    def post(self, path, value, error_type=None):
        headers = {"Content-Type": "application/json"}
        if error_type is not None:
            headers["Lambda-Runtime-Function-Error-Type"] = error_type
        self.connection.request("POST", f"{api}/{path}", simplejson.dumps(value).encode(), headers)
        response = self.connection.getresponse()
        response.read()
        if response.status != 202:
            raise SystemExit(f"the Runtime API answered {response.status}")


def load(name):
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module.replace("/", ".")), function)


def main():
    client = Client(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        function = load(sys.argv[1])
    except Exception as error:
        client.post("init/error", describe(error), type(error).__name__)
        raise SystemExit(1)
    while True:
        headers, body = client.next()
        context = Context(headers)
        try:
            result = function(simplejson.loads(body), context)
        except Exception as error:
            client.post(f"invocation/{context.aws_request_id}/error", describe(error), type(error).__name__)
        else:
            client.post(f"invocation/{context.aws_request_id}/response", result)


if __name__ == "__main__":
    main()
