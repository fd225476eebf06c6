/** A ticket for the candidate's socket; a refusal for good ends the tries, a limit passes by itself. */

import { TicketRefused } from "../socket/ticket_socket";
import { postJson, RequestRefused } from "./requests";

export async function fetchTicket(url: string): Promise<string> {
  try {
    return ((await postJson(url, {})) as { readonly ticket: string }).ticket;
  } catch (error) {
    if (error instanceof RequestRefused && error.status !== 429) throw new TicketRefused(error.message);
    throw error;
  }
}
