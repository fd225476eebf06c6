import { expect, test } from "vitest";

import { newId } from "./new_id";

test("every name is a random UUID of its own", () => {
  const names = Array.from({ length: 50 }, newId);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(names).size).toBe(50);
});
