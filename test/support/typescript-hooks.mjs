/** Lets Node import the TypeScript sources outside of a test file: in Jest's global set-up, and in the child processes that tests start. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import jestConfig from '../../jest.config.mjs';

const [, compilerOptions] = jestConfig.transform['^.+\\.ts$'];

export async function resolve(specifier, context, nextResolve) {
  const isOwnSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  return nextResolve(isOwnSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts') || url.includes('/node_modules/')) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...compilerOptions, filename, swcrc: false });
  return { format: 'module', source: code, shortCircuit: true };
}
