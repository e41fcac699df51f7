// Evaluates expressions with the reference implementation.
//
//   node reference.mjs <folder with node_modules/jsonata> <now in ms>
//
// Each line of standard input is a JSON object {expr, data?}; each line of standard output is the answer to it:
// {result} (no member: undefined), {code, message, position, token}, or {crash} for an error that is not the language's.
// A result that JSON cannot say (a number that is not finite, a function) makes {odd: true}, one of more than a million
// characters {huge: true}.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const now = Number(process.argv[3]);
const SystemDate = Date;
globalThis.Date = class extends SystemDate {
  constructor(...parts) {
    if (parts.length === 0) super(now);
    else super(...parts);
  }
};

const require = createRequire(join(process.argv[2], "/"));
const jsonata = require("jsonata");

// odd says whether JSON would change a value.
function odd(v) {
  if (typeof v === "number") return !Number.isFinite(v);
  if (typeof v === "function") return true;
  if (v === null || typeof v !== "object") return false;
  if (v._jsonata_lambda || v._jsonata_function) return true;
  return (Array.isArray(v) ? Array.from(v) : Object.values(v)).some((e) => e === undefined || odd(e));
}

async function answer({ expr, data }) {
  try {
    const result = await jsonata(expr).evaluate(data);
    return odd(result) ? { odd: true } : { result };
  } catch (e) {
    if (!e.code) return { crash: String(e.message) };
    return { code: e.code, message: String(e.message), position: e.position, token: String(e.token ?? "") };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.stringify(await answer(JSON.parse(line)));
  process.stdout.write((text.length > 1e6 ? '{"huge":true}' : text) + "\n");
}
