/** A piece of HTML that is safe to insert. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Insert = Html | string | number | readonly Insert[];

/** A template that escapes inserted strings, and inserts HTML (or a list of it) unchanged. */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Html {
  return new Html(strings.reduce((text, string, i) => text + render(inserts[i - 1]) + string));
}

/** Rules of a style sheet, unchanged. */
export const css = ({ raw }: TemplateStringsArray): Html => new Html(raw.join(''));

function render(insert: Insert): string {
  if (insert instanceof Html) return insert.text;
  if (Array.isArray(insert)) return insert.map(render).join('');
  return String(insert).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
