import ts from 'typescript';

/** One small change of a source text: `replacement` replaces the text from `start` to `end`. */
export interface Mutation {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** File, function, and the change with a little text around it. */
  readonly description: string;
}

const { SyntaxKind } = ts;

/** Operators and their mutants: the boundary off by one, the opposite, the wrong kind. */
const operators: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [SyntaxKind.LessThanToken, ['<=', '>']],
  [SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [SyntaxKind.GreaterThanToken, ['>=', '<']],
  [SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [SyntaxKind.AmpersandAmpersandToken, ['||']],
  [SyntaxKind.BarBarToken, ['&&']],
  [SyntaxKind.PlusToken, ['-']],
  [SyntaxKind.MinusToken, ['+']],
  [SyntaxKind.AsteriskToken, ['+']],
  [SyntaxKind.SlashToken, ['*']],
  [SyntaxKind.PlusEqualsToken, ['-=', '=']],
]);

/** Pairs of names that are easily confused. */
const mistaken = new Map(
  [
    ['rows', 'columns'],
    ['rowStart', 'columnStart'],
    ['row', 'column'],
    ['core', 'cores'],
    ['scales', 'offsets'],
    ['polarity', 'device'],
    ['polarities', 'devices'],
    ['request', 'response'],
    ['inFrame', 'inGarbage'],
    ['offset', 'length'],
    ['set', 'reset'],
  ].flatMap(([one, other]) => [[one, other] as const, [other, one] as const]),
);

/** All mutations of a JavaScript source. */
export function mutationsOf(file: string, text: string): Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found: Mutation[] = [];
  const replace = (node: ts.Node, replacement: string) => {
    const [start, end] = [node.getStart(source), node.getEnd()];
    const [from, to] = shown(node);
    const [before, original, after] = [
      tail(text.slice(from, start)),
      text.slice(start, end),
      text.slice(end, to),
    ];
    const change = [original, replacement].map((code) => `${before}${head(code)}${head(after)}`).join(' -> ');
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({
      file,
      line,
      start,
      end,
      replacement,
      description: `${file} ${functionOf(node)}: ${change}`,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isTemplateExpression(node)) return; // a sentence for people
    for (const replacement of replacements(node, source)) replace(node, replacement);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

/** Nodes whose own text tells where they are; for operators, literals and names it does not. */
const speaking: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.ExpressionStatement,
  SyntaxKind.ThrowStatement,
  SyntaxKind.ReturnStatement,
  SyntaxKind.PrefixUnaryExpression,
  SyntaxKind.PostfixUnaryExpression,
  SyntaxKind.AwaitExpression,
]);

/** The range of text that a description shows, so that the change can be recognised. */
function shown(node: ts.Node): [from: number, to: number] {
  const { parent } = node;
  if (ts.isIfStatement(parent)) {
    return [parent.getStart(), node === parent.expression ? node.getEnd() + 1 : parent.getEnd()];
  }
  const around = speaking.has(node.kind) ? node : parent;
  return [around.getStart(), around.getEnd()];
}

/** The text on one line, without its end if it is long. */
const head = (code: string): string => squeezed(code).replace(/^(.{50}).{3,}$/, '$1…');
const tail = (code: string): string => squeezed(code).replace(/^.{3,}(.{50})$/, '…$1');
const squeezed = (code: string): string => code.replace(/\s+/g, ' ');

/** The name of the innermost function around a node; empty if there is none. */
function functionOf(node: ts.Node): string {
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (ts.isConstructorDeclaration(outer)) return 'constructor';
    const named = ts.isArrowFunction(outer) ? outer.parent : outer;
    if (
      (ts.isFunctionLike(outer) || ts.isArrowFunction(outer)) &&
      'name' in named &&
      ts.isPropertyName(named.name as ts.Node)
    ) {
      return (named.name as ts.PropertyName).getText();
    }
  }
  return '';
}

/** What a node is replaced by, one mutation each. */
function replacements(node: ts.Node, source: ts.SourceFile): readonly string[] {
  const { parent } = node;
  if (ts.isExpressionStatement(node)) return isSuperCall(node) ? [] : [';'];
  if (ts.isThrowStatement(node) || (ts.isReturnStatement(node) && ts.isIfStatement(parent))) return [';'];
  if (isCondition(node)) return ['true', 'false'];
  if (ts.isBinaryExpression(parent) && node === parent.operatorToken) {
    return concatenates(parent) ? [] : (operators.get(node.kind) ?? []);
  }
  if (ts.isNumericLiteral(node)) return [String(Number(node.text) + 1)];
  if (node.kind === SyntaxKind.TrueKeyword) return ['false'];
  if (node.kind === SyntaxKind.FalseKeyword) return ['true'];
  if (ts.isPostfixUnaryExpression(node)) return [node.operand.getText(source)];
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken) {
    return [node.operand.getText(source)];
  }
  if (ts.isStringLiteral(node) && isName(node)) return [`''`];
  if (ts.isAwaitExpression(node)) return [node.expression.getText(source)];
  if (ts.isShorthandPropertyAssignment(node) && mistaken.has(node.name.text)) {
    return [`${node.name.text}: ${mistaken.get(node.name.text)}`];
  }
  if (ts.isIdentifier(node) && isUse(node) && mistaken.has(node.text)) return [mistaken.get(node.text)!];
  return [];
}

const isSuperCall = ({ expression }: ts.ExpressionStatement): boolean =>
  ts.isCallExpression(expression) && expression.expression.kind === SyntaxKind.SuperKeyword;

const isCondition = (node: ts.Node): boolean =>
  (ts.isIfStatement(node.parent) && node === node.parent.expression) ||
  (ts.isConditionalExpression(node.parent) && node === node.parent.condition);

/** A text that one program says to another: no sentence, and not empty. */
const isName = ({ parent, text }: ts.StringLiteral): boolean =>
  ts.isCallExpression(parent) && /^\S+$/.test(text);

/** A sum of texts: minus makes no firmware that anybody would write. */
const concatenates = ({ left, right }: ts.BinaryExpression): boolean =>
  ts.isStringLiteralLike(left) || ts.isStringLiteralLike(right) || ts.isTemplateExpression(right);

/** A name that is read: a property other than the length of an array, an argument, a value in an object. */
const isUse = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node === node.parent.name && node.text !== 'length') ||
  (ts.isCallExpression(node.parent) && node.parent.arguments.includes(node)) ||
  (ts.isPropertyAssignment(node.parent) && node === node.parent.initializer);

export const mutated = (text: string, { start, end, replacement }: Mutation): string =>
  text.slice(0, start) + replacement + text.slice(end);
