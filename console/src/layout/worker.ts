import type { Workflow } from "../asl/definition";
import { layout } from "./layout";

interface Asked {
  id: number;
  flow: Workflow;
}

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  try {
    self.postMessage({ id: data.id, picture: layout(data.flow) });
  } catch (error) {
    self.postMessage({ id: data.id, mistake: String(error) });
  }
};
