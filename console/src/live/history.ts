import { useEffect, useMemo, useSyncExternalStore } from "react";
import { ApiError, call, notServed, unreachable } from "../api/client";
import { isExpress } from "../format/arn";
import { Builder } from "../history/builder";
import type { HistoryEvent } from "../history/event";
import type { Model } from "../history/model";
import { openStream, type Stream } from "./stream";

/** A history as far as it is known. A new object for every change; the model inside stays the same one. */
export interface HistoryState {
  model: Model;
  /** All events so far are read. */
  loaded: boolean;
  error?: unknown;
}

const pageSize = 1000;
const pollMillis = 1000;
/** Changes are shown at most this often, so that a storm of events does not draw the page for each. */
const showMillis = 100;

const forgotten = "The server does not remember this Express execution; its events are in the execution log.";

/** HistoryFeed follows one execution: by the server's stream, or by asking again and again when the server has none. */
class HistoryFeed {
  private readonly builder = new Builder();
  private state: HistoryState = { model: this.builder.model, loaded: false };
  private readonly listeners = new Set<() => void>();
  private stream?: Stream;
  private timer?: ReturnType<typeof setTimeout>;
  private showing?: ReturnType<typeof setTimeout>;
  private aborter = new AbortController();

  constructor(private readonly executionArn: string) {}

  readonly snapshot = () => this.state;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.aborter = new AbortController();
    this.stream = openStream(
      () => `/console/api/executions/events?arn=${encodeURIComponent(this.executionArn)}&after=${this.builder.lastId}`,
      {
        on: {
          events: (data) => this.take(JSON.parse(data) as HistoryEvent[]),
          end: () => {
            this.stream?.close();
            this.show({ loaded: true });
          },
        },
        missing: () => void this.poll(),
      },
    );
  }

  stop(): void {
    this.stream?.close();
    this.aborter.abort();
    clearTimeout(this.timer);
    clearTimeout(this.showing);
    this.showing = undefined;
  }

  /** Follows again: after a redrive the history goes on. */
  restart(): void {
    this.stop();
    this.start();
  }

  private take(events: HistoryEvent[]): void {
    if (!this.builder.append(events)) return;
    if (!this.state.loaded || this.closed) this.show({ loaded: true });
    else this.showing ??= setTimeout(() => this.show({}), showMillis);
  }

  private get closed(): boolean {
    const { status } = this.builder.model;
    return status !== undefined && status !== "running";
  }

  private show(change: Partial<HistoryState>): void {
    clearTimeout(this.showing);
    this.showing = undefined;
    this.state = { ...this.state, error: undefined, ...change };
    for (const listener of this.listeners) listener();
  }

  private async poll(): Promise<void> {
    const { signal } = this.aborter;
    try {
      if (isExpress(this.executionArn)) throw new ApiError(notServed, forgotten, 404);
      const events = this.builder.lastId === 0 ? await this.all(signal) : await this.newer(signal);
      this.take(events);
      if (!this.state.loaded) this.show({ loaded: true });
    } catch (error) {
      if (signal.aborted) return;
      this.show({ error });
      // Who says no will not say yes in a second; only a server that does not answer is asked again.
      if (!(error instanceof ApiError) || error.type !== unreachable) return;
    }
    if (!this.closed && !signal.aborted) this.timer = setTimeout(() => void this.poll(), pollMillis);
  }

  private async all(signal: AbortSignal): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call("GetExecutionHistory", { executionArn: this.executionArn, maxResults: pageSize, nextToken }, signal);
      events.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken);
    return events;
  }

  /** Events after the last known one, read from the end. */
  private async newer(signal: AbortSignal): Promise<HistoryEvent[]> {
    const found: HistoryEvent[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await call(
        "GetExecutionHistory",
        { executionArn: this.executionArn, maxResults: 100, reverseOrder: true, nextToken },
        signal,
      );
      const fresh = page.events.filter((event) => event.id > this.builder.lastId);
      found.push(...fresh);
      nextToken = page.nextToken;
      if (fresh.length < page.events.length || !nextToken) return found.reverse();
    }
  }
}

/** The history of an execution, live. `restart` follows it again after a redrive. */
export function useHistory(executionArn: string): HistoryState & { restart: () => void } {
  const feed = useMemo(() => new HistoryFeed(executionArn), [executionArn]);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.snapshot);
  return useMemo(() => ({ ...state, restart: () => feed.restart() }), [state, feed]);
}
