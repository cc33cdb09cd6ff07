import { join } from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';
import { root } from '../cli/rig.js';
import type { Entry } from './entries.js';
import { type Export, checker, exportsOf, homeOf } from './program.js';
import { isInferred, isPrivate, referencesOf } from './references.js';

const printer = ts.createPrinter({ removeComments: true });

/** Name of the file in api/ that shows an entry. */
export const reportFile = ({ folder }: Entry): string => `${folder.replaceAll('/', '-')}.api.md`;

/** All that an entry exports, as TypeScript without comments: declarations by name, and where the types come from that they use. */
export async function reportOf(entry: Entry): Promise<string> {
  const declared = exportsOf.get(entry)!;
  const own = declared.filter(({ symbol }) => homeOf(symbol) === entry);
  const parts = [
    imports(entry, own).join('\n'),
    reexports(entry, declared).join('\n'),
    ...own.map((one) => declarationsOf(one).join('\n')),
  ];
  const text = `# ${entry.name}

Public API of this entry, without comments. \`npm run api\` writes this file.

\`\`\`ts
${parts.filter((part) => part !== '').join('\n\n')}
\`\`\`
`;
  const style = await prettier.resolveConfig(join(root, 'api', reportFile(entry)));
  return prettier.format(text, { ...style, parser: 'markdown' });
}

function imports(entry: Entry, own: readonly Export[]): string[] {
  const names = new Map<string, Set<string>>();
  for (const { symbol } of own) {
    for (const declaration of symbol.declarations!.filter((one) => !isInferred(one))) {
      for (const reference of referencesOf(declaration)) {
        const home = homeOf(reference);
        if (home && home !== entry)
          names.set(home.name, (names.get(home.name) ?? new Set()).add(reference.name));
      }
    }
  }
  return [...names]
    .sort()
    .map(([from, used]) => `import type { ${[...used].sort().join(', ')} } from '${from}';`);
}

function reexports(entry: Entry, declared: readonly Export[]): string[] {
  return declared.flatMap(({ name, symbol }) => {
    const home = homeOf(symbol)!;
    return home === entry ? [] : [`export { ${name} } from '${home.name}';`];
  });
}

function declarationsOf({ name, symbol }: Export): string[] {
  const declared = symbol.declarations!.map((declaration) => {
    const file = declaration.getSourceFile();
    const steps = isInferred(declaration) ? [publicPart, ordered(file)] : [publicPart];
    const { transformed } = ts.transform(statementOf(declaration), steps);
    return printer.printNode(ts.EmitHint.Unspecified, transformed[0], file);
  });
  return name === symbol.name ? declared : [...declared, `export { ${symbol.name} as ${name} };`];
}

/** The statement that declares one thing, exported. */
function statementOf(declaration: ts.Declaration): ts.Node {
  const { factory } = ts;
  const modifiers = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];
  if (ts.isVariableDeclaration(declaration)) {
    const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
    return factory.createVariableStatement(modifiers, list);
  }
  if (isInferred(declaration)) {
    const { NoTruncation, InTypeAlias, UseStructuralFallback } = ts.NodeBuilderFlags;
    const type = checker.getTypeAtLocation(declaration);
    const node = checker.typeToTypeNode(type, undefined, NoTruncation | InTypeAlias | UseStructuralFallback)!;
    return factory.createTypeAliasDeclaration(modifiers, declaration.name, declaration.typeParameters, node);
  }
  return declaration;
}

/** Leaves out what cannot be seen from outside, and the paths of files. */
const publicPart: ts.TransformerFactory<ts.Node> = (context) => {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (isPrivate(node) || node.kind === ts.SyntaxKind.DeclareKeyword) return undefined;
    if (ts.isImportTypeNode(node) && node.qualifier) {
      const types = ts.visitNodes(node.typeArguments, visit, ts.isTypeNode);
      return node.isTypeOf
        ? factory.createTypeQueryNode(node.qualifier, types)
        : factory.createTypeReferenceNode(node.qualifier, types);
    }
    // How a function takes its options apart is its own affair.
    if (ts.isObjectBindingPattern(node)) return factory.createIdentifier('options');
    return ts.visitEachChild(node, visit, context);
  };
  return (node) => visit(node)!;
};

/** Sorts unions: the compiler puts those that it inferred into an order that depends on the rest of the program. */
const ordered =
  (file: ts.SourceFile): ts.TransformerFactory<ts.Node> =>
  (context) => {
    const print = (node: ts.Node) => printer.printNode(ts.EmitHint.Unspecified, node, file);
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isUnionTypeNode(visited)) return visited;
      const types = [...visited.types].sort((one, other) => (print(one) < print(other) ? -1 : 1));
      return context.factory.createUnionTypeNode(types);
    };
    return visit;
  };
