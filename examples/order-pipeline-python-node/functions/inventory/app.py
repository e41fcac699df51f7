"""Reserves an item of an order, and releases whatever an order has reserved."""

# What there is little of; of everything else there is plenty.
STOCK = {"unicorn": 0, "lamp": 3}


class OutOfStock(Exception):
    """There are fewer of an item than were ordered."""


def handler(request, context):
    order_id = request["orderId"]
    if request["action"] == "reserve":
        item = request["item"]
        if item["quantity"] > STOCK.get(item["sku"], item["quantity"]):
            raise OutOfStock(f"there is not enough of {item['sku']}")
        return {"reservationId": f"{order_id}/{request['line']}"}
    if request["action"] == "release":  # all of the order's, so that it may be repeated
        print(f"order {order_id}: items released")
        return {"released": True}
    raise ValueError(f"unknown action {request['action']!r}")
