/**
 * Text with its http and https addresses as links, built of nodes.
 *
 * fill(element, text)   puts it in, in place of what was there
 * pieces(text)          [{text, href?}], pure
 */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]{1,2000}/gi;
const CLOSERS = { ")": "(", "]": "[", "}": "{" };

export function pieces(text) {
  const parts = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const shown = trimmed(found);
    const href = address(shown);
    if (!href) continue;
    if (index > done) parts.push({ text: text.slice(done, index) });
    parts.push({ text: shown, href });
    done = index + shown.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done) });
  return parts;
}

/** Without the full stop of the sentence and the bracket around it. */
function trimmed(found) {
  let end = found.length;
  while (end) {
    const last = found[end - 1];
    const body = found.slice(0, end);
    const opener = CLOSERS[last];
    if (opener ? body.split(last).length <= body.split(opener).length : !".,;:!?*".includes(last)) break;
    end -= 1;
  }
  return found.slice(0, end);
}

function address(text) {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password, hostname, href } = new URL(text);
  return /^https?:$/.test(protocol) && hostname && !username && !password ? href : null;
}

export function fill(element, text) {
  const nodes = pieces(text).map(({ text: shown, href }) => {
    if (!href) return shown;
    const link = document.createElement("a");
    Object.assign(link, { href, target: "_blank", rel: "noopener noreferrer", textContent: shown });
    return link;
  });
  element.replaceChildren(...nodes);
}
