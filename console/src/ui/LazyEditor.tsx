import { lazy, Suspense, type ComponentProps } from "react";
import type EditorType from "./Editor";
import { Loading } from "./notes";

const Editor = lazy(() => import("./Editor"));

/** The editor, read when it is first needed. */
export function LazyEditor(props: ComponentProps<typeof EditorType>) {
  return (
    <Suspense fallback={<Loading what="the editor" />}>
      <Editor {...props} />
    </Suspense>
  );
}
