import type {
  Alias, AliasItem, Diagnostic, Execution, ExecutionItem, ExecutionStatus, MapRun, MapRunItem, StateMachine, StateMachineItem,
  StateMachineOfExecution, Version,
} from "./types";
import type { HistoryEvent } from "../history/event";

/** An answer that was not "yes". `type` is the error's name, as the API has it. */
export class ApiError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The name of the error when no answer came at all. */
export const unreachable = "ServerUnreachable";
/** The name of the error when the server has no such address: an older server, or one without the console's API. */
export const notServed = "NotServed";

interface Page {
  nextToken?: string;
  maxResults?: number;
}

/** The operations that the console calls: what goes in, what comes out. */
export interface Operations {
  ListStateMachines: [Page, { stateMachines: StateMachineItem[]; nextToken?: string }];
  DescribeStateMachine: [{ stateMachineArn: string }, StateMachine];
  DescribeStateMachineForExecution: [{ executionArn: string }, StateMachineOfExecution];
  ListStateMachineVersions: [Page & { stateMachineArn: string }, { stateMachineVersions: Version[]; nextToken?: string }];
  ListStateMachineAliases: [Page & { stateMachineArn: string }, { stateMachineAliases: AliasItem[]; nextToken?: string }];
  DescribeStateMachineAlias: [{ stateMachineAliasArn: string }, Alias];
  PublishStateMachineVersion: [{ stateMachineArn: string; description?: string }, { stateMachineVersionArn: string }];
  UpdateStateMachine: [{ stateMachineArn: string; definition: string }, { updateDate: number }];
  ValidateStateMachineDefinition: [
    { definition: string; type?: string; severity?: "ERROR" | "WARNING" },
    { result: "OK" | "FAIL"; diagnostics: Diagnostic[]; truncated?: boolean },
  ];
  ListExecutions: [
    Page & { stateMachineArn?: string; mapRunArn?: string; statusFilter?: ExecutionStatus },
    { executions: ExecutionItem[]; nextToken?: string },
  ];
  DescribeExecution: [{ executionArn: string }, Execution];
  GetExecutionHistory: [
    Page & { executionArn: string; reverseOrder?: boolean; includeExecutionData?: boolean },
    { events: HistoryEvent[]; nextToken?: string },
  ];
  StartExecution: [{ stateMachineArn: string; name?: string; input: string }, { executionArn: string; startDate: number }];
  StopExecution: [{ executionArn: string; error?: string; cause?: string }, { stopDate: number }];
  RedriveExecution: [{ executionArn: string }, { redriveDate: number }];
  SendTaskSuccess: [{ taskToken: string; output: string }, object];
  SendTaskFailure: [{ taskToken: string; error?: string; cause?: string }, object];
  ListMapRuns: [Page & { executionArn: string }, { mapRuns: MapRunItem[]; nextToken?: string }];
  DescribeMapRun: [{ mapRunArn: string }, MapRun];
  UpdateMapRun: [
    { mapRunArn: string; maxConcurrency?: number; toleratedFailureCount?: number; toleratedFailurePercentage?: number },
    object,
  ];
}

export type Operation = keyof Operations;

/** Calls one operation. Errors: ApiError, with `unreachable` as its type when no answer came. */
export async function call<O extends Operation>(
  operation: O,
  input: Operations[O][0],
  signal?: AbortSignal,
): Promise<Operations[O][1]> {
  const answer = await ask("/", {
    method: "POST",
    headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AWSStepFunctions.${operation}` },
    body: JSON.stringify(input),
    signal,
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw errorOf(answer.status, body);
  return body as Operations[O][1];
}

/** Reads from the console's own API. Errors: ApiError, with `notServed` as its type when the server does not have it. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask(`/console/api/${path}`, { signal });
  const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (answer.ok && isJson) return (await answer.json()) as T;
  if (answer.ok || answer.status === 404) throw new ApiError(notServed, "This server does not serve the console's API.", answer.status);
  const body = await answer.json().catch(() => ({}));
  const error = errorOf(answer.status, body);
  throw error.type === "UnknownOperationException" ? new ApiError(notServed, error.message, answer.status) : error;
}

/** What a proxy answers for a server that does not. */
const gatewayStatuses = [502, 503, 504];

async function ask(url: string, init: RequestInit): Promise<Response> {
  let answer: Response | undefined;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
  }
  if (!answer || gatewayStatuses.includes(answer.status)) {
    throw new ApiError(unreachable, "The server does not answer.", answer?.status ?? 0);
  }
  return answer;
}

function errorOf(status: number, body: { __type?: string; type?: string; message?: string; Message?: string }): ApiError {
  const type = (body.__type ?? body.type ?? `HTTP ${status}`).replace(/^.*#/, "");
  return new ApiError(type, body.message ?? body.Message ?? "", status);
}
