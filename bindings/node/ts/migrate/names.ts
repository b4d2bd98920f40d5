// How the parser's nodes are called by their program.
import type * as t from "@babel/types";

export function isNode(value: unknown): value is t.Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

export function isNamed(node: t.Node, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}

export function memberName(node: t.MemberExpression | t.OptionalMemberExpression): string | undefined {
  const { property } = node;
  if (!node.computed) return property.type === "Identifier" ? property.name : property.type === "PrivateName" ? `#${property.id.name}` : undefined;
  return property.type === "StringLiteral" ? property.value : undefined;
}

export function keyOf(node: { key: t.Node; computed?: boolean | null }): string | undefined {
  const { key } = node;
  if (key.type === "PrivateName") return `#${key.id.name}`;
  if (key.type === "StringLiteral") return key.value;
  return key.type === "Identifier" && !node.computed ? key.name : undefined;
}

export function declaredNames(node: t.Node | null | undefined): string[] {
  if (node?.type === "FunctionDeclaration" || node?.type === "ClassDeclaration") return node.id ? [node.id.name] : [];
  if (node?.type !== "VariableDeclaration") return [];
  const names = (pattern: t.Node): string[] => {
    if (pattern.type === "Identifier") return [pattern.name];
    if (pattern.type !== "ObjectPattern") return [];
    return pattern.properties.flatMap((property) => (property.type === "RestElement" ? [] : names(property.value)));
  };
  return node.declarations.flatMap(({ id }) => names(id));
}
