import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Server that the development server hands API calls to. */
const server = process.env.COGSTEP_URL ?? "http://127.0.0.1:8083";

// Names carry no hash: the build is committed, and a changed file must be a changed line, not a new name. The server
// answers with strong ETags instead.
export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
        codeSplitting: { groups: [{ name: "vendor", test: /node_modules\/(react|react-dom|scheduler|@tanstack|cookie-es|isbot|seroval)/ }] },
      },
    },
  },
  worker: {
    format: "es",
    rollupOptions: { output: { entryFileNames: "assets/[name].js", chunkFileNames: "assets/worker-[name].js" } },
  },
  server: {
    proxy: {
      "/console/api": server,
      "^/$": { target: server, bypass: (request) => (request.method === "POST" ? undefined : "/console/") },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
