import { html } from '../html.js';
import { colours } from './colours.js';
import { drawings } from './drawings.js';
import { figures } from './figures.js';
import { layout } from './layout.js';
import { tables } from './tables.js';

/** Styles of every page. */
export const style = html`<style>
  ${colours}${layout}${tables}${figures}${drawings}
</style>`;
