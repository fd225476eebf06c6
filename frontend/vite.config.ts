import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

/** One entry a page: each file of src/entries, named by the page that asks for it. */
function entries(): string[] {
  const folder = new URL("src/entries/", import.meta.url);
  return readdirSync(folder).map((name) => fileURLToPath(new URL(name, folder)));
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
