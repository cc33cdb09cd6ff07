import type { ConformanceReport } from './run.js';

/** The report as JUnit XML, which most CI systems display. */
export function junitXml({ passed, failed, skipped, checks }: ConformanceReport): string {
  const cases = checks.map(({ name, outcome, detail, seconds }) => {
    const head = `    <testcase classname="pcm.conformance" name="${escape(name)}" time="${seconds.toFixed(3)}"`;
    if (outcome === 'passed') return `${head}/>`;
    const tag = outcome === 'failed' ? 'failure' : 'skipped';
    return `${head}><${tag} message="${escape(detail)}"/></testcase>`;
  });
  const time = checks.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const counts = `tests="${passed + failed + skipped}" failures="${failed}" errors="0" skipped="${skipped}" time="${time}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="pcm conformance" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Replaces control characters, which XML cannot hold, and escapes markup. */
const escape = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
