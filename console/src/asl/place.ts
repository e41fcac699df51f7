import type { Diagnostic } from "../api/types";

/** A piece of a text, by offsets. */
export interface Range {
  from: number;
  to: number;
}

/** Where a JSON text has the value at a pointer such as /States/A/Next; undefined: nowhere. */
export function placeOf(text: string, pointer: string): Range | undefined {
  const path = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  let at = 0;
  const space = () => {
    while (/\s/.test(text.charAt(at))) at++;
  };
  const string = (): string => {
    const from = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at++;
    try {
      return JSON.parse(text.slice(from, at)) as string;
    } catch {
      return "";
    }
  };
  /** Walks over a value; answers the place of what `rest` leads to inside of it. */
  const value = (rest: string[] | undefined): Range | undefined => {
    space();
    const from = at;
    let found: Range | undefined;
    const open = text[at];
    if (open === "{" || open === "[") {
      at++;
      for (let index = 0; at < text.length; index++) {
        space();
        if (text[at] === "}" || text[at] === "]") break;
        let key = String(index);
        if (open === "{") {
          if (text[at] !== '"') return found;
          key = string();
          space();
          at++;
        }
        const inside = value(rest?.[0] === key ? rest.slice(1) : undefined);
        found ??= inside;
        space();
        if (text[at] === ",") at++;
      }
      at++;
    } else if (open === '"') string();
    else while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
    return rest?.length === 0 ? { from, to: Math.min(at, text.length) } : found;
  };
  return value(path);
}

/** Where a diagnostic points to: its value, or the nearest one around it. */
export function placeOfDiagnostic(text: string, { location = "" }: Diagnostic): Range {
  for (let pointer = location; ; pointer = pointer.slice(0, pointer.lastIndexOf("/"))) {
    const place = placeOf(text, pointer);
    if (place) return pointer === "" ? { from: 0, to: Math.min(1, text.length) } : place;
    if (pointer === "") return { from: 0, to: Math.min(1, text.length) };
  }
}

/** Where a definition has a state, wherever it is nested. */
export function placeOfState(text: string, name: string): Range | undefined {
  const key = JSON.stringify(name);
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const after = /^\s*:\s*\{/.exec(text.slice(at + key.length, at + key.length + 50));
    if (after) return { from: at, to: at + key.length };
  }
  return undefined;
}
