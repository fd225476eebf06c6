/** What every page has: the look, messages that can be closed, the theme, and forms that are sent once. */

import "bootstrap/dist/css/bootstrap.css";
import "./styles/base.css";
import "./styles/console.css";
import "bootstrap/js/dist/alert";

import { mountSubmitOnce } from "./submit_once";
import { mountTheme } from "./theme";

mountTheme(document, window.matchMedia("(prefers-color-scheme: dark)"), localStorage);
mountSubmitOnce(document, window);
