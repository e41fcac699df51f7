"""Judges who ordered."""

import os


def handler(order, context):
    domain = os.environ.get("BLOCKED_DOMAIN")
    if domain and order["email"].endswith("@" + domain):
        print(f"order {order['orderId']}: {order['email']} is suspicious")
        return {"suspicious": True, "explanation": f"orders from {domain} are not accepted"}
    return {"suspicious": False, "explanation": f"nothing is known against {order['email']}"}
