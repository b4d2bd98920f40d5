// The value behind api.d.ts.
exports.Api = require("./schema").telegram.Api;
