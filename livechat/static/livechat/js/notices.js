/**
 * Notices at the edge of the page: 5 s each, longer under the pointer or with the focus; at most three.
 *
 * createNotices(place, template) gives notice(text)
 */
const SECONDS = 5;
const MOST = 3;

export function createNotices(place, template) {
  const keep = (toast) => {
    const fade = () => (toast.matches(":hover, :focus-within") ? setTimeout(fade, 1000) : toast.remove());
    setTimeout(fade, SECONDS * 1000);
  };
  [...place.children].forEach(keep);
  return (text) => {
    const toast = template.content.cloneNode(true).firstElementChild;
    toast.querySelector("b").textContent = text;
    place.append(toast);
    while (place.children.length > MOST) place.firstElementChild.remove();
    keep(toast);
  };
}
