// Renders openapi.json as a list of operations that can be tried out. Everything is inserted as text, never as HTML.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
let spec = {};

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function resolve(schema) {
  if (!schema || !schema.$ref) return schema || {};
  return schema.$ref.slice(2).split("/").reduce((at, part) => (at || {})[part], spec) || {};
}

// Writes a schema as commented pseudo-JSON; a message inside itself is named instead of repeated.
function outline(schema, indent = "", seen = []) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    if (seen.includes(name) || seen.length > 6) return name;
    return outline(resolve(schema), indent, [...seen, name]);
  }
  const choices = schema.anyOf || schema.oneOf;
  if (choices) return choices.map((choice) => outline(choice, indent, seen)).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `[${outline(schema.items || {}, indent, seen)}]`;
  if (schema.type === "object" && schema.properties) {
    const required = schema.required || [];
    const lines = Object.entries(schema.properties).map(([name, field]) => {
      const mark = required.includes(name) ? "" : "?";
      const said = (field.description || "").split("\n")[0];
      const comment = said ? `  // ${said}` : "";
      return `${indent}  ${JSON.stringify(name)}${mark}: ${outline(field, `${indent}  `, seen)},${comment}`;
    });
    return `{\n${lines.join("\n")}\n${indent}}`;
  }
  if (schema.type === "object") {
    const values = schema.additionalProperties;
    return values && values !== true ? `{[key]: ${outline(values, indent, seen)}}` : "object";
  }
  return [schema.type || "any JSON"].flat().join(" | ") + (schema.format ? ` (${schema.format})` : "");
}

// The smallest body that names every field, as a start for a request.
function example(schema, seen = []) {
  if (schema.$ref) {
    if (seen.includes(schema.$ref)) return null;
    return example(resolve(schema), [...seen, schema.$ref]);
  }
  if (schema.anyOf) return example(schema.anyOf[0], seen);
  if (schema.enum) return schema.enum[0];
  if (schema.type === "array") return [];
  if (schema.type === "object" || schema.properties) {
    const fields = Object.entries(schema.properties || {});
    return Object.fromEntries(fields.map(([name, field]) => [name, example(field, seen)]));
  }
  return { string: "", integer: 0, number: 0, boolean: false }[schema.type] ?? null;
}

function jsonSchema(content) {
  return content && content["application/json"] ? content["application/json"].schema || {} : null;
}

function parameterTable(parameters, inputs) {
  const rows = parameters.map((parameter) => {
    const input = element("input", { "aria-label": parameter.name });
    inputs.push([parameter, input]);
    return element("tr", {},
      element("td", {}, element("code", {}, parameter.name), parameter.required ? " *" : ""),
      element("td", {}, `${parameter.in}: ${outline(parameter.schema || {})}`),
      element("td", {}, parameter.description || ""),
      element("td", {}, input));
  });
  return element("table", {}, element("tbody", {}, ...rows));
}

async function send(method, path, inputs, body, output) {
  let address = path;
  const query = new URLSearchParams();
  for (const [parameter, input] of inputs) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (parameter.in === "query" && input.value) query.append(parameter.name, input.value);
  }
  const headers = {};
  const token = document.getElementById("token").value.trim();
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers["content-type"] = "application/json";
  const search = query.toString();
  output.textContent = "…";
  try {
    const base = new URL("./", document.baseURI).pathname.replace(/\/$/, "");
    const options = { method: method.toUpperCase(), headers, body: body ? body.value : undefined };
    const response = await fetch(base + address + (search ? `?${search}` : ""), options);
    const text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* Not every answer is JSON. */ }
    output.textContent = `${response.status} ${response.statusText}\n${shown}`;
  } catch (error) {
    output.textContent = String(error);
  }
}

function operationBody(method, path, operation) {
  const inputs = [];
  const parts = [];
  if (operation.description) parts.push(element("p", {}, operation.description));
  const access = operation["x-access"];
  if (access) {
    const permission = access.permission ? ` with permission ${access.permission}` : "";
    parts.push(element("p", { class: "note" }, `For: ${access.role}${permission}`));
  }
  if ((operation.parameters || []).length) {
    parts.push(element("h3", {}, "Parameters"), parameterTable(operation.parameters, inputs));
  }
  const requestSchema = operation.requestBody ? jsonSchema(resolve(operation.requestBody).content) : null;
  let body = null;
  if (requestSchema) {
    body = element("textarea", { "aria-label": "Body", spellcheck: "false" });
    body.value = JSON.stringify(example(requestSchema), null, 2);
    parts.push(element("h3", {}, "Body"), element("pre", {}, outline(requestSchema)), body);
  }
  for (const [status, answer] of Object.entries(operation.responses || {})) {
    const schema = jsonSchema(resolve(answer).content);
    parts.push(element("h3", {}, `${status} ${resolve(answer).description || ""}`));
    if (schema && !status.startsWith("4") && status !== "default") parts.push(element("pre", {}, outline(schema)));
  }
  const output = element("pre", { "aria-live": "polite" });
  const button = element("button", { onclick: () => send(method, path, inputs, body, output) }, "Send");
  parts.push(element("h3", {}, "Try it"), button, output);
  return parts;
}

function operationNode(method, path, operation) {
  const node = element("details", {},
    element("summary", {},
      element("span", { class: `method ${method}` }, method.toUpperCase()), " ",
      element("code", {}, path), ` ${operation.summary || ""}`));
  // Hundreds of operations are listed; each is laid out only when somebody opens it.
  node.addEventListener("toggle", () => {
    if (node.open && node.childElementCount === 1) node.append(...operationBody(method, path, operation));
  });
  return node;
}

function render(words) {
  const sections = new Map();
  for (const [path, operations] of Object.entries(spec.paths || {})) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (!operation) continue;
      const tag = (operation.tags || ["other"])[0];
      const text = `${method} ${path} ${operation.summary || ""} ${tag}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      if (!sections.has(tag)) sections.set(tag, []);
      sections.get(tag).push(operationNode(method, path, operation));
    }
  }
  const comments = Object.fromEntries((spec.tags || []).map((tag) => [tag.name, tag.description]));
  const nodes = [...sections].sort(([a], [b]) => a.localeCompare(b)).map(([tag, operations]) =>
    element("section", {}, element("h2", {}, tag), element("p", { class: "note" }, comments[tag] || ""), ...operations));
  document.getElementById("operations").replaceChildren(...(nodes.length ? nodes : [element("p", {}, "Nothing found.")]));
}

async function start() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json answered ${response.status}`);
  spec = await response.json();
  document.title = document.getElementById("title").textContent = `${spec.info.title} API ${spec.info.version}`;
  const search = document.getElementById("search");
  search.addEventListener("input", () => render(search.value.toLowerCase().split(/\s+/).filter(Boolean)));
  render([]);
}

start().catch((error) => {
  document.getElementById("operations").replaceChildren(element("p", {}, `The document could not be read: ${error.message}`));
});
