import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { dialectsDocument } from '../scripts/dialects-doc/document.js';
import { DialectCatalog } from '../src/ats/dialect-catalog.service.js';
import { describeFields } from '../src/ats/field-descriptions.js';
import { ALL_DIALECTS } from '../src/dialects/all-dialects.js';

/** docs/dialects.md is generated; that it is not stale is checked by `npm run dialects-doc:check`. */

const DOCS = new URL('../docs/', import.meta.url);
const text = dialectsDocument(new DialectCatalog(ALL_DIALECTS));
const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);

function chapterOf(title: string): string {
  const start = text.indexOf(`\n## ${title}\n`);
  const end = text.indexOf('\n## ', start + 1);
  return text.slice(start, end < 0 ? undefined : end);
}

describe('the document of dialects', () => {
  it('has no heading twice, and links to headings and files that are there', () => {
    expect(new Set(headings).size).toBe(headings.length);
    const anchors = headings.map((heading) => `#${heading.toLowerCase().replace(/:/g, '').replaceAll(' ', '-')}`);
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(ALL_DIALECTS.length);
    const isDead = (link: string) =>
      link.startsWith('#') ? !anchors.includes(link) : !existsSync(new URL(link, DOCS).pathname);
    expect(links.filter(isDead)).toEqual([]);
  });

  it.each(ALL_DIALECTS.map((dialect) => ({ title: dialect.title, dialect })))(
    'shows every event of $title with its fields and an example that is JSON',
    ({ title, dialect }) => {
      const chapter = chapterOf(title);
      for (const { name } of dialect.events) {
        expect(chapter).toContain(`\n| \`${name}\` |`);
        const [, example = ''] = chapter.split(`<summary><code>${name}</code></summary>\n\n\`\`\`json\n`);
        const body = JSON.parse(example.slice(0, example.indexOf('\n```'))) as unknown;
        expect(body).toEqual(exampleOf(name));
      }
      const lines = chapter.split('\n');
      for (const { vendorPath, canonicalPath, note } of describeFields(dialect)) {
        const end = note === undefined ? ` | \`${canonicalPath}\` |` : ` | \`${canonicalPath}\` (${note}) |`;
        const isListed = lines.some((line) => line.startsWith(`| \`${vendorPath}\` `) && line.endsWith(end));
        expect([vendorPath, canonicalPath, isListed]).toEqual([vendorPath, canonicalPath, true]);
      }

      function exampleOf(eventName: string): unknown {
        const event = dialect.exampleOf(eventName);
        if (!event) throw new Error(`No example of ${eventName}.`);
        return JSON.parse(dialect.encode(event, { eventName, includeFiles: true }).body);
      }
    },
  );

  it('says what a receiver must know of the policy', () => {
    for (const { title, policy } of ALL_DIALECTS) {
      expect(chapterOf(title)).toContain(`A receiver has ${policy.timeoutMs / 1000} s`);
      expect(chapterOf(title)).toContain(`${policy.retryDelaysSeconds.length + 1} attempts: at once`);
    }
  });

  it('leaves no tag of HTML to be guessed at', () => {
    const outsideCode = text.replace(/```json[^]*?```/g, '').replace(/`[^`]*`/g, '');
    const tags = [...outsideCode.matchAll(/<\/?[a-z]+>?/g)].map(([tag]) => tag);
    expect([...new Set(tags)].sort()).toEqual([
      '</code>',
      '</details>',
      '</summary>',
      '<code>',
      '<details>',
      '<summary>',
    ]);
  });
});
