import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Executions } from "./views/Executions";
import { Home } from "./views/Home";
import { Machines } from "./views/Machines";
import { NotFound } from "./views/NotFound";
import { Shell } from "./views/Shell";
import { Tasks } from "./views/Tasks";
import type { ExecutionStatus } from "./api/types";
import { executionStatuses } from "./ui/status";
import { ErrorNote } from "./ui/notes";

type Search = Record<string, unknown>;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const number = (value: unknown): number | undefined => (Number(value) > 0 ? Number(value) : undefined);
const oneOf = <T extends string>(value: unknown, known: readonly T[]): T | undefined => known.find((k) => k === value);

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: ({ error }) => <ErrorNote error={error} /> });

const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });

const machines = createRoute({
  getParentRoute: () => root,
  path: "/state-machines",
  component: Machines,
  validateSearch: (s: Search): { q?: string } => ({ q: text(s.q) }),
});

// An ARN may end like a file name. The last part of an address never does, so that the server knows a page when it sees one.
const machine = createRoute({
  getParentRoute: () => root,
  path: "/state-machines/$arn/$tab",
  component: lazyRouteComponent(() => import("./views/Machine"), "Machine"),
  validateSearch: (s: Search): { state?: string; status?: ExecutionStatus } => ({
    state: text(s.state),
    status: oneOf(s.status, executionStatuses),
  }),
});

const executions = createRoute({
  getParentRoute: () => root,
  path: "/executions",
  component: Executions,
  validateSearch: (s: Search): { q?: string; status?: ExecutionStatus; machine?: string } => ({
    q: text(s.q),
    status: oneOf(s.status, executionStatuses),
    machine: text(s.machine),
  }),
});

const execution = createRoute({
  getParentRoute: () => root,
  path: "/executions/$arn/$view",
  component: lazyRouteComponent(() => import("./views/Execution"), "Execution"),
  // at: an event's id, which tells a visit or an iteration; state: a state's name, for one that was not reached.
  validateSearch: (s: Search): { at?: number; state?: string } => ({ at: number(s.at), state: text(s.state) }),
});

const mapRun = createRoute({
  getParentRoute: () => root,
  path: "/map-runs/$arn/executions",
  component: lazyRouteComponent(() => import("./views/MapRun"), "MapRun"),
  validateSearch: (s: Search): { status?: ExecutionStatus } => ({ status: oneOf(s.status, executionStatuses) }),
});

const tasks = createRoute({ getParentRoute: () => root, path: "/tasks", component: Tasks });

/** Escapes a search value, but not what is safe there and makes ARNs readable. */
const readable = (value: string) => encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%2F", "/");

export const router = createRouter({
  routeTree: root.addChildren([home, machines, machine, executions, execution, mapRun, tasks]),
  basepath: "/console",
  pathParamsAllowedCharacters: [":", "@", "+", "="],
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    const joined = pairs.map(([key, value]) => `${key}=${readable(String(value))}`).join("&");
    return joined && `?${joined}`;
  },
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
