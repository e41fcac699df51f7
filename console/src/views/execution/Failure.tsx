import { useState } from "react";
import type { Execution } from "../../api/types";
import { causeMessage } from "../../format/json";
import type { Model } from "../../history/model";
import { originOf } from "../../history/origin";
import { StatusIcon } from "../../ui/status";

/** Longer causes are cut until they are asked for. */
const shortCause = 300;

/** Why an execution did not succeed, where, and what can be done. Nothing, if it did. */
export function Failure({ execution, model, onShow }: { execution: Execution; model: Model; onShow: (at: number) => void }) {
  const [whole, setWhole] = useState(false);
  const status = model.status;
  if (status !== "failed" && status !== "timedOut" && status !== "aborted") return null;
  const error = model.error ?? execution.error;
  const cause = model.cause ?? execution.cause ?? "";
  const message = causeMessage(cause);
  const cut = !whole && message.length > shortCause;
  const where = model.failedIn;
  const origin = originOf(model);
  const show = origin ?? where;
  return (
    <div className={`note failure is-${status}`} role="region" aria-label="Failure">
      <StatusIcon status={status} size={20} />
      <div className="failure-text">
        <strong>{error ?? (status === "aborted" ? "The execution was stopped." : status === "timedOut" ? "The execution timed out." : "The execution failed.")}</strong>
        {show && (
          <span className="quiet">
            {" "}
            in “{show.name}”{show.attempts.length > 1 && `, after ${show.attempts.length} attempts`}
            {origin && where && `; it was caught and led to “${where.name}”`}
          </span>
        )}
        {message && (
          <p className="cause">
            {cut ? `${message.slice(0, shortCause)}… ` : message}
            {cut && (
              <button type="button" className="link" onClick={() => setWhole(true)}>
                all of it
              </button>
            )}
          </p>
        )}
      </div>
      <div className="buttons">
        {show && (
          <button type="button" className="button" onClick={() => onShow(show.id)}>
            Show state
          </button>
        )}
      </div>
    </div>
  );
}
