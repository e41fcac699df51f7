// Charges a card and pays back. Its bank is out of order at every first attempt, so that there is something to retry.

class PaymentUnavailable extends Error {
  name = "PaymentUnavailable";
}

class PaymentDeclined extends Error {
  name = "PaymentDeclined";
}

export const handler = async ({ action, orderId, amount, card, attempt, payment }) => {
  if (action === "refund") {
    console.log(`order ${orderId}: ${amount.toFixed(2)} paid back`);
    return payment;
  }
  if (attempt === 0) {
    throw new PaymentUnavailable("the bank does not answer");
  }
  if (card.endsWith("0002")) {
    throw new PaymentDeclined(`the bank declined card ending in ${card.slice(-4)}`);
  }
  console.log(`order ${orderId}: ${amount.toFixed(2)} charged`);
  return { id: `pay-${orderId}`, amount };
};
