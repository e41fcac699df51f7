"""Prints where botocore's rules send calls of all services, a line of JSON for each service and region.

usage: endpoints.py REGION...
"""

import json
import sys

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

loader = botocore.session.get_session().get_component("data_loader")
partitions = loader.load_data("partitions")
for service in loader.list_available_services("endpoint-rule-set-1"):
    provider = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
    for region in sys.argv[1:]:
        line = {"Service": service, "Region": region}
        try:
            endpoint = provider.resolve_endpoint(Region=region)
            schemes = endpoint.properties.get("authSchemes", [])
            chosen = ([s for s in schemes if s["name"] == "sigv4"] or schemes or [{}])[0]
            line.update(
                URL=endpoint.url, Scheme=chosen.get("name", ""), Name=chosen.get("signingName", ""),
                SigningRegion=chosen.get("signingRegion", ""), Headers=endpoint.headers,
            )
        except EndpointProviderError as e:
            line["Error"] = str(e)
        print(json.dumps(line))
