import { clock } from "../format/time";

const bar = { width: 3, gap: 1, height: 22 };

/** Outcomes by minute as small bars: succeeded upwards, failed below them, striped. */
export function Outcomes({ recent }: { recent: { at: number; succeeded: number; failed: number }[] }) {
  const most = Math.max(1, ...recent.map((m) => m.succeeded + m.failed));
  const succeeded = recent.reduce((sum, m) => sum + m.succeeded, 0);
  const failed = recent.reduce((sum, m) => sum + m.failed, 0);
  const width = recent.length * (bar.width + bar.gap);
  return (
    <svg className="outcomes" width={width} height={bar.height} role="img" aria-label={`${succeeded} succeeded, ${failed} failed`}>
      {recent.map((minute, i) => {
        const good = (minute.succeeded / most) * bar.height;
        const bad = (minute.failed / most) * bar.height;
        const x = i * (bar.width + bar.gap);
        return (
          <g key={minute.at}>
            <title>{`${clock(minute.at * 1000)}: ${minute.succeeded} succeeded, ${minute.failed} failed`}</title>
            <rect x={x} y={bar.height - 1} width={bar.width} height={1} className="outcome-base" />
            <rect x={x} y={bar.height - good - bad} width={bar.width} height={good} className="outcome-good" />
            <rect x={x} y={bar.height - bad} width={bar.width} height={bad} className="outcome-bad" />
          </g>
        );
      })}
    </svg>
  );
}
