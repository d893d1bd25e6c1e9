// Asks the site who is signed in, and shows one button or the other.
"use strict";

const state = document.getElementById("state");

async function askWhoIsSignedIn() {
  const { userUrl, signedIn, signedInAs, signedOut, failed } = state.dataset;
  let user;
  try {
    const response = await fetch(userUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    user = await response.json();
  } catch (error) {
    console.error("The user route did not answer:", error);
    state.textContent = failed;
    return;
  }
  const claims = user.claims ?? {};
  const name = claims.name ?? claims.username;
  const welcome = name ? signedInAs.replace("NAME", () => name) : signedIn;
  state.textContent = user.isAuthenticated ? welcome : signedOut;
  document.getElementById("sign-in").hidden = user.isAuthenticated;
  document.getElementById("sign-out").hidden = !user.isAuthenticated;
  const shown = document.getElementById("claims");
  shown.hidden = !user.isAuthenticated;
  shown.querySelector("code").textContent = JSON.stringify(claims, null, 2);
}

// Also when the browser brings the page back from its history.
addEventListener("pageshow", askWhoIsSignedIn);
