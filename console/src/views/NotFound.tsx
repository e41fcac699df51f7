import { Link } from "@tanstack/react-router";
import { Empty } from "../ui/notes";

export function NotFound() {
  return (
    <Empty icon="search" title="There is no such page">
      <p>
        Go to <Link to="/">Home</Link>, or paste an ARN into the search box.
      </p>
    </Empty>
  );
}
