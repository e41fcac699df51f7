/** The last parts of addresses: which tab or view of a page is meant. */

/** The tabs of a state machine's page. */
export const machineTabs = ["executions", "definition", "versions", "aliases"] as const;

/** The views of one execution. */
export const executionViews = ["graph", "timeline", "states", "events", "definition"] as const;
export type ExecutionViewName = (typeof executionViews)[number];
