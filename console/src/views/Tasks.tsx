import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { isNotServed } from "../api/advice";
import { call, read } from "../api/client";
import type { PendingTask } from "../api/types";
import { executionName, machineName, shortResource } from "../format/arn";
import { jsonMistake } from "../format/json";
import { duration } from "../format/time";
import { useChanges } from "../live/changes";
import { useNow } from "../live/now";
import { JsonView } from "../ui/JsonView";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { Ago } from "../ui/time";

/** Everything that waits for an answer from outside, and a form to answer it. */
export function Tasks() {
  useChanges(["tasks"]);
  const tasks = useQuery({
    queryKey: ["tasks"],
    queryFn: ({ signal }) => read<{ tasks: PendingTask[]; truncated: boolean }>("tasks", signal),
    retry: false,
    refetchInterval: 3000,
  });
  return (
    <div className="page">
      <h1>Tasks</h1>
      <p className="lead">Executions wait here for an answer: tasks with a task token, and activities.</p>
      {tasks.error && !isNotServed(tasks.error) && <ErrorNote error={tasks.error} />}
      {isNotServed(tasks.error) && (
        <Empty icon="task" title="This server does not list pending tasks">
          <p>Answer a task with its token from the shell:</p>
          <pre>aws stepfunctions send-task-success --task-token TOKEN --task-output '{"{}"}'</pre>
        </Empty>
      )}
      {tasks.isPending && <Loading what="pending tasks" />}
      {tasks.data?.tasks.length === 0 && (
        <Empty icon="task" title="Nothing waits">
          <p>
            A Task whose resource ends in <code>.waitForTaskToken</code> hands a token to whatever it calls and waits until someone answers
            with it. An approval is one: it appears here with its input, and you approve or reject it.
          </p>
        </Empty>
      )}
      <ul className="tasks">
        {tasks.data?.tasks.map((task) => (
          <li key={task.taskToken}>
            <TaskCard task={task} />
          </li>
        ))}
      </ul>
      {tasks.data?.truncated && <p className="hint">There are more; these are the oldest 200.</p>}
    </div>
  );
}

function TaskCard({ task }: { task: PendingTask }) {
  const now = useNow();
  const [answering, setAnswering] = useState<"success" | "failure">();
  const left = task.timeoutAt !== undefined ? task.timeoutAt * 1000 - now : undefined;
  return (
    <article className="card task">
      <header>
        <div>
          <h2>{task.state}</h2>
          <p className="quiet">
            <Link to="/executions/$arn/$view" params={{ arn: task.executionArn, view: "graph" }} search={{ state: task.state }}>
              {machineName(task.stateMachineArn)} · {executionName(task.executionArn)}
            </Link>{" "}
            · {shortResource(task.activityArn ?? task.resource)} · scheduled <Ago millis={task.scheduledAt * 1000} />
            {left !== undefined && left > 0 && ` · times out in ${duration(left)}`}
          </p>
        </div>
        <div className="buttons">
          <button type="button" className="button primary" onClick={() => setAnswering("success")}>
            Approve…
          </button>
          <button type="button" className="button" onClick={() => setAnswering("failure")}>
            Reject…
          </button>
        </div>
      </header>
      {answering && <Answer key={answering} task={task} kind={answering} onDone={() => setAnswering(undefined)} />}
      <JsonView text={task.input} name="Input" open={3} />
    </article>
  );
}

/** The form that answers a task: with an output, or with an error. */
function Answer({ task, kind, onDone }: { task: PendingTask; kind: "success" | "failure"; onDone: () => void }) {
  const client = useQueryClient();
  const [output, setOutput] = useState('{\n  "approved": true\n}');
  const [error, setError] = useState("Rejected");
  const [cause, setCause] = useState("");
  const [failure, setFailure] = useState<unknown>();
  const mistake = kind === "success" ? jsonMistake(output) : "";
  const send = async () => {
    try {
      if (kind === "success") await call("SendTaskSuccess", { taskToken: task.taskToken, output });
      else await call("SendTaskFailure", { taskToken: task.taskToken, error, cause });
      onDone();
      await client.invalidateQueries({ queryKey: ["tasks"] });
    } catch (caught) {
      setFailure(caught);
    }
  };
  return (
    <form
      className="answer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {kind === "success" ? (
        <label className="field">
          Output, as JSON
          <textarea rows={4} value={output} onChange={(event) => setOutput(event.target.value)} aria-invalid={mistake !== ""} spellCheck={false} autoFocus />
          {mistake && <span className="mistake">{mistake}</span>}
        </label>
      ) : (
        <>
          <label className="field">
            Error
            <input value={error} onChange={(event) => setError(event.target.value)} autoFocus />
          </label>
          <label className="field">
            Cause
            <input value={cause} onChange={(event) => setCause(event.target.value)} />
          </label>
        </>
      )}
      {failure !== undefined && <ErrorNote error={failure} />}
      <div className="buttons">
        <button type="submit" className={`button ${kind === "success" ? "primary" : "danger"}`} disabled={mistake !== ""}>
          {kind === "success" ? "Approve" : "Reject"}
        </button>
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}
