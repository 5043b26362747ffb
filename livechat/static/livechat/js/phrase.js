/** A sentence with its values. A number's plural form is found among the server's samples of it. */
export function phrase(text, values = {}) {
  const sentence = typeof text === "string" ? text : plural(text, values.n ?? 0);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function plural(samples, n) {
  const rules = new Intl.PluralRules(globalThis.document?.documentElement.lang || "en");
  const kind = rules.select(n);
  return samples[Object.keys(samples).findLast((sample) => rules.select(Number(sample)) === kind)] ?? samples[100];
}
