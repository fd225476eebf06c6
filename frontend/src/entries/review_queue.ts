/** The queue of sittings that wait for a person. */

import "../styles/session.css";
import "../styles/review.css";
