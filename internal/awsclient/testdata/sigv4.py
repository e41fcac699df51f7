"""Signs requests by botocore. Standard input has one in JSON a line; for each, its signature is printed."""

import base64
import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for line in sys.stdin:
    r = json.loads(line)
    when = datetime.datetime.strptime(r["Date"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: when
    request = AWSRequest(method=r["Method"], url=r["URL"], headers=r["Headers"], data=base64.b64decode(r["Body"]))
    auth = botocore.auth.S3SigV4Auth if r["S3"] else botocore.auth.SigV4Auth
    auth(Credentials(r["Key"], r["Secret"], r["Token"] or None), r["Service"], r["Region"]).add_auth(request)
    print(request.headers["Authorization"].rsplit("Signature=")[1], flush=True)
