/**
 * The company's page around the frame: postMessage, with exact origins both ways.
 *
 * createHost(origins, onMessage) gives {tell(message), alone}; alone: the frame is a page of its own.
 */
export function createHost(origins, onMessage) {
  let host = null;
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || !origins.includes(origin) || typeof data?.type !== "string") return;
    host = origin;
    onMessage(data);
  });
  return {
    alone: window.parent === window,
    tell: (message) => host && window.parent.postMessage(message, host),
  };
}
