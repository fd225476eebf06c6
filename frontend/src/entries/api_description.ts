/** The API's page: draws the description, and sends what is tried out with this browser's session. */

import "../styles/api_description.css";

interface Request {
  headers: Record<string, string>;
}

interface Options {
  url: string;
  domNode: HTMLElement;
  deepLinking: boolean;
  docExpansion: "list";
  defaultModelsExpandDepth: number;
  requestInterceptor: (request: Request) => Request;
}

declare global {
  interface Window {
    SwaggerUIBundle?: (options: Options) => unknown;
  }
}

const place = document.getElementById("api-description");
if (place !== null && window.SwaggerUIBundle !== undefined) {
  window.SwaggerUIBundle({
    url: place.dataset.schema ?? "",
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => {
      const token = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1];
      if (token !== undefined) request.headers["X-CSRFToken"] = decodeURIComponent(token);
      return request;
    },
  });
}
