/**
 * Says how the connection is: after 2 s without one, and for 3 s when it is back.
 *
 * createBanner(element, {say?}) gives show(status) for socket.js' statuses. `element` holds one
 * child a status, hidden: data-banner="reconnecting", "offline", "online". say(text, urgent) reads it out.
 */
export function createBanner(element, { say = () => {} } = {}) {
  let shown = null;
  let timer;
  const put = (status) => {
    shown = status;
    for (const banner of element.querySelectorAll("[data-banner]")) {
      banner.hidden = banner.dataset.banner !== status;
      if (!banner.hidden) say(banner.dataset.say ?? banner.textContent.trim(), status !== "online");
    }
  };
  return (status) => {
    clearTimeout(timer);
    const back = status === "online";
    if (!back && status !== "reconnecting" && status !== "offline") return put(null);
    if (back && !shown) return;
    if (!back && shown && shown !== "online") return put(status);
    if (back) put(status);
    timer = setTimeout(() => put(back ? null : status), back ? 3000 : 2000);
  };
}
