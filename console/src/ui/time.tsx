import { ago, clock, dateTime } from "../format/time";
import { useNow } from "../live/now";

/** A moment, `millis` since 1970: date and time where the reader is; the title has it in UTC, to the millisecond. */
export function Moment({ millis, short = false }: { millis: number; short?: boolean }) {
  const iso = new Date(millis).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {short ? clock(millis) : dateTime(millis)}
    </time>
  );
}

/** How long ago, kept up to date. */
export function Ago({ millis }: { millis: number }) {
  const now = useNow(true, 5000);
  const iso = new Date(millis).toISOString();
  return (
    <time dateTime={iso} title={`${dateTime(millis)} · ${iso}`}>
      {ago(now - millis)}
    </time>
  );
}
