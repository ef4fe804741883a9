// The home page's list moves slowly upwards through all that was published in the last
// ten days. It asks for the next part before it comes to the end of what it has; when
// it is through it begins anew with the newest. It stands still while it is pointed at,
// has the focus or is being scrolled, and for readers who want less motion until they
// press the button. Without this file it is a list that is scrolled by hand.
"use strict";

const PIXELS_PER_SECOND = 18;
const REST_AFTER_SCROLLING = 4000; // milliseconds
const ASKS_AGAIN_AFTER = 30000; // milliseconds, where the server is away
const NEAR = 600; // pixels before the end
const MOST_ROWS = 200; // beyond that, what has scrolled out is dropped
const KEPT_AS = "gongshi.rolling";

const list = document.getElementById("rolling-list");
const button = document.querySelector(".rolling-switch");

if (list && button && list.scrollHeight > list.clientHeight + 1) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const kept = sessionStorage.getItem(KEPT_AS);
  let moves = kept === null ? !calm.matches : kept === "moves";
  let isWatched = false;
  let isAsking = false;
  let asksAgainAt = 0;
  let restsUntil = 0;
  let place = list.scrollTop;
  let before = performance.now();

  const rows = () => list.querySelector(".rolling-rows");
  const end = () => list.scrollHeight - list.clientHeight;
  // Whoever goes from link to link comes out of the list: it grows behind nobody's tab.
  const isBetweenLinks = () => list.contains(document.activeElement) && list !== document.activeElement;

  const tell = () => {
    button.dataset.moves = String(moves);
    button.querySelector(".rolling-word").textContent = moves
      ? button.dataset.pause
      : button.dataset.play;
  };

  const ask = async (address, use) => {
    if (isAsking || performance.now() < asksAgainAt) return;
    isAsking = true;
    try {
      const response = await fetch(address, { headers: { "HX-Request": "true" } });
      if (!response.ok) throw new Error(response.statusText);
      use(new DOMParser().parseFromString(await response.text(), "text/html").body);
    } catch {
      asksAgainAt = performance.now() + ASKS_AGAIN_AFTER;
    } finally {
      isAsking = false;
    }
  };

  const goOn = (part) => {
    const more = part.querySelector(".rolling-rows");
    rows().append(...(more ? more.children : []));
    rows().dataset.next = more?.dataset.next ?? "";
    drop();
  };

  const drop = () => {
    if (isBetweenLinks()) return;
    const height = list.scrollHeight;
    const top = list.getBoundingClientRect().top;
    const surplus = [...rows().children].slice(0, -MOST_ROWS);
    surplus.filter((row) => row.getBoundingClientRect().bottom < top).forEach((row) => row.remove());
    const dropped = height - list.scrollHeight;
    if (dropped) list.scrollTop = place = list.scrollTop - dropped;
  };

  const beginAnew = (part) => {
    list.replaceChildren(...part.children);
    list.scrollTop = place = 0;
    // Where there is nothing to move through any more, a round has no length.
    if (end() < 1) asksAgainAt = performance.now() + ASKS_AGAIN_AFTER;
  };

  const step = (now) => {
    const passed = Math.min(now - before, 100);
    before = now;
    if (rows()?.dataset.next && end() - list.scrollTop < NEAR && !isBetweenLinks()) {
      ask(rows().dataset.next, goOn);
    }
    if (moves && !isWatched && now > restsUntil) {
      place += (PIXELS_PER_SECOND * passed) / 1000;
      if (place >= end() + PIXELS_PER_SECOND * 2 && !rows()?.dataset.next) {
        ask(location.pathname, beginAnew);
      }
      place = Math.min(place, end() + PIXELS_PER_SECOND * 2);
      list.scrollTop = Math.min(place, end());
    } else {
      place = list.scrollTop;
    }
    requestAnimationFrame(step);
  };

  const rest = () => {
    restsUntil = performance.now() + REST_AFTER_SCROLLING;
  };

  button.addEventListener("click", () => {
    moves = !moves;
    sessionStorage.setItem(KEPT_AS, moves ? "moves" : "rests");
    restsUntil = 0;
    tell();
  });
  calm.addEventListener("change", () => {
    moves = !calm.matches;
    tell();
  });
  list.addEventListener("mouseenter", () => { isWatched = true; });
  list.addEventListener("mouseleave", () => { isWatched = list.contains(document.activeElement); });
  list.addEventListener("focusin", () => { isWatched = true; });
  list.addEventListener("focusout", () => { isWatched = false; });
  for (const event of ["wheel", "touchstart", "touchmove", "keydown"]) {
    list.addEventListener(event, rest, { passive: true });
  }
  button.hidden = false;
  tell();
  requestAnimationFrame(step);
}
