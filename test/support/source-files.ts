/** The project's own sources as the TypeScript compiler reads them, for rules about who may import what. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';

export interface SourceImport {
  /** A file of the project (`src/ats/dialect.ts`), or the name of a package. */
  readonly target: string;
  readonly isOwnFile: boolean;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly SourceImport[];
  readonly hasDefaultExport: boolean;
  /** `export * from` */
  readonly reExportsAll: boolean;
  readonly constructors: readonly { readonly className: string; readonly parameterCount: number }[];
}

/** Everything below a folder but the specs. Paths are relative to the root and use `/`. */
export function readSources(root: string, ...paths: string[]): SourceFile[] {
  return paths
    .flatMap((path) => (path.endsWith('.ts') ? [path] : filesBelow(root, path)))
    .sort()
    .map((path) => readSource(root, path));
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
}

function readSource(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return {
    path,
    text,
    lineCount: text.split('\n').length - 1,
    imports: [...parsed.statements.flatMap((statement) => importOf(statement, path)), ...importsWithin(parsed, path)],
    hasDefaultExport: parsed.statements.some(isDefaultExport),
    reExportsAll: parsed.statements.some((node) => ts.isExportDeclaration(node) && !node.exportClause),
    constructors: parsed.statements.filter(ts.isClassDeclaration).flatMap(constructorOf),
  };
}

function importOf(statement: ts.Statement, path: string): SourceImport[] {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
  const { moduleSpecifier } = statement;
  if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return [];
  return [{ ...targetOf(moduleSpecifier.text, path), typeOnly: isTypeOnly(statement) }];
}

/** `import('…')`, wherever it stands. */
function importsWithin(node: ts.Node, path: string): SourceImport[] {
  const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const specifier = isImport ? node.arguments[0] : undefined;
  const own =
    specifier && ts.isStringLiteral(specifier) ? [{ ...targetOf(specifier.text, path), typeOnly: false }] : [];
  return [...own, ...node.getChildren().flatMap((child) => importsWithin(child, path))];
}

function targetOf(specifier: string, path: string): { target: string; isOwnFile: boolean } {
  const isOwnFile = specifier.startsWith('.');
  const target = isOwnFile ? posix.join(dirname(path), specifier).replace(/\.js$/, '.ts') : specifier;
  return { target, isOwnFile };
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const { namedBindings } = clause;
  if (clause.name || !namedBindings || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function constructorOf(declaration: ts.ClassDeclaration): { className: string; parameterCount: number }[] {
  return declaration.members
    .filter(ts.isConstructorDeclaration)
    .map(({ parameters }) => ({ className: declaration.name?.text ?? '', parameterCount: parameters.length }));
}

/** One cycle of a graph, as the path that leads back to its start; `null` where there is none. */
export function findCycle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return null;
}
