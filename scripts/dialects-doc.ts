/**
 * Writes docs/dialects.md from the catalog of dialects; with `--check` it fails when the file differs.
 * Run: npm run dialects-doc, npm run dialects-doc:check
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { DialectCatalog } from '../src/ats/dialect-catalog.service.js';
import { ALL_DIALECTS } from '../src/dialects/all-dialects.js';
import { dialectsDocument } from './dialects-doc/document.js';

const FILE = 'docs/dialects.md';

async function generate(): Promise<string> {
  const options = { ...(await resolveConfig(FILE)), filepath: FILE };
  return format(dialectsDocument(new DialectCatalog(ALL_DIALECTS)), options);
}

const generated = await generate();
if (!process.argv.includes('--check')) {
  await writeFile(FILE, generated);
  console.log(`Wrote ${FILE}.`);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) === generated) {
  console.log(`${FILE} is up to date.`);
} else {
  console.error(`${FILE} differs from what the dialects say: run npm run dialects-doc and commit the result.`);
  process.exitCode = 1;
}
