import { useMemo } from "react";
import { placeOfState } from "../../asl/place";
import { LazyEditor } from "../../ui/LazyEditor";

/** The definition as this execution uses it, at the selected state. */
export function Definition({ text, state }: { text: string; state?: string }) {
  const reveal = useMemo(() => (state === undefined ? undefined : placeOfState(text, state)), [text, state]);
  return (
    <div className="editor-frame grow">
      <LazyEditor value={text} name="Definition of this execution" readOnly reveal={reveal} />
    </div>
  );
}
