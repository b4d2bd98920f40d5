// One walk over one file: scopes, values, and in the last walk the members used.
import type * as t from "@babel/types";

import type { Project, SourceFile } from "./files";
import type { Use } from "./follow";
import { callOf, classOf, CLIENT, guess, isClass, judge, judgeApi, judgeField, memberOf, nameOf, takenByNew, wantedOf, type Member } from "./gramjs";
import { EACH, elementOf, eventOf, exported, memberKind, type Kind } from "./kinds";
import type { Learned } from "./learned";
import { declaredNames, isNamed, isNode, keyOf, memberName } from "./names";
import type { Scope } from "./scope";
import { Values } from "./values";

type Owner = { function?: t.Function; class?: t.Class };

export class Walk {
  readonly uses: Use[] = [];
  dynamic = 0;
  #noted = new Set<string>();
  #values: Values;

  constructor(
    readonly project: Project,
    readonly learned: Learned,
    readonly file: SourceFile,
    readonly noting: boolean,
  ) {
    this.#values = new Values(project, learned, file);
    this.#visit(file.ast.program, learned.scopeOf(file.ast.program, undefined, true), {});
    this.uses.sort((a, b) => a.line - b.line || a.column - b.column);
  }

  // ---- the walk

  #visit(node: t.Node, scope: Scope, owner: Owner): void {
    switch (node.type) {
      case "ImportDeclaration":
        return this.#import(node, scope);
      case "TSImportEqualsDeclaration":
        if (node.moduleReference.type === "TSExternalModuleReference") {
          scope.declare(node.id.name, this.#imported(node.moduleReference.expression));
        } else {
          scope.declare(node.id.name, this.#values.named(node.moduleReference, scope));
        }
        return;
      case "ExportNamedDeclaration":
        return this.#exportNamed(node, scope, owner);
      case "ExportAllDeclaration":
        this.#reexportAll(node);
        return;
      case "ExportDefaultDeclaration":
        this.#children(node, scope, owner);
        this.learned.noteExport(this.file, "default", this.#declared(node.declaration, scope));
        return;
      case "VariableDeclarator":
        return this.#declarator(node, scope, owner);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ObjectMethod":
      case "ClassMethod":
      case "ClassPrivateMethod":
        return this.#function(node, scope, owner);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#class(node, scope, owner);
      case "ReturnStatement":
        this.#children(node, scope, owner);
        if (owner.function && node.argument) this.learned.noteReturn(owner.function, this.#values.of(node.argument, scope));
        return;
      case "ForOfStatement":
        return this.#loop(node, scope, owner);
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "SwitchStatement":
      case "CatchClause":
        return this.#children(node, this.learned.scopeOf(node, scope, false), owner);
      case "AssignmentExpression":
        return this.#assignment(node, scope, owner);
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
        this.#call(node, scope);
        return this.#children(node, scope, owner);
      case "MemberExpression":
      case "OptionalMemberExpression":
        this.#member(node, scope);
        this.#visit(node.object, scope, owner);
        if (node.computed) this.#visit(node.property, scope, owner);
        return;
      case "TSQualifiedName":
        this.#qualified(node, scope);
        return;
      default:
        return this.#children(node, scope, owner);
    }
  }

  #children(node: t.Node, scope: Scope, owner: Owner): void {
    for (const [key, inner] of Object.entries(node)) {
      if (key === "loc" || key.endsWith("Comments")) continue;
      for (const each of Array.isArray(inner) ? inner : [inner]) if (isNode(each)) this.#visit(each, scope, owner);
    }
  }

  // ---- imports and exports

  #import(node: t.ImportDeclaration, scope: Scope): void {
    const whole = this.#imported(node.source);
    for (const specifier of node.specifiers) {
      if (specifier.type === "ImportSpecifier") {
        const name = specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
        scope.declare(specifier.local.name, this.#use(whole, name, specifier));
      } else if (specifier.type === "ImportDefaultSpecifier") {
        scope.declare(specifier.local.name, whole?.is === "module" ? whole : whole && this.#values.member(whole, "default"));
      } else {
        scope.declare(specifier.local.name, whole);
      }
    }
  }

  /** What is imported; a path that GramJS does not have is noted. */
  #imported(source: t.StringLiteral): Kind | undefined {
    const kind = this.#values.imported(source.value);
    const path = this.project.pathOf(source.value);
    if (!kind && path !== undefined && !OURS.test(path)) {
      const words = "GramJS has nothing public by this path";
      this.#note(source, { id: source.value, name: source.value, state: "not yet", words });
    }
    return kind;
  }

  #exportNamed(node: t.ExportNamedDeclaration, scope: Scope, owner: Owner): void {
    if (node.declaration) this.#visit(node.declaration, scope, owner);
    const from = node.source ? this.#imported(node.source) : undefined;
    for (const specifier of node.specifiers) {
      if (specifier.type !== "ExportSpecifier") continue;
      const kind = node.source ? this.#use(from, specifier.local.name, specifier) : scope.get(specifier.local.name);
      const name = specifier.exported.type === "Identifier" ? specifier.exported.name : specifier.exported.value;
      this.learned.noteExport(this.file, name, kind);
    }
    for (const name of declaredNames(node.declaration)) this.learned.noteExport(this.file, name, scope.get(name));
  }

  #reexportAll(node: t.ExportAllDeclaration): void {
    const from = this.#imported(node.source);
    if (from?.is === "file" && from.file !== this.file) this.learned.noteWhole(this.file, this.learned.whole(from.file) ?? from);
    if (from?.is === "module") this.learned.noteWhole(this.file, from);
  }

