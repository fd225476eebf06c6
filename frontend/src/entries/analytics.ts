/** The pages of analytics: drawn by the server, only the look is here. */

import "../styles/analytics.css";
