import { describe, expect, it } from "vitest";

import { proposeTimeZone } from "./time_zone";

function page(value: string, wrong = false): HTMLSelectElement {
  const options = ["UTC", "Europe/Oslo", "Asia/Tokyo"].map((zone) => `<option value="${zone}">${zone}</option>`);
  document.body.innerHTML = `<select data-time-zone class="${wrong ? "is-invalid" : ""}">${options.join("")}</select>`;
  const select = document.querySelector("select") as HTMLSelectElement;
  select.value = value;
  return select;
}

describe("time zone", () => {
  it("is proposed where nobody has chosen", () => {
    const select = page("UTC");
    proposeTimeZone(document, "Europe/Oslo");
    expect(select.value).toBe("Europe/Oslo");
  });

  it("stays as it was chosen, and stays when the browser's is unknown", () => {
    const chosen = page("Asia/Tokyo");
    proposeTimeZone(document, "Europe/Oslo");
    expect(chosen.value).toBe("Asia/Tokyo");
    const unknown = page("UTC");
    proposeTimeZone(document, "Mars/Olympus");
    expect(unknown.value).toBe("UTC");
  });
});