  // ---- declarations

  #declarator(node: t.VariableDeclarator, scope: Scope, owner: Owner): void {
    if (node.init) this.#visit(node.init, scope, owner);
    const annotated = node.id.type === "VoidPattern" ? undefined : this.#values.annotated(node.id, scope);
    this.#bind(node.id, annotated ?? (node.init ? this.#values.of(node.init, scope) : undefined), scope);
  }

  /** Gives the names of a pattern what they stand for; members that it takes apart are used. */
  #bind(pattern: t.Node, kind: Kind | undefined, scope: Scope): void {
    switch (pattern.type) {
      case "Identifier":
        this.#typesIn(pattern.typeAnnotation, scope);
        return scope.declare(pattern.name, kind ?? this.#values.annotated(pattern, scope));
      case "AssignmentPattern":
        return this.#bind(pattern.left, kind ?? this.#values.of(pattern.right, scope), scope);
      case "RestElement":
        return this.#bind(pattern.argument, undefined, scope);
      case "TSParameterProperty":
        return this.#bind(pattern.parameter, kind, scope);
      case "ArrayPattern":
        return pattern.elements.forEach((element, at) => {
          if (element) this.#bind(element, kind?.is === "tuple" ? kind.items[at] : elementOf(kind), scope);
        });
      case "ObjectPattern":
        this.#typesIn(pattern.typeAnnotation, scope);
        for (const property of pattern.properties) {
          if (property.type === "RestElement") this.#bind(property.argument, undefined, scope);
          else this.#bind(property.value, this.#property(kind ?? this.#values.annotated(pattern, scope), property, scope), scope);
        }
    }
  }

  #property(kind: Kind | undefined, property: t.ObjectProperty, scope: Scope): Kind | undefined {
    const name = keyOf(property);
    if (name === undefined) return void this.#visit(property.key, scope, {});
    return this.#use(kind, name, property);
  }

  #function(node: t.Function, scope: Scope, owner: Owner): void {
    const itself: Kind = { is: "function", node };
    if (node.type === "FunctionDeclaration" && node.id) scope.declare(node.id.name, itself);
    const inner = this.learned.scopeOf(node, scope, true);
    if (node.type !== "ArrowFunctionExpression" && !node.type.startsWith("Class")) inner.declare("this", undefined);
    node.params.forEach((parameter, at) => this.#bind(parameter, this.#values.annotated(parameter, scope) ?? this.learned.parameter(node, at), inner));
    for (const parameter of node.params) if (parameter.type === "AssignmentPattern") this.#visit(parameter.right, inner, owner);
    if (owner.class) this.#parameterProperties(node, owner.class, inner);
    if ("decorators" in node) node.decorators?.forEach((decorator) => this.#visit(decorator, scope, owner));
    this.#typesIn(node.returnType, scope);
    this.learned.noteReturn(node, this.#values.annotated({ typeAnnotation: node.returnType }, scope));
    const within = { function: node, class: owner.class };
    if (node.body.type === "BlockStatement") return this.#children(node.body, inner, within);
    this.#visit(node.body, inner, within);
    this.learned.noteReturn(node, this.#values.of(node.body, inner));
  }

  /** `constructor(private client: TelegramClient)` is a field as well. */
  #parameterProperties(node: t.Function, owner: t.Class, scope: Scope): void {
    for (const parameter of node.params) {
      if (parameter.type !== "TSParameterProperty") continue;
      const inner = parameter.parameter.type === "AssignmentPattern" ? parameter.parameter.left : parameter.parameter;
      if (inner.type === "Identifier") this.learned.noteField(owner, inner.name, scope.get(inner.name));
    }
  }

  #class(node: t.Class, scope: Scope, owner: Owner): void {
    const itself: Kind = { is: "class", node };
    if (node.id) scope.declare(node.id.name, itself);
    if (node.superClass) {
      this.#visit(node.superClass, scope, owner);
      this.learned.noteParent(node, this.#values.of(node.superClass, scope));
    }
    const inner = this.learned.scopeOf(node, scope, true);
    inner.declare("this", { is: "instance", node });
    for (const member of node.body.body) {
      if (member.type === "ClassMethod" || member.type === "ClassPrivateMethod") {
        const name = keyOf(member);
        if (name !== undefined) this.learned.noteField(node, name, { is: "function", node: member });
      } else if (member.type === "ClassProperty" || member.type === "ClassPrivateProperty") {
        const name = keyOf(member);
        const kind = this.#values.annotated(member, inner) ?? (member.value ? this.#values.of(member.value, inner) : undefined);
        if (name !== undefined) this.learned.noteField(node, name, kind);
      }
      this.#visit(member, inner, { class: node });
    }
  }

  // ---- statements and expressions

  #loop(node: t.ForOfStatement, scope: Scope, owner: Owner): void {
    const inner = this.learned.scopeOf(node, scope, false);
    this.#visit(node.right, inner, owner);
    const element = elementOf(this.#values.of(node.right, inner));
    if (node.left.type === "VariableDeclaration") this.#bind(node.left.declarations[0]!.id, element, inner);
    else if (node.left.type === "Identifier") inner.assign(node.left.name, element);
    this.#visit(node.body, inner, owner);
  }

  #assignment(node: t.AssignmentExpression, scope: Scope, owner: Owner): void {
    this.#visit(node.right, scope, owner);
    const kind = this.#values.of(node.right, scope);
    const { left } = node;
    if (left.type === "Identifier") return scope.assign(left.name, kind);
    if (left.type === "ObjectPattern" || left.type === "ArrayPattern") return this.#reassign(left, kind, scope);
    this.#visit(left, scope, owner);
    if (left.type !== "MemberExpression") return;
    const name = memberName(left);
    if (name === undefined) return;
    const target = left.object;
    if (isNamed(target, "module") && name === "exports") return this.learned.noteWhole(this.file, kind);
    const exports = isNamed(target, "exports") || (target.type === "MemberExpression" && isNamed(target.object, "module") && memberName(target) === "exports");
    if (exports) return this.learned.noteExport(this.file, name, kind);
    const on = this.#values.of(target, scope);
    if (on?.is === "instance") this.learned.noteField(on.node, name, kind);
    if (on?.is === "object" && kind) on.members.set(name, kind);
  }

  #reassign(pattern: t.ObjectPattern | t.ArrayPattern, kind: Kind | undefined, scope: Scope): void {
    if (pattern.type === "ArrayPattern") return;
    for (const property of pattern.properties) {
      if (property.type === "RestElement") continue;
      const value = this.#property(kind, property, scope);
      if (property.value.type === "Identifier") scope.assign(property.value.name, value);
    }
  }

  /** A call: the options it is given, and what its callbacks are called with. */
  #call(node: t.CallExpression | t.OptionalCallExpression | t.NewExpression, scope: Scope): void {
    const args = node.arguments;
    if (args[0]?.type === "StringLiteral" && (isNamed(node.callee, "require") || node.callee.type === "Import")) this.#imported(args[0]);
    const callee = this.#values.of(node.callee, scope);
    if (node.type === "NewExpression") {
      if (callee?.is === "api") return this.#apiFields(callee.path, args[0], scope);
      const parent = callee?.is === "class" ? this.learned.parent(callee.node) : callee;
      if (parent?.is === "export") this.#options(takenByNew(parent.id), args, scope);
      return;
    }
    if (callee?.is === "call") {
      this.#options(callOf(callee.id)?.takes, args, scope);
      if (callee.id === `${CLIENT}.addEventHandler`) this.#callback(args[0], [eventOf(args[1] && this.#values.of(args[1], scope))], scope);
    }
    if (callee?.is === "function") this.learned.noteParameters(callee.node, args.map((argument) => this.#values.of(argument, scope)));
    if (node.callee.type !== "MemberExpression" && node.callee.type !== "OptionalMemberExpression") return;
    const on = this.#values.of(node.callee.object as t.Expression, scope);
    const name = memberName(node.callee);
    if (on && name === "then") this.#callback(args[0], [on], scope);
    if (on && name !== undefined && EACH.has(name) && elementOf(on)) this.#callback(args[0], [elementOf(on)], scope);
  }

  #callback(given: t.Node | undefined, kinds: (Kind | undefined)[], scope: Scope): void {
    const kind = given && this.#values.of(given, scope);
    if (kind?.is === "function") this.learned.noteParameters(kind.node, kinds);
  }

  #options(takes: (string[] | 0)[] | undefined, args: t.Node[], scope: Scope): void {
    takes?.forEach((interfaces, at) => {
      const object = interfaces && args[at] && this.#values.of(args[at]!, scope);
      if (!interfaces || !object || object.is !== "object" || !object.node) return;
      for (const property of object.node.properties) {
        const name = property.type === "SpreadElement" ? undefined : keyOf(property);
        const ids = name === undefined ? [] : interfaces.map((id) => memberOf(id, name)?.id).filter((id) => id !== undefined);
        const option = judge(ids);
        if (option) this.#note(property, option);
      }
    });
  }

  /** The fields that a class of `Api` is made with. */
  #apiFields(path: string, given: t.Node | undefined, scope: Scope): void {
    const object = given && this.#values.of(given, scope);
    if (given && !(object?.is === "object" && object.node)) return;
    const properties = object?.is === "object" ? object.node!.properties : [];
    const names = properties.map((property) => (property.type === "SpreadElement" ? undefined : keyOf(property)));
    names.forEach((name, at) => {
      const field = name === undefined ? undefined : judgeField(path, name);
      if (field) this.#note(properties[at]!, field);
    });
    if (!given || names.includes(undefined)) return; // what is spread into it is not known
    for (const wanted of wantedOf(path).filter((name) => !names.includes(name))) {
      const name = `Api.${path}.${wanted}`;
      this.#note(given, { id: name, name, state: "changed", words: "is new and must be given" });
    }
  }

  #member(node: t.MemberExpression | t.OptionalMemberExpression, scope: Scope): void {
    const kind = this.#values.of(node.object as t.Expression, scope);
    const name = memberName(node);
    if (name === undefined) {
      const named = node.property.type !== "NumericLiteral" && kind?.is === "value" && !kind.of.endsWith("[]");
      if (this.noting && named) this.dynamic += 1;
      return;
    }
    if (kind) {
      this.#use(kind, name, node.property);
      return;
    }
    const object = node.object.type === "Identifier" ? node.object.name : node.object.type === "MemberExpression" ? memberName(node.object) : undefined;
    const guessed = guess(name, object);
    if (guessed) this.#note(node.property, guessed, false);
  }

  // ---- values

  /** What a member of a value is; that it is used is noted. */
  #use(kind: Kind | undefined, name: string, place: t.Node): Kind | undefined {
    if (!kind) return undefined;
    const member = this.#memberOf(kind, name);
    if (member) this.#note(place, member);
    return this.#values.member(kind, name);
  }

  #memberOf(kind: Kind, name: string): Member | undefined {
    if (kind.is === "module") {
      const found = exported(kind.module, name);
      const really = found?.is === "export" || found?.is === "call" ? found.id : "";
      if (!found) return undefined;
      return judge([`${kind.module}:${name}`, really]);
    }
    if (kind.is === "api") {
      const path = kind.path ? `${kind.path}.${name}` : name;
      // A space such as `messages`, the name of a union, what every class has: nothing by itself.
      return /^[A-Z]/.test(name) && !/^Type[A-Z]/.test(name) && name !== "CONSTRUCTOR_ID" ? judgeApi(path) : undefined;
    }
    if (kind.is === "export") {
      const found = memberKind(kind, name);
      return found?.is === "call" ? judge([found.id]) : undefined;
    }
    if (kind.is === "instance") {
      if (this.learned.field(kind.node, name)) return undefined;
      const parent = this.#values.parentOf(kind.node);
      return parent && this.#memberOf(parent, name);
    }
    if (kind.is !== "value" || kind.of.endsWith("[]")) return undefined;
    const member = memberOf(kind.of, name);
    if (member) return judge([member.id], nameOf(`${classOf(kind.of)}.${name}`));
    const changed = kind.of.startsWith("Api.") ? judgeField(kind.of.slice(4), name) : undefined;
    if (changed || !/^_[a-z]/.test(name) || !isClass(kind.of)) return changed;
    const id = `${classOf(kind.of)}.${name}`;
    return { id, name: nameOf(id), state: "not yet", words: "is GramJS's own and not public; nothing of this name is here" };
  }

  #declared(node: t.Node, scope: Scope): Kind | undefined {
    if (node.type === "FunctionDeclaration") return { is: "function", node };
    return node.type === "ClassDeclaration" ? { is: "class", node } : this.#values.of(node, scope);
  }

  #typesIn(annotation: t.Node | null | undefined, scope: Scope): void {
    if (annotation) this.#visit(annotation, scope, {});
  }

  /** A qualified name in a type (`Api.Message`): each member of it is used. */
  #qualified(name: t.TSEntityName, scope: Scope): Kind | undefined {
    if (name.type === "Identifier") return scope.get(name.name);
    return name.type === "TSQualifiedName" ? this.#use(this.#qualified(name.left, scope), name.right.name, name.right) : undefined;
  }

  #note(place: t.Node, member: Member, certain = true): void {
    const at = place.loc?.start;
    if (!this.noting || !at) return;
    const key = `${at.line}:${at.column}:${member.id}`;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.uses.push({ file: this.file.path, line: at.line, column: at.column + 1, member, certain });
  }
}

/** What this package has and GramJS had not: nothing that would have to be replaced. */
const OURS = /^(test|modern)(\/|$)/;
