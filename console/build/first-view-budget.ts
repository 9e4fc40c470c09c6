import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

interface Budget {
  readonly maxGzippedBytes: number;
}

/** Fails the build when what a browser loads before it shows anything has grown too large: index.html, its script, whatever that imports at once, and their styles. */
export function firstViewBudget({ maxGzippedBytes }: Budget): Plugin {
  return {
    name: 'first-view-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const needed = new Set<string>();
        const add = (fileName: string) => {
          if (needed.has(fileName)) return;
          needed.add(fileName);
          const file = bundle[fileName];
          if (file?.type !== 'chunk') return;
          file.imports.forEach(add);
          file.viteMetadata?.importedCss.forEach(add);
        };
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && file.isEntry) add(file.fileName);
        }
        const bytes = [...needed].reduce((sum, fileName) => {
          const file = bundle[fileName];
          if (!file) return sum;
          return sum + gzipSync(file.type === 'chunk' ? file.code : file.source).length;
        }, 0);
        const shown = `${Math.round(bytes / 1000)} KB gzipped`;
        if (bytes > maxGzippedBytes) {
          this.error(`The console's first view needs ${shown}; at most ${maxGzippedBytes / 1000} KB are allowed.`);
        }
        this.info(`The console's first view needs ${shown}.`);
      },
    },
  };
}
