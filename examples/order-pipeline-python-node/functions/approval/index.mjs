// Asks a person to approve an order. A real one would send a message with two buttons; this one prints the commands
// that they stand for.
export const handler = async ({ orderId, total, taskToken }) => {
  const url = process.env.AWS_ENDPOINT_URL_SFN;
  const endpoint = url ? ` --endpoint-url ${url}` : "";
  console.log(`order ${orderId} costs ${total.toFixed(2)}. To approve it:`);
  console.log(`aws stepfunctions send-task-success${endpoint} --task-token ${taskToken} --task-output '{"approved":true}'`);
  console.log('To turn it down, answer with "approved":false.');
};
