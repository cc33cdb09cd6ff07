import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../cli/rig.js';
import { type Entry, entries, pureEntries } from './entries.js';

const dist = join(root, 'dist');

const indexOf = (folder: string) => join(dist, folder, 'index.d.ts');

/** The declarations of entries, as the compiler of a user sees them who has these global types. */
const programOf = (users: readonly Entry[], types: string[]): ts.Program =>
  ts.createProgram({
    rootNames: users.map(({ folder }) => indexOf(folder)),
    options: {
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      types,
      noEmit: true,
    },
  });

const program = programOf(entries, ['node']);

/** What the compiler finds wrong with the declarations of this package: in Node, and without Node's types in a page. */
export const faultsInNode = (): string[] => faultsOf(program);
export const faultsInPage = (): string[] => faultsOf(programOf(pureEntries, []));

function faultsOf(program: ts.Program): string[] {
  return program
    .getSourceFiles()
    .filter(isPackaged)
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(
      ({ file, messageText }) => `${file!.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

export const checker = program.getTypeChecker();

/** What a name stands for, behind imports and exports. */
export const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Whether a symbol is declared in this package. */
export const isOurs = ({ declarations = [] }: ts.Symbol): boolean =>
  declarations.some((declaration) => isPackaged(declaration.getSourceFile()));

function isPackaged({ fileName }: ts.SourceFile): boolean {
  return fileName.startsWith(`${dist}/`);
}

/** One name that an entry exports. */
export interface Export {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

/** The exports of each entry, sorted by name. */
export const exportsOf: ReadonlyMap<Entry, readonly Export[]> = new Map(
  entries.map((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(indexOf(entry.folder))!)!;
    const found = checker
      .getExportsOfModule(module)
      .map((symbol) => ({ name: symbol.name, symbol: resolved(symbol) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    return [entry, found];
  }),
);

/** The entry that a symbol belongs to: of those that export it, the one whose folder is nearest to its file. */
const homes = new Map<ts.Symbol, Entry>();
for (const [entry, found] of exportsOf) {
  for (const { symbol } of found) {
    const file = symbol.declarations![0].getSourceFile().fileName;
    const nearness = ({ folder }: Entry) => (file.startsWith(join(dist, folder)) ? folder.length : 0);
    const known = homes.get(symbol);
    if (!known || nearness(entry) > nearness(known)) homes.set(symbol, entry);
  }
}

/** The entry that a symbol is imported from; undefined if no entry exports it. */
export const homeOf = (symbol: ts.Symbol): Entry | undefined => homes.get(symbol);
