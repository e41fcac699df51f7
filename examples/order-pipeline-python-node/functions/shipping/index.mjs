// Hands a parcel over to the carrier.

class Undeliverable extends Error {
  name = "Undeliverable";
}

export const handler = async ({ orderId, address, reservations }) => {
  if (address === "Atlantis") {
    throw new Undeliverable(`no carrier goes to ${address}`);
  }
  console.log(`order ${orderId}: ${reservations.length} items on their way to ${address}`);
  return { trackingNumber: `TRACK-${orderId}` };
};
