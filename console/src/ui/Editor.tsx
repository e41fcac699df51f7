import { autocompletion, closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

export interface Mark {
  from: number;
  to: number;
  severity: "error" | "warning";
  message: string;
}

/** The editor's colours are the page's tokens, which reach into its shadow tree. */
const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--surface)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected) !important" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--json-key)" },
  { tag: tags.string, color: "var(--json-string)" },
  { tag: tags.number, color: "var(--json-number)" },
  { tag: [tags.bool, tags.null], color: "var(--json-atom)" },
]);

/**
 * A JSON editor. It lives in a shadow tree, because there its styles come as style sheets that a strict content security
 * policy allows. `reveal` is a range to show and select.
 */
export default function Editor({ value, onChange, name, readOnly = false, marks, reveal }: {
  value: string;
  onChange?: (value: string) => void;
  name: string;
  readOnly?: boolean;
  marks?: Mark[];
  reveal?: { from: number; to: number };
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;

  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(), foldGutter(), history(), bracketMatching(), closeBrackets(), autocompletion(), highlightActiveLine(),
          highlightSelectionMatches(), json(), syntaxHighlighting(colours), theme, EditorView.lineWrapping,
          ...(readOnly ? [EditorState.readOnly.of(true)] : [linter(jsonParseLinter()), lintGutter()]),
          keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...(readOnly ? [] : [indentWithTab])]),
          EditorView.contentAttributes.of({ "aria-label": name }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.scrollDOM.tabIndex = 0;
    view.current = editor;
    return () => editor.destroy();
    // The text is handed over below; a new editor is needed only for another kind of editor.
  }, [readOnly, name]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !marks) return;
    const most = editor.state.doc.length;
    const diagnostics: Diagnostic[] = marks.map((mark) => ({ ...mark, from: Math.min(mark.from, most), to: Math.min(mark.to, most) }));
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [marks]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !reveal || reveal.to > editor.state.doc.length) return;
    editor.dispatch({ selection: { anchor: reveal.from }, effects: EditorView.scrollIntoView(reveal.from, { y: "start", yMargin: 40 }) });
  }, [reveal]);

  return <div className="editor" ref={host} />;
}
