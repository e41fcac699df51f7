/** A stream of server-sent events that is open only while the page is seen. */
export interface Stream {
  close(): void;
}

interface Listeners {
  /** What to do with each named event's data. */
  on: Record<string, (data: string) => void>;
  /** The server has no such stream; it is not tried again. */
  missing?: () => void;
  /** The stream works. */
  opened?: () => void;
}

const retryMillis = { first: 500, most: 10_000 };

/**
 * Opens a stream and keeps it open: after a break it is opened again, with a growing pause. While the page is hidden it is
 * closed, because a browser allows only six connections to one server. `address` is asked anew each time.
 */
export function openStream(address: () => string, { on, missing, opened }: Listeners): Stream {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = retryMillis.first;
  let worked = false;
  let closed = false;

  const stop = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const start = () => {
    stop();
    if (closed || document.hidden) return;
    source = new EventSource(address());
    source.onopen = () => {
      worked = true;
      pause = retryMillis.first;
      opened?.();
    };
    source.onerror = () => {
      const refused = source?.readyState === EventSource.CLOSED;
      stop();
      if (refused && !worked && missing) {
        closed = true;
        missing();
        return;
      }
      timer = setTimeout(start, pause);
      pause = Math.min(pause * 2, retryMillis.most);
    };
    for (const [name, handle] of Object.entries(on)) {
      source.addEventListener(name, (event) => handle((event as MessageEvent<string>).data));
    }
  };
  document.addEventListener("visibilitychange", start);
  start();
  return {
    close() {
      closed = true;
      document.removeEventListener("visibilitychange", start);
      stop();
    },
  };
}
