/** A piece of HTML that is safe to insert. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Insert = Html | string | number | readonly Insert[];

/** A template whose inserted strings are escaped, and whose inserted HTML and lists of it are taken as they are. */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Html {
  return new Html(strings.reduce((text, string, i) => text + render(inserts[i - 1]) + string));
}

function render(insert: Insert): string {
  if (insert instanceof Html) return insert.text;
  if (Array.isArray(insert)) return insert.map(render).join('');
  return String(insert).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
