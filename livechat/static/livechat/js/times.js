/**
 * Times as people read them, in the viewer's zone.
 *
 * clock({locale?, now?, zone?}) gives
 *   short(iso)      10:42 · Yesterday 10:42 · 19 Nov 10:42 · 19 Nov 2025 10:42
 *   label(iso)      Today · Yesterday · Thursday, 19 November
 *   soon(iso)       Monday 08:00 · Monday, 7 December 08:00
 *   day(iso)        a key that differs from day to day
 *   set(time, iso)  fills a <time>: short text, full date and zone in its title
 * span(seconds)     0:24 · 59:59 · 1 h 12 min
 */
export function pageLocale() {
  const page = document.documentElement.lang || "en";
  return navigator.languages?.find((one) => one.split("-")[0] === page.split("-")[0]) ?? page;
}

export function clock({ locale = pageLocale(), now = Date.now, zone: timeZone } = {}) {
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const hours = format({ hour: "numeric", minute: "2-digit" });
  const date = format({ day: "numeric", month: "short" });
  const dated = format({ day: "numeric", month: "short", year: "numeric" });
  const weekday = format({ weekday: "long" });
  const named = format({ weekday: "long", day: "numeric", month: "long" });
  const full = format({ dateStyle: "full", timeStyle: "long" });
  const key = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  const day = (iso) => key.format(new Date(iso));
  const ago = (iso) => Math.round((Date.parse(key.format(now())) - Date.parse(day(iso))) / 86_400_000);
  const word = (days) => {
    const text = words.format(-days, "day");
    return text[0].toLocaleUpperCase(locale) + text.slice(1);
  };
  const on = (iso) => (day(iso).slice(0, 4) === key.format(now()).slice(0, 4) ? date : dated).format(new Date(iso));

  const short = (iso) => {
    const time = hours.format(new Date(iso));
    const days = ago(iso);
    if (days === 0) return time;
    return `${days === 1 ? word(1) : on(iso)} ${time}`;
  };
  const label = (iso) => ([0, 1].includes(ago(iso)) ? word(ago(iso)) : named.format(new Date(iso)));
  const soon = (iso) => `${(ago(iso) < -6 ? named : weekday).format(new Date(iso))} ${hours.format(new Date(iso))}`;
  const set = (time, iso) => {
    const text = short(iso);
    Object.assign(time, { dateTime: iso, title: full.format(new Date(iso)), textContent: text });
  };
  return { short, label, soon, day, set };
}

export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
