import { expect, test } from "vitest";

import { socketUrl } from "./ticket_socket";

test("the socket is as safe as its page", () => {
  expect(socketUrl("/ws/console/", { protocol: "https:", host: "exam.example" })).toBe("wss://exam.example/ws/console/");
  expect(socketUrl("/ws/console/", { protocol: "http:", host: "localhost:1" })).toBe("ws://localhost:1/ws/console/");
});
