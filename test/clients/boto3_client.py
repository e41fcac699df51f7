"""Performs Step Functions calls with boto3: one line of JSON in is a call, one line of JSON out is its answer."""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("stepfunctions", endpoint_url=sys.argv[1], config=Config(inject_host_prefix=False))

for line in sys.stdin:
    call = json.loads(line)
    try:
        answer = client._make_api_call(call["operation"], call["params"])
        answer.pop("ResponseMetadata")
        reply = {"answer": answer}
    except ClientError as refused:
        error = refused.response["Error"]
        reply = {"error": {"code": error["Code"], "message": error["Message"]}}
    print(json.dumps(reply, default=str), flush=True)
