// Runs a Node.js Lambda handler against the Lambda Runtime API.
import http from "node:http";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = "/2018-06-01/runtime/";
const agent = new http.Agent({ keepAlive: true });

function request(method, suffix, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const req = http.request({ hostname, port, agent, method, path: root + suffix, headers }, (res) => {
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.on("end", () => resolve({ headers: res.headers, body: Buffer.concat(chunks).toString() }));
      res.on("error", reject);
    });
    req.on("error", reject);
    req.end(body);
  });
}

function describe(error, requestId) {
  const known = error instanceof Error;
  return {
    errorType: known ? error.name : "string",
    errorMessage: known ? error.message : String(error),
    ...(requestId && { requestId }),
    trace: known && error.stack ? error.stack.split("\n") : [],
  };
}

function fail(suffix, document) {
  const headers = { "Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": document.errorType };
  return request("POST", suffix, JSON.stringify(document), headers);
}

async function load() {
  const spec = process.env._HANDLER;
  const dot = spec.lastIndexOf(".");
  const base = path.join(process.env.LAMBDA_TASK_ROOT, spec.slice(0, dot));
  const file = [".js", ".mjs", ".cjs"].map((ending) => base + ending).find(existsSync);
  if (!file) {
    throw Object.assign(new Error(`Cannot find module '${base}'`), { name: "Runtime.ImportModuleError" });
  }
  let loaded;
  try {
    loaded = file.endsWith(".mjs") ? await import(pathToFileURL(file)) : createRequire(file)(file);
  } catch (error) {
    if (error.code !== "ERR_REQUIRE_ESM" && !(error instanceof SyntaxError)) throw error;
    loaded = await import(pathToFileURL(file));
  }
  const name = spec.slice(dot + 1);
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== "function") {
    throw Object.assign(new Error(`${spec} is undefined or not exported`), { name: "Runtime.HandlerNotFound" });
  }
  return handler;
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    Object.assign(context, { succeed: resolve, fail: reject, done: callback });
    const result = handler(event, context, callback);
    if (typeof result?.then === "function") {
      result.then(resolve, reject);
    } else if (handler.length < 3 && result !== undefined) {
      resolve(result);
    }
  });
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const clientContext = headers["lambda-runtime-client-context"];
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext && JSON.parse(clientContext),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

let handler;
try {
  handler = await load();
} catch (error) {
  console.error(error);
  await fail("init/error", describe(error));
  process.exit(1);
}
for (;;) {
  const { headers, body } = await request("GET", "invocation/next");
  const context = contextOf(headers);
  const call = `invocation/${context.awsRequestId}`;
  try {
    const result = await run(handler, JSON.parse(body || "null"), context);
    await request("POST", `${call}/response`, JSON.stringify(result ?? null), { "Content-Type": "application/json" });
  } catch (error) {
    console.error(error);
    await fail(`${call}/error`, describe(error, context.awsRequestId));
  }
}
