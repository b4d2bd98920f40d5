// The words about single members, kept by hand in from-gramjs.tsv, and what they make of what was found.
import { readFileSync } from "node:fs";

const STATES = ["same", "better", "not yet"];
/** What stands instead of a state where a class of `Api` is gone. */
const GONE = "gone";

/**
 * Reads lines of `pattern <tab> state <tab> words`. In a pattern, `*` stands for anything; the longest pattern that fits a
 * member decides. A `not yet` with `*` is only about what is missing of all that fits it. `Api.Name <tab> gone <tab> words` says where a class
 * of the schema went.
 */
export function readJudgements(path) {
  const all = readFileSync(path, "utf8")
    .split("\n")
    .map((line, at) => ({ line: line.trimEnd(), number: at + 1 }))
    .filter(({ line }) => line && !line.startsWith("#"))
    .map(({ line, number }) => {
      const [pattern, state, words = ""] = line.split("\t");
      const regex = new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
      return { pattern, state, words, number, regex, length: pattern.replaceAll("*", "").length + (pattern.includes("*") ? 0 : 1000) };
    })
    .sort((a, b) => b.length - a.length);
  return { ofMembers: all.filter(({ state }) => state !== GONE), ofGone: all.filter(({ state }) => state === GONE) };
}

/** Every member's `[state, words]`, what is wrong with the judgements, and the members that lack one. */
export function settle(members, ours, judgements) {
  const states = new Map();
  const problems = [];
  const missing = [];
  const used = new Set();
  for (const judgement of judgements) {
    const say = (text) => problems.push(`from-gramjs.tsv:${judgement.number}: ${judgement.pattern}: ${text}`);
    if (!STATES.includes(judgement.state)) say(`the state is one of ${STATES.join(", ")}, not "${judgement.state}"`);
    if (judgement.state !== "same" && !judgement.words) say(`a member that is ${judgement.state} needs words`);
    if (!members.some(({ id }) => judgement.regex.test(id))) say("GramJS has no such member");
  }
  for (const { id } of members) {
    const { missing: why, differs } = ours.get(id);
    const found = why ?? differs;
    const judgement = judgements.find(({ regex, state, pattern }) => regex.test(id) && (found || state !== "not yet" || !pattern.includes("*")));
    if (judgement) used.add(judgement);
    const at = judgement ? `from-gramjs.tsv:${judgement.number}: ` : "";
    if (why && judgement?.state !== "not yet") {
      missing.push({ id, why });
      problems.push(`${at}${id} is not here (${why}): it needs a judgement "not yet" that says what to do instead`);
    } else if (differs && (judgement?.state ?? "same") === "same") {
      missing.push({ id, why: differs });
      problems.push(`${at}${id} differs (${differs}): it needs a judgement "better" or "not yet"`);
    } else if (judgement?.state === "not yet" && !found) {
      problems.push(`${at}${id} is here, and is judged "not yet"`);
    }
    states.set(id, judgement ? [judgement.state, judgement.words].filter(Boolean) : ["same"]);
  }
  for (const judgement of judgements) {
    if (used.has(judgement) || !members.some(({ id }) => judgement.regex.test(id))) continue;
    problems.push(`from-gramjs.tsv:${judgement.number}: ${judgement.pattern}: nothing is left for it: other patterns fit better, or all of it is here`);
  }
  return { states, problems, missing };
}
