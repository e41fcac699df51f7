import { useEffect, useState } from "react";

/** The time, read again every `millis` while `running`; milliseconds since 1970. */
export function useNow(running = true, millis = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), millis);
    return () => clearInterval(timer);
  }, [running, millis]);
  return now;
}
