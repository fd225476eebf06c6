/** Words for people, in their language: the catalogue is the one that Django's own script puts into the page. */

type Values = Readonly<Record<string, string | number>>;

interface Catalogue {
  readonly gettext: (words: string) => string;
  readonly ngettext: (one: string, many: string, count: number) => string;
}

/** A whole sentence; `%(name)s` in it is replaced by `values.name`. */
export function gettext(words: string, values: Values = {}): string {
  return filled(catalogue()?.gettext(words) ?? words, values);
}

/** The sentence for this count; `%(count)s` in it is the count. */
export function ngettext(one: string, many: string, count: number, values: Values = {}): string {
  const words = catalogue()?.ngettext(one, many, count) ?? (count === 1 ? one : many);
  return filled(words, { count, ...values });
}

function catalogue(): Catalogue | undefined {
  return (globalThis as { readonly django?: Catalogue }).django;
}

/** One pass: what a value says is never read as a name again. */
function filled(words: string, values: Values): string {
  return words.replace(/%\((\w+)\)s/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}
