/**
 * Ways to reach an agent who does not look: a notice of his desktop, a sound.
 *
 * createDesktop({onState, env?}) gives state: none, default, granted, denied · ask() · show(title, body, onClick)
 * createChime({onState, env?}) gives state: none, locked, ready · unlock() · play()
 *   Browsers let a page sound after somebody clicked or typed in it: unlock() in such a moment.
 */
const TAG = "parley"; // The next one takes the place of the last.
const TONES = [
  [880, 0],
  [1174.7, 0.14],
];
const LENGTH = 0.32;
const VOLUME = 0.18;

export function createDesktop({ onState, env = globalThis }) {
  const { Notification } = env;
  const watch = async () => {
    const status = await env.navigator.permissions?.query({ name: "notifications" }).catch(() => null);
    if (status) status.onchange = onState;
  };
  if (Notification) watch();
  return {
    get state() {
      return Notification && env.isSecureContext ? Notification.permission : "none";
    },
    async ask() {
      if (this.state === "default") await Notification.requestPermission();
      onState();
      return this.state;
    },
    show(title, body, onClick) {
      if (this.state !== "granted") return false;
      try {
        const shown = new Notification(title, { body, tag: TAG, renotify: true, silent: true });
        shown.onclick = () => {
          shown.close();
          onClick();
        };
      } catch {
        return false; // Some phones show notices of service workers alone.
      }
      return true;
    },
  };
}

export function createChime({ onState, env = globalThis }) {
  let context = null;
  return {
    get state() {
      if (!env.AudioContext) return "none";
      return context?.state === "running" ? "ready" : "locked";
    },
    async unlock() {
      if (!env.AudioContext || this.state === "ready") return;
      context ??= new env.AudioContext();
      await context.resume();
      onState();
    },
    play() {
      if (this.state !== "ready") return false;
      for (const [pitch, after] of TONES) tone(context, pitch, context.currentTime + after);
      return true;
    },
  };
}

/** A bell: at once loud, then fading. */
function tone(context, pitch, at) {
  const voice = context.createOscillator();
  const volume = context.createGain();
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(VOLUME, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + LENGTH);
  voice.connect(volume).connect(context.destination);
  voice.start(at);
  voice.stop(at + LENGTH);
}
