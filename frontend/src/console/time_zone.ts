/** Proposes the browser's time zone where a form asks for one and nobody has chosen yet. */

export function proposeTimeZone(root: ParentNode, zone: string): void {
  for (const select of root.querySelectorAll<HTMLSelectElement>("select[data-time-zone]")) {
    const untouched = select.value === "UTC" && !select.classList.contains("is-invalid");
    const known = [...select.options].some((option) => option.value === zone);
    if (untouched && known) select.value = zone;
  }
}
