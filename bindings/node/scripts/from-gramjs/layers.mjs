// `Api` in both libraries: the schema of GramJS's layer and of ours, class by class, as their declarations have it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";

/** The layers, how many classes are the same, and what a program may use of GramJS's that is gone, renamed or otherwise here. */
export function compareLayers({ program }, gramjs, dist, judgements) {
  const theirs = classesIn(program.getSourceFile(join(gramjs, "tl/api.d.ts")));
  const ours = classesIn(program.getSourceFile(join(dist, "tl/api.d.ts")));
  const words = new Map(judgements.map(({ pattern, words }) => [pattern, words]));
  const compared = { layer: [layerOf(gramjs), createRequire(join(dist, "index.js"))("./native").native.layer()], same: 0, added: [...ours.keys()].filter((name) => !theirs.has(name)).length, gone: {}, fields: {} };
  for (const [name, was] of theirs) {
    const is = ours.get(name);
    if (!is) {
      const now = nowOf(name, was, theirs, ours);
      compared.gone[name] = words.get(`Api.${name}`) ?? (now ? `\`Api.${now}\` now` : "");
      words.delete(`Api.${name}`);
      continue;
    }
    const changes = was.handmade ? undefined : changesOf(was.fields, is.fields);
    if (changes) compared.fields[name] = changes;
    else compared.same += 1;
  }
  const problems = [...words.keys()].map((name) => `from-gramjs.tsv: ${name} is judged gone, and is not`);
  return { compared, problems };
}

function layerOf(gramjs) {
  return Number(readFileSync(join(gramjs, "tl/AllTLObjects.js"), "utf8").match(/LAYER\s*=\s*(\d+)/)[1]);
}

/** Where a class went that has another name or id now: by id, or by its last name in another space. */
function nowOf(name, { id }, theirs, ours) {
  const added = [...ours].filter(([other]) => !theirs.has(other));
  const last = name.split(".").at(-1);
  const sameName = (other) => name.includes(".") && other.includes(".") && other.split(".").at(-1) === last;
  const found = added.find(([, about]) => about.id === id) ?? added.find(([other]) => sameName(other));
  return found?.[0];
}

/** The fields that went, those that came and must be given, and those whose type is another; nothing when old code is still right. */
function changesOf(was, is) {
  const changes = {};
  const gone = [...was.keys()].filter((name) => !is.has(name));
  const wanted = [...is].filter(([name, field]) => !was.has(name) && !field.optional).map(([name]) => name);
  const others = [...was].flatMap(([name, field]) => {
    const now = is.get(name);
    if (!now) return [];
    if (now.type !== field.type) return [[name, `${field.type} became ${now.type}`]];
    if (field.optional && !now.optional) return [[name, "must be given now"]];
    return [];
  });
  if (gone.length) changes.gone = gone;
  if (wanted.length) changes.wanted = wanted;
  if (others.length) changes.changed = Object.fromEntries(others);
  return Object.keys(changes).length ? changes : undefined;
}

/** Classes by name (`account.GetPassword`) with the arguments of their constructors; GramJS's messages are made by hand and have none. */
function classesIn(source) {
  const classes = new Map();
  const visit = (node, space) => {
    if (ts.isModuleDeclaration(node)) {
      const name = node.name.text === "Api" ? "" : `${node.name.text}.`;
      node.body?.statements.forEach((statement) => visit(statement, name));
    } else if (ts.isClassDeclaration(node) && node.heritageClauses) {
      const parent = node.heritageClauses[0].types[0];
      const extended = parent.expression.getText();
      if (!/(VirtualClass|Request|CustomMessage)$/.test(extended) || node.name.text === "Request") return;
      const id = node.members.find((member) => member.name?.getText() === "CONSTRUCTOR_ID")?.type?.getText();
      classes.set(`${space}${node.name.text}`, { id, fields: fieldsIn(parent.typeArguments?.[0]), handmade: extended === "CustomMessage" });
    }
  };
  source.statements.forEach((statement) => visit(statement, ""));
  return classes;
}

function fieldsIn(node) {
  let literal;
  const find = (at) => (ts.isTypeLiteralNode(at) ? (literal ??= at) : ts.forEachChild(at, find));
  if (node) find(node);
  const entries = (literal?.members ?? []).filter(ts.isPropertySignature).map((member) => {
    const type = plain(member.type.getText());
    // GramJS makes random ids itself and so does this package, but only one of the two types says so.
    return [member.name.getText(), { type, optional: Boolean(member.questionToken) || member.name.getText() === "randomId" }];
  });
  return new Map(entries.filter(([name]) => !/^flags\d*$/.test(name)));
}

/** A type as both write it: what is accepted for a long, a peer or a message is wider in one of them, and that is no change. */
function plain(type) {
  return type
    .replaceAll(/\b(Api\.)?(long|LongLike)\b/g, "long")
    .replaceAll(/\b(Api\.)?(int128|int256|LargeLike)\b/g, "large")
    .replaceAll(/\b(Api\.)?(bytes|BytesLike|Buffer)\b/g, "bytes")
    .replaceAll(/\b(Api\.)?(int|double|number)\b/g, "number")
    .replaceAll(/\b(Api\.)?(Bool|boolean|true)\b/g, "boolean")
    .replaceAll(/\b(Api\.)?(string)\b/g, "string")
    .replaceAll(/\b(Api\.)?TypeEntityLike\b/g, "EntityLike")
    .replaceAll(/\b(MessageIDLike|Api\.TypeInputMessage)\b/g, "number")
    .replaceAll(/^X$/g, "any")
    .replaceAll(/(?<![\w.])([a-z]+\.Type|FutureSalt)/g, "Api.$1")
    .replaceAll(/\s+/g, " ");
}
