/** Candidates' pages: on slow laptops and lines they carry nothing of the console. */

import "../page";
