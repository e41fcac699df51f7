"""Calls what reads and needs no input, of many services, by botocore, and prints a line of JSON for each call.

usage: sweep.py ENDPOINT SERVICE... | all
"""

import base64
import datetime
import json
import sys

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

READS = ("List", "Describe", "Get")


def plain(value):
    """Values as JSON has them: times are seconds, bytes texts, or base64 if they are none."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value


def called(client, operation):
    try:
        answer = client._make_api_call(operation, {})
    except ClientError as e:
        return {"Status": e.response["ResponseMetadata"]["HTTPStatusCode"], "Code": e.response["Error"]["Code"]}
    except Exception as e:  # botocore cannot read the answer
        return {"Broken": f"{type(e).__name__}: {e}"[:200]}
    status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
    try:
        return {"Status": status, "Result": plain(answer)}
    except Exception as e:
        return {"Broken": f"{type(e).__name__}: {e}"[:200]}


def main(endpoint, services):
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    config = Config(
        retries={"total_max_attempts": 1}, inject_host_prefix=False, read_timeout=20, connect_timeout=5,
        s3={"addressing_style": "path"},
    )
    if services == ["all"]:
        from moto.backend_index import backend_url_patterns

        known = {name.replace("_", "-") for name, _ in backend_url_patterns}
        services = []
        for name in session.get_available_services():
            m = session.get_service_model(name)
            if known & {name, m.endpoint_prefix, m.signing_name}:
                services.append(name)
    for service in services:
        client = session.create_client(service, region_name="us-east-1", endpoint_url=endpoint, config=config)
        model = client.meta.service_model
        for operation in model.operation_names:
            o = model.operation_model(operation)
            if not operation.startswith(READS) or o.has_event_stream_output:
                continue
            if o.input_shape is not None and o.input_shape.required_members:
                continue
            print(json.dumps({"Service": service, "Operation": operation, **called(client, operation)}), flush=True)


main(sys.argv[1], sys.argv[2:])
