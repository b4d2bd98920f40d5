// docs/from-gramjs.md: the text above the mark is kept by hand, the tables below it are written anew.

export const MARK = "<!-- Below: written by `npm run from-gramjs` (bindings/node), do not edit by hand. -->";

/** The whole page. */
export function page(current, version, members, states, layers) {
  const end = current.indexOf(MARK);
  if (end < 0) throw new Error(`docs/from-gramjs.md has lost its mark: ${MARK}`);
  const parts = [current.slice(0, end) + MARK, summary(version, states), ...modules(members, states), ...api(layers)];
  return `${parts.join("\n\n")}\n`;
}

function summary(version, states) {
  const count = (state) => [...states.values()].filter(([is]) => is === state).length;
  return `## Every member

GramJS ${version} declares ${states.size} public members outside \`Api\`'s classes: **${count("same")} are the same here,
${count("better")} are better, ${count("not yet")} are not there yet**. A member is called the same when our declarations have it, the
running package has it, it does more than throw, and it takes what GramJS's takes.`;
}

function modules(members, states) {
  const byModule = grouped(members, ({ module }) => module);
  const order = [...byModule.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return order.map((module) => {
    const rows = [...grouped(byModule.get(module), (member) => rowOf(member, states)).values()].map((row) => {
      const [state, words = ""] = states.get(row[0].id);
      const owner = row[0].path.length > 1 ? `\`${row[0].path[0]}\`: ` : "";
      return `| ${owner}${row.map(nameOf).join(", ")} | ${state} | ${words.replaceAll("|", "\\|")} |`;
    });
    return `### ${module === "index" ? "telegram" : `telegram/${module.replace(/\/index$/, "")}`}\n\n| Member | Here | |\n|---|---|---|\n${rows.join("\n")}`;
  });
}

/** Members of one class with the same words share a row. */
function rowOf({ path, id }, states) {
  return JSON.stringify([path.length > 1 ? path[0] : "", ...states.get(id)]);
}

function nameOf({ path, kind, method, shape }) {
  const call = method || kind === "function" || (kind === "static" && shape) ? "()" : "";
  return `\`${path.at(-1)}${call}\``;
}

/** What most people use comes first. */
function rank(module) {
  const first = ["index", "client/TelegramClient", "client/telegramBaseClient", "client/", "tl/custom/", "events/", "sessions/", "errors/", "Utils", "Helpers", "define", "Password", "extensions/", "tl/"];
  const at = first.findIndex((start) => module === start || (start.endsWith("/") && module.startsWith(start)));
  return at < 0 ? first.length : at;
}

function api(layers) {
  const [theirs, ours] = layers.layer;
  const gone = Object.entries(layers.gone);
  const fields = Object.entries(layers.fields);
  const lines = fields.map(([name, { gone = [], wanted = [], changed = {} }]) => {
    const texts = [
      ...gone.map((field) => `\`${field}\` is gone`),
      ...wanted.map((field) => `\`${field}\` must be given`),
      ...Object.entries(changed).map(([field, what]) => `\`${field}\`: ${what.includes(" became ") ? what.split(" became ").map((type) => `\`${type.replaceAll("|", "\\|")}\``).join(" became ") : what}`),
    ];
    return `| \`${name}\` | ${texts.join("; ")} |`;
  });
  return [
    `## \`Api\`: from layer ${theirs} to ${ours}

GramJS ends with layer ${theirs}; this package has layer ${ours}. ${layers.same} classes can be used as they were, ${layers.added} are new,
${fields.length} have fields that a program may have to look at, ${gone.length} are gone. New fields that may be left out are not listed.`,
    `### Classes that are gone\n\n| Class | |\n|---|---|\n${gone.map(([name, words]) => `| \`${name}\` | ${words} |`).join("\n")}`,
    `### Classes with other fields\n\n| Class | Fields |\n|---|---|\n${lines.join("\n")}`,
  ];
}

function grouped(list, key) {
  const groups = new Map();
  for (const item of list) {
    const at = key(item);
    if (!groups.has(at)) groups.set(at, []);
    groups.get(at).push(item);
  }
  return groups;
}
