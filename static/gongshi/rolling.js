// The home page's list moves slowly upwards and begins again at its end. It stands
// still while it is pointed at, has the focus or is being scrolled, and for readers
// who want less motion until they press the button. Without this file it is a list
// that is scrolled by hand.
"use strict";

const PIXELS_PER_SECOND = 18;
const REST_AFTER_SCROLLING = 4000; // milliseconds
const KEPT_AS = "gongshi.rolling";

const list = document.getElementById("rolling-list");
const button = document.querySelector(".rolling-switch");

if (list && button && list.scrollHeight > list.clientHeight + 1) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const kept = sessionStorage.getItem(KEPT_AS);
  let moves = kept === null ? !calm.matches : kept === "moves";
  let isWatched = false;
  let restsUntil = 0;
  let place = list.scrollTop;
  let before = performance.now();

  const tell = () => {
    button.dataset.moves = String(moves);
    button.querySelector(".rolling-word").textContent = moves
      ? button.dataset.pause
      : button.dataset.play;
  };

  const step = (now) => {
    const passed = Math.min(now - before, 100);
    before = now;
    if (moves && !isWatched && now > restsUntil) {
      const end = list.scrollHeight - list.clientHeight;
      place += (PIXELS_PER_SECOND * passed) / 1000;
      if (place >= end + PIXELS_PER_SECOND * 2) place = 0;
      list.scrollTop = Math.min(place, end);
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
