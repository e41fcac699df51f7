import { useMemo, useState } from "react";
import { bytes } from "../format/number";
import { Copy, IconButton } from "./controls";
import { Icon } from "./icons";

/** Children of one value that are shown at first, and with each “more”. */
const step = 100;
/** Longer strings are cut until they are asked for. */
const longest = 2000;

/** A payload: a tree that opens and closes, or the plain text. `name` says what it is. */
export function JsonView({ text, name, open = 2 }: { text: string; name: string; open?: number }) {
  const [plain, setPlain] = useState(false);
  const value = useMemo(() => parse(text), [text]);
  return (
    <section className="json" aria-label={name}>
      <header>
        <h3>{name}</h3>
        <span className="quiet">{bytes(text.length)}</span>
        <IconButton icon="execution" name={`${name} as text`} pressed={plain} onClick={() => setPlain(!plain)} />
        <Copy text={text} name={name} />
      </header>
      <div className="json-body" tabIndex={0} role="group" aria-label={`${name}, content`}>
        {plain || value === undefined ? <pre>{plain && value !== undefined ? JSON.stringify(value, null, 2) : text}</pre> : <Value value={value} path="$" open={open} />}
      </div>
    </section>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function Value({ value, path, open, label }: { value: unknown; path: string; open: number; label?: string }) {
  const key = label !== undefined && <span className="json-key">{label}: </span>;
  if (value === null || typeof value !== "object") {
    return (
      <div className="json-row" title={path}>
        {key}
        <Scalar value={value} />
      </div>
    );
  }
  return <Branch value={value} path={path} open={open} label={label} />;
}

function Scalar({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  const text = JSON.stringify(value) ?? "";
  const kind = value === null ? "null" : typeof value;
  if (text.length <= longest || whole) return <span className={`json-${kind}`}>{text}</span>;
  return (
    <span className={`json-${kind}`}>
      {text.slice(0, longest)}…{" "}
      <button type="button" className="link" onClick={() => setWhole(true)}>
        all {bytes(text.length)}
      </button>
    </span>
  );
}

function Branch({ value, path, open, label }: { value: object; path: string; open: number; label?: string }) {
  const [shown, setShown] = useState(open > 0);
  const [limit, setLimit] = useState(step);
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const summary = list ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) {
    return (
      <div className="json-row">
        {label !== undefined && <span className="json-key">{label}: </span>}
        {list ? "[]" : "{}"}
      </div>
    );
  }
  return (
    <div className="json-branch">
      <button type="button" className="json-row json-toggle" aria-expanded={shown} title={path} onClick={() => setShown(!shown)}>
        <Icon name={shown ? "down" : "right"} size={10} />
        <span className="json-key">{label ?? "$"}</span> <span className="quiet">{summary}</span>
      </button>
      {shown && (
        <div className="json-children">
          {entries.slice(0, limit).map(([key, child]) => (
            <Value key={key} label={key} value={child} open={open - 1} path={list ? `${path}[${key}]` : `${path}.${key}`} />
          ))}
          {entries.length > limit && (
            <button type="button" className="link" onClick={() => setLimit(limit + step)}>
              {entries.length - limit} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}
