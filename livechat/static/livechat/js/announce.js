/**
 * What a screen reader says. The regions are empty at load and hold one sentence at a time.
 *
 * createAnnouncer(root?) gives say(text, urgent?) and
 *   message(text, count(n), pause = 3000)   at most one a pause; what came meanwhile as a count
 */
export function createAnnouncer(root = document) {
  const region = (name) => root.querySelector(`[data-live=${name}]`);
  let waiting = [];
  let timer = null;
  const say = (text, urgent) => {
    region(urgent ? "assertive" : "polite").textContent = text;
  };
  const message = (text, count, pause = 3000) => {
    waiting.push(text);
    if (timer) return;
    const next = () => {
      timer = waiting.length ? setTimeout(next, pause) : null;
      if (waiting.length) say(waiting.length > 1 ? count(waiting.length) : waiting[0]);
      waiting = [];
    };
    next();
  };
  return { say, message };
}
