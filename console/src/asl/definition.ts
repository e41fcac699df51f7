/** A state machine's definition, read just as far as the console draws it. */
export interface Workflow {
  startAt: string;
  states: StateNode[];
}

export interface StateNode {
  name: string;
  type: string;
  /** What the state's first line under its name says: the resource of a Task, the time of a Wait. */
  subtitle: string;
  /** The definition of this state as it was written. */
  source: Record<string, unknown>;
  /** Transitions to states of the same level. */
  next: Transition[];
  ends: boolean;
  /** Branches of a Parallel; the item processor of a Map. */
  children: Workflow[];
  /** Whether a Map runs its iterations as executions of their own. */
  distributed: boolean;
}

export interface Transition {
  to: string;
  kind: "next" | "choice" | "default" | "catch";
  label: string;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads a definition. undefined: it is no JSON object with states. */
export function parseDefinition(source: string): Workflow | undefined {
  try {
    const parsed: unknown = JSON.parse(source);
    return isFields(parsed) && isFields(parsed.States) ? workflow(parsed) : undefined;
  } catch {
    return undefined;
  }
}

function workflow(fields: Fields): Workflow {
  const states = isFields(fields.States) ? Object.entries(fields.States) : [];
  return { startAt: text(fields.StartAt), states: states.filter((e): e is [string, Fields] => isFields(e[1])).map(([name, s]) => state(name, s)) };
}

function state(name: string, fields: Fields): StateNode {
  const type = text(fields.Type);
  const processor = isFields(fields.ItemProcessor) ? fields.ItemProcessor : fields.Iterator;
  const config = isFields(processor) && isFields(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  return {
    name,
    type,
    subtitle: subtitles[type]?.(fields) ?? "",
    source: fields,
    next: transitions(fields),
    ends: fields.End === true || type === "Succeed" || type === "Fail",
    children: [...list(fields.Branches), ...(isFields(processor) ? [processor] : [])].map(workflow),
    distributed: config.Mode === "DISTRIBUTED",
  };
}

function transitions(fields: Fields): Transition[] {
  const found: Transition[] = [];
  const add = (to: unknown, kind: Transition["kind"], label: string) => {
    if (typeof to === "string") found.push({ to, kind, label });
  };
  add(fields.Next, "next", "");
  for (const rule of list(fields.Choices)) add(rule.Next, "choice", condition(rule));
  add(fields.Default, "default", fields.Choices ? "otherwise" : "");
  for (const catcher of list(fields.Catch)) add(catcher.Next, "catch", errors(catcher.ErrorEquals));
  return found;
}

const errors = (names: unknown): string => (Array.isArray(names) ? names.map((n) => (n === "States.ALL" ? "any error" : String(n))).join(", ") : "");

/** Operators as signs; the others keep their name. */
const signs: Record<string, string> = {
  Equals: "=", LessThan: "<", LessThanEquals: "≤", GreaterThan: ">", GreaterThanEquals: "≥", Matches: "~",
};

/** A choice rule in a few signs, for the label of its transition. */
export function condition(rule: Fields): string {
  if (typeof rule.Condition === "string") return rule.Condition.replace(/^\{%\s*|\s*%\}$/g, "");
  for (const [join, word] of [["And", " and "], ["Or", " or "]] as const) {
    if (Array.isArray(rule[join])) return list(rule[join]).map(condition).join(word);
  }
  if (isFields(rule.Not)) return `not (${condition(rule.Not)})`;
  const variable = text(rule.Variable);
  for (const [key, value] of Object.entries(rule)) {
    const [, type, sign] = /^(String|Numeric|Boolean|Timestamp)(\w+?)(?:Path)?$/.exec(key) ?? [];
    if (type) return `${variable} ${signs[sign!] ?? sign} ${typeof value === "string" && !key.endsWith("Path") ? `"${value}"` : String(value)}`;
    if (key.startsWith("Is")) return `${variable} ${value === false ? "is not" : "is"} ${key.slice(2).toLowerCase()}`;
  }
  return variable;
}

const subtitles: Record<string, (fields: Fields) => string> = {
  Task: (f) => {
    const parts = text(f.Resource).split(":");
    const args = isFields(f.Parameters) ? f.Parameters : isFields(f.Arguments) ? f.Arguments : {};
    if (parts[2] === "states" && parts[4] === "") {
      const target = text(args.FunctionName).split(":").at(-1);
      return target ? `${parts.slice(5).join(":")} · ${target}` : parts.slice(5).join(":");
    }
    return parts.slice(parts[5] === "function" ? 6 : 5).join(":") || text(f.Resource);
  },
  Wait: (f) => {
    const seconds = f.Seconds ?? f.SecondsPath ?? f.Timestamp ?? f.TimestampPath;
    return typeof seconds === "number" ? `${seconds} s` : text(seconds);
  },
  Fail: (f) => text(f.Error ?? f.ErrorPath),
  Map: (f) => text(f.ItemsPath ?? f.Items),
};

/** All states by name; names are unique in a definition. */
export function statesByName(flow: Workflow): Map<string, StateNode> {
  const found = new Map<string, StateNode>();
  const visit = (level: Workflow) => {
    for (const node of level.states) {
      found.set(node.name, node);
      node.children.forEach(visit);
    }
  };
  visit(flow);
  return found;
}
