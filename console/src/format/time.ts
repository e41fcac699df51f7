const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in milliseconds, as people read it: three digits at most, then two units. */
export function duration(millis: number): string {
  if (millis < 0) return "0 ms";
  if (millis < second) return `${Math.round(millis)} ms`;
  if (millis < 10 * second) return `${(Math.floor(millis / 10) / 100).toFixed(2)} s`;
  if (millis < minute) return `${(Math.floor(millis / 100) / 10).toFixed(1)} s`;
  if (millis < hour) return pair(millis, minute, "min", second, "s");
  if (millis < day) return pair(millis, hour, "h", minute, "min");
  return pair(millis, day, "d", hour, "h");
}

function pair(millis: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((millis % large) / small);
  const head = `${Math.floor(millis / large)} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}

/** Time since the start, in milliseconds, with a sign and fixed digits so that a column of them lines up. */
export function offset(millis: number): string {
  if (millis < minute) return `+${(millis / second).toFixed(3)} s`;
  return `+${duration(millis)}`;
}

/** How long ago, in words. */
export function ago(millis: number): string {
  if (millis < 5 * second) return "just now";
  if (millis < minute) return `${Math.floor(millis / second)} s ago`;
  if (millis < hour) return `${Math.floor(millis / minute)} min ago`;
  if (millis < day) return `${Math.floor(millis / hour)} h ago`;
  return `${Math.floor(millis / day)} d ago`;
}

const two = (n: number) => String(n).padStart(2, "0");

/** Date and time of day where the reader is; `millis` since 1970. */
export function dateTime(millis: number): string {
  const d = new Date(millis);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(millis)}`;
}

/** Time of day where the reader is, to the second. */
export function clock(millis: number): string {
  const d = new Date(millis);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}
