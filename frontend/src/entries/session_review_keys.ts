/** The page on which a sitting is reviewed, moment by moment. */

import "../styles/session.css";
import "../styles/review.css";

import htmx from "htmx.org";

import { ReviewKeys } from "../review/review_keys";
import { fetchCurve, RiskCurve } from "../review/risk_curve";

const keys = new ReviewKeys(document, htmx);
const root = document.querySelector<HTMLElement>("[data-view='risk-curve']");
const { url, review } = root?.dataset ?? {};

if (root !== null && url !== undefined && review !== undefined) {
  const curve = new RiskCurve(root, (flag) => keys.show(`${review}?moment=${flag}`));
  fetchCurve(url).then(
    (data) => curve.show(data),
    (error: unknown) => curve.fail(error instanceof Error ? error.message : String(error)),
  );
}
