import type { ReactNode } from "react";
import { explain } from "../api/advice";
import { Icon, type IconName } from "./icons";

/** What went wrong, in the server's words, and what to do. */
export function ErrorNote({ error, action }: { error: unknown; action?: ReactNode }) {
  const { title, detail, todo } = explain(error);
  return (
    <div className="note is-failed" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{title}</strong>
        {detail && <p>{detail}</p>}
        {todo && <p className="quiet">{todo}</p>}
        {action}
      </div>
    </div>
  );
}

/** A place with nothing in it says what would be there and how it gets there. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} size={28} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something is being read. `what` says what. */
export function Loading({ what }: { what: string }) {
  return (
    <div className="loading" role="status">
      <span className="loading-bar" aria-hidden="true" />
      Reading {what}…
    </div>
  );
}
