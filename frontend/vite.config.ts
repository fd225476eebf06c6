import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const ENTRY_NAMES = ["base", "candidate_room", "live_wall", "session_review"];

function entries(): string[] {
  return ENTRY_NAMES.map((name) => fileURLToPath(new URL(`src/entries/${name}.ts`, import.meta.url))).filter((path) =>
    existsSync(path),
  );
}

export default defineConfig({
  base: "/static/dist/",
  build: {
    manifest: true,
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Inlined assets would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: entries(),
      // htmx holds one eval; base.ts switches it off and the content security policy forbids it.
      checks: { eval: false },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
  },
});
