import ts from 'typescript';
import { checker, homeOf, isOurs, resolved } from './program.js';

/** Whether a member cannot be seen from outside. */
export const isPrivate = (node: ts.Node): boolean =>
  (ts.isClassElement(node) && node.name !== undefined && ts.isPrivateIdentifier(node.name)) ||
  (ts.isPropertyDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)
    ? (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0
    : false);

/** What a declaration names: the symbols of this package, behind imports, that a reader of it has to know. */
export function referencesOf(declaration: ts.Node): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (isPrivate(node)) return;
    const name = nameIn(node);
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol) {
      const target = resolved(symbol);
      if (isOurs(target) && !(target.flags & ts.SymbolFlags.TypeParameter)) found.add(target);
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

/** Whether a type is computed from a value that no entry exports, say a schema: it is then shown as what it is. */
export function isInferred(declaration: ts.Declaration): declaration is ts.TypeAliasDeclaration {
  if (!ts.isTypeAliasDeclaration(declaration)) return false;
  const asksForValue = (node: ts.Node): boolean => {
    if (!ts.isTypeQueryNode(node)) return ts.forEachChild(node, asksForValue) ?? false;
    const symbol = checker.getSymbolAtLocation(leftmost(node.exprName));
    return symbol !== undefined && !homeOf(resolved(symbol));
  };
  return asksForValue(declaration.type);
}

/** The identifier that a type is named by. */
function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return leftmost(node.typeName);
  if (ts.isTypeQueryNode(node)) return leftmost(node.exprName);
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return node.qualifier && leftmost(node.qualifier);
  if (ts.isComputedPropertyName(node)) return node.expression;
  return undefined;
}

const leftmost = (name: ts.Node): ts.Node => (ts.isQualifiedName(name) ? leftmost(name.left) : name);
