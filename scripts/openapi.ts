/**
 * Writes docs/openapi.json from the decorators, without a database; with `--check` it fails when the file differs.
 * Run: npm run openapi, npm run openapi:check
 */
import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { createLogger } from '../src/common/logger.js';
import { loadConfig } from '../src/config/config.js';
import { createHttpApp } from '../src/http-app.js';
import { openApiDocument } from '../src/openapi-document.js';

const FILE = 'docs/openapi.json';

async function generate(): Promise<string> {
  const options = { pages: false, preview: true };
  const app = await createHttpApp(loadConfig({}), 'postgres://nowhere', createLogger('silent', false), options);
  const text = JSON.stringify(openApiDocument(app), null, 2);
  await app.close();
  return `${text}\n`;
}

const generated = await generate();
if (!process.argv.includes('--check')) {
  await writeFile(FILE, generated);
  console.log(`Wrote ${FILE}.`);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) === generated) {
  console.log(`${FILE} is up to date.`);
} else {
  console.error(`${FILE} differs from what the decorators say: run npm run openapi and commit the result.`);
  process.exitCode = 1;
}
