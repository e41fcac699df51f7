// Measures the expressions of bench_test.go with the reference implementation, in nanoseconds for each evaluation.
//
//   node bench.mjs <folder with node_modules/jsonata> < bench.json
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "/"));
const jsonata = require("jsonata");
const { states, expressions } = JSON.parse(readFileSync(0, "utf8"));

async function measure(run) {
  for (let i = 0; i < 200; i++) await run();
  let n = 0;
  const start = process.hrtime.bigint();
  let elapsed = 0n;
  while (elapsed < 300_000_000n) {
    for (let i = 0; i < 20; i++) await run();
    n += 20;
    elapsed = process.hrtime.bigint() - start;
  }
  return Number(elapsed) / n;
}

const results = {};
for (const [name, source] of Object.entries(expressions)) {
  const program = jsonata(source);
  results[name] = await measure(() => program.evaluate(undefined, { states }));
  results["compile " + name] = await measure(() => jsonata(source));
}
process.stdout.write(JSON.stringify(results));
