import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** One entry a page: each file of src/entries, named by the page that asks for it. */
function entries(): string[] {
  const folder = new URL("src/entries/", import.meta.url);
  return readdirSync(folder).map((name) => fileURLToPath(new URL(name, folder)));
}

/** Beside each text its smaller forms, which the server hands out: the candidate's page comes over slow lines. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle(): void {
      const folder = fileURLToPath(new URL("dist/", import.meta.url));
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(css|js|svg)$/.test(name)) continue;
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  base: "/static/dist/",
  plugins: [compressed()],
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
