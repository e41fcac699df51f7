import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Icon, type IconName } from "../ui/icons";
import { isDark, switchTheme } from "../ui/theme";

const places: { to: "/" | "/state-machines" | "/executions" | "/tasks"; name: string; icon: IconName }[] = [
  { to: "/", name: "Home", icon: "home" },
  { to: "/state-machines", name: "State machines", icon: "machine" },
  { to: "/executions", name: "Executions", icon: "execution" },
  { to: "/tasks", name: "Tasks", icon: "task" },
];

/** What stands around every page. */
export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [dark, setDark] = useState(isDark);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <img src="/console/favicon.svg" alt="" width={26} height={26} />
          Cogstep
        </Link>
        <SearchBox />
        <button
          type="button"
          className="icon-button"
          aria-label={dark ? "Show in light colours" : "Show in dark colours"}
          title={dark ? "Light" : "Dark"}
          onClick={() => setDark(switchTheme() === "dark")}
        >
          <Icon name={dark ? "sun" : "moon"} />
        </button>
      </header>
      <nav className="places" aria-label="Console">
        {places.map(({ to, name, icon }) => (
          <Link key={to} to={to} className="place" activeOptions={{ exact: to === "/" }} activeProps={{ "aria-current": "page" }}>
            <Icon name={icon} />
            <span>{name}</span>
          </Link>
        ))}
      </nav>
      <main id="main" tabIndex={-1} key={path.split("/").slice(0, 4).join("/")}>
        <Outlet />
      </main>
    </div>
  );
}

/** Goes to an execution or a state machine by its ARN, and searches executions for anything else. “/” leads here. */
function SearchBox() {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const writing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable], .editor");
      if (event.key !== "/" || writing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const go = () => {
    const q = text.trim();
    if (/^arn:[^:]*:states:[^:]*:[^:]*:(execution|express):/.test(q)) void navigate({ to: "/executions/$arn/$view", params: { arn: q, view: "graph" } });
    else if (/^arn:[^:]*:states:[^:]*:[^:]*:stateMachine:/.test(q)) void navigate({ to: "/state-machines/$arn/$tab", params: { arn: q, tab: "executions" } });
    else void navigate({ to: "/executions", search: { q } });
  };
  return (
    <form
      role="search"
      className="searchbox"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder="Search executions, or paste an ARN"
        aria-label="Search executions by name, input, output or error, or go to an ARN"
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
