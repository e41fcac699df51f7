"""Checks an order and adds it up."""

import os

APPROVAL_LIMIT = float(os.environ.get("APPROVAL_LIMIT", "inf"))


class InvalidOrder(Exception):
    """Says what is wrong with an order. The name is the error name that the state machine catches."""


def handler(order, context):
    if not order.get("orderId"):
        raise InvalidOrder("the order has no id")
    if "@" not in order.get("email", ""):
        raise InvalidOrder(f"{order.get('email')!r} is not an email address")
    if not order.get("items"):
        raise InvalidOrder("the order has no items")
    for item in order["items"]:
        if item["quantity"] < 1 or item["price"] < 0:
            raise InvalidOrder(f"{item['quantity']} × {item['sku']} at {item['price']:.2f} cannot be ordered")
    total = round(sum(item["quantity"] * item["price"] for item in order["items"]), 2)
    print(f"order {order['orderId']}: {len(order['items'])} lines, {total:.2f} in total")
    return {"orderId": order["orderId"], "total": total, "needsApproval": total > APPROVAL_LIMIT}
