import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api/client";
import { allAliases, allVersions } from "../api/pages";
import { machineArn, machineName, qualifier } from "../format/arn";
import { jsonMistake, pretty } from "../format/json";
import { Copy, Dialog } from "../ui/controls";
import { LazyEditor } from "../ui/LazyEditor";
import { ErrorNote } from "../ui/notes";
import { keep, recall } from "../ui/remember";

/** So many inputs are remembered for each state machine. */
const mostRemembered = 8;
/** What the API takes at most, in bytes. */
const mostBytes = 262_144;

const remembered = (arn: string): string[] => recall<string[]>(`inputs.${machineArn(arn)}`, []);

function remember(arn: string, input: string): void {
  keep(`inputs.${machineArn(arn)}`, [input, ...remembered(arn).filter((kept) => kept !== input)].slice(0, mostRemembered));
}

/** Starts an execution. The input is the given one, or else the last one that was used for this state machine. */
export function StartDialog({ arn, input: given, onClose }: { arn: string; input?: string; onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const machine = machineArn(arn);
  const before = remembered(machine);
  const [target, setTarget] = useState(arn);
  const [name, setName] = useState("");
  const [input, setInput] = useState(pretty(given ?? before[0] ?? "{}"));
  const [failure, setFailure] = useState<unknown>();
  const [starting, setStarting] = useState(false);
  const targets = useQuery({
    queryKey: ["targets", machine],
    queryFn: async ({ signal }) => {
      const [aliases, versions] = await Promise.all([allAliases(machine, signal), allVersions(machine, signal)]);
      return [...aliases.map((a) => a.stateMachineAliasArn), ...versions.map((v) => v.stateMachineVersionArn)];
    },
  });
  const size = new TextEncoder().encode(input).length;
  const mistake = jsonMistake(input) || (size > mostBytes ? `The input has ${size} bytes; at most ${mostBytes} are allowed.` : "");

  const start = async () => {
    setStarting(true);
    try {
      const { executionArn } = await call("StartExecution", { stateMachineArn: target, name: name.trim() || undefined, input });
      remember(machine, input);
      void client.invalidateQueries({ queryKey: ["executions"] });
      onClose();
      await navigate({ to: "/executions/$arn/$view", params: { arn: executionArn, view: "graph" } });
    } catch (error) {
      setFailure(error);
      setStarting(false);
    }
  };
  const command = `aws stepfunctions start-execution --endpoint-url ${location.origin} --state-machine-arn ${target}${name ? ` --name ${name}` : ""} --input '${input.replaceAll("'", `'\\''`)}'`;

  return (
    <Dialog title={`Start ${machineName(arn)}`} onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <div className="field-row">
          <label className="field">
            Name
            <input value={name} onChange={(event) => setName(event.target.value)} placeholder="made up if empty" maxLength={80} spellCheck={false} />
          </label>
          <label className="field">
            Version or alias
            <select value={target} onChange={(event) => setTarget(event.target.value)}>
              <option value={machine}>newest definition</option>
              {targets.data?.map((option) => (
                <option key={option} value={option}>
                  {qualifier(option)}
                </option>
              ))}
            </select>
          </label>
          {before.length > 0 && (
            <label className="field">
              Earlier inputs
              <select value="" onChange={(event) => setInput(pretty(before[Number(event.target.value)] ?? input))}>
                <option value="">choose…</option>
                {before.map((kept, i) => (
                  <option key={kept} value={i}>
                    {kept.replace(/\s+/g, " ").slice(0, 60)}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
        <div className="field grow">
          <span>Input, as JSON</span>
          <div className="editor-frame">
            <LazyEditor value={input} onChange={setInput} name="Input" />
          </div>
          {mistake && (
            <span className="mistake" role="status">
              {mistake}
            </span>
          )}
        </div>
        {failure !== undefined && <ErrorNote error={failure} />}
        <div className="buttons">
          <button type="submit" className="button primary" disabled={mistake !== "" || starting}>
            Start
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <span className="spacer" />
          <span className="quiet">as AWS CLI</span>
          <Copy text={command} name="AWS CLI command" />
        </div>
      </form>
    </Dialog>
  );
}
