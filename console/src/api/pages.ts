import { call } from "./client";
import { Merge, type NextPage } from "./merge";
import type { AliasItem, ExecutionItem, ExecutionStatus, StateMachineItem, Version } from "./types";

/** All pages of a list, one after the other. */
async function all<T>(page: (nextToken?: string) => Promise<{ items: T[]; nextToken?: string }>): Promise<T[]> {
  const items: T[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(nextToken);
    items.push(...answer.items);
    nextToken = answer.nextToken;
  } while (nextToken);
  return items;
}

/** Every state machine, by name. */
export async function allMachines(signal?: AbortSignal): Promise<StateMachineItem[]> {
  const machines = await all(async (nextToken) => {
    const answer = await call("ListStateMachines", { maxResults: 1000, nextToken }, signal);
    return { items: answer.stateMachines, nextToken: answer.nextToken };
  });
  return machines.sort((a, b) => a.name.localeCompare(b.name));
}

/** Every version of a state machine, newest first. */
export const allVersions = (stateMachineArn: string, signal?: AbortSignal): Promise<Version[]> =>
  all(async (nextToken) => {
    const answer = await call("ListStateMachineVersions", { stateMachineArn, maxResults: 1000, nextToken }, signal);
    return { items: answer.stateMachineVersions, nextToken: answer.nextToken };
  });

/** Every alias of a state machine. */
export const allAliases = (stateMachineArn: string, signal?: AbortSignal): Promise<AliasItem[]> =>
  all(async (nextToken) => {
    const answer = await call("ListStateMachineAliases", { stateMachineArn, maxResults: 1000, nextToken }, signal);
    return { items: answer.stateMachineAliases, nextToken: answer.nextToken };
  });

/** Which executions to list: of one state machine or map run, of any status or of one. */
export interface ExecutionFilter {
  stateMachineArn?: string;
  mapRunArn?: string;
  status?: ExecutionStatus;
}

/** Executions of some sources, newest first, page after page. */
export function executionsOf(filters: ExecutionFilter[], pageSize: number): Merge<ExecutionItem> {
  return new Merge(
    filters.map((filter) => pagesOf(filter, pageSize)),
    (a, b) => a.startDate > b.startDate,
  );
}

function pagesOf({ status, ...source }: ExecutionFilter, maxResults: number): NextPage<ExecutionItem> {
  let nextToken: string | undefined;
  let done = false;
  return async () => {
    if (done) return undefined;
    const answer = await call("ListExecutions", { ...source, statusFilter: status, maxResults, nextToken });
    nextToken = answer.nextToken;
    done = !nextToken;
    return answer.executions;
  };
}
