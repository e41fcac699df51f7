// The Node function of the host's tests. What it does is said by its input.
import { spawn } from "node:child_process";

if (process.env.BREAK) {
  throw new RangeError("broken");
}

class NoLuck extends Error {
  name = "NoLuck";
}

export const handler = async (event) => {
  switch (event.do) {
    case "fail":
      throw new NoLuck("no luck");
    case "exit":
      process.exit(3);
    case "hang":
      console.log("child", spawn("sleep", ["1000"]).pid);
      await new Promise(() => {});
  }
  return { pid: process.pid, greeting: process.env.GREETING ?? "" };
};
