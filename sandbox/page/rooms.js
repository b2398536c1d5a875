// The list of channels beside SimCord's page of one channel; see sandbox/window.py.
"use strict";

const capability = document.currentScript.dataset.capability;
history.replaceState(null, "", `#${capability}`);

async function enter(id) {
  const answer = await fetch(`/rooms/${id}`, { method: "POST" });
  if (answer.ok) location.reload();
}

function row(room, open) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `room room-${room.kind}`;
  button.textContent = room.name;
  if (room.id === open) button.setAttribute("aria-current", "page");
  button.addEventListener("click", () => enter(room.id));
  return button;
}

let shown = "";
function show(text) {
  if (text === shown) return;
  shown = text;
  const { rooms, open } = JSON.parse(text);
  const list = document.getElementById("rooms");
  list.replaceChildren(...rooms.map((room) => row(room, open)));
}

async function look() {
  try {
    const text = await (await fetch("/rooms", { cache: "no-store" })).text();
    if (JSON.parse(text).capability !== capability) location.reload();
    show(text);
  } catch {
    document.title = "Firstframe (stopped)";
    return;
  }
  setTimeout(look, 1000);
}

document.addEventListener("DOMContentLoaded", () => {
  document.title = "Firstframe";
  const list = document.createElement("nav");
  list.id = "rooms";
  list.setAttribute("aria-label", "Channels");
  document.getElementById("messages-sidebar").prepend(list);
  document.addEventListener("click", (event) => {
    // A thread has the id of the message it stands on.
    const message = event.target.closest(".thread-summary")?.closest("[data-message-id]");
    if (message) enter(message.dataset.messageId);
  });
  look();
});
