/** The page of all parts of a policy. */

import "../styles/policy.css";

import { embeddedJson } from "../console/wall_config";
import "../policies/policy_editor";
import type { EditorConfig, PolicyEditor } from "../policies/policy_editor";

const placeholder = document.querySelector("[data-view='policy-editor']");
const source = document.querySelector<HTMLTextAreaElement>("textarea[name='document']");
if (placeholder !== null && source !== null) {
  const editor = document.createElement("policy-editor") as PolicyEditor;
  editor.config = embeddedJson<EditorConfig>("policy-editor-config");
  editor.source = source;
  placeholder.replaceWith(editor);
}
