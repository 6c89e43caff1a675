// Code in the address: taken out of address and history before anything else is loaded. A classic
// script in the head, because a module waits for the whole page.

"use strict";

/** Takes what stands after # of the address; empty where there is nothing. */
function takeFragment() {
  const taken = location.hash;
  if (taken) history.replaceState(null, "", location.pathname);
  return taken;
}

let fragmentOfAddress = takeFragment();
