import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useState } from "react";
import { call } from "../api/client";
import type { StateMachine } from "../api/types";
import { parseDefinition, statesByName } from "../asl/definition";
import { placeOfDiagnostic, placeOfState } from "../asl/place";
import { LazyGraph } from "../graph/LazyGraph";
import type { Mark } from "../ui/Editor";
import { LazyEditor } from "../ui/LazyEditor";
import { Icon } from "../ui/icons";
import { ErrorNote } from "../ui/notes";

/** The definition as a picture and as text, side by side. What is typed is validated by the server and drawn at once. */
export function DefinitionTab({ machine, editable }: { machine: StateMachine; editable: boolean }) {
  const { state } = useSearch({ from: "/state-machines/$arn/$tab" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [text, setText] = useState(machine.definition);
  const [failure, setFailure] = useState<unknown>();
  const settled = useDeferredValue(text);
  const flow = useMemo(() => parseDefinition(settled), [settled]);
  const known = useMemo(() => (flow ? statesByName(flow) : undefined), [flow]);
  const checked = useQuery({
    queryKey: ["validate", machine.type, settled],
    queryFn: ({ signal }) => call("ValidateStateMachineDefinition", { definition: settled, type: machine.type, severity: "WARNING" }, signal),
    enabled: settled.length > 0,
  });
  const diagnostics = useMemo(() => checked.data?.diagnostics ?? [], [checked.data]);
  const marks = useMemo<Mark[]>(
    () =>
      diagnostics.map((d) => ({
        ...placeOfDiagnostic(settled, d),
        severity: d.severity === "ERROR" ? "error" : "warning",
        message: `${d.message} (${d.code})`,
      })),
    [diagnostics, settled],
  );
  const reveal = useMemo(() => (state ? placeOfState(settled, state) : undefined), [state, settled]);
  const changed = text !== machine.definition;
  const errors = diagnostics.filter((d) => d.severity === "ERROR").length;

  const save = async () => {
    try {
      setFailure(undefined);
      await call("UpdateStateMachine", { stateMachineArn: machine.stateMachineArn, definition: text });
      await client.invalidateQueries({ queryKey: ["machine", machine.stateMachineArn] });
    } catch (error) {
      setFailure(error);
    }
  };
  const select = (name?: string) =>
    void navigate({
      to: "/state-machines/$arn/$tab", params: { arn: machine.stateMachineArn, tab: "definition" }, search: { state: name }, replace: true,
    });

  return (
    <div className="halves">
      <section className="half" aria-label="Graph">
        {flow ? (
          <LazyGraph flow={flow} name={machine.name} selected={state && known?.has(state) ? state : undefined} onSelect={(chosen) => select(chosen?.state)} />
        ) : (
          <p className="hint">The text is no definition at the moment; the picture comes back with it.</p>
        )}
      </section>
      <section className="half" aria-label="Text">
        <div className="editor-bar">
          {checked.data && diagnostics.length === 0 && (
            <span className="verdict is-succeeded">
              <Icon name="check" /> valid
            </span>
          )}
          {diagnostics.length > 0 && (
            <span className={`verdict ${errors > 0 ? "is-failed" : "is-caught"}`}>
              <Icon name="warning" /> {errors > 0 ? `${errors} ${errors === 1 ? "error" : "errors"}` : "warnings"}
            </span>
          )}
          <span className="spacer" />
          {editable && changed && (
            <>
              <button type="button" className="button" onClick={() => setText(machine.definition)}>
                Discard
              </button>
              <button type="button" className="button primary" disabled={errors > 0} onClick={() => void save()}>
                Save
              </button>
            </>
          )}
        </div>
        {failure !== undefined && <ErrorNote error={failure} />}
        <div className="editor-frame grow">
          <LazyEditor value={text} onChange={setText} name="Definition" readOnly={!editable} marks={marks} reveal={reveal} />
        </div>
        {diagnostics.length > 0 && (
          <ul className="diagnostics">
            {diagnostics.map((d, i) => (
              <li key={i} className={d.severity === "ERROR" ? "is-failed" : "is-caught"}>
                <Icon name="warning" /> <span>{d.message}</span> <code>{d.location}</code>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
