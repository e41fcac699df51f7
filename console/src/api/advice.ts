import { ApiError, notServed, unreachable } from "./client";

/** What to do about an error, by its name. */
const advice: Record<string, string> = {
  [unreachable]: "Is it still running? Start it again with “cogstep server” or “cogstep dev”; this page goes on by itself.",
  [notServed]: "If the server is older than this console, update it.",
  ExecutionDoesNotExist: "It may have been removed after its retention time, or the server has started anew with data in memory.",
  StateMachineDoesNotExist: "It may have been deleted. The list of state machines shows what there is.",
  ExecutionAlreadyExists: "Give the execution another name, or leave the name empty.",
  ExecutionNotRedrivable: "Only failed, stopped and timed-out executions can be redriven. Start it again instead.",
  InvalidExecutionInput: "The input must be JSON text of at most 256 KiB.",
  InvalidName: "Names have 1 to 80 characters, without spaces, brackets, wildcards and control characters.",
  InvalidDefinition: "The definition's tab shows each mistake at its place.",
  InvalidOutput: "The output must be JSON text of at most 256 KiB.",
  TaskTimedOut: "The task has ended in the meantime: answered by another, timed out, or its execution has closed.",
  TaskDoesNotExist: "The task has ended in the meantime.",
  ConflictException: "It was changed in the meantime. Load the page again.",
  ThrottlingException: "The server limits the rate of calls as the service does. Wait a moment.",
  StateMachineTypeNotSupported: "Express executions are not kept in lists; look at the execution log.",
};

export interface Explained {
  title: string;
  detail: string;
  todo: string;
}

/** What an error says, and what to do. */
export function explain(error: unknown): Explained {
  if (error instanceof ApiError) {
    return { title: error.type, detail: error.message, todo: advice[error.type] ?? "" };
  }
  return { title: "Error", detail: error instanceof Error ? error.message : String(error), todo: "" };
}

/** Whether the server has no such address, so that another way must do. */
export const isNotServed = (error: unknown): boolean => error instanceof ApiError && error.type === notServed;
