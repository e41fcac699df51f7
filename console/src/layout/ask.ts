import type { Workflow } from "../asl/definition";
import type { Picture } from "./layout";

interface Answer {
  id: number;
  picture?: Picture;
  mistake?: string;
}

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, { resolve: (picture: Picture) => void; reject: (error: Error) => void }>();

/** Lays out a workflow beside the page's own work. */
export function askLayout(flow: Workflow): Promise<Picture> {
  worker ??= startWorker();
  const id = ++asked;
  worker.postMessage({ id, flow });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function startWorker(): Worker {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "layout" });
  started.onmessage = ({ data }: MessageEvent<Answer>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.picture) caller?.resolve(data.picture);
    else caller?.reject(new Error(data.mistake));
  };
  return started;
}
