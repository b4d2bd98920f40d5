// What of a printed object has to be the same whoever printed it.
"use strict";

/** The keys in their order, with the kinds of their values; what names a class stays as it is. */
function shape(value) {
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  if (Array.isArray(value)) return value.map(shape);
  return Object.entries(value).map(([key, field]) => [key, CLASS.has(key) ? field : shape(field)]);
}

const CLASS = new Set(["CONSTRUCTOR_ID", "SUBCLASS_OF_ID", "className", "classType"]);

module.exports = { shape };
