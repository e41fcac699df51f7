/** Paths of icons on a grid of 16 × 16, drawn as lines. */
const paths = {
  home: "M2 7.5 8 2.5l6 5V13.5H9.8V9.5H6.2v4H2z",
  machine: "M5.5 2h5v3.5h-5zM1.5 10.5h5V14h-5zM9.5 10.5h5V14h-5zM8 5.5V8M4 10.5V8h8v2.5",
  execution: "M2.5 3.5h11M2.5 8h7M2.5 12.5h9",
  task: "M2.5 3h11v10h-11zM5 8l2 2 4-4.5",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3 14 14",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1v1.8M8 13.2V15M1 8h1.8M13.2 8H15M3 3l1.3 1.3M11.7 11.7 13 13M13 3l-1.3 1.3M4.3 11.7 3 13",
  moon: "M13.5 9.7A6 6 0 0 1 6.3 2.5a6 6 0 1 0 7.2 7.2z",
  check: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8V8l2.4 1.6",
  stop: "M4 4h8v8H4z",
  shield: "M8 1.8 13 4v4c0 3-2.2 5.2-5 6.2C5.2 13.2 3 11 3 8V4zM8 5v3.5M8 10.8v.2",
  running: "M8 2a6 6 0 0 1 6 6M8 14a6 6 0 0 1-6-6",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3",
  play: "M4.5 3v10l8-5z",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  right: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  up: "M3.5 10 8 5.5 12.5 10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  save: "M8 2v8M4.5 6.5 8 10l3.5-3.5M2.5 13.5h11",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  link: "M9 3h4v4M13 3 7.5 8.5M11 9v4H3V5h4",
  map: "M2.5 4.5h9v9h-9zM4.5 4.5v-2h9v9h-2",
  parallel: "M8 1.5V5M3.5 14V9.5L8 5l4.5 4.5V14",
  choice: "M8 1.5 14.5 8 8 14.5 1.5 8z",
  pass: "M2 8h11M9.5 4.5 13 8l-3.5 3.5",
  lambda: "M4 2.5h2.2L12 13.5M7.4 6.6 4 13.5",
  menu: "M2 4h12M2 8h12M2 12h12",
  warning: "M8 2 15 14H1zM8 6.5V10M8 12v.2",
} as const;

export type IconName = keyof typeof paths;

/** An icon that only decorates: the text beside it, or its button's name, says the same. */
export function Icon({ name, className = "", size = 16 }: { name: IconName; className?: string; size?: number }) {
  return (
    <svg className={`icon ${className}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The icon of a state's type. */
export const stateIcon: Record<string, IconName> = {
  Task: "lambda", Choice: "choice", Parallel: "parallel", Map: "map", Wait: "clock", Pass: "pass", Succeed: "check", Fail: "cross",
};
