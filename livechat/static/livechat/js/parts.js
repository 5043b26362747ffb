/**
 * Clones of the page's templates, their slots filled with text.
 *
 * part(name, texts)   a clone of <template data-part="name">
 * fill(node, texts)   by slot; one without text is hidden
 */
export function part(name, texts = {}) {
  const made = document.querySelector(`template[data-part="${name}"]`).content.cloneNode(true).firstElementChild;
  fill(made, texts);
  return made;
}

export function fill(node, texts) {
  for (const [slot, text] of Object.entries(texts)) {
    const place = node.querySelector(`[data-slot="${slot}"]`);
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !text;
  }
}
