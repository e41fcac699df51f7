import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { ApiError, unreachable } from "./api/client";
import { router } from "./router";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/lists.css";
import "./styles/execution.css";
import { applyTheme } from "./ui/theme";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; only a server that does not answer is asked again.
      retry: (failures, error) => error instanceof ApiError && error.type === unreachable && failures < 3,
      staleTime: 1000,
    },
  },
});

applyTheme();
createRoot(document.getElementById("root")!).render(
  <QueryClientProvider client={queries}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
