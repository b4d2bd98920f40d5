// What the values of a file are: its expressions, its type annotations, what it imports.
import type * as t from "@babel/types";

import type { Project, SourceFile } from "./files";
import { isClass, moduleAt } from "./gramjs";
import { elementOf, FOREIGN, givenBy, memberKind, ofList, type Kind } from "./kinds";
import type { Learned } from "./learned";
import { isNamed, keyOf, memberName } from "./names";
import type { Scope } from "./scope";

export class Values {
  constructor(
    readonly project: Project,
    readonly learned: Learned,
    readonly file: SourceFile,
  ) {}

  /** What an expression is. */
  of(node: t.Node, scope: Scope): Kind | undefined {
    switch (node.type) {
      case "Identifier":
        return scope.get(node.name);
      case "ThisExpression":
        return scope.get("this");
      case "AwaitExpression":
        return this.of(node.argument, scope);
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
        return this.typed(node.typeAnnotation, scope) ?? this.of(node.expression, scope);
      case "TSNonNullExpression":
      case "ParenthesizedExpression":
        return this.of(node.expression, scope);
      case "ConditionalExpression":
        return this.of(node.consequent, scope) ?? this.of(node.alternate, scope);
      case "LogicalExpression":
        return this.of(node.left, scope) ?? this.of(node.right, scope);
      case "AssignmentExpression":
        return this.of(node.right, scope);
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return { is: "function", node };
      case "ClassExpression":
        return { is: "class", node };
      case "ObjectExpression":
        return { is: "object", node, members: this.#membersOf(node, scope) };
      case "ArrayExpression":
        return { is: "tuple", items: node.elements.map((element) => (element ? this.of(element, scope) : undefined)) };
      case "NewExpression":
        return this.#made(this.of(node.callee, scope));
      case "ImportExpression":
        return node.source.type === "StringLiteral" ? this.imported(node.source.value) : undefined;
      case "MemberExpression":
      case "OptionalMemberExpression": {
        const on = this.of(node.object as t.Expression, scope);
        const name = memberName(node);
        return name === undefined ? elementOf(on) : on && this.member(on, name);
      }
      case "CallExpression":
      case "OptionalCallExpression":
        return this.#result(node, scope);
      case "StringLiteral":
      case "TemplateLiteral":
      case "NumericLiteral":
      case "BooleanLiteral":
      case "RegExpLiteral":
      case "BinaryExpression":
        return FOREIGN;
      default:
        return undefined;
    }
  }

  #membersOf(node: t.ObjectExpression, scope: Scope): Map<string, Kind> {
    const members = new Map<string, Kind>();
    for (const property of node.properties) {
      const name = property.type === "SpreadElement" ? undefined : keyOf(property);
      if (name === undefined || property.type === "SpreadElement") continue;
      const kind: Kind | undefined = property.type === "ObjectMethod" ? { is: "function", node: property } : this.of(property.value, scope);
      if (kind) members.set(name, kind);
    }
    return members;
  }

  #made(callee: Kind | undefined): Kind | undefined {
    if (callee?.is === "export") return isClass(callee.id) ? { is: "value", of: callee.id } : undefined;
    if (callee?.is === "api") return { is: "value", of: `Api.${callee.path}` };
    if (callee?.is === "class") return { is: "instance", node: callee.node };
    return callee?.is === "foreign" ? FOREIGN : undefined;
  }

  #result(node: t.CallExpression | t.OptionalCallExpression, scope: Scope): Kind | undefined {
    const { callee } = node;
    const [first] = node.arguments;
    const text = first?.type === "StringLiteral" ? first.value : undefined;
    if (text !== undefined && (isNamed(callee, "require") || callee.type === "Import")) {
      const imported = this.imported(text);
      return imported?.is === "file" ? this.learned.whole(imported.file) ?? imported : imported;
    }
    if (callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression") {
      const on = this.of(callee.object as t.Expression, scope);
      const name = memberName(callee) ?? "";
      if (isNamed(callee.object, "Promise") && name === "all") return first && this.of(first, scope);
      if (on?.is === "value" && on.of.endsWith("[]")) return ofList(on.of, name);
      if (on && (name === "catch" || name === "finally")) return on;
      if (on && name === "then") {
        const then = first && this.of(first, scope);
        return then?.is === "function" ? this.learned.returns(then.node) : undefined;
      }
    }
    const called = this.of(callee as t.Expression, scope);
    if (called?.is === "call") return givenBy(called.id);
    if (called?.is === "function") return this.learned.returns(called.node);
    return called?.is === "foreign" ? FOREIGN : undefined;
  }

  /** What a member of a value is. */
  member(kind: Kind, name: string): Kind | undefined {
    if (kind.is === "file") return this.learned.exported(kind.file, name);
    if (kind.is === "object") return kind.members.get(name);
    if (kind.is === "instance") {
      const parent = this.parentOf(kind.node);
      return this.learned.field(kind.node, name) ?? (parent && this.member(parent, name));
    }
    return memberKind(kind, name);
  }

  /** The object of GramJS's class that an object of the program's own class is as well. */
  parentOf(node: t.Class): Kind | undefined {
    const parent = this.learned.parent(node);
    if (parent?.is === "export" && isClass(parent.id)) return { is: "value", of: parent.id };
    return parent?.is === "class" ? { is: "instance", node: parent.node } : undefined;
  }

  /** What a value of a type is. */
  typed(node: t.Node, scope: Scope): Kind | undefined {
    if (node.type === "TSUnionType") return node.types.map((type) => this.typed(type, scope)).find(Boolean);
    if (node.type === "TSArrayType") return listOf(this.typed(node.elementType, scope));
    if (node.type !== "TSTypeReference") return undefined;
    const inner = node.typeParameters?.params[0];
    if (inner && isNamed(node.typeName, "Promise")) return this.typed(inner, scope);
    if (inner && isNamed(node.typeName, "Array")) return listOf(this.typed(inner, scope));
    return this.#made(this.named(node.typeName, scope));
  }

  /** What something is by the type that is written beside it. */
  annotated(node: { typeAnnotation?: t.Node | null } | t.Node, scope: Scope): Kind | undefined {
    const annotation = "typeAnnotation" in node ? node.typeAnnotation : undefined;
    return annotation?.type === "TSTypeAnnotation" ? this.typed(annotation.typeAnnotation, scope) : undefined;
  }

  /** What a name stands for where types stand. */
  named(name: t.TSEntityName, scope: Scope): Kind | undefined {
    if (name.type === "Identifier") return scope.get(name.name);
    const left = name.type === "TSQualifiedName" ? this.named(name.left, scope) : undefined;
    return left && name.type === "TSQualifiedName" ? this.member(left, name.right.name) : undefined;
  }

  /** What a module is that is imported by this text. */
  imported(specifier: string): Kind | undefined {
    const path = this.project.pathOf(specifier);
    if (path !== undefined) {
      const module = moduleAt(path);
      return module === undefined ? undefined : { is: "module", module };
    }
    if (!specifier.startsWith(".")) return /^[@~#]?\//.test(specifier) ? undefined : FOREIGN;
    const file = this.project.find(this.file, specifier);
    return file && { is: "file", file };
  }
}

function listOf(kind: Kind | undefined): Kind | undefined {
  return kind?.is === "value" ? { is: "value", of: `${kind.of}[]` } : undefined;
}
